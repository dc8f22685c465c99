"""Putting right an audit of the past that was recorded wrongly (C5).

Until a draw was issued that saw it, the record itself is corrected. After that it stays, withdrawn with the reason, and
the right facts are a new record: what a draw was made from is never changed behind its back (S5).
"""

import uuid
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from db.queries import recorded_audits as records
from db.queries.recorded_audits import AuditListed
from db.tables.audits import Audit as AuditRow
from rules.errors import InvalidFacts, Problem
from rules.programme import month_of
from rules.re_audits import calls_for_re_audit
from usecases.errors import NotAllowedNow, NotFound
from usecases.first_use_rows import PastAudit
from usecases.held_audits import hold_audit
from usecases.past_audit_checks import Known, faults_of
from usecases.recorded_audits import NewRecord, save_records, what_is_known
from usecases.trail import Entry, record
from usecases.work import Work

RECORDED_WRONGLY = "recorded_wrongly"
_ONLY_LINE = 1


@dataclass(frozen=True, slots=True)
class Correction:
    """What was recorded wrongly; None for what was right. People and teams by their references."""

    case_reference: str | None = None
    grade: str | None = None
    issued_on: date | None = None
    auditor: str | None = None
    team: str | None = None


def correct_recorded_audit(
    work: Work, audit_id: uuid.UUID, correction: Correction, reason: str, *, version: int | None = None
) -> AuditListed:
    """Corrects an audit of the past, and answers it, or the new record that took its place.

    Raises NotFound, AlreadyDifferent for one that changed since `version` was read, NotAllowedNow for one that was
    drawn here, is withdrawn or under way, or that a re-audit follows, and InvalidFacts for facts that cannot be.
    """
    row, listed = _held(work, audit_id, version)
    _refuse_followed(work, row, "correct")
    right = _corrected(listed, correction)
    known = what_is_known(work, [right])
    known.audits.pop((right.practitioner, right.month), None)
    _refuse_impossible(work, known, right)
    if _was_seen_by_a_draw(work, row):
        return _recorded_anew(work, row, known, right, reason)
    before = _codes(row)
    _change(work, row, known, right)
    changed = sorted(name for name, value in asdict(correction).items() if value is not None)
    details = {"changed": changed, "before": before, "after": _codes(row)}
    record(work, Entry(("audit", str(row.id)), "recorded_audit_corrected", "C5", details, {"reason": reason}))
    return _listed(work, row.id)


def withdraw_recorded_audit(work: Work, audit_id: uuid.UUID, reason: str, *, version: int | None = None) -> AuditListed:
    """Takes an audit of the past off the record that never was one; it stays readable as withdrawn.

    Raises as `correct_recorded_audit`.
    """
    row, _ = _held(work, audit_id, version)
    _refuse_followed(work, row, "withdraw")
    _withdraw(work, row)
    details = {"because": RECORDED_WRONGLY}
    record(work, Entry(("audit", str(row.id)), "recorded_audit_withdrawn", "C5", details, {"reason": reason}))
    return _listed(work, row.id)


def recorded_audit(work: Work, audit_id: uuid.UUID) -> AuditListed:
    """One audit of the past. Raises NotFound."""
    return _listed(work, audit_id)


def _listed(work: Work, audit_id: uuid.UUID) -> AuditListed:
    work.session.flush()
    found = records.audits_recorded(work.session, audit_id=audit_id)
    if not found:
        raise NotFound(f"There is no recorded audit {audit_id}: GET /v1/recorded-audits lists them.")
    return found[0]


def _held(work: Work, audit_id: uuid.UUID, version: int | None) -> tuple[AuditRow, AuditListed]:
    listed = _listed(work, audit_id)
    row = hold_audit(work, audit_id, version).row
    if row.state == "withdrawn":
        raise NotAllowedNow(f"{row.reference} is withdrawn, and what is withdrawn stays so.", rule="C5")
    if row.issued_on is None:
        raise NotAllowedNow(
            f"{row.reference} is under way: it is changed as every audit is, at /v1/audits/{row.id}.", rule="C5"
        )
    return row, listed


def _refuse_followed(work: Work, row: AuditRow, what: str) -> None:
    followers = records.followers_of(work.session, row.id)
    if followers:
        raise NotAllowedNow(
            f"{row.reference} has the re-audit {followers[0]}, which stands on it: to {what} it, withdraw that first.",
            rule="S7",
            clause=work.policy.clause_of("S7"),
        )


def _was_seen_by_a_draw(work: Work, row: AuditRow) -> bool:
    on_record = records.record_of(work.session, row.id)
    assert on_record is not None, "it is listed as a recorded audit"
    return records.is_draw_issued_since(work.session, on_record.recorded_at)


def _corrected(listed: AuditListed, correction: Correction) -> PastAudit:
    audit = listed.audit
    assert audit.overall_grade is not None, "one that was issued has a grade"
    assert audit.issued_on is not None, "one without is under way"
    standing = PastAudit(
        line=_ONLY_LINE,
        month=month_of(audit.month),
        case_reference=audit.case_reference,
        practitioner=listed.practitioner,
        grade=audit.overall_grade,
        issued_on=audit.issued_on,
        auditor=listed.auditor,
        team=listed.team,
        kind=audit.kind,
        sequence=audit.sequence or None,
    )
    return replace(standing, **{name: value for name, value in asdict(correction).items() if value is not None})


def _refuse_impossible(work: Work, known: Known, right: PastAudit) -> None:
    problems = [
        Problem(f"/{why.column}", why.sentence.removeprefix(f"Line {_ONLY_LINE}, "), why.value, why.rule)
        for why in faults_of(work, known, right)
    ]
    if right.auditor is not None and right.auditor not in known.people:
        sentence = f"auditor {right.auditor!r:.80}: nobody has this reference; add the person."
        problems.append(Problem("/auditor", sentence, right.auditor[:80], "A2"))
    if problems:
        raise InvalidFacts(problems)


def _change(work: Work, row: AuditRow, known: Known, right: PastAudit) -> None:
    team = known.team_of(right.practitioner, right.team, row.allocated_on)
    assert team is not None, "an unknown team was refused"
    row.case_reference, row.overall_grade, row.issued_on = right.case_reference, right.grade, right.issued_on
    row.auditor_id = known.people[right.auditor] if right.auditor else None
    row.team_id, row.service_id = team.team_id, team.service_id
    row.state = "issued" if calls_for_re_audit(work.policy, right.grade, row.sequence) else "closed"
    row.version += 1


def _codes(row: AuditRow) -> dict[str, str | None]:
    """What can be corrected, as the trail holds it."""
    return {
        "case_reference": row.case_reference,
        "grade": row.overall_grade,
        "issued_on": row.issued_on.isoformat() if row.issued_on else None,
        "auditor_id": str(row.auditor_id) if row.auditor_id else None,
        "team_id": str(row.team_id),
    }


def _withdraw(work: Work, row: AuditRow) -> None:
    row.state, row.withdrawn_because = "withdrawn", RECORDED_WRONGLY
    row.withdrawn_at, row.withdrawn_by = work.now, work.actor
    row.version += 1
    work.session.flush()


def _recorded_anew(work: Work, row: AuditRow, known: Known, right: PastAudit, reason: str) -> AuditListed:
    _withdraw(work, row)
    new = NewRecord(
        line=_ONLY_LINE,
        month=right.month,
        case_reference=right.case_reference,
        practitioner=right.practitioner,
        team=right.team,
        auditor=right.auditor,
        kind=right.kind,
        sequence=row.sequence,
        grade=right.grade,
        issued_on=right.issued_on,
    )
    save_records(work, known, [new], None)
    listed = _listed(work, known.ids[right.practitioner, right.month])
    listed.audit.re_audit_of, listed.audit.replaces_id = row.re_audit_of, row.id
    details: dict[str, Any] = {"because": RECORDED_WRONGLY, "replaced_by": str(listed.audit.id)}
    record(
        work,
        Entry(("audit", str(row.id)), "recorded_audit_withdrawn", "C5", details, {"reason": reason}),
        Entry(("audit", str(listed.audit.id)), "recorded_anew", "C5", {"replaces": str(row.id)}, {"reason": reason}),
    )
    return _listed(work, listed.audit.id)
