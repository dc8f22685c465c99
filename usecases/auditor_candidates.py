"""What is known today of everybody who could take over an audit, in a fixed number of questions (A4, A1–A3)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from db.queries import audit_moves, restricted_audits
from db.queries import frame_auditors as questions
from db.queries.frame_auditors import AuditorRow
from rules.absences import Absence, is_away, is_away_for_the_rest, leaves_before_close
from rules.auditor_changes import is_given_up_for_good
from rules.auditor_suggestions import AuditToGive, Candidate, why_not_auditor
from rules.exclusions import first_month_within
from rules.programme import AuditCycle
from rules.sampling_frames import Auditor
from usecases.frame_facts import absences_by_person, by_first
from usecases.held_audits import HeldAudit, days_of
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class AuditorsToday:
    """Everybody ever appointed to audit, as they stand today for one cycle."""

    cycle: AuditCycle
    rows: Mapping[str, AuditorRow]
    loads: Mapping[str, int]
    teams_of: Mapping[str, Sequence[str]]
    line_manages: Mapping[str, Sequence[str]]
    absences: Mapping[str, Sequence[Absence]]

    def candidate(self, work: Work, row: AuditorRow, has_met: bool) -> Candidate:
        """One of them as the rules ask for them."""
        auditor = Auditor(
            id=row.reference,
            service_id=row.service_id,
            roles=tuple(row.roles),
            team_ids=tuple(self.teams_of.get(row.reference, ())),
            line_manages=tuple(self.line_manages.get(row.reference, ())),
            capacity=row.capacity,
            is_cleared_for_restricted=row.is_cleared_for_restricted,
        )
        why_unable = self._why_unable(work, row)
        return Candidate(auditor, self.loads.get(row.reference, 0), why_unable, has_met)

    def _why_unable(self, work: Work, row: AuditorRow) -> str | None:
        absences = self.absences.get(row.reference, ())
        if not row.is_active:
            return "they are not appointed to audit today"
        if leaves_before_close(self.cycle, row.last_day_on):
            return "they leave before the cycle closes"
        if any(absence.first_on <= work.today <= absence.last_on for absence in absences):
            return "they are away today"
        if is_away(work.policy, work.calendar, self.cycle, absences):
            return f"they are away for more than {work.policy.selection.away_for_more_than} of the cycle"
        if is_away_for_the_rest(work.calendar, self.cycle, work.today, absences):
            return "they are away until the cycle closes"
        return None


def auditors_today(work: Work, held: HeldAudit) -> AuditorsToday:
    """Everybody who audits, for the days in which this audit is done."""
    session, cycle = work.session, days_of(work, held)
    return AuditorsToday(
        cycle=cycle,
        rows={row.reference: row for row in questions.auditors(session, work.today, cycle.closes_on)},
        loads={} if held.cycle is None else audit_moves.loads_in(session, held.row.month),
        teams_of=by_first(questions.teams_of_auditors(session, work.today)),
        line_manages=by_first(questions.line_managed_by_auditors(session, work.today)),
        absences=absences_by_person(work, min(work.today, cycle.opens_on), cycle.closes_on),
    )


def candidates(work: Work, today: AuditorsToday, practitioner: str, besides: uuid.UUID) -> list[Candidate]:
    """All of them, with who met that practitioner lately over another audit than this (A2)."""
    since = first_month_within(work.policy.eligibility.months_before_meeting_again, today.cycle.first_on)
    met = audit_moves.who_met(work.session, practitioner, since, besides)
    return [today.candidate(work, row, row.reference in met) for row in today.rows.values()]


def audit_to_give(work: Work, held: HeldAudit, today: AuditorsToday) -> AuditToGive:
    """The audit as the rules ask for it, with who had it and may not have it again."""
    row = held.row
    named = audit_moves.named(work.session, row.id)
    for_good = [
        code for code in work.policy.eligibility.auditor_change_reasons if is_given_up_for_good(code, work.policy)
    ]
    present = today.rows.get(named.auditor or "")
    return AuditToGive(
        reference=row.reference,
        practitioner_id=named.practitioner,
        team_ids=frozenset(
            filter(None, (named.team, audit_moves.team_on(work.session, named.practitioner, work.today)))
        ),
        service_id=row.service_id,
        is_re_audit=row.kind == "re_audit",
        auditor_id=named.auditor,
        first_auditor_id=named.first_auditor,
        area=present.service_id if present else None,
        takes_room=held.is_in_open_cycle,
        is_restricted=restricted_audits.is_restricted(work.session, row.id),
        gave_it_back=audit_moves.who_gave_it_up(work.session, row.id, for_good),
    )


def cleared_for(work: Work, held: HeldAudit) -> list[str]:
    """Everybody who could do this audit of a restricted record, whoever has it now included (S10)."""
    today = auditors_today(work, held)
    audit = replace(audit_to_give(work, held, today), auditor_id=None, is_restricted=True)
    present = audit_moves.named(work.session, held.row.id).auditor
    able = []
    for it in candidates(work, today, audit.practitioner_id, held.row.id):
        # Whoever has the audit needs no further room for it.
        wanted = replace(audit, takes_room=False) if it.auditor.id == present else audit
        if why_not_auditor(it, wanted, work.policy, beyond_area=True) is None:
            able.append(it.auditor.id)
    return able
