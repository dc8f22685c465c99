"""Writes letters: plain text first, the same as HTML, and a calendar file for the dates.

A letter says what one or several notices say: those of one person and one moment become one message (DESIGN §5). Each
is written by itself, by the kind of letter that its content names, and put on one page.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import jinja2
from markupsafe import Markup

from usecases.letters.allocations import AllocationLetter
from usecases.letters.audit_events import AuditEventLetter
from usecases.letters.audit_letters import UnreadableContent
from usecases.letters.calendar_entries import CalendarEntry, calendar_of
from usecases.letters.cycles import CycleLetter
from usecases.letters.moderations import ModerationLetter
from usecases.letters.moves import MoveLetter
from usecases.letters.reminders import ReminderLetter, gathered
from usecases.letters.safety_alerts import SafetyAlertLetter
from usecases.ports import Letter

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=jinja2.select_autoescape(["html"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    auto_reload=False,  # templates come with the version; looking for a change before each letter finds none
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, and what links begin with."""

    sender: str
    address: str


class NoticeToWrite(Protocol):
    """What is asked of a notice to write it into a letter."""

    @property
    def content(self) -> Mapping[str, Any]: ...
    @property
    def created_at(self) -> datetime: ...


class MessageToWrite(Protocol):
    """What is asked of a message to write its letter: its notices in the order in which they are read."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def address(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def notices(self) -> Sequence[NoticeToWrite]: ...


class LetterToWrite(Protocol):
    """What is asked of a kind of letter: its subject, its calendar entries, and all that its template asks for."""

    @property
    def subject(self) -> str: ...

    def calendar_entries(self) -> list[CalendarEntry]: ...


# Each kind of letter with its template; a content that names none is an allocation.
_KINDS: Mapping[str, Callable[[Mapping[str, Any], str], LetterToWrite]] = {
    "allocation": AllocationLetter.of,
    "move": MoveLetter.of,
    "audit_event": AuditEventLetter.of,
    "cycle": CycleLetter.of,
    "moderation": ModerationLetter.of,
    "reminder": ReminderLetter.of,
    "safety_alert": SafetyAlertLetter.of,
}


def letter_for(message: MessageToWrite, letterhead: Letterhead, now: datetime) -> Letter:
    """The letter of a message, dated now; each calendar entry is dated as the notice that it belongs to.

    Raises UnreadableContent when the content of a notice is none that this version of the product can read.
    """
    notices = _reminders_as_one(message.notices)
    parts = [_part(notice, letterhead.address, len(notices)) for notice in notices]
    entries = _dated_entries(parts)
    calendar = calendar_of(entries, letterhead.sender, message.address)
    said = {
        "subject": _subject(parts),
        "has_calendar": bool(entries),
        "takes_dates_out": bool(entries) and all(entry.is_cancelled for entry, _ in entries),
    }
    return Letter(
        id=message.id,
        message_id=message.message_id,
        sender=letterhead.sender,
        address=message.address,
        subject=_subject(parts),
        text=_template("page.txt").render(said, parts=[_Body(part.subject, part.text) for part in parts]),
        html=_template("page.html").render(said, parts=[_Body(part.subject, part.html) for part in parts]),
        calendar=calendar,
        dated_at=now,
    )


class _Part(NamedTuple):
    """What one notice says, written."""

    subject: str
    text: str
    html: Markup
    entries: Sequence[CalendarEntry]
    made_at: datetime


class _Body(NamedTuple):
    """What a page is made of."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Several notices written as one."""

    content: Mapping[str, Any]
    created_at: datetime


def _reminders_as_one(notices: Sequence[NoticeToWrite]) -> Sequence[NoticeToWrite]:
    """All that somebody is reminded of is one list, which stands first (L13)."""
    reminders = [notice for notice in notices if notice.content.get("letter") == "reminder"]
    if not reminders:
        return notices
    others = [notice for notice in notices if notice.content.get("letter") != "reminder"]
    together = gathered([notice.content for notice in reminders])
    return [_Gathered(together, max(notice.created_at for notice in reminders)), *others]


def _part(notice: NoticeToWrite, address: str, parts: int) -> _Part:
    kind = notice.content.get("letter", "allocation")
    if kind not in _KINDS:
        raise UnreadableContent(f"This version of the product writes no letter of the kind {kind!r:.60}.")
    letter = _KINDS[kind](notice.content, address)
    return _Part(
        subject=letter.subject,
        text=_template(f"{kind}.txt").render(letter=letter),
        html=Markup(_template(f"{kind}.html").render(letter=letter, level=2 if parts == 1 else 3)),  # noqa: S704
        entries=letter.calendar_entries(),
        made_at=notice.created_at,
    )


def _template(name: str) -> jinja2.Template:
    return _TEMPLATES.get_template(name)


def _dated_entries(parts: Sequence[_Part]) -> list[tuple[CalendarEntry, datetime]]:
    """The dates of all parts; of entries with one UID the newest stands."""
    by_uid: dict[str, tuple[CalendarEntry, datetime]] = {}
    for part in parts:
        for entry in part.entries:
            known = by_uid.get(entry.uid)
            if known is None or (known[0].sequence, known[1]) <= (entry.sequence, part.made_at):
                by_uid[entry.uid] = entry, part.made_at
    return list(by_uid.values())


def _subject(parts: Sequence[_Part]) -> str:
    """What happened last stands first: of a cycle that was cancelled and planned again, that it is planned."""
    newest, others = max(parts, key=lambda part: part.made_at).subject, {part.subject for part in parts}
    return newest if len(others) == 1 else f"{newest}, and {len(others) - 1} more"
