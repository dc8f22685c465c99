"""What a long list needs of the organisation in a few statements, and what it changes: a fixed number, however long."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ARRAY, Table, Uuid, bindparam, func, insert, literal, select, update
from sqlalchemy.orm import Session

from db.tables.organisation import (
    Absence,
    AuditorAppointment,
    LineManagement,
    Person,
    Post,
    PostDeputy,
    TeamMembership,
)

Row = TypeVar("Row", TeamMembership, LineManagement, Post, AuditorAppointment, Absence)
Grouped = Mapping[uuid.UUID, Sequence[Row]]


def people_held(session: Session, people: Collection[uuid.UUID]) -> dict[str, Person]:
    """These people by reference as they are now, kept from others until this is saved; always taken in one order."""
    held = select(Person).where(Person.id.in_(_each(people))).order_by(Person.id).with_for_update(key_share=True)
    return {row.reference: row for row in session.scalars(held, execution_options={"populate_existing": True})}


def memberships(session: Session, people: Collection[uuid.UUID]) -> Grouped[TeamMembership]:
    """The teams of each of them over time, the last one last."""
    found = select(TeamMembership).where(TeamMembership.person_id.in_(_each(people)))
    return _grouped(session.scalars(found.order_by(TeamMembership.began_on.nulls_first())).all())


def line_managements(session: Session, people: Collection[uuid.UUID]) -> Grouped[LineManagement]:
    """The line managers of each of them over time, the last one last."""
    found = select(LineManagement).where(LineManagement.person_id.in_(_each(people)))
    return _grouped(session.scalars(found.order_by(LineManagement.began_on.nulls_first())).all())


def posts(session: Session, people: Collection[uuid.UUID]) -> Grouped[Post]:
    """The posts of each of them over time, the last one last."""
    found = select(Post).where(Post.person_id.in_(_each(people)))
    return _grouped(session.scalars(found.order_by(Post.began_on.nulls_first())).all())


def open_deputies(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Who stands in with no end in sight, by post, for the posts of these people."""
    found = select(PostDeputy.post_id, PostDeputy.person_id).join(Post, Post.id == PostDeputy.post_id)
    rows = session.execute(found.where(Post.person_id.in_(_each(people)), PostDeputy.ended_on.is_(None)))
    return {row[0]: row[1] for row in rows}


def appointments(session: Session, people: Collection[uuid.UUID]) -> Grouped[AuditorAppointment]:
    """The appointments as auditor of each of them, the last one last."""
    found = select(AuditorAppointment).where(AuditorAppointment.person_id.in_(_each(people)))
    return _grouped(session.scalars(found.order_by(AuditorAppointment.began_on.nulls_first())).all())


def absences(session: Session, people: Collection[uuid.UUID]) -> Grouped[Absence]:
    """When each of them is away, the first time first."""
    found = select(Absence).where(Absence.person_id.in_(_each(people)))
    return _grouped(session.scalars(found.order_by(Absence.first_on, Absence.last_on)).all())


def new_ids(session: Session, count: int) -> list[uuid.UUID]:
    """So many ids, in the order in which rows are to be read."""
    return list(session.scalars(select(func.uuidv7(type_=Uuid)).select_from(func.generate_series(1, count))))


def add_rows(session: Session, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows that have their ids."""
    if rows:
        session.connection().execute(insert(_table(table)), [dict(row) for row in rows])


def end_rows(session: Session, table: type[Any], last_days: Mapping[uuid.UUID, date]) -> None:
    """Ends rows on a day each. What was read of them before is out of date."""
    rows = [{"of_id": id_, "ended_on": last_on} for id_, last_on in last_days.items()]
    _change(session, _table(table), ("ended_on",), rows)


def change_people(session: Session, facts: Mapping[uuid.UUID, Mapping[str, Any]]) -> None:
    """Says something else of people, of each the same fields. What was read of them before is out of date."""
    rows = [{"of_id": id_, **columns} for id_, columns in facts.items()]
    if rows:
        _change(session, _table(Person), [name for name in rows[0] if name != "of_id"], rows)


def _change(session: Session, table: Table, fields: Collection[str], rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(name, type_=table.c[name].type) for name in fields}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    changed = update(table).where(table.c.id == bindparam("of_id", type_=Uuid))
    session.connection().execute(changed.values(**values), rows)
    session.expire_all()


def _table(table: type[Any]) -> Table:
    found = table.__table__
    assert isinstance(found, Table)
    return found


def _each(ids: Collection[uuid.UUID]) -> Any:
    """As one parameter, however many they are."""
    return select(func.unnest(literal(list(ids), ARRAY(Uuid))))


def _grouped(rows: Sequence[Row]) -> Grouped[Row]:
    found: dict[uuid.UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found
