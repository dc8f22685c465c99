"""Recording audits from before the product was in use, so that nobody is "never audited" by mistake (C5).

A thin first form: what S2, S3, S6, S7 and A2 compare. Good rows are recorded, each bad row is named with its reason;
the same list once more changes nothing.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.queries import recorded_audits as records
from db.queries.recorded_audits import Membership
from rules.audit_windows import window_of_audit, window_of_re_audit
from rules.programme import AuditCycle, cycle_of, first_day_of
from rules.re_audits import calls_for_re_audit
from usecases.audit_references import references_for
from usecases.past_audit_checks import Known, OnRecord, PastAudit, PastAuditRefused, is_known_already, why_refused
from usecases.trail import Entry, record
from usecases.work import Work

__all__ = ["PastAudit", "PastAuditRefused", "PastAuditsRecorded", "record_past_audits"]


@dataclass(frozen=True, slots=True)
class PastAuditsRecorded:
    """What became of the rows: how many are new, how many were recorded before, and which were refused."""

    recorded: int
    known_already: int
    refused: tuple[PastAuditRefused, ...]


def record_past_audits(work: Work, past_audits: Sequence[PastAudit]) -> PastAuditsRecorded:
    """Record audits that were issued before the product was in use (C5).

    An audit is closed unless its re-audit is still to come (S7): then it stays issued, and its re-audit falls due.
    """
    known = _known(work, past_audits)
    accepted: list[PastAudit] = []
    refused: list[PastAuditRefused] = []
    known_already = 0
    for row in sorted(past_audits, key=lambda row: (row.month, row.line)):
        if is_known_already(known, row):
            known_already += 1
        elif why := why_refused(work, known, row):
            refused.append(why)
        else:
            known.audits[row.practitioner, row.month] = OnRecord(
                row.case_reference, row.auditor, row.grade, _sequence(known, row)
            )
            accepted.append(row)
    _save(work, known, accepted)
    return PastAuditsRecorded(len(accepted), known_already, tuple(sorted(refused, key=lambda why: why.line)))


def _known(work: Work, past_audits: Sequence[PastAudit]) -> Known:
    """What the database knows of the people in these rows, asked in four questions."""
    practitioners = {row.practitioner for row in past_audits}
    people = records.people_by_reference(
        work.session, practitioners | {row.auditor for row in past_audits if row.auditor}
    )
    teams = records.teams_by_reference(work.session, {row.team for row in past_audits if row.team})
    memberships: dict[str, list[Membership]] = defaultdict(list)
    for membership in records.memberships_of(work.session, practitioners):
        memberships[membership.person].append(membership)
    known = Known(people, teams, memberships, {}, {})
    for audit in records.audits_on_record(work.session, practitioners):
        key = audit.practitioner, f"{audit.month:%Y-%m}"
        known.ids[key] = audit.id
        known.audits[key] = OnRecord(audit.case_reference, audit.auditor, audit.grade, audit.sequence)
    return known


def _sequence(known: Known, row: PastAudit) -> int:
    return known.audits[row.practitioner, row.re_audit_of].sequence + 1 if row.re_audit_of else 0


def _save(work: Work, known: Known, accepted: Sequence[PastAudit]) -> None:
    new_ids = records.new_ids(work.session, len(accepted))
    known.ids.update({(row.practitioner, row.month): new for row, new in zip(accepted, new_ids, strict=True)})
    followed_up = {(row.practitioner, row.re_audit_of) for row in accepted if row.re_audit_of}
    references = references_for(work, [first_day_of(row.month).year for row in accepted])
    rows = []
    for row, reference in zip(accepted, references, strict=True):
        awaits_re_audit = (
            calls_for_re_audit(work.policy, row.grade, _sequence(known, row))
            and (row.practitioner, row.month) not in followed_up
        )
        state = "issued" if awaits_re_audit else "closed"
        rows.append({"reference": reference, "state": state, **_columns(work, known, row)})
    records.save_recorded_audits(work.session, rows)
    record(work, *(_recorded(row) for row in rows))


def _recorded(row: Mapping[str, Any]) -> Entry:
    people = {"practitioner": str(row["practitioner_id"]), "auditor": str(row["auditor_id"] or "none")}
    details = {**people, "month": f"{row['month']:%Y-%m}", "state": row["state"]}
    return Entry(("audit", str(row["id"])), "past_audit_recorded", rule="C5", details=details)


def _columns(work: Work, known: Known, row: PastAudit) -> Mapping[str, Any]:
    cycle = cycle_of(work.policy, work.calendar, row.month)
    team_id, service_id = _team_at(known, row, cycle)
    return {
        "id": known.ids[row.practitioner, row.month],
        "origin": "recorded",
        "kind": row.kind,
        "month": first_day_of(row.month),
        "case_reference": row.case_reference,
        "practitioner_id": known.people[row.practitioner],
        "team_id": team_id,
        "service_id": service_id,
        "auditor_id": known.people[row.auditor] if row.auditor else None,
        "allocated_on": cycle.opens_on,
        "report_due_on": cycle.report_due_on,
        "issued_on": row.issued_on,
        "overall_grade": row.grade,
        "re_audit_of": known.ids[row.practitioner, row.re_audit_of] if row.re_audit_of else None,
        "sequence": _sequence(known, row),
        **_window(work, row, cycle),
        "reasons": [_reason(work)],
    }


def _team_at(known: Known, row: PastAudit, cycle: AuditCycle) -> tuple[uuid.UUID, str]:
    """The team named; else the practitioner's on the cycle's opening day; if none is known, the latest that is."""
    if row.team is not None:
        return known.teams[row.team]
    memberships = known.memberships[row.practitioner]
    then = [m for m in memberships if m.covers(cycle.opens_on)]
    found = (then or memberships)[0]
    return found.team_id, found.service_id


def _window(work: Work, row: PastAudit, cycle: AuditCycle) -> Mapping[str, Any]:
    """The months it looked at, as far as a list of past audits tells (S6)."""
    covered = work.policy.selection.period_covered
    if row.re_audit_of:
        window = window_of_re_audit(cycle.opens_on, first_day_of(row.re_audit_of), covered)
    else:
        window = window_of_audit(cycle.opens_on, covered.before(cycle.opens_on), covered)
    return {"window_from": window.starts_on, "window_to": window.ends_on}


def _reason(work: Work) -> dict[str, str]:
    sentence = "Recorded from the council's own list: it was audited before this product was in use."
    reason = work.policy.reason("C5", sentence)
    return {"rule": reason.rule, "clause": reason.clause, "sentence": reason.sentence}
