"""Sign-in links and sessions, and the answers kept for repeated requests (DESIGN §6, §7)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.tables.access import IdempotencyKey, SignInLink, SignInSession

LOCK_NOT_AVAILABLE = "55P03"


class StillUnderWay(Exception):
    """The first request with this key has not ended yet."""


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request that carries a key: whose, which, a hash of method, path and body, and when it came."""

    actor: str
    key: str
    sha256: str
    now: datetime


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a request with this key was answered."""

    request_sha256: str
    code: int
    location: str | None
    body: bytes


def claim_key(
    session: Session, request: KeyedRequest, *, forgotten_before: datetime, wait_seconds: float
) -> KeptAnswer | None:
    """Takes the key for this transaction, or gives the answer kept with it.

    Waits for another transaction that holds the key; raises `StillUnderWay` when that takes longer than allowed.
    A key older than `forgotten_before` counts as never used.
    """
    fresh = {"request_sha256": request.sha256, "made_at": request.now}
    unused = {"answer_code": None, "answer_location": None, "answer_body": None}
    claim = (
        insert(IdempotencyKey)
        .values(actor=request.actor, key=request.key, **fresh)
        .on_conflict_do_update(
            index_elements=[IdempotencyKey.actor, IdempotencyKey.key],
            set_=fresh | unused,
            where=IdempotencyKey.made_at < forgotten_before,
        )
        .returning(IdempotencyKey.key)
    )
    session.execute(_LOCK_TIMEOUT, {"timeout": f"{int(wait_seconds * 1000)}ms"})
    try:
        claimed = session.execute(claim).scalar_one_or_none()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StillUnderWay from error
        raise
    session.execute(_LOCK_TIMEOUT, {"timeout": "0"})
    return None if claimed is not None else _answer_kept(session, request)


_LOCK_TIMEOUT = select(func.set_config("lock_timeout", bindparam("timeout"), True))
_KEPT = select(
    IdempotencyKey.request_sha256,
    IdempotencyKey.answer_code,
    IdempotencyKey.answer_location,
    IdempotencyKey.answer_body,
).where(IdempotencyKey.actor == bindparam("actor"), IdempotencyKey.key == bindparam("key"))


def _answer_kept(session: Session, request: KeyedRequest) -> KeptAnswer:
    row = session.execute(_KEPT, {"actor": request.actor, "key": request.key}).one()
    return KeptAnswer(row.request_sha256, row.answer_code or 200, row.answer_location, row.answer_body or b"")


def keep_answer(session: Session, actor: str, key: str, answer: KeptAnswer) -> None:
    """Saves the answer beside the effect, in the same transaction."""
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.actor == actor, IdempotencyKey.key == key)
        .values(answer_code=answer.code, answer_location=answer.location, answer_body=answer.body)
    )


def forget_answers(session: Session, before: datetime) -> int:
    """Deletes the keys made before that instant; how many there were."""
    deleted = session.execute(
        delete(IdempotencyKey).where(IdempotencyKey.made_at < before).returning(IdempotencyKey.key)
    )
    return len(deleted.all())


def forget_sign_ins(session: Session, before: datetime) -> tuple[int, int]:
    """Deletes the links and the sessions whose time was up by then; how many there were of each."""
    links = session.scalars(delete(SignInLink).where(SignInLink.expires_at < before).returning(SignInLink.code_sha256))
    ended = delete(SignInSession).where(SignInSession.expires_at < before).returning(SignInSession.token_sha256)
    return len(links.all()), len(session.scalars(ended).all())


_ACTOR_OF_SESSION = select(SignInSession.actor).where(
    SignInSession.token_sha256 == bindparam("token_sha256"), SignInSession.expires_at > bindparam("now")
)


def actor_of_session(session: Session, token_sha256: str, now: datetime) -> str | None:
    """Who is signed in by the cookie with this hash; None when nobody is any more."""
    return session.execute(_ACTOR_OF_SESSION, {"token_sha256": token_sha256, "now": now}).scalar_one_or_none()


def add_sign_in_link(session: Session, code_sha256: str, now: datetime, expires_at: datetime) -> None:
    """A link that signs its bearer in once, until it expires."""
    session.add(SignInLink(code_sha256=code_sha256, made_at=now, expires_at=expires_at, used_at=None))


def use_sign_in_link(session: Session, code_sha256: str, now: datetime) -> bool:
    """Marks the link as used; False when there is none, or when it has expired or was used before."""
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.code_sha256 == code_sha256, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .returning(SignInLink.code_sha256)
    )
    return used.scalar_one_or_none() is not None


def add_sign_in_session(session: Session, token_sha256: str, actor: str, now: datetime, expires_at: datetime) -> None:
    """A browser that is signed in, until then."""
    session.add(SignInSession(token_sha256=token_sha256, actor=actor, made_at=now, expires_at=expires_at))


def end_sign_in_session(session: Session, token_sha256: str) -> bool:
    """Signs the browser with that cookie out; False when none was signed in by it."""
    ended = delete(SignInSession).where(SignInSession.token_sha256 == token_sha256)
    return session.execute(ended.returning(SignInSession.token_sha256)).first() is not None
