"""Which rows of a list of past audits cannot be recorded, and what is noticed about the others (C5)."""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from db.queries.recorded_audits import Appointment, Membership, TeamRow
from rules.dates_in_words import day_in_words
from rules.errors import Refusal
from rules.ladders_of_audits import re_audits_by_themselves
from rules.programme import cycle_of, first_day_of, month_of
from usecases.first_use_rows import ListRow, PastAudit, RowTold
from usecases.work import Work

KINDS = ("ordinary", "themed", "re_audit")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class OnRecord:
    """An audit that is recorded already, or will be with this list; `reference` is that of one recorded before."""

    case_reference: str
    auditor: str | None
    grade: str | None
    sequence: int
    state: str = "issued"
    reference: str | None = None
    is_followed_up: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the people in a list: `audits` and `ids` by practitioner and month, `cases` in the caseload."""

    people: Mapping[str, uuid.UUID]
    teams: Mapping[str, TeamRow]
    memberships: Mapping[str, list[Membership]]
    appointments: Mapping[str, list[Appointment]]
    cases: Collection[str]
    audits: dict[tuple[str, str], OnRecord] = field(default_factory=dict)
    ids: dict[tuple[str, str | None], uuid.UUID] = field(default_factory=dict)
    months_with_cycle: set[str] = field(default_factory=set)

    def team_of(self, practitioner: str, team: str | None, on: date) -> TeamRow | None:
        """The team named; else the practitioner's on that day; if none is known, the latest that is."""
        if team is not None:
            return self.teams.get(team)
        memberships = self.memberships.get(practitioner, [])
        found = [it for it in memberships if it.covers(on)] or memberships
        return TeamRow(found[0].team_id, found[0].service_id) if found else None


def is_known_already(known: Known, row: PastAudit) -> bool:
    """Whether this very audit is on record."""
    there = known.audits.get((row.practitioner, row.month))
    auditor = row.auditor if row.auditor in known.people else None
    return there is not None and (there.case_reference, there.auditor, there.grade) == (
        row.case_reference,
        auditor,
        row.grade,
    )


def notes_about(work: Work, known: Known, row: PastAudit) -> Iterator[RowTold]:
    """What may be a slip in a row that is recorded all the same."""
    if row.auditor is not None and row.auditor not in known.people:
        yield told(row, "auditor", "A2", "nobody has this reference; recorded without an auditor.")
    elif row.auditor is not None and not _may_have_audited(work, known, row):
        yield told(row, "auditor", "A1", "by the appointments known here they could not have audited this.")
    if row.case_reference not in known.cases:
        yield told(row, "case_reference", "C1", "no extract had this case; recorded, as it may have closed.")
    if row.kind == "re_audit" and row.re_audit_of is None:
        yield told(
            row, "re_audit_of", "S7", f"the audit before is not named; recorded as re-audit {row.sequence or 1}."
        )
    before = known.audits.get((row.practitioner, row.re_audit_of or ""))
    if before is not None and before.grade is not None and before.grade not in work.policy.gradings.re_audit_grades:
        title = work.policy.gradings.grades[before.grade]
        yield told(row, "re_audit_of", "S7", f"the audit before was graded {title}, which calls for no re-audit.")
    if before is not None and before.case_reference != row.case_reference:
        yield told(row, "case_reference", "S7", f"the audit before was of case {before.case_reference}.")


def faults_of(work: Work, known: Known, row: PastAudit) -> list[RowTold]:
    """What is wrong with a row, so that it is put right at one go; empty for a good one."""
    return [found for check in _CHECKS if (found := check(work, known, row)) is not None]


def lines_of(faults: Iterable[RowTold]) -> int:
    """How many rows these are about."""
    return len({fault.line for fault in faults})


def told(row: ListRow, column: str, rule: str, sentence: str) -> RowTold:
    """What is said of one column of a row."""
    value = str(getattr(row, column) or "")[:_SHOWN]
    return RowTold(row.line, column, value, rule, f"Line {row.line}, {column} {value!r}: {sentence}")


def _month(work: Work, known: Known, row: PastAudit) -> RowTold | None:
    if row.month not in known.months_with_cycle:
        try:
            cycle_of(work.policy, work.calendar, row.month)
        except Refusal as why:
            return told(row, "month", why.rule or "P1", why.sentence)
        known.months_with_cycle.add(row.month)
    if row.month > month_of(work.today):
        return told(row, "month", "C5", "it lies ahead; only audits of the past are recorded here.")
    return None


def _case_reference(_: Work, __: Known, row: PastAudit) -> RowTold | None:
    if not row.case_reference.strip():
        return told(row, "case_reference", "C5", "give the reference of the case that was audited.")
    return None


def _practitioner(_: Work, known: Known, row: PastAudit) -> RowTold | None:
    if row.practitioner not in known.people:
        return told(row, "practitioner", "C5", "nobody has this reference; load the extract of workers first.")
    if row.team is None and not known.memberships.get(row.practitioner):
        return told(row, "practitioner", "C5", "no team of theirs is known; name the team they were in.")
    return None


def _team(_: Work, known: Known, row: PastAudit) -> RowTold | None:
    if row.team is not None and row.team not in known.teams:
        return told(row, "team", "C5", "no team has this reference; load the extract of teams first.")
    return None


def _auditor(_: Work, __: Known, row: PastAudit) -> RowTold | None:
    if row.auditor is not None and row.auditor == row.practitioner:
        return told(row, "auditor", "A2", "nobody audits their own work; correct the auditor, or leave it out.")
    return None


def _grade(work: Work, _: Known, row: PastAudit) -> RowTold | None:
    grades = work.policy.gradings.grades
    if row.grade not in grades:
        return told(row, "grade", "L2", f"there is no such grade; use one of {', '.join(grades)}.")
    return None


def _issued_on(work: Work, known: Known, row: PastAudit) -> RowTold | None:
    if row.issued_on > work.today:
        today = day_in_words(work.today)
        return told(row, "issued_on", "C5", f"it is after today, {today}; only issued audits are recorded here.")
    is_month = row.month in known.months_with_cycle and row.month <= month_of(work.today)
    if is_month and row.issued_on < first_day_of(row.month):
        return told(row, "issued_on", "C5", f"that is before its month, {row.month}; correct one of the two.")
    return None


def _kind(work: Work, known: Known, row: PastAudit) -> RowTold | None:
    if row.kind not in KINDS:
        return told(row, "kind", "C5", f"there is no such kind; use one of {', '.join(KINDS)}.")
    if row.kind != "re_audit" and row.re_audit_of is not None:
        sentence = "only a re-audit names the month of the audit that it followed up; leave it out."
        return told(row, "re_audit_of", "S7", sentence)
    if row.sequence is not None and not _is_possible_sequence(work, row):
        most = re_audits_by_themselves(work.policy)
        sentence = f"give 1 to {most} for a re-audit of which the audit before is in no list, and nothing otherwise."
        return told(row, "sequence", "S7", sentence)
    if row.re_audit_of is not None and not (
        row.re_audit_of < row.month and (row.practitioner, row.re_audit_of) in known.audits
    ):
        sentence = (
            "no earlier audit of this practitioner is known for that month; add it to the list, or leave the month out."
        )
        return told(row, "re_audit_of", "S7", sentence)
    return None


def _only_one_a_month(_: Work, known: Known, row: PastAudit) -> RowTold | None:
    there = known.audits.get((row.practitioner, row.month))
    if there is None:
        return None
    sentence = (
        f"the practitioner has another audit in {row.month}, of case {there.case_reference}, and nobody has two in a "
        "month; correct the month or the practitioner, or the audit that is on record (PATCH /v1/recorded-audits)."
    )
    return told(row, "practitioner", "S2", sentence)


def _is_possible_sequence(work: Work, row: PastAudit) -> bool:
    most = re_audits_by_themselves(work.policy)
    return row.kind == "re_audit" and row.re_audit_of is None and 1 <= (row.sequence or 0) <= most


def _may_have_audited(work: Work, known: Known, row: PastAudit) -> bool:
    """Whether any appointment of the auditor's, of today or earlier, lets them audit this (A1)."""
    eligibility = work.policy.eligibility
    team = known.team_of(row.practitioner, row.team, first_day_of(row.month))
    who = eligibility.auditors_of_the_rest
    if row.kind == "re_audit":
        who = eligibility.auditors_of_re_audits
    elif team is not None:
        who = eligibility.auditors_of_services.get(team.service_id, who)
    return any(
        (not who.services or it.service_id in who.services) and (not who.roles or set(who.roles) & set(it.roles))
        for it in known.appointments.get(row.auditor or "", [])
    )


_CHECKS: tuple[Callable[[Work, Known, PastAudit], RowTold | None], ...] = (
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
