"""Carrying out what is owed to the case system, when it answers, does not answer, refuses or is away (C2)."""

import uuid
from collections import deque
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.queries import case_system_outbox as outbox
from db.queries.case_system_outbox import Lease
from db.queries.reaches import Reach, Relation, Standing
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand, CaseSystemText
from db.tables.notices import Notice
from db.tables.organisation import Person
from db.tables.tasks import Task
from integrations.case_system.fake import EVERYTHING, FakeCaseSystem
from integrations.case_system.manual import ManualCaseSystem
from tests.case_systems import PDF, Means, commands, owe_many, report_of, states
from usecases.case_system_by_hand import tick_off
from usecases.case_system_commands import Occasion, ReportToFile, owe_commands
from usecases.case_system_contents import Rendering, ReportUnavailable
from usecases.case_system_ports import (
    Capabilities,
    Command,
    NotNow,
    Operation,
    Outcome,
    Refused,
    Uncertain,
)
from usecases.case_system_runs import Served, serve_case_system
from usecases.delivery_results import Pace
from usecases.errors import NotAllowedNow, NotFound
from usecases.restored_copies import note_restoration, resume_sending
from usecases.work import Work

WITHOUT_RECEIPTS = Capabilities(EVERYTHING, gives_receipts=False)
NOTE = "PA-2026-0001.v1.issued.note"
UPLOAD = "PA-2026-0001.v1.issued.upload"
AS_THE_OTHER_COPY_DID = Command(UPLOAD, Operation.UPLOAD_DOCUMENT, "CASE-1", "PA-2026-0001", "the other copy")


@pytest.fixture
def fake() -> FakeCaseSystem:
    return FakeCaseSystem()


@pytest.fixture
def means(sessions: sessionmaker[Session], fake: FakeCaseSystem) -> Means:
    owe_many(sessions, 1)
    return Means(sessions, fake)


def made(fake: FakeCaseSystem) -> list[str]:
    return [command.key for _, command in fake.made]


def tasks(means: Means) -> list[str]:
    with means.sessions() as session:
        return list(session.scalars(select(Task.kind).where(Task.state == "open").order_by(Task.id)))


@pytest.mark.proves("C2", "L7")
def test_the_upload_comes_before_the_note_which_names_it_and_whom_to_alert(means: Means, fake: FakeCaseSystem) -> None:
    served = serve_case_system(means)

    assert (served, made(fake)) == (Served(done=2), [UPLOAD, NOTE])
    upload, note = (command for _, command in fake.made)
    assert upload.document is not None
    assert (upload.document.filename, upload.document.category) == ("version-1.pdf", "Quality Assurance")
    assert upload.document.content.startswith(PDF)
    assert (note.document_reference, note.person_reference) == ("DOC-1", "CASE-1")
    assert note.note is not None
    assert note.note.title.startswith("PA-2026-0001")
    assert [(one.role, one.worker_reference) for one in note.alert_recipients] == [
        ("practitioner", "W0"),
        ("line_manager", "W2"),
    ]
    assert serve_case_system(means) == Served()


@pytest.mark.proves("C2")
def test_after_a_silence_the_receipt_is_asked_for_and_nothing_is_sent_twice(means: Means, fake: FakeCaseSystem) -> None:
    fake.silences = 2
    for _ in range(4):
        serve_case_system(means)
        means.clock.wait(minutes=10)

    assert made(fake) == [UPLOAD, NOTE]
    assert states(means.sessions) == {"done": 2}


@pytest.mark.proves("C2")
def test_a_silence_before_anything_was_done_is_found_out_and_it_is_sent_again(
    means: Means, fake: FakeCaseSystem
) -> None:
    fake.answers = deque([Uncertain("It answered 500.")])
    serve_case_system(means)
    assert made(fake) == []

    means.clock.wait(minutes=2)
    serve_case_system(means)

    assert made(fake) == [UPLOAD, NOTE]


@pytest.mark.proves("C2")
def test_without_receipts_a_silence_is_for_a_person_and_never_sent_twice(means: Means, fake: FakeCaseSystem) -> None:
    fake.can, fake.silences = WITHOUT_RECEIPTS, 1
    for _ in range(4):
        serve_case_system(means)
        means.clock.wait(days=1)

    assert made(fake) == [UPLOAD]
    assert states(means.sessions) == {"uncertain": 1, "pending": 1}
    assert tasks(means) == ["case_command_uncertain"]


@pytest.mark.proves("C2")
@pytest.mark.parametrize("receipts", [True, False])
def test_a_worker_that_died_in_the_middle_leaves_nothing_lost_or_doubled(
    means: Means, fake: FakeCaseSystem, receipts: bool
) -> None:
    fake.can = Capabilities(EVERYTHING, gives_receipts=receipts)
    with means.sessions.begin() as session:
        now = means.clock.now()
        until = now + timedelta(minutes=10)
        (taken,) = outbox.lease_due(session, now, Lease(commands(means.sessions)[0].id, "worker", until), 1)
    assert serve_case_system(means) == Served()  # its lease has not ended

    means.clock.wait(minutes=11)
    serve_case_system(means)

    assert made(fake) == ([UPLOAD, NOTE] if receipts else [])
    assert commands(means.sessions)[0].state == ("done" if receipts else "uncertain")
    assert taken.idempotency_key == UPLOAD


@pytest.mark.proves("C2")
def test_a_case_system_that_asks_to_be_left_alone_is_for_as_long_as_it_asks(means: Means, fake: FakeCaseSystem) -> None:
    fake.answers = deque([NotNow("429", timedelta(hours=3))])
    assert serve_case_system(means).ended_early

    means.clock.wait(hours=2, minutes=59)
    assert serve_case_system(means) == Served()

    means.clock.wait(minutes=1)
    assert serve_case_system(means) == Served(done=2)


@pytest.mark.proves("C2")
def test_a_refusal_is_for_a_person_and_the_note_waits_for_the_upload(means: Means, fake: FakeCaseSystem) -> None:
    fake.answers = deque([Refused("The record is restricted\x07.")])
    for _ in range(3):
        serve_case_system(means)
        means.clock.wait(days=1)

    upload, note = commands(means.sessions)
    assert (upload.state, upload.last_error) == ("refused", "The record is restricted .")
    assert (note.state, note.next_attempt_at) == ("pending", None)
    assert tasks(means) == ["case_command_refused"]
    assert made(fake) == []


@pytest.mark.proves("C2")
def test_down_for_a_day_loses_nothing_and_is_not_given_up(means: Means, fake: FakeCaseSystem) -> None:
    fake.is_down = True
    for _ in range(48):
        assert serve_case_system(means).done == 0
        means.clock.wait(minutes=30)
    assert {command.last_error for command in commands(means.sessions)} == {"The case system is down.", None}

    fake.is_down = False
    assert serve_case_system(means) == Served(done=2)
    assert made(fake) == [UPLOAD, NOTE]


@pytest.mark.proves("C2")
@pytest.mark.parametrize(("answer", "state"), [(NotNow("not now"), "manual"), (Uncertain("500"), "uncertain")])
def test_what_never_gets_a_good_answer_is_given_up_after_days_and_left_to_a_person(
    means: Means, fake: FakeCaseSystem, answer: NotNow | Uncertain, state: str
) -> None:
    fake.answers = deque([answer] * 4)
    for _ in range(3):
        assert states(means.sessions) == {"pending": 2}
        serve_case_system(means, Pace(most_attempts=3))
        means.clock.wait(hours=2)

    assert commands(means.sessions)[0].state == state
    assert "Given up after 3 attempts" in (commands(means.sessions)[0].last_error or "")
    assert len(tasks(means)) == 1


@pytest.mark.proves("C2")
def test_without_a_connector_everything_is_a_to_do_at_once(sessions: sessionmaker[Session]) -> None:
    owe_many(sessions, 2)

    assert serve_case_system(Means(sessions, ManualCaseSystem())).left_to_people == 4
    assert states(sessions) == {"manual": 4}


@pytest.mark.proves("L7", "recipients.report_to_file", "notices.send_windows")
def test_the_auditor_hears_in_the_digest_of_what_is_left_to_them_once_for_each_report(
    sessions: sessionmaker[Session],
) -> None:
    owe_many(sessions, 2)
    serve_case_system(Means(sessions, ManualCaseSystem()))

    with sessions() as session:
        question = select(Person.name, Notice.content["reference"].astext, Notice.send_window)
        told = session.execute(question.join(Person, Person.id == Notice.recipient_id).order_by(Notice.id)).all()
    assert [tuple(row) for row in told] == [
        ("auditor", "PA-2026-0001", "daily_digest"),
        ("auditor", "PA-2026-0002", "daily_digest"),
    ]


@pytest.mark.proves("L7")
def test_what_is_given_up_is_told_to_the_auditor_too(means: Means, fake: FakeCaseSystem) -> None:
    fake.can = Capabilities(frozenset({Operation.UPLOAD_DOCUMENT}), gives_receipts=True)
    serve_case_system(means)

    with means.sessions() as session:
        assert session.scalars(select(Notice.event)).all() == ["report_to_file"]


@pytest.mark.proves("C2")
def test_what_the_connector_cannot_do_is_a_to_do_and_the_rest_goes_on(means: Means, fake: FakeCaseSystem) -> None:
    fake.can = Capabilities(frozenset({Operation.UPLOAD_DOCUMENT}), gives_receipts=True)
    serve_case_system(means)

    assert made(fake) == [UPLOAD]
    assert [command.state for command in commands(means.sessions)] == ["done", "manual"]


@pytest.mark.proves("C2")
def test_where_alerts_do_not_go_with_notes_they_come_after_the_note_once(means: Means, fake: FakeCaseSystem) -> None:
    fake.can = Capabilities(frozenset(Operation), gives_receipts=True)
    for _ in range(2):
        serve_case_system(means)

    assert made(fake) == [UPLOAD, NOTE, f"{NOTE}.alert"]
    assert [one.role for one in fake.made[2][1].alert_recipients] == ["practitioner", "line_manager"]


@pytest.mark.proves("C2")
def test_a_report_that_cannot_be_made_waits_and_is_never_uncertain(means: Means, fake: FakeCaseSystem) -> None:
    def broken(work: Work, audit_id: object, version: int) -> Rendering:
        raise ReportUnavailable("The report cannot be made into a PDF here.")

    means.reports = broken
    fake.can = WITHOUT_RECEIPTS
    serve_case_system(means)
    assert commands(means.sessions)[0].last_error == "The report cannot be made into a PDF here."

    means.reports = report_of
    means.clock.wait(minutes=2)
    assert serve_case_system(means) == Served(done=2)


@pytest.mark.proves("C3")
def test_a_note_whose_text_retention_has_cleared_is_refused(means: Means, fake: FakeCaseSystem) -> None:
    with means.sessions.begin() as session:
        session.delete(session.scalars(select(CaseSystemText)).one())
    serve_case_system(means)

    assert [command.state for command in commands(means.sessions)] == ["done", "refused"]
    assert made(fake) == [UPLOAD]


@pytest.mark.proves("C2")
@pytest.mark.parametrize("receipts", [True, False])
def test_a_restored_copy_sends_nothing_and_later_asks_what_the_other_one_did_meanwhile(
    means: Means, fake: FakeCaseSystem, receipts: bool
) -> None:
    fake.can = Capabilities(EVERYTHING, gives_receipts=receipts)
    with means.sessions.begin() as session:
        note_restoration(means.work(session), means.clock.now(), "0" * 64)
    fake.carry_out(AS_THE_OTHER_COPY_DID)
    assert serve_case_system(means) == Served()

    with means.sessions.begin() as session:
        resume_sending(means.work(session), None)
    for _ in range(3):
        serve_case_system(means)
        means.clock.wait(minutes=10)

    assert made(fake) == ([UPLOAD, NOTE] if receipts else [UPLOAD])
    assert commands(means.sessions)[0].state == ("done" if receipts else "uncertain")


CORRECTED = [key.replace("v1.issued", "v2.corrected") for key in (UPLOAD, NOTE)]
# What came of the upload under way when the report was corrected: the answer, silences, and what stands then.
IN_FLIGHT = [
    pytest.param(None, 0, "done", id="done"),
    pytest.param(None, 1, "done", id="done, and never said so"),
    pytest.param(Uncertain("500"), 0, "cancelled", id="never arrived, and never said so"),
    pytest.param(NotNow("429"), 0, "cancelled", id="not now"),
    pytest.param(Refused("The record is restricted."), 0, "cancelled", id="refused"),
]


@pytest.mark.proves("L15", "C2")
@pytest.mark.parametrize(("answer", "silences", "became"), IN_FLIGHT)
def test_of_a_report_corrected_while_it_is_uploaded_nothing_is_lost_doubled_or_sent_after_the_new_one(
    means: Means, fake: FakeCaseSystem, answer: Outcome | None, silences: int, became: str
) -> None:
    fake.answers, fake.silences = deque([answer] if answer else []), silences
    means.reports = lambda work, audit_id, version: _corrected_meanwhile(means, work, audit_id, version)
    for _ in range(4):
        serve_case_system(means)
        means.clock.wait(hours=1)

    assert made(fake) == [*([UPLOAD] if became == "done" else []), *CORRECTED]
    assert [it.state for it in commands(means.sessions)] == [became, "cancelled", "done", "done"]
    assert tasks(means) == []


def _corrected_meanwhile(means: Means, work: Work, audit_id: uuid.UUID, version: int) -> Rendering:
    if version == 1:
        with means.sessions.begin() as session:
            owe_commands(means.work(session), session.get_one(Audit, audit_id), [ReportToFile(2, Occasion.CORRECTED)])
    return report_of(work, audit_id, version)


@pytest.mark.proves("C2", "L7")
def test_no_note_is_ticked_off_before_the_upload_that_it_tells_of(means: Means) -> None:
    with means.sessions.begin() as session:
        upload, note = session.scalars(select(CaseSystemCommand).order_by(CaseSystemCommand.id))
        upload.state = note.state = "manual"
        session.flush()
        with pytest.raises(NotAllowedNow, match="see to that one first"):
            tick_off(means.work(session), note.id, "N-1", 1)
        tick_off(means.work(session), upload.id, "D-1", 1)
        tick_off(means.work(session), note.id, "N-1", note.version)

    assert [command.state for command in commands(means.sessions)] == ["done", "done"]


@pytest.mark.proves("C2", "C4")
def test_an_auditor_ticks_off_what_is_left_to_them_and_not_what_is_uncertain(means: Means) -> None:
    with means.sessions.begin() as session:
        person = session.scalars(select(Person).where(Person.name == "auditor")).one()
        upload, note = session.scalars(select(CaseSystemCommand).order_by(CaseSystemCommand.id))
        upload.state, note.state = "manual", "uncertain"
        session.flush()
        auditor = Standing(person_id=person.id, reference=person.reference)
        own = replace(means.work(session), reach=Reach(frozenset({Relation.AS_AUDITOR}), auditor))
        others = replace(own, reach=Reach(frozenset({Relation.AS_PRACTITIONER}), auditor))
        with pytest.raises(NotFound):
            tick_off(others, upload.id, "D-1", 1)
        with pytest.raises(NotAllowedNow, match="the audit team settles"):
            tick_off(own, note.id, "N-1", 1)
        tick_off(own, upload.id, "D-1", 1)

    assert [command.state for command in commands(means.sessions)] == ["done", "uncertain"]
