"""Which rows of a list of past audits cannot be recorded, and why (C5)."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from db.queries.recorded_audits import Membership, TeamRow
from rules.dates_in_words import day_in_words
from rules.errors import Refusal
from rules.programme import cycle_of, first_day_of, month_of
from usecases.work import Work

KINDS = ("ordinary", "themed", "re_audit")


@dataclass(frozen=True, slots=True)
class PastAudit:
    """One row: an audit that was issued before the product was in use.

    People are named by their references, `line` is where it stands in the council's list, `month` that of the cycle
    it belonged to ("2026-03"). Without a `team` it is the one in which the practitioner is known to have been. A
    re-audit says in `re_audit_of` in which month the practitioner had the audit that it followed up: nobody has two
    in a month (S2), so that says which.
    """

    line: int
    month: str
    case_reference: str
    practitioner: str
    grade: str
    issued_on: date
    auditor: str | None = None
    team: str | None = None
    kind: str = "ordinary"
    re_audit_of: str | None = None


@dataclass(frozen=True, slots=True)
class PastAuditRefused:
    """A row that was not recorded: where it stands, what is wrong with it, the rule and the way out."""

    line: int
    column: str
    value: str
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class OnRecord:
    """An audit that is recorded already, or will be with this list."""

    case_reference: str
    auditor: str | None
    grade: str | None
    sequence: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the people in a list: `audits` and `ids` by practitioner and month."""

    people: Mapping[str, uuid.UUID]
    teams: Mapping[str, TeamRow]
    memberships: Mapping[str, list[Membership]]
    audits: dict[tuple[str, str], OnRecord]
    ids: dict[tuple[str, str | None], uuid.UUID]


def is_known_already(known: Known, row: PastAudit) -> bool:
    """Whether this very audit is on record."""
    there = known.audits.get((row.practitioner, row.month))
    return there is not None and (there.case_reference, there.auditor, there.grade) == (
        row.case_reference,
        row.auditor,
        row.grade,
    )


def why_refused(work: Work, known: Known, row: PastAudit) -> PastAuditRefused | None:
    """The first thing wrong with a row; None for a good one."""
    for check in _CHECKS:
        found = check(work, known, row)
        if found is not None:
            return found
    return None


def _refused(row: PastAudit, column: str, rule: str, sentence: str) -> PastAuditRefused:
    value = str(getattr(row, column) or "")[:80]
    return PastAuditRefused(row.line, column, value, rule, f"Line {row.line}, {column} {value!r}: {sentence}")


def _month(work: Work, _: Known, row: PastAudit) -> PastAuditRefused | None:
    try:
        cycle_of(work.policy, work.calendar, row.month)
    except Refusal as why:
        return _refused(row, "month", why.rule or "P1", why.sentence)
    if row.month > month_of(work.today):
        return _refused(row, "month", "C5", "it lies ahead; only audits of the past are recorded here.")
    return None


def _case_reference(_: Work, __: Known, row: PastAudit) -> PastAuditRefused | None:
    if not row.case_reference.strip():
        return _refused(row, "case_reference", "C5", "give the reference of the case that was audited.")
    return None


def _practitioner(_: Work, known: Known, row: PastAudit) -> PastAuditRefused | None:
    if row.practitioner not in known.people:
        return _refused(row, "practitioner", "C5", "nobody has this reference; load the extract of workers first.")
    if row.team is None and not known.memberships.get(row.practitioner):
        return _refused(row, "practitioner", "C5", "no team of theirs is known; name the team they were in.")
    return None


def _team(_: Work, known: Known, row: PastAudit) -> PastAuditRefused | None:
    if row.team is not None and row.team not in known.teams:
        return _refused(row, "team", "C5", "no team has this reference; load the extract of teams first.")
    return None


def _auditor(_: Work, known: Known, row: PastAudit) -> PastAuditRefused | None:
    if row.auditor and row.auditor not in known.people:
        return _refused(row, "auditor", "C5", "nobody has this reference; add the person, or leave the auditor out.")
    if row.auditor == row.practitioner:
        return _refused(row, "auditor", "A2", "nobody audits their own work; correct the auditor, or leave it out.")
    return None


def _grade(work: Work, _: Known, row: PastAudit) -> PastAuditRefused | None:
    grades = work.policy.gradings.grades
    if row.grade not in grades:
        return _refused(row, "grade", "L2", f"there is no such grade; use one of {', '.join(grades)}.")
    return None


def _issued_on(work: Work, _: Known, row: PastAudit) -> PastAuditRefused | None:
    if row.issued_on > work.today:
        today = day_in_words(work.today)
        return _refused(row, "issued_on", "C5", f"it is after today, {today}; only issued audits are recorded here.")
    if row.issued_on < first_day_of(row.month):
        return _refused(row, "issued_on", "C5", f"that is before its month, {row.month}; correct one of the two.")
    return None


def _kind(_: Work, known: Known, row: PastAudit) -> PastAuditRefused | None:
    if row.kind not in KINDS:
        return _refused(row, "kind", "C5", f"there is no such kind; use one of {', '.join(KINDS)}.")
    if (row.kind == "re_audit") != (row.re_audit_of is not None):
        sentence = "a re-audit, and nothing else, names the month of the audit that it followed up."
        return _refused(row, "re_audit_of", "S7", sentence)
    if row.re_audit_of is not None and not (
        row.re_audit_of < row.month and (row.practitioner, row.re_audit_of) in known.audits
    ):
        sentence = "no earlier audit of this practitioner is known for that month; record that one first."
        return _refused(row, "re_audit_of", "S7", sentence)
    return None


def _only_one_a_month(_: Work, known: Known, row: PastAudit) -> PastAuditRefused | None:
    there = known.audits.get((row.practitioner, row.month))
    if there is None:
        return None
    sentence = (
        f"the practitioner has another audit in {row.month}, of case {there.case_reference}, and nobody has two in a "
        "month; correct the month or the practitioner."
    )
    return _refused(row, "practitioner", "S2", sentence)


_CHECKS: tuple[Callable[[Work, Known, PastAudit], PastAuditRefused | None], ...] = (
    _month,
    _case_reference,
    _practitioner,
    _team,
    _auditor,
    _grade,
    _issued_on,
    _kind,
    _only_one_a_month,
)
