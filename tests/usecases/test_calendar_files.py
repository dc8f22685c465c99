"""Calendar files as calendars read them: two parsers that did not write them, and the letter of the formats.

RFC 5545 for the form, RFC 5546 for what is published, changed and taken back.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from usecases.letters.calendar_entries import CalendarEntry, calendar_of

MADE_AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="audit-019a0000-0000-7000-8000-000000000001@practice-audit.invalid",
    first_on=date(2026, 10, 29),
    last_on=date(2026, 10, 30),
    title="Practice audit PA-2026-0001: report due, cycle closes",
    description="Meeting by Thursday 29 October 2026.\nThe cycle closes; on Friday, 30 October 2026.",
    link="https://audit.council.example/v1/audits/019a0000-0000-7000-8000-000000000001",
)
SENDER = "practice.audit@council.example"
# What RFC 5545 lets a text hold, beside what is left out here: control characters, and half characters.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.just("\n"), max_size=200)


def written(*entries: CalendarEntry) -> bytes:
    found = calendar_of([(entry, MADE_AT) for entry in entries], SENDER)
    assert found is not None
    return found


def as_vobject(content: bytes) -> Any:
    calendar = vobject.readOne(content.decode(), validate=True)
    calendar.validate(raiseException=True)
    return calendar


def test_another_parser_reads_what_was_meant() -> None:
    calendar = as_vobject(written(ENTRY))

    event = calendar.vevent
    assert (calendar.version.value, calendar.method.value) == ("2.0", "PUBLISH")
    assert (event.uid.value, event.sequence.value) == (ENTRY.uid, "0")
    assert (event.dtstart.value, event.dtend.value) == (date(2026, 10, 29), date(2026, 10, 31))
    assert event.dtstart.params == {"VALUE": ["DATE"]}
    assert event.dtstamp.value == MADE_AT
    assert (event.summary.value, event.description.value) == (ENTRY.title, ENTRY.description)
    assert (event.organizer.value, event.url.value) == (f"mailto:{SENDER}", ENTRY.link)
    assert "attendee" not in event.contents
    assert "vtimezone" not in calendar.contents  # whole days and UTC need none


def test_a_change_and_a_withdrawal_replace_what_was_published() -> None:
    changed = replace(ENTRY, last_on=date(2026, 11, 2), sequence=1)
    withdrawn = replace(ENTRY, sequence=2, is_cancelled=True)

    first, second, last = (as_vobject(written(entry)) for entry in (ENTRY, changed, withdrawn))

    assert {calendar.vevent.uid.value for calendar in (first, second, last)} == {ENTRY.uid}
    assert [calendar.vevent.sequence.value for calendar in (first, second, last)] == ["0", "1", "2"]
    assert (last.method.value, last.vevent.status.value) == ("CANCEL", "CANCELLED")
    assert "status" not in second.vevent.contents


def test_one_file_says_one_method_for_all_its_entries() -> None:
    """RFC 5546: what is taken back beside other entries is published as cancelled."""
    other = replace(ENTRY, uid="audit-2@practice-audit.invalid")

    calendar = as_vobject(written(other, replace(ENTRY, sequence=1, is_cancelled=True)))

    assert calendar.method.value == "PUBLISH"
    assert [event.contents.get("status") is not None for event in calendar.vevent_list] == [False, True]


@given(title=TEXTS, description=TEXTS, days=st.integers(0, 40), start=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_both_parsers_read_any_text_and_any_days_as_they_were(
    title: str, description: str, days: int, start: date
) -> None:
    entry = replace(ENTRY, title=title, description=description, first_on=start, last_on=start + timedelta(days))

    content = written(entry)

    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in lines:
        line.decode()  # no letter is torn apart
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    other = as_vobject(content).vevent
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (title, description)
    assert (other.summary.value, other.description.value) == (title, description)
    assert event.decoded("DTEND") == other.dtend.value == start + timedelta(days + 1)


@pytest.mark.parametrize("field", ["title", "description", "link", "uid"])
@pytest.mark.parametrize("attack", ["x\r\nATTENDEE:mailto:a@b.c", "x\nMETHOD:REQUEST", "x\x00\x1b\x85y"])
def test_nothing_that_an_entry_holds_adds_a_property(field: str, attack: str) -> None:
    (event,) = icalendar.Calendar.from_ical(written(replace(ENTRY, **{field: attack}))).walk("VEVENT")  # type: ignore[arg-type]

    assert set(event) == {
        *("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION"),
        *("URL", "ORGANIZER", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"),
    }
