"""A mail server that is down, slow, greylisting or refusing: nothing lost, nobody held up (TARGETS, fault 5)."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from integrations.mail.smtp import SmtpMail, SmtpServer
from tests.faults.notices_to_send import clock_ahead, notices, owe_many, states
from tests.integrations.smtp_sink import Sink, running
from tests.sending import Means
from usecases.delivery_results import Pace
from usecases.outbox import Delivery, deliver_due

PRACTITIONERS = 30
OWED = PRACTITIONERS + 6  # the auditor, three managers and the audit team of two


@pytest.fixture
def owed(sessions: sessionmaker[Session]) -> dict[str, str]:
    found = owe_many(sessions, PRACTITIONERS)
    assert len(found) == OWED
    return found


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running(Sink()) as sink:
        yield sink


def tick(
    sessions: sessionmaker[Session], port: int, minutes: float, pace: Pace | None = None, seconds: float = 5
) -> Delivery:
    """One tick of the scheduler, so many minutes after the opening."""
    mail = SmtpMail(SmtpServer("127.0.0.1", port, starttls=False, seconds=seconds))
    return deliver_due(Means(sessions, clock_ahead(minutes=minutes), mail), pace)


def received(sink: Sink) -> dict[str, str]:
    return {str(message["To"]): str(message["Message-ID"]) for message in sink.received}


def test_down_for_an_hour(sessions: sessionmaker[Session], owed: dict[str, str]) -> None:
    with running(Sink()) as sink:
        port = sink.port
    while_down = [tick(sessions, port, minutes) for minutes in range(60)]
    assert all(delivery.sent == 0 for delivery in while_down)
    assert while_down[0].unreachable
    assert states(sessions) == {"pending": OWED}

    with running(Sink(), port) as sink:
        for minutes in range(60, 140, 5):
            tick(sessions, port, minutes)

    assert received(sink) == owed
    assert len(sink.received) == OWED
    assert states(sessions) == {"sent": OWED}


def test_greylisting_every_recipient_first(sessions: sessionmaker[Session], owed: dict[str, str], sink: Sink) -> None:
    sink.answers_to = {address: ["450 4.2.0 Greylisted"] for address in owed}

    first = tick(sessions, sink.port, 0)
    at_once = tick(sessions, sink.port, 0.1)
    later = tick(sessions, sink.port, 2)

    assert (first, at_once, later) == (Delivery(put_off=OWED), Delivery(), Delivery(sent=OWED))
    assert received(sink) == owed
    assert len(sink.received) == OWED


def test_refusing_one_recipient_for_good_and_another_for_a_while(
    sessions: sessionmaker[Session], owed: dict[str, str], sink: Sink
) -> None:
    sink.answers_to = {"p3@council.example": ["550 No such user"] * 9, "p4@council.example": ["452 Mailbox full"] * 3}

    first = tick(sessions, sink.port, 0)
    for minutes in (2, 5, 10, 20):
        tick(sessions, sink.port, minutes)

    assert first == Delivery(sent=OWED - 2, put_off=1, parked=1)
    assert received(sink) == {address: id_ for address, id_ in owed.items() if address != "p3@council.example"}
    assert states(sessions) == {"sent": OWED - 1, "parked": 1}
    (parked,) = [notice for notice in notices(sessions) if notice.state == "parked"]
    assert (parked.address, parked.last_error) == ("p3@council.example", "550 No such user")


def test_slow_answers(sessions: sessionmaker[Session], owed: dict[str, str], sink: Sink) -> None:
    sink.seconds_an_answer = 0.02

    assert tick(sessions, sink.port, 0) == Delivery(sent=OWED)
    assert Counter(sink.message_ids) == Counter(owed.values())


def test_a_server_that_takes_a_few_and_hangs_up(
    sessions: sessionmaker[Session], owed: dict[str, str], sink: Sink
) -> None:
    sink.answers_to = {f"p{number}@council.example": ["421 Enough for now"] for number in range(0, PRACTITIONERS, 5)}

    first = tick(sessions, sink.port, 0)
    second = tick(sessions, sink.port, 2)

    assert (first.sent, first.put_off, second.sent) == (OWED - 6, 6, 6)
    assert Counter(sink.message_ids) == Counter(owed.values())


@pytest.mark.parametrize("seconds", [1.5, pytest.param(30, marks=pytest.mark.slow)])
def test_a_recipient_whose_server_is_slow_holds_nobody_up(
    sessions: sessionmaker[Session], owed: dict[str, str], sink: Sink, seconds: float
) -> None:
    sink.seconds_for = {"p0@council.example": seconds}

    assert tick(sessions, sink.port, 0, seconds=60) == Delivery(sent=OWED)

    assert str(sink.received[-1]["To"]) == "p0@council.example"  # the longest due of all, and the last to be done
    assert received(sink) == owed
    assert len(sink.received) == OWED


@pytest.mark.slow
def test_a_server_that_takes_thirty_seconds_an_answer(sessions: sessionmaker[Session], sink: Sink) -> None:
    few = owe_many(sessions, 2)
    sink.seconds_an_answer = 30
    runs = 0
    while states(sessions) != {"sent": len(few)}:
        tick(sessions, sink.port, runs, Pace(lanes=4), seconds=60)
        runs += 1

    print(f"{len(few)} owed, {len(sink.received)} received, {len(set(sink.message_ids))} Message-IDs, {runs} runs")
    assert received(sink) == few
    assert len(sink.received) == len(few)


def test_a_server_that_gives_up_waiting_is_tried_again_under_the_same_message_id(
    sessions: sessionmaker[Session], owed: dict[str, str], sink: Sink
) -> None:
    sink.seconds_for = {"p0@council.example": 1.5, "p1@council.example": 1.5}

    first = tick(sessions, sink.port, 0, seconds=0.5)
    sink.seconds_for = {}
    second = tick(sessions, sink.port, 2)

    assert (first, second) == (Delivery(sent=OWED - 2, put_off=2), Delivery(sent=2))
    assert received(sink) == owed


@pytest.mark.parametrize("kept", [False, True], ids=["lost on the way", "taken, and the answer lost"])
def test_a_connection_that_breaks_in_the_middle_of_a_message(
    sessions: sessionmaker[Session], owed: dict[str, str], sink: Sink, kept: bool
) -> None:
    sink.hangs_up_in_data, sink.hangs_up_after_data = (0, 5) if kept else (5, 0)

    first = tick(sessions, sink.port, 0)
    second = tick(sessions, sink.port, 2)

    assert (first.sent, first.put_off, second.sent) == (OWED - 5, 5, 5)
    assert received(sink) == owed  # nothing lost, and what came twice came under one Message-ID
    assert len(sink.received) == OWED + (5 if kept else 0)
    assert set(sink.message_ids) == set(owed.values())
