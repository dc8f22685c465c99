"""Who begins or ends as auditor within a cycle, and what they are given in it (A3). October 2026: 1st to 30th."""

from datetime import date

import pytest

from rules.appointments import Appointment, new_audits_in, why_no_new_audits
from rules.policy.load import load_edition
from rules.programme import cycle_of
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CYCLE = cycle_of(POLICY, WorkingDayCalendar.of_policy(POLICY.calendar), "2026-10")

ROWS = [
    # what, first day, last day, away, new audits, words of the reason
    ("for as long as is known, without end", None, None, False, 2, None),
    ("begins on the opening day", date(2026, 10, 1), None, False, 2, None),
    ("begins the day after", date(2026, 10, 2), None, False, 0, "begins on Friday 2 October 2026, within the cycle"),
    ("begins on the closing day", date(2026, 10, 30), None, False, 0, "from that day on they can take over one (A4)"),
    ("begins after the cycle", date(2026, 10, 31), None, False, 0, None),
    ("ends the day before it opens", None, date(2026, 9, 30), False, 0, None),
    ("ends in the middle", None, date(2026, 10, 15), False, 0, "ends on Thursday 15 October 2026, before the cycle is"),
    ("ends on the closing day", None, date(2026, 10, 30), False, 0, "ends on Friday 30 October 2026"),
    ("ends the day after it closes", None, date(2026, 10, 31), False, 2, None),
    ("away for most of it", None, None, True, 0, None),
]


@pytest.mark.proves("A3")
@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_only_who_is_appointed_from_the_first_day_to_the_last_gets_a_new_audit(
    row: tuple[str, date | None, date | None, bool, int, str | None],
) -> None:
    _, began_on, last_day_on, is_away, expected, words = row
    appointment = Appointment("A1", 2, began_on, last_day_on, is_away)
    reason = why_no_new_audits(CYCLE, appointment, POLICY)
    assert new_audits_in(CYCLE, appointment) == expected
    assert (reason is None) == (words is None)
    assert reason is None or (reason.rule == "A3" and words is not None and words in reason.sentence)


def test_who_has_no_capacity_is_not_told_of() -> None:
    appointment = Appointment("A1", 0, date(2026, 10, 5), None)
    assert why_no_new_audits(CYCLE, appointment, POLICY) is None
