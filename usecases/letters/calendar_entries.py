"""The dates of an audit as a calendar entry that calendars take in without answering (RFC 5545, RFC 5546).

Written here and not by a library, because that took longer over one entry than all the rest of a message takes; what is
written is read back by two independent parsers in the tests (docs/decisions/0011-calendar-files-are-written-here.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

# Nobody is invited and nothing is to be accepted: the dates are published. An invitation (REQUEST) would ask for
# answers, and would be taken as a meeting of people who need not meet.
METHOD = "PUBLISH"
# What takes entries back that were published before (RFC 5546, 3.2.5).
CANCEL = "CANCEL"

_BEGINNING = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Practice Audit//Notices//EN", "CALSCALE:GREGORIAN")
_LONGEST_LINE = 75  # octets, without the line's end
_ESCAPED: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)]),  # control characters are left out
    ord("\\"): "\\\\",
    ord(";"): "\\;",
    ord(","): "\\,",
    ord("\n"): "\\n",
    ord("\t"): " ",
}


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Whole days, both included: due dates are dates of Europe/London, not instants, so no time zone can move them.

    `uid` is the same for the same audit in every message, so that a calendar replaces the entry and never doubles it.
    A later one has a higher `sequence`; one that `is_cancelled` takes the entry back.
    """

    uid: str
    first_on: date
    last_on: date
    title: str
    description: str
    link: str
    sequence: int = 0
    is_cancelled: bool = False


def calendar_of(entries: Sequence[tuple[CalendarEntry, datetime]], sender: str) -> bytes | None:
    """An iCalendar file with these entries, each with the moment it was made; None without any."""
    if not entries:
        return None
    # One method is said for all: entries taken back beside others are published as cancelled.
    method = CANCEL if all(entry.is_cancelled for entry, _ in entries) else METHOD
    lines = [*_BEGINNING, f"METHOD:{method}"]
    for entry, made_at in entries:
        lines.extend(_event(entry, made_at.astimezone(UTC), sender))
    lines.append("END:VCALENDAR")
    return b"".join(map(_folded, lines))


def _event(entry: CalendarEntry, made_at: datetime, sender: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid.translate(_ESCAPED)}"
    yield f"SEQUENCE:{entry.sequence}"
    if entry.is_cancelled:
        yield "STATUS:CANCELLED"
    yield f"DTSTAMP:{made_at:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.first_on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.last_on + timedelta(days=1):%Y%m%d}"  # the day after, as the format has it
    yield f"SUMMARY:{entry.title.translate(_ESCAPED)}"
    yield f"DESCRIPTION:{entry.description.translate(_ESCAPED)}"
    yield f"URL:{_one_line(entry.link)}"
    yield f"ORGANIZER:mailto:{_one_line(sender)}"
    yield "TRANSP:TRANSPARENT"  # a due date does not make anybody busy
    yield "X-MICROSOFT-CDO-BUSYSTATUS:FREE"
    yield "END:VEVENT"


def _one_line(address: str) -> str:
    """Without what could begin a property of its own: the format can't escape an address, and a letter is to go out."""
    return "".join(address.split())


def _folded(line: str) -> bytes:
    """The line as octets, broken where it is too long, never within a letter (RFC 5545, 3.1)."""
    octets = line.encode()
    if len(octets) <= _LONGEST_LINE:
        return octets + b"\r\n"
    pieces = []
    start, room = 0, _LONGEST_LINE
    while start < len(octets):
        end = start + room
        while end < len(octets) and octets[end] & 0xC0 == 0x80:  # in the middle of a letter
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, _LONGEST_LINE - 1  # a space stands before what goes on
    return b"\r\n ".join(pieces) + b"\r\n"
