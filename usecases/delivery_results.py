"""What follows from one attempt to send a message: sent, tried again later, or left to a person with a task (A5)."""

import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from db.queries.outbox import LeasedMessage, Result
from rules.notice_events import NoticeEvent
from rules.policy.notice_shapes import SendWindow
from usecases.ports import Outcome, Refused, Sent
from usecases.sending_hours import SendingHours
from usecases.tasks import NewTask, open_tasks
from usecases.trail import Entry, record
from usecases.work import LONDON, Work

ADDRESS_REFUSED, MESSAGE_REFUSED, NOT_DELIVERED = "address_refused", "message_refused", "message_not_delivered"


@dataclass(frozen=True, slots=True)
class Pace:
    """How sending is paced. Nothing here is the framework's: it is how to be gentle with a mail server.

    With these figures a notice that no server takes is tried for about three days, then waits for a person.
    """

    lanes: int = 2  # connections at the same time: one that waits for a slow server does not hold up the others
    batch: int = 100  # and as many may go out twice when a worker is killed, with the same Message-ID
    lease: timedelta = timedelta(minutes=10)  # longer than one letter can take with a slow server
    save_after: timedelta = timedelta(seconds=1)
    at_most: timedelta = timedelta(seconds=50)  # one run, so that runs of a scheduler don't pile up
    first_wait: timedelta = timedelta(minutes=1)
    longest_wait: timedelta = timedelta(hours=1)
    most_attempts: int = 80
    # A safety alert is tried again every few seconds, and never given up (W7): at the next tick where nobody answered.
    alerts_unanswered: timedelta = timedelta(seconds=1)
    alerts_first_wait: timedelta = timedelta(seconds=5)
    alerts_longest_wait: timedelta = timedelta(seconds=10)

    def of_alerts(self, *, is_unreachable: bool) -> "Pace":
        """The pace of a message that tells of a safety alert."""
        first, longest = self.alerts_first_wait, self.alerts_longest_wait
        if is_unreachable:
            first = longest = self.alerts_unanswered
        return replace(self, first_wait=first, longest_wait=longest, most_attempts=sys.maxsize)


class Tried(Protocol):
    """Something that is tried until it is taken; `attempts` counts the last one."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def attempts(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that waits for a person, and why: what kind of task that is."""

    message: LeasedMessage
    kind: str
    code: str | None


def result_of(
    message: LeasedMessage, outcome: Outcome, now: datetime, pace: Pace, hours: SendingHours
) -> tuple[Result, Parked | None]:
    """The result to be saved, and what a person has to see to, if anything."""
    if isinstance(outcome, Sent):
        sent_on = now.astimezone(LONDON).date()
        return Result(message.id, "sent", now, sent_at=now, sent_on=sent_on, last_error=None), None
    if isinstance(outcome, Refused):
        kind = ADDRESS_REFUSED if outcome.concerns_address else MESSAGE_REFUSED
        return _parked(message, now, outcome.why), Parked(message, kind, outcome.code)
    if any(notice.event == NoticeEvent.SAFETY_ALERT for notice in message.notices):
        pace = pace.of_alerts(is_unreachable=outcome.is_unreachable)
    if message.attempts >= pace.most_attempts:
        why = f"Given up after {message.attempts} attempts; the last answer was: {outcome.why}"
        return _parked(message, now, why), Parked(message, NOT_DELIVERED, None)
    again_at = now + wait_before(message, pace)
    if message.send_window != SendWindow.AT_ONCE:
        again_at = hours.open_at(again_at)
    return Result(message.id, "pending", again_at, sent_at=None, sent_on=None, last_error=outcome.why), None


def nothing_to_tell(message: LeasedMessage, now: datetime) -> Result:
    """All that the message was to tell of was cancelled meanwhile."""
    why = "All that it was to tell of was cancelled."
    return Result(message.id, "cancelled", now, sent_at=None, sent_on=None, last_error=why)


def wait_before(tried: Tried, pace: Pace) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, spread by a quarter either way.

    The spread comes from its id, whose last bytes are random: no two come back in step.
    """
    doubled = pace.first_wait * (1 << min(tried.attempts - 1, 30))
    spread = int.from_bytes(tried.id.bytes[-2:], "big") / 0xFFFF
    return min(doubled, pace.longest_wait) * (0.75 + spread / 2)


def leave_to_a_person(work: Work, parked: Sequence[Parked]) -> None:
    """Opens a task for each, and records it: one statement each, however many there are."""
    if parked:
        open_tasks(work, [_task(each) for each in parked])
        record(work, *(entry for each in parked for entry in _entries(each)))


def record_sent(work: Work, sent: Sequence[LeasedMessage]) -> None:
    """One entry for what one connection sent between two savings, in a chain of its own: senders never wait for it."""
    if sent:
        notices = [str(notice.id) for message in sent for notice in message.notices]
        details = {"messages": [str(message.id) for message in sent], "notices": notices}
        record(work, Entry(("delivery", str(sent[0].id)), "messages_sent", rule="A5", details=details))


def _parked(message: LeasedMessage, now: datetime, why: str) -> Result:
    return Result(message.id, "parked", now, sent_at=None, sent_on=None, last_error=why)


def _task(parked: Parked) -> NewTask:
    message = parked.message
    answer = f" ({parked.code})" if parked.code else ""
    way_out = f"POST /v1/notices/{message.notices[0].id}/retry"
    if parked.kind == ADDRESS_REFUSED:
        sentence = f"The mail server refuses the address of {message.recipient}{answer}: correct it, then {way_out}."
        return NewTask(parked.kind, message.recipient, sentence, "A5", ("person", str(message.recipient_id)))
    what = "refuses" if parked.kind == MESSAGE_REFUSED else "did not take in days"
    sentence = f"The mail server {what} a message to {message.recipient}{answer}: see why it waits, then {way_out}."
    return NewTask(parked.kind, str(message.id), sentence, "A5", ("notice", str(message.notices[0].id)))


def _entries(parked: Parked) -> Iterator[Entry]:
    details = {"because": parked.kind, "attempts": parked.message.attempts, "code": _as_code(parked.code)}
    for notice in parked.message.notices:
        yield Entry(("notice", str(notice.id)), "notice_parked", rule="A5", details=details)


def _as_code(code: str | None) -> str | None:
    return code.replace(" ", "-") if code else None
