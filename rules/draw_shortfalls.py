"""What a draw was asked for and could not do, by name of the rule in the way (S8, A1–A3, P5)."""

from collections.abc import Iterator

from rules.draw_answers import Shortfall
from rules.samples import Sample

_IN_THE_WAY = {
    "A1": "no auditor in this request may do it",
    "A2": "every auditor who may do it is of the same team, manages the practitioner, or is the practitioner",
    "S10": "its record is restricted, and no independent auditor who is cleared for that has room",
    "A3": "every independent auditor who may do it is absent or full with audits that were admitted before",
}


def shortfalls_of(sample: Sample) -> tuple[Shortfall, ...]:
    """Every shortfall, in the order of rule and sentence."""
    found = [
        *_re_audits_without_auditor(sample),
        *_stopped_teams(sample),
        *_size(sample),
        *_services_without_seat(sample),
    ]
    return tuple(sorted(found, key=lambda shortfall: (shortfall.rule, shortfall.sentence)))


def why_no_auditor(rule: str) -> str:
    """What stood in the way of finding an auditor, in words."""
    return _IN_THE_WAY[rule]


def _re_audits_without_auditor(sample: Sample) -> Iterator[Shortfall]:
    for re_audit_id, rule in sample.refused_re_audits.items():
        yield Shortfall(rule, f"Re-audit {re_audit_id} is due and not admitted: {_IN_THE_WAY[rule]}.")


def _stopped_teams(sample: Sample) -> Iterator[Shortfall]:
    for team_id, rule in sample.stopped_teams.items():
        held = sample.seats.by_team[team_id]
        next_one = sample.candidates.places[team_id][held].practitioner.id
        seats = "no seat" if held == 0 else f"no more than {held} seat{'' if held == 1 else 's'}"
        yield Shortfall(
            rule, f"Team {team_id} gets {seats}: for its next practitioner, {next_one}, {_IN_THE_WAY[rule]}."
        )


def _size(sample: Sample) -> Iterator[Shortfall]:
    asked, given = sample.frame.size, sample.seats.given
    if given < asked:
        sentence = (
            f"{given} of the {asked} new audits asked for are drawn, {asked - given} short: {_what_lacks(sample)}."
        )
        yield Shortfall("S8", sentence)


def _what_lacks(sample: Sample) -> str:
    stopped = len(sample.stopped_teams)
    if not stopped:
        return "in every team nobody is left to draw"
    lacking = f"for want of auditors {stopped} team{'' if stopped == 1 else 's'} got no further seat"
    return lacking if stopped == len(sample.frame.teams) else f"{lacking}, and in every other nobody is left to draw"


def _services_without_seat(sample: Sample) -> Iterator[Shortfall]:
    for service_id in sample.cycle.services_every_cycle:
        teams = [team.id for team in sample.frame.teams if team.service_id == service_id]
        if teams and not any(sample.seats.by_team[team_id] for team_id in teams):
            why = _why_without_seat(sample, teams)
            yield Shortfall("P5", f"Service {service_id} is audited every cycle but has no seat in this one: {why}.")


def _why_without_seat(sample: Sample, teams: list[str]) -> str:
    with_somebody = [team_id for team_id in teams if sample.candidates.of_team(team_id)]
    if not with_somebody:
        return "nobody there can be drawn"
    if all(team_id in sample.stopped_teams for team_id in with_somebody):
        return "no auditor could be found"
    return f"the size asked for, {sample.frame.size}, was reached before its turn"
