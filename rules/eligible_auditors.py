"""Who may audit what, and from whom an auditor has to be independent (A1, A2).

A1 and A2 look at the row's own team and practitioner and at the auditor's own lists, at nothing else.
"""

from collections.abc import Iterable
from datetime import date

from rules.assignments import BARRED, Wanted
from rules.exclusions import first_month_within
from rules.policy.shape import Eligibility, WhoMayAudit
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

    def for_audit(self, practitioner_id: str, team_id: str, repeat_cost: int) -> Wanted:
        """What a new audit of that practitioner wants; meeting again costs `repeat_cost`."""
        group = self.group_of_team(team_id)
        return self._wanted(group, practitioner_id, team_id, {}, repeat_cost)

    def for_re_audit(self, re_audit: DueReAudit, first_auditor_cost: int, repeat_cost: int) -> Wanted:
        """What a re-audit wants: someone other than the first auditor where possible."""
        first = re_audit.first_auditor_id
        dearer = {} if first is None else {self.number_of[first]: first_auditor_cost}
        return self._wanted(RE_AUDITS, re_audit.practitioner_id, re_audit.team_id, dearer, repeat_cost)

    def why_nobody(self, wanted: Wanted) -> str:
        """The rule that stands in the way when no auditor can be found: A1 who may, A2 independence, A3 capacity."""
        may = self.groups[wanted.group]
        if not may:
            return "A1"
        independent = any(number not in wanted.team and wanted.apart.get(number, 0) != BARRED for number in may)
        return "A3" if independent else "A2"

    def _wanted(
        self, group: str, practitioner_id: str, team_id: str, dearer: dict[int, int], repeat_cost: int
    ) -> Wanted:
        apart = dict(dearer)
        for auditor in self._met.get(practitioner_id, ()):
            apart[auditor] = apart.get(auditor, 0) + repeat_cost
        apart.update(dict.fromkeys(sorted(self._close_to.get(practitioner_id, ())), BARRED))
        team = self._of_team.get(team_id, frozenset())
        members = self._members[group]
        return Wanted(group, team, {it: cost for it, cost in apart.items() if it in members and it not in team})

    def _grouped(self, eligibility: Eligibility) -> dict[str, list[int]]:
        rules = {RE_AUDITS: eligibility.auditors_of_re_audits, THE_REST: eligibility.auditors_of_the_rest}
        for service, who in sorted(eligibility.auditors_of_services.items()):
            rules[_group_of_service(service)] = who
        return {
            name: [number for number, it in enumerate(self.auditors) if who.includes(it.service_id, it.roles)]
            for name, who in rules.items()
        }

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


def _sets(pairs: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for key, number in pairs:
        found.setdefault(key, set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}
