"""What may stand in the way of a move, beside the state and who asks (L1–L15, Q2, R1, R2, S7).

Each guard looks at the audit as it stands; the first line of its docstring says what must hold, and is printed in
docs/the-life-of-an-audit.md. It answers with every reason why it does not hold.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from rules.audit_events import State
from rules.audit_facts import Asking
from rules.clock_names import what_is_owed
from rules.dates_in_words import day_in_words, listed
from rules.decisions import Reason
from rules.findings_discussions import GradedReport, findings_discussion
from rules.ladders_of_audits import leads_to_non_acceptance, re_audits_by_themselves
from rules.quality_checks import AMENDMENTS, is_lapsed
from rules.re_audit_guards import awaits_re_audit, nothing_follows


def no_meeting_is_arranged(asking: Asking) -> Iterator[Reason]:
    """no meeting is arranged yet"""
    if asking.facts.meeting_on is not None:
        arranged = day_in_words(asking.facts.meeting_on)
        yield asking.reason("L1", f"a meeting is arranged for {arranged} already: move it instead.")


def a_meeting_is_arranged(asking: Asking) -> Iterator[Reason]:
    """a meeting is arranged"""
    if asking.facts.meeting_on is None:
        yield asking.reason("L1", "no meeting is arranged yet: arrange one.")


def first_grading_is_given(asking: Asking) -> Iterator[Reason]:
    """the grading before the discussion is given, where the audit tool has grades"""
    if asking.facts.is_graded and asking.facts.grade_before is None:
        yield asking.reason("L2", "the overall grade before the discussion is missing: give the first grading.")
    else:
        yield from asking.facts.missing_for_discussion


def discussion_was_not_held(asking: Asking) -> Iterator[Reason]:
    """the reflective discussion was not held yet"""
    if asking.facts.discussed_on is not None:
        held = day_in_words(asking.facts.discussed_on)
        yield asking.reason("L3", f"the reflective discussion was held on {held}: it is held once.")


def nothing_is_missing(asking: Asking) -> Iterator[Reason]:
    """grades, evidence and, where one is owed, the improvement plan are complete"""
    yield from asking.facts.missing


def amendment_has_lapsed(asking: Asking) -> Iterator[Reason]:
    """the last day for amending the returned report has passed"""
    due = [asking.facts.open_deadlines[limit] for limit in asking.facts.open_among(AMENDMENTS)]
    if not due and asking.facts.carried_over_on is not None:
        since = day_in_words(asking.facts.carried_over_on)
        yield asking.reason("Q2", f"it was found on {since} that the report did not come back in time.")
    elif not due:
        yield asking.reason("Q2", "the report is not waited for to come back, so it is not late either.")
    elif not leads_to_non_acceptance(asking.policy):
        yield asking.reason("Q2", "the ladder of reports does not end in non-acceptance: the report is waited for.")
    elif not is_lapsed(max(due), asking.on, asking.policy):
        last = day_in_words(max(due))
        yield asking.reason("Q2", f"the report may still come back amended, until the end of {last}.")


def a_grade_is_effective(asking: Asking) -> Iterator[Reason]:
    """there is an effective grade, where the audit tool has grades"""
    if asking.facts.is_graded and asking.facts.grade is None:
        yield asking.reason("L3", "no effective grade is on record: the second grading, as accepted, is missing.")


def there_are_grades_to_correct(asking: Asking) -> Iterator[Reason]:
    """its audit tool has grades"""
    if not asking.facts.is_graded:
        yield asking.reason("P8", "its audit tool has no grades, so none can be corrected.")


def a_dispute_was_decided(asking: Asking) -> Iterator[Reason]:
    """a dispute about it is open, and is resolved by its own steps"""
    if not (asking.facts.dispute_open and asking.asked.is_decided):
        is_open = "resolve it by its own steps" if asking.facts.dispute_open else "there is none that is open"
        yield asking.reason("D7", f"the report changes with the outcome of a dispute: {is_open}.")


def a_moderation_was_done(asking: Asking) -> Iterator[Reason]:
    """it was moderated, and the audit team wants the grade changed"""
    if not asking.asked.is_decided:
        yield asking.reason("M6", "the grade changes with a moderation: record it there.")


def receipt_is_not_acknowledged(asking: Asking) -> Iterator[Reason]:
    """receipt was not acknowledged yet"""
    if asking.facts.acknowledged_on is not None:
        done = day_in_words(asking.facts.acknowledged_on)
        yield asking.reason("L14", f"receipt was acknowledged on {done}: once is enough.")


def there_are_findings_to_discuss(asking: Asking) -> Iterator[Reason]:
    """the audit is graded, and its findings are not discussed yet (or are to be discussed again after a correction)"""
    facts = asking.facts
    if not facts.is_graded:
        yield from nothing_follows(asking)
    elif facts.findings_discussed_on is not None and not facts.findings_are_due:
        done = day_in_words(facts.findings_discussed_on)
        yield asking.reason("L10", f"the findings were discussed on {done}, and nothing has changed since.")


def actions_are_agreed(asking: Asking) -> Iterator[Reason]:
    """the improvement plan is agreed, where one is owed"""
    if not asking.facts.is_graded or not lacks_an_agreed_plan(asking):
        return
    agreed_by = "team manager and practitioner agree it before the discussion of the findings is recorded."
    if needs_smart_actions(asking):
        asked = "this grade asks for SMART actions, each with an owner and a day"
        yield asking.reason("L10", f"the improvement plan is not agreed yet: {asked}; {agreed_by}")
    else:
        yield asking.reason("L4", f"the improvement plan is not agreed yet: these grades ask for one; {agreed_by}")


def findings_are_discussed(asking: Asking) -> Iterator[Reason]:
    """the discussion of the findings is recorded"""
    if not asking.facts.is_graded:
        yield from nothing_follows(asking)
    elif asking.facts.findings_discussed_on is None or asking.facts.findings_are_due:
        yield asking.reason("L10", "the discussion of the findings is not recorded yet.")


def note_is_not_checked(asking: Asking) -> Iterator[Reason]:
    """the case note of the discussion was not seen yet"""
    if asking.facts.findings_note_checked_on is not None:
        done = day_in_words(asking.facts.findings_note_checked_on)
        yield asking.reason("L11", f"the case note of the discussion was seen on {done}.")


def note_is_not_reported_missing(asking: Asking) -> Iterator[Reason]:
    """the case note was not reported missing already"""
    if asking.facts.note_is_awaited:
        yield asking.reason("L11", "the case note is reported missing already, and its clock runs.")


def head_of_service_follows_up(asking: Asking) -> Iterator[Reason]:
    """it is a re-audit, which the head of service follows up"""
    least = asking.policy.lifecycle.head_of_service_follows_up_from
    if asking.facts.sequence < least:
        yield asking.reason("R1", "only re-audits are followed up by the head of service, and this is none.")


def findings_to_follow_up_are_discussed(asking: Asking) -> Iterator[Reason]:
    """the discussion of the findings is recorded"""
    if not any(head_of_service_follows_up(asking)):  # of one that nobody follows up the other reason says it all
        yield from findings_are_discussed(asking)


def findings_are_not_confirmed(asking: Asking) -> Iterator[Reason]:
    """the head of service has not confirmed the actions yet"""
    if asking.facts.findings_confirmed_on is not None:
        done = day_in_words(asking.facts.findings_confirmed_on)
        yield asking.reason("R1", f"the agreed actions were confirmed on {done}.")


def findings_were_acted_on(asking: Asking) -> Iterator[Reason]:
    """an audit that is closed was not closed early, because nobody could act on it"""
    is_the_last = asking.facts.sequence >= re_audits_by_themselves(asking.policy)
    if is_the_last and asking.facts.state is State.CLOSED and any(_still_to_be_done(asking)):
        sentence = (
            "it was closed before all was done that its findings ask for, because nobody could: audit another case of "
            "the same practitioner instead."
        )
        yield asking.reason("R2", sentence)


def no_dispute_is_open(asking: Asking) -> Iterator[Reason]:
    """no dispute is open"""
    if asking.facts.dispute_open:
        yield asking.reason("D7", "a dispute is open: it is settled first.")


def nothing_is_owed(asking: Asking) -> Iterator[Reason]:
    """report uploaded with its case note, findings discussed and their case note seen, follow-up and actions done,
    re-audit allocated or waived; or a listed reason says why nobody can act on it any more"""
    if asking.asked.reason is None:
        yield from _still_owed(asking)


def lacks_an_agreed_plan(asking: Asking) -> bool:
    """Whether an improvement plan is owed, by a grade or by L10, and team manager and practitioner have not agreed one.

    Grades that were changed since count as they are now, of the domains too.
    """
    facts = asking.facts
    by_grade = facts.plan_is_owed or facts.grade in asking.policy.gradings.improvement_plan_grades
    return (by_grade or needs_smart_actions(asking)) and not facts.actions_agreed


def needs_smart_actions(asking: Asking) -> bool:
    """Whether this grade asks for SMART actions in the discussion of the findings (L10)."""
    facts = asking.facts
    if facts.grade is None:
        return False
    return findings_discussion(
        graded_report(asking, facts.grade), asking.on, asking.policy, asking.calendar
    ).smart_actions_required


def graded_report(asking: Asking, grade: str) -> GradedReport:
    """The report as L10 looks at it, with that grade.

    Where the original's grade is not on record, as after a first use in mid-year, the re-audit counts as one that keeps
    it: the stricter reading.
    """
    facts = asking.facts
    if not facts.is_re_audit:
        return GradedReport(facts.kind, grade)
    return GradedReport(facts.kind, grade, facts.original_grade or grade, facts.previous_grade)


def _still_owed(asking: Asking) -> Iterator[Reason]:
    facts = asking.facts
    if facts.uploaded_on is None:
        yield asking.reason("L7", "the report is not uploaded to the case system yet.")
    elif facts.case_note_is_owed:
        sentence = "the case note that goes with the report, and alerts whoever has to know, is not on the record yet."
        yield asking.reason("L7", sentence)
    yield from _still_to_be_done(asking)
    if facts.open_deadlines and not facts.findings_are_due and not facts.note_is_awaited:
        yield asking.reason("L4", f"still open: {listed(_clocks_in_words(facts.open_deadlines))}.")
    if awaits_re_audit(asking):
        yield asking.reason("S7", "its re-audit is not allocated yet, and an audit stays issued until it is.")


def _still_to_be_done(asking: Asking) -> Iterator[Reason]:
    """What people have to do about the findings."""
    facts = asking.facts
    if not facts.is_graded:
        return
    yield from findings_are_discussed(asking)
    if facts.findings_note_checked_on is None:
        yield asking.reason("L11", "the audit team has not seen the case note of the discussion yet.")
    follows_up = facts.sequence >= asking.policy.lifecycle.head_of_service_follows_up_from
    if follows_up and facts.findings_confirmed_on is None:
        yield asking.reason("R1", "the head of service has not confirmed the agreed actions yet.")


def _clocks_in_words(clocks: Mapping[str, date]) -> list[str]:
    return [f"{what_is_owed(limit)} by {day_in_words(on)}" for limit, on in clocks.items()]
