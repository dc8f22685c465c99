"""API keys, and how often wrong ones came (DESIGN §7)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, case, delete, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.tables.access import ApiKey, RefusedAttempts

_LISTED: Select[*tuple[Any, ...]] = select(
    ApiKey.id,
    ApiKey.name,
    ApiKey.permissions,
    ApiKey.made_at,
    ApiKey.made_by,
    ApiKey.expires_at,
    ApiKey.last_used_on,
    ApiKey.revoked_at,
    ApiKey.revoked_by,
)


class KeyFound(NamedTuple):
    """What is known of a key that somebody shows, and how often its address has been refused lately."""

    secret_sha256: str | None
    permissions: list[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_on: date | None
    refused: int
    refused_of_key: int


def api_keys(
    session: Session, limit: int, *, name: str | None, now: datetime, is_live: bool | None, after: uuid.UUID | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the list, the newest first; live are those neither revoked nor expired."""
    question = _LISTED.order_by(ApiKey.id.desc()).limit(limit)
    live = ApiKey.revoked_at.is_(None) & (ApiKey.expires_at > now)
    if is_live is not None:
        question = question.where(live if is_live else ~live)
    if name is not None:
        question = question.where(ApiKey.name == name)
    if after is not None:
        question = question.where(ApiKey.id < after)
    return session.execute(question).all()


def one_api_key(session: Session, key_id: uuid.UUID) -> Row[*tuple[Any, ...]] | None:
    return session.execute(_LISTED.where(ApiKey.id == key_id)).first()


def end_expired(session: Session, name: str, now: datetime) -> None:
    """Keys of that name whose time is up give their place to new ones."""
    ended = update(ApiKey).where(ApiKey.name == name, ApiKey.revoked_at.is_(None), ApiKey.expires_at <= now)
    session.execute(ended.values(revoked_at=ApiKey.expires_at, revoked_by="its expiry"))


def slots_taken(session: Session, name: str) -> set[int]:
    """Which of the two places of a name are taken by keys that are not revoked."""
    return set(session.scalars(select(ApiKey.slot).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))))


def add_api_key(session: Session, key: ApiKey) -> None:
    session.add(key)
    session.flush()


def revoke(session: Session, key_id: uuid.UUID, now: datetime, actor: str) -> bool:
    """Ends a key at once; False when there is none, or it was revoked before."""
    ended = update(ApiKey).where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
    return session.execute(ended.values(revoked_at=now, revoked_by=actor).returning(ApiKey.id)).first() is not None


def key_shown(
    session: Session, key_id: uuid.UUID | None, *, address: str, of_key: str, counted_since: datetime
) -> KeyFound:
    """The key with this id, if there is one, and the refusals counted since then: one statement."""
    once = select(literal(1).label("one")).subquery()
    row = session.execute(
        select(
            ApiKey.secret_sha256,
            ApiKey.permissions,
            ApiKey.expires_at,
            ApiKey.revoked_at,
            ApiKey.last_used_on,
            _attempts(address, counted_since),
            _attempts(of_key, counted_since),
        )
        .select_from(once)
        .outerjoin(ApiKey, ApiKey.id == key_id)
    ).one()
    secret, permissions, expires_at, revoked_at, last_used_on, refused, refused_of_key = row
    return KeyFound(secret, permissions or [], expires_at, revoked_at, last_used_on, refused or 0, refused_of_key or 0)


def note_used(session: Session, key_id: uuid.UUID, on: date) -> None:
    """The key was used that day."""
    earlier = or_(ApiKey.last_used_on.is_(None), ApiKey.last_used_on < on)
    session.execute(update(ApiKey).where(ApiKey.id == key_id, earlier).values(last_used_on=on))


def count_refusal(session: Session, sources: Sequence[str], now: datetime, counted_since: datetime) -> None:
    """One more wrong key from each of these; a count begun before that instant begins anew."""
    first = insert(RefusedAttempts).values([{"source": each, "began_at": now, "attempts": 1} for each in sources])
    is_over = RefusedAttempts.began_at < counted_since
    session.execute(
        first.on_conflict_do_update(
            index_elements=[RefusedAttempts.source],
            set_={
                "began_at": case((is_over, now), else_=RefusedAttempts.began_at),
                "attempts": case((is_over, 1), else_=RefusedAttempts.attempts + 1),
            },
        )
    )


def forget_refusals(session: Session, before: datetime) -> int:
    """Deletes counts begun before that instant; how many there were."""
    gone = delete(RefusedAttempts).where(RefusedAttempts.began_at < before).returning(RefusedAttempts.source)
    return len(session.scalars(gone).all())


def _attempts(source: str, counted_since: datetime) -> Any:
    return (
        select(RefusedAttempts.attempts)
        .where(RefusedAttempts.source == source, RefusedAttempts.began_at >= counted_since)
        .scalar_subquery()
    )
