"""Signing in on this machine, and answers kept so that a repeated request has one effect (DESIGN §6, §7)."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base


class SignInLink(Base):
    """A link that signs its bearer in once; only a hash of its code is kept."""

    __tablename__ = "sign_in_links"

    code_sha256: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInSession(Base):
    """A browser that is signed in; only a hash of its cookie is kept."""

    __tablename__ = "sign_in_sessions"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class IdempotencyKey(Base):
    """The answer given to a request with this key, so that the same request again gets the same answer."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_made_at", "made_at"),)

    actor: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]  # of method, path and body
    made_at: Mapped[datetime]
    answer_code: Mapped[int | None]
    answer_location: Mapped[str | None]
    answer_body: Mapped[bytes | None]
