"""Who may come in, and answers kept so that a repeated request has one effect (DESIGN §6, §7)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


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


class Account(Base):
    """Who signs in through the identity provider, by its id there: never by an e-mail address, which changes hands.

    `kind` is `person` or `machine`. A person's account without `person_id` waits to be linked by an administrator:
    until then nothing is its own. When it was last seen is kept by the day.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'machine')", name="kind"),
        CheckConstraint("kind = 'person' OR person_id IS NULL", name="machine_is_nobody"),
        CheckConstraint("(person_id IS NULL) = (linked_at IS NULL)", name="linked_at_a_time"),
        Index("uq_accounts_issuer_subject", "issuer", "subject", unique=True),
    )

    id: Mapped[Id]
    issuer: Mapped[str]
    subject: Mapped[str]  # Entra: tid/oid; else sub
    kind: Mapped[str]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    linked_at: Mapped[datetime | None]
    linked_by: Mapped[str | None]
    first_seen_on: Mapped[date | None]
    last_seen_on: Mapped[date | None]


class ApiKey(Base):
    """A machine's key: what it may do, until when. Only a hash of its secret is kept.

    `slot` is 1 or 2: a name has at most two keys that are not revoked, the one in use and the one that takes over.
    """

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint("slot IN (1, 2)", name="two_at_a_time"),
        CheckConstraint("cardinality(permissions) > 0", name="may_something"),
        CheckConstraint("btrim(name) <> ''", name="has_name"),
        Index(
            "uq_api_keys_two_live_of_a_name", "name", "slot", unique=True, postgresql_where=text("revoked_at IS NULL")
        ),
    )

    id: Mapped[Id]
    name: Mapped[str]
    slot: Mapped[int]
    secret_sha256: Mapped[str]
    permissions: Mapped[list[str]]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    expires_at: Mapped[datetime]
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]


class RefusedAttempts(Base):
    """How often a wrong API key came from an address, or for a key's id, in a while; every process sees the same."""

    __tablename__ = "refused_attempts"

    source: Mapped[str] = mapped_column(primary_key=True)  # address …, or key …
    began_at: Mapped[datetime]
    attempts: Mapped[int]
