"""Who belongs to which team, from day to day: one team at a time (S3, P4)."""

import uuid
from datetime import date, timedelta

from db.queries import organisation
from db.tables.organisation import TeamMembership
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem
from usecases.errors import NotFound
from usecases.organisation_checks import held_person, known_team, order_problems, refuse
from usecases.organisation_trail import entry_of_new, note
from usecases.trail import Entry, record
from usecases.work import Work


def join_team(work: Work, person_id: uuid.UUID, team_id: uuid.UUID, began_on: date | None = None) -> TeamMembership:
    """Somebody belongs to a team from that day on, and to the team before it until the day before.

    `began_on` may be left out for a first team, whose beginning nobody remembers. Raises InvalidFacts when they were in
    another team on that day or after it by a membership that has ended: one team at a time (S3).
    """
    held_person(work, person_id)
    known_team(work, team_id)
    present = organisation.open_membership(work.session, person_id)
    if present is not None:
        _end_before(work, present, began_on)
    _refuse_two_teams(work, person_id, began_on)
    membership = TeamMembership(person_id=person_id, team_id=team_id, began_on=began_on)
    work.session.add(membership)
    work.session.flush()
    record(work, entry_of_joining(work, person_id, team_id, began_on, present.team_id if present else None))
    return membership


def entry_of_joining(
    work: Work, person_id: uuid.UUID, team_id: uuid.UUID, began_on: date | None, left: uuid.UUID | None
) -> Entry:
    """What the trail keeps of it; `left` is the team before."""
    facts = {"team": team_id, "began_on": began_on, "ended_on": None, **({"left_team": left} if left else {})}
    return entry_of_new(work, ("person", str(person_id)), "team_joined", "S3", facts)


def leave_team(work: Work, person_id: uuid.UUID, ended_on: date) -> TeamMembership:
    """Somebody belongs to their team until that day, and to none after it."""
    held_person(work, person_id)
    present = organisation.open_membership(work.session, person_id)
    if present is None:
        raise NotFound("They belong to no team now, so there is none to leave.")
    refuse(order_problems(present.began_on, ended_on, "/ended_on"))
    present.ended_on = ended_on
    work.session.flush()
    past = {"of_the_past": ended_on < work.today - timedelta(days=1)}
    note(work, ("person", str(person_id)), "team_left", "S3", team=present.team_id, ended_on=ended_on, **past)
    return present


def _end_before(work: Work, present: TeamMembership, began_on: date | None) -> None:
    if began_on is None or (present.began_on is not None and began_on <= present.began_on):
        sentence = (
            "They belong to a team already: say from which day on they belong to the new one, after the day on which "
            "they joined the present one."
        )
        raise InvalidFacts([Problem("/began_on", sentence, began_on.isoformat() if began_on else None, "S3")])
    present.ended_on = began_on - timedelta(days=1)
    work.session.flush()


def _refuse_two_teams(work: Work, person_id: uuid.UUID, began_on: date | None) -> None:
    last_day = organisation.last_day_in_a_team(work.session, person_id)
    if last_day is not None and (began_on is None or began_on <= last_day):
        sentence = (
            f"They were in another team until {day_in_words(last_day)}, and nobody is in two teams at a time: "
            "give a later day."
        )
        raise InvalidFacts([Problem("/began_on", sentence, began_on.isoformat() if began_on else None, "S3")])
