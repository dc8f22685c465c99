"""Who may audit what, from whom an auditor has to be independent, and who may see a restricted record (A1, A2, S10).

A1 and A2 look at the row's own team and practitioner and at the auditor's own lists, at nothing else. Of each group of
auditors, those cleared for restricted records are a group of their own, which audits the restricted records of it.
"""

from collections.abc import Iterable
from datetime import date

from rules.assignments import BARRED, Wanted
from rules.exclusions import first_month_within
from rules.policy.draw_shapes import Eligibility, WhoMayAudit
from rules.sampling_frames import Auditor, DueReAudit, SamplingFrame
from rules.tickets import Tickets

RE_AUDITS = "re_audits"
THE_REST = "the_rest"


class EligibleAuditors:
    """The auditors of a frame by what they may audit, numbered in the order of their tickets.

    The order of tickets, not of names: whoever goes first among equals does so by chance, anew in each draw.
    """

    def __init__(self, frame: SamplingFrame, eligibility: Eligibility, opens_on: date, tickets: Tickets) -> None:
        ticket = {auditor.id: tickets.of("auditor", auditor.id) for auditor in frame.auditors}
        self.auditors: list[Auditor] = sorted(frame.auditors, key=lambda auditor: ticket[auditor.id])
        self.number_of = {auditor.id: number for number, auditor in enumerate(self.auditors)}
        self._service_of = {team.id: team.service_id for team in frame.teams}
        self._own_rule = eligibility.auditors_of_services
        self._restricted = frozenset(case.id for case in frame.cases if case.is_restricted)
        self._wider: dict[str, str] = {}  # each group of cleared auditors with the one that it is taken from
        self.groups = self._grouped(eligibility)
        self._members = {name: frozenset(numbers) for name, numbers in self.groups.items()}
        self._of_team = self._by_team()
        self._close_to = self._by_practitioner()
        self._met = self._met_lately(frame, first_month_within(eligibility.months_before_meeting_again, opens_on))

    def group_of_team(self, team_id: str) -> str:
        """The group that audits a team's work for the first time: its service's own, or the rest."""
        service = self._service_of[team_id]
        return _group_of_service(service) if service in self._own_rule else THE_REST

    def members(self, group: str) -> frozenset[int]:
        """Everybody who may audit what a group audits, with room or without."""
        return self._members[group]

    def have_met(self, auditor: int, practitioner_id: str) -> bool:
        """Whether the two met less than the policy's months before (A2)."""
        return auditor in self._met.get(practitioner_id, ())

    def is_restricted(self, case_id: str) -> bool:
        """Whether only an auditor cleared for restricted records may audit this case (S10)."""
        return case_id in self._restricted

    def for_audit(self, case_id: str, practitioner_id: str, team_id: str, repeat_cost: int) -> Wanted:
        """What a new audit of that practitioner's case wants; meeting again costs `repeat_cost`."""
        group = self._narrowed(self.group_of_team(team_id), case_id)
        return self._wanted(group, practitioner_id, team_id, {}, repeat_cost)

    def for_re_audit(self, re_audit: DueReAudit, first_auditor_cost: int, repeat_cost: int) -> Wanted:
        """What a re-audit wants: someone other than the first auditor where possible."""
        first = re_audit.first_auditor_id
        dearer = {} if first is None else {self.number_of[first]: first_auditor_cost}
        group = self._narrowed(RE_AUDITS, re_audit.case_id)
        return self._wanted(group, re_audit.practitioner_id, re_audit.team_id, dearer, repeat_cost)

    def why_nobody(self, wanted: Wanted) -> str:
        """The rule in the way when no auditor can be found: A1 who may, A2 independence, S10 clearance, A3 capacity."""
        may = self.groups[self._wider.get(wanted.group, wanted.group)]
        if not may:
            return "A1"
        independent = [it for it in may if it not in wanted.team and wanted.apart.get(it, 0) != BARRED]
        if not independent:
            return "A2"
        return "A3" if self._members[wanted.group].issuperset(independent) else "S10"

    def _narrowed(self, group: str, case_id: str) -> str:
        """The group, or those of it who are cleared where the case is restricted."""
        return _cleared(group) if case_id in self._restricted else group

    def _wanted(
        self, group: str, practitioner_id: str, team_id: str, dearer: dict[int, int], repeat_cost: int
    ) -> Wanted:
        apart = dict(dearer)
        for auditor in self._met.get(practitioner_id, ()):
            apart[auditor] = apart.get(auditor, 0) + repeat_cost
        apart.update(dict.fromkeys(sorted(self._close_to.get(practitioner_id, ())), BARRED))
        team = self._of_team.get(team_id, frozenset())
        members = self._members[group]
        # Whoever is barred stays in: `why_nobody` looks beyond the group.
        kept = {it: cost for it, cost in apart.items() if (it in members or cost == BARRED) and it not in team}
        return Wanted(group, team, kept)

    def _grouped(self, eligibility: Eligibility) -> dict[str, list[int]]:
        rules = {RE_AUDITS: eligibility.auditors_of_re_audits, THE_REST: eligibility.auditors_of_the_rest}
        for service, who in sorted(eligibility.auditors_of_services.items()):
            rules[_group_of_service(service)] = who
        groups = {
            name: [number for number, it in enumerate(self.auditors) if who.includes(it.service_id, it.roles)]
            for name, who in rules.items()
        }
        if self._restricted:
            self._wider = {_cleared(name): name for name in groups}
        for narrower, name in self._wider.items():
            groups[narrower] = [it for it in groups[name] if self.auditors[it].is_cleared_for_restricted]
        return groups

    def _by_team(self) -> dict[str, frozenset[int]]:
        return _sets((team, number) for number, it in enumerate(self.auditors) for team in it.team_ids)

    def _by_practitioner(self) -> dict[str, frozenset[int]]:
        """Themselves, and those who line-manage them."""
        managed = ((managed, number) for number, it in enumerate(self.auditors) for managed in it.line_manages)
        own = ((it.practitioner_id, number) for number, it in enumerate(self.auditors) if it.practitioner_id)
        return _sets([*managed, *own])

    def _met_lately(self, frame: SamplingFrame, since: date) -> dict[str, list[int]]:
        met: dict[str, set[int]] = {}
        for pairing in frame.pairings:
            if pairing.on >= since:
                met.setdefault(pairing.practitioner_id, set()).add(self.number_of[pairing.auditor_id])
        return {practitioner: sorted(numbers) for practitioner, numbers in met.items()}


def who_audits(eligibility: Eligibility, service_id: str, *, is_re_audit: bool) -> tuple[str, WhoMayAudit]:
    """Who may do an audit of a service's work (A1), with the name of the policy's entry that says so."""
    if is_re_audit:
        return "auditors_of_re_audits", eligibility.auditors_of_re_audits
    own = eligibility.auditors_of_services.get(service_id)
    if own is not None:
        return "auditors_of_services", own
    return "auditors_of_the_rest", eligibility.auditors_of_the_rest


def _group_of_service(service_id: str) -> str:
    return f"service {service_id}"


def _cleared(group: str) -> str:
    return f"{group}, cleared"


def _sets(pairs: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for key, number in pairs:
        found.setdefault(key, set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}
