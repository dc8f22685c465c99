"""The sampling frame of a cycle, put together from what the database holds (S5).

Whoever is named in the frame is in it. What could not be taken up, and somebody has to decide about, is a warning.
"""

import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from db.queries.audits_to_follow import CarriedOverRow
from db.queries.frame_auditors import AuditorRow
from rules.absences import is_away
from rules.appointments import Appointment, new_audits_in, why_no_new_audits
from rules.decisions import Reason
from rules.policy.draw_shapes import RestrictedRecords
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.sampling_frames import (
    Auditor,
    CarriedOver,
    Case,
    DueReAudit,
    Pairing,
    Practitioner,
    SamplingFrame,
    SetAside,
    Team,
)
from rules.setting_aside import why_set_aside
from rules.themes import Theme
from rules.working_days import WorkingDayCalendar
from usecases.frame_facts import FrameFacts, load_frame_facts
from usecases.frame_re_audits import (
    re_audits_left_to_the_programme,
    re_audits_of,
    who_waits_for_re_audit,
    with_known_auditors,
)
from usecases.work import Work

# What a frame asks for until its size is worked out from the frame itself (S8).
_SIZE_NOT_KNOWN_YET = 1


@dataclass(frozen=True, slots=True)
class FrameBuilt:
    """A frame without its size, and what somebody has to decide about."""

    frame: SamplingFrame
    warnings: tuple[Reason, ...]
    to_decide: Mapping[uuid.UUID, Reason]  # the re-audits that wait for the audit team, by audit (S7)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the parts of one frame are built on."""

    policy: Policy
    calendar: WorkingDayCalendar
    cycle: AuditCycle
    theme: Theme
    facts: FrameFacts

    @property
    def names_the_cleared(self) -> bool:
        """Whether restricted records are drawn, for cleared auditors; else the frame tells of neither (S10)."""
        return self.policy.selection.restricted_records is RestrictedRecords.CLEARED_AUDITORS


def build_frame(work: Work, policy: Policy, cycle: AuditCycle, theme: Theme) -> FrameBuilt:
    """The frame of a cycle from the newest extract."""
    facts = load_frame_facts(work, policy, cycle, theme)
    ground = _Ground(policy, work.calendar, cycle, theme, facts)
    re_audits = re_audits_of(policy, cycle, facts)
    practitioners = _practitioners(ground, re_audits.listed)
    teams = _teams(ground, practitioners)
    frame = SamplingFrame(
        cycle=cycle.month,
        size=_SIZE_NOT_KNOWN_YET,
        teams=teams,
        practitioners=practitioners,
        cases=tuple(_cases(ground)),
        auditors=tuple(_auditors(ground, practitioners, teams)),
        re_audits=re_audits.listed,
        carried_over=tuple(_carried_over(practitioners, facts.unfinished)),
        pairings=tuple(_pairings(practitioners, facts)),
        set_aside=tuple(_set_aside(ground)),
    )
    auditors = {auditor.id for auditor in frame.auditors}
    return FrameBuilt(
        replace(frame, re_audits=with_known_auditors(re_audits.listed, auditors)),
        (*re_audits.held_over, *re_audits.to_decide.values(), *_in_mid_cycle(ground), *_nobody_cleared(ground, frame)),
        re_audits.to_decide,
    )


def _cases(ground: _Ground) -> Iterator[Case]:
    tells = ground.names_the_cleared
    for row in ground.facts.cases:
        days = row.allocated_on, row.involvement_began_on, row.last_audited_on
        yield Case(row.case_reference, row.practitioner, *days, is_restricted=tells and row.is_restricted)


def _practitioners(ground: _Ground, re_audits: Collection[DueReAudit]) -> tuple[Practitioner, ...]:
    facts = ground.facts
    named = {row.practitioner for row in facts.cases} | {re_audit.practitioner_id for re_audit in re_audits}
    return tuple(
        Practitioner(
            id=row.reference,
            team_id=row.team,
            last_audited_on=row.last_audited_on,
            started_on=row.started_on,
            away=_is_away(ground, row.reference),
        )
        for row in facts.holders.values()
        if row.reference in named
    )


def _is_away(ground: _Ground, reference: str) -> bool:
    absences = ground.facts.absences.get(reference)
    return absences is not None and is_away(ground.policy, ground.calendar, ground.cycle, absences)


def _teams(ground: _Ground, practitioners: Collection[Practitioner]) -> tuple[Team, ...]:
    """Today's teams, and those that have ended but still have somebody in them."""
    facts = ground.facts
    services = dict(facts.teams)
    for practitioner in practitioners:
        services.setdefault(practitioner.team_id, facts.holders[practitioner.id].service_id)
    return tuple(Team(reference, service_id) for reference, service_id in services.items())


def _auditors(ground: _Ground, practitioners: Collection[Practitioner], teams: Collection[Team]) -> Iterator[Auditor]:
    """Everybody appointed to audit, and whoever still has an audit of an earlier cycle."""
    facts = ground.facts
    known_practitioners = {practitioner.id for practitioner in practitioners}
    known_teams = {team.id for team in teams}
    for row in facts.auditors.values():
        yield Auditor(
            id=row.reference,
            service_id=row.service_id,
            roles=tuple(row.roles),
            team_ids=tuple(team for team in facts.teams_of.get(row.reference, ()) if team in known_teams),
            practitioner_id=row.reference if row.reference in known_practitioners else None,
            line_manages=tuple(
                person for person in facts.line_manages.get(row.reference, ()) if person in known_practitioners
            ),
            capacity=_room(ground, row),
            is_cleared_for_restricted=ground.names_the_cleared and row.is_cleared_for_restricted,
        )
    for reference, service_id in {row.auditor: row.service_id for row in facts.unfinished}.items():
        if reference is not None and reference not in facts.auditors:
            yield Auditor(id=reference, service_id=service_id, capacity=0)


def _room(ground: _Ground, row: AuditorRow) -> int:
    """What another cycle of the month gave an auditor counts towards what they can be given in it (A3, P2)."""
    given = ground.facts.given_this_month.get(row.reference, 0)
    return max(0, new_audits_in(ground.cycle, _appointment(ground, row)) - given)


def _appointment(ground: _Ground, row: AuditorRow) -> Appointment:
    return Appointment(
        auditor_id=row.reference,
        capacity=row.capacity,
        began_on=row.began_on,
        last_day_on=row.last_day_on,
        is_away=_is_away(ground, row.reference),
    )


def _in_mid_cycle(ground: _Ground) -> Iterator[Reason]:
    """Auditors whose appointment begins or ends within the cycle, by name: they get no new audit in it (A3)."""
    for _, row in sorted(ground.facts.auditors.items()):
        why = why_no_new_audits(ground.cycle, _appointment(ground, row), ground.policy)
        if why is not None:
            yield why


def _nobody_cleared(ground: _Ground, frame: SamplingFrame) -> Iterator[Reason]:
    """Restricted records that can be drawn, and nobody to give them to (S10)."""
    aside = {row.case_id for row in frame.set_aside}
    restricted = sum(case.is_restricted and case.id not in aside for case in frame.cases)
    if restricted and not any(it.is_cleared_for_restricted and it.capacity for it in frame.auditors):
        records = "1 restricted record" if restricted == 1 else f"{restricted} restricted records"
        yield ground.policy.reason(
            "S10",
            f"{records} can be drawn, and no auditor with room in the cycle is cleared for that: a team whose turn "
            "comes to one gets no further seat. Clear an auditor, then draw.",
        )


def _carried_over(
    practitioners: Collection[Practitioner], unfinished: Collection[CarriedOverRow]
) -> Iterator[CarriedOver]:
    known = {practitioner.id for practitioner in practitioners}
    for row in unfinished:
        if row.practitioner in known and row.auditor is not None:
            yield CarriedOver(row.audit_reference, row.practitioner, row.auditor)


def _pairings(practitioners: Collection[Practitioner], facts: FrameFacts) -> Iterator[Pairing]:
    known = {practitioner.id for practitioner in practitioners}
    for auditor, practitioner, month in facts.pairings:
        if auditor in facts.auditors and practitioner in known:
            yield Pairing(auditor, practitioner, month)


def _set_aside(ground: _Ground) -> Iterator[SetAside]:
    facts = ground.facts
    unfinished_by_nobody = {row.practitioner: row.audit_reference for row in facts.unfinished if row.auditor is None}
    awaited = tuple(re_audits_left_to_the_programme(ground.policy, ground.cycle, facts))
    re_audits = who_waits_for_re_audit(ground.policy, ground.cycle, awaited)
    chains = {row.case_reference: row.audit_reference for row in awaited}
    for row in facts.cases:
        practitioner = row.practitioner
        disputed = facts.disputed_cases.get(row.case_reference)
        why = why_set_aside(ground.policy, ground.cycle, ground.theme, row, facts.holders[practitioner])
        if why is not None:
            yield SetAside(row.case_reference, why.rule, why.sentence)
        elif practitioner in unfinished_by_nobody:
            unfinished = unfinished_by_nobody[practitioner]
            sentence = f"Practitioner {practitioner} has the unfinished audit {unfinished}, which has no auditor."
            yield SetAside(row.case_reference, "S2", sentence)
        elif (first := re_audits.get(practitioner)) is not None:
            yield SetAside(row.case_reference, first.rule, first.sentence)
        elif disputed is not None:
            sentence = f"Case {row.case_reference} is in an open dispute, about {disputed}."
            yield SetAside(row.case_reference, "S6", sentence)
        elif row.case_reference in chains:
            sentence = f"Case {row.case_reference} has an open re-audit, of {chains[row.case_reference]}."
            yield SetAside(row.case_reference, "S6", sentence)
