"""The life of one audit told in order: each date and step with its sentence (DESIGN §5, L13)."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, date

from db.queries import audit_life as life
from db.queries import audit_moves, deadlines
from db.tables.audits import Audit as AuditRow
from db.tables.deadlines import Deadline
from rules.audit_events import Event
from rules.audit_withdrawals import NO_LONGER_OWED, why_withdrawn
from rules.dates_in_words import day_in_words
from usecases.changed_grade_timelines import changed_grades_told
from usecases.changed_grades import RULES_OF_CHANGES
from usecases.changed_report_timelines import new_versions_told
from usecases.crossings_told import crossings_told
from usecases.dispute_timelines import disputes_told
from usecases.held_audits import look_at_audit
from usecases.re_audit_timelines import re_audit_told
from usecases.timeline_lines import Told, clock_told, clocks_told, day_of, filed_told, step_told
from usecases.work import Work


def timeline_of(work: Work, audit_id: uuid.UUID, readable: Mapping[str, bool]) -> tuple[AuditRow, list[Told]]:
    """An audit and its timeline, the oldest first; `readable` says which texts, by name, are for whoever asks.

    Raises NotFound.
    """
    row = look_at_audit(work, audit_id).row
    told = [
        *_allocated(row),
        *_steps(work, row, readable),
        *changed_grades_told(work, row),
        *new_versions_told(work, row),
        *_auditors(work, row),
        *_clocks(work, row),
        *crossings_told(work, row),
        *_filed(work, row),
        *re_audit_told(work, row),
        *disputes_told(work, row),
        *_withdrawn(work, row),
    ]
    return row, sorted(told, key=_in_order)


# On one day: what led to the audit, what happened, what was due at its end, and what was found after that.
_PLACES = {"allocated": 0, "re_audit": 2, "clock": 3, "crossing": 4, "withdrawn": 5}
_HAPPENED = 1
# Of one moment: what was decided comes before what it did to the report.
_LATER = {"step": 1, "filed": 2}


def _in_order(told: Told) -> tuple[date, int, str, int, str]:
    # What is told of the re-audit of one day is in its order already.
    what = "" if told.kind == "re_audit" else told.what
    at = told.at.astimezone(UTC).isoformat() if told.at else ""
    return told.on, _PLACES.get(told.kind, _HAPPENED), at, _LATER.get(told.kind, 0), what


# Who took over, and that its grade of before was changed, stand among its reasons, and here where they happened.
_TOLD_ON_THEIR_DAY = ("A4", *RULES_OF_CHANGES.values())


def _allocated(row: AuditRow) -> Iterator[Told]:
    for reason in row.reasons:
        if reason["rule"] in _TOLD_ON_THEIR_DAY:
            continue
        yield Told(
            on=row.allocated_on,
            kind="allocated",
            what="audit_allocated",
            rule=str(reason["rule"]),
            clause=str(reason["clause"]),
            sentence=str(reason["sentence"]),
        )


def _steps(work: Work, row: AuditRow, readable: Mapping[str, bool]) -> Iterator[Told]:
    texts = life.texts_of(work.session, row.id)
    for step in life.steps_of(work.session, row.id):
        written = texts.get(step.id, {})
        names = [name for name in written if readable.get(f"{step.event}.{name}", False)]
        yield step_told(step, {name: written[name] for name in names}, state=step.state)


def _auditors(work: Work, row: AuditRow) -> Iterator[Told]:
    for change in audit_moves.changes_of(work.session, row.id):
        sentence = f"The audit passed from {change.earlier or 'nobody'} to {change.later}; no clock started anew."
        yield Told(
            on=day_of(change.changed_at),
            at=change.changed_at,
            by=change.changed_by,
            kind="auditor_changed",
            what="auditor_changed",
            rule="A4",
            clause=work.policy.clause_of("A4"),
            sentence=sentence,
        )


def _clocks(work: Work, row: AuditRow) -> Iterator[Told]:
    of_it = deadlines.deadlines_of(work.session, row.id)
    yield from clocks_told(clock_told(clock, _how_late(work, clock)) for clock in of_it)


def _how_late(work: Work, clock: Deadline) -> str:
    """Nothing of what was done in time; else by how many working days it came late."""
    if clock.met_on is None or clock.met_on <= clock.due_on:
        return ""
    days = work.calendar.between(clock.due_on, clock.met_on)
    late = f", {days} working day{'' if days == 1 else 's'} late" if days else ", late"
    return f" It was done on {day_in_words(clock.met_on)}{late}."


def _filed(work: Work, row: AuditRow) -> Iterator[Told]:
    for command in life.filed(work.session, row.id):
        yield filed_told(command, "L7", _FILED[command.kind].format(command.report_version), work.policy)


_FILED = {
    "upload_document": "Version {} of the report is in the case system.",
    "record_note": "The case note of version {} of the report is in the case system.",
    "send_alert": "The alert of version {} of the report is in the case system.",
}


def _withdrawn(work: Work, row: AuditRow) -> Iterator[Told]:
    if row.withdrawn_at is None or row.withdrawn_because is None:
        return
    words = why_withdrawn(row.withdrawn_because, work.policy, row.withdrawn_because)
    rule = str(row.reasons[-1]["rule"]) if row.withdrawn_because == NO_LONGER_OWED else "S9"
    yield Told(
        on=day_of(row.withdrawn_at),
        at=row.withdrawn_at,
        by=row.withdrawn_by,
        kind="withdrawn",
        what=Event.AUDIT_WITHDRAWN,
        state=row.state,
        rule=rule,
        clause=work.policy.clause_of(rule),
        sentence=f"The audit was withdrawn: {words}.",
    )
