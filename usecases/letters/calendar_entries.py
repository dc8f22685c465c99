"""The dates of an audit as a calendar entry that calendars take in without answering (RFC 5545, RFC 5546)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event

# Nobody is invited and nothing is to be accepted: the dates are published. An invitation (REQUEST) would ask for
# answers, and would be taken as a meeting of people who need not meet.
METHOD = "PUBLISH"
# What takes entries back that were published before (RFC 5546, 3.2.5).
CANCEL = "CANCEL"


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


def calendar_of(entries: Sequence[CalendarEntry], dated_at: datetime, sender: str) -> bytes | None:
    """An iCalendar file with these entries; None without any."""
    if not entries:
        return None
    from icalendar import Calendar  # heavy, and only whoever writes letters needs it

    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Practice Audit//Notices//EN")
    calendar.add("CALSCALE", "GREGORIAN")
    # One method is said for all: entries taken back beside others are published as cancelled.
    calendar.add("METHOD", CANCEL if all(entry.is_cancelled for entry in entries) else METHOD)
    for entry in entries:
        calendar.add_component(_event(entry, dated_at, sender))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: CalendarEntry, dated_at: datetime, sender: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("UID", entry.uid)
    event.add("SEQUENCE", entry.sequence)
    if entry.is_cancelled:
        event.add("STATUS", "CANCELLED")
    event.add("DTSTAMP", dated_at.astimezone(UTC))
    event.add("DTSTART", entry.first_on)
    event.add("DTEND", entry.last_on + timedelta(days=1))  # the day after, as the format has it
    event.add("SUMMARY", entry.title)
    event.add("DESCRIPTION", entry.description)
    event.add("URL", _one_line(entry.link))
    event.add("ORGANIZER", f"mailto:{_one_line(sender)}")
    event.add("TRANSP", "TRANSPARENT")  # a due date does not make anybody busy
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    return event


def _one_line(address: str) -> str:
    """Without what could begin a property of its own: the format can't escape an address, and a letter is to go out."""
    return "".join(address.split())
