"""Versions of a report: each stays as it was, and who reads one is kept (L7, L15, C4)."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.queries.reaches import EVERYTHING, NOTHING, Reach, Relation, Standing
from db.queries.report_versions import Reader, version_read, versions_of
from db.queries.trail import entries
from reports.audit_reports import AuditReport
from reports.report_files import Medium
from tests.reports.example_reports import BARE, FULL
from tests.small_council import SmallCouncil, at, work_on
from usecases.errors import NotFound
from usecases.report_versions import read_report, report_file, store_version
from usecases.work import Work

TODAY = date(2026, 10, 30)
ALL = Reader(EVERYTHING, EVERYTHING)
DRAFT = replace(FULL, issued_on=None)
DRAFTED = "Draft: not issued"


@pytest.fixture
def work(session: Session) -> Work:
    return work_on(session, TODAY, actor="person 990402")


@pytest.fixture
def audit(session: Session) -> uuid.UUID:
    council = SmallCouncil(session)
    council.team("CART", "home_first")
    council.practitioner("990017", "CART", cases=0)
    council.person("990402")
    return council.audit("PA-2026-0412", "2026-10", "SYN-000412", "990017", auditor="990402", state="submitted")


def reach(session: Session, person: str, *relations: Relation) -> Reach:
    return Reach(frozenset(relations), Standing(TODAY, SmallCouncil(session).person_id(person), person))


def read(work: Work, audit: uuid.UUID, number: int | None = None, reader: Reader = ALL) -> str:
    return read_report(work, audit, number, reader, medium=Medium.HTML).content.decode()


def stored(work: Work, audit: uuid.UUID, number: int) -> AuditReport:
    found = version_read(work.session, audit, number, ALL)
    assert found is not None
    assert found.content is not None
    return AuditReport.from_plain(found.content)


def told(work: Work, audit: uuid.UUID) -> list[tuple[str, object]]:
    return [(entry.action, entry.details.get("version")) for entry in trail_of(work, audit)]


def trail_of(work: Work, audit: uuid.UUID) -> list[Any]:
    found = entries(work.session, 10, subject_kind="audit", subject_id=str(audit))
    return sorted(found, key=lambda entry: int(entry.number))


@pytest.mark.proves("L7", "L15")
def test_a_version_is_read_as_it_was_stored_and_the_newest_where_none_is_named(work: Work, audit: uuid.UUID) -> None:
    assert store_version(work, audit, BARE, because="submitted") == 1
    assert store_version(work, audit, FULL, because="issued") == 2

    assert [stored(work, audit, number) for number in (1, 2)] == [as_made(BARE, 1), as_made(FULL, 2)]
    assert "version 2 has taken its place" in read(work, audit, 1)
    assert "lunch club" in read(work, audit)


def as_made(report: AuditReport, number: int) -> AuditReport:
    made = replace(report.version, number=number, made_at=at(TODAY).astimezone(UTC), made_by="person 990402")
    return replace(report, version=made)


@pytest.mark.proves("C4")
def test_storing_and_reading_are_on_record_without_the_content(work: Work, audit: uuid.UUID) -> None:
    store_version(work, audit, FULL, because="issued")
    read(work, audit)

    assert told(work, audit) == [("report_stored", 1), ("report_read", 1)]
    kept = str([entry.details for entry in trail_of(work, audit)])
    assert "lunch club" not in kept


@pytest.mark.proves("C2", "L7")
def test_what_goes_to_the_case_system_is_the_same_file_each_time_and_on_record(work: Work, audit: uuid.UUID) -> None:
    store_version(work, audit, FULL, because="issued")
    first = report_file(work, audit, 1)
    store_version(work, audit, FULL, because="corrected")

    assert report_file(work, audit, 1) == first
    assert (first.name, first.media_type) == ("PA-2026-0412-version-1.pdf", "application/pdf")
    assert [action for action, _ in told(work, audit)].count("report_read") == 2
    with pytest.raises(NotFound, match="no version 3"):
        report_file(work, audit, 3)


@pytest.mark.proves("C4", "L7")
def test_before_issue_only_the_auditor_and_the_audit_team_read_it(work: Work, audit: uuid.UUID) -> None:
    store_version(work, audit, DRAFT, because="submitted")
    auditor = reach(work.session, "990402", Relation.AS_AUDITOR)
    practitioner = reach(work.session, "990017", Relation.AS_PRACTITIONER)

    assert DRAFTED in read(work, audit, reader=Reader(auditor, auditor))
    for reader in (Reader(practitioner, NOTHING), Reader(EVERYTHING, NOTHING), Reader(auditor, NOTHING)):
        with pytest.raises(NotFound, match="no report of audit"):
            read(work, audit, reader=reader)
    assert told(work, audit) == [("report_stored", 1), ("report_read", 1)], "what was refused was not read"

    store_version(work, audit, FULL, because="issued")
    assert DRAFTED not in read(work, audit, reader=Reader(practitioner, NOTHING))
    with pytest.raises(NotFound, match="no version 1"):
        read(work, audit, 1, Reader(practitioner, NOTHING))


@pytest.mark.proves("C4")
def test_nobody_of_the_audit_team_reads_of_their_own_work_before_it_is_issued(work: Work, audit: uuid.UUID) -> None:
    store_version(work, audit, DRAFT, because="submitted")
    team = reach(work.session, "990017", Relation.ALL)

    with pytest.raises(NotFound):
        read(work, audit, reader=Reader(team, team))
    store_version(work, audit, FULL, because="issued")
    assert [row.number for row in versions_of(work.session, audit, Reader(team, team))] == [2]
    assert [row.number for row in versions_of(work.session, audit, ALL)] == [2, 1]


@pytest.mark.parametrize(
    "change",
    ["content = '{}'", "number = 7", "content = NULL, cleared_at = now(), content_hash = 'x'", "is_issued = true"],
)
def test_the_database_refuses_to_change_a_version(work: Work, audit: uuid.UUID, change: str) -> None:
    store_version(work, audit, DRAFT, because="submitted")

    with pytest.raises(IntegrityError, match="is a record"):
        work.session.execute(text(f"UPDATE report_versions SET {change}"))


@pytest.mark.parametrize("statement", ["DELETE FROM report_versions", "TRUNCATE report_versions"])
def test_the_database_refuses_to_lose_a_version(work: Work, audit: uuid.UUID, statement: str) -> None:
    store_version(work, audit, DRAFT, because="submitted")

    with pytest.raises(IntegrityError, match="is a record"):
        work.session.execute(text(statement))


@pytest.mark.proves("C3")
def test_retention_empties_a_version_and_its_hash_stays(work: Work, audit: uuid.UUID) -> None:
    store_version(work, audit, FULL, because="issued")
    cleared = text("UPDATE report_versions SET content = NULL, cleared_at = :at")
    work.session.execute(cleared, {"at": datetime(2034, 1, 1, tzinfo=UTC)})
    work.session.expire_all()

    with pytest.raises(NotFound, match="was cleared"):
        read(work, audit)
    assert work.session.execute(text("SELECT length(content_hash) FROM report_versions")).scalar_one() == 64
    with pytest.raises(IntegrityError, match="is a record"):
        work.session.execute(text("UPDATE report_versions SET content = '{}', cleared_at = NULL"))
