"""By when moderators are done, and in which months they begin (M3, P7)."""

from datetime import date

import pytest

from rules.lengths import CalendarMonths
from rules.moderation import moderation_due, why_no_moderation_month
from rules.policy.load import load_edition
from tests.rules.moderation_facts import CALENDAR, POLICY, policy_with

NORTHMOOR = load_edition("tests/editions/northmoor_2026")
JUNE = date(2026, 6, 1)


DUE = [
    # drawn on, due on
    ("2026-03-02", "2026-03-31"),  # the first working day of March: its last
    ("2026-06-01", "2026-06-30"),
    ("2026-09-01", "2026-09-30"),
    ("2027-03-01", "2027-03-31"),
    ("2028-09-01", "2028-09-29"),  # 30 September is a Saturday
    ("2026-03-03", "2026-04-02"),  # one month later is Good Friday, and the Thursday before it a working day
    ("2026-06-02", "2026-07-02"),
    ("2026-09-11", "2026-10-09"),  # 11 October is a Sunday
    ("2027-03-31", "2027-04-30"),  # 31 March + 1 month
    ("2027-03-02", "2027-04-02"),
    ("2026-04-01", "2026-05-01"),  # the first working day of a month without moderation
]


@pytest.mark.proves("M3", "moderation.within")
@pytest.mark.parametrize(("drawn_on", "due_on"), DUE)
def test_moderators_have_one_working_month(drawn_on: str, due_on: str) -> None:
    found = moderation_due(date.fromisoformat(drawn_on), POLICY, CALENDAR)

    assert found.due_on == date.fromisoformat(due_on)
    assert CALENDAR.is_working_day(found.due_on)
    assert (found.reason.rule, found.reason.clause) == ("M3", "3.14")


def test_the_due_date_says_how_it_was_reckoned() -> None:
    assert [moderation_due(on, POLICY, CALENDAR).reason.sentence for on in (JUNE, date(2026, 9, 11))] == [
        "Drawn on the first working day of June 2026: until the last of June 2026, Tuesday 30 June 2026.",
        (
            "Drawn on Friday 11 September 2026: 1 month from then, moved back from Sunday 11 October 2026 to a working "
            "day, Friday 9 October 2026."
        ),
    ]


@pytest.mark.proves("M1", "P7")
def test_a_month_without_moderation_says_which_have_it() -> None:
    assert why_no_moderation_month(JUNE, POLICY) is None
    assert why_no_moderation_month(date(2026, 7, 1), POLICY) == POLICY.reason(
        "M1", "July 2026 is no moderation month: senior leaders moderate in March, June, September."
    )
    assert why_no_moderation_month(JUNE, NORTHMOOR) == NORTHMOOR.reason(
        "M1", "June 2026 is no moderation month: senior leaders moderate in no month."
    )


@pytest.mark.proves("moderation.within")
def test_two_months_from_the_first_working_day_of_a_moderation_month_end_with_the_month_after() -> None:
    assert moderation_due(JUNE, policy_with(within=CalendarMonths(2)), CALENDAR).due_on == date(2026, 7, 31)
