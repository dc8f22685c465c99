"""Teams that move to another service or merge into another team, from a day on (P4; Words: a moved team).

Audits keep the team and the service at allocation, so that figures stay where the work was done. Open duties and
messages follow today's managers: those of the present service, and of the team that this one was merged into.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from db.queries import organisation_locks, team_history
from db.tables.organisation import Team, TeamPlacement
from rules.dated_facts import Period, rewrites_the_past
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem
from usecases.errors import NotAllowedNow, NotFound
from usecases.organisation_checks import held_team, known_team, refuse, refuse_stale, service_problems, team_problems
from usecases.organisation_trail import note, note_new
from usecases.work import Work

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TeamMerged:
    """What became of a team that was merged: how many people moved, posts ended and duties changed hands."""

    team: Team
    people_moved: int
    posts_ended: int
    duties_moved: int


def move_team(work: Work, team_id: uuid.UUID, service_id: str, moved_on: date) -> list[TeamPlacement]:
    """From that day on the team belongs to another service. Answers its services over time.

    Raises InvalidFacts for a service nobody knows or a day on or before its last move, NotAllowedNow when it belongs
    there already or has ended by then.
    """
    team = held_team(work, team_id)
    refuse(service_problems(work, service_id, "/service_id"))
    _refuse_ended(team, moved_on)
    present = _present_placement(work, team)
    if present.service_id == service_id:
        raise NotAllowedNow(f"The team belongs to {service_id} already from then on: nothing was changed.", rule="P4")
    _refuse_day(present.began_on, moved_on)
    present.ended_on = moved_on - _ONE_DAY
    work.session.flush()
    work.session.add(TeamPlacement(team_id=team_id, service_id=service_id, began_on=moved_on))
    _settle(work, team)
    facts = {"service": service_id, "service_before": present.service_id, "began_on": moved_on, "ended_on": None}
    note_new(work, ("team", str(team_id)), "team_moved", "P4", facts)
    return list(team_history.placements(work.session, team_id))


def correct_move(
    work: Work,
    team_id: uuid.UUID,
    placement_id: uuid.UUID,
    *,
    service_id: str,
    moved_on: date,
    version: int | None = None,
) -> list[TeamPlacement]:
    """The team moved on another day, or to another service, than is on record; the one before lasts until then."""
    team = held_team(work, team_id)
    row = organisation_locks.held(work.session, TeamPlacement, placement_id)
    if row is None or row.team_id != team_id or row.began_on is None:
        raise NotFound(f"The team has no move {placement_id}: GET /v1/teams/{team_id}/history lists them.")
    refuse_stale(work, ("team_placement", str(placement_id)), row, version)
    refuse(service_problems(work, service_id, "/service_id"))
    before = next(it for it in team_history.placements(work.session, team_id) if it.ended_on == row.began_on - _ONE_DAY)
    _refuse_day(before.began_on, moved_on)
    if row.ended_on is not None and moved_on > row.ended_on:
        raise _wrong_day(moved_on, f"it moved on again after {day_in_words(row.ended_on)}")
    old = Period(row.began_on, row.ended_on)
    details = {"service": service_id, "service_before": row.service_id, "moved_on": moved_on, "was": row.began_on}
    _shift(work, before, row, moved_on)
    row.service_id = service_id
    _settle(work, team)
    is_past = rewrites_the_past(
        old,
        Period(row.began_on, row.ended_on),
        says_the_same=details["service_before"] == service_id,
        today=work.today,
    )
    action = "team_move_corrected" if is_past else "team_move_changed"
    note(work, ("team", str(team_id)), action, "P4", **details, version=team.version)
    return list(team_history.placements(work.session, team_id))


def merge_team(work: Work, team_id: uuid.UUID, into_id: uuid.UUID, merged_on: date) -> TeamMerged:
    """From that day on the team is part of another: its people belong to that one, and its posts have ended.

    Doing it again changes nothing. Raises InvalidFacts for itself or a team nobody knows, NotAllowedNow when it was
    merged into another one before, or when either has ended by that day.
    """
    for each in sorted({team_id, into_id}):
        organisation_locks.held(work.session, Team, each)
    team = known_team(work, team_id)
    refuse([*_self_problems(team_id, into_id), *team_problems(work, into_id, "/into_id")])
    if (team.merged_into_id, team.ended_on) == (into_id, merged_on - _ONE_DAY):
        return TeamMerged(team, 0, 0, _duties(work, merged_on))
    if team.merged_into_id is not None:
        raise NotAllowedNow("The team was merged already: correct that by moving its people.", rule="P4")
    _refuse_ended(team, merged_on)
    _refuse_ended(known_team(work, into_id), merged_on)
    if team.began_on is not None and merged_on <= team.began_on:
        raise _wrong_day(merged_on, f"the team began on {day_in_words(team.began_on)}")
    people = team_history.move_members(work.session, team_id, into_id, merged_on)
    posts = team_history.end_posts_of_team(work.session, team_id, merged_on)
    team.ended_on, team.merged_into_id = merged_on - _ONE_DAY, into_id
    work.session.flush()
    work.session.expire_all()
    merged = TeamMerged(team, people, posts, _duties(work, merged_on))
    counts = {"people_moved": people, "posts_ended": posts, "duties_moved": merged.duties_moved}
    facts = {"into": into_id, "began_on": merged_on, "ended_on": None, **counts}
    note_new(work, ("team", str(team_id)), "team_merged", "P4", facts)
    return merged


def settle_teams(work: Work) -> str:
    """What was decided for today or an earlier day takes place: teams belong to their service of today, and open duties
    of a merged team's managers are those of the managers of the team it went into. Running it again changes nothing."""
    moved = team_history.settle_services_of_teams(work.session, work.today)
    duties = team_history.move_duties_of_merged_teams(work.session, work.today)
    return f"Teams that moved to another service: {moved}; duties that went with a merged team: {duties}."


def _duties(work: Work, merged_on: date) -> int:
    return team_history.move_duties_of_merged_teams(work.session, work.today) if merged_on <= work.today else 0


def _present_placement(work: Work, team: Team) -> TeamPlacement:
    """The last one; the first, if the team never moved, is where it has always been."""
    known = team_history.placements(work.session, team.id)
    if known:
        return known[-1]
    first = TeamPlacement(team_id=team.id, service_id=team.service_id)
    work.session.add(first)
    work.session.flush()
    return first


def _shift(work: Work, before: TeamPlacement, row: TeamPlacement, moved_on: date) -> None:
    """Whichever of the two gets shorter goes first, so that they never share a day."""
    later = row.began_on is not None and moved_on > row.began_on
    for _ in range(2):
        if later:
            row.began_on = moved_on
        else:
            before.ended_on = moved_on - _ONE_DAY
        work.session.flush()
        later = not later


def _settle(work: Work, team: Team) -> None:
    work.session.flush()
    team_history.settle_services_of_teams(work.session, work.today)
    work.session.refresh(team)


def _refuse_day(present_began_on: date | None, moved_on: date) -> None:
    if present_began_on is not None and moved_on <= present_began_on:
        raise _wrong_day(moved_on, f"it moved on {day_in_words(present_began_on)}; correct that move instead")


def _wrong_day(day: date, because: str) -> InvalidFacts:
    sentence = f"{day_in_words(day)} can't be the day: {because}."
    return InvalidFacts([Problem("/moved_on", sentence, day.isoformat(), "P4")])


def _refuse_ended(team: Team, day: date) -> None:
    if team.ended_on is not None and team.ended_on < day:
        raise NotAllowedNow(f"The team {team.reference} ended on {day_in_words(team.ended_on)}.", rule="P4")


def _self_problems(team_id: uuid.UUID, into_id: uuid.UUID) -> list[Problem]:
    if team_id != into_id:
        return []
    return [Problem("/into_id", "A team is merged into another one: name that.", str(into_id), "P4")]
