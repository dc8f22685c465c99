"""Writes letters: plain text first, the same as HTML, and a calendar entry for the dates."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import jinja2

from usecases.letters.allocations import AllocationLetter
from usecases.letters.calendar_entries import calendar_of
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


def letter_for(notice: NoticeToWrite, letterhead: Letterhead, now: datetime) -> Letter:
    """The letter of a notice, dated now; its calendar entry is dated as the notice.

    Raises UnreadableContent when the content is none that this version of the product can read.
    """
    allocation = AllocationLetter.of(notice.content, letterhead.address)
    return Letter(
        notice_id=notice.id,
        message_id=notice.message_id,
        sender=letterhead.sender,
        address=notice.address,
        subject=allocation.subject,
        text=_TEMPLATES.get_template("allocation.txt").render(letter=allocation),
        html=_TEMPLATES.get_template("allocation.html").render(letter=allocation),
        calendar=calendar_of(allocation.calendar_entries(), notice.created_at, letterhead.sender),
        dated_at=now,
    )
