"""The outside as the use cases see it. What implements these Protocols is in integrations/."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is to be read, before it is put into the form of one way of sending.

    `calendar` is an iCalendar file (RFC 5545), None when no dates go with the message. `message_id` stays the same
    however often the letter is tried.
    """

    id: uuid.UUID
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
    """Not taken this time; trying again later may help. `why` is for a person to read.

    `is_unreachable` where nobody answered at all, which says nothing of what was to be sent.
    """

    why: str
    is_unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for good; a person has to look at it. `why` is for a person to read, and may hold the address.

    `code` is the server's, such as "550 5.1.1". `concerns_address` when it is the address that is not taken, and not
    what was to be sent there.
    """

    why: str
    code: str | None = None
    concerns_address: bool = False


Outcome = Sent | NotNow | Refused


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server reports of a message that it had taken: that it could not deliver it, or not yet.

    `code` is an enhanced status code (RFC 3463) such as "5.1.1"; those that begin with 5 are for good.
    """

    message_id: str
    recipient: str
    code: str

    @property
    def is_for_good(self) -> bool:
        return self.code.startswith("5")


class UnreadableReport(ValueError):
    """What was handed in is no report about a message that came back; the message says what is missing."""


class ReadsBounces(Protocol):
    """A way of reading delivery reports."""

    def __call__(self, report: bytes) -> Sequence[Bounce]:
        """What a report says of each recipient whose message failed or is delayed. Raises UnreadableReport."""
        ...


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


@dataclass(frozen=True, slots=True)
class ExportedRoot:
    """A nightly root of the trail as it stands in a file; `name` is the file's."""

    name: str
    made_on: date
    made_at: datetime
    heads: int
    previous_hash: str
    hash: str


class RootUnreadable(Exception):
    """A file that should hold a root of the trail, and holds something else. The sentence names the file."""


class RootExists(Exception):
    """There is another root of that night in the folder already. The sentence names the file."""


class RootFolder(Protocol):
    """Where the trail's nightly roots are kept outside of the database."""

    def keep(self, root: ExportedRoot) -> None:
        """Writes a root whole or not at all, under its name. The same once more changes nothing.

        Raises RootExists when another root stands under that name.
        """
        ...

    def kept(self) -> Iterator[ExportedRoot]:
        """Every root in the folder, the oldest first. Raises RootUnreadable."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token speaks of, as its issuer knows them, and the roles that the issuer gives them.

    `subject` is the issuer's lasting id, never an e-mail address. A machine acts for itself, not for a person.
    """

    issuer: str
    subject: str
    is_machine: bool
    roles: frozenset[str]


class TokenRefused(Exception):
    """A token that proves nothing here. The sentence is for its bearer and says what is wrong, in plain ASCII."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ProviderAway(Exception):
    """No key of the identity provider could be fetched yet, so that no token can be checked."""


class Identities(Protocol):
    """The council's identity provider, as far as its tokens tell."""

    def lacks_key_of(self, token: str) -> bool:
        """Whether the token's key is not known and it is time to ask for it. Answers at once."""
        ...

    def fetch_key_of(self, token: str) -> None:
        """Asks the provider for its keys; may take some seconds, one call at a time."""
        ...

    def identity_in(self, token: str, now: datetime) -> Identity:
        """Who the token speaks of, by the keys that are known. Answers at once.

        Raises TokenRefused for one that does not hold, ProviderAway when no key was ever fetched.
        """
        ...
