"""Extracts that somebody made to do harm: what stands in them is text, and nothing of it is ever run (fault 14)."""

import io
import zipfile

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.caseload import quarantined_rows
from db.tables.caseload import Involvement
from db.tables.organisation import Person
from tests.usecases.extract_files import a_council, csv_of, errors_of, held, involvement, load
from usecases.extract_ports import BrokenExtract, ExtractKind

pytestmark = pytest.mark.proves("C1")

HARMFUL = [
    "'; DROP TABLE involvements; --",
    "C1' OR '1'='1",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "C1\r\nBcc: everybody@x.test",
    "../../etc/passwd",
    "{{7*7}}",
    "%(import_id)s",
    ":import_id",
    "\\N",
    "\\.",
    "C1\\tW1",
]


@pytest.mark.parametrize("cell", HARMFUL)
@pytest.mark.parametrize("column", ["person_id", "worker_id", "team_id", "start_date", "restricted"])
def test_harmful_cell_refuses_its_row_and_does_nothing_else(session: Session, column: str, cell: str) -> None:
    work = a_council(session)
    report = load(work, [involvement(), involvement(**{"person_id": "C2", column: cell}), involvement(person_id="C3")])
    assert [error[1] for error in errors_of(report)] == [column]
    assert {case for case, *_ in held(work)} == {"C1", "C3"}


@pytest.mark.parametrize("cell", HARMFUL)
def test_harmful_name_is_kept_as_the_text_that_it_is(session: Session, cell: str) -> None:
    work = a_council(session)
    load(work, [{"worker_id": "N1", "email": "n1@x.test", "name": cell, "team_id": "CART"}], ExtractKind.WORKERS)
    assert session.scalar(select(Person.name).where(Person.reference == "N1")) == " ".join(cell.split())


@pytest.mark.parametrize("code", HARMFUL)
def test_harmful_filter_finds_nothing(session: Session, code: str) -> None:
    work = a_council(session)
    load(work, [involvement(), involvement(person_id="C2", worker_id="W77")])
    found = quarantined_rows(session, kind=None, code=code, least_times=1, after=None, limit=10)
    assert found == []
    assert session.scalar(select(func.count()).select_from(Involvement)) == 1


def test_archive_that_would_unpack_to_gigabytes_is_not_unpacked(session: Session) -> None:
    """Sixty megabytes of nothing in sixty thousand bytes, and ten thousand names: told apart by its first letters."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("involvements.csv", b"\0" * 60_000_000)
        for number in range(10_000):
            archive.writestr(f"{number}.csv", b"")
    with pytest.raises(BrokenExtract, match="a zip archive, not CSV"):
        load(a_council(session), bomb.getvalue())


def test_text_that_only_begins_like_an_archive_is_none(session: Session) -> None:
    work = a_council(session)
    content = b"PK number,notes\r\n" + csv_of([involvement()])
    assert load(work, content).rows_loaded == 1
