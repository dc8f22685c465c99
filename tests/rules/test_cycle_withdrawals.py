"""When a whole cycle may be withdrawn, cancelled and planned again (S9, P2)."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from rules.cycle_withdrawals import CycleStanding, cancellation, cycle_withdrawal, reinstatement
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
FIRST = date(2026, 10, 1)


def refusal(
    today: date, state: str = "open", audits: Mapping[str, int] | None = None, opened_on: date | None = FIRST
) -> str | None:
    cycle = CycleStanding("2026-10", state, opened_on, audits or {"allocated": 13})
    refused = cycle_withdrawal(POLICY, CALENDAR, cycle, today).refused
    return refused.sentence if refused else None


@pytest.mark.proves("S9", "programme.cycle_withdrawn_within")
def test_on_the_day_on_which_it_opened_a_cycle_is_withdrawn_whole_and_may_open_again() -> None:
    cycle = CycleStanding("2026-10", "open", FIRST, {"allocated": 12, "withdrawn": 1})
    decision = cycle_withdrawal(POLICY, CALENDAR, cycle, FIRST)

    assert (decision.state, decision.refused) == ("planned", None)
    assert decision.deadlines_end is not None
    assert "The cycle of October 2026 was withdrawn whole on Thursday 1 October 2026" in decision.deadlines_end.sentence


@pytest.mark.proves("S9", "programme.cycle_withdrawn_within")
def test_on_its_second_day_it_is_not_and_the_sentence_shows_the_arithmetic() -> None:
    assert refusal(date(2026, 10, 2)) == (
        "The cycle of October 2026 opened on Thursday 1 October 2026 and could be withdrawn whole until Thursday "
        "1 October 2026 (0 working days later); today is Friday 2 October 2026: withdraw or replace single audits."
    )


@pytest.mark.proves("S9", "programme.cycle_withdrawn_within")
def test_opened_late_its_first_day_is_the_day_on_which_it_opened() -> None:
    assert refusal(date(2026, 10, 6), opened_on=date(2026, 10, 6)) is None


@pytest.mark.proves("S9", "programme.cycle_withdrawn_within")
def test_another_council_gives_two_working_days() -> None:
    cycle = CycleStanding("2026-10", "open", FIRST, {})
    may = {
        day: cycle_withdrawal(NORTHMOOR, CALENDAR, cycle, date(2026, 10, day)).refused is None for day in (1, 2, 5, 6)
    }

    assert may == {1: True, 2: True, 5: True, 6: False}


@pytest.mark.proves("S9")
@pytest.mark.parametrize("state", ["under_way", "discussed", "submitted", "issued"])
def test_once_an_audit_has_begun_the_cycle_stays(state: str) -> None:
    assert "1 audit has begun" in (refusal(FIRST, audits={"allocated": 12, state: 1}) or "")


@pytest.mark.proves("S9")
@pytest.mark.parametrize("state", ["planned", "closed", "cancelled"])
def test_only_an_open_cycle_is_withdrawn(state: str) -> None:
    assert f"is {state}, not open" in (refusal(FIRST, state=state) or "")


@pytest.mark.proves("P2", "recipients.cycle_cancelled")
def test_a_cycle_is_cancelled_before_it_opens_and_planned_again() -> None:
    cancelled = cancellation(POLICY, "2026-10", "planned")

    assert (cancelled.state, cancelled.refused) == ("cancelled", None)
    assert cancelled.told == ("audit_team", "audit_manager")
    assert cancellation(NORTHMOOR, "2026-10", "planned").told == ("audit_manager",)
    assert reinstatement(POLICY, "2026-10", "cancelled").state == "planned"


@pytest.mark.proves("P2")
@pytest.mark.parametrize(
    ("state", "way_out"), [("open", "on the day on which it opened"), ("closed", "withdrawn one by one")]
)
def test_one_that_opened_is_not_cancelled(state: str, way_out: str) -> None:
    refused = cancellation(POLICY, "2026-10", state).refused

    assert refused is not None
    assert way_out in refused.sentence


@pytest.mark.proves("P2")
@pytest.mark.parametrize("state", ["planned", "open", "closed"])
def test_only_a_cancelled_cycle_is_reinstated(state: str) -> None:
    assert reinstatement(POLICY, "2026-10", state).refused is not None
