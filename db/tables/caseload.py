"""Extracts of the case system and the open involvements they hold (C1, C3: references only, no names)."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class CaseloadImport(Base):
    """One extract that was read: what it was, what became of its rows, and whether it counts (`loaded`)."""

    __tablename__ = "caseload_imports"
    __table_args__ = (
        Index("ix_caseload_imports_newest", "kind", "imported_at", postgresql_where=text("state = 'loaded'")),
    )

    id: Mapped[Id]
    kind: Mapped[str]  # involvements, workers or teams
    state: Mapped[str]  # loaded, refused
    file_name: Mapped[str]
    sha256: Mapped[str]
    encoding: Mapped[str]
    date_form: Mapped[str | None]  # uk or iso; none where the extract holds no date
    extracted_on: Mapped[date]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]
    rows_read: Mapped[int]
    rows_loaded: Mapped[int]
    rows_refused: Mapped[int]
    rows_passed_over: Mapped[int]
    summary: Mapped[dict[str, Any]]  # what changed, why rows were passed over, what was noticed
    mapping: Mapped[str | None]  # the name of the mapping that it was read by
    mapping_sha256: Mapped[str | None]
    confirmed_because: Mapped[str | None]  # why a fall larger than the policy's was loaded all the same


class ImportRowError(Base):
    """A row that was not loaded: where it stands, which column, what was found, and why.

    Kept for the newest extract of a kind only. `row_key` is a hash by which the same row is known in the next one;
    `refused_since` is the day of the extract in which it was first refused, without a break since.
    """

    __tablename__ = "import_row_errors"
    __table_args__ = (Index("ix_import_row_errors_import", "import_id", "id"),)

    id: Mapped[Id]
    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("caseload_imports.id", ondelete="CASCADE"))
    line: Mapped[int]
    column: Mapped[str | None]
    value: Mapped[str | None]
    code: Mapped[str]
    sentence: Mapped[str]
    row_key: Mapped[str | None]
    refused_since: Mapped[date | None]
    times_refused: Mapped[int] = mapped_column(default=1, server_default=text("1"))


class Involvement(Base):
    """A practitioner holds a case. Kept when it ends.

    `gone_import_id` is the extract that no longer had it; while it is null, the newest extract has it.
    `last_import_id` is the extract that said something new of it; an extract that says the same costs no write, and
    the extracts that are named here are never deleted, so this one is not looked up for every row.
    """

    __tablename__ = "involvements"
    __table_args__ = (
        CheckConstraint("ended_on >= allocated_on", name="ends_after_beginning"),
        Index("uq_involvements", "case_reference", "person_id", "allocated_on", unique=True),
        Index("ix_involvements_person", "person_id"),
        # Which codes there are (P2); it costs nothing where a council's extract has none.
        Index(
            "ix_involvements_attributes",
            "attributes",
            postgresql_using="gin",
            postgresql_ops={"attributes": "jsonb_path_ops"},
            postgresql_where=text("attributes <> '{}'"),
        ),
    )

    id: Mapped[Id]
    case_reference: Mapped[str]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"))
    allocated_on: Mapped[date]
    involvement_began_on: Mapped[date]
    ended_on: Mapped[date | None]
    is_restricted: Mapped[bool]
    last_import_id: Mapped[uuid.UUID]
    gone_import_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("caseload_imports.id"))
    # Short codes only, such as the service-user group: what a theme may narrow by (P2, C1, C3).
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
