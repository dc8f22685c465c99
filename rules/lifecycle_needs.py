"""What has to come with a move, and what is wrong with what came (L1, L3, L10, L14, L15, S7, S9).

The first line of each docstring says what is asked for, and is printed in docs/the-life-of-an-audit.md. Nothing is
refused for being late: only days that can't be.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from rules.audit_facts import Asking, CaseAsked
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.policy.draw_shapes import RestrictedRecords


def a_day_ahead(asking: Asking) -> Iterator[Reason]:
    """the day of the meeting, today or later"""
    planned = asking.asked.on_day
    if planned is None:
        yield asking.reason("L1", "the day of the meeting is missing.")
    elif planned < asking.on:
        sentence = (
            f"a meeting can't be arranged for {day_in_words(planned)}, which is past: give today or a later day. One "
            "that was held then is recorded as held."
        )
        yield asking.reason("L1", sentence)


def another_day_or_hour(asking: Asking) -> Iterator[Reason]:
    """another day or hour than the one that is arranged"""
    asked, facts = asking.asked, asking.facts
    planned = asked.on_day
    if planned is None or planned < asking.on:
        return
    if (planned, asked.at) == (facts.meeting_on, facts.meeting_at):
        hour = f" at {asked.at:%H:%M}" if asked.at else ""
        sentence = f"the meeting is arranged for {day_in_words(planned)}{hour} already: nothing would change."
        yield asking.reason("L1", f"{sentence} Give another day or hour, or leave it as it is.")


def the_day_it_was_held(asking: Asking) -> Iterator[Reason]:
    """the day on which it was held, not before the audit was allocated"""
    yield from _a_day_gone_by(asking, "L3", "the audit was allocated", asking.facts.allocated_on)


def the_day_of_the_findings(asking: Asking) -> Iterator[Reason]:
    """the day on which they were discussed, not before the report was issued"""
    since = asking.facts.issued_on or asking.facts.allocated_on
    yield from _a_day_gone_by(asking, "L10", "the report was issued", since)


def the_team_manager(asking: Asking) -> Iterator[Reason]:
    """on a second re-audit, that the team manager attended, or whoever acts in their place"""
    if must_team_manager_attend(asking) and not asking.asked.team_manager_attended:
        instead = asking.facts.acts_as_team_manager
        who = f", and in their place {instead} does" if instead else ""
        sentence = (
            f"the team manager attends the discussion of such a re-audit{who}: hold it with them, or record with a "
            "reason that it was not held."
        )
        yield asking.policy.reason_by_entry(
            "lifecycle.team_manager_attends_from", f"{asking.facts.reference}: {sentence}"
        )


def must_team_manager_attend(asking: Asking) -> bool:
    """Whether it is a re-audit so late in its chain that the team manager comes too (3.6)."""
    return asking.facts.sequence >= asking.policy.lifecycle.team_manager_attends_from


def a_reason(asking: Asking) -> Iterator[Reason]:
    """a reason"""
    if not (asking.asked.reason or "").strip():
        yield asking.reason("C4", "a reason is missing: say why in a sentence.")


def points_to_change(asking: Asking) -> Iterator[Reason]:
    """at least one point to change, and whether a discussion is offered"""
    if asking.asked.points < 1:
        yield asking.reason("L6", "a report is returned with the points to change: name at least one.")


def a_text(asking: Asking) -> Iterator[Reason]:
    """a text"""
    if not asking.asked.has_text:
        yield asking.reason("L14", "the text is missing: write what is to be said.")


def a_known_grade(asking: Asking) -> Iterator[Reason]:
    """the corrected overall grade, if it changes"""
    grade, known = asking.asked.grade, asking.policy.gradings.grades
    if grade is not None and grade not in known:
        yield asking.reason("L2", f"{grade!r:.60} is no grade of this edition: give one of {', '.join(known)}.")


def a_grade_that_changes(asking: Asking) -> Iterator[Reason]:
    """a grade, overall or of a domain, that is another than the one that stands"""
    grade, standing = asking.asked.grade, asking.facts.grade
    if asking.asked.changes_domains or grade not in (None, standing):
        return
    known = asking.policy.gradings.grades
    stands = f"the overall grade is {known.get(standing or '', standing or 'none')} already"
    sentence = (
        f"the correction changes nothing: {'no grade is given' if grade is None else stands}, and no domain gets "
        "another grade than it has. Give in `overall_grade` or `domain_grades` what is right instead."
    )
    yield asking.reason("L15", sentence)


def another_open_case(asking: Asking) -> Iterator[Reason]:
    """another open case of the same practitioner; or the audit's own, where that is open again"""
    case = asking.asked.case
    if case is None:
        yield asking.reason("S7", "the case that the re-audit is to look at is missing: name one.")
    elif not case.is_open:
        yield asking.reason("S7", f"case {case.reference} is not open: name an open case of the same practitioner.")
    elif not case.is_own and asking.facts.case_is_open:
        yield asking.reason("S7", "its own case is open again: name that one, for no other is needed.")
    elif not case.is_own:
        yield from _why_not_this_one(asking, case)


def _why_not_this_one(asking: Asking, case: CaseAsked) -> Iterator[Reason]:
    if not case.is_theirs:
        sentence = f"case {case.reference} is somebody else's: name a case that the practitioner of this audit holds."
        yield asking.reason("S7", sentence)
    if case.is_restricted and asking.policy.selection.restricted_records is RestrictedRecords.EXCLUDED:
        sentence = f"the record of case {case.reference} is restricted, and restricted records are not audited."
        yield asking.reason("S10", f"{sentence} Name another case.")
    if case.awaited_by is not None:
        sentence = f"case {case.reference} has an open re-audit already, {case.awaited_by}: name another case."
        yield asking.reason("S6", sentence)
    if case.reference == asking.facts.re_audit_case:
        yield asking.reason("S7", f"case {case.reference} is the one that was chosen before.")


def a_reason_for_closing(asking: Asking) -> Iterator[Reason]:
    """nothing; or, where something is still owed, a listed reason why nobody can act on it"""
    if asking.asked.reason is not None:
        yield from _listed(asking, asking.policy.lifecycle.closing_reasons, "S7", "closing an audit early")


def a_reason_for_withdrawing(asking: Asking) -> Iterator[Reason]:
    """a listed reason"""
    yield from _listed(asking, asking.policy.selection.withdrawal_reasons, "S9", "withdrawing an audit")


def _listed(asking: Asking, reasons: Mapping[str, str], rule: str, what: str) -> Iterator[Reason]:
    if asking.asked.reason not in reasons:
        sentence = f"{asking.asked.reason!r:.60} is no reason for {what}: allowed are {', '.join(reasons)}."
        yield asking.reason(rule, sentence)


def _a_day_gone_by(asking: Asking, rule: str, event: str, since: date) -> Iterator[Reason]:
    held = asking.asked.on_day
    if held is None:
        yield asking.reason(rule, "the day on which it was held is missing.")
    elif held > asking.on:
        sentence = f"{day_in_words(held)} is still to come: record the discussion once it was held."
        yield asking.reason(rule, sentence)
    elif held < since:
        sentence = f"{day_in_words(held)} lies before {day_in_words(since)}, when {event}: give the day it was held."
        yield asking.reason(rule, sentence)
