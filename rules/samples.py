"""The steps of a draw in their order: who is kept out, who is next, who gets a seat (S1–S6, S9, A3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.audit_allocations import AuditAllocations
from rules.case_orders import Place, latest_long_held, places_by_team
from rules.decisions import Reason
from rules.exclusions import cases_in_re_audit, cases_set_aside, first_month_within, practitioners_kept_out
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.re_audit_turns import ReAuditTurns, re_audit_turns
from rules.sampling_frames import SamplingFrame
from rules.seats import Seats, share_seats, teams_in_turn
from rules.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who can be drawn: each team's practitioners in order; and why others cannot."""

    places: Mapping[str, list[Place]]
    practitioners_out: Mapping[str, Reason]
    set_aside: Mapping[str, Reason]
    in_re_audit: Mapping[str, Reason]

    def of_team(self, team_id: str) -> list[Place]:
        """The team's order; empty when nobody in it can be drawn."""
        return self.places.get(team_id, [])

    def number(self) -> int:
        """How many practitioners can be drawn."""
        return sum(map(len, self.places.values()))


@dataclass(frozen=True, slots=True)
class Sample:
    """What was chosen, before it is put into words.

    `refused_re_audits` and `stopped_teams` name the rule in the way, by the id of the re-audit and of the team.
    """

    frame: SamplingFrame
    cycle: AuditCycle
    tickets: Tickets
    turns: ReAuditTurns
    candidates: Candidates
    seats: Seats
    allocations: AuditAllocations
    refused_re_audits: Mapping[str, str]
    stopped_teams: Mapping[str, str]


def choose(frame: SamplingFrame, cycle: AuditCycle, tickets: Tickets, policy: Policy) -> Sample:
    """Chooses from a frame whose lists are in order: re-audits are admitted first, then the seats are shared."""
    turns = re_audit_turns(frame.re_audits, cycle, policy, tickets)
    candidates = candidates_of(frame, turns, cycle, policy, tickets)
    most_audits = len(turns.due) + min(frame.size, candidates.number())
    allocations = AuditAllocations(frame, most_audits, cycle.opens_on, policy, tickets)
    refused_re_audits = {
        re_audit.id: rule for re_audit in turns.due if (rule := allocations.admit_re_audit(re_audit)) is not None
    }
    stopped: dict[str, str] = {}

    def admit(team_id: str, position: int) -> bool:
        next_one = candidates.places[team_id][position]
        rule = allocations.admit_audit(next_one.case_to_draw(tickets), next_one.practitioner.id, team_id)
        if rule is not None:
            stopped[team_id] = rule
        return rule is None

    seats = seats_of(frame, candidates, cycle, tickets, admit)
    return Sample(frame, cycle, tickets, turns, candidates, seats, allocations, refused_re_audits, stopped)


def candidates_of(
    frame: SamplingFrame, turns: ReAuditTurns, cycle: AuditCycle, policy: Policy, tickets: Tickets
) -> Candidates:
    """Everybody who can be drawn, by team and in order, after all exclusions."""
    selection = policy.selection
    practitioners_out = practitioners_kept_out(frame, turns, cycle.opens_on, policy)
    set_aside = cases_set_aside(frame, policy)
    in_re_audit = cases_in_re_audit(frame, policy)
    places = places_by_team(
        frame,
        tickets,
        kept_out=practitioners_out,
        cases_out=set_aside.keys() | in_re_audit.keys(),
        audited_too_lately_from=first_month_within(selection.months_before_same_case, cycle.opens_on),
        long_held_until=latest_long_held(cycle.opens_on, selection.preferred_allocation),
    )
    return Candidates(places, practitioners_out, set_aside, in_re_audit)


def seats_of(
    frame: SamplingFrame,
    candidates: Candidates,
    cycle: AuditCycle,
    tickets: Tickets,
    admit: Callable[[str, int], bool],
) -> Seats:
    """The seats of every team, given while `admit` finds an auditor for the next practitioner."""
    in_turn = teams_in_turn(frame.teams, frame.practitioners, cycle.services_every_cycle, tickets)
    turns = [team.id for team in in_turn]
    eligible = {team.id: len(candidates.of_team(team.id)) for team in frame.teams}
    return share_seats(turns, eligible, tickets, frame.size, admit)
