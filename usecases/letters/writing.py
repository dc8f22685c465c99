"""Writes letters: plain text first, the same as HTML, and a calendar entry for the dates."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import jinja2

from usecases.letters.allocations import AllocationLetter, UnreadableContent
from usecases.letters.calendar_entries import CalendarEntry, calendar_of
from usecases.letters.cycles import CycleLetter
from usecases.letters.moves import MoveLetter
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
    """What is asked of a notice to write its letter."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def address(self) -> str: ...
    @property
    def content(self) -> Mapping[str, Any]: ...
    @property
    def message_id(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


class LetterToWrite(Protocol):
    """What is asked of a kind of letter: its subject, its calendar entries, and all that its template asks for."""

    @property
    def subject(self) -> str: ...

    def calendar_entries(self) -> list[CalendarEntry]: ...


# Each kind of letter with its template; a content that names none is an allocation.
_KINDS: Mapping[str, Callable[[Mapping[str, Any], str], LetterToWrite]] = {
    "allocation": AllocationLetter.of,
    "move": MoveLetter.of,
    "cycle": CycleLetter.of,
}


def letter_for(notice: NoticeToWrite, letterhead: Letterhead, now: datetime) -> Letter:
    """The letter of a notice, dated now; its calendar entry is dated as the notice.

    Raises UnreadableContent when the content is none that this version of the product can read.
    """
    kind = notice.content.get("letter", "allocation")
    if kind not in _KINDS:
        raise UnreadableContent(f"This version of the product writes no letter of the kind {kind!r:.60}.")
    letter = _KINDS[kind](notice.content, letterhead.address)
    return Letter(
        notice_id=notice.id,
        message_id=notice.message_id,
        sender=letterhead.sender,
        address=notice.address,
        subject=letter.subject,
        text=_TEMPLATES.get_template(f"{kind}.txt").render(letter=letter),
        html=_TEMPLATES.get_template(f"{kind}.html").render(letter=letter),
        calendar=calendar_of(letter.calendar_entries(), notice.created_at, letterhead.sender),
        dated_at=now,
    )
