"""What holds on a day: the conditions and joins that every question about the organisation of a day is made of."""

import uuid
from datetime import date

from sqlalchemy import ColumnElement, Exists, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import ScalarSelect, Subquery

from db.tables.organisation import (
    Absence,
    AuditorAppointment,
    LineManagement,
    Person,
    Post,
    PostDeputy,
    Team,
    TeamMembership,
    TeamPlacement,
)

Day = InstrumentedAttribute[date | None]


Dated = (
    type[AuditorAppointment]
    | type[LineManagement]
    | type[Post]
    | type[PostDeputy]
    | type[Team]
    | type[TeamMembership]
    | type[TeamPlacement]
)


def runs_on(table: Dated, day: date) -> ColumnElement[bool]:
    """Whether a row holds on that day."""
    return holds(table.began_on, table.ended_on, day)


def holds(began_on: Day, ended_on: Day, day: date) -> ColumnElement[bool]:
    """Whether the day lies between these two, both included; an unknown one reaches for ever."""
    return and_(or_(began_on.is_(None), began_on <= day), or_(ended_on.is_(None), ended_on >= day))


def overlaps(began_on: Day, ended_on: Day, first: date | None, last: date | None) -> ColumnElement[bool]:
    """Whether two periods share a day; an open side reaches for ever."""
    begins_in_time = or_(began_on.is_(None), began_on <= (last or date.max))
    ends_late_enough = or_(ended_on.is_(None), ended_on >= (first or date.min))
    return and_(begins_in_time, ends_late_enough)


def line_managers_on(day: date) -> Subquery:
    """Each person who has a line manager on record for that day, once: `person_id`, `manager_id`."""
    return select(LineManagement.person_id, LineManagement.manager_id).where(runs_on(LineManagement, day)).subquery()


def deputies_on(day: date) -> Subquery:
    """Each post that has a deputy on that day, once: `post_id`, `deputy_id`."""
    return (
        select(PostDeputy.post_id, PostDeputy.person_id.label("deputy_id")).where(runs_on(PostDeputy, day)).subquery()
    )


def services_of_teams_on(day: date) -> Subquery:
    """The service of every team on that day: `team_id`, `service_id`; moves made or to come are heeded."""
    return (
        select(Team.id.label("team_id"), func.coalesce(TeamPlacement.service_id, Team.service_id).label("service_id"))
        .outerjoin(TeamPlacement, and_(TeamPlacement.team_id == Team.id, runs_on(TeamPlacement, day)))
        .subquery()
    )


def is_away(who: ColumnElement[object] | InstrumentedAttribute[object], day: date) -> Exists:
    """Whether somebody is absent, has left or has not started on that day."""
    absent = select(Absence.id).where(Absence.person_id == who, Absence.first_on <= day, Absence.last_on >= day)
    gone = select(Person.id).where(Person.id == who, or_(Person.left_on < day, Person.started_on > day))
    return absent.union_all(gone).exists()


def stand_in(who: ColumnElement[object] | InstrumentedAttribute[object], day: date) -> ScalarSelect[uuid.UUID | None]:
    """Whoever somebody's absence of that day names to stand in for them; of several absences the newest record."""
    return (
        select(Absence.stands_in_id)
        .where(
            Absence.person_id == who,
            Absence.first_on <= day,
            Absence.last_on >= day,
            Absence.stands_in_id.is_not(None),
        )
        .order_by(Absence.id.desc())
        .limit(1)
        .scalar_subquery()
    )
