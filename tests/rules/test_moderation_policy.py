"""Another council's moderation, and editions that cannot hold (M1 to M3)."""

import dataclasses
from datetime import date

import pytest

from rules.lengths import CalendarMonths
from rules.moderation import moderation_due
from rules.policy.load import load_edition
from rules.policy.moderation_checks import moderation_contradictions
from rules.policy.moderation_shapes import ModerationConflict, ModerationSpread
from rules.working_days import WorkingDayCalendar
from tests.rules.moderation_facts import POLICY, audits, drawn, frame, ids, policy_with, services

NORTHMOOR = load_edition("tests/editions/northmoor_2026")
JUNE = date(2026, 6, 1)


@pytest.mark.proves(
    "M1",
    "M3",
    "moderation.share_drawn",
    "moderation.least_drawn",
    "moderation.spread_over",
    "moderation.within",
)
def test_another_council_draws_a_quarter_by_service_alone_and_gives_two_months() -> None:
    """Twenty audits, so five; a rare grade has no place of its own."""
    given = [dataclasses.replace(it, grade="met") for it in [*audits(12, "north"), *audits(8, "south")]]
    rare = dataclasses.replace(given[0], grade="not_met")
    answers = [drawn(frame([rare, *given[1:]]), NORTHMOOR, seed) for seed in "abcdefgh"]

    assert {answer.size_drawn for answer in answers} == {5}
    assert all(services(answer) == {"north": 3, "south": 2} for answer in answers)
    assert any(rare.id not in ids(answer) for answer in answers)
    calendar = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)
    assert moderation_due(JUNE, NORTHMOOR, calendar).due_on == date(2026, 7, 31)


SPOILT = [
    ({"share_drawn": 101}, "moderation.share_drawn (101) should be 0 to 100 per cent."),
    ({"share_drawn": -1}, "moderation.share_drawn (-1) should be 0 to 100 per cent."),
    ({"least_drawn": 0}, "moderation.least_drawn (0) should be 1 or more."),
    ({"spread_over": (ModerationSpread.GRADES,) * 2}, "moderation.spread_over should name each thing once."),
    (
        {"never_moderated_by": (ModerationConflict.AUDITOR,)},
        "moderation.never_moderated_by should name practitioner: nobody judges their own work.",
    ),
    ({"within": CalendarMonths(0)}, "moderation.within (0 months) should be 1 month or more."),
]


@pytest.mark.parametrize(("changed", "sentence"), SPOILT)
def test_an_edition_that_cannot_hold_says_why(changed: dict[str, object], sentence: str) -> None:
    assert list(moderation_contradictions(policy_with(**changed))) == [sentence]
    assert list(moderation_contradictions(POLICY)) == []
