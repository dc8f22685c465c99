"""Letters about events in the life of an audit, and the invitation to its meeting (section 9, L1, L3)."""

from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest

from rules.matrix import NoticeEvent
from rules.notice_events import TAKEN_FURTHER
from rules.roles import Role
from tests.usecases.test_letters import AUDIT, LETTERHEAD, OTHER, SENT_AT, Owed, Told
from usecases.audit_notices import ISSUED_WITHOUT_GRADE, WHAT
from usecases.letters import UnreadableContent, letter_for
from usecases.letters.audit_events import meeting_entry
from usecases.letters.calendar_entries import calendar_of
from usecases.ports import Letter

LATER = {NoticeEvent.SAFETY_ALERT, *(event for event in NoticeEvent if event.startswith("moderation_"))}
OTHER_LETTERS = {
    *(NoticeEvent.ALLOCATION, NoticeEvent.AUDITOR_CHANGED, NoticeEvent.AUDIT_WITHDRAWN, NoticeEvent.AUDIT_REPLACED),
    *(NoticeEvent.CYCLE_CANCELLED, NoticeEvent.CYCLE_REINSTATED),
}
MEETING: dict[str, Any] = {"meets_on": "2026-10-08", "meets_at": "10:00", "minutes": 60}


def said(what: str, reader: str = "auditor", /, **changed: Any) -> dict[str, Any]:
    return {
        "letter": "audit_event",
        "what": what,
        "as": reader,
        "over": "practitioner",
        "audit": AUDIT,
        "reference": "PA-2026-0001",
        "sequence": 3,
        "standing_in": [],
        "vacancies": [],
        "passed_on_by": None,
    } | changed


def write(*contents: dict[str, Any]) -> Letter:
    return letter_for(Told([Owed(content) for content in contents]), LETTERHEAD, SENT_AT)


def calendar(letter: Letter) -> tuple[str, list[icalendar.Event]]:
    assert letter.calendar is not None
    read = icalendar.Calendar.from_ical(letter.calendar)
    assert isinstance(read, icalendar.Calendar)
    return str(read["METHOD"]), list(read.events)


def test_every_event_of_an_audits_life_has_its_letter() -> None:
    assert set(WHAT) == set(NoticeEvent) - LATER - OTHER_LETTERS - set(TAKEN_FURTHER)


@pytest.mark.parametrize("reader", Role)
@pytest.mark.parametrize("what", sorted({*WHAT.values(), ISSUED_WITHOUT_GRADE}))
def test_whoever_reads_has_a_subject_a_sentence_and_the_link(what: str, reader: Role) -> None:
    letter = write(said(what, reader))

    assert "PA-2026-0001" in letter.subject
    links = {"feedback": "earlier-feedback", "to_file": "case-system/commands?state=manual"}
    link = links.get(what, f"audits/{AUDIT}")
    for text in (letter.text, letter.html):
        assert f"https://audit.council.example/v1/{link}" in text
    assert letter.text.count(".") > 2


@pytest.mark.parametrize(
    ("what", "reader", "says"),
    [
        ("meeting_arranged", "practitioner", "Please look through the record beforehand."),
        ("meeting_arranged", "team_manager", "you are asked to come too"),
        ("submitted", "audit_team", "Please check it."),
        ("returned", "auditor", "asks you to change some points"),
        ("not_accepted", "auditor", "It does not stand in for a new audit."),
        ("not_accepted", "head_of_service", "complete it all the same, beside any new audit"),
        ("issued", "practitioner", "comment on it"),
        ("issued", "team_manager", "record that in a case note"),
        ("issued", "director", "The report is ready for you to read."),
        ("corrected", "head_of_service", "please use it no more"),
        ("corrected", "team_manager", "whether it is to be discussed with the practitioner, again"),
        ("corrected", "practitioner", "whether you are to discuss it with your manager, again"),
        ("discussed", "audit_team", "look for the case note"),
        ("discussed", "head_of_service", "confirm the actions that they agreed."),
        ("note_missing", "team_manager", "Please put it there"),
        ("note_missing", "audit_team", "The team manager is asked to put it there"),
        ("note_missing", "practitioner", "Your manager is asked to put it there"),
        ("note_missing", "line_manager", "The team manager is asked to put it there"),
        ("not_issued", "auditor", "It can still be completed: please do."),
        ("issued", "head_of_service", "The report is ready for you to read. The audit"),
    ],
)
def test_each_reader_is_told_what_to_do_now(what: str, reader: str, says: str) -> None:
    letter = write(said(what, reader))

    assert says in " ".join(letter.text.split())


@pytest.mark.proves("P4")
@pytest.mark.parametrize(
    ("what", "reader", "says"),
    [
        ("submitted", "audit_team", "Please check it by Friday 30 October 2026."),
        ("amended", "audit_team", "Please check it again by Friday 30 October 2026."),
        ("returned", "auditor", "change some points of your report by Friday 30 October 2026."),
        ("accepted", "auditor", "Please issue it by Friday 30 October 2026."),
        ("not_accepted", "auditor", "complete it all the same by Friday 30 October 2026."),
        ("issued", "head_of_service", "confirm by Friday 30 October 2026 what they agree."),
        ("discussed", "head_of_service", "confirm by Friday 30 October 2026 the actions that they agreed."),
        ("note_missing", "team_manager", "Please put it there by Friday 30 October 2026."),
    ],
)
def test_whoever_is_asked_for_something_reads_by_when_and_of_which_month_the_audit_is(
    what: str, reader: str, says: str
) -> None:
    letter = write(said(what, reader, due_on="2026-10-30", month="2026-10-01"))

    assert says in " ".join(letter.text.split())
    assert "The audit: PA-2026-0001 of October 2026" in letter.text
    assert "PA-2026-0001</a> of October 2026" in letter.html


@pytest.mark.proves("L1", "notices.meeting_minutes")
def test_a_meeting_invites_whoever_reads_for_an_hour_as_clocks_show_it_in_london() -> None:
    letter = write(said("meeting_arranged", "practitioner", **MEETING))

    method, (event,) = calendar(letter)
    assert (method, str(event["UID"]), event["SEQUENCE"]) == ("REQUEST", f"meeting-{AUDIT}@practice-audit.invalid", 3)
    assert event.start == datetime(2026, 10, 8, 9, tzinfo=UTC), "ten in the morning of a summer's day in London"
    assert event.end == datetime(2026, 10, 8, 10, tzinfo=UTC)
    assert str(event["ATTENDEE"]) == "mailto:worker@council.example"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert "Thursday 8 October 2026 at 10:00" in letter.text
    assert "Thursday 8 October 2026 at 10:00" in letter.html


@pytest.mark.proves("L3")
@pytest.mark.parametrize("what", ["meeting_arranged", "meeting_moved", "meeting_called_off"])
def test_the_audit_team_hears_of_a_post_that_nobody_fills_and_is_not_invited(what: str) -> None:
    letter = write(said(what, "audit_team", **MEETING, vacancies=["Nobody holds the post."]))

    assert letter.calendar is None
    assert "no invitation" in " ".join(letter.text.split())
    assert "asked to come" not in letter.text


def test_in_winter_the_hour_is_that_of_winter() -> None:
    _, (event,) = calendar(write(said("meeting_moved", **MEETING | {"meets_on": "2026-11-12"})))

    assert event.start == datetime(2026, 11, 12, 10, tzinfo=UTC)


def test_a_meeting_without_an_hour_is_a_day_in_the_calendar() -> None:
    method, (event,) = calendar(write(said("meeting_arranged", **MEETING | {"meets_at": None})))

    assert (method, event.start) == ("REQUEST", date(2026, 10, 8))
    assert str(event["TRANSP"]) == "TRANSPARENT"


def test_a_meeting_that_was_moved_twice_stands_once_as_it_is_now() -> None:
    moved = said("meeting_moved", **MEETING | {"meets_on": "2026-10-12"}, sequence=5)

    method, (event,) = calendar(write(moved, said("meeting_arranged", **MEETING)))
    assert (method, event["SEQUENCE"], event.start.day) == ("REQUEST", 5, 12)


def test_two_meetings_in_one_message_are_published_for_a_file_invites_to_one_only() -> None:
    method, events = calendar(
        write(said("meeting_arranged", **MEETING), said("meeting_arranged", audit=OTHER, **MEETING))
    )

    assert (method, len(events)) == ("PUBLISH", 2)


@pytest.mark.proves("L1", "L3")
def test_a_meeting_that_was_called_off_is_taken_out_of_calendars() -> None:
    letter = write(said("meeting_called_off", **MEETING, sequence=5))

    method, (event,) = calendar(letter)
    assert (method, str(event["STATUS"]), event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 5)
    assert str(event["UID"]) == f"meeting-{AUDIT}@practice-audit.invalid"
    assert "please take it out of your calendar" in " ".join(letter.text.split())


def test_a_meeting_that_is_not_to_be_is_taken_back() -> None:
    entry = meeting_entry(AUDIT, "PA-2026-0001", "https://x", 7, date(2026, 10, 8), is_cancelled=True)

    written = calendar_of([(entry, SENT_AT)], LETTERHEAD.sender, "worker@council.example")
    assert written is not None
    read = icalendar.Calendar.from_ical(written)
    assert isinstance(read, icalendar.Calendar)
    (event,) = read.events
    assert (str(read["METHOD"]), str(event["STATUS"]), event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 7)


def test_other_events_put_nothing_into_calendars() -> None:
    assert write(said("submitted")).calendar is None


@pytest.mark.parametrize(
    "spoilt",
    [{"what": "rumoured"}, {"audit": None}, {"meets_on": "8 October"}, {"meets_on": "2026-10-08", "meets_at": "late"}],
)
def test_content_that_this_version_cannot_read_is_refused(spoilt: dict[str, Any]) -> None:
    with pytest.raises(UnreadableContent):
        write(said("meeting_arranged") | spoilt)


def test_a_line_break_in_a_reference_begins_no_line_of_its_own() -> None:
    letter = write(said("issued", reference="PA\r\nBcc: x@y.example"))

    assert "\r" not in letter.subject
    assert "\n" not in letter.subject
