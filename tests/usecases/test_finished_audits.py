"""An audit from which nothing follows any more is closed, without anybody's doing (S7, L7, L11)."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from tests.sweeping import Duties, found
from usecases.finished_audits import close_finished

DONE = ("audit_issued", "findings_discussed", "findings_note_checked")


@pytest.fixture
def duties(sessions: sessionmaker[Session]) -> Duties:
    return found(sessions).at("2026-10-30T00:05+00:00")


def went_through(duties: Duties, *events: str, grade: str = "good") -> None:
    """The audit was issued with that grade, and these are its steps since."""
    with duties.sessions.begin() as session:
        row = session.get_one(Audit, duties.audit_id)
        row.state, row.issued_on, row.overall_grade = "issued", date(2026, 10, 20), grade
        for version, event in enumerate(events, start=row.version + 1):
            step = AuditStep(audit_id=row.id, event=event, version=version, state="issued", rule="L7", clause="3.7")
            step.happened_on, step.recorded_at = date(2026, 10, 20), duties.clock.at
            step.recorded_by, step.sentence = "W4", "It was."
            session.add(step)
        row.version += len(events)


def uploaded(duties: Duties, version: int, state: str, kind: str = "upload_document") -> None:
    """The upload of a version of the report, or its note, as the outbox of the case system has it."""
    settled_at = duties.clock.at if state in ("done", "cancelled") else None
    with duties.sessions.begin() as session:
        command = CaseSystemCommand(
            idempotency_key=f"{kind}:{version}",
            audit_id=duties.audit_id,
            kind=kind,
            occasion="issued",
            report_version=version,
            recipients=[],
            state=state,
            version=1,
            attempts=0,
            may_have_arrived=False,
            created_at=duties.clock.at,
            reference="D-1",
            settled_at=settled_at,
        )
        session.add(command)


def state_of(duties: Duties) -> str:
    with duties.sessions() as session:
        return session.get_one(Audit, duties.audit_id).state


@pytest.mark.proves("S7", "lifecycle.who_may")
def test_an_audit_that_is_uploaded_discussed_and_seen_is_closed_once(duties: Duties) -> None:
    went_through(duties, *DONE)
    uploaded(duties, 1, "done")

    assert close_finished(duties.means) == "Closed 1 finished audit."
    assert close_finished(duties.means) == "Closed 0 finished audits."
    assert state_of(duties) == "closed"
    with duties.sessions() as session:
        step = session.scalars(select(AuditStep).where(AuditStep.event == "audit_closed")).one()
        assert (step.recorded_by, step.happened_on) == ("scheduler", date(2026, 10, 30))


@pytest.mark.proves("L7", "S7")
@pytest.mark.parametrize(("state", "closed"), [("done", 1), ("pending", 0)])
def test_the_receipt_of_the_newest_version_says_that_it_is_uploaded(duties: Duties, state: str, closed: int) -> None:
    went_through(duties, *DONE)
    uploaded(duties, 1, "done")
    uploaded(duties, 2, state)

    assert close_finished(duties.means).startswith(f"Closed {closed} ")


@pytest.mark.proves("L7", "S7", "C2")
@pytest.mark.parametrize(
    ("version", "state", "closed"),
    [(2, "manual", 0), (2, "refused", 0), (2, "uncertain", 0), (2, "cancelled", 1), (2, "done", 1), (1, "refused", 1)],
)
def test_while_the_newest_versions_case_note_is_owed_it_stays_issued(
    duties: Duties, version: int, state: str, closed: int
) -> None:
    went_through(duties, *DONE)
    uploaded(duties, 2, "done")
    uploaded(duties, version, state, kind="record_note")

    assert close_finished(duties.means).startswith(f"Closed {closed} ")


@pytest.mark.proves("L7", "L11", "S7")
@pytest.mark.parametrize(
    ("events", "grade", "uploads"),
    [
        (DONE[:1], "good", ["pending"]),
        (DONE, "good", ["manual"]),
        (DONE[:2], "good", ["done"]),
        ((*DONE, "report_corrected"), "good", ["done", "pending"]),
        (DONE, "inadequate", ["done"]),
    ],
    ids=[
        "nothing is done",
        "it is not uploaded",
        "the case note was not seen",
        "its corrected version is not uploaded",
        "its re-audit is awaited",
    ],
)
def test_while_something_is_to_be_done_it_stays_issued(
    duties: Duties, events: tuple[str, ...], grade: str, uploads: list[str]
) -> None:
    went_through(duties, *events, grade=grade)
    for version, state in enumerate(uploads, 1):
        uploaded(duties, version, state)

    assert close_finished(duties.means) == "Closed 0 finished audits."
    assert state_of(duties) == "issued"


@pytest.mark.proves("L4")
def test_while_a_clock_runs_it_stays_issued_however_late(duties: Duties) -> None:
    went_through(duties, *DONE)
    uploaded(duties, 1, "done")
    action = duties.owe("2026-10-22", rule="L4", role="practitioner", limit="improvement_plan.action_1")
    duties.change(action, state="overdue")
    assert close_finished(duties.means) == "Closed 0 finished audits."

    duties.change(action, state="met")
    assert close_finished(duties.means) == "Closed 1 finished audit."


@pytest.mark.proves("R2")
def test_a_re_audit_that_is_done_without_is_not_waited_for(duties: Duties) -> None:
    went_through(duties, *DONE, grade="inadequate")
    uploaded(duties, 1, "done")
    with duties.sessions.begin() as session:
        session.get_one(Audit, duties.audit_id).re_audit_waived_because = "re_auditor_advised_against"

    assert close_finished(duties.means) == "Closed 1 finished audit."
