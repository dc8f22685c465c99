"""Letters about audits that changed hands or were withdrawn, and about a whole cycle (A4, S9, P2)."""

from datetime import timedelta
from typing import Any

import icalendar
import pytest

from tests.usecases.test_letters import AUDIT, LETTERHEAD, OTHER, SENT_AT, Owed, Told
from usecases.letters import UnreadableContent, letter_for
from usecases.ports import Letter

AUDIT_UID, OTHER_UID = (f"audit-{audit}@practice-audit.invalid" for audit in (AUDIT, OTHER))

DOCUMENTS = [{"title": "Audit tool", "name": "audit-tool"}]


def moved(became: str, audit: str = AUDIT, sequence: int = 1) -> dict[str, Any]:
    reference = f"PA-2026-{int(audit[-4:]):04}"
    return {"id": audit, "reference": reference, "team": "CART", "became": became, "sequence": sequence}


def write(*audits: dict[str, Any], **changed: Any) -> Letter:
    content = {
        "letter": "move",
        "cycle": "2026-10",
        "meeting_due_on": "2026-10-29",
        "report_due_on": "2026-10-29",
        "closes_on": "2026-10-30",
        "audits": list(audits),
        "documents": [],
        "standing_in": [],
        "vacancies": [],
        "passed_on_by": None,
    } | changed
    return letter_for(Told([Owed(content)]), LETTERHEAD, SENT_AT)


def write_of_cycle(became: str, **changed: Any) -> Letter:
    return letter_for(Told([Owed(of_cycle(became, **changed))]), LETTERHEAD, SENT_AT)


def of_cycle(became: str, **changed: Any) -> dict[str, Any]:
    return {
        "letter": "cycle",
        "became": became,
        "cycle": "2026-10",
        "report_due_on": "2026-10-29",
        "closes_on": "2026-10-30",
        "audits": [{"id": AUDIT, "reference": "PA-2026-0001", "sequence": 1}],
        "has_cycle_entry": True,
        "opening": 0,
        "passed_on_by": None,
    } | changed


def events(letter: Letter) -> tuple[str, dict[str, tuple[int, str | None]]]:
    """The calendar's method, and each entry with its version and its state."""
    assert letter.calendar is not None
    calendar = icalendar.Calendar.from_ical(letter.calendar)
    assert isinstance(calendar, icalendar.Calendar)
    found = {
        str(event["UID"]): (int(str(event["SEQUENCE"])), str(event["STATUS"]) if "STATUS" in event else None)
        for event in calendar.events
    }
    return str(calendar["METHOD"]), found


@pytest.mark.proves("A4")
@pytest.mark.parametrize(
    ("became", "says"),
    [
        ("now_yours", "Audits for you to carry out from now on"),
        ("not_yours", "There is nothing more for you to do for them."),
        ("other_auditor_for_you", "The new auditor will get in touch."),
        ("other_auditor", "Audits that have another auditor"),
        ("yours_withdrawn", "There is nothing more to do for them."),
        ("withdrawn", "Audits that were withdrawn"),
        ("of_your_work", "Please look through the record beforehand."),
        ("in_place", "Audits that take the place of others"),
    ],
)
def test_each_reader_is_told_what_became_of_the_audit_and_what_to_do_now(became: str, says: str) -> None:
    letter = write(moved(became))

    assert letter.subject == "Changes to practice audits, October 2026"
    for text in (letter.text, letter.html):
        assert says in text
        assert f"https://audit.council.example/v1/audits/{AUDIT}" in text
        assert "PA-2026-0001" in text


@pytest.mark.proves("A4", "S9")
def test_whoever_gets_an_audit_gets_its_entry_and_whoever_loses_it_has_it_taken_back() -> None:
    assert events(write(moved("now_yours", sequence=2))) == ("PUBLISH", {AUDIT_UID: (2, None)})
    assert events(write(moved("of_your_work"))) == ("PUBLISH", {AUDIT_UID: (1, None)})
    assert events(write(moved("not_yours"))) == ("CANCEL", {AUDIT_UID: (1, "CANCELLED")})
    assert events(write(moved("yours_withdrawn", sequence=3))) == ("CANCEL", {AUDIT_UID: (3, "CANCELLED")})
    assert write(moved("other_auditor")).calendar is None


@pytest.mark.proves("S9")
def test_an_auditor_whose_audit_is_replaced_has_one_entry_taken_back_and_one_put_in() -> None:
    letter = write(moved("yours_withdrawn"), moved("now_yours", OTHER, 0))

    assert events(letter) == ("PUBLISH", {AUDIT_UID: (1, "CANCELLED"), OTHER_UID: (0, None)})


@pytest.mark.parametrize(
    ("became", "has_dates"), [("now_yours", True), ("in_place", True), ("withdrawn", False), ("not_yours", False)]
)
def test_dates_are_told_where_something_is_still_to_be_done(became: str, has_dates: bool) -> None:
    assert ("Thursday 29 October 2026" in write(moved(became)).text) is has_dates


@pytest.mark.proves("A4", "S9", "A5")
@pytest.mark.parametrize("became", ["now_yours", "of_your_work", "in_place"])
def test_documents_come_with_an_audit_that_is_new_to_who_reads(became: str) -> None:
    letter = write(moved(became), moved("withdrawn", OTHER), documents=DOCUMENTS)

    assert "/v1/policy/documents/audit-tool" in letter.text
    assert "/v1/policy/documents/audit-tool" in letter.html


@pytest.mark.proves("A4", "S9")
@pytest.mark.parametrize(
    "became", ["not_yours", "yours_withdrawn", "withdrawn", "other_auditor", "other_auditor_for_you"]
)
def test_no_documents_come_with_audits_that_are_gone_or_were_known_before(became: str) -> None:
    letter = write(moved(became), moved("withdrawn", OTHER), documents=DOCUMENTS)

    assert "Documents" not in letter.text
    assert "documents" not in letter.html


def test_an_audit_of_ones_own_that_is_gone_beside_others_that_are_has_no_dates() -> None:
    assert "Thursday 29 October 2026" not in write(moved("not_yours"), moved("withdrawn", OTHER)).text


def test_a_letter_without_a_calendar_file_does_not_speak_of_one() -> None:
    assert "calendar file" not in write(moved("withdrawn")).text
    assert "calendar file" in write(moved("now_yours")).text


@pytest.mark.proves("A4")
@pytest.mark.parametrize(("became", "says"), [("not_yours", "takes the dates out"), ("now_yours", "holds the dates")])
def test_a_letter_says_what_its_calendar_file_does(became: str, says: str) -> None:
    letter = write(moved(became))

    assert f"The calendar file with this message {says}" in letter.text
    assert f"The calendar file with this message {says}" in letter.html
    assert "Everything is behind the links" in write(moved("withdrawn")).html


@pytest.mark.proves("S9")
def test_a_withdrawn_cycle_takes_back_all_that_was_published_of_it() -> None:
    letter = write_of_cycle("withdrawn")

    assert letter.subject == "The audit cycle of October 2026 was withdrawn"
    assert "Nothing that you were told about it holds any more." in letter.text
    cycle = "cycle-2026-10@practice-audit.invalid"
    assert events(letter) == ("CANCEL", {AUDIT_UID: (1, "CANCELLED"), cycle: (1, "CANCELLED")})
    again = write_of_cycle("withdrawn", opening=1)
    assert events(again)[1][cycle] == (3, "CANCELLED")


@pytest.mark.proves("P2")
@pytest.mark.parametrize(
    ("became", "subject"),
    [
        ("cancelled", "The audit cycle of October 2026 is cancelled"),
        ("reinstated", "The audit cycle of October 2026 is planned again"),
    ],
)
def test_a_cancelled_cycle_is_told_without_a_calendar(became: str, subject: str) -> None:
    letter = write_of_cycle(became, audits=[], has_cycle_entry=False)

    assert (letter.subject, letter.calendar) == (subject, None)
    assert "https://audit.council.example/v1/audit-cycles/2026-10" in letter.text


@pytest.mark.proves("P2")
def test_the_subject_of_a_cycle_that_was_cancelled_and_planned_again_at_once_says_that_it_is_planned() -> None:
    cancelled = Owed(of_cycle("cancelled"), SENT_AT - timedelta(minutes=2))
    planned = Owed(of_cycle("reinstated"), SENT_AT - timedelta(minutes=1))

    letter = letter_for(Told([cancelled, planned]), LETTERHEAD, SENT_AT)

    assert letter.subject == "The audit cycle of October 2026 is planned again, and 1 more"


@pytest.mark.parametrize("changed", [{"audits": [moved("eaten")]}, {"closes_on": "soon"}, {"letter": "poem"}])
def test_a_content_of_another_version_is_refused_with_what_is_wrong(changed: dict[str, Any]) -> None:
    with pytest.raises(UnreadableContent):
        write(**changed)
    with pytest.raises(UnreadableContent, match="eaten"):
        write_of_cycle("eaten")


MEETING = {"meets_on": "2026-10-08", "meets_at": "10:00", "minutes": 60, "sequence": 4}
MEETING_UID = f"meeting-{AUDIT}@practice-audit.invalid"


@pytest.mark.proves("A4", "S9", "L1")
@pytest.mark.parametrize(
    ("became", "method", "entries"),
    [
        ("now_yours", "PUBLISH", {AUDIT_UID: (1, None), MEETING_UID: (4, None)}),
        ("not_yours", "CANCEL", {AUDIT_UID: (1, "CANCELLED"), MEETING_UID: (4, "CANCELLED")}),
        ("yours_withdrawn", "CANCEL", {AUDIT_UID: (1, "CANCELLED"), MEETING_UID: (4, "CANCELLED")}),
        ("withdrawn", "CANCEL", {MEETING_UID: (4, "CANCELLED")}),
    ],
)
def test_the_meeting_goes_to_whoever_gets_the_audit_and_is_taken_from_whoever_loses_it(
    became: str, method: str, entries: dict[str, tuple[int, str | None]]
) -> None:
    assert events(write(moved(became) | {"meeting": MEETING})) == (method, entries)


@pytest.mark.proves("A4")
@pytest.mark.parametrize("became", ["other_auditor_for_you", "other_auditor"])
def test_for_those_who_meet_another_auditor_the_meeting_stays_as_it_is(became: str) -> None:
    assert write(moved(became) | {"meeting": MEETING}).calendar is None
