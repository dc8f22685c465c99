"""What is owed to the case system when a report goes on the record (L7, C2)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand, CaseSystemText
from db.tables.trail import TrailEntry
from tests.usecases.council import Council, found, work
from usecases.case_system_commands import Occasion, ReportToFile, owe_commands
from usecases.errors import NotAllowedNow

FIRST = ReportToFile(1, Occasion.ISSUED)


@pytest.fixture
def council(session: Session) -> Council:
    return found(session)


def graded(council: Council, grade: str | None = "good") -> Audit:
    audit = council.session.get_one(Audit, council.audit("worker", "auditor").id)
    audit.overall_grade = grade
    council.session.flush()
    return audit


def commands(session: Session) -> list[CaseSystemCommand]:
    return list(session.scalars(select(CaseSystemCommand).order_by(CaseSystemCommand.id)))


@pytest.mark.proves("C2", "L7")
def test_a_report_owes_an_upload_and_a_note_that_waits_for_it(session: Session, council: Council) -> None:
    audit = graded(council)
    owe_commands(work(session), audit, [FIRST])

    upload, note = commands(session)
    assert [upload.kind, note.kind] == ["upload_document", "record_note"]
    assert upload.next_attempt_at is not None
    assert (note.next_attempt_at, note.after_id) == (None, upload.id)
    assert upload.idempotency_key == "PA-2026-0001.v1.issued.upload"
    text = session.get_one(CaseSystemText, note.id)
    assert text.title.startswith("PA-2026-0001")
    assert "Overall grade: Good." in text.text


@pytest.mark.proves("C2")
def test_the_same_version_owed_twice_is_owed_once_and_a_correction_owes_again(
    session: Session, council: Council
) -> None:
    audit = graded(council)
    for report in (FIRST, FIRST, ReportToFile(2, Occasion.CORRECTED)):
        owe_commands(work(session), audit, [report])

    assert [command.report_version for command in commands(session)] == [1, 1, 2, 2]


@pytest.mark.proves("L7", "C3")
def test_those_alerted_are_kept_by_role_and_id_and_of_an_inadequate_one_the_head_hears(
    session: Session, council: Council
) -> None:
    owe_commands(work(session), graded(council, "inadequate"), [FIRST])

    people = {str(person.id): name for name, person in council.people.items()}
    note = commands(session)[1]
    assert [(one["role"], people[one["person_id"]]) for one in note.recipients] == [
        ("practitioner", "worker"),
        ("line_manager", "team manager"),
        ("head_of_service", "head"),
    ]


@pytest.mark.proves("C4")
def test_what_is_owed_stands_in_the_trail_by_ids_alone(session: Session, council: Council) -> None:
    owe_commands(work(session), graded(council), [FIRST])

    entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "case_system_commands_owed")).one()
    assert entry.details["commands"] == [str(command.id) for command in commands(session)]


@pytest.mark.proves("L7")
def test_a_report_without_a_grade_cannot_go_on_the_record(session: Session, council: Council) -> None:
    with pytest.raises(NotAllowedNow, match="no overall grade yet"):
        owe_commands(work(session), graded(council, None), [FIRST])
    assert commands(session) == []
