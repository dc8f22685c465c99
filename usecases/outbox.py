"""The outbox: sends what is owed, after the commit that owes it (DESIGN §5).

A notice is taken on a lease, sent with no transaction open, and its outcome saved. A worker that dies leaves a lease
that ends, and another takes the notice again: at least once, always with the same Message-ID. Any number of workers
may do this at the same moment.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from db.queries import outbox
from db.queries.outbox import LeasedNotice, Result
from usecases.letters import Letterhead, UnreadableContent, letter_for
from usecases.ports import Clock, Letter, Mail, MailUnreachable, NotNow, Outcome, Refused, Sent


@dataclass(frozen=True, slots=True)
class Pace:
    """How sending is paced. Nothing here is the framework's: it is how to be gentle with a mail server.

    With these figures a notice that no server takes is tried for about three days, then waits for a person.
    """

    batch: int = 100  # and as many may go out twice when a worker is killed, with the same Message-ID
    lease: timedelta = timedelta(minutes=10)  # longer than one letter can take with a slow server
    save_after: timedelta = timedelta(seconds=1)
    at_most: timedelta = timedelta(seconds=50)  # one run, so that runs of a scheduler don't pile up
    first_wait: timedelta = timedelta(minutes=1)
    longest_wait: timedelta = timedelta(hours=1)
    most_attempts: int = 80


@dataclass(slots=True)
class Delivery:
    """What one run came to; `unreachable` says why it ended early, if it did."""

    sent: int = 0
    put_off: int = 0
    parked: int = 0
    unreachable: str | None = None


def deliver_due(
    sessions: sessionmaker[Session], clock: Clock, mail: Mail, letterhead: Letterhead, pace: Pace | None = None
) -> Delivery:
    """Sends what is due, the longest due first, until nothing is, the time is up or the server can't be reached.

    Each batch is leased and saved in transactions of its own, which `sessions` opens and commits.
    """
    pace = pace or Pace()
    delivery = Delivery()
    until = clock.now() + pace.at_most
    while delivery.unreachable is None and clock.now() < until:
        batch = _lease(sessions, clock, pace)
        if not batch.waiting:
            break
        batch.deliver(mail, letterhead, until, delivery)
    return delivery


def _lease(sessions: sessionmaker[Session], clock: Clock, pace: Pace) -> "_Batch":
    now = clock.now()
    leased_until = now + pace.lease
    with sessions.begin() as session:
        return _Batch(sessions, clock, pace, leased_until, outbox.lease_due(session, now, leased_until, pace.batch))


class _Batch:
    """Notices that are ours until the lease ends; `waiting` are those without an outcome, in order."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        clock: Clock,
        pace: Pace,
        leased_until: datetime,
        notices: Sequence[LeasedNotice],
    ) -> None:
        self._notices = {notice.id: notice for notice in notices}
        self.waiting = dict(self._notices)
        self._sessions = sessions
        self._clock = clock
        self._pace = pace
        self._leased_until = leased_until
        self._saved_at = clock.now()
        self._results: list[Result] = []

    def deliver(self, mail: Mail, letterhead: Letterhead, until: datetime, delivery: Delivery) -> None:
        """Sends what there is time for, and gives the rest back."""
        asked_for: list[uuid.UUID] = []
        try:
            for notice_id, outcome in mail.send(self._letters(letterhead, until, asked_for, delivery)):
                self._note(notice_id, outcome, delivery)
        except MailUnreachable as problem:
            delivery.unreachable = str(problem)
            in_hand = next((notice_id for notice_id in asked_for if notice_id in self.waiting), None)
            if in_hand is not None:
                self._note(in_hand, NotNow(str(problem)), delivery)
        self._save()
        self._give_back()

    def _letters(
        self, letterhead: Letterhead, until: datetime, asked_for: list[uuid.UUID], delivery: Delivery
    ) -> Iterator[Letter]:
        for notice in self._notices.values():
            if self._clock.now() >= until:
                return
            if notice.id not in self.waiting:  # its lease had ended, and another worker has it
                continue
            try:
                letter = letter_for(notice, letterhead, self._clock.now())
            except UnreadableContent as problem:
                self._note(notice.id, Refused(str(problem)), delivery)
                continue
            asked_for.append(notice.id)
            yield letter

    def _note(self, notice_id: uuid.UUID, outcome: Outcome, delivery: Delivery) -> None:
        now = self._clock.now()
        self.waiting.pop(notice_id, None)  # not there when the lease has ended meanwhile: still worth saving if sent
        result = _result_of(self._notices[notice_id], outcome, now, self._pace)
        delivery.sent += result.state == "sent"
        delivery.put_off += result.state == "pending"
        delivery.parked += result.state == "parked"
        self._results.append(result)
        if now - self._saved_at >= self._pace.save_after:
            self._save()

    def _save(self) -> None:
        """Saves outcomes and, with a slow server, makes the lease of what still waits end later."""
        self._saved_at = self._clock.now()
        leased_until = self._saved_at + self._pace.lease
        with self._sessions.begin() as session:
            if self._results:
                outbox.save_results(session, self._leased_until, self._results)
            kept = outbox.renew_lease(session, self._leased_until, leased_until, list(self.waiting))
        self.waiting = {notice_id: notice for notice_id, notice in self.waiting.items() if notice_id in kept}
        self._leased_until = leased_until
        self._results = []

    def _give_back(self) -> None:
        if self.waiting:
            with self._sessions.begin() as session:
                outbox.give_back(session, self._leased_until, self._clock.now(), list(self.waiting))


def _result_of(notice: LeasedNotice, outcome: Outcome, now: datetime, pace: Pace) -> Result:
    if isinstance(outcome, Sent):
        return Result(notice.id, "sent", now, sent_at=now, last_error=None)
    if isinstance(outcome, Refused):
        return Result(notice.id, "parked", now, sent_at=None, last_error=outcome.why)
    if notice.attempts >= pace.most_attempts:
        why = f"Given up after {notice.attempts} attempts; the last answer was: {outcome.why}"
        return Result(notice.id, "parked", now, sent_at=None, last_error=why)
    return Result(notice.id, "pending", now + wait_before(notice, pace), sent_at=None, last_error=outcome.why)


def wait_before(notice: LeasedNotice, pace: Pace) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, spread by a quarter either way.

    The spread comes from the notice's id, whose last bytes are random: no two notices come back in step.
    """
    doubled = pace.first_wait * (1 << min(notice.attempts - 1, 30))
    spread = int.from_bytes(notice.id.bytes[-2:], "big") / 0xFFFF
    return min(doubled, pace.longest_wait) * (0.75 + spread / 2)
