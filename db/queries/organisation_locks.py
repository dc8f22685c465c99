"""Taking turns on a row of the organisation, and what became of it since it was read."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import Integer, cast, select
from sqlalchemy.orm import Session

from db.tables.registry import Base
from db.tables.trail import TrailEntry

_MOST = 5
Row = TypeVar("Row", bound=Base)


def held(session: Session, table: type[Row], key: uuid.UUID | str) -> Row | None:
    """The row as it is now; whoever else asks for it waits until this transaction ends. References to it may be made
    meanwhile."""
    return session.get(table, key, with_for_update={"key_share": True}, populate_existing=True)


class Change(NamedTuple):
    """A change of a row: who, when, what it was called and which fields."""

    actor: str
    at: datetime
    action: str
    fields: list[str]


def changes_since(session: Session, subject: tuple[str, str], version: int) -> Sequence[Change]:
    """The newest changes that made later versions of it, oldest first."""
    kind, key = subject
    made = cast(TrailEntry.details["version"].astext, Integer)
    rows = session.execute(
        select(TrailEntry.actor, TrailEntry.at, TrailEntry.action, TrailEntry.details)
        .where(TrailEntry.subject_kind == kind, TrailEntry.subject_id == key, made > version)
        .order_by(TrailEntry.number.desc())
        .limit(_MOST)
    )
    return [Change(actor, at, action, details.get("fields", [])) for actor, at, action, details in rows][::-1]
