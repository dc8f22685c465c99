"""The dates of an audit as a calendar entry that calendars take in without answering (RFC 5545, RFC 5546).

Written here and not by a library, because that took longer over one entry than all the rest of a message takes; what is
written is read back by two independent parsers in the tests (docs/decisions/0011-calendar-files-are-written-here.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

# To due dates nobody is invited and nothing is to be accepted: they are published. An invitation (REQUEST) would ask
# for answers, and would be taken as a meeting of people who need not meet.
METHOD = "PUBLISH"
# To a meeting people are invited, so that it stands among their meetings and moves there. No answer is asked for: the
# organiser is a mailbox that nobody reads, and those who meet speak with each other.
REQUEST = "REQUEST"
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
class Meeting:
    """The instants between which people meet, aware of their time zone."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Whole days, both included: due dates are dates of Europe/London, not instants, so no time zone can move them.

    `uid` is the same for the same audit in every message, so that a calendar replaces the entry and never doubles it.
    A later one has a higher `sequence`; one that `is_cancelled` takes the entry back. To one that `is_invitation`
    whoever gets it is invited; `hours` is when they meet, None where only the day is known.
    """

    uid: str
    first_on: date
    last_on: date
    title: str
    description: str
    link: str
    sequence: int = 0
    is_cancelled: bool = False
    is_invitation: bool = False
    hours: Meeting | None = None


def calendar_of(
    entries: Sequence[tuple[CalendarEntry, datetime]], sender: str, recipient: str | None = None
) -> bytes | None:
    """An iCalendar file with these entries, each with the moment it was made; None without any.

    `recipient` is the address that is invited, where there is an invitation.
    """
    if not entries:
        return None
    lines = [*_BEGINNING, f"METHOD:{_method([entry for entry, _ in entries])}"]
    for entry, made_at in entries:
        lines.extend(_event(entry, made_at.astimezone(UTC), sender, recipient))
    lines.append("END:VCALENDAR")
    return b"".join(map(_folded, lines))


def _method(entries: Sequence[CalendarEntry]) -> str:
    """One method is said for all: entries taken back beside others are published as cancelled.

    A file can invite to one meeting only (RFC 5546, 3.2.2): more of them, or one beside due dates, are published.
    """
    if all(entry.is_cancelled for entry in entries):
        return CANCEL
    return REQUEST if len(entries) == 1 and entries[0].is_invitation else METHOD


def _event(entry: CalendarEntry, made_at: datetime, sender: str, recipient: str | None) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid.translate(_ESCAPED)}"
    yield f"SEQUENCE:{entry.sequence}"
    if entry.is_cancelled:
        yield "STATUS:CANCELLED"
    yield f"DTSTAMP:{made_at:%Y%m%dT%H%M%SZ}"
    yield from _when(entry)
    yield f"SUMMARY:{entry.title.translate(_ESCAPED)}"
    yield f"DESCRIPTION:{entry.description.translate(_ESCAPED)}"
    yield f"URL:{_one_line(entry.link)}"
    yield f"ORGANIZER:mailto:{_one_line(sender)}"
    if entry.is_invitation and recipient:
        yield f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{_one_line(recipient)}"
    if entry.hours is None:
        yield "TRANSP:TRANSPARENT"  # a due date does not make anybody busy
        yield "X-MICROSOFT-CDO-BUSYSTATUS:FREE"
    else:
        yield "TRANSP:OPAQUE"
        yield "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"
    yield "END:VEVENT"


def _when(entry: CalendarEntry) -> Iterator[str]:
    if entry.hours is None:
        yield f"DTSTART;VALUE=DATE:{entry.first_on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.last_on + timedelta(days=1):%Y%m%d}"  # the day after, as the format has it
    else:
        yield f"DTSTART:{entry.hours.begins_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        yield f"DTEND:{entry.hours.ends_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


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
