"""Extracts that were imported, and the errors of their rows."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
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
