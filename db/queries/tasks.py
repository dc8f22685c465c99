"""Tasks: opened and closed in one statement each, whatever their number, and listed."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, Uuid, bindparam, cast, column, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from db.tables.tasks import Task

_EACH = ("kind", "key", "sentence", "rule", "clause", "subject_kind", "subject_id")
_ADDED = [*_EACH, "state", "version", "opened_at", "opened_by"]
_IS_OPEN = Task.state == "open"
# As the index has it: a statement that was prepared finds no index by a parameter.
_OF_THE_INDEX = text("state = 'open'")


def add_tasks(
    session: Session, now: datetime, opened_by: str, each: Sequence[Mapping[str, str]]
) -> list[tuple[uuid.UUID, int]]:
    """Opens tasks, and answers id and version of those that are new or whose sentence changed.

    One that is open under the same kind and key stays, and takes over the new sentence.
    """
    rows = (
        func.jsonb_to_recordset(cast(literal(json.dumps(each), Text), JSONB))
        .table_valued(*(column(name, Text) for name in _EACH), name="each")
        .render_derived(with_types=True)
    )
    chosen = select(
        *(rows.c[name] for name in _EACH),
        literal("open", Text),
        literal(1),
        literal(now, Task.opened_at.type),
        literal(opened_by, Text),
    ).order_by(rows.c.kind, rows.c.key)  # in one order, so that two who open the same tasks never wait for each other
    adding = insert(Task).from_select(_ADDED, chosen)
    added = adding.on_conflict_do_update(
        index_elements=[Task.kind, Task.key],
        index_where=_OF_THE_INDEX,
        set_={"sentence": adding.excluded.sentence, "version": Task.version + 1},
        where=Task.sentence != adding.excluded.sentence,
    ).returning(Task.id, Task.version)
    return [(row.id, row.version) for row in session.execute(added)]


def keys_ever_opened(session: Session, kind: str, keys: Sequence[str]) -> set[str]:
    """Which of these keys had a task of that kind before, open or closed."""
    return set(session.scalars(select(Task.key).where(Task.kind == kind, Task.key.in_(keys))))


def open_keys(session: Session, kind: str) -> set[str]:
    """The keys of the open tasks of that kind."""
    return set(session.scalars(select(Task.key).where(_IS_OPEN, Task.kind == kind)))


def close_tasks(
    session: Session, kind: str, keys: Sequence[str], *, now: datetime, closed_by: str, because: str
) -> list[uuid.UUID]:
    """Closes the open tasks of that kind and these keys, and answers which there were."""
    closing = (
        update(Task)
        .where(_IS_OPEN, Task.kind == kind, Task.key.in_(keys))
        .values(state="closed", closed_at=now, closed_by=closed_by, closed_because=because, version=Task.version + 1)
        .returning(Task.id)
    )
    return list(session.scalars(closing, execution_options={"synchronize_session": False}))


def task_held(session: Session, task_id: uuid.UUID) -> Task | None:
    """The task's row, held until this transaction ends."""
    held = select(Task).where(Task.id == task_id).with_for_update()
    return session.scalar(held, execution_options={"populate_existing": True})


_COLUMNS = tuple(Task.__table__.columns)
# Each filter of the list with the condition it adds.
_FILTERS = {
    "state": Task.state == bindparam("state", type_=Text),
    "kind": Task.kind == bindparam("kind", type_=Text),
    "subject_kind": Task.subject_kind == bindparam("subject_kind", type_=Text),
    "subject_id": Task.subject_id == bindparam("subject_id", type_=Text),
    "after": Task.id < bindparam("after", type_=Uuid),
}


def tasks(session: Session, limit: int, **filters: object) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the list, the newest first; filters that are None are left out."""
    given = {name: value for name, value in filters.items() if value is not None}
    question = select(*_COLUMNS).order_by(Task.id.desc()).limit(limit)
    for name in given:
        question = question.where(_FILTERS[name])
    return session.execute(question, given).all()


def one_task(session: Session, task_id: uuid.UUID) -> Row[*tuple[Any, ...]] | None:
    """One task."""
    return session.execute(select(*_COLUMNS).where(Task.id == task_id)).first()
