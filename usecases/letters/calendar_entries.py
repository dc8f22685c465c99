"""The dates of an audit as a calendar entry that calendars take in without answering (RFC 5545, RFC 5546)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import icalendar

# Nobody is invited and nothing is to be accepted: the dates are published. An invitation (REQUEST) would ask for
# answers, and would be taken as a meeting of people who need not meet.
METHOD = "PUBLISH"
_PRODUCT = "-//Practice Audit//Notices//EN"


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
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", METHOD)
    for entry in entries:
        calendar.add_component(_event(entry, dated_at, sender))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, dated_at: datetime, sender: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", 0)
    event.add("dtstamp", dated_at)
    event.add("dtstart", entry.first_on)
    event.add("dtend", entry.last_on + timedelta(days=1))  # the day after, as the format has it
    event.add("summary", entry.title)
    event.add("description", entry.description)
    event.add("url", entry.link)
    event.add("organizer", f"mailto:{sender}")
    event.add("transp", "TRANSPARENT")  # a due date does not make anybody busy
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return event
