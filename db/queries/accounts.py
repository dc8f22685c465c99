"""Accounts: who was seen to sign in, and which person each is linked to (C4)."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.tables.access import Account
from db.tables.organisation import Person

_LISTED: Select[*tuple[Any, ...]] = select(
    Account.id,
    Account.issuer,
    Account.subject,
    Account.kind,
    Account.person_id,
    Person.reference.label("person"),
    Account.linked_at,
    Account.linked_by,
    Account.first_seen_on,
    Account.last_seen_on,
).outerjoin(Person, Person.id == Account.person_id)


def accounts(
    session: Session, limit: int, *, is_waiting: bool | None, person: str | None, after: uuid.UUID | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the list, the newest first; waiting are those of people whom nobody has linked yet."""
    question = _LISTED.order_by(Account.id.desc()).limit(limit)
    if is_waiting is not None:
        waits = (Account.kind == "person") & Account.person_id.is_(None)
        question = question.where(waits if is_waiting else ~waits)
    if person is not None:
        question = question.where(Person.reference == person)
    if after is not None:
        question = question.where(Account.id < after)
    return session.execute(question).all()


def one_account(session: Session, account_id: uuid.UUID) -> Row[*tuple[Any, ...]] | None:
    return session.execute(_LISTED.where(Account.id == account_id)).first()


def have_accounts(session: Session, people: Collection[uuid.UUID]) -> bool:
    """Whether an account is linked to any of these records of people."""
    return session.scalar(select(Account.id).where(Account.person_id.in_(people)).limit(1)) is not None


def account_held(session: Session, account_id: uuid.UUID) -> Account | None:
    """The account's row, held until this transaction ends."""
    return session.scalar(select(Account).where(Account.id == account_id).with_for_update())


def account_to_link(session: Session, issuer: str, subject: str) -> Account:
    """The person's account with this id at the provider, made if it was never seen, and held."""
    made = insert(Account).values(issuer=issuer, subject=subject, kind="person").on_conflict_do_nothing()
    session.execute(made)
    held = select(Account).where(Account.issuer == issuer, Account.subject == subject).with_for_update()
    return session.scalars(held).one()


def forget_account(session: Session, account: Account) -> None:
    """It waits to be linked again when it is next seen."""
    session.delete(account)
    session.flush()


def note_seen(session: Session, issuer: str, subject: str, kind: str, on: date) -> None:
    """The account was seen that day: added if it is new, and changed at most once a day."""
    seen = insert(Account).values(issuer=issuer, subject=subject, kind=kind, first_seen_on=on, last_seen_on=on)
    first = func.coalesce(Account.first_seen_on, seen.excluded.first_seen_on)
    session.execute(
        seen.on_conflict_do_update(
            index_elements=[Account.issuer, Account.subject],
            set_={"first_seen_on": first, "last_seen_on": seen.excluded.last_seen_on},
            where=or_(Account.last_seen_on.is_(None), Account.last_seen_on < seen.excluded.last_seen_on),
        )
    )
