"""Notices: what is asked of the organisation to know who is told, and the notices as they stand."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from db.queries.organisation_days import deputies_on, line_managers_on, runs_on, services_of_teams_on, stand_in
from db.queries.page_sizes import at_most
from db.queries.reaches import Reach
from db.queries.within_reach import notices_within
from db.tables.notices import Message, Notice
from db.tables.organisation import Absence, AuditorAppointment, Person, Post, Service, Team, TeamMembership
from db.tables.programme import AuditCycle

# What differs between the notices of one event.
_EACH = {"idempotency_key": Text, "recipient_id": Uuid, "address": Text, "content": JSONB}


def people_on(session: Session, today: date, only: uuid.UUID | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
    """Everybody with their address, their team and service of that day, and whether they are away.

    `only` asks for one person. Somebody who moves that day is there twice, the later team last.
    """
    managed, placed = line_managers_on(today), services_of_teams_on(today)
    left_or_not_there = or_(Person.left_on < today, Person.started_on > today)
    absent = exists().where(Absence.person_id == Person.id, Absence.first_on <= today, Absence.last_on >= today)
    question = (
        select(
            Person.id,
            Person.reference,
            Person.email,
            managed.c.manager_id.label("line_manager_id"),
            stand_in(Person.id, today).label("stands_in_id"),
            (func.coalesce(left_or_not_there, false()) | absent).label("is_away"),
            Team.id.label("team_id"),
            Team.name.label("team_name"),
            Team.contact_email,
            func.coalesce(AuditorAppointment.service_id, placed.c.service_id).label("service_id"),
        )
        .outerjoin(managed, managed.c.person_id == Person.id)
        .outerjoin(TeamMembership, (TeamMembership.person_id == Person.id) & runs_on(TeamMembership, today))
        .outerjoin(Team, Team.id == TeamMembership.team_id)
        .outerjoin(placed, placed.c.team_id == Team.id)
        .outerjoin(AuditorAppointment, (AuditorAppointment.person_id == Person.id) & runs_on(AuditorAppointment, today))
        .order_by(TeamMembership.began_on.nulls_first(), AuditorAppointment.began_on.nulls_first())
    )
    return session.execute(question if only is None else question.where(Person.id == only)).all()


def posts_on(session: Session, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """The posts that somebody holds on that day, with their deputies."""
    deputy = deputies_on(today)
    return session.execute(
        select(Post.role, Post.team_id, Post.service_id, Post.person_id, deputy.c.deputy_id)
        .outerjoin(deputy, deputy.c.post_id == Post.id)
        .where(runs_on(Post, today))
        .order_by(Post.id)
    ).all()


def names_of_teams_and_services(session: Session) -> dict[str, str]:
    """What each team and service is called, by its id as text."""
    teams = select(cast(Team.id, Text), Team.name)
    named = session.execute(teams.union_all(select(Service.id, Service.name)))
    return dict(named.all())


def add_notices(
    session: Session,
    event: str,
    cycle_id: uuid.UUID | None,
    now: datetime,
    each: Sequence[Mapping[str, Any]],
    *,
    send_window: str = "at_once",
    due_at: datetime | None = None,
    safety_alert_id: uuid.UUID | None = None,
) -> list[uuid.UUID]:
    """Adds notices in one statement; those whose key is there already stay as they are.

    They are due at once, or at `due_at` (L13). One without an address is parked from the start (A5): answers whose
    those are. Those about a safety alert name it, and go out apart from all others (W7).
    """
    rows = (
        func.jsonb_to_recordset(cast(literal(json.dumps(each, default=str), Text), JSONB))
        .table_valued(*(column(name, kind) for name, kind in _EACH.items()), name="each")
        .render_derived(with_types=True)
    )
    new = select(func.uuidv7().label("id"), *rows.c).subquery("new")
    has_address = new.c.address.is_not(None)
    chosen = select(
        new.c.id,
        *(new.c[name] for name in _EACH),
        literal(event, Text),
        literal(send_window, Text),
        literal(cycle_id, Uuid),
        literal(safety_alert_id, Uuid),
        case((has_address, "pending"), else_="parked"),
        literal(now, Notice.created_at.type),
        literal(due_at or now, Notice.next_attempt_at.type),
        case((has_address, None), else_=NO_ADDRESS),
    )
    added = session.execute(
        insert(Notice)
        .from_select(_ADDED_COLUMNS, chosen)
        .on_conflict_do_nothing(index_elements=[Notice.idempotency_key])
        .returning(Notice.recipient_id, Notice.state)
    )
    return [row.recipient_id for row in added if row.state == "parked"]


def references_of(session: Session, people: Sequence[uuid.UUID]) -> Sequence[Row[uuid.UUID, str]]:
    """These people with their references, in the order of those."""
    return session.execute(
        select(Person.id, Person.reference).where(Person.id.in_(people)).order_by(Person.reference)
    ).all()


NO_ADDRESS = "No e-mail address is on record."
_ADDED_COLUMNS = [
    *("id", *_EACH, "event", "send_window", "cycle_id", "safety_alert_id"),
    *("state", "created_at", "next_attempt_at", "last_error"),
]


# As people see it: a notice waits until its message is sent, and is being sent while the message is.
_IS_BEING_SENT = (Notice.state == "pending") & (Message.state == "leased")
_LISTED: Select[*tuple[Any, ...]] = (
    select(
        Notice.id,
        Notice.event,
        Notice.send_window,
        case((_IS_BEING_SENT, "leased"), else_=Notice.state).label("state"),
        Person.reference.label("recipient"),
        Person.name.label("recipient_name"),
        Notice.address,
        AuditCycle.month.label("cycle"),
        Message.message_id,
        func.coalesce(Message.attempts, 0).label("attempts"),
        Notice.created_at,
        Notice.next_attempt_at,
        Message.sent_at,
        Notice.last_error,
    )
    .outerjoin(Message, Message.id == Notice.in_message)
    .join(Person, Person.id == Notice.recipient_id)
    .outerjoin(AuditCycle, AuditCycle.id == Notice.cycle_id)
)
# Each filter of the list with the condition it adds.
_FILTERS = {
    "recipient": Person.reference == bindparam("recipient", type_=Text),
    "cycle": AuditCycle.month == bindparam("cycle", type_=Text),
    "after": Notice.id < bindparam("after", type_=Uuid),
}


def notices(
    session: Session, limit: int, reach: Reach, *, state: str | None = None, **filters: object
) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the list within reach, the newest first; filters that are None are left out."""
    given = {name: value for name, value in filters.items() if value is not None}
    question = _LISTED.where(notices_within(reach)).order_by(Notice.id.desc()).limit(at_most(limit))
    for name in given:
        question = question.where(_FILTERS[name])
    return session.execute(question if state is None else question.where(_in_state(state)), given).all()


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "leased":
        return _IS_BEING_SENT
    return (Notice.state == state) & (Message.state.is_(None) | ~_IS_BEING_SENT)


def one_notice(session: Session, notice_id: uuid.UUID, reach: Reach) -> Row[*tuple[Any, ...]] | None:
    """One notice with its content; None for one that is out of reach."""
    one = _LISTED.add_columns(Notice.in_message, Notice.content).where(Notice.id == notice_id, notices_within(reach))
    return session.execute(one).first()


def notice_held(session: Session, notice_id: uuid.UUID) -> Notice | None:
    """The notice's row, held until this transaction ends: nobody sends or changes it meanwhile."""
    held = select(Notice).where(Notice.id == notice_id).with_for_update()
    return session.scalar(held, execution_options={"populate_existing": True})


def message_held(session: Session, notice_id: uuid.UUID) -> Message | None:
    """The message that a notice is in, held as the outbox holds it; None while it is in none."""
    held = (
        select(Message)
        .join(Notice, Notice.in_message == Message.id)
        .where(Notice.id == notice_id)
        .with_for_update(of=Message)
    )
    return session.scalar(held, execution_options={"populate_existing": True})


def message_sent_as(session: Session, message_id: str) -> tuple[Message, str] | None:
    """The message with that Message-ID, held, and its recipient's reference."""
    held = (
        select(Message, Person.reference)
        .join(Person, Person.id == Message.recipient_id)
        .where(Message.message_id == message_id)
        .with_for_update(of=Message)
    )
    row = session.execute(held, execution_options={"populate_existing": True}).first()
    return None if row is None else (row[0], row[1])


def notices_of_message(session: Session, message: uuid.UUID) -> Sequence[Notice]:
    """What a message tells of, without what was cancelled."""
    question = select(Notice).where(Notice.in_message == message, Notice.state != "cancelled").order_by(Notice.id)
    return session.scalars(question, execution_options={"populate_existing": True}).all()


def nothing_waits_for_a_person(session: Session, recipient_id: uuid.UUID) -> bool:
    """Whether none of somebody's notices is parked or came back."""
    waits = select(Notice.id).where(Notice.recipient_id == recipient_id, Notice.state.in_(("parked", "bounced")))
    return session.scalar(waits.limit(1)) is None
