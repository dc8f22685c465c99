"""When team manager and practitioner discuss the findings of an issued report (L10).

An audit has one limit by its grade. A re-audit is also held against what it was to put right: the shortest limit of all
that apply governs. Without an overall grade there is nothing to discuss by this rule (P8).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.lengths import WorkingDays
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar

RE_AUDIT = "re_audit"


@dataclass(frozen=True, slots=True)
class GradedReport:
    """An issued report by its effective grade; of a re-audit also the original's grade.

    `previous_grade` is that of the re-audit before it, None where there was none.
    """

    audit_kind: str
    grade: str
    original_grade: str | None = None
    previous_grade: str | None = None


@dataclass(frozen=True, slots=True)
class FindingsDiscussion:
    """By when the findings are discussed and by whom; the first reason says which limit governs, the second counts."""

    due_on: date
    within: WorkingDays
    smart_actions_required: bool
    acknowledge_achievement: bool
    owed_by: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Limit:
    within: WorkingDays
    because: Reason


def findings_discussion(
    report: GradedReport, received_on: date, policy: Policy, calendar: WorkingDayCalendar
) -> FindingsDiscussion:
    """The clock of a report received on that day, which is the day it was issued.

    Raises InvalidFacts for an unknown grade, a re-audit without its original's grade and an audit with an earlier one;
    OutsideCalendar.
    """
    _refuse_contradictions(report, policy)
    governing = min(_limits(report, policy), key=lambda limit: limit.within)
    counted = calendar.explain(received_on, governing.within)
    rules = policy.findings_discussions
    reasons = [governing.because, Reason(governing.because.rule, governing.because.clause, f"{counted.sentence}.")]
    acknowledged = report.grade in rules.achievement_grades
    if acknowledged:
        praise = f"{_named(policy, report.grade)} is an achievement: the line manager acknowledges it."
        reasons.append(_by_entry(policy, "achievement_grades", praise))
    return FindingsDiscussion(
        due_on=counted.due_on,
        within=governing.within,
        smart_actions_required=governing.within <= rules.smart_actions_within,
        acknowledge_achievement=acknowledged,
        owed_by=rules.owed_by,
        reasons=tuple(reasons),
    )


def _limits(report: GradedReport, policy: Policy) -> Iterator[_Limit]:
    """Every limit that applies; of equally short ones the first governs."""
    rules, grade = policy.findings_discussions, report.grade
    name = _named(policy, grade)
    if report.audit_kind != RE_AUDIT:
        yield _limit(policy, "within_of_audits", rules.within_of_audits[grade], f"An audit graded {name}")
        return
    for entry, earlier in _compared_with(report):
        if _is_worse(policy, grade, earlier):
            what = f"A re-audit graded {name}, lower than the {entry}'s {_named(policy, earlier)}"
            yield _limit(policy, "within_when_lower", rules.within_when_lower, what)
        elif grade == earlier and grade in rules.within_when_kept:
            what = f"A re-audit that keeps the {entry}'s {name}"
            yield _limit(policy, "within_when_kept", rules.within_when_kept[grade], what)
    yield _limit(policy, "within_of_re_audits", rules.within_of_re_audits[grade], f"A re-audit graded {name}")


def _compared_with(report: GradedReport) -> Iterator[tuple[str, str]]:
    if report.original_grade is not None:
        yield "original", report.original_grade
    if report.previous_grade is not None:
        yield "previous re-audit", report.previous_grade


def _limit(policy: Policy, entry: str, within: WorkingDays, what: str) -> _Limit:
    sentence = f"{what} is discussed by team manager and practitioner within {within} of receiving the report."
    return _Limit(within, _by_entry(policy, entry, sentence))


def _by_entry(policy: Policy, entry: str, sentence: str) -> Reason:
    return policy.reason_by_entry(f"findings_discussions.{entry}", sentence)


def _is_worse(policy: Policy, grade: str, than: str) -> bool:
    best_first = list(policy.gradings.grades)
    return best_first.index(grade) > best_first.index(than)


def _named(policy: Policy, grade: str) -> str:
    return policy.gradings.grades[grade]


def _refuse_contradictions(report: GradedReport, policy: Policy) -> None:
    problems = [*_unknown_grades(report, policy), *_history_that_cannot_be(report)]
    if problems:
        raise InvalidFacts(problems)


def _unknown_grades(report: GradedReport, policy: Policy) -> Iterator[Problem]:
    known = policy.gradings.grades
    for field in ("grade", "original_grade", "previous_grade"):
        grade = getattr(report, field)
        if grade is not None and grade not in known:
            sentence = f"{field} {grade!r:.60} is no grade of this edition: give one of {', '.join(known)}."
            yield Problem(f"/{field}", sentence, grade[:60], "L2")


def _history_that_cannot_be(report: GradedReport) -> Iterator[Problem]:
    if report.audit_kind == RE_AUDIT:
        if report.original_grade is None:
            sentence = "A re-audit is compared with the audit that called for it: give its original_grade."
            yield Problem("/original_grade", sentence, None, "L10")
        return
    for field in ("original_grade", "previous_grade"):
        if getattr(report, field) is not None:
            sentence = f"{field} is given, and {report.audit_kind!r} audits follow no other: leave it out."
            yield Problem(f"/{field}", sentence, getattr(report, field)[:60], "L10")
