"""Real SMTP to a sink on loopback: one connection, and one letter's trouble is no other letter's."""

import threading
import time
from collections.abc import Iterator

import pytest

from integrations.mail.smtp import SmtpMail, SmtpServer
from tests.integrations.letters import a_letter
from tests.integrations.smtp_sink import Sink, running
from usecases.ports import Letter, MailUnreachable, NotNow, Outcome, Refused, Sent


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running(Sink()) as sink:
        yield sink


def send(sink: Sink, letters: list[Letter], seconds: float = 5) -> list[Outcome]:
    mail = SmtpMail(SmtpServer("127.0.0.1", sink.port, starttls=False, seconds=seconds))
    outcomes = list(mail.send(letters))
    assert [notice_id for notice_id, _ in outcomes] == [letter.id for letter in letters]
    return [outcome for _, outcome in outcomes]


def test_many_letters_go_over_one_connection_as_they_were_written(sink: Sink) -> None:
    letters = [a_letter(f"person{number}@council.example") for number in range(20)]

    assert send(sink, letters) == [Sent()] * 20
    assert sink.message_ids == [letter.message_id for letter in letters]
    assert sink.connections == 1
    body = sink.received[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == letters[0].text


def test_a_refused_recipient_does_not_hold_up_the_others(sink: Sink) -> None:
    sink.answers_to["gone@council.example"] = ["550 5.1.1 No such user"]

    outcomes = send(sink, [a_letter(), a_letter("gone@council.example"), a_letter()])

    assert outcomes == [Sent(), Refused("550 5.1.1 No such user", "550 5.1.1", concerns_address=True), Sent()]
    assert sink.connections == 1


@pytest.mark.parametrize(
    ("answer", "concerns_address"),
    [("550 No such user", True), ("553 5.1.3 Bad address", True), ("550 5.7.1 Relaying denied", False)],
)
def test_a_refusal_says_whether_it_is_about_the_address(sink: Sink, answer: str, concerns_address: bool) -> None:
    sink.answers_to["worker@council.example"] = [answer]

    (refused,) = send(sink, [a_letter()])

    assert isinstance(refused, Refused)
    assert (refused.why, refused.concerns_address) == (answer, concerns_address)


def test_a_server_that_says_later_is_tried_later(sink: Sink) -> None:
    sink.answers_to["grey@council.example"] = ["450 4.2.0 Greylisted, come back in five minutes"]

    outcomes = send(sink, [a_letter("grey@council.example"), a_letter("grey@council.example")])

    assert outcomes == [NotNow("450 4.2.0 Greylisted, come back in five minutes"), Sent()]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 Try again later", NotNow("451 Try again later")),
        ("554 Transaction failed", Refused("554 Transaction failed", "554")),
    ],
)
def test_the_answer_to_the_message_itself_counts_as_well(sink: Sink, answer: str, outcome: Outcome) -> None:
    sink.answers_to_data = [answer]

    assert send(sink, [a_letter(), a_letter()]) == [outcome, Sent()]


def test_a_connection_that_the_server_ends_is_opened_again_for_the_next_letter(sink: Sink) -> None:
    sink.answers_to["tired@council.example"] = ["421 Too many messages on this connection"]

    outcomes = send(sink, [a_letter("tired@council.example"), a_letter()])

    assert outcomes == [NotNow("421 Too many messages on this connection"), Sent()]
    assert sink.connections == 2


def test_a_sender_that_the_server_does_not_take_is_nobody_elses_fault(sink: Sink) -> None:
    sink.answers_to_sender = ["553 Sender address rejected"]

    with pytest.raises(MailUnreachable, match=r"takes nothing from practice\.audit@council\.example: 553"):
        send(sink, [a_letter()])


def test_a_message_that_is_too_large_is_refused_alone(sink: Sink) -> None:
    sink.answers_to_sender = ["552 Message size exceeds fixed limit"]

    assert send(sink, [a_letter(), a_letter()]) == [Refused("552 Message size exceeds fixed limit", "552"), Sent()]


def test_a_server_that_is_down_is_said_to_be(sink: Sink) -> None:
    sink.port = 1

    with pytest.raises(MailUnreachable, match=r"127\.0\.0\.1 port 1: .*refused"):
        send(sink, [a_letter()])


def test_a_server_without_encryption_gets_nothing_when_encryption_is_asked_for(sink: Sink) -> None:
    mail = SmtpMail(SmtpServer("127.0.0.1", sink.port, starttls=True, seconds=5))

    with pytest.raises(MailUnreachable, match="STARTTLS"):
        list(mail.send([a_letter()]))
    assert sink.received == []


def test_an_answer_that_never_comes_is_waited_for_no_longer_than_the_limit(sink: Sink) -> None:
    sink.seconds_an_answer = 1.0

    started = time.monotonic()
    outcomes = send(sink, [a_letter()], seconds=0.2)

    assert outcomes == [NotNow("Connection unexpectedly closed: timed out")]
    assert time.monotonic() - started < 0.9


def test_a_slow_server_is_waited_for(sink: Sink) -> None:
    sink.seconds_an_answer = 0.3

    assert send(sink, [a_letter(), a_letter()], seconds=2) == [Sent(), Sent()]


def test_a_letter_without_a_usable_address_needs_no_server() -> None:
    mail = SmtpMail(SmtpServer("127.0.0.1", 1, starttls=False))
    letter = a_letter("nobody")

    assert list(mail.send([letter])) == [
        (letter.id, Refused("'nobody' is not an e-mail address.", concerns_address=True))
    ]


def test_ending_early_ends_the_connection(sink: Sink) -> None:
    mail = SmtpMail(SmtpServer("127.0.0.1", sink.port, starttls=False, seconds=5))
    before = threading.active_count()

    outcomes = mail.send([a_letter(), a_letter(), a_letter()])
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]

    assert len(sink.received) <= 2
    assert threading.active_count() == before
