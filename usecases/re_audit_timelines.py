"""What a timeline tells of the re-audit that follows: due when, waiting why, which it is, or why none (S7, P7, R2)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from db.queries import audit_life as life
from db.queries import disputes
from db.queries import re_audit_turns as turns
from db.queries.audits_to_follow import grade_called_on
from db.tables.audit_life import AuditStep
from db.tables.audits import Audit as AuditRow
from rules.audit_events import CHANGES_OF_GRADES, Event, State
from rules.audit_withdrawals import NO_LONGER_OWED
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.re_audits import IssuedAudit, ReAuditOutlook, re_audit_outlook
from usecases.audit_tools import tool_read
from usecases.timeline_lines import Told, day_of
from usecases.waiting_re_audits import waiting_told
from usecases.work import Work

_DUE, _WAITS, _ALLOCATED, _NONE = "re_audit_due", "re_audit_waits", "re_audit_allocated", "no_re_audit"
_AGAIN, _NO_MORE, _CASE = "re_audit_owed_again", "re_audit_withdrawn", "re_audit_case"


def re_audit_told(work: Work, row: AuditRow) -> Iterator[Told]:
    """The lines about its re-audit, once it was issued; and about its own case, of a re-audit that has another's."""
    yield from _case_of_its_own(work, row)
    yield from waiting_told(work, row)
    if row.issued_on is None or row.state == State.WITHDRAWN:
        return
    if row.overall_grade is not None:
        yield from _told_of_graded(work, row, row.issued_on, row.overall_grade)
    elif row.origin == "drawn" and not tool_read(work, row).is_graded:
        sentence = (
            "Its audit tool has no graded domains, so that there is a percentage only: no second grading is given, no "
            "discussion of findings is owed and no re-audit follows."
        )
        yield _line(row.issued_on, _NONE, work.policy.reason("P8", sentence))


def _told_of_graded(work: Work, row: AuditRow, issued_on: date, grade: str) -> Iterator[Told]:
    steps = {step.event: step for step in life.steps_of(work.session, row.id)}  # of each event the newest
    followers = turns.followers_of(work.session, row.id)
    is_followed = any(it.withdrawn_at is None for it in followers)
    audit = _issued(work, row, issued_on, grade, steps)
    known_on = max([issued_on, *(steps[event].happened_on for event in _THAT_DECIDE if event in steps)])
    from_then = min([known_on, *(it.allocated_on for it in followers)])  # no cycle before it was owed is its first
    outlook = re_audit_outlook(audit, work.policy, work.calendar, not_before=from_then)
    yield from _owed_until_changed(work, row, audit)
    yield _line(known_on, _DUE if outlook.required else _NONE, outlook.because)
    if outlook.required:
        yield from _due(outlook, known_on)
        yield from _waited(work, row, issued_on)
    for follower in followers:
        sentence = f"Its re-audit is {follower.reference}, allocated on {day_in_words(follower.allocated_on)}."
        yield _line(follower.allocated_on, _ALLOCATED, work.policy.reason("S7", sentence))
        if follower.withdrawn_at is not None:
            yield _line(day_of(follower.withdrawn_at), _became(follower), _why_again(work, follower))
    if row.state == State.CLOSED and not is_followed:
        yield from _done_without(work, row, steps)
    if outlook.required and not is_followed and row.re_audit_waived_because is None:
        yield from _still_owed(work, audit, outlook)


def _owed_until_changed(work: Work, row: AuditRow, audit: IssuedAudit) -> Iterator[Told]:
    """The re-audit that an earlier grade called for, planned for its cycle, and owed no more since the change (D7)."""
    calls = work.policy.gradings.re_audit_grades
    steps = {step.id: step for step in life.steps_of(work.session, row.id)}
    for change in life.corrections(work.session, row.id):
        step = steps[change.step_id]
        if change.grade_before not in calls or change.grade_after in calls or step.state == State.WITHDRAWN:
            continue
        before = replace(audit, grade=change.grade_before, dispute_open=False, called_for_on=None)
        was = re_audit_outlook(before, work.policy, work.calendar, not_before=audit.issued_on)
        if was.required and audit.issued_on <= step.happened_on:
            planned = f", planned for {was.cycle.name}," if was.cycle is not None else ""
            sentence = (
                f"The re-audit that its grade called for until then{planned} is owed no more since "
                f"{day_in_words(step.happened_on)}: the grade was changed."
            )
            yield _line(step.happened_on, _NO_MORE, work.policy.reason(step.rule, sentence))


_THAT_DECIDE = (*CHANGES_OF_GRADES, Event.FURTHER_RE_AUDIT_WAIVED, Event.FURTHER_RE_AUDIT_ORDERED)


def _issued(work: Work, row: AuditRow, issued_on: date, grade: str, steps: Mapping[str, AuditStep]) -> IssuedAudit:
    """The audit as the rules look at it: a waived one only of a re-audit, for of an audit nobody can waive anything."""
    earlier = life.earlier_audits(work.session, row.id)
    ordered = steps.get(Event.FURTHER_RE_AUDIT_ORDERED)
    is_waived = row.re_audit_waived_because is not None and Event.FURTHER_RE_AUDIT_WAIVED in steps
    return IssuedAudit(
        issued_on=issued_on,
        grade=grade,
        sequence=row.sequence,
        original_grade=earlier[-1].overall_grade if earlier else None,
        further_re_audit=False if is_waived else None,
        ordered_on=ordered.happened_on if ordered else None,
        dispute_open=disputes.is_disputed(work.session, row.id),
        called_for_on=grade_called_on(work.session, row.id, work.policy.gradings.re_audit_grades),
    )


def _due(outlook: ReAuditOutlook, known_on: date) -> Iterator[Told]:
    """Since when it may be allocated, the months that it is passed over in, and the cycle that is its first."""
    if outlook.then is not None:
        yield _line(known_on, _DUE, outlook.then)
    if outlook.waits is not None:
        yield _line(known_on, _WAITS, outlook.waits)
    for cycle, why in outlook.passed:
        yield _line(cycle.opens_on, _WAITS, why)
    if outlook.cycle is not None and outlook.allocated is not None:
        yield _line(outlook.cycle.opens_on, _DUE, outlook.allocated)


def _waited(work: Work, row: AuditRow, issued_on: date) -> Iterator[Told]:
    """Why the cycles that were opened since did not allocate it: held over, nobody who could, nobody who decided.

    That it was not due yet, or that a month moderates, is told by itself.
    """
    for turn in turns.turns_since(work.session, issued_on, row.reference):
        for why in turn.warnings:
            if why["rule"] in ("S2", "S7") and f" {row.reference} " in why["sentence"]:
                yield _line(turn.opens_on, _WAITS, Reason(why["rule"], why["clause"], why["sentence"]))
        for listed in turn.re_audits:
            yield from (_line(turn.opens_on, _WAITS, why) for why in _why_not_given(work, listed))


def _why_not_given(work: Work, listed: Mapping[str, Any]) -> Iterator[Reason]:
    """Why a draw that has it on its list gave it to nobody.

    Of another re-audit of the same practitioner it says no more than that there is one.
    """
    for why in listed["reasons"] if listed["auditor_id"] is None else ():
        if why["rule"] == "S2":
            sentence = "Held over: the practitioner has another re-audit in this cycle, and nobody has two in a month."
            yield work.policy.reason("S2", sentence)
        elif why["rule"] in ("A1", "A2", "A3", "S10"):
            yield Reason(why["rule"], why["clause"], why["sentence"])


def _became(follower: turns.Follower) -> str:
    return _NO_MORE if follower.withdrawn_because == NO_LONGER_OWED else _AGAIN


def _why_again(work: Work, follower: turns.Follower) -> Reason:
    if follower.withdrawn_because == NO_LONGER_OWED:
        sentence = f"{follower.reference} was withdrawn: the grade that it followed from was changed."
        return work.policy.reason("D7", sentence)
    why = work.policy.selection.withdrawal_reasons.get(follower.withdrawn_because or "", "it was withdrawn")
    return work.policy.reason("S7", f"{follower.reference} was withdrawn ({why}), so a re-audit is owed again.")


def _done_without(work: Work, row: AuditRow, steps: Mapping[str, AuditStep]) -> Iterator[Told]:
    closed = steps.get(Event.AUDIT_CLOSED)
    why = work.policy.lifecycle.closing_reasons.get(row.re_audit_waived_because or "")
    if closed is not None and why is not None:
        yield _line(closed.happened_on, _NONE, work.policy.reason("S7", f"No re-audit follows: {why}."))


def _still_owed(work: Work, audit: IssuedAudit, outlook: ReAuditOutlook) -> Iterator[Told]:
    """Where its first cycle has gone by without it, the next that it may be allocated in."""
    if outlook.cycle is None or outlook.cycle.opens_on >= work.today:
        return
    following = re_audit_outlook(audit, work.policy, work.calendar, not_before=work.today).cycle
    if following is not None:
        sentence = (
            f"Not allocated yet, it is owed still: the next cycle in which re-audits are done is {following.name}, "
            f"which opens on {day_in_words(following.opens_on)}."
        )
        yield _line(following.opens_on, _DUE, work.policy.reason("S7", sentence))


def _case_of_its_own(work: Work, row: AuditRow) -> Iterator[Told]:
    """Why a re-audit looks at another case than the audit before it."""
    before = turns.audit_before(work.session, row.id) if row.sequence else None
    if before is not None and before.re_audit_case_reference == row.case_reference:
        sentence = (
            f"It looks at case {row.case_reference} of the same practitioner: the one that {before.reference} looked "
            "at was not open any more, and the audit team chose this one."
        )
        yield _line(row.allocated_on, _CASE, work.policy.reason("S7", sentence))


def _line(on: date, what: str, why: Reason) -> Told:
    return Told(on=on, kind="re_audit", what=what, rule=why.rule, clause=why.clause, sentence=why.sentence)
