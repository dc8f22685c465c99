"""The case note that goes with an uploaded report, and who is alerted with it (FRAMEWORK L7, C2)."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rules.case_notes import Occasion, ReportOnRecord, alerted, case_note, roles_alerted
from rules.errors import InvalidFacts
from rules.post_holders import Line, StaffOnTheDay
from tests.rules.test_recipients import AUDIT, NORTHMOOR, POLICY, staff

FILED_AT = datetime(2026, 10, 30, 15, 5, tzinfo=ZoneInfo("Europe/London"))
REPORT = ReportOnRecord("PA-2026-0412", "ordinary", 1, "good", Occasion.ISSUED, FILED_AT)


def roles(grade: str, on_the_day: StaffOnTheDay | None = None) -> list[tuple[str, str]]:
    return [(one.person_id, one.role) for one in alerted(AUDIT, grade, on_the_day or staff(), POLICY)]


@pytest.mark.proves("L7", "C2", "case_system.note_type", "case_system.document_category")
def test_the_note_has_title_type_date_time_flag_grade_place_of_the_report_and_who_is_alerted() -> None:
    note = case_note(REPORT, ["practitioner", "team_manager"], POLICY)

    assert note.note_type == "Quality Assurance"
    assert note.title == "PA-2026-0412 Practice audit, version 1"
    assert f"{note.contact_at:%d/%m/%Y %H:%M}" == "30/10/2026 15:05"
    assert note.text.splitlines() == [
        "Practice audit PA-2026-0412 was completed on Friday 30 October 2026 at 15:05.",
        "Overall grade: Good.",
        "The report is with the documents of this record as PA-2026-0412-version-1, under Quality Assurance.",
        "Alerted: practitioner and team manager.",
    ]


@pytest.mark.proves("L7", "case_system.alerted", "case_system.alerted_too")
def test_practitioner_and_managers_are_alerted_and_of_an_inadequate_audit_the_head_of_service_too() -> None:
    assert roles("good") == [("worker", "practitioner"), ("senior", "line_manager"), ("tm", "team_manager")]
    assert roles("inadequate") == [*roles("good"), ("hos", "head_of_service")]


@pytest.mark.proves("L7", "N1")
def test_a_vacant_post_is_alerted_in_the_next_role_up_and_nobody_twice() -> None:
    assert ("hos", "team_manager") in roles("inadequate", staff(team_manager=None))
    assert [person for person, _ in roles("inadequate", staff(team_manager=None))].count("hos") == 1


@pytest.mark.proves("L7")
def test_a_line_manager_who_manages_the_team_is_alerted_once_and_named_as_both() -> None:
    audit = replace(AUDIT, practitioner=replace(AUDIT.practitioner, line_manager_id="tm"))
    told = alerted(audit, "inadequate", staff(), POLICY)

    assert [(one.person_id, one.role) for one in told] == [
        ("worker", "practitioner"),
        ("tm", "line_manager"),
        ("hos", "head_of_service"),
    ]
    text = case_note(replace(REPORT, grade="inadequate"), roles_alerted(told), POLICY).text
    assert text.endswith("\nAlerted: practitioner, line manager, team manager and head of service.")


@pytest.mark.proves("L7")
def test_a_manager_who_did_the_audit_is_not_alerted_as_manager() -> None:
    audit = replace(AUDIT, auditor=Line("tm", "qa", "quality_assurance"))

    assert "tm" not in [one.person_id for one in alerted(audit, "good", staff(), POLICY)]


@pytest.mark.proves("L7", "case_system.significant_grades")
@pytest.mark.parametrize(("grade", "flag"), [("outstanding", False), ("good", False), ("inadequate", True)])
def test_only_an_inadequate_audit_is_a_significant_event(grade: str, flag: bool) -> None:
    assert case_note(replace(REPORT, grade=grade), [], POLICY).is_significant is flag


@pytest.mark.proves("L7", "case_system.most_title_characters")
def test_a_title_is_cut_to_what_the_case_system_takes_and_keeps_the_reference() -> None:
    title = case_note(replace(REPORT, kind="themed", grade="met"), [], NORTHMOOR).title

    assert title.startswith("PA-2026-0412 Themed practice audit")
    assert len(title) <= NORTHMOOR.case_system.most_title_characters == 40
    assert POLICY.case_system.most_title_characters == 100


@pytest.mark.proves("L7", "L2")
def test_a_grade_that_the_edition_does_not_have_goes_into_no_note() -> None:
    with pytest.raises(InvalidFacts, match="'met' is none of the grades outstanding"):
        case_note(replace(REPORT, grade="met"), [], POLICY)


@pytest.mark.parametrize(
    ("occasion", "words"),
    [
        (Occasion.CORRECTED, ", and this version takes the place of the one before.\n"),
        (Occasion.RESOLVED, ", after a dispute was resolved.\n"),
    ],
)
def test_a_later_version_says_why_there_is_one(occasion: Occasion, words: str) -> None:
    assert words in case_note(replace(REPORT, version=2, occasion=occasion), [], POLICY).text


@pytest.mark.proves("P8", "L7")
@pytest.mark.parametrize(
    ("percentage", "says"),
    [(67, "of which 67 % are met."), (0, "of which 0 % are met."), (None, "none of them applies.")],
)
def test_of_an_audit_without_grades_the_note_has_the_percentage(percentage: int | None, says: str) -> None:
    note = case_note(replace(REPORT, grade=None, percentage=percentage), [], POLICY)

    assert note.text.splitlines()[1].startswith("No overall grade: the audit is of compliance checks")
    assert note.text.splitlines()[1].endswith(says)
    assert not note.is_significant
