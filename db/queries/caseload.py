"""Extracts that were imported, and the errors of their rows."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from db.tables.caseload import CaseloadImport, ImportRowError


def newest_loaded(session: Session, kind: str) -> CaseloadImport | None:
    """The extract of this kind that counts: the one that was loaded last."""
    return session.scalars(
        select(CaseloadImport)
        .where(CaseloadImport.kind == kind, CaseloadImport.state == "loaded")
        .order_by(CaseloadImport.imported_at.desc(), CaseloadImport.id.desc())
        .limit(1)
    ).first()


def imports(session: Session, *, kind: str | None, after: uuid.UUID | None, limit: int) -> Sequence[CaseloadImport]:
    """Imports in the order in which they were made."""
    query = select(CaseloadImport).order_by(CaseloadImport.id).limit(limit)
    if kind is not None:
        query = query.where(CaseloadImport.kind == kind)
    if after is not None:
        query = query.where(CaseloadImport.id > after)
    return session.scalars(query).all()


def import_by_id(session: Session, import_id: uuid.UUID) -> CaseloadImport | None:
    return session.get(CaseloadImport, import_id)


def row_errors(
    session: Session, import_id: uuid.UUID, *, code: str | None, after: uuid.UUID | None, limit: int
) -> Sequence[ImportRowError]:
    """The errors of an import in the order of the file, which is that of their ids."""
    query = select(ImportRowError).where(ImportRowError.import_id == import_id).order_by(ImportRowError.id).limit(limit)
    if code is not None:
        query = query.where(ImportRowError.code == code)
    if after is not None:
        query = query.where(ImportRowError.id > after)
    return session.scalars(query).all()


class QuarantinedRow(NamedTuple):
    """A row that the newest extract of its kind had and that was not loaded."""

    id: uuid.UUID
    kind: str
    import_id: uuid.UUID
    extracted_on: date
    line: int
    column: str | None
    value: str | None
    code: str
    sentence: str
    refused_since: date
    times_refused: int


def quarantined_rows(
    session: Session, *, kind: str | None, code: str | None, least_times: int, after: uuid.UUID | None, limit: int
) -> list[QuarantinedRow]:
    """The rows that the newest import of each kind did not load, in the order of their ids.

    The errors of earlier imports were cleared when the newest was made.
    """
    newest = (
        select(CaseloadImport.id, CaseloadImport.kind, CaseloadImport.extracted_on)
        .ext(distinct_on(CaseloadImport.kind))
        .order_by(CaseloadImport.kind, CaseloadImport.imported_at.desc(), CaseloadImport.id.desc())
        .subquery()
    )
    query = (
        select(
            ImportRowError.id,
            newest.c.kind,
            ImportRowError.import_id,
            newest.c.extracted_on,
            ImportRowError.line,
            ImportRowError.column,
            ImportRowError.value,
            ImportRowError.code,
            ImportRowError.sentence,
            func.coalesce(ImportRowError.refused_since, newest.c.extracted_on),
            ImportRowError.times_refused,
        )
        .join(newest, newest.c.id == ImportRowError.import_id)
        .where(ImportRowError.times_refused >= least_times)
        .order_by(ImportRowError.id)
        .limit(limit)
    )
    if kind is not None:
        query = query.where(newest.c.kind == kind)
    if code is not None:
        query = query.where(ImportRowError.code == code)
    if after is not None:
        query = query.where(ImportRowError.id > after)
    return [QuarantinedRow(*row) for row in session.execute(query)]
