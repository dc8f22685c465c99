"""What an auditor writes of an audit: a grading before and one after the reflective discussion (L2, L3, P8).

Both are kept and neither is overwritten. The effective grade, which all else follows from, is the overall grade of the
second as it was accepted; with no graded domains in the tool there is none, only a percentage (P8).
"""

import enum
from dataclasses import dataclass, replace
from datetime import date


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
    """A domain of the tool by its id: its grade, a code of `gradings.grades`, and the evidence for it (L2)."""

    domain: str
    grade: str | None = None
    evidence: str = ""
    is_applicable: bool = True
    lines: tuple[LineAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class GradingContent:
    """One grading as far as it is written; a draft may lack anything.

    `is_anyone_unsafe` answers the question that the worst grade asks, None while it is not answered (L2).
    `overall_because` says why the overall grade is better than the worst domain suggests. `added_by_discussion` is what
    the reflective discussion added, and stands in the second grading only (L3).
    """

    domains: tuple[DomainContent, ...] = ()
    checks: tuple[CheckFound, ...] = ()
    strengths: tuple[str, ...] = ()
    areas_to_improve: tuple[str, ...] = ()
    overall: str | None = None
    overall_because: str = ""
    is_anyone_unsafe: bool | None = None
    added_by_discussion: str = ""

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
