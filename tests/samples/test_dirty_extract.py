"""All the dirt that we know of, in three files: read as meant, passed over or refused, each row with its reason."""

import io
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.imported import lines_told
from db.tables.caseload import Involvement
from db.tables.organisation import Person, Service, Team
from integrations.case_system.csv_extracts import CsvExtract
from integrations.case_system.extract_mappings import load_mapping
from samples.dirty_extract import MAPPING, REPORT, files
from tests.usecases.extract_files import EXTRACTED_ON, held, work_of
from usecases.caseload_imports import import_extract
from usecases.extract_ports import ExtractKind
from usecases.import_reports import ImportReport
from usecases.work import Work

pytestmark = pytest.mark.proves("C1", "C3")


def reports_of(work: Work) -> Iterator[ImportReport]:
    for kind in (ExtractKind.TEAMS, ExtractKind.WORKERS, ExtractKind.INVOLVEMENTS):
        yield import_extract(
            work,
            read_extract=partial(CsvExtract, mapping=load_mapping(MAPPING)),
            kind=kind,
            file_name=f"{kind}.csv",
            content=io.BytesIO(files()[kind]),
            extracted_on=None if kind is ExtractKind.INVOLVEMENTS else EXTRACTED_ON,
        )


def as_text(report: ImportReport) -> Iterator[str]:
    dates = f"dates {report.date_form}" if report.date_form else "no dates"
    yield f"{report.file_name}: {report.encoding}, {dates}. {report.sentence}"
    for error in report.errors:
        yield f"  refused: line {error.line}: {error.sentence}"
    for told in report.passed_over:
        yield f"  passed over: {lines_told(told.lines, told.rows)}: {told.sentence}"
    for told in report.notes:
        yield f"  noticed: {lines_told(told.lines, told.rows)}: {told.sentence}"
    if report.columns_not_read:
        yield f"  columns not read: {', '.join(report.columns_not_read)}"


@pytest.fixture
def work(session: Session) -> Work:
    session.add_all([Service(id="home_first", name="Home First Service"), Service(id="mash", name="MASH")])
    session.flush()
    session.add(Team(reference="ARCH", name="Archived", service_id="home_first", ended_on=EXTRACTED_ON))
    session.flush()
    return work_of(session)


def test_report_of_the_dirty_extract_is_the_one_that_is_shown(work: Work) -> None:
    told = "\n".join(line for report in reports_of(work) for line in as_text(report)) + "\n"
    assert told == REPORT.read_text(encoding="utf-8")


def test_every_good_row_of_the_dirty_extract_is_loaded(work: Work) -> None:
    list(reports_of(work))
    assert {case for case, *_ in held(work)} == {
        "001002",
        *("100001", "100003", "100004", "100005", "100006", "100007", "100008", "100009", "100010", "100011"),
        *("100012", "100013", "100019", "100020", "100021", "100032", "100034"),
    }


def test_nobody_of_whom_services_are_used_is_named_in_the_database(work: Work) -> None:
    """The list of cases has a column with names: it is looked at for test records, and nothing of it is kept."""
    told = str([list(as_text(report)) for report in reports_of(work)])
    kept = work.session.execute(select(Involvement.case_reference, Involvement.attributes)).all()
    assert [name for name in ("A Person", "Zz Test", "Somewhere", "Ann Person") if name in f"{told}{kept}"] == []


def test_same_worker_with_two_jobs_is_one_person_with_the_address_in_small_letters(work: Work) -> None:
    list(reports_of(work))
    people = dict(work.session.execute(select(Person.reference, Person.email)).all())
    assert people["501"] == "sian.oneill@council.example"
    assert "-1" not in people
