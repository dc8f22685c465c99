"""Which extract of open cases counts: the newest that was loaded (C1)."""

import uuid
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import (
    func,
    select,
    text,
)
from sqlalchemy.orm import Session

from db.tables.caseload import CaseloadImport


class Extract(NamedTuple):
    """The newest extract of open cases that was loaded."""

    id: uuid.UUID
    extracted_on: date
    imported_at: datetime


def hold_caseload_still(session: Session) -> None:
    """Until this transaction ends no extract can be loaded, so that all questions see the same one."""
    session.execute(text("LOCK TABLE caseload_imports IN SHARE MODE"))


def newest_extract(session: Session) -> Extract | None:
    """The newest loaded extract of involvements."""
    row = session.execute(
        select(CaseloadImport.id, CaseloadImport.extracted_on, CaseloadImport.imported_at)
        .where(CaseloadImport.kind == "involvements", CaseloadImport.state == "loaded")
        .order_by(CaseloadImport.imported_at.desc(), CaseloadImport.id.desc())
        .limit(1)
    ).first()
    return Extract(*row) if row else None


def first_extract_at(session: Session) -> datetime | None:
    """When the first extract of open cases was loaded: since then there are cycles to open."""
    return session.scalar(
        select(func.min(CaseloadImport.imported_at)).where(
            CaseloadImport.kind == "involvements", CaseloadImport.state == "loaded"
        )
    )
