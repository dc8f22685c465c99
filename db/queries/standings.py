"""Who an account belongs to, and what they are in the organisation on the day: one statement a request (C4)."""

import uuid
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Date, ScalarSelect, Select, Text, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.queries.aliases import current_person
from db.queries.organisation_days import deputies_on, runs_on
from db.queries.reaches import Standing
from db.tables.access import Account
from db.tables.aliases import PersonAlias
from db.tables.organisation import Absence, Person, Post, Team
from rules.roles import SERVICE_POSTS, TEAM_POSTS, Role


class AccountStanding(NamedTuple):
    """An account as a request finds it, and its person's standing on the day; `has_left` when they are here no more."""

    id: uuid.UUID
    kind: str
    last_seen_on: date | None
    has_left: bool
    standing: Standing


def standing_of_account(session: Session, issuer: str, subject: str, on: date) -> AccountStanding | None:
    """The account and what its person is on that day; None for an account that was never seen.

    Somebody who has left, or is not linked yet, is nobody: no post of theirs counts.
    """
    row = session.execute(_question(), {"issuer": issuer, "subject": subject, "on": on}).one_or_none()
    if row is None:
        return None
    account_id, kind, last_seen_on, has_left, person_id, reference, formerly, teams, services = row
    standing = Standing(on, person_id, reference, tuple(formerly), tuple(teams), tuple(services))
    return AccountStanding(account_id, kind, last_seen_on, has_left, standing)


# The day in the statement, told with each request; those who ask for conditions of a day hand them a date.
_DAY: Any = bindparam("on", type_=Date)


@cache
def _question() -> Select[*tuple[Any, ...]]:
    """Made once: to make it takes several times as long as to send it, and everybody's requests begin with it."""
    is_here = and_(
        Person.id == current_person(Account.person_id), or_(Person.left_on.is_(None), Person.left_on >= _DAY)
    )
    return (
        select(
            Account.id,
            Account.kind,
            Account.last_seen_on,
            (Account.person_id.is_not(None) & Person.id.is_(None)).label("has_left"),
            Person.id.label("person_id"),
            Person.reference,
            _gathered(_former_records()),
            _managed_teams(_DAY),
            _gathered(_held(_DAY, Post.service_id, SERVICE_POSTS)),
        )
        .outerjoin(Person, is_here)
        .where(
            Account.issuer == bindparam("issuer", type_=Text),
            Account.subject == bindparam("subject", type_=Text),
        )
    )


def _former_records() -> Select[Any]:
    """The person under references that an alias has replaced (S10)."""
    in_force = and_(PersonAlias.current_person_id == Person.id, PersonAlias.undone_at.is_(None))
    return select(PersonAlias.from_person_id).where(in_force, PersonAlias.from_person_id.is_not(None)).correlate(Person)


def _held(on: date, what_for: InstrumentedAttribute[Any], roles: tuple[Role, ...]) -> Select[Any]:
    """For what the person holds these posts on the day: as holder, as deputy, or standing in for an absent holder."""
    deputies = deputies_on(on)
    # Correlated by hand: with a person of its own it would find whoever stands in for anybody, for all who ask.
    absent = (
        select(Absence.person_id)
        .where(_is_theirs(Absence.stands_in_id), Absence.first_on <= on, Absence.last_on >= on)
        .correlate(Person)
    )
    holds = or_(_is_theirs(Post.person_id), Post.person_id.in_(absent), _is_theirs(deputies.c.deputy_id))
    return (
        select(what_for)
        .outerjoin(deputies, deputies.c.post_id == Post.id)
        .where(
            runs_on(Post, on),
            Post.role.in_(roles),
            what_for.is_not(None),
            holds,
        )
        .correlate(Person)
    )


def _is_theirs(record: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether a record is the person, by whatever reference."""
    return or_(record == Person.id, record.in_(_former_records()))


def _managed_teams(on: date) -> ScalarSelect[Any]:
    """The teams managed, and those whose people and open duties came to them by mergers."""
    followed = _mergers_followed()
    held = _held(on, Post.team_id, TEAM_POSTS)
    return _gathered(select(followed.c.team_id).where(followed.c.leads_to.in_(held)).distinct().correlate(Person))


def _mergers_followed() -> CTE:
    """Every team with itself and with the teams that it was merged into, one after the other."""
    begun = select(Team.id.label("team_id"), Team.id.label("leads_to")).cte("mergers", recursive=True)
    merged = (
        select(begun.c.team_id, Team.merged_into_id)
        .join(Team, Team.id == begun.c.leads_to)
        .where(Team.merged_into_id.is_not(None))
    )
    return begun.union(merged)


def _gathered(question: Select[Any]) -> ScalarSelect[Any]:
    """What the question finds, as one array; empty when it finds nothing."""
    return select(func.array(question.scalar_subquery())).correlate(Person).scalar_subquery()
