"""What an auditor writes of an audit: a grading before and one after the reflective discussion (L2, L3, P8).

Both are kept and neither is overwritten. The effective grade, which all else follows from, is the overall grade of the
second as it was accepted; with no graded domains in the tool there is none, only a percentage (P8).
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from rules.decisions import Reason
from rules.errors import Problem
from rules.policy.shape import Policy


class Stage(enum.StrEnum):
    """Which of the two gradings."""

    BEFORE_DISCUSSION = "before_discussion"
    AFTER_DISCUSSION = "after_discussion"


class CheckAnswer(enum.StrEnum):
    """What a compliance check found (P8)."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """A key line of enquiry by its id in the tool: what the record shows, or that it does not apply (3.4)."""

    line: str
    answer: str = ""
    is_applicable: bool = True


@dataclass(frozen=True, slots=True)
class CheckFound:
    """A compliance check by its id in the tool; with a timescale, the day it counts from and the day it was done `on`.

    `on` is None while what was to happen has not.
    """

    check: str
    answer: CheckAnswer | None = None
    on: date | None = None
    note: str = ""
    started_on: date | None = None


@dataclass(frozen=True, slots=True)
class DomainContent:
    """A domain of the tool by its id: its grade, a code of `gradings.grades`, and the evidence for it (L2).

    `changed_because` stands in the second grading where no discussion was held, and is why its grade is another (L3).
    """

    domain: str
    grade: str | None = None
    evidence: str = ""
    is_applicable: bool = True
    lines: tuple[LineAnswer, ...] = ()
    changed_because: str = ""


@dataclass(frozen=True, slots=True)
class GradingContent:
    """One grading as far as it is written; a draft may lack anything.

    `is_anyone_unsafe` answers the question that the worst grade asks, None while it is not answered (L2).
    `overall_because` says why the overall grade is better than the worst domain suggests. `added_by_discussion` is what
    the reflective discussion added, and stands in the second grading only (L3); `changed_because` is of the overall
    grade what it is of a domain's.
    """

    domains: tuple[DomainContent, ...] = ()
    checks: tuple[CheckFound, ...] = ()
    strengths: tuple[str, ...] = ()
    areas_to_improve: tuple[str, ...] = ()
    overall: str | None = None
    overall_because: str = ""
    is_anyone_unsafe: bool | None = None
    added_by_discussion: str = ""
    changed_because: str = ""

    def domain(self, domain: str) -> DomainContent | None:
        """What is written of a domain; None for nothing."""
        return next((it for it in self.domains if it.domain == domain), None)


def after_over_before(before: GradingContent, after: GradingContent) -> GradingContent:
    """The second grading as it is read: what it leaves out stands as in the first, but for the grades (L3).

    Grades, the answer to the safety question and what the discussion added are given anew or are missing.
    """
    return replace(
        after,
        domains=_domains_over(before, after),
        checks=_over(before.checks, after.checks),
        strengths=after.strengths or before.strengths,
        areas_to_improve=after.areas_to_improve or before.areas_to_improve,
    )


def _domains_over(before: GradingContent, after: GradingContent) -> tuple[DomainContent, ...]:
    earlier = {it.domain: it for it in before.domains}
    later = {it.domain: it for it in after.domains}
    return tuple(_domain_over(earlier.get(domain), later.get(domain)) for domain in {**earlier, **later})


def _domain_over(before: DomainContent | None, after: DomainContent | None) -> DomainContent:
    if before is None or after is None:
        known = after or before
        assert known is not None, "one of the two has it"
        return known if after is not None else replace(known, grade=None)
    earlier = {it.line: it for it in before.lines}
    later = {it.line: it for it in after.lines}
    return replace(after, evidence=after.evidence or before.evidence, lines=tuple({**earlier, **later}.values()))


def _over(before: tuple[CheckFound, ...], after: tuple[CheckFound, ...]) -> tuple[CheckFound, ...]:
    later = {it.check: it for it in after if it.answer is not None}
    return tuple({**{it.check: it for it in before}, **later}.values())


def missing_in_grading(
    content: GradingContent, stage: Stage, policy: Policy, *, is_graded: bool = True, was_discussed: bool = True
) -> tuple[Reason, ...]:
    """What the grading still lacks beside what the audit tool asks for (L2, L3); nothing of it is wrong.

    `is_graded` unless the tool has compliance checks only (P8); `was_discussed` unless the reflective discussion was
    not held, which then has its own reason.
    """
    found = [*_missing_in_words(content, stage, policy, was_discussed=was_discussed)]
    if is_graded:
        found += missing_in_grades(content, stage, policy)
    return tuple(found)


def missing_in_grades(content: GradingContent, stage: Stage, policy: Policy) -> tuple[Reason, ...]:
    """The part of it that is about grades: the overall one, the reason for a gap, the question about safety (L2)."""
    return tuple(_missing_in_grades(content, stage, policy))


def wrong_in_grading(content: GradingContent, stage: Stage, policy: Policy) -> tuple[Problem, ...]:
    """What no draft may hold: a grade that the edition has not, one of a domain that does not apply, a domain twice.

    Each with a JSON pointer into the content as the API takes it.
    """
    grades = [("/overall", content.overall)]
    grades += [(f"/domains/{place}/grade", domain.grade) for place, domain in enumerate(content.domains)]
    return (
        *(_no_such_grade(place, grade, policy) for place, grade in grades if _is_unknown(grade, policy)),
        *_graded_without_applying(content),
        *_twice("/domains", "domain", [it.domain for it in content.domains]),
        *_twice("/checks", "compliance check", [it.check for it in content.checks]),
        *(
            problem
            for place, domain in enumerate(content.domains)
            for problem in _twice(f"/domains/{place}/lines", "line of enquiry", [it.line for it in domain.lines])
        ),
        *_added_before(content, stage),
    )


def worst_domain_grade(content: GradingContent, policy: Policy) -> str | None:
    """The worst grade of an applicable domain; None where none is graded."""
    given = {it.grade for it in content.domains if it.is_applicable}
    return next((grade for grade in reversed(list(policy.gradings.grades)) if grade in given), None)


def asks_for_safety(content: GradingContent, policy: Policy) -> bool:
    """Whether a grade is one that asks "is anyone unsafe now?" (L2)."""
    given = {content.overall, *(it.grade for it in content.domains if it.is_applicable)}
    return not given.isdisjoint(policy.gradings.safety_question_grades)


def title_of(grade: str, policy: Policy) -> str:
    """A grade as it is written, such as "Requires Improvement"."""
    return policy.gradings.grades[grade]


def _missing_in_words(
    content: GradingContent, stage: Stage, policy: Policy, *, was_discussed: bool
) -> Iterator[Reason]:
    said = {"strengths": content.strengths, "areas to improve": content.areas_to_improve}
    least = {"strengths": policy.gradings.least_strengths, "areas to improve": policy.gradings.least_areas_to_improve}
    for what, texts in said.items():
        written = sum(1 for text in texts if text.strip())
        if written < least[what]:
            sentence = f"Of {what} {written} of at least {least[what]} is written: say what the record shows."
            yield policy.reason("L2", sentence)
    if stage is Stage.AFTER_DISCUSSION and was_discussed and not content.added_by_discussion.strip():
        sentence = "What the reflective discussion added is not noted: note it, or that it added nothing."
        yield policy.reason("L3", sentence)


def missing_alert(content: GradingContent, policy: Policy, *, is_raised: bool) -> tuple[Reason, ...]:
    """Whoever says that somebody is unsafe now raises a safety alert: nothing is handed in without it (L2, W7)."""
    if content.is_anyone_unsafe is not True or is_raised:
        return ()
    sentence = (
        "Somebody is unsafe now, as the grading says, and no safety alert was raised from this audit: raise it now, "
        "with the audit's id and a few words."
    )
    return (policy.reason("L2", sentence),)


def _missing_in_grades(content: GradingContent, stage: Stage, policy: Policy) -> Iterator[Reason]:
    if content.overall is None:
        yield policy.reason("L2", f"The overall grade {_when(stage)} is not given: give one of {_titles(policy)}.")
    yield from _missing_for_gap(content, policy)
    if asks_for_safety(content, policy) and content.is_anyone_unsafe is None:
        grades = " or ".join(title_of(grade, policy) for grade in policy.gradings.safety_question_grades)
        sentence = f'A grade {_when(stage)} is {grades}, which asks "is anyone unsafe now?": answer yes or no.'
        yield policy.reason("L2", sentence)


def _missing_for_gap(content: GradingContent, policy: Policy) -> Iterator[Reason]:
    worst = worst_domain_grade(content, policy)
    if content.overall is None or worst is None or content.overall_because.strip():
        return
    order = list(policy.gradings.grades)
    gap, most = order.index(worst) - order.index(content.overall), policy.gradings.levels_that_need_a_reason
    if gap >= most:
        sentence = (
            f"The overall grade, {title_of(content.overall, policy)}, is {gap} levels above the worst domain, "
            f"{title_of(worst, policy)}: from {most} levels on, say why."
        )
        yield policy.reason("L2", sentence)


def _is_unknown(grade: str | None, policy: Policy) -> bool:
    return grade is not None and grade not in policy.gradings.grades


def _no_such_grade(place: str, grade: str | None, policy: Policy) -> Problem:
    sentence = f"{grade!r:.60} is no grade of this edition: give one of {', '.join(policy.gradings.grades)}."
    return Problem(place, sentence, str(grade)[:60], "L2")


def _graded_without_applying(content: GradingContent) -> Iterator[Problem]:
    for place, domain in enumerate(content.domains):
        if domain.grade is not None and not domain.is_applicable:
            sentence = f"Domain {domain.domain} does not apply and has a grade: leave out one of the two."
            yield Problem(f"/domains/{place}/grade", sentence, domain.grade[:60], "L2")


def _twice(place: str, what: str, ids: list[str]) -> Iterator[Problem]:
    for number, id_ in enumerate(ids):
        if id_ in ids[:number]:
            yield Problem(f"{place}/{number}", f"The {what} {id_!r:.60} stands there twice: write it once.", id_[:60])


def _added_before(content: GradingContent, stage: Stage) -> Iterator[Problem]:
    if stage is not Stage.BEFORE_DISCUSSION:
        return
    if content.added_by_discussion.strip():
        sentence = "What the discussion added belongs to the grading after it: leave it out of the one before."
        yield Problem("/added_by_discussion", sentence, rule="L3")
    reasons = [("", content.changed_because)]
    reasons += [(f"/domains/{place}", domain.changed_because) for place, domain in enumerate(content.domains)]
    for place, reason in reasons:
        if reason.strip():
            sentence = "Why a grade changed belongs to the second grading: leave it out of the first."
            yield Problem(f"{place}/changed_because", sentence, rule="L3")


def _when(stage: Stage) -> str:
    return "before the discussion" if stage is Stage.BEFORE_DISCUSSION else "after the discussion"


def _titles(policy: Policy) -> str:
    return ", ".join(policy.gradings.grades.values())
