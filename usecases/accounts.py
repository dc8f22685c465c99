"""Accounts of the identity provider, and linking them to people (C4; DESIGN §7)."""

import uuid

from db.queries import accounts, organisation
from db.tables.access import Account
from usecases.errors import NotAllowedNow, NotFound
from usecases.trail import Entry, record
from usecases.work import Work


def link_account(work: Work, issuer: str, subject: str, person_id: uuid.UUID) -> uuid.UUID:
    """The account is that person's from now on, seen before or not; answers its id.

    Raises NotFound for an unknown person, NotAllowedNow for an account that is linked, or is a machine's.
    """
    person = organisation.person(work.session, person_id)
    if person is None:
        raise NotFound(f"There is nobody with the id {person_id}: GET /v1/people lists them.")
    account = accounts.account_to_link(work.session, issuer, subject)
    if account.kind == "machine":
        raise NotAllowedNow("The account is a machine's, which acts for nobody: take the account of the person.")
    if account.person_id is not None:
        raise NotAllowedNow(
            f"The account was linked on {account.linked_at:%d %B %Y}. If that is wrong, delete it and link it anew."
        )
    account.person_id, account.linked_at, account.linked_by = person_id, work.now, work.actor
    work.session.flush()
    record(work, _entry(account, "account_linked", person_id))
    return account.id


def forget_account(work: Work, account_id: uuid.UUID) -> None:
    """Nothing is the account's own any more; when it is next seen it waits to be linked. Raises NotFound."""
    account = accounts.account_held(work.session, account_id)
    if account is None:
        raise NotFound(f"There is no account {account_id}: GET /v1/accounts lists them.")
    record(work, _entry(account, "account_unlinked", account.person_id))
    accounts.forget_account(work.session, account)


def _entry(account: Account, action: str, person_id: uuid.UUID | None) -> Entry:
    """The person's id and no reference: the account's own row says who it is at the provider."""
    details = {"account_id": str(account.id), "person_id": str(person_id) if person_id else None}
    return Entry(("account", str(account.id)), action, rule="C4", details=details)
