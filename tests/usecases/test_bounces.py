"""Messages that came back: noted once, only for what we sent, and a person is told (A5)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.queries import tasks
from db.tables.notices import Notice
from db.tables.organisation import Person
from db.tables.trail import TrailEntry
from tests.sending import Means, form, messages
from tests.usecases import council
from tests.usecases.test_outbox import HeldClock, PostOffice
from usecases.bounces import Noted, note_bounce
from usecases.delivery_results import Pace
from usecases.errors import NotFound
from usecases.notices import owe_allocation_notices
from usecases.notices_by_hand import send_again
from usecases.outbox import deliver_due
from usecases.ports import Bounce

WORKER = "worker@council.example"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def sent(sessions: sessionmaker[Session], clock: HeldClock) -> str:
    """The Message-ID of the worker's message, which went out with the others."""
    with sessions.begin() as session:
        home = council.found(session)
        owe_allocation_notices(council.work(session), home.cycle, [home.audit("worker", "auditor")])
    ids = form(sessions, clock)
    deliver_due(Means(sessions, clock, PostOffice()), Pace(lanes=1))
    return ids[WORKER]


def note(sessions: sessionmaker[Session], message_id: str, recipient: str = WORKER, code: str = "5.1.1") -> Noted:
    with sessions.begin() as session:
        return note_bounce(council.work(session), Bounce(message_id, recipient, code))


def notice(sessions: sessionmaker[Session]) -> Notice:
    with sessions() as session:
        return session.scalars(select(Notice).where(Notice.address.in_((WORKER, "new@council.example")))).one()


def open_tasks(sessions: sessionmaker[Session]) -> list[str]:
    with sessions() as session:
        return [task.sentence for task in tasks.tasks(session, 50, state="open")]


@pytest.mark.proves("A5")
def test_a_message_that_came_back_marks_its_notice_and_opens_one_task_however_often_it_is_reported(
    sessions: sessionmaker[Session], sent: str
) -> None:
    assert [note(sessions, sent), note(sessions, sent), note(sessions, sent, WORKER.upper())] == [
        Noted.BOUNCED,
        Noted.KNOWN,
        Noted.KNOWN,
    ]

    assert (notice(sessions).state, notice(sessions).last_error) == ("bounced", "Came back: 5.1.1")
    (sentence,) = open_tasks(sessions)
    assert sentence == (
        f"A message to W0 came back (5.1.1): correct their address, then POST /v1/notices/{notice(sessions).id}/retry."
    )
    with sessions() as session:
        actions = session.scalars(select(TrailEntry.action).where(TrailEntry.subject_id == str(notice(sessions).id)))
        assert list(actions) == ["notice_bounced"]


@pytest.mark.parametrize(
    ("message_id", "recipient"),
    [("<made-up@practice-audit.invalid>", WORKER), (None, "auditor@council.example"), (None, "")],
    ids=["a Message-ID that we never sent", "somebody else's address", "no address"],
)
def test_nobody_can_take_a_message_for_bounced_that_was_not_sent_there(
    sessions: sessionmaker[Session], sent: str, message_id: str | None, recipient: str
) -> None:
    with pytest.raises(NotFound, match="No message with that Message-ID was sent to that address"):
        note(sessions, message_id or sent, recipient)

    assert notice(sessions).state == "sent"
    assert open_tasks(sessions) == []


def test_a_delay_is_no_bounce(sessions: sessionmaker[Session], sent: str) -> None:
    assert note(sessions, sent, code="4.4.1") is Noted.DELAYED
    assert notice(sessions).state == "sent"


def test_once_the_address_is_corrected_it_goes_again_under_its_message_id_and_the_task_is_closed(
    sessions: sessionmaker[Session], clock: HeldClock, sent: str
) -> None:
    note(sessions, sent)
    with sessions.begin() as session:
        session.query(Person).filter_by(reference="W0").update({"email": "new@council.example"})
        send_again(council.work(session), notice(sessions).id)
    mail = PostOffice()
    deliver_due(Means(sessions, clock, mail), Pace(lanes=1))

    assert [(letter.address, letter.message_id) for letter in mail.letters] == [("new@council.example", sent)]
    assert notice(sessions).state == "sent"
    assert open_tasks(sessions) == []
    with pytest.raises(NotFound):
        note(sessions, sent)  # a late report about the address before
    assert note(sessions, sent, "new@council.example") is Noted.BOUNCED


def test_a_report_proves_that_a_message_was_sent_whose_worker_was_killed_before_it_could_say_so(
    sessions: sessionmaker[Session], clock: HeldClock, sent: str
) -> None:
    with sessions.begin() as session:
        (message,) = [each for each in messages(sessions) if each.address == WORKER]
        session.merge(message).state = "pending"
        session.query(Notice).filter_by(address=WORKER).update({"state": "pending"})

    assert note(sessions, sent) is Noted.BOUNCED
    mail = PostOffice()
    deliver_due(Means(sessions, clock, mail), Pace(lanes=1))
    assert mail.letters == []
