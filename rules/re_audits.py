"""When a re-audit falls due, in which cycle it is allocated, and who hears of it (S7, P7, R1–R4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.errors import InvalidFacts, OutsideCalendar, Problem
from rules.ladders import LadderState
from rules.ladders_of_audits import re_audits_by_themselves, standing_of_re_audits, waits_for_a_word
from rules.matrix import EventFacts, NoticeEvent, RoleTold, roles_told
from rules.names_in_words import words_of
from rules.policy.shape import Policy
from rules.programme import AuditCycle, first_cycle_from, why_re_audit_waits
from rules.re_audit_orders import who_orders
from rules.roles import Role
from rules.working_days import WorkingDayCalendar

_ORDINALS = {1: "first", 2: "second"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedAudit:
    """An audit as it was issued: `sequence` is 0 for an audit, 1 for a first re-audit and so on.

    `further_re_audit` is what the re-auditor said and the audit manager agreed to (R2), None where nothing was said;
    `ordered_on` the day on which it was decided to have one beyond those that are due by themselves; `called_for_on`
    the day on which a changed grade came to call for one, None where it did from the beginning (D7).
    """

    issued_on: date
    grade: str
    sequence: int = 0
    original_grade: str | None = None
    further_re_audit: bool | None = None
    dispute_open: bool = False
    ordered_on: date | None = None
    called_for_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReAuditOutlook:
    """Whether a re-audit follows, because of what, and when.

    `passed` are the cycles that would be early enough and moderate instead, with the reason (P7); `cycle` is None where
    none follows, or where it waits for a dispute, which `waits` says.
    """

    required: bool
    because: Reason
    earliest_on: date | None = None
    then: Reason | None = None
    passed: tuple[tuple[AuditCycle, Reason], ...] = ()
    waits: Reason | None = None
    cycle: AuditCycle | None = None
    allocated: Reason | None = None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All of it in order."""
        why_passed = (reason for _, reason in self.passed)
        every = (self.because, self.then, self.waits, *why_passed, self.allocated)
        return tuple(reason for reason in every if reason is not None)


@dataclass(frozen=True, slots=True)
class FurtherAudit:
    """Whether a re-audit follows, and when. `cycle` is None while it waits for a dispute, or when none is due.

    `tell` are the roles that hear of the report because of its grade and sequence, beside those who always do.
    """

    required: bool
    earliest_on: date | None
    cycle: AuditCycle | None
    tell: tuple[Role, ...]
    reasons: tuple[Reason, ...]


def calls_for_re_audit(policy: Policy, grade: str | None, sequence: int) -> bool:
    """Whether an issued audit of that grade is re-audited by itself.

    `sequence` is 0 for an audit, 1 for a first re-audit and so on. One without an overall grade is never (P8).
    """
    return grade in policy.gradings.re_audit_grades and sequence < re_audits_by_themselves(policy)


def re_audit_due_on(policy: Policy, issued_on: date) -> date:
    """The first day on which a cycle may open that allocates the re-audit of an audit issued on that day."""
    return policy.selection.months_before_re_audit.after(issued_on)


def further_audit(audit: IssuedAudit, policy: Policy, calendar: WorkingDayCalendar) -> FurtherAudit:
    """What follows from an issued audit.

    Raises InvalidFacts for an unknown grade, and a re-audit without its original's; OutsideCalendar.
    """
    _refuse_contradictions(audit, policy, calendar)
    told = _told_because_of_it(audit, policy)
    tell = tuple(sorted({one.role for one in told}, key=list(Role).index))
    of_telling = [reason for one in told for reason in one.reasons]
    outlook = re_audit_outlook(audit, policy, calendar)
    return FurtherAudit(outlook.required, outlook.earliest_on, outlook.cycle, tell, (*outlook.reasons, *of_telling))


def re_audit_outlook(
    audit: IssuedAudit, policy: Policy, calendar: WorkingDayCalendar, not_before: date | None = None
) -> ReAuditOutlook:
    """Whether and when a re-audit follows an issued audit; `not_before` leaves out the cycles that open before it.

    Raises OutsideCalendar.
    """
    by_itself = _follows_by_itself(audit, policy, calendar)
    because = _why(audit, policy, by_itself=by_itself)
    if not _is_required(audit, policy, by_itself=by_itself):
        return ReAuditOutlook(False, because)
    earliest_on = re_audit_due_on(policy, audit.called_for_on or audit.issued_on)
    then = _why_then(audit, earliest_on, policy)
    if audit.dispute_open:
        waits = policy.reason("S7", "While a dispute on the audit is open, its re-audit waits and has no cycle.")
        return ReAuditOutlook(True, because, earliest_on, then, waits=waits)
    first_day = max(day for day in (earliest_on, audit.ordered_on, not_before) if day is not None)
    cycle, passed = _first_cycle(audit.grade, first_day, policy, calendar)
    allocated = (
        f"The first cycle to open from then on in which re-audits are done is {cycle.name}: "
        f"it is allocated on {day_in_words(cycle.opens_on)}."
    )
    return ReAuditOutlook(True, because, earliest_on, then, tuple(passed), None, cycle, policy.reason("S7", allocated))


def _first_cycle(
    grade: str, on: date, policy: Policy, calendar: WorkingDayCalendar
) -> tuple[AuditCycle, list[tuple[AuditCycle, Reason]]]:
    """The first cycle opening on that day or later that re-audits for the grade, and why those before it do not."""
    passed = []
    cycle = first_cycle_from(policy, calendar, on)
    while (waits := why_re_audit_waits(policy, cycle, grade)) is not None:
        passed.append((cycle, waits))
        cycle = first_cycle_from(policy, calendar, cycle.opens_on + timedelta(days=1))
    return cycle, passed


def _told_because_of_it(audit: IssuedAudit, policy: Policy) -> list[RoleTold]:
    kind = "re_audit" if audit.sequence else "ordinary"
    facts = EventFacts(audit_kind=kind, sequence=audit.sequence, grade=audit.grade)
    always = {one.role for one in roles_told(NoticeEvent.AUDIT_ISSUED, EventFacts(), policy)}
    return [one for one in roles_told(NoticeEvent.AUDIT_ISSUED, facts, policy) if one.role not in always]


def _follows_by_itself(audit: IssuedAudit, policy: Policy, calendar: WorkingDayCalendar) -> bool:
    """By the grade, and by where its work stands on the ladder of re-audits (S7, R2)."""
    if audit.grade not in policy.gradings.re_audit_grades:
        return False
    standing = standing_of_re_audits(audit.sequence, audit.issued_on, policy, calendar, audit.grade)
    return standing.state is LadderState.OPEN and not waits_for_a_word(standing)


def _is_required(audit: IssuedAudit, policy: Policy, *, by_itself: bool) -> bool:
    return _is_ordered(audit, policy) or (by_itself and not _is_waived(audit))


def _is_ordered(audit: IssuedAudit, policy: Policy) -> bool:
    """One is ordered for work that misses the outcome: of a grade that was corrected to Good since none follows."""
    return audit.ordered_on is not None and audit.grade in policy.gradings.re_audit_grades


def _is_waived(audit: IssuedAudit) -> bool:
    """Of an audit itself there is nothing to waive: only a re-auditor may say that no further one is needed."""
    return audit.sequence > 0 and audit.further_re_audit is False


def _why(audit: IssuedAudit, policy: Policy, *, by_itself: bool) -> Reason:
    name = policy.gradings.grades[audit.grade]
    which = "An audit" if audit.sequence == 0 else f"A {_ordinal(audit.sequence)} re-audit"
    rule = "S7" if audit.sequence == 0 else "R2"
    if audit.grade not in policy.gradings.re_audit_grades:
        return policy.reason("S7", f"{which} graded {name} calls for no re-audit.")
    if audit.ordered_on is not None:
        decider, decided_on = words_of(who_orders(policy)), day_in_words(audit.ordered_on)
        sentence = f"{which} graded {name}: by decision of the {decider} on {decided_on} a further one follows."
        return policy.reason("R2", sentence)
    if not by_itself:
        sentence = f"{which} graded {name} calls for no further one by itself: the director may order one, with reason."
        return policy.reason(rule, sentence)
    if _is_waived(audit):
        sentence = f"{which} graded {name}: the re-auditor advised against a further one, and the audit manager agreed."
        return policy.reason(rule, sentence)
    return policy.reason(rule, f"{which} graded {name} calls for a {_ordinal(audit.sequence + 1)} re-audit.")


def _ordinal(sequence: int) -> str:
    return _ORDINALS.get(sequence, "further")


def _why_then(audit: IssuedAudit, earliest_on: date, policy: Policy) -> Reason:
    given = policy.selection.months_before_re_audit
    since = f"it was issued on {day_in_words(audit.issued_on)}"
    if audit.called_for_on is not None:
        since = f"its grade became one that calls for it on {day_in_words(audit.called_for_on)}"
    sentence = f"At least {given} after {since}: {day_in_words(earliest_on)}."
    return policy.reason("S7", sentence)


def _refuse_contradictions(audit: IssuedAudit, policy: Policy, calendar: WorkingDayCalendar) -> None:
    problems = list(_contradictions(audit, policy))
    if problems:
        raise InvalidFacts(problems)
    if not calendar.covers(audit.issued_on):
        raise OutsideCalendar(
            f"issued_on {audit.issued_on} lies outside the years {calendar.first_year} to {calendar.last_year} of the "
            "calendar: give a date in those years."
        )


def _contradictions(audit: IssuedAudit, policy: Policy) -> Iterator[Problem]:
    known = policy.gradings.grades
    for field in ("grade", "original_grade"):
        grade = getattr(audit, field)
        if grade is not None and grade not in known:
            sentence = f"{field} {grade!r:.60} is no grade of this edition: give one of {', '.join(known)}."
            yield Problem(f"/{field}", sentence, grade[:60], "L2")
    if audit.sequence > 0 and audit.original_grade is None:
        sentence = "A re-audit follows an audit: give its original_grade."
        yield Problem("/original_grade", sentence, None, "R2")
