"""What may stand in the way of a re-audit of an audit: of doing without one, of ordering one, of its case (R2, S7).

Guards as those of `rules/lifecycle_guards.py`.
"""

from collections.abc import Iterator

from rules.audit_facts import Asking
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.ladders_of_audits import re_audits_by_themselves
from rules.re_audits import calls_for_re_audit


def further_re_audit_is_due(asking: Asking) -> Iterator[Reason]:
    """it is a re-audit whose grade calls for a further one by itself"""
    facts, policy = asking.facts, asking.policy
    if not facts.is_graded:
        yield from nothing_follows(asking)
    elif not facts.is_re_audit:
        yield asking.reason("R2", "only after a re-audit can a further one be done without, and this is none.")
    elif not _further_one_is_due(asking):
        grade = facts.grade or facts.grade_after
        why = "the required outcome is reached"
        if grade in policy.gradings.re_audit_grades:
            why = "it is the last re-audit that is due by itself"
        yield asking.reason("R2", f"{why}, so there is no further one to do without.")


def further_re_audit_is_not_decided(asking: Asking) -> Iterator[Reason]:
    """nothing was decided about the further re-audit yet"""
    facts = asking.facts
    if facts.re_audit_allocated_on is not None:
        done = day_in_words(facts.re_audit_allocated_on)
        yield asking.reason("R2", f"the further re-audit was allocated on {done}: withdraw that one, with a reason.")
    if facts.further_re_audit_waived or facts.further_re_audit_ordered:
        yield asking.reason("R2", "it is decided already whether there is a further re-audit.")


def re_auditor_is_silent(asking: Asking) -> Iterator[Reason]:
    """the re-auditor has not advised against it before"""
    if asking.facts.further_re_audit_advised_against:
        yield asking.reason("R2", "the re-auditor has advised against a further re-audit before.")


def re_auditor_advises_against(asking: Asking) -> Iterator[Reason]:
    """the re-auditor advises against a further re-audit"""
    if not asking.facts.further_re_audit_advised_against and _further_one_is_due(asking):
        yield asking.reason("R2", "the re-auditor has not advised against a further re-audit, so one is due.")


def no_more_are_due_by_themselves(asking: Asking) -> Iterator[Reason]:
    """it is the last re-audit that is due by itself, and still misses the required outcome"""
    facts, policy = asking.facts, asking.policy
    if not facts.is_graded:
        yield from nothing_follows(asking)
    elif facts.grade not in policy.gradings.re_audit_grades:
        yield asking.reason("R2", "the required outcome is reached, so there is nothing to audit again.")
    elif facts.sequence < re_audits_by_themselves(policy):
        yield asking.reason("R2", "a re-audit of it is due by itself: nobody orders it.")


def a_re_audit_is_awaited(asking: Asking) -> Iterator[Reason]:
    """its re-audit is due, and neither allocated nor waived"""
    if not asking.facts.is_graded:
        yield from nothing_follows(asking)
    elif not awaits_re_audit(asking):
        yield asking.reason("S7", "no re-audit of it is awaited, so there is no case to choose for one.")


def practitioner_is_still_here(asking: Asking) -> Iterator[Reason]:
    """the practitioner has not left"""
    last_day = asking.facts.practitioner_left_on
    if last_day is not None and last_day < asking.on and awaits_re_audit(asking):
        sentence = (
            f"the practitioner's last day was {day_in_words(last_day)}, so no case of theirs can be audited: close the "
            "audit with a reason."
        )
        yield asking.reason("S7", sentence)


def own_case_is_not_open(asking: Asking) -> Iterator[Reason]:
    """its own case is not open any more, or another one was chosen before"""
    if asking.facts.case_is_open and asking.facts.re_audit_case is None and awaits_re_audit(asking):
        yield asking.reason("S7", "its case is open, so its re-audit looks at that one and at no other.")


def awaits_re_audit(asking: Asking) -> bool:
    """Whether a re-audit is due that is neither allocated nor waived (S7, R2)."""
    facts = asking.facts
    if facts.re_audit_allocated_on is not None:
        return False
    if facts.further_re_audit_ordered:  # for work that misses the outcome, so not once it was corrected to Good
        return facts.grade in asking.policy.gradings.re_audit_grades
    return calls_for_re_audit(asking.policy, facts.grade, facts.sequence) and not facts.further_re_audit_waived


def nothing_follows(asking: Asking) -> Iterator[Reason]:
    """Why an audit without grades has no findings to discuss and no re-audit (P8)."""
    sentence = (
        "its audit tool has no graded domains, so that there is a percentage only: no findings to discuss, no actions "
        "to confirm and no re-audit follow."
    )
    yield asking.reason("P8", sentence)


def _further_one_is_due(asking: Asking) -> bool:
    """Whether a further re-audit follows a re-audit by itself, going by the grade that it has so far (R2)."""
    facts = asking.facts
    return facts.is_re_audit and calls_for_re_audit(asking.policy, facts.grade or facts.grade_after, facts.sequence)
