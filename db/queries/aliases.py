"""Who and what is meant by a merged or renumbered reference, and the aliases themselves (S10)."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, func, or_, select, text, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from db.tables.aliases import CaseAlias, PersonAlias
from db.tables.audits import Audit
from db.tables.organisation import Person

AliasRow = TypeVar("AliasRow", CaseAlias, PersonAlias)

# Made once: making an alias costs more than the rest of a question that looks through it. Each stands in a subquery of
# its own, and so never beside itself.
_case = aliased(CaseAlias)
_person = aliased(PersonAlias)


class AuditOfMonth(NamedTuple):
    """An audit that one of two merged workers has in a month."""

    month: date
    reference: str
    is_of_old: bool


def current_case(reference: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The reference that a case has now. Aliases are few: one probe of an index for each row."""
    present = select(_case.current_reference).where(_case.from_reference == reference, _case.undone_at.is_(None))
    return func.coalesce(present.scalar_subquery(), reference)


def current_person(person_id: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[uuid.UUID]:
    """The person who is meant by this one now, of whichever statement around it the row is, however far out."""
    present = select(_person.current_person_id).where(_person.from_person_id == person_id, _person.undone_at.is_(None))
    return func.coalesce(present.correlate_except(_person).scalar_subquery(), person_id)


def people_meant(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """By each of these people whoever is meant by them now."""
    rows = session.execute(select(Person.id, current_person(Person.id)).where(Person.id.in_(ids)))
    return dict(rows.all())


def current_reference(reference: ColumnElement[str]) -> ColumnElement[str]:
    """The reference that a person has now."""
    present = select(_person.current_reference).where(_person.from_reference == reference, _person.undone_at.is_(None))
    return func.coalesce(present.correlate_except(_person).scalar_subquery(), reference)


def hold_aliases_still(session: Session) -> None:
    """One change of aliases at a time, and none while an extract is loaded or a frame is put together."""
    session.execute(text("LOCK TABLE caseload_imports IN SHARE ROW EXCLUSIVE MODE"))


def aliases(
    session: Session, table: type[AliasRow], *, reference: str | None, after: uuid.UUID | None, limit: int
) -> Sequence[AliasRow]:
    """Aliases in the order in which they were made, undone ones too; `reference` as the old, next or present one."""
    query = select(table).order_by(table.id).limit(limit)
    if reference is not None:
        query = query.where(
            (table.from_reference == reference)
            | (table.to_reference == reference)
            | (table.current_reference == reference)
        )
    if after is not None:
        query = query.where(table.id > after)
    return session.scalars(query).all()


def alias_by_id(session: Session, table: type[AliasRow], alias_id: uuid.UUID) -> AliasRow | None:
    return session.get(table, alias_id)


def in_force_from(session: Session, table: type[AliasRow], reference: str) -> AliasRow | None:
    """The alias that this reference has now."""
    return session.scalars(select(table).where(table.from_reference == reference, table.undone_at.is_(None))).first()


def leading_to(session: Session, table: type[AliasRow], reference: str) -> Sequence[AliasRow]:
    """The aliases in force whose chain ends there."""
    return session.scalars(
        select(table).where(table.current_reference == reference, table.undone_at.is_(None)).order_by(table.id)
    ).all()


def redirect(session: Session, table: type[AliasRow], ids: Collection[uuid.UUID], current: dict[str, Any]) -> None:
    """Let these aliases end there from now on."""
    session.execute(update(table).where(table.id.in_(ids)).values(**current))


def people_by_reference(session: Session, references: Collection[str]) -> dict[str, uuid.UUID]:
    """The ids of those of these people who are known."""
    rows = session.execute(select(Person.reference, Person.id).where(Person.reference.in_(references)))
    return dict(rows.all())


def audits_in_same_month(session: Session, old: uuid.UUID, present: uuid.UUID) -> list[AuditOfMonth]:
    """The audits of months in which both people have one, withdrawn ones aside; merged people count with them."""
    is_old = current_person(Audit.practitioner_id) == old
    mine = (
        select(Audit.month, Audit.reference, is_old.label("is_of_old"))
        .where(current_person(Audit.practitioner_id).in_((old, present)), Audit.state != "withdrawn")
        .cte("mine")
    )
    both = select(mine.c.month).group_by(mine.c.month).having(func.count(mine.c.is_of_old.distinct()) > 1)
    rows = session.execute(select(mine).where(mine.c.month.in_(both)).order_by(mine.c.month, mine.c.reference))
    return [AuditOfMonth(*row) for row in rows]


def audits_between(session: Session, old: uuid.UUID, present: uuid.UUID, states: Collection[str]) -> list[str]:
    """The audits in these states that one of two people does of the other's work; merged people count with them."""
    both = (old, present)
    question = (
        select(Audit.reference)
        .where(
            Audit.state.in_(states),
            current_person(Audit.practitioner_id).in_(both),
            current_person(Audit.auditor_id).in_(both),
        )
        .order_by(Audit.reference)
    )
    return list(session.scalars(question))


def references_changed_since(session: Session, since: datetime) -> set[str]:
    """Cases and workers of whom since then another reference was said or unsaid: the old and the present ones."""
    found: set[str] = set()
    for table in (CaseAlias, PersonAlias):
        changed = select(table.from_reference, table.to_reference, table.current_reference)
        for row in session.execute(changed.where(or_(table.made_at >= since, table.undone_at >= since))):
            found.update(row)
    return found
