"""One run of the outbox: the messages it holds on a lease, handed out to its lanes one by one (DESIGN §5).

Lanes share what is leased, so that one that waits for a slow server or recipient holds up nothing but the message in
its hand. All of it is done under one lock, which nobody holds while a letter is on its way.
"""

import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Condition
from typing import Protocol

from sqlalchemy.orm import Session

from db.queries import outbox
from db.queries.outbox import LeasedMessage, Result
from rules.policy.notice_shapes import SendWindow
from usecases.delivery_results import Pace, Parked, leave_to_a_person, nothing_to_tell, record_sent, result_of
from usecases.errands import Means, work_of
from usecases.letters import Letterhead, UnreadableContent, letter_for
from usecases.ports import Letter, Mail, MailUnreachable, NotNow, Outcome, Refused
from usecases.sending_hours import SendingHours
from usecases.work import Work

_LOOK_AGAIN_SECONDS = 1.0  # a lane with nothing to do, while another is still busy


class SendingMeans(Means, Protocol):
    """What sending works with."""

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


class Run:
    """What the lanes of one run share. `waiting` are the messages that are ours and have no outcome yet."""

    def __init__(
        self, means: SendingMeans, pace: Pace, hours: SendingHours, began_at: datetime, *, only_alerts: bool = False
    ) -> None:
        self.delivery = Delivery()
        self._only_alerts = only_alerts
        self._means = means
        self._pace = pace
        self._hours = hours
        self._until = began_at + pace.at_most
        self._run_id = uuid.uuid4().hex
        self._turn = Condition()
        self._messages: dict[uuid.UUID, LeasedMessage] = {}  # waiting, or with a result that is not saved yet
        self._queue: deque[LeasedMessage] = deque()
        self._waiting: set[uuid.UUID] = set()
        self._leased_until = self._saved_at = began_at
        self._left: list[uuid.UUID] = []  # ours, and not to be sent now after all
        self._results: list[Result] = []
        self._parked: dict[uuid.UUID, Parked] = {}

    def send_along_one_lane(self) -> None:
        """Sends letter after letter on one connection, until there is no more, or no more time."""
        in_hand: list[uuid.UUID] = []
        try:
            for message_id, outcome in self._means.mail.send(self._letters(in_hand)):
                self._note(message_id, outcome)
        except MailUnreachable as problem:
            with self._turn:
                self.delivery.unreachable = str(problem)
                if in_hand and in_hand[0] in self._waiting:
                    self._note(in_hand[0], NotNow(str(problem), is_unreachable=True))

    def finish(self) -> Delivery:
        """Saves what came of the last messages, and gives back those that were not tried."""
        with self._turn:
            self._left.extend(self._waiting)
            self._waiting.clear()
            self._save()
        return self.delivery

    def _letters(self, in_hand: list[uuid.UUID]) -> Iterator[Letter]:
        while (message := self._next()) is not None:
            try:
                letter = letter_for(message, self._means.letterhead, self._means.clock.now())
            except UnreadableContent as problem:
                self._note(message.id, Refused(str(problem)))
                continue
            in_hand[:] = [message.id]
            yield letter

    def _next(self) -> LeasedMessage | None:
        """The next message, as soon as there is one; None when nothing is due and no other lane is busy any more."""
        with self._turn:
            while self._goes_on():
                message = self._from_queue()
                if message is not None:
                    return message
                if not self._save_and_lease():
                    if not self._waiting:
                        return None
                    self._turn.wait(_LOOK_AGAIN_SECONDS)
        return None

    def _from_queue(self) -> LeasedMessage | None:
        while self._queue:
            message = self._queue.popleft()
            if message.id not in self._waiting:  # its lease had ended, and another worker has it
                continue
            if self._may_go_now(message):
                return message
            self._waiting.discard(message.id)
            self._left.append(message.id)
        return None

    def _goes_on(self) -> bool:
        return self.delivery.unreachable is None and self._means.clock.now() < self._until

    def _may_go_now(self, message: LeasedMessage) -> bool:
        """A batch that was leased before the closing hour may be in hand after it."""
        return message.send_window == SendWindow.AT_ONCE or self._hours.are_open(self._means.clock.now())

    def _note(self, message_id: uuid.UUID, outcome: Outcome) -> None:
        with self._turn:
            now = self._means.clock.now()
            self._waiting.discard(message_id)  # it may have gone with its lease: still worth saving if it was sent
            result, parked = result_of(self._messages[message_id], outcome, now, self._pace, self._hours)
            self.delivery.sent += result.state == "sent"
            self.delivery.put_off += result.state == "pending"
            self._results.append(result)
            if parked is not None:
                self.delivery.parked += 1
                self._parked[message_id] = parked
            if now - self._saved_at >= self._pace.save_after:
                self._save()
            if not self._waiting:
                self._turn.notify_all()

    def _save(self) -> None:
        """Saves outcomes and, with a slow server, makes the lease of what still waits end later."""
        now = self._saved_at = self._means.clock.now()
        if self._results or self._left or self._waiting:
            with self._means.sessions.begin() as session:
                self._save_in(session, now)

    def _save_and_lease(self) -> bool:
        """What came of the last messages, and the next ones, in one transaction; False when nothing is due."""
        now = self._saved_at = self._means.clock.now()
        with self._means.sessions.begin() as session:
            self._save_in(session, now)
            taken = outbox.lease_due(
                session,
                now,
                self._leased_until,
                self._pace.batch,
                only_at_once=self._only_alerts or not self._hours.are_open(now),
                only_alerts=self._only_alerts,
            )
        told = [message for message in taken if message.notices]
        self._results.extend(nothing_to_tell(message, now) for message in taken if not message.notices)
        self._messages.update((message.id, message) for message in taken)
        self._waiting.update(message.id for message in told)
        self._queue.extend(told)
        return bool(taken)

    def _save_in(self, session: Session, now: datetime) -> None:
        if self._results:
            self._save_results(session)
        if self._left:
            outbox.give_back(session, self._leased_until, now, self._left)
            self._left = []
        until = now + self._pace.lease
        if self._waiting:
            kept = outbox.renew_lease(session, self._leased_until, until, list(self._waiting))
            self._waiting &= kept
        self._leased_until = until

    def _save_results(self, session: Session) -> None:
        saved = outbox.save_results(session, self._leased_until, self._results)
        parked = [self._parked[id_] for id_ in saved if id_ in self._parked]
        work = self._work(session)
        leave_to_a_person(work, parked)
        sent = {result.id for result in self._results if result.state == "sent"}
        record_sent(work, [self._messages[id_] for id_ in saved if id_ in sent])
        for result in self._results:
            del self._messages[result.id]
        self._results, self._parked = [], {}

    def _work(self, session: Session) -> Work:
        return work_of(self._means, session, self._saved_at, self._run_id)
