"""What is owed, by whom and by when, as lists show it: the next due first, narrowed by reach (C4, DESIGN §6)."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, Text, Uuid, and_, bindparam, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from db.queries.asker import among
from db.queries.page_sizes import AT_MOST
from db.queries.reaches import Reach, Relation, reach_of_asker
from db.queries.within_reach import audits_within
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.organisation import Person, Team

_owing = aliased(Person)
_place = tuple_(Deadline.due_on, Deadline.id)

_LISTED: Select[*tuple[Any, ...]] = (
    select(
        Deadline.id,
        Deadline.time_limit,
        Deadline.audit_id,
        Deadline.dispute_id,
        Deadline.safety_alert_id,
        Deadline.moderated_audit_id,
        Audit.reference.label("audit"),
        Team.reference.label("team"),
        Audit.service_id.label("service"),
        _owing.id.label("owed_by_id"),
        _owing.reference.label("owed_by"),
        Deadline.owed_by_role,
        Deadline.started_on,
        Deadline.due_on,
        Deadline.state,
        Deadline.rule,
        Deadline.clause,
        Deadline.sentence,
        Deadline.edition_id.label("edition"),
        Deadline.met_on,
        Deadline.withdrawn_on,
        Deadline.withdrawn_because,
    )
    .outerjoin(Audit, Audit.id == Deadline.audit_id)
    .outerjoin(Team, Team.id == Audit.team_id)
    .join(_owing, _owing.id == Deadline.owed_by_id)
)

_PERSON = select(Person.id).where(Person.reference == bindparam("owed_by", type_=Text)).scalar_subquery()

# Each filter of the list with the condition it adds. The state stands in the statement, for the indexes of states.
_FILTERS = {
    "due_from": Deadline.due_on >= bindparam("due_from", type_=Date),
    "due_to": Deadline.due_on <= bindparam("due_to", type_=Date),
    "state": Deadline.state == bindparam("state", type_=Text, literal_execute=True),
    "owed_by": Deadline.owed_by_id == _PERSON,
    "team": Team.reference == bindparam("team", type_=Text),
    "service": Audit.service_id == bindparam("service", type_=Text),
}


def deadlines(session: Session, limit: int, reach: Reach, **filters: object) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the deadlines of audits within reach; filters that are None are left out."""
    given = {name: value for name, value in filters.items() if value is not None}
    question = _page(frozenset(given), reach.counting)
    return session.execute(question, {**given, **reach.told, "limit": limit}).all()


@cache
def _page(filters: frozenset[str], counting: frozenset[Relation]) -> Select[*tuple[Any, ...]]:
    """The statement for these filters and reaches: made once, because making it costs more than sending it."""
    reach = reach_of_asker(counting)
    question = _LISTED.order_by(Deadline.due_on, Deadline.id).limit(AT_MOST)
    if not reach.is_all:
        question = question.where(_within(reach))
    for name in sorted(filters):
        question = question.where(_place > _place_after(reach) if name == "after" else _FILTERS[name])
    return question


def _within(reach: Reach) -> ColumnElement[bool]:
    """Clocks of audits within reach and of disputes about them; alerts and moderations are not everybody's to see."""
    is_told = and_(Deadline.safety_alert_id.is_(None), Deadline.moderated_audit_id.is_(None))
    return and_(audits_within(reach), or_(is_told, among(Deadline.owed_by_id, reach.standing.selves)))


def _place_after(reach: Reach) -> Any:
    """Where the page before ended. A cursor made of another's deadline leads nowhere, and so tells no date."""
    earlier = aliased(Deadline)
    place = select(earlier.due_on, earlier.id).where(earlier.id == bindparam("after", type_=Uuid))
    if not reach.is_all:
        within = select(Deadline.id).join(Audit, Audit.id == Deadline.audit_id).where(_within(reach)).correlate(None)
        place = place.where(earlier.id.in_(within))
    return place.scalar_subquery()
