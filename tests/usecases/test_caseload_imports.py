"""An extract as a whole: refused when it is none, tried without effect, loaded once, and the newest one counts."""

import gzip
import io
import zipfile
from datetime import date

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from db.queries.caseload import newest_loaded, row_errors
from db.tables import Base
from db.tables.caseload import CaseloadImport, ImportRowError, Involvement
from rules.errors import InvalidFacts
from tests.usecases.extract_files import a_council, csv_of, errors_of, held, involvement, load
from usecases.errors import NotAllowedNow
from usecases.extract_ports import BrokenExtract, DateForm, ExtractKind
from usecases.work import Work

pytestmark = pytest.mark.proves("C1")


def zipped(name: str) -> bytes:
    """An archive with one file of that name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, HEADER + GOOD)
    return content.getvalue()


HEADER = b"person_id,worker_id,role_code,team_id,start_date\r\n"
GOOD = b"C1,W1,ALLWKR,CART,13/04/2026\r\n"

BROKEN: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "is empty"),
    ("white space", b"\r\n \r\n", "is empty"),
    ("a header and no rows", HEADER, "no rows"),
    ("a header and blank rows", HEADER + b",,,,\r\n\r\n", "no rows"),
    ("no header", GOOD, "lacks person_id"),
    ("a column missing", HEADER.replace(b"start_date", b"started") + GOOD, "lacks start_date"),
    ("a column twice", HEADER.replace(b"role_code", b"person_id,role_code") + GOOD, "more than once"),
    ("a header further down", b"Open cases by team\r\n" * 20 + HEADER + GOOD, "header within its first 20 lines"),
    ("hashes between the cells", HEADER.replace(b",", b"#") + GOOD.replace(b",", b"#"), "lacks person_id"),
    ("cut off within a quoted cell", HEADER + GOOD + b'C2,"W1,ALLWKR,CART', "cut off"),
    ("a quotation mark within two lines", HEADER + b'C1,"W1,A\r\nC2,W"2,A,CART,13/04/2026\r\n', "line 2"),
    ("cut off within a row", HEADER + GOOD + b"C2,W1,ALL", "ends in the middle of a row"),
    ("a damaged archive", b"PK\x03\x04" + b"\x14\x00" * 50, "a zip archive"),
    ("an old workbook", b"\xd0\xcf\x11\xe0" + bytes(50), "old Excel workbook"),
    ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    ("UTF-16 without its mark", (HEADER + GOOD).decode().encode("utf-16-le"), "UTF-16 without its mark"),
    ("UTF-16 that was cut off", (HEADER + GOOD).decode().encode("utf-16")[:-1], "not utf-16 text throughout"),
    ("UTF-32", ("\ufeff" + HEADER.decode()).encode("utf-32-le"), "UTF-32"),
    ("a gzip archive", gzip.compress(HEADER + GOOD), "unpack it"),
    ("a workbook under another name", zipped("xl/workbook.xml"), "an Excel workbook, whatever its name ends in"),
    ("a zip archive", zipped("involvements.csv"), "a zip archive, not CSV"),
    ("an OpenDocument file", zipped("content.xml"), "OpenDocument"),
    ("a web page", b"<html><table><tr><td>person_id</td></tr></table></html>", "a web page"),
    ("JSON", b'[{"person_id": "C1"}]', "JSON"),
    ("a program", b"\x7fELF\x02\x01\x01" + bytes(100), "NUL bytes"),
    ("NUL bytes after a good beginning", HEADER + GOOD * 50_000 + b"\0", "NUL bytes"),
    ("neither encoding", HEADER + GOOD + b"C\x81,W1,ALLWKR,CART,13/04/2026\r\n", "neither UTF-8 nor Windows-1252"),
    ("a cell without an end", HEADER + GOOD + b'"' + b"x" * 200_000, "cannot be read from line 3"),
]


@pytest.mark.parametrize(("content", "words"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_broken_file_loads_nothing_and_says_what_it_is(session: Session, content: bytes, words: str) -> None:
    work = a_council(session)
    with pytest.raises(BrokenExtract) as refused:
        load(work, content)
    assert words in refused.value.sentence
    assert (held(work), count(work, CaseloadImport), count(work, ImportRowError)) == (set(), 0, 0)


def test_file_of_another_kind_is_named_as_what_it_is(session: Session) -> None:
    work = a_council(session)
    with pytest.raises(BrokenExtract, match="This is an extract of involvements, but workers were announced"):
        load(work, [involvement()], ExtractKind.WORKERS)


def test_fault_in_the_last_row_takes_all_earlier_rows_back(session: Session) -> None:
    """Two date forms are noticed only at the end of the file; by then every row had been read."""
    work = a_council(session)
    rows = [involvement(person_id=f"C{number}") for number in range(200)]
    with pytest.raises(BrokenExtract, match="two forms"):
        load(work, [*rows, involvement(person_id="C200", start_date="2026-04-13")], date_form=None)
    assert held(work) == set()


def test_row_of_the_wrong_length_is_refused_without_showing_what_slipped(session: Session) -> None:
    """A comma in a name without quotation marks moves all cells behind it; a value shown might be the name (C3)."""
    work = a_council(session)
    report = load(
        work, HEADER + GOOD + b"C2,Person, Ann,ALLWKR,CART,13/04/2026\r\nC3,W1\r\nC4,W1,A,CART,13/04/2026,,\r\n"
    )
    assert errors_of(report) == [(3, None, None, "too_many_cells"), (4, None, None, "too_few_cells")]
    assert {case for case, *_ in held(work)} == {"C1", "C4"}


def test_dry_run_answers_as_the_real_run_and_changes_nothing(session: Session) -> None:
    work = a_council(session)
    rows = [involvement(), involvement(worker_id="W77"), involvement(worker_id="-1", person_id="C2")]
    tried = load(work, rows, dry_run=True)
    assert (held(work), count(work, CaseloadImport), count(work, ImportRowError)) == (set(), 0, 0)
    real = load(work, rows)
    assert tried.id is None
    assert (tried.rows_loaded, tried.rows_refused, tried.changes, tried.errors, tried.passed_over, tried.notes) == (
        real.rows_loaded,
        real.rows_refused,
        real.changes,
        real.errors,
        real.passed_over,
        real.notes,
    )
    assert len(held(work)) == 1


def test_dry_run_of_workers_changes_no_one(session: Session) -> None:
    work = a_council(session)
    before = everything(work)
    load(work, [{"worker_id": "N1", "email": "n1@x.test", "team_id": "CART"}], ExtractKind.WORKERS, dry_run=True)
    assert everything(work) == before


def test_same_file_again_changes_nothing_and_says_so(session: Session) -> None:
    work = a_council(session)
    rows = [involvement(), involvement(worker_id="W77")]
    first = load(work, rows)
    before = everything(work)
    again = load(work, rows)
    assert again.is_unchanged
    assert again.id == first.id
    assert "nothing was changed" in again.sentence
    assert errors_of(again) == errors_of(first)
    assert everything(work) == before


def test_same_file_again_loads_what_became_loadable_meanwhile(session: Session) -> None:
    """The way out of an unknown worker is to import workers.csv and then the same involvements again."""
    work = a_council(session)
    rows = [involvement(), involvement(person_id="C2", worker_id="N1")]
    assert load(work, rows).rows_refused == 1
    load(work, [{"worker_id": "N1", "email": "n1@x.test", "team_id": "CART"}], ExtractKind.WORKERS)
    again = load(work, rows)
    assert (again.is_unchanged, again.rows_refused) == (False, 0)
    assert {case for case, *_ in held(work)} == {"C1", "C2"}


def test_same_file_of_a_later_day_is_a_new_extract(session: Session) -> None:
    """Nothing changed in a week: the list is as young as the day on which the case system wrote it again."""
    work = a_council(session)
    load(work, [involvement()], extracted_on=date(2026, 9, 23))
    again = load(work, [involvement()])
    assert not again.is_unchanged
    newest = newest_loaded(session, "involvements")
    assert newest is not None
    assert (newest.id, newest.extracted_on) == (again.id, date(2026, 9, 30))


def test_involvement_that_the_newest_extract_lacks_counts_as_ended(session: Session) -> None:
    work = a_council(session)
    load(work, [involvement(), involvement(person_id="C2")], extracted_on=date(2026, 9, 23))
    report = load(work, [involvement(), involvement(person_id="C3")])
    assert report.changes == {"begun": 1, "changed": 0, "ended": 1}
    in_newest = session.scalars(select(Involvement.case_reference).where(Involvement.gone_import_id.is_(None)))
    assert set(in_newest) == {"C1", "C3"}
    gone = session.scalars(select(Involvement.case_reference).where(Involvement.gone_import_id == report.id))
    assert list(gone) == ["C2"]
    assert {case for case, *_ in held(work)} == {"C1", "C2", "C3"}


def test_end_of_a_known_involvement_is_kept(session: Session) -> None:
    work = a_council(session)
    load(work, [involvement(), involvement(person_id="C2")], extracted_on=date(2026, 9, 1))
    report = load(work, [involvement(), involvement(person_id="C2", end_date="18/09/2026")])
    ends = dict(session.execute(select(Involvement.case_reference, Involvement.ended_on)).all())
    assert ends == {"C1": None, "C2": date(2026, 9, 18)}
    assert report.changes["ended"] == 1


def test_involvement_that_comes_back_counts_as_changed(session: Session) -> None:
    work = a_council(session)
    load(work, [involvement(), involvement(person_id="C2")], extracted_on=date(2026, 9, 1))
    load(work, [involvement()], extracted_on=date(2026, 9, 8))
    assert load(work, [involvement(), involvement(person_id="C2")]).changes == {"begun": 0, "changed": 1, "ended": 0}


def test_older_extract_is_refused_because_it_would_undo_the_newer(session: Session) -> None:
    work = a_council(session)
    load(work, [involvement()])
    with pytest.raises(NotAllowedNow, match="an older one would undo it"):
        load(work, [involvement(person_id="C2")], extracted_on=date(2026, 9, 29))
    assert {case for case, *_ in held(work)} == {"C1"}


def test_extract_of_a_day_to_come_is_refused(session: Session) -> None:
    work = a_council(session)
    with pytest.raises(InvalidFacts) as refused:
        load(work, [involvement()], extracted_on=date(2026, 10, 2))
    assert refused.value.problems[0].pointer == "/extracted_on"


def test_extract_without_a_single_good_row_does_not_count(session: Session) -> None:
    """Else a file whose workers nobody knows would end every involvement there is."""
    work = a_council(session)
    good = load(work, [involvement()], extracted_on=date(2026, 9, 23))
    bad = load(work, [involvement(worker_id="W77")])
    newest = newest_loaded(session, "involvements")
    assert newest is not None
    assert (bad.state, bad.rows_loaded, newest.id) == ("refused", 0, good.id)
    assert bad.id is not None
    assert [error.code for error in row_errors(session, bad.id, code=None, after=None, limit=10)] == ["unknown_worker"]


def test_errors_are_kept_in_the_order_of_the_file_and_read_in_pages(session: Session) -> None:
    work = a_council(session)
    rows = [involvement(person_id=f"C{number}", worker_id="W77" if number % 2 else "W9") for number in range(300)]
    report = load(work, [*rows, involvement(person_id="GOOD")])
    assert report.id is not None
    assert (report.rows_refused, len(report.errors)) == (300, 200)
    first = row_errors(session, report.id, code=None, after=None, limit=200)
    rest = row_errors(session, report.id, code=None, after=first[-1].id, limit=200)
    assert [error.line for error in (*first, *rest)] == list(range(2, 302))
    leavers = row_errors(session, report.id, code="leaver", after=None, limit=200)
    assert len(leavers) == 150


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_encoding_of_a_case_system_is_read(session: Session, encoding: str) -> None:
    work = a_council(session)
    name = "Siân O’Neill"
    content = csv_of([{"worker_id": "N1", "email": "n1@x.test", "name": name, "team_id": "CART"}], encoding)
    report = load(work, content, ExtractKind.WORKERS, date_form=None)
    assert session.scalar(text("SELECT name FROM people WHERE reference = 'N1'")) == name
    assert report.encoding == ("windows-1252" if encoding == "cp1252" else "utf-8")


def test_dates_may_be_iso(session: Session) -> None:
    work = a_council(session)
    report = load(work, [involvement(start_date="2026-04-13 00:00:00.000")], date_form=None)
    assert (report.date_form, len(held(work))) == (DateForm.ISO, 1)


@pytest.mark.parametrize("seed", range(3))
def test_order_of_the_rows_makes_no_difference(session: Session, seed: int) -> None:
    """What is loaded, passed over and refused is a matter of what the rows say, not of where they stand."""
    work = a_council(session)
    rows = [
        involvement(),
        involvement(start_date="01/06/2026"),
        involvement(worker_id="-1", start_date="05/01/2026"),
        involvement(person_id="C2"),
        involvement(person_id="C2", worker_id="W2"),
        involvement(person_id="C3", worker_id="W9"),
        involvement(person_id="C3", restricted="Y"),
        involvement(person_id="C4", end_date="01/12/2026"),
        involvement(person_id="C4"),
        involvement(person_id="C5", worker_id="W4", team_id="HART"),
    ]
    turned = rows[seed * 3 + 1 :] + rows[: seed * 3 + 1]
    report = load(work, turned)
    assert held(work) == {
        ("C1", "W1", date(2026, 4, 13), date(2026, 1, 5)),
        ("C3", "W1", date(2026, 4, 13), date(2026, 4, 13)),
        ("C5", "W4", date(2026, 4, 13), date(2026, 4, 13)),
    }
    assert sorted((told.code, told.rows) for told in report.refused) == [
        ("contradictory_rows", 2),
        ("leaver", 1),
        ("two_workers", 2),
    ]


def test_nothing_of_columns_that_are_not_needed_is_stored_or_told(session: Session) -> None:
    """C3: names, dates of birth and NHS numbers have no business here, and the report asks to leave them out."""
    work = a_council(session)
    personal = {"person_name": "Secret Person", "date_of_birth": "03/02/1941", "nhs number": "9434765919"}
    rows = [{**involvement(), **personal}, {**involvement(worker_id="W77"), **personal}]
    report = load(work, rows)
    assert report.columns_not_read == ("person_name", "date_of_birth", "nhs_number")
    told = f"{report}{everything(work)}"
    assert [word for word in ("Secret", "1941", "9434765919") if word in told] == []


def test_file_name_is_kept_without_its_folder_and_without_what_cannot_be_shown(session: Session) -> None:
    work = a_council(session)
    report = load(work, [involvement()], file_name="..\\C:\\Users\\ann\\extract\r\n.csv")
    assert report.file_name == "extract.csv"


def count(work: Work, table: type[Base]) -> int:
    return work.session.scalar(select(func.count()).select_from(table)) or 0


def everything(work: Work) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    tables = inspect(work.session.connection()).get_table_names()
    return {
        table: sorted(str(row) for row in work.session.execute(text(f"SELECT {table}::text FROM {table}")))
        for table in tables
    }
