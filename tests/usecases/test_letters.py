"""What a letter says, and its calendar entry: as written where calendars look first, the rest as read back."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest

from usecases.letters import Letterhead, UnreadableContent, letter_for
from usecases.letters.calendar_entries import CalendarEntry, calendar_of
from usecases.ports import Letter

LETTERHEAD = Letterhead(sender="practice.audit@council.example", address="https://audit.council.example")
OWED_AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
SENT_AT = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
AUDIT = "019a0000-0000-7000-8000-000000000001"
OTHER = "019a0000-0000-7000-8000-000000000002"


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice as far as its letter goes."""

    content: Mapping[str, Any]
    created_at: datetime = OWED_AT


@dataclass(frozen=True, slots=True)
class Told:
    """A message as far as its letter goes."""

    notices: Sequence[Owed]
    address: str = "worker@council.example"
    message_id: str = "<1@practice-audit.invalid>"
    id: uuid.UUID = field(default_factory=uuid.uuid4)


def section(role: str, *audits: str, team: str = "CART", stands_in: bool = False) -> dict[str, Any]:
    rows = [{"id": audit, "reference": f"PA-2026-{int(audit[-4:]):04}", "team": team} for audit in audits]
    return {"as": role, "stands_in": stands_in, "audits": rows, "teams": []}


def content(*sections: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {
        "cycle": "2026-10",
        "meeting_due_on": "2026-10-29",
        "report_due_on": "2026-10-29",
        "closes_on": "2026-10-30",
        "documents": [{"title": "Audit tool", "name": "audit-tool"}],
        "sections": list(sections),
        "standing_in": [],
        "vacancies": [],
        "passed_on_by": None,
    } | changed


def write(*sections: dict[str, Any], **changed: Any) -> Letter:
    return letter_for(Told([Owed(content(*sections, **changed))]), LETTERHEAD, SENT_AT)


@pytest.mark.parametrize(
    ("roles", "subject"),
    [
        (("practitioner",), "Audits that concern you, October 2026"),
        (("auditor",), "Audits that concern you, October 2026"),
        (("team_manager",), "Audits allocated in your teams, October 2026"),
        (("auditor", "team_manager"), "Audits allocated to you and your teams, October 2026"),
        (("audit_team",), "All audits allocated, October 2026"),
        (("audit_team", "auditor"), "Audits that concern you, October 2026"),
    ],
)
def test_the_subject_says_what_it_is_about_and_nothing_of_anybody(roles: tuple[str, ...], subject: str) -> None:
    assert write(*(section(role, AUDIT) for role in roles)).subject == subject


def test_a_letter_says_the_dates_and_links_to_each_audit_and_document() -> None:
    letter = write(section("practitioner", AUDIT), section("auditor", OTHER))

    for text in (letter.text, letter.html):
        assert "Thursday 29 October 2026" in text
        assert "Friday 30 October 2026" in text
        assert "PA-2026-0001" in text
        assert f"https://audit.council.example/v1/audits/{AUDIT}" in text
        assert f"https://audit.council.example/v1/audits/{OTHER}" in text
        assert "https://audit.council.example/v1/policy/documents/audit-tool" in text
    assert letter.text.index("Audits of your own work") < letter.text.index("Audits for you to carry out")


def test_a_cycle_without_an_audit_says_so() -> None:
    letter = write()

    assert letter.subject == "All audits allocated, October 2026"
    assert "No audit was allocated in it." in letter.text
    assert "No audit was allocated in it." in letter.html


def test_who_stands_in_reads_why_and_the_audit_team_reads_which_posts_are_vacant() -> None:
    why = "Nobody holds the post of team manager of CART, so the head of service of Home First is told instead."
    warning = "Nobody holds the post of director: the divisional director is told instead."

    audit_team, stand_in = section("audit_team", AUDIT), section("team_manager", AUDIT, stands_in=True)

    letter = write(stand_in, audit_team, standing_in=[why], vacancies=[warning])

    assert "Audits in a team whose manager you stand in for\n" in letter.text
    assert why in letter.text
    assert why in letter.html
    assert warning in letter.text
    assert warning in letter.html


@pytest.mark.proves("P4")
def test_a_teams_contact_reads_whom_to_pass_the_message_on_to_without_a_name() -> None:
    letter = write(section("practitioner", AUDIT), passed_on_by="OMHT")

    assert "for a member of staff of OMHT who has no e-mail address here" in letter.text
    assert "for a member of staff of OMHT who has no e-mail address here" in letter.html


def test_a_list_too_long_for_a_message_is_given_by_team_with_a_link() -> None:
    totals = {
        "as": "audit_team",
        "stands_in": False,
        "audits": [],
        "teams": [{"team": "CART", "audits": 250}, {"team": "HART", "audits": 1}],
    }

    letter = write(totals)

    assert "* CART: 250 audits\n* HART: 1 audit\n" in letter.text
    assert "https://audit.council.example/v1/audits?cycle=2026-10" in letter.text
    assert '<a href="https://audit.council.example/v1/audits?cycle=2026-10">' in letter.html


def test_a_team_called_like_markup_stays_text_and_a_line_break_in_a_name_stays_in_its_line() -> None:
    letter = write(section("auditor", AUDIT, team="<script>alert(1)</script>\r\n* PA-2026-9999 & more"))

    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "\n* PA-2026-9999" not in letter.text
    assert "<script>alert(1)</script> * PA-2026-9999 & more" in letter.text


def test_the_html_has_what_a_screen_reader_needs() -> None:
    html = write(section("practitioner", AUDIT), section("audit_team", AUDIT, OTHER)).html

    assert '<html lang="en-GB">' in html
    assert "<title>" in html
    assert html.count("<h1>") == 1
    assert html.count("<caption>") == html.count("<table>") == 3
    assert all(text.strip() for text in re.findall(r"<a [^>]*>([^<]*)</a>", html))
    assert "<img" not in html
    assert "http://" not in html.replace("https://", "")


# --- the calendar entry ---------------------------------------------------------------------------------------


def calendar_in(letter: Letter) -> icalendar.Calendar:
    assert letter.calendar is not None
    calendar = icalendar.Calendar.from_ical(letter.calendar)
    assert isinstance(calendar, icalendar.Calendar)
    return calendar


def test_each_of_ones_own_audits_is_a_calendar_entry_of_whole_days() -> None:
    calendar = calendar_in(write(section("practitioner", AUDIT), section("auditor", OTHER)))

    assert calendar["METHOD"] == "PUBLISH"
    assert [str(event["UID"]) for event in calendar.events] == [
        f"audit-{AUDIT}@practice-audit.invalid",
        f"audit-{OTHER}@practice-audit.invalid",
    ]
    event = calendar.events[0]
    assert event.decoded("DTSTART") == date(2026, 10, 29)
    assert event.decoded("DTEND") == date(2026, 10, 31)
    assert event["URL"] == f"https://audit.council.example/v1/audits/{AUDIT}"
    assert str(event["ORGANIZER"]) == "mailto:practice.audit@council.example"
    assert str(event["TRANSP"]) == "TRANSPARENT"
    assert "ATTENDEE" not in event


def test_the_entry_is_published_with_dates_that_no_time_zone_can_move_and_keeps_nobody_busy() -> None:
    calendar = write(section("auditor", AUDIT)).calendar

    assert calendar is not None
    assert {
        b"VERSION:2.0",
        b"PRODID:-//Practice Audit//Notices//EN",
        b"CALSCALE:GREGORIAN",
        b"METHOD:PUBLISH",
        f"UID:audit-{AUDIT}@practice-audit.invalid".encode(),
        b"SEQUENCE:0",
        b"DTSTAMP:20261001T080000Z",
        b"DTSTART;VALUE=DATE:20261029",
        b"DTEND;VALUE=DATE:20261031",
        b"ORGANIZER:mailto:practice.audit@council.example",
        b"TRANSP:TRANSPARENT",
        b"X-MICROSOFT-CDO-BUSYSTATUS:FREE",
    } <= set(calendar.split(b"\r\n"))


def test_whoever_manages_gets_one_entry_for_the_cycle_not_one_for_each_audit() -> None:
    calendar = calendar_in(write(section("team_manager", AUDIT, OTHER)))

    assert [str(event["UID"]) for event in calendar.events] == ["cycle-2026-10@practice-audit.invalid"]


def test_the_calendar_entry_is_the_same_however_often_the_letter_is_written() -> None:
    owed = Told([Owed(content(section("auditor", AUDIT)))])

    first = letter_for(owed, LETTERHEAD, SENT_AT)
    later = letter_for(owed, LETTERHEAD, SENT_AT.replace(day=4))

    assert first.calendar == later.calendar
    assert calendar_in(first).events[0].decoded("DTSTAMP") == OWED_AT
    assert (first.dated_at, later.dated_at) == (SENT_AT, SENT_AT.replace(day=4))


@pytest.mark.parametrize(
    "unreadable",
    [{}, content(closes_on="soon"), content({"as": "auditor"}), content(section("auditor", AUDIT), documents=[{}])],
    ids=["nothing", "no date", "a section without audits", "a document without a name"],
)
def test_content_of_another_kind_is_refused_by_name(unreadable: dict[str, Any]) -> None:
    with pytest.raises(UnreadableContent, match="can't be read"):
        letter_for(Told([Owed(unreadable)]), LETTERHEAD, SENT_AT)


@pytest.mark.parametrize(
    "title",
    [
        "commas, semicolons; colons: and \\backslashes\\n",
        "a line\nthat breaks",
        "ä" * 200,
        "x" * 74 + "é" + "😀" * 60,
        "x" * 1_000,
        "BEGIN:VEVENT\r\nUID:other",
    ],
)
def test_any_text_of_an_entry_is_read_back_as_it_was_and_no_line_is_too_long(title: str) -> None:
    entry = CalendarEntry("uid@x", date(2026, 10, 29), date(2026, 10, 30), title, title, "https://audit.example/1")

    written = calendar_of([(entry, OWED_AT)], "practice.audit@council.example")

    assert written is not None
    assert max(map(len, written.split(b"\r\n"))) <= 75
    (event,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert str(event["SUMMARY"]) == str(event["DESCRIPTION"]) == title.replace("\r", "")
    assert str(event["UID"]) == "uid@x"


def test_a_link_or_address_never_adds_a_property() -> None:
    entry = CalendarEntry("u", date(2026, 10, 29), date(2026, 10, 30), "t", "d", "https://x/\r\nATTENDEE:mailto:a@b.c")

    written = calendar_of([(entry, OWED_AT)], "a@b.c\nCLASS:PUBLIC")

    assert written is not None
    (event,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert not {"ATTENDEE", "CLASS"} & set(event)
