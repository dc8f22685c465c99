"""Recording audits from before the product was in use, so that nobody is "never audited" by mistake (C5).

What S2, S3, S6, S7 and A2 compare. Good rows are recorded, each bad row is named with its reason; the same list once
more changes nothing. Whether a list with bad rows is recorded at all is decided in usecases/first_use.py.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from db.queries import recorded_audits as records
from db.queries.recorded_audits import Appointment, Membership
from rules.audit_windows import window_of_audit, window_of_re_audit
from rules.programme import cycle_of, first_day_of
from rules.re_audits import calls_for_re_audit
from usecases.audit_references import references_for
from usecases.first_use_rows import PastAudit, RowTold
from usecases.past_audit_checks import Known, OnRecord, faults_of, is_known_already, notes_about
from usecases.trail import Entry, record
from usecases.work import Work

__all__ = ["PastAudit", "PastAuditsRecorded", "record_past_audits"]


@dataclass(frozen=True, slots=True)
class PastAuditsRecorded:
    """What became of the rows: how many are new, how many were recorded before, and which were refused and why.

    `refused` has every fault of a row, `notes` are about rows that were recorded and may hold a slip.
    """

    recorded: int
    known_already: int
    refused: tuple[RowTold, ...]
    notes: tuple[RowTold, ...] = ()


@dataclass(frozen=True, slots=True)
class NewRecord:
    """An audit to be put on record: one of the past, or one under way that has neither grade nor day of issue yet."""

    line: int
    month: str
    case_reference: str
    practitioner: str
    team: str | None
    auditor: str | None
    kind: str
    sequence: int
    re_audit_of: str | None = None
    grade: str | None = None
    issued_on: date | None = None


def record_past_audits(
    work: Work, past_audits: Sequence[PastAudit], import_id: uuid.UUID | None = None
) -> PastAuditsRecorded:
    """Record audits that were issued before the product was in use (C5).

    An audit is closed unless its re-audit is still to come (S7): then it stays issued, and its re-audit falls due.
    """
    rows = by_current_references(work, past_audits)
    known = what_is_known(work, rows)
    accepted: list[NewRecord] = []
    refused: list[RowTold] = []
    notes: list[RowTold] = []
    known_already = 0
    for row in sorted(rows, key=lambda row: (row.month, row.line)):
        if is_known_already(known, row):
            known_already += 1
        elif faults := faults_of(work, known, row):
            refused.extend(faults)
        else:
            notes.extend(notes_about(work, known, row))
            accepted.append(accept(known, row))
    save_records(work, known, accepted, import_id)
    return PastAuditsRecorded(
        len(accepted), known_already, tuple(sorted(refused, key=_line)), tuple(sorted(notes, key=_line))
    )


def by_current_references(work: Work, rows: Sequence[PastAudit]) -> list[PastAudit]:
    """The rows with who was merged or renumbered since by the reference of today (S10)."""
    named = {row.practitioner for row in rows} | {row.auditor for row in rows if row.auditor}
    people = records.current_people(work.session, named)
    cases = records.current_cases(work.session, {row.case_reference for row in rows})
    return [
        replace(
            row,
            practitioner=people.get(row.practitioner, row.practitioner),
            auditor=people.get(row.auditor, row.auditor) if row.auditor else None,
            case_reference=cases.get(row.case_reference, row.case_reference),
        )
        for row in rows
    ]


def what_is_known(work: Work, rows: Sequence[PastAudit], others: Collection[str] = ()) -> Known:
    """What the database knows of the people in these rows, and of others, in a fixed number of questions."""
    session = work.session
    practitioners = {row.practitioner for row in rows}
    auditors = {row.auditor for row in rows if row.auditor} | set(others)
    memberships: dict[str, list[Membership]] = defaultdict(list)
    for membership in records.memberships_of(session, practitioners):
        memberships[membership.person].append(membership)
    appointments: dict[str, list[Appointment]] = defaultdict(list)
    for appointment in records.appointments_of(session, auditors):
        appointments[appointment.person].append(appointment)
    known = Known(
        records.people_by_reference(session, practitioners | auditors),
        records.teams_by_reference(session, {row.team for row in rows if row.team}),
        memberships,
        appointments,
        records.cases_in_caseload(session, {row.case_reference for row in rows}),
    )
    for audit in records.audits_on_record(session, practitioners):
        key = audit.practitioner, f"{audit.month:%Y-%m}"
        known.ids[key] = audit.id
        known.audits[key] = OnRecord(
            audit.case_reference,
            audit.auditor,
            audit.grade,
            audit.sequence,
            audit.state,
            audit.reference,
            audit.is_followed_up,
        )
    return known


def accept(known: Known, row: PastAudit) -> NewRecord:
    """The record that a good row becomes; from now on it is known."""
    sequence = 0
    if row.kind == "re_audit":
        before = known.audits.get((row.practitioner, row.re_audit_of or ""))
        sequence = before.sequence + 1 if before else row.sequence or 1
    auditor = row.auditor if row.auditor in known.people else None
    known.audits[row.practitioner, row.month] = OnRecord(row.case_reference, auditor, row.grade, sequence)
    return NewRecord(
        line=row.line,
        month=row.month,
        case_reference=row.case_reference,
        practitioner=row.practitioner,
        team=row.team,
        auditor=auditor,
        kind=row.kind,
        sequence=sequence,
        re_audit_of=row.re_audit_of,
        grade=row.grade,
        issued_on=row.issued_on,
    )


def save_records(work: Work, known: Known, accepted: Sequence[NewRecord], import_id: uuid.UUID | None) -> None:
    """Saves what was accepted; an audit under way is allocated, one whose re-audit is still to come issued."""
    new_ids = records.new_ids(work.session, len(accepted))
    known.ids.update({(row.practitioner, row.month): new for row, new in zip(accepted, new_ids, strict=True)})
    followed_up = {(row.practitioner, row.re_audit_of) for row in accepted if row.re_audit_of}
    references = references_for(work, [first_day_of(row.month).year for row in accepted])
    rows = []
    for row, reference in zip(accepted, references, strict=True):
        awaits_re_audit = (
            calls_for_re_audit(work.policy, row.grade, row.sequence)
            and (row.practitioner, row.month) not in followed_up
        )
        state = "issued" if awaits_re_audit else "closed"
        if row.issued_on is None:
            state = "allocated"
        rows.append({"reference": reference, "state": state, **_columns(work, known, row)})
    on_record = [
        {"audit_id": audit_id, "import_id": import_id, "line": row.line, **_by_whom(work)}
        for row, audit_id in zip(accepted, new_ids, strict=True)
    ]
    records.save_recorded_audits(work.session, rows, on_record)
    record(work, *(_entry(row, import_id) for row in rows))


def _entry(row: Mapping[str, Any], import_id: uuid.UUID | None) -> Entry:
    """The first entry of the audit's chain; its grade stands in its row, not here."""
    details = {
        "practitioner": str(row["practitioner_id"]),
        "auditor": str(row["auditor_id"]) if row["auditor_id"] else None,
        "month": f"{row['month']:%Y-%m}",
        "import": str(import_id) if import_id else None,
    }
    return Entry(("audit", str(row["id"])), "past_audit_recorded", rule="C5", details=details)


def _by_whom(work: Work) -> Mapping[str, Any]:
    return {"recorded_at": work.now, "recorded_by": work.actor}


def _columns(work: Work, known: Known, row: NewRecord) -> Mapping[str, Any]:
    cycle = cycle_of(work.policy, work.calendar, row.month)
    team = known.team_of(row.practitioner, row.team, cycle.opens_on)
    assert team is not None, "a row without a team that is known was refused"
    window = window_of_audit(cycle.opens_on, date.min, work.policy.selection.period_covered)
    if row.re_audit_of:
        covered = work.policy.selection.period_covered
        window = window_of_re_audit(cycle.opens_on, first_day_of(row.re_audit_of), covered)
    return {
        "id": known.ids[row.practitioner, row.month],
        "origin": "recorded",
        "kind": row.kind,
        "month": first_day_of(row.month),
        "case_reference": row.case_reference,
        "practitioner_id": known.people[row.practitioner],
        "team_id": team.team_id,
        "service_id": team.service_id,
        "auditor_id": known.people[row.auditor] if row.auditor else None,
        "allocated_on": cycle.opens_on,
        "report_due_on": cycle.report_due_on,
        "issued_on": row.issued_on,
        "overall_grade": row.grade,
        "re_audit_of": known.ids[row.practitioner, row.re_audit_of] if row.re_audit_of else None,
        "sequence": row.sequence,
        "window_from": window.starts_on,
        "window_to": window.ends_on,
        "reasons": [_reason(work)],
    }


def _reason(work: Work) -> dict[str, str]:
    sentence = "Recorded from the council's own list: it was audited before this product was in use."
    reason = work.policy.reason("C5", sentence)
    return {"rule": reason.rule, "clause": reason.clause, "sentence": reason.sentence}


def _line(said: RowTold) -> int:
    return said.line
