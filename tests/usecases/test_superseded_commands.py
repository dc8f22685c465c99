"""What is still owed of a report that was corrected: cancelled where not done, kept where it may be (L15, C2)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries import case_system_outbox as outbox
from db.queries.case_system_outbox import Lease, Result
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.tasks import Task
from db.tables.trail import TrailEntry
from tests.usecases.council import Council, found, work
from usecases.case_system_by_hand import tick_off, try_again
from usecases.case_system_commands import Occasion, ReportToFile, owe_commands
from usecases.case_system_ports import Capabilities, Done, Operation
from usecases.case_system_pulls import hand_out, take_receipt
from usecases.case_system_results import leave_to_people
from usecases.errors import NotAllowedNow
from usecases.tasks import NewTask, open_tasks

UPLOADED = {"state": "done", "reference": "D-1", "settled_at": None}
IN_FLIGHT = {"state": "leased", "may_have_arrived": True}
ASKED_ABOUT = {"state": "pending", "may_have_arrived": True}
PARKED = {"state": "uncertain", "may_have_arrived": True}
TO_DO = {"state": "manual", "next_attempt_at": None}
WAITS = {"state": "pending", "next_attempt_at": None}


@pytest.fixture
def council(session: Session) -> Council:
    return found(session)


def owed(council: Council, **upload: Any) -> tuple[Audit, CaseSystemCommand, CaseSystemCommand]:
    """An issued report with its two commands, the upload in that state."""
    audit = council.session.get_one(Audit, council.audit("worker", "auditor").id)
    audit.overall_grade = "inadequate"
    council.session.flush()
    owe_commands(work(council.session), audit, [ReportToFile(1, Occasion.ISSUED)])
    first, note = council.session.scalars(select(CaseSystemCommand).order_by(CaseSystemCommand.id))
    be(council, first, upload)
    return audit, first, note


def be(council: Council, command: CaseSystemCommand, state: dict[str, Any]) -> None:
    now = work(council.session).now
    for name, value in state.items():
        setattr(command, name, now if name == "settled_at" else value)
    if command.state == "leased":
        command.lease_id, command.leased_by = command.id, "connector"
        command.leased_until = command.next_attempt_at = now + timedelta(minutes=5)
    council.session.flush()


def correct(council: Council, audit: Audit) -> None:
    audit.overall_grade = "good"
    owe_commands(work(council.session), audit, [ReportToFile(2, Occasion.CORRECTED)])
    council.session.expire_all()


def states(council: Council) -> list[tuple[int | None, str, str]]:
    rows = council.session.scalars(select(CaseSystemCommand).order_by(CaseSystemCommand.id))
    return [(it.report_version, it.kind.partition("_")[0], it.state) for it in rows]


@pytest.mark.proves("L15", "C2")
@pytest.mark.parametrize(
    ("upload", "note", "became"),
    [
        ({}, {}, ["cancelled", "cancelled"]),
        (TO_DO, TO_DO, ["cancelled", "cancelled"]),
        ({"state": "refused", "next_attempt_at": None}, {}, ["cancelled", "cancelled"]),
        (UPLOADED, {}, ["done", "cancelled"]),
        (UPLOADED, TO_DO, ["done", "cancelled"]),
        (UPLOADED, {"state": "refused"}, ["done", "cancelled"]),
        (UPLOADED, IN_FLIGHT, ["done", "leased"]),
        (UPLOADED, PARKED, ["done", "uncertain"]),
        (UPLOADED, UPLOADED, ["done", "done"]),
        (IN_FLIGHT, WAITS, ["leased", "cancelled"]),
        (ASKED_ABOUT, WAITS, ["pending", "cancelled"]),
        (PARKED, WAITS, ["uncertain", "cancelled"]),
        ({"state": "cancelled", "settled_at": None}, {"state": "cancelled", "settled_at": None}, ["cancelled"] * 2),
    ],
)
def test_what_was_not_done_is_cancelled_and_what_may_have_been_is_kept(
    council: Council, upload: dict[str, Any], note: dict[str, Any], became: list[str]
) -> None:
    audit, _, waiting = owed(council, **upload)
    be(council, waiting, note)
    correct(council, audit)

    assert [state for version, _, state in states(council) if version == 1] == became
    assert [row for row in states(council) if row[0] == 2] == [(2, "upload", "pending"), (2, "record", "pending")]
    second = council.session.scalars(select(CaseSystemCommand).where(CaseSystemCommand.report_version == 2)).all()
    assert [(it.next_attempt_at is None, it.after_id) for it in second] == [(False, None), (True, second[0].id)]


@pytest.mark.proves("L15", "C2", "C4")
def test_a_cancelled_command_says_why_ends_its_task_and_stands_in_the_trail(council: Council) -> None:
    audit, upload, _ = owed(council, state="refused", next_attempt_at=None)
    about = ("case_system_command", str(upload.id))
    open_tasks(work(council.session), [NewTask("case_command_refused", str(upload.id), "It is refused.", "C2", about)])
    correct(council, audit)

    assert "version 2 of the report has taken the place of this one" in (upload.last_error or "")
    assert upload.settled_by is not None
    tasks = council.session.scalars(select(Task.closed_at).where(Task.kind == "case_command_refused")).all()
    assert [closed is not None for closed in tasks] == [True]
    entries = council.session.scalars(select(TrailEntry).where(TrailEntry.action == "command_cancelled")).all()
    assert [(it.rule, it.details["superseded_by"]) for it in entries] == [("L15", 2), ("L15", 2)]


@pytest.mark.proves("L15", "C2")
@pytest.mark.parametrize(("said", "reference", "became"), [("done", "D-9", "done"), ("pending", None, "pending")])
def test_the_receipt_of_one_in_flight_is_still_taken(
    council: Council, said: str, reference: str | None, became: str
) -> None:
    audit, upload, note = owed(council, **IN_FLIGHT)
    correct(council, audit)
    result = Result(upload.id, said, reference=reference, may_have_arrived=said == "pending")
    assert outbox.save_result(council.session, work(council.session).now, "connector", upload.id, result)
    council.session.expire_all()

    assert (upload.state, note.state) == (became, "cancelled")


@pytest.mark.proves("L15", "C2")
def test_one_that_may_have_arrived_is_ticked_off_but_not_sent_again(council: Council) -> None:
    audit, upload, _ = owed(council, **PARKED)
    correct(council, audit)

    with pytest.raises(NotAllowedNow, match="Version 2 of the report has taken the place of this one: tick") as refused:
        try_again(work(council.session), upload.id, "It is not there.", upload.version)
    assert refused.value.rule == "L15"
    tick_off(work(council.session), upload.id, "D-1", upload.version)
    assert [state for _, _, state in states(council)] == ["done", "cancelled", "pending", "pending"]


@pytest.mark.proves("L15", "C2")
def test_one_that_is_leased_when_its_report_is_corrected_twice_is_still_kept(council: Council) -> None:
    audit, upload, _ = owed(council, **IN_FLIGHT)
    correct(council, audit)
    owe_commands(work(council.session), audit, [ReportToFile(3, Occasion.CORRECTED)])
    leave_to_people(work(council.session), ["upload_document"], "No connector.")
    council.session.expire_all()

    assert [state for _, _, state in states(council)] == ["leased", *["cancelled"] * 3, "manual", "pending"]
    (read,) = outbox.commands_owed(council.session, {upload.id: True})
    assert read.superseded_by == 3
    lease = Lease(upload.id, "connector", work(council.session).now + timedelta(minutes=20))
    assert outbox.lease_due(council.session, work(council.session).now, lease, 9) == []


@pytest.mark.proves("L15", "C2")
def test_a_connector_that_fetches_is_not_handed_the_old_version_again_and_may_still_say_that_it_did_it(
    council: Council,
) -> None:
    audit, upload, _ = owed(council, **IN_FLIGHT)
    correct(council, audit)
    later = replace(work(council.session), now=work(council.session).now + timedelta(hours=1))
    can = Capabilities(frozenset({Operation.UPLOAD_DOCUMENT, Operation.RECORD_NOTE}), gives_receipts=True)
    handed = hand_out(later, can, 9, timedelta(minutes=5))
    council.session.expire_all()

    assert [it.idempotency_key for it in handed.commands] == ["PA-2026-0001.v2.corrected.upload"]
    assert upload.state == "uncertain"
    take_receipt(later, upload.id, handed.lease.id, Done("D-1"))
    council.session.expire_all()
    assert [state for _, _, state in states(council)] == ["done", "cancelled", "leased", "pending"]
    assert council.session.scalars(select(Task).where(Task.closed_at.is_(None))).all() == []
