"""The outbox: taking notices on a lease, and saving what became of them (DESIGN §5).

Each function is one statement. A leased notice is due again when its lease ends, so the index that leads to what is due
leads to what a crashed worker left behind as well.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, DateTime, Text, Uuid, column, func, literal, select, update
from sqlalchemy.orm import Session

from db.queries.restorations import is_silent
from db.tables.notices import Notice

_OPEN = ("pending", "leased")


@dataclass(frozen=True, slots=True)
class LeasedNotice:
    """A notice that is ours to send until the lease ends. `attempts` counts the one that begins now."""

    id: uuid.UUID
    event: str
    address: str
    content: Mapping[str, Any]
    message_id: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one attempt."""

    id: uuid.UUID
    state: str
    next_attempt_at: datetime
    sent_at: datetime | None
    last_error: str | None


def lease_due(session: Session, now: datetime, leased_until: datetime, limit: int) -> list[LeasedNotice]:
    """Takes up to `limit` notices that are due, the longest due first, but none that another worker holds.

    A restored copy takes none until somebody says that it is the one to go on with.
    """
    due = (
        select(Notice.id)
        .where(Notice.state.in_(_OPEN), Notice.next_attempt_at <= now, ~is_silent())
        .order_by(Notice.next_attempt_at, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = session.execute(
        update(Notice)
        .where(Notice.id == due.c.id)
        .values(
            state="leased",
            leased_until=leased_until,
            next_attempt_at=leased_until,
            attempts=Notice.attempts + 1,
        )
        .returning(
            Notice.id,
            Notice.event,
            Notice.address,
            Notice.content,
            Notice.message_id,
            Notice.attempts,
            Notice.created_at,
        ),
        execution_options={"synchronize_session": False},
    )
    return sorted((LeasedNotice(*row) for row in taken), key=lambda notice: notice.id)


def save_results(session: Session, leased_until: datetime, results: Sequence[Result]) -> None:
    """Saves what became of notices on this lease. One that was sent is sent, whoever holds the lease by now."""
    each = (
        func.unnest(
            literal([result.id for result in results], ARRAY(Uuid)),
            literal([result.state for result in results], ARRAY(Text)),
            literal([result.next_attempt_at for result in results], ARRAY(DateTime(timezone=True))),
            literal([result.sent_at for result in results], ARRAY(DateTime(timezone=True))),
            literal([result.last_error for result in results], ARRAY(Text)),
        )
        .table_valued(
            column("id", Uuid),
            column("state", Text),
            column("next_attempt_at", DateTime(timezone=True)),
            column("sent_at", DateTime(timezone=True)),
            column("last_error", Text),
        )
        .render_derived("each")
    )
    session.execute(
        update(Notice)
        .where(Notice.id == each.c.id, Notice.state == "leased")
        .where((Notice.leased_until == leased_until) | (each.c.state == "sent"))
        .values(
            state=each.c.state,
            leased_until=None,
            next_attempt_at=each.c.next_attempt_at,
            sent_at=each.c.sent_at,
            last_error=each.c.last_error,
        ),
        execution_options={"synchronize_session": False},
    )


def renew_lease(session: Session, leased_until: datetime, until: datetime, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Makes the lease of these notices end later. Answers those that are still ours."""
    kept = session.execute(
        update(Notice)
        .where(Notice.id.in_(ids), Notice.state == "leased", Notice.leased_until == leased_until)
        .values(leased_until=until, next_attempt_at=until)
        .returning(Notice.id),
        execution_options={"synchronize_session": False},
    )
    return set(kept.scalars())


def give_back(session: Session, leased_until: datetime, now: datetime, ids: Sequence[uuid.UUID]) -> None:
    """Ends the lease of notices that were not tried after all."""
    session.execute(
        update(Notice)
        .where(Notice.id.in_(ids), Notice.state == "leased", Notice.leased_until == leased_until)
        .values(state="pending", leased_until=None, next_attempt_at=now, attempts=Notice.attempts - 1),
        execution_options={"synchronize_session": False},
    )
