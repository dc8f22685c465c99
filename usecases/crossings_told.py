"""What was said of an audit's clocks, told again: reminders, what was overdue, and to whom that went (L13)."""

from collections.abc import Iterator

from db.queries.clocks import crossings, of_audit
from db.tables.audits import Audit as AuditRow
from db.tables.deadlines import Deadline
from rules.audit_events import SCHEDULER
from rules.clock_names import what_they_owe
from rules.dates_in_words import day_in_words
from rules.matrix import NoticeEvent, roles_hearing
from rules.names_in_words import words_of
from rules.policy.ladder_shapes import roles_in_words
from rules.reminders import Duty, crossings_of
from usecases.timeline_lines import Told
from usecases.work import Work

_SAID = {
    "reminder": ("Reminder", "owes"),
    "overdue": ("Overdue", "owed"),
    "escalation": ("Overdue and taken further", "owed"),
    "rung": ("Not done so far, and taken further", "owes"),
}


def crossings_told(work: Work, row: AuditRow) -> Iterator[Told]:
    """Each reminder, and each time that a duty was found overdue or taken further."""
    for crossing, clock in crossings(work.session, of_audit(row.id)):
        yield Told(
            on=crossing.crossed_on,
            at=crossing.crossed_at,
            kind="crossing",
            what=f"{clock.time_limit}.{crossing.kind}",
            by=SCHEDULER,
            rule=crossing.rule,
            clause=crossing.clause,
            sentence=_sentence(work, crossing.kind, clock),
        )


def _sentence(work: Work, kind: str, clock: Deadline) -> str:
    """What was said of a clock; a reminder whose duty was done before it went out was never sent."""
    said, owes = _SAID[kind.partition("_")[0]]
    who, due_on = f"the {words_of(clock.owed_by_role)}", day_in_words(clock.due_on)
    return f"{said}{_to_whom(work, kind, clock)}: {who} {owes} {what_they_owe(clock.time_limit, who)} by {due_on}."


def _to_whom(work: Work, kind: str, clock: Deadline) -> str:
    """The others that a duty was taken further to, as the policy in force names them; nothing of a reminder."""
    duty = Duty(clock.rule, clock.owed_by_role, clock.started_on, clock.due_on)
    said = (one for one in crossings_of(duty, work.policy, work.calendar) if one.kind == kind)
    taken = next((one.escalation for one in said if one.escalation is not None), None)
    if taken is None:
        return ""
    others = [role for role in roles_hearing(NoticeEvent(taken.event), work.policy) if role != clock.owed_by_role]
    return f" to {roles_in_words(tuple(others))}" if others else ""
