"""Who takes the place of a case that falls out: the order of the draw, and who is passed over (S9, S5)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.absences import Absence
from rules.policy.load import load_edition
from rules.programme import cycle_of
from rules.replacements import (
    ReplacementDay,
    ReserveCase,
    ReserveToday,
    TeamSeats,
    in_order_of_replacement,
    why_passed_over,
    why_this_reserve,
)
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
OCTOBER = cycle_of(POLICY, CALENDAR, "2026-10")
DAY = ReplacementDay(date(2026, 10, 7), OCTOBER, POLICY, CALENDAR)
RESERVE = ReserveCase("C1", "P1", "CART", 4)
STANDS = ReserveToday("P1")


@pytest.mark.proves("S9", "S5")
def test_a_reserve_who_is_still_as_the_draw_left_them_is_next() -> None:
    assert why_passed_over(RESERVE, STANDS, DAY) is None


@pytest.mark.proves("S2", "S3", "S5", "S6", "S9", "S10")
@pytest.mark.parametrize(
    ("facts", "rule", "words"),
    [
        ({"fell_out_before": "PA-3"}, "S9", "fell out again, PA-3"),
        ({"holder_id": None}, "S5", "no longer open"),
        ({"holder_id": "P2"}, "S5", "with P2 by now"),
        ({"is_restricted": True}, "S10", "restricted by now"),
        ({"last_day_on": date(2026, 10, 30)}, "S9", "leaves on Friday 30 October 2026"),
        ({"absences": (Absence(date(2026, 10, 1), date(2026, 10, 16)),)}, "S9", "more than 10 working days"),
        ({"absences": (Absence(date(2026, 10, 7), date(2026, 11, 2)),)}, "S9", "away for more than"),
        ({"audit_this_month": "PA-9"}, "S2", "has an audit in this month, PA-9"),
        ({"unfinished_audit": "PA-8"}, "S2", "unfinished audit PA-8"),
        ({"last_audited_on": date(2026, 9, 1)}, "S3", "at least 2 months"),
        ({"is_in_re_audit": True}, "S6", "awaits a re-audit"),
        ({"case_last_audited_on": date(2025, 11, 1)}, "S6", "not again for 12 months"),
    ],
)
def test_who_is_not_eligible_on_the_day_is_passed_over_by_name_of_rule(
    facts: dict[str, Any], rule: str, words: str
) -> None:
    reason = why_passed_over(RESERVE, replace(STANDS, **facts), DAY)

    assert reason is not None
    assert reason.rule == rule
    assert words in reason.sentence


@pytest.mark.proves("S9")
def test_who_is_away_for_all_that_is_left_of_the_cycle_is_passed_over_too() -> None:
    late = replace(DAY, on=date(2026, 10, 26))
    rest = replace(STANDS, absences=(Absence(date(2026, 10, 26), date(2026, 10, 30)),))
    most = replace(STANDS, absences=(Absence(date(2026, 10, 26), date(2026, 10, 29)),))

    reason = why_passed_over(RESERVE, rest, late)
    assert reason is not None
    assert reason.sentence == "Practitioner P1 is away until the cycle closes."
    assert why_passed_over(RESERVE, most, late) is None


@pytest.mark.proves("S3", "S6")
def test_history_that_is_old_enough_keeps_nobody_out() -> None:
    old = replace(STANDS, last_audited_on=date(2026, 8, 1), case_last_audited_on=date(2025, 10, 1))

    assert why_passed_over(RESERVE, old, DAY) is None


@pytest.mark.proves("S9", "S1", "S5")
def test_the_team_itself_comes_first_then_the_team_that_is_next_for_a_seat() -> None:
    reserves = [
        ReserveCase(f"{team}-{place}", f"P-{team}-{place}", team, place)
        for team, places in {"SMALL": (2, 3), "OWN": (5, 4), "LARGE": (3,), "NONE": (1,)}.items()
        for place in places
    ]
    teams = {"OWN": TeamSeats(9, 3), "SMALL": TeamSeats(3, 1), "LARGE": TeamSeats(20, 2), "NONE": TeamSeats(1, 0)}

    order = [it.case_id for it in in_order_of_replacement(reserves, "OWN", teams, Tickets("seed"))]
    assert order == ["OWN-4", "OWN-5", "NONE-1", "LARGE-3", "SMALL-2", "SMALL-3"]


@pytest.mark.proves("S9")
@pytest.mark.parametrize(
    ("team", "over", "words"),
    [
        ("CART", 0, "number 4 in the order of team CART."),
        ("CART", 1, "team CART; 1 reserve before it was passed over."),
        ("HART", 3, "because team HART has no reserve left who can be audited; 3 reserves before it were passed over."),
    ],
)
def test_the_one_who_takes_the_place_says_why(team: str, over: int, words: str) -> None:
    sentence = why_this_reserve(RESERVE, team, "PA-7", over, POLICY).sentence

    assert sentence.startswith("Takes the place of PA-7: the next in reserve, number 4")
    assert sentence.endswith(words)
