"""Letters about duties that are due or overdue: one list, and nothing that says how an audit went (L13, P4)."""

from typing import Any

import pytest

from tests.usecases.test_letters import AUDIT, LETTERHEAD, OTHER, SENT_AT, Owed, Told, content, section
from usecases.letters import UnreadableContent, letter_for
from usecases.ports import Letter


def duty(rule: str, event: str = "reminder", audit: str = AUDIT, **changed: Any) -> dict[str, Any]:
    return {
        "letter": "reminder",
        "event": event,
        "rule": rule,
        "due_on": "2026-10-29",
        "audit_id": audit,
        "audit": f"PA-2026-{int(audit[-4:]):04}",
        "standing_in": [],
        "passed_on_by": None,
    } | changed


def write(*contents: dict[str, Any]) -> Letter:
    return letter_for(Told([Owed(each) for each in contents]), LETTERHEAD, SENT_AT)


@pytest.mark.proves("L13")
def test_all_that_somebody_is_reminded_of_is_one_list_with_what_is_overdue_first() -> None:
    letter = write(duty("L5"), duty("L6", "overdue", OTHER, due_on="2026-10-20"), duty("L7"))

    assert letter.subject == "Practice audits: what is overdue"
    assert letter.text.count("Overdue: yours to do") == letter.text.count("Due soon: yours to do") == 1
    order = [letter.text.index(words) for words in ("Check the report", "Complete the report", "Issue the report")]
    assert order == sorted(order)
    assert "due by Tuesday 20 October 2026" in letter.text
    assert letter.html.count('<tr><th scope="row">') == 3


def test_a_duty_that_two_owe_stands_once_under_what_is_for_the_reader_to_do() -> None:
    letter = write(duty("L10", "escalation"), duty("L10", "overdue"), duty("L10", "overdue"))

    assert letter.text.count("Discuss the report with the practitioner") == 1
    assert "see to it" not in letter.text


@pytest.mark.proves("L10", "L13")
@pytest.mark.parametrize(
    ("rule", "event", "reader", "heading", "says"),
    [
        ("L10", "reminder", "team_manager", "Due soon: yours to do", "and record that in a case note"),
        ("L10", "reminder", "practitioner", "Due soon: yours to do", "Discuss the report with your manager: PA"),
        ("L10", "escalation", "head_of_service", "please see to it", "The discussion of the report by team manager"),
        ("L10", "escalation", "practitioner", "for you to know", "The discussion of the report by team manager"),
        ("L6", "overdue", "audit_team", "Overdue: yours to do", "Check the report, and accept or return it"),
        ("L6", "escalation", "audit_manager", "please see to it", "The audit team's check of the report"),
        ("L6", "escalation", "auditor", "for you to know", "The audit team's check of the report"),
        ("R1", "reminder", "head_of_service", "Due soon: yours to do", "Confirm the actions that were agreed"),
    ],
)
def test_each_reader_is_asked_for_what_is_theirs(rule: str, event: str, reader: str, heading: str, says: str) -> None:
    letter = write(duty(rule, event, **{"as": reader}))

    assert heading in letter.text
    assert says in letter.text


@pytest.mark.proves("P4")
def test_the_day_of_a_discussion_stays_behind_the_link_for_it_would_say_how_the_audit_was_graded() -> None:
    letter = write(duty("L10"))

    assert "29 October" not in letter.text + letter.html
    assert "by when is behind the link" in letter.text
    assert f"{LETTERHEAD.address}/v1/audits/{AUDIT}" in letter.text
    assert letter.calendar is None


@pytest.mark.proves("P4")
def test_a_reminder_says_which_audit_it_is_about_of_which_month_and_by_when_it_is_due() -> None:
    letter = write(duty("L5", month="2026-10-01"))

    assert "Complete the report: PA-2026-0001 of October 2026, due by Thursday 29 October 2026" in letter.text
    assert "PA-2026-0001</a> of October 2026</td><td>Thursday 29 October 2026" in letter.html


def test_other_news_stands_after_the_list_in_the_same_message() -> None:
    letter = write(content(section("auditor", OTHER)), duty("L5"))

    assert letter.text.index("Due soon: yours to do") < letter.text.index("Audits for you to carry out")


def test_what_this_version_cannot_read_is_named() -> None:
    with pytest.raises(UnreadableContent, match="birthday"):
        write(duty("L5", "birthday"))
