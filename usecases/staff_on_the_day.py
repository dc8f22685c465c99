"""Who is who today: posts, deputies, absences and addresses, as the rules about recipients ask for them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from db.queries import notices
from db.queries.team_history import TeamOfTheDay, teams_as_they_are
from rules.post_holders import WHOLE_COUNCIL, Line, Post, PostHolder, StaffOnTheDay
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody as today's records have them.

    `address` is where their mail goes: their own, else that of their team's contact, and then `passed_on_by` names
    the team. A team of another employer has such a contact, because its staff may have no address here (P4).
    """

    reference: str
    address: str | None
    passed_on_by: str | None
    line: Line


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody, by id."""

    members: Mapping[str, StaffMember]
    on_the_day: StaffOnTheDay
    teams: Mapping[uuid.UUID, TeamOfTheDay]

    def line_of(self, person_id: uuid.UUID) -> Line:
        """The line above somebody: line manager on record, own team, and the service they audit for or belong to."""
        return self.members[str(person_id)].line

    def line_of_work(self, person_id: uuid.UUID, team_id: uuid.UUID, service_id: str) -> Line:
        """The line above somebody for work done in that team, wherever they belong today.

        Open duties follow today's managers (Words): those of the team's present service, and of the team that it was
        merged into; a team that has ended for good leaves the duty to the team that the person belongs to now.
        """
        own = self.line_of(person_id)
        team = self._successor(team_id)
        if team is None:
            return replace(own, team_id=str(team_id), service_id=service_id)
        if team.has_ended and own.team_id is not None:
            return own
        return replace(own, team_id=str(team.id), service_id=team.service_id)

    def line_of_team(self, team_id: uuid.UUID) -> Line:
        """The line above a team as it is on the day."""
        team = self._successor(team_id)
        return Line("", str(team.id if team else team_id), team.service_id if team else None)

    def _successor(self, team_id: uuid.UUID) -> TeamOfTheDay | None:
        """The team, or the one that it was merged into, however often."""
        team = self.teams.get(team_id)
        passed = {team_id}
        while team is not None and team.has_ended and team.merged_into_id is not None:
            if team.merged_into_id in passed:
                break
            passed.add(team.merged_into_id)
            team = self.teams.get(team.merged_into_id)
        return team


def staff_today(work: Work) -> Staff:
    """Everybody as they are today."""
    return staff_on(work, work.today)


def staff_on(work: Work, day: date) -> Staff:
    """Everybody as they were on that day by today's records, in four statements, however many they are."""
    rows = notices.people_on(work.session, day)
    on_the_day = StaffOnTheDay(
        holders=_holders(work, day),
        away=frozenset(str(row.id) for row in rows if row.is_away),
        names=notices.names_of_teams_and_services(work.session),
        stand_ins={str(row.id): str(row.stands_in_id) for row in rows if row.is_away and row.stands_in_id},
    )
    teams = {team.id: team for team in teams_as_they_are(work.session, day)}
    return Staff({str(row.id): _member(row) for row in rows}, on_the_day, teams)


def member_today(work: Work, person_id: uuid.UUID) -> StaffMember:
    """One person as today's records have them."""
    return _member(notices.people_on(work.session, work.today, only=person_id)[-1])


def _holders(work: Work, day: date) -> dict[Post, list[PostHolder]]:
    holders: dict[Post, list[PostHolder]] = {}
    for row in notices.posts_on(work.session, day):
        scope = str(row.team_id or row.service_id or WHOLE_COUNCIL)
        holders.setdefault((row.role, scope), []).append(PostHolder(str(row.person_id), _text(row.deputy_id)))
    return holders


def _member(row: Any) -> StaffMember:
    own, contact = (address or None for address in (row.email, row.contact_email))
    return StaffMember(
        reference=row.reference,
        address=own or contact,
        passed_on_by=row.team_name if contact and not own else None,
        line=Line(str(row.id), _text(row.team_id), row.service_id, _text(row.line_manager_id)),
    )


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
