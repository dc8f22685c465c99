"""Case references and workers that were merged or renumbered: who is meant by an old one (S10)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id

_IN_FORCE = text("undone_at IS NULL")


class CaseAlias(Base):
    """A case reference that is no more, and the one that took its place.

    `current_reference` is where the chain of aliases ends, kept up to date as aliases come and go, so that a question
    needs one step however long the chain is.
    """

    __tablename__ = "case_aliases"
    __table_args__ = (
        CheckConstraint("from_reference <> current_reference", name="leads_elsewhere"),
        Index("uq_case_aliases_in_force", "from_reference", unique=True, postgresql_where=_IN_FORCE),
        Index("ix_case_aliases_current", "current_reference", postgresql_where=_IN_FORCE),
    )

    id: Mapped[Id]
    from_reference: Mapped[str]
    to_reference: Mapped[str]
    current_reference: Mapped[str]
    since_on: Mapped[date]
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    undone_because: Mapped[str | None]


class PersonAlias(Base):
    """A worker's reference that is no more, and the person who is meant by it; as `CaseAlias`.

    `from_person_id` is null where nobody was ever known by the old reference.
    """

    __tablename__ = "person_aliases"
    __table_args__ = (
        CheckConstraint("from_reference <> current_reference", name="leads_elsewhere"),
        Index("uq_person_aliases_in_force", "from_reference", unique=True, postgresql_where=_IN_FORCE),
        Index("uq_person_aliases_person", "from_person_id", unique=True, postgresql_where=_IN_FORCE),
        Index("ix_person_aliases_current", "current_person_id", postgresql_where=_IN_FORCE),
    )

    id: Mapped[Id]
    from_reference: Mapped[str]
    to_reference: Mapped[str]
    current_reference: Mapped[str]
    from_person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    current_person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    since_on: Mapped[date]
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    undone_because: Mapped[str | None]
