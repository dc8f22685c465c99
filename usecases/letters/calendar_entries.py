"""The dates of an audit as a calendar entry that calendars take in without answering (RFC 5545, RFC 5546).

Written here, because what is needed of the format is three rules (escape, fold, CRLF), and a library took longer over
them than over all the rest of a letter. The tests read every entry back with that library.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

# Nobody is invited and nothing is to be accepted: the dates are published. An invitation (REQUEST) would ask for
# answers, and would be taken as a meeting of people who need not meet.
METHOD = "PUBLISH"
_OPENING = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Practice Audit//Notices//EN", "CALSCALE:GREGORIAN")
_LONGEST_LINE = 75  # octets, without its end
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Whole days, both included: due dates are dates of Europe/London, not instants, so no time zone can move them.

    `uid` is the same for the same audit in every message, so that a calendar replaces the entry and never doubles it.
    """

    uid: str
    first_on: date
    last_on: date
    title: str
    description: str
    link: str


def calendar_of(entries: Sequence[CalendarEntry], dated_at: datetime, sender: str) -> bytes | None:
    """An iCalendar file with these entries; None without any."""
    if not entries:
        return None
    lines = [*_OPENING, f"METHOD:{METHOD}"]
    for entry in entries:
        lines.extend(_event(entry, dated_at, sender))
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line.encode()) for line in lines)


def _event(entry: CalendarEntry, dated_at: datetime, sender: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield "SEQUENCE:0"
    yield f"DTSTAMP:{dated_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.first_on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.last_on + timedelta(days=1):%Y%m%d}"  # the day after, as the format has it
    yield f"SUMMARY:{_text(entry.title)}"
    yield f"DESCRIPTION:{_text(entry.description)}"
    yield f"URL:{_one_line(entry.link)}"
    yield f"ORGANIZER:mailto:{_one_line(sender)}"
    yield "TRANSP:TRANSPARENT"  # a due date does not make anybody busy
    yield "X-MICROSOFT-CDO-BUSYSTATUS:FREE"
    yield "END:VEVENT"


def _text(value: str) -> str:
    return value.translate(_ESCAPED)


def _one_line(value: str) -> str:
    """An address, which the format does not escape: whatever could begin a property of its own is taken out."""
    return "".join(value.split())


def _folded(line: bytes) -> bytes:
    """One line, continued on further ones that begin with a space, never inside a letter."""
    pieces = []
    while len(line) > _LONGEST_LINE:
        end = _LONGEST_LINE
        while line[end] & 0b1100_0000 == 0b1000_0000:
            end -= 1
        pieces.append(line[:end])
        line = b" " + line[end:]
    return b"\r\n".join([*pieces, line, b""])
