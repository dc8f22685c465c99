"""The clocks that a move starts, and those that it makes nobody owe any more (L7, L10, L11, L15, Q1–Q3, R1, S7, S9).

The first line of each docstring is printed in docs/the-life-of-an-audit.md.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from rules import clock_names
from rules.audit_events import State
from rules.audit_facts import FINDINGS_DISCUSSIONS, MISSING_NOTE, Asking
from rules.dates_in_words import day_in_words
from rules.decisions import DeadlineStart, DeadlineWithdrawn
from rules.findings_discussions import findings_discussion
from rules.ladders_of_audits import standing_of_re_audits, waits_for_a_word
from rules.lifecycle_guards import graded_report, lacks_an_agreed_plan
from rules.quality_checks import (
    AMENDMENTS,
    ISSUE,
    amendment_due,
    carried_over,
    quality_check_due,
)
from rules.roles import Role
from rules.timeliness import is_handed_in_in_time

MEETING = clock_names.MEETING
REPORT = clock_names.REPORT
LATE_ISSUE = clock_names.LATE_ISSUE
FOLLOW_UP = clock_names.FOLLOW_UP
FURTHER_RE_AUDIT = clock_names.FURTHER_RE_AUDIT


def quality_check(asking: Asking) -> Iterator[DeadlineStart]:
    """the audit team's check of the report (L6)"""
    yield quality_check_due(asking.on, asking.policy, asking.calendar)


def amendment(asking: Asking) -> Iterator[DeadlineStart]:
    """amending the report, longer where a discussion is offered (Q1)"""
    yield amendment_due(asking.on, asking.asked.offers_discussion, asking.policy, asking.calendar)


def completion_for_the_next_cycle(asking: Asking) -> Iterator[DeadlineStart]:
    """completing the report for the next cycle, and issuing it there (Q3)"""
    carried = carried_over(asking.on, asking.policy, asking.calendar)
    yield carried.report
    if _moves_the_issue(asking):
        yield carried.issue


def issue(asking: Asking) -> Iterator[DeadlineStart]:
    """issuing, by its date or, accepted too late for that, soon after; not where it was handed in late (L7)"""
    if any(limit in asking.facts.open_deadlines for limit in (ISSUE, LATE_ISSUE)):
        return  # handed in late, its date for issuing stands: it is behind it by its auditor's own doing
    issue_on = _issue_on(asking)
    if asking.on <= issue_on:
        reason = asking.reason("L7", f"accepted, it is issued by {day_in_words(issue_on)}.")
        yield DeadlineStart(ISSUE, Role.AUDITOR, asking.on, issue_on, None, reason)
        return
    within = asking.policy.time_limits.issue_after_late_acceptance
    counted = asking.calendar.explain(asking.on, within)
    reason = asking.reason("L7", f"accepted after its date for issuing, it is issued within {counted.sentence}.")
    yield DeadlineStart(LATE_ISSUE, Role.AUDITOR, asking.on, counted.due_on, within, reason)


def discussion_of_findings(asking: Asking) -> Iterator[DeadlineStart]:
    """discussing the findings, owed by team manager and practitioner (L10), where the audit is graded"""
    if asking.facts.grade is not None:
        yield from _discussion(asking, asking.facts.grade)


def follow_up(asking: Asking) -> Iterator[DeadlineStart]:
    """the head of service's follow-up, on a re-audit (R1)"""
    facts, within = asking.facts, asking.policy.time_limits.follow_up_within
    if facts.grade is None or facts.sequence < asking.policy.lifecycle.head_of_service_follows_up_from:
        return
    counted = asking.calendar.explain(asking.on, within)
    sentence = f"the head of service follows up the discussion and confirms the actions within {counted.sentence}."
    yield DeadlineStart(
        FOLLOW_UP, Role.HEAD_OF_SERVICE, asking.on, counted.due_on, within, asking.reason("R1", sentence)
    )


def note_of_the_discussion(asking: Asking) -> Iterator[DeadlineStart]:
    """putting the missing case note on record (L11)"""
    within = asking.policy.time_limits.missing_note_within
    counted = asking.calendar.explain(asking.on, within)
    sentence = f"the case note of the discussion is not there; it is put on record within {counted.sentence}."
    yield DeadlineStart(
        MISSING_NOTE, Role.TEAM_MANAGER, asking.on, counted.due_on, within, asking.reason("L11", sentence)
    )


def what_follows_from_a_changed_grade(asking: Asking) -> Iterator[DeadlineStart]:
    """discussion and follow-up anew, where grades have changed and the discussion held does not cover it (L15, D7)"""
    if _grade_changes(asking) and asking.asked.grade is not None:
        yield from _word(asking, asking.asked.grade)
    corrected = _as_corrected(asking)
    if not _must_discuss_anew(asking) or corrected.facts.grade is None:
        return
    yield from _discussion(corrected, corrected.facts.grade)
    if FOLLOW_UP not in asking.facts.open_deadlines:
        yield from follow_up(corrected)


def word_on_a_further_re_audit(asking: Asking) -> Iterator[DeadlineStart]:
    """saying whether there is a further re-audit, where the ladder of re-audits has a clock for it (R2, R4)"""
    if asking.facts.grade is not None:
        yield from _word(asking, asking.facts.grade)


def _word(asking: Asking, grade: str) -> Iterator[DeadlineStart]:
    if grade not in asking.policy.gradings.re_audit_grades:
        return
    standing = standing_of_re_audits(asking.facts.sequence, asking.on, asking.policy, asking.calendar, grade)
    if waits_for_a_word(standing):
        yield from standing.deadlines


def meeting(asking: Asking) -> Iterator[DeadlineWithdrawn]:
    """the meeting (L1)"""
    yield from _withdrawn(asking, (MEETING,), "L3", "the reflective discussion was not held, and why is on record")


def a_meeting_is_called_off(asking: Asking) -> bool:
    """a meeting is still to come that nobody needs any more"""
    planned, state = asking.facts.meeting_on, asking.facts.state
    is_ahead = planned is not None and planned >= asking.on
    return state == State.UNDER_WAY and is_ahead and planned != asking.asked.on_day


def amendment_and_issue(asking: Asking) -> Iterator[DeadlineWithdrawn]:
    """amending the report, and issuing it in its own cycle (Q2)"""
    why = f"not amended in time, the report was not accepted on {day_in_words(asking.on)}"
    yield from _withdrawn(asking, AMENDMENTS, "Q2", why)
    if _moves_the_issue(asking):
        yield from _withdrawn(asking, (ISSUE, LATE_ISSUE), "Q3", why)


def issue_until_it_is_accepted(asking: Asking) -> Iterator[DeadlineWithdrawn]:
    """issuing, where the report came in time, until it is accepted (L7, L12)"""
    if is_handed_in_in_time(asking.facts, asking.on):
        why = f"handed in in time on {day_in_words(asking.on)}; by when it is issued follows from when it is accepted"
        yield from _withdrawn(asking, (ISSUE, LATE_ISSUE), "L7", why)


def what_followed_from_the_grade(asking: Asking) -> Iterator[DeadlineWithdrawn]:
    """discussing the findings by the grade that was corrected, and the case note of a discussion held anew (L15, D7)"""
    yield from _what_followed(asking, "L15", "the grade was corrected")


def what_followed_from_the_disputed_grade(asking: Asking) -> Iterator[DeadlineWithdrawn]:
    """discussing the findings by the grade that was disputed, and the case note of a discussion held anew (D7)"""
    yield from _what_followed(asking, "D7", "a dispute changed the grade")


def what_followed_from_the_moderated_grade(asking: Asking) -> Iterator[DeadlineWithdrawn]:
    """discussing the findings by the grade that moderators changed, and the case note of one held anew (M6, D7)"""
    yield from _what_followed(asking, "M6", "a moderation changed the grade")


def _what_followed(asking: Asking, rule: str, why: str) -> Iterator[DeadlineWithdrawn]:
    if _grade_changes(asking):
        followed = (*FINDINGS_DISCUSSIONS, FURTHER_RE_AUDIT)
        yield from _withdrawn(asking, followed, rule, f"{why}, and this followed from it")
    if _must_discuss_anew(asking):
        anew = f"{why}, so the findings are discussed anew, and that has its own case note"
        yield from _withdrawn(asking, (MISSING_NOTE,), rule, anew)


def everything(asking: Asking) -> Iterator[DeadlineWithdrawn]:
    """everything that is still owed"""
    policy, reason = asking.policy, asking.asked.reason
    is_issued = asking.facts.issued_on is not None
    rule, words = ("S7", policy.lifecycle.closing_reasons) if is_issued else ("S9", policy.selection.withdrawal_reasons)
    if reason is not None:
        why = words.get(reason, "the audit ended")
        yield from _withdrawn(asking, tuple(asking.facts.open_deadlines), rule, why)


def _discussion(asking: Asking, grade: str) -> Iterator[DeadlineStart]:
    due = findings_discussion(graded_report(asking, grade), asking.on, asking.policy, asking.calendar)
    time_limit = FINDINGS_DISCUSSIONS[asking.facts.is_re_audit]
    sentence = " ".join(reason.sentence for reason in due.reasons)
    reason = asking.reason("L10", sentence)
    for role in due.owed_by:
        yield DeadlineStart(time_limit, role, asking.on, due.due_on, due.within, reason)


def _withdrawn(asking: Asking, limits: tuple[str, ...], rule: str, why: str) -> Iterator[DeadlineWithdrawn]:
    reason = asking.policy.reason(rule, f"Owed no more: {asking.facts.reference}: {why}.")
    yield from (DeadlineWithdrawn(limit, reason) for limit in asking.facts.open_among(limits))


def _moves_the_issue(asking: Asking) -> bool:
    """Whether the cycle that the audit is carried over to gives it another date for issuing."""
    issue = carried_over(asking.on, asking.policy, asking.calendar).issue
    return asking.facts.open_deadlines.get(ISSUE) != issue.due_on


def _issue_on(asking: Asking) -> date:
    """The date for issuing that the cycle gives it for which it is completed (L7, Q3)."""
    facts, policy, calendar = asking.facts, asking.policy, asking.calendar
    if facts.carried_over_on is not None:
        return carried_over(facts.carried_over_on, policy, calendar).issue.due_on
    return calendar.subtract(facts.closes_on, policy.time_limits.issue_due_before_close)


def _grade_changes(asking: Asking) -> bool:
    issued, grade = asking.facts.issued_on, asking.asked.grade
    return issued is not None and grade is not None and grade != asking.facts.grade


def _must_discuss_anew(asking: Asking) -> bool:
    """Whoever has not discussed the findings yet does it by the new grade; who has, only where a plan lacks (L4).

    A domain's grade makes nobody discuss them sooner or later than the overall grade does.
    """
    facts, changes = asking.facts, _grade_changes(asking)
    was_discussed = facts.findings_discussed_on is not None and not facts.findings_are_due
    if not was_discussed:
        return changes
    return (changes or _domains_change(asking)) and lacks_an_agreed_plan(_as_corrected(asking))


def _domains_change(asking: Asking) -> bool:
    return asking.facts.issued_on is not None and asking.asked.changes_domains


def _as_corrected(asking: Asking) -> Asking:
    facts, asked = asking.facts, asking.asked
    grade = facts.grade if asked.grade is None else asked.grade
    owes_plan = facts.plan_is_owed if asked.owes_plan is None else asked.owes_plan
    return replace(asking, facts=replace(facts, grade=grade, plan_is_owed=owes_plan))
