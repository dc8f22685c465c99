"""A small council and extracts for it, as a case system would write them on 30 September 2026."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.caseload import Involvement
from db.tables.organisation import Person, Service, Team, TeamMembership
from integrations.case_system.csv_extracts import CsvExtract
from integrations.case_system.extract_mappings import ExtractMapping, default_mapping
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from usecases.caseload_imports import import_extract
from usecases.extract_ports import DateForm, ExtractKind
from usecases.import_reports import ImportReport
from usecases.work import Work

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
TODAY = datetime(2026, 10, 1, 8, tzinfo=UTC)
EXTRACTED_ON = date(2026, 9, 30)

INVOLVEMENT = {
    "person_id": "C1",
    "worker_id": "W1",
    "role_code": "ALLWKR",
    "team_id": "CART",
    "start_date": "13/04/2026",
    "end_date": "",
    "restricted": "N",
}


def a_council(session: Session, now: datetime = TODAY) -> Work:
    """W1 and W2 of CART, W3 of HART, W4 of no team, W9 who left in March; CLOSED is a team that is no more."""
    session.add_all([Service(id="home_first", name="Home First Service"), Service(id="mash", name="MASH")])
    session.flush()
    teams = {name: Team(reference=name, name=name, service_id="home_first") for name in ("CART", "HART", "CLOSED")}
    teams["CLOSED"].ended_on = date(2025, 3, 31)
    names = ("W1", "W2", "W3", "W4", "W9")
    people = {name: Person(reference=name, name=f"Person {name}", email=f"{name}@x.test".lower()) for name in names}
    people["W9"].left_on = date(2026, 3, 31)
    session.add_all([*teams.values(), *people.values()])
    session.flush()
    for name, team in (("W1", "CART"), ("W2", "CART"), ("W3", "HART")):
        session.add(TeamMembership(person_id=people[name].id, team_id=teams[team].id, began_on=date(2025, 1, 6)))
    session.flush()
    return work_of(session, now)


def work_of(session: Session, now: datetime = TODAY) -> Work:
    """A unit of work of an administrator."""
    return Work(session, now, CALENDAR, POLICY, "an administrator")


def csv_of(rows: Iterable[Mapping[str, str]], encoding: str = "utf-8") -> bytes:
    """The rows as a file with the columns of the first."""
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def involvement(**changes: str) -> dict[str, str]:
    """A good row, with changes."""
    return {**INVOLVEMENT, **changes}


def load(
    work: Work,
    content: bytes | Iterable[Mapping[str, str]],
    kind: ExtractKind = ExtractKind.INVOLVEMENTS,
    *,
    extracted_on: date | None = EXTRACTED_ON,
    date_form: DateForm | None = DateForm.UK,
    dry_run: bool = False,
    file_name: str = "extract.csv",
    confirmed_because: str | None = None,
    mapping: ExtractMapping | None = None,
) -> ImportReport:
    """Import rows, or bytes as they are."""
    return import_extract(
        work,
        read_extract=partial(CsvExtract, mapping=mapping or default_mapping()),
        kind=kind,
        file_name=file_name,
        content=io.BytesIO(content if isinstance(content, bytes) else csv_of(content)),
        extracted_on=extracted_on,
        date_form=date_form,
        confirmed_because=confirmed_because,
        dry_run=dry_run,
    )


def held(work: Work) -> set[tuple[str, str, date, date]]:
    """Every involvement on record: case, worker, allocated on, began on."""
    rows = work.session.execute(
        select(
            Involvement.case_reference, Person.reference, Involvement.allocated_on, Involvement.involvement_began_on
        ).join(Person, Person.id == Involvement.person_id)
    )
    return {(case, worker, allocated_on, began_on) for case, worker, allocated_on, began_on in rows}


def errors_of(report: ImportReport) -> list[tuple[int, str | None, str | None, str]]:
    """Line, column, value and code of each error in the report."""
    return [(error.line, error.column, error.value, error.code) for error in report.errors]
