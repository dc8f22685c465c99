"""Extracts that follow one another, each of which says something else of every case, and what must hold after each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.caseload import CaseloadImport, ImportRowError, Involvement
from integrations.case_system.csv_extracts import read_extract
from tests.usecases.extract_files import work_of
from usecases.caseload_imports import import_extract
from usecases.extract_ports import ExtractKind
from usecases.import_reports import ImportReport

CASES = 3_000
ALL_LATER = datetime(2040, 1, 2, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WrittenExtract:
    """An extract on disk: every case is restricted in it, or none is; one row in a hundred is bad."""

    file: Path
    on: date
    is_restricted: bool


def extracts(folder: Path) -> Iterator[WrittenExtract]:
    """One extract a week for as long as somebody asks."""
    on, is_restricted = date(2026, 9, 30), False
    while True:
        file = folder / f"{on}.csv"
        file.write_text(_content(on, is_restricted=is_restricted), encoding="utf-8")
        yield WrittenExtract(file, on, is_restricted)
        on, is_restricted = on + timedelta(weeks=1), not is_restricted


def import_file(sessions: sessionmaker[Session], file: Path) -> ImportReport:
    with sessions.begin() as session, file.open("rb") as content:
        return import_extract(
            work_of(session, ALL_LATER),
            read_extract=read_extract,
            kind=ExtractKind.INVOLVEMENTS,
            file_name=file.name,
            content=content,
        )


def state_of(session: Session, extract: WrittenExtract) -> str:
    """`untouched`, `whole` or `half`: the import, its cases and its errors belong together."""
    imports = session.scalar(select(func.count()).where(CaseloadImport.extracted_on == extract.on))
    cases = session.scalar(select(func.count()).where(Involvement.is_restricted.is_(extract.is_restricted)))
    errors = session.scalar(
        select(func.count(ImportRowError.id))
        .join(CaseloadImport, CaseloadImport.id == ImportRowError.import_id)
        .where(CaseloadImport.extracted_on == extract.on)
    )
    whole = (1, CASES, CASES // 100)
    return {(0, 0, 0): "untouched", whole: "whole"}.get((imports or 0, cases or 0, errors or 0), "half")


def _content(on: date, *, is_restricted: bool) -> str:
    mark = "Y" if is_restricted else "N"
    rows = [f"C{number},W1,ALLWKR,CART,2026-04-13,{mark},{on}" for number in range(CASES)]
    bad = [f"B{number},W77,ALLWKR,CART,2026-04-13,{mark},{on}" for number in range(CASES // 100)]
    return "\n".join(["person_id,worker_id,role_code,team_id,start_date,restricted,extracted_at", *rows, *bad, ""])
