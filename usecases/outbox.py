"""The outbox: sends what is owed, after the commit that owes it (DESIGN §5).

What is due is put into messages. A message is taken on a lease, sent with no transaction open, and its outcome saved. A
worker that dies leaves a lease that ends, and another takes the message again: at least once, always with the same
Message-ID. Any number of workers may do this at the same moment; one run uses several, each with its own connection.
"""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session, sessionmaker

from db.queries import outbox
from db.queries.outbox import LeasedMessage, Result
from rules.policy.shape import Policy, SendWindow
from rules.working_days import WorkingDayCalendar
from usecases.delivery_results import Pace, Parked, leave_to_a_person, record_sent, result_of
from usecases.letters import Letterhead, UnreadableContent, letter_for
from usecases.message_forming import form_due
from usecases.ports import Clock, Letter, Mail, MailUnreachable, NotNow, Outcome, Refused
from usecases.sending_hours import SendingHours
from usecases.work import Work

SENDER = "scheduler"  # who parks a message and opens a task for it


class Means(Protocol):
    """What sending works with."""

    @property
    def sessions(self) -> sessionmaker[Session]: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def calendar(self) -> WorkingDayCalendar: ...
    @property
    def mail(self) -> Mail: ...
    @property
    def letterhead(self) -> Letterhead: ...


@dataclass(slots=True)
class Delivery:
    """What one run came to, in messages; `unreachable` says why it ended early, if it did."""

    sent: int = 0
    put_off: int = 0
    parked: int = 0
    unreachable: str | None = None

    def __add__(self, other: "Delivery") -> "Delivery":
        return Delivery(
            self.sent + other.sent,
            self.put_off + other.put_off,
            self.parked + other.parked,
            self.unreachable or other.unreachable,
        )


def deliver_due(means: Means, pace: Pace | None = None) -> Delivery:
    """Sends what is due, the longest due first, until nothing is, the time is up or the server can't be reached.

    Each step is saved in a transaction of its own, which the means' sessions open and commit.
    """
    pace = pace or Pace()
    hours = SendingHours.of_policy(means.policy, means.calendar)
    now = means.clock.now()
    form_due(means.sessions, hours, now)
    lanes = [_Lane(means, pace, hours, now + pace.at_most) for _ in range(pace.lanes)]
    if len(lanes) == 1:
        return lanes[0].deliver()
    with ThreadPoolExecutor(len(lanes), thread_name_prefix="outbox") as threads:
        return sum(threads.map(_Lane.deliver, lanes), Delivery())


class _Lane:
    """One worker with one connection: takes a batch of messages after the other.

    `waiting` are those that are ours until the lease ends and have no outcome yet, in order.
    """

    def __init__(self, means: Means, pace: Pace, hours: SendingHours, until: datetime) -> None:
        self._means = means
        self._pace = pace
        self._hours = hours
        self._until = until
        self._batch: dict[uuid.UUID, LeasedMessage] = {}
        self.waiting: dict[uuid.UUID, LeasedMessage] = {}
        self._in_hand: uuid.UUID | None = None
        self._leased_until = self._saved_at = means.clock.now()
        self._results: list[Result] = []
        self._parked: dict[uuid.UUID, Parked] = {}
        self._delivery = Delivery()
        self._run_id = uuid.uuid4().hex  # what one lane did in one run

    def deliver(self) -> Delivery:
        """Sends what there is time for, and gives the rest back."""
        try:
            for message_id, outcome in self._means.mail.send(self._letters()):
                self._note(message_id, outcome)
        except MailUnreachable as problem:
            self._delivery.unreachable = str(problem)
            if self._in_hand in self.waiting:
                self._note(self._in_hand, NotNow(str(problem)))
        self._save()
        self._give_back()
        return self._delivery

    def _letters(self) -> Iterator[Letter]:
        while self._means.clock.now() < self._until:
            self._save_and_lease()
            if not self._batch:
                return
            for message in self._batch.values():
                if self._means.clock.now() >= self._until:
                    return
                if message.id in self.waiting and self._may_go_now(message):
                    yield from self._letter_of(message)
            self._give_back()

    def _may_go_now(self, message: LeasedMessage) -> bool:
        """A batch that was leased before the closing hour may be in hand after it."""
        return message.send_window == SendWindow.AT_ONCE or self._hours.are_open(self._means.clock.now())

    def _letter_of(self, message: LeasedMessage) -> Iterator[Letter]:
        try:
            letter = letter_for(message, self._means.letterhead, self._means.clock.now())
        except UnreadableContent as problem:
            self._note(message.id, Refused(str(problem)))
            return
        self._in_hand = message.id
        yield letter

    def _note(self, message_id: uuid.UUID, outcome: Outcome) -> None:
        now = self._means.clock.now()
        self.waiting.pop(message_id, None)  # not there when the lease has ended meanwhile: still worth saving if sent
        result, parked = result_of(self._batch[message_id], outcome, now, self._pace, self._hours)
        self._delivery.sent += result.state == "sent"
        self._delivery.put_off += result.state == "pending"
        self._results.append(result)
        if parked is not None:
            self._delivery.parked += 1
            self._parked[message_id] = parked
        if now - self._saved_at >= self._pace.save_after:
            self._save()

    def _save(self) -> None:
        """Saves outcomes and, with a slow server, makes the lease of what still waits end later."""
        self._saved_at = self._means.clock.now()
        if not self._results and not self.waiting:
            return
        leased_until = self._saved_at + self._pace.lease
        with self._means.sessions.begin() as session:
            self._save_results(session)
            if self.waiting:
                kept = outbox.renew_lease(session, self._leased_until, leased_until, list(self.waiting))
                self.waiting = {id_: message for id_, message in self.waiting.items() if id_ in kept}
        self._leased_until = leased_until

    def _save_and_lease(self) -> None:
        """What came of the last batch, and the next one, in one transaction."""
        now = self._saved_at = self._means.clock.now()
        leased_until = now + self._pace.lease
        with self._means.sessions.begin() as session:
            self._save_results(session)
            taken = outbox.lease_due(
                session, now, leased_until, self._pace.batch, only_at_once=not self._hours.are_open(now)
            )
        self._leased_until = leased_until
        self._batch = {message.id: message for message in taken}
        self.waiting = dict(self._batch)

    def _save_results(self, session: Session) -> None:
        if self._results:
            saved = outbox.save_results(session, self._leased_until, self._results)
            parked = [self._parked[id_] for id_ in saved if id_ in self._parked]
            work = self._work(session)
            leave_to_a_person(work, parked)
            sent = {result.id for result in self._results if result.state == "sent"}
            record_sent(work, [self._batch[id_] for id_ in saved if id_ in sent])
        self._results, self._parked = [], {}

    def _work(self, session: Session) -> Work:
        means = self._means
        return Work(session, self._saved_at, means.calendar, means.policy, SENDER, correlation_id=self._run_id)

    def _give_back(self) -> None:
        if self.waiting:
            with self._means.sessions.begin() as session:
                outbox.give_back(session, self._leased_until, self._means.clock.now(), list(self.waiting))
            self.waiting = {}
