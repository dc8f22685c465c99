"""The outbox with a clock that the test holds and a post office that does as it is told (DESIGN §5)."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from db.queries import outbox
from db.tables.notices import Message, Notice
from tests.sending import Means, form
from tests.sending import messages as all_messages
from tests.usecases import council
from usecases.delivery_results import Pace
from usecases.notices import owe_allocation_notices
from usecases.outbox import Delivery, deliver_due
from usecases.ports import Letter, MailUnreachable, NotNow, Outcome, Refused, Sent

OWED = 8  # messages of the small council's opening


@dataclass(slots=True)
class HeldClock:
    """Stands still until it is moved."""

    at: datetime = council.OPENING

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(slots=True)
class PostOffice:
    """Takes letters and answers each as `answer` says; keeps what was handed in."""

    answer: Callable[[Letter], Outcome] = lambda _letter: Sent()
    letters: list[Letter] = field(default_factory=list)

    def send(self, letters: Iterable[Letter]) -> Iterator[tuple[uuid.UUID, Outcome]]:
        for letter in letters:
            self.letters.append(letter)
            yield letter.id, self.answer(letter)

    @property
    def ids(self) -> list[str]:
        return [letter.message_id for letter in self.letters]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def owed(sessions: sessionmaker[Session]) -> dict[str, str]:
    """Eight messages, committed; their Message-IDs by address."""
    with sessions.begin() as session:
        home = council.found(session)
        audits = [home.audit("worker", "auditor"), home.audit("other worker", "auditor", number=2)]
        owe_allocation_notices(council.work(session), home.cycle, audits)
    return form(sessions, HeldClock())


def notices(sessions: sessionmaker[Session]) -> dict[str, Notice]:
    with sessions() as session:
        return {str(notice.address): notice for notice in session.scalars(select(Notice))}


def messages(sessions: sessionmaker[Session]) -> dict[str, Message]:
    return {message.address: message for message in all_messages(sessions)}


def deliver(sessions: sessionmaker[Session], clock: HeldClock, mail: PostOffice, pace: Pace | None = None) -> Delivery:
    return deliver_due(Means(sessions, clock, mail), replace(pace or Pace(), lanes=1))


def test_everything_owed_is_sent_once_with_the_message_id_it_was_given(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    mail = PostOffice()

    first, second = deliver(sessions, clock, mail), deliver(sessions, clock, mail)

    assert (first, second) == (Delivery(sent=OWED), Delivery())
    assert {letter.address: letter.message_id for letter in mail.letters} == owed
    assert len(mail.letters) == OWED
    assert {notice.state for notice in notices(sessions).values()} == {"sent"}
    assert {message.sent_at for message in messages(sessions).values()} == {clock.at}
    assert {letter.dated_at for letter in mail.letters} == {clock.at}


def test_batches_are_sent_until_nothing_is_due(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    mail = PostOffice()

    assert deliver(sessions, clock, mail, Pace(batch=3)) == Delivery(sent=OWED)
    assert sorted(mail.ids) == sorted(owed.values())


def test_a_refused_recipient_is_parked_with_the_answer_and_holds_nobody_up(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    def answer(letter: Letter) -> Outcome:
        return Refused("550 No such user") if letter.address == "worker@council.example" else Sent()

    delivery = deliver(sessions, clock, PostOffice(answer))
    clock.move(weeks=1)

    assert delivery == Delivery(sent=OWED - 1, parked=1)
    refused, message = notices(sessions)["worker@council.example"], messages(sessions)["worker@council.example"]
    assert (refused.state, refused.last_error) == ("parked", "550 No such user")
    assert (message.state, message.last_error, message.sent_at) == ("parked", "550 No such user", None)
    assert deliver(sessions, clock, PostOffice()) == Delivery()


def test_a_message_put_off_is_tried_again_later_and_later_with_the_same_message_id(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    def later_for_the_auditor(letter: Letter) -> Outcome:
        return NotNow("450 Greylisted") if letter.address == "auditor@council.example" else Sent()

    mail = PostOffice(later_for_the_auditor)
    waits = []
    for _ in range(9):
        deliver(sessions, clock, mail)
        put_off = notices(sessions)["auditor@council.example"]
        waits.append(put_off.next_attempt_at - clock.at)
        clock.at = put_off.next_attempt_at
    mail.answer = lambda _letter: Sent()

    assert deliver(sessions, clock, mail) == Delivery(sent=1)
    assert [letter.message_id for letter in mail.letters].count(owed["auditor@council.example"]) == 10
    assert len(mail.letters) == OWED + 9
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    expected = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert all(0.75 * least <= found <= 1.25 * least for found, least in zip(minutes, expected, strict=True))
    sent = messages(sessions)["auditor@council.example"]
    assert (sent.state, sent.attempts, sent.last_error) == ("sent", 10, None)


def test_nothing_is_tried_before_its_time(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    deliver(sessions, clock, PostOffice(lambda _letter: NotNow("450 Later")))
    clock.move(seconds=30)
    mail = PostOffice()

    deliver(sessions, clock, mail)

    assert mail.letters == []


def test_a_message_that_no_server_takes_is_given_up_and_waits_for_a_person(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    mail = PostOffice(lambda _letter: NotNow("451 Try again"))
    for _ in range(3):
        deliver(sessions, clock, mail, Pace(most_attempts=3))
        clock.move(hours=2)

    assert {(notice.state, notice.last_error) for notice in notices(sessions).values()} == {
        ("parked", "Given up after 3 attempts; the last answer was: 451 Try again")
    }


def test_an_unreachable_server_costs_one_message_an_attempt_and_the_rest_wait_as_they_were(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    def nobody_there(_letter: Letter) -> Outcome:
        raise MailUnreachable("mail.council.example port 25: connection refused")

    mail = PostOffice(nobody_there)

    delivery = deliver(sessions, clock, mail)

    assert delivery == Delivery(put_off=1, unreachable="mail.council.example port 25: connection refused")
    assert len(mail.letters) == 1
    assert sorted(message.attempts for message in messages(sessions).values()) == [0] * (OWED - 1) + [1]
    assert {notice.state for notice in notices(sessions).values()} == {"pending"}
    clock.move(minutes=2)
    assert deliver(sessions, clock, PostOffice()) == Delivery(sent=OWED)


class Killed(BaseException):
    """The process ends here, whatever it was doing."""


def test_what_a_killed_worker_had_taken_is_sent_when_its_lease_ends_and_not_before(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    handed_over: list[Letter] = []

    def killed_at_the_third(letter: Letter) -> Outcome:
        handed_over.append(letter)
        if len(handed_over) == 3:
            raise Killed
        return Sent()

    with pytest.raises(Killed):
        deliver(sessions, clock, PostOffice(killed_at_the_third))

    assert {message.state for message in messages(sessions).values()} == {"leased"}
    mail = PostOffice()
    clock.move(minutes=9)
    assert deliver(sessions, clock, mail) == Delivery()
    clock.move(minutes=2)
    assert deliver(sessions, clock, mail) == Delivery(sent=OWED)
    assert sorted(mail.ids) == sorted(owed.values())


def test_two_workers_at_once_send_nothing_twice(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    other = PostOffice()

    def and_meanwhile_another_worker(_letter: Letter) -> Outcome:
        deliver(sessions, clock, other)
        return Sent()

    one = PostOffice(and_meanwhile_another_worker)

    deliver(sessions, clock, one, Pace(batch=3))

    assert sorted(one.ids + other.ids) == sorted(owed.values())
    assert len(one.ids) == 3


def test_what_another_worker_is_just_taking_is_passed_by_and_not_waited_for(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    with sessions.begin() as session:
        taken = outbox.lease_due(session, clock.at, clock.at + timedelta(minutes=10), limit=3)

        assert deliver(sessions, clock, PostOffice()) == Delivery(sent=OWED - len(taken))


def test_a_slow_server_lengthens_the_lease_so_that_nobody_else_sends_what_is_still_waiting(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    other = PostOffice()

    def takes_four_minutes(_letter: Letter) -> Outcome:
        clock.move(minutes=4)
        deliver(sessions, clock, other)
        return Sent()

    one = PostOffice(takes_four_minutes)

    assert deliver(sessions, clock, one, Pace(at_most=timedelta(hours=2))) == Delivery(sent=OWED)
    assert other.letters == []


def test_a_worker_that_was_asleep_past_its_lease_leaves_the_rest_to_whoever_took_it(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    other = PostOffice()

    def sleeps(_letter: Letter) -> Outcome:
        if not other.letters:
            clock.move(minutes=30)
            deliver(sessions, clock, other)
        return Sent()

    one = PostOffice(sleeps)

    deliver(sessions, clock, one, Pace(at_most=timedelta(hours=2)))

    # The one that was under way when the lease ended went out twice, with one Message-ID; no other did.
    assert len(one.ids) == 1
    assert sorted(other.ids) == sorted(owed.values())
    assert {notice.state for notice in notices(sessions).values()} == {"sent"}


def test_a_run_ends_when_its_time_is_up_and_gives_back_what_it_did_not_try(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    def takes_a_while(_letter: Letter) -> Outcome:
        clock.move(seconds=20)
        return Sent()

    delivery = deliver(sessions, clock, PostOffice(takes_a_while), Pace(at_most=timedelta(seconds=50)))

    assert delivery == Delivery(sent=3)
    waiting = [message for message in messages(sessions).values() if message.state == "pending"]
    assert len(waiting) == OWED - 3
    assert {message.attempts for message in waiting} == {0}
    assert deliver(sessions, clock, PostOffice()) == Delivery(sent=OWED - 3)


def test_content_that_cannot_be_read_is_parked_and_the_others_go(
    sessions: sessionmaker[Session], clock: HeldClock, owed: dict[str, str]
) -> None:
    with sessions.begin() as session:
        session.execute(update(Notice).where(Notice.address == "worker@council.example").values(content={"old": 1}))

    assert deliver(sessions, clock, PostOffice()) == Delivery(sent=OWED - 1, parked=1)
    assert "can't be read" in str(notices(sessions)["worker@council.example"].last_error)


def test_a_parked_notice_without_an_address_is_never_tried(sessions: sessionmaker[Session], clock: HeldClock) -> None:
    with sessions.begin() as session:
        home = council.found(session)
        home.people["worker"].email = None
        owe_allocation_notices(council.work(session), home.cycle, [home.audit("worker", "auditor")])
    mail = PostOffice()

    deliver(sessions, clock, mail)

    assert len(mail.letters) == OWED - 2
    assert notices(sessions)["None"].state == "parked"
