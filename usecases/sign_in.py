"""Signing in on this machine by a link that works once (DESIGN §7, local mode)."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.queries import access
from usecases.errors import NotAllowedNow
from usecases.trail import Entry, record
from usecases.work import Work

LOCAL_ADMINISTRATOR = "local administrator"
_ACCOUNT = ("account", "local_administrator")


def offer_sign_in(session: Session, now: datetime, works_for: timedelta) -> str:
    """The code of a new link; it works once, and until then."""
    code = secrets.token_urlsafe(24)
    access.add_sign_in_link(session, hash_of(code), now, now + works_for)
    return code


def sign_in(work: Work, code: str, lasts_for: timedelta) -> str:
    """The cookie of a browser that is signed in from now on. Raises NotAllowedNow for a code that works no more."""
    if not access.use_sign_in_link(work.session, hash_of(code), work.now):
        raise NotAllowedNow(
            "This sign-in link does not work: it was used before, has expired, or is not from this installation. "
            "Take a new one; each start of the service prints one."
        )
    cookie = secrets.token_urlsafe(32)
    access.add_sign_in_session(work.session, hash_of(cookie), LOCAL_ADMINISTRATOR, work.now, work.now + lasts_for)
    record(work, Entry(_ACCOUNT, "signed_in", rule="C4"))
    return cookie


def who_is_signed_in(session: Session, cookie: str, now: datetime) -> str | None:
    """Whose browser this is; None when nobody is signed in with it any more."""
    return access.actor_of_session(session, hash_of(cookie), now)


def sign_out(work: Work, cookie: str) -> None:
    """Ends what the cookie stands for; of one that stands for nothing there is nothing to tell."""
    if access.end_sign_in_session(work.session, hash_of(cookie)):
        record(work, Entry(_ACCOUNT, "signed_out", rule="C4"))


def hash_of(secret: str) -> str:
    """What is stored of a secret that is random and long: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
