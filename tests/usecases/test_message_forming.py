"""From notices to messages: one a person and moment, at the hours of the policy, one digest a day (L13, DESIGN §5)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from db.queries import messages as forming
from db.queries import tasks
from db.tables.notices import Notice
from rules.named_days import NamedDay
from rules.working_days import WorkingDayCalendar
from tests.sending import Means, form, messages
from tests.usecases import council
from tests.usecases.test_letters import AUDIT, OTHER, content, section
from tests.usecases.test_outbox import HeldClock, Killed, PostOffice
from usecases.delivery_results import Pace
from usecases.notices import owe
from usecases.notices_by_hand import cancel, send_again
from usecases.outbox import Delivery, deliver_due
from usecases.ports import Letter, MailUnreachable, NotNow, Outcome, Refused, Sent

THURSDAY = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)  # nine in the morning, summer time
WORKER, OTHER_WORKER = "worker@council.example", "other.worker@council.example"


@dataclass
class Post:
    """A council whose people are owed things, and its post office."""

    sessions: sessionmaker[Session]
    people: dict[str, UUID]
    clock: HeldClock
    office: PostOffice
    calendar: WorkingDayCalendar = council.CALENDAR

    def owe(self, key: str, event: str = "reminder", audit: str = AUDIT, person: str = "worker") -> None:
        """Owes one person one thing, now."""
        row = {
            "idempotency_key": key,
            "recipient_id": self.people[person],
            "address": f"{person.replace(' ', '.')}@council.example",
            "content": content(section("auditor", audit)),
        }
        with self.sessions.begin() as session:
            owe(replace(council.work(session, self.clock.at), calendar=self.calendar), event, None, [row])

    def deliver(self) -> Delivery:
        means = Means(self.sessions, self.clock, self.office, calendar=self.calendar)
        return deliver_due(means, Pace(lanes=1))

    def sent_by(self, *moments: str) -> list[int]:
        """How many letters went out at each of these moments."""
        sent = []
        for moment in moments:
            before = len(self.office.letters)
            self.clock.at = datetime.fromisoformat(moment).astimezone(UTC)
            self.deliver()
            sent.append(len(self.office.letters) - before)
        return sent

    def notice(self, key: str) -> Notice:
        with self.sessions() as session:
            return session.scalars(select(Notice).where(Notice.idempotency_key == key)).one()


@pytest.fixture
def post(sessions: sessionmaker[Session]) -> Post:
    with sessions.begin() as session:
        people = {name: person.id for name, person in council.found(session).people.items()}
    return Post(sessions, people, HeldClock(THURSDAY), PostOffice())


def test_what_one_person_is_told_at_one_moment_is_one_message_with_one_message_id(post: Post) -> None:
    post.owe("a", "allocation")
    post.owe("b", "auditor_changed", OTHER)
    post.owe("c", "allocation", person="other worker")

    assert post.deliver() == Delivery(sent=2)

    both, one = sorted(post.office.letters, key=lambda letter: letter.text.count("/v1/audits/"), reverse=True)
    assert (both.address, one.address) == (WORKER, OTHER_WORKER)
    assert AUDIT in both.text
    assert OTHER in both.html
    assert both.calendar is not None
    assert both.calendar.count(b"BEGIN:VEVENT") == 2
    assert {post.notice("a").in_message, post.notice("b").in_message} == {both.id}
    assert [message.message_id for message in messages(post.sessions)].count(both.message_id) == 1


def test_what_is_told_at_two_moments_is_two_messages(post: Post) -> None:
    post.owe("a", "allocation")
    post.clock.move(seconds=1)
    post.owe("b", "allocation", OTHER)

    assert post.deliver() == Delivery(sent=2)


WHEN = [
    # owed at, goes out at
    ("on Thursday at nine", "2026-10-01T09:00+01:00", "2026-10-01T09:00+01:00"),
    ("on Saturday before the clocks go back", "2026-10-24T12:00+01:00", "2026-10-26T08:00+00:00"),
    ("in the hour that comes twice", "2026-10-25T01:30+00:00", "2026-10-26T08:00+00:00"),
    ("on Friday evening before they go forward", "2027-03-19T18:00+00:00", "2027-03-22T08:00+00:00"),
    ("on the Good Friday before they go forward", "2027-03-26T10:00+00:00", "2027-03-30T08:00+01:00"),
    ("in the hour that is left out", "2027-03-28T01:00+00:00", "2027-03-30T08:00+01:00"),
    ("on Christmas Eve after work", "2026-12-24T18:00+00:00", "2026-12-29T08:00+00:00"),
    ("at midnight in summer time, still Wednesday in UTC", "2026-07-02T00:30+01:00", "2026-07-02T08:00+01:00"),
]


@pytest.mark.proves("L13", "notices.working_hours", "notices.send_windows")
@pytest.mark.parametrize(("owed_at", "goes_at"), [row[1:] for row in WHEN], ids=[row[0] for row in WHEN])
def test_a_reminder_waits_for_working_hours(post: Post, owed_at: str, goes_at: str) -> None:
    post.clock.at = datetime.fromisoformat(owed_at).astimezone(UTC)
    post.owe("r")
    due_at = datetime.fromisoformat(goes_at)

    assert post.notice("r").next_attempt_at == due_at
    assert post.sent_by((due_at - timedelta(seconds=1)).isoformat(), due_at.isoformat()) == [0, 1]


@pytest.mark.proves("L13")
def test_what_is_urgent_goes_out_at_any_hour_of_any_day(post: Post) -> None:
    post.clock.at = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)
    post.owe("alert", "safety_alert")
    post.owe("late opening by hand", "allocation", person="other worker")

    assert post.deliver() == Delivery(sent=2)


def test_a_holiday_proclaimed_after_it_was_owed_keeps_it_waiting(post: Post) -> None:
    post.clock.at = datetime(2026, 10, 3, 12, 0, tzinfo=UTC)
    post.owe("r")
    post.calendar = WorkingDayCalendar.of_england([NamedDay(date(2026, 10, 5), "A day of joy")])

    assert post.sent_by("2026-10-05T08:00+01:00", "2026-10-05T12:00+01:00", "2026-10-06T08:00+01:00") == [0, 0, 1]


def test_a_retry_that_falls_at_night_waits_for_the_morning(post: Post) -> None:
    post.owe("r")
    post.owe("alert", "safety_alert", person="other worker")
    post.office.answer = lambda _letter: NotNow("450 Later")
    post.sent_by("2026-10-02T17:59:30+01:00")
    post.office.answer = lambda _letter: Sent()

    assert post.notice("r").next_attempt_at == datetime.fromisoformat("2026-10-05T08:00+01:00")
    assert post.sent_by("2026-10-02T18:10+01:00", "2026-10-05T08:00+01:00") == [1, 1]


def test_a_batch_in_hand_at_the_closing_hour_is_left_for_the_morning(post: Post) -> None:
    for person in ("worker", "other worker", "head"):
        post.owe(person, person=person)

    def takes_a_minute(_letter: Letter) -> Outcome:
        post.clock.move(minutes=1)
        return Sent()

    post.clock.at = datetime.fromisoformat("2026-10-01T17:59+01:00")
    post.office.answer = takes_a_minute
    means = Means(post.sessions, post.clock, post.office)

    assert deliver_due(means, Pace(lanes=1, at_most=timedelta(hours=1))) == Delivery(sent=1)
    post.office.answer = lambda _letter: Sent()
    assert post.sent_by("2026-10-01T19:00+01:00", "2026-10-02T08:00+01:00") == [0, 2]


@pytest.mark.proves("L13", "notices.send_windows")
def test_nobody_gets_more_than_one_digest_a_day(post: Post) -> None:
    post.owe("first")
    post.owe("second", audit=OTHER)
    morning = post.sent_by("2026-10-01T09:00+01:00")
    post.owe("third")
    post.owe("for somebody else", person="other worker")
    day = post.sent_by("2026-10-01T09:01+01:00", "2026-10-01T17:00+01:00")
    post.clock.at = datetime.fromisoformat("2026-10-01T20:00+01:00")
    post.owe("fourth")

    assert (morning, day) == ([1], [1, 0])
    assert post.sent_by("2026-10-02T07:59+01:00", "2026-10-02T08:00+01:00", "2026-10-02T12:00+01:00") == [0, 1, 0]
    assert post.notice("third").in_message == post.notice("fourth").in_message


def test_a_reminder_that_is_owed_while_digests_are_formed_is_for_the_next_day(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep goes on while messages are formed: whoever has got their digest meanwhile gets no second one (L13)."""
    post.owe("r1")
    find, keys = forming.people_to_write_to, iter(("r2",))

    def find_while_another_is_owed(session: Session, now: datetime, limit: int) -> list[UUID]:
        people = find(session, now, limit)
        if not people and (key := next(keys, None)):
            post.owe(key, audit=OTHER)
            people = find(session, now, limit)
        return people

    monkeypatch.setattr(forming, "people_to_write_to", find_while_another_is_owed)

    assert post.deliver() == Delivery(sent=1)
    assert post.notice("r2").next_attempt_at == datetime(2026, 10, 2, 7, 0, tzinfo=UTC)


@pytest.mark.proves("L13")
def test_a_digest_that_waits_for_the_mail_server_counts_for_the_day_on_which_it_goes(post: Post) -> None:
    def nobody_there(_letter: Letter) -> Outcome:
        raise MailUnreachable("connection refused")

    post.owe("thursday's")
    post.office.answer = nobody_there
    post.sent_by("2026-10-01T09:00+01:00")
    post.clock.at = datetime.fromisoformat("2026-10-02T08:00+01:00")
    post.owe("friday's", audit=OTHER)
    post.office.letters.clear()
    post.office.answer = lambda _letter: Sent()

    friday = post.sent_by("2026-10-02T09:00+01:00", "2026-10-02T12:00+01:00")

    assert friday == [1, 0]
    assert OTHER not in post.office.letters[0].text  # formed on Thursday, and not formed anew
    assert post.sent_by("2026-10-05T08:00+01:00") == [1]


def test_a_message_that_was_formed_is_the_same_after_a_crash(post: Post) -> None:
    def killed(_letter: Letter) -> Outcome:
        raise Killed

    post.owe("a", "allocation")
    post.owe("b", "allocation", OTHER)
    post.office.answer = killed
    with pytest.raises(Killed):
        post.deliver()
    post.owe("c", "allocation", "019a0000-0000-7000-8000-000000000003")
    post.office.answer = lambda _letter: Sent()
    post.clock.move(minutes=11)

    assert post.deliver() == Delivery(sent=2)
    first, *again = [letter for letter in post.office.letters if OTHER in letter.text]
    assert [(letter.message_id, letter.text) for letter in again] == [(first.message_id, first.text)]


def answer_of(outcome: Outcome) -> Callable[[Letter], Outcome]:
    return lambda _letter: outcome


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Sent(), "sent"),
        (NotNow("450 Later"), "pending"),
        (Refused("550 5.1.1 Nobody", "550 5.1.1", concerns_address=True), "parked"),
    ],
)
def test_what_becomes_of_a_message_becomes_of_all_its_notices(post: Post, outcome: Outcome, state: str) -> None:
    post.owe("a", "allocation")
    post.owe("b", "allocation", OTHER)
    post.office.answer = answer_of(outcome)

    post.deliver()

    assert {post.notice("a").state, post.notice("b").state} == {state}
    (message,) = messages(post.sessions)
    assert (message.state, message.attempts) == (state, 1)
    assert post.notice("a").next_attempt_at == message.next_attempt_at


@pytest.mark.proves("A5")
def test_a_refused_address_is_one_task_by_reference_whatever_it_held_up(post: Post) -> None:
    post.owe("a", "allocation")
    post.clock.move(seconds=1)
    post.owe("b", "allocation", OTHER)
    post.office.answer = answer_of(Refused("550 5.1.1 <worker@council.example>: unknown", "550 5.1.1", True))

    post.deliver()

    with post.sessions() as session:
        (task,) = tasks.tasks(session, 50)
    assert (task.kind, task.key, task.subject_kind) == ("address_refused", "W0", "person")
    assert task.sentence.startswith("The mail server refuses the address of W0 (550 5.1.1): correct it, then POST")
    assert "@" not in task.sentence


def test_sent_again_by_hand_it_goes_with_all_it_held_and_the_task_is_closed(post: Post) -> None:
    post.owe("a")
    post.owe("b", audit=OTHER)
    post.office.answer = answer_of(Refused("550 Nobody", "550", concerns_address=True))
    post.deliver()
    post.office.answer = lambda _letter: Sent()
    with post.sessions.begin() as session:
        send_again(council.work(session, post.clock.at), post.notice("a").id)

    assert post.deliver() == Delivery(sent=1)
    first, again = post.office.letters
    assert (again.message_id, again.text) == (first.message_id, first.text)
    assert {post.notice("a").state, post.notice("b").state} == {"sent"}
    with post.sessions() as session:
        assert [task.state for task in tasks.tasks(session, 50)] == ["closed"]


def test_one_of_several_that_is_cancelled_is_left_out_of_the_message_and_the_last_one_ends_it(post: Post) -> None:
    post.owe("a", "allocation")
    post.owe("b", "allocation", OTHER)
    form(post.sessions, post.clock)
    with post.sessions.begin() as session:
        cancel(council.work(session, post.clock.at), post.notice("b").id, "Told in person.")
    post.office.answer = answer_of(NotNow("450 Later"))
    post.deliver()

    assert OTHER not in post.office.letters[0].text
    assert (post.notice("a").state, post.notice("b").state) == ("pending", "cancelled")
    with post.sessions.begin() as session:
        cancel(council.work(session, post.clock.at), post.notice("a").id, "Told in person.")
    assert [message.state for message in messages(post.sessions)] == ["cancelled"]
    assert post.sent_by("2026-10-08T09:00+01:00") == [0]


def test_two_workers_who_form_at_once_never_split_what_belongs_together(post: Post) -> None:
    post.owe("a", "allocation")
    post.owe("b", "allocation", OTHER)
    post.owe("c", "allocation", person="other worker")
    with post.sessions.begin() as one:
        held = forming.people_to_write_to(one, post.clock.at, 1)
        assert held == [post.people["worker"]]

        assert set(form(post.sessions, post.clock)) == {OTHER_WORKER}
        forming.form_messages(one, post.clock.at, date(2026, 10, 1), held)

    assert len(messages(post.sessions)) == 2
    assert post.notice("a").in_message == post.notice("b").in_message


def test_a_message_of_which_all_was_cancelled_elsewhere_is_not_sent_and_holds_nobody_up(post: Post) -> None:
    post.owe("a", "allocation")
    post.owe("b", "allocation", person="other worker")
    form(post.sessions, post.clock)
    with post.sessions.begin() as session:
        session.execute(update(Notice).where(Notice.idempotency_key == "a").values(state="cancelled"))

    assert post.deliver() == Delivery(sent=1)
    assert sorted(message.state for message in messages(post.sessions)) == ["cancelled", "sent"]
