"""The case system as the use cases see it. What implements these Protocols is in integrations/case_system/."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol


class Operation(enum.StrEnum):
    """What a case system may be able to do; what it can't is left to people as a to-do."""

    UPLOAD_DOCUMENT = "upload_document"
    RECORD_NOTE = "record_note"  # with its own alert recipients
    SEND_ALERT = "send_alert"  # for systems where alerts do not go with notes


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a case system can do, and whether it knows by a command's key what became of it."""

    operations: frozenset[Operation]
    gives_receipts: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A file for the record."""

    filename: str
    media_type: str
    category: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Note:
    """A case note; `contact_at` has the zone of Europe/London."""

    note_type: str
    title: str
    contact_at: datetime
    is_significant: bool
    text: str


@dataclass(frozen=True, slots=True)
class AlertRecipient:
    """Somebody to be alerted, by the worker reference that the case system knows."""

    role: str
    worker_reference: str


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to be done, with the key that it keeps however often it is tried.

    An upload has a document; a note and an alert have a note. `document_reference` is the case system's own, of the
    upload that a note tells of. `may_have_arrived`: it was sent before, and nobody knows what became of it.
    """

    key: str
    operation: Operation
    person_reference: str
    audit_reference: str
    correlation_id: str
    may_have_arrived: bool = False
    document: Document | None = None
    document_reference: str | None = None
    note: Note | None = None
    alert_recipients: Sequence[AlertRecipient] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """It is done; `reference` is what the case system calls what it made."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not done, and never will be by itself: a person has to look at it."""

    why: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """Certainly not done this time. `wait` is how long the case system asks to be left alone, if it does."""

    why: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It was sent, and no answer says what became of it: done or not done. `wait` as in NotNow."""

    why: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NeverArrived:
    """A receipt was asked for, and the case system has never heard of the key."""


Outcome = Done | Refused | NotNow | Uncertain
Receipt = Done | Refused | Uncertain | NeverArrived


class CaseSystemUnreachable(Exception):
    """The case system can't be used at all at the moment, and nothing was done; the sentence is for a person.

    `wait` is how long it asks to be left alone, if it does.
    """

    def __init__(self, sentence: str, wait: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


class CaseSystem(Protocol):
    """A way into the case system."""

    def capabilities(self) -> Capabilities:
        """What it can do. Raises CaseSystemUnreachable."""
        ...

    def carry_out(self, command: Command) -> Outcome:
        """Has one thing done. Raises CaseSystemUnreachable only when nothing can have been done."""
        ...

    def receipt_of(self, key: str) -> Receipt:
        """What became of a command by its key. Raises CaseSystemUnreachable."""
        ...
