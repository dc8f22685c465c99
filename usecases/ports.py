"""The outside as the use cases see it. What implements these Protocols is in integrations/."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is to be read, before it is put into the form of one way of sending.

    `calendar` is an iCalendar file (RFC 5545), None when no dates go with the message. `message_id` stays the same
    however often the letter is tried.
    """

    notice_id: uuid.UUID
    message_id: str
    sender: str
    address: str
    subject: str
    text: str
    html: str
    calendar: bytes | None
    dated_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """The receiving side has taken responsibility for the letter."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """Not taken this time; trying again later may help. `why` is for a person to read."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for good; a person has to look at it. `why` is for a person to read."""

    why: str


Outcome = Sent | NotNow | Refused


class Clock(Protocol):
    """Tells the time to work that goes on for a while; everything else is handed the moment it happens in."""

    def now(self) -> datetime:
        """This moment, aware of its zone."""
        ...


class MailUnreachable(Exception):
    """The mail server can't be used at all at the moment: not this letter's fault, and not the next one's either."""


class Mail(Protocol):
    """A way of sending letters."""

    def send(self, letters: Iterable[Letter]) -> Iterator[tuple[uuid.UUID, Outcome]]:
        """Sends one letter after the other and answers each before it asks for the next.

        Raises MailUnreachable when there is no sense in going on; the letter in hand, if any, then has no outcome.
        Closing the iterator ends the connection.
        """
        ...
