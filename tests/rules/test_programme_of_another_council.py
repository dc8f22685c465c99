"""The same code with other councils' programmes: cycles of three months, other days, closures, no moderation."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rules.errors import NoSuchCycle, OutsideCalendar
from rules.lengths import CalendarMonths
from rules.policy.load import load_edition
from rules.programme import audit_year, cycle_of, cycle_running_on
from rules.programme_publishing import CycleKind, PlannedCycle, delayed_re_audits, validate_programme
from rules.working_days import WorkingDayCalendar

NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
CALENDAR = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)
# Its last cycle of a year ends in January of the next.
OVER_NEW_YEAR = replace(
    NORTHMOOR,
    programme=replace(NORTHMOOR.programme, cycle_months=(2, 5, 8, 11), cycle_length=CalendarMonths(3)),
)


@pytest.mark.proves("P3", "programme.cycle_length", "programme.opens_on_working_day")
@pytest.mark.proves("L5", "programme.report_due_before_close", "programme.closes_on_working_day_from_end")
@pytest.mark.parametrize(
    ("month", "opens_on", "report_due_on", "closes_on", "working_days"),
    [
        ("2026-01", date(2026, 1, 6), date(2026, 3, 23), date(2026, 3, 30), 60),
        pytest.param(
            *("2026-10", date(2026, 10, 5), date(2026, 12, 17), date(2026, 12, 24), 59),
            id="the council's winter closure is left out",
        ),
    ],
)
def test_a_quarterly_cycle_runs_from_its_policys_first_to_its_last_day(
    month: str, opens_on: date, report_due_on: date, closes_on: date, working_days: int
) -> None:
    cycle = cycle_of(NORTHMOOR, CALENDAR, month)

    assert (cycle.opens_on, cycle.report_due_on, cycle.closes_on) == (opens_on, report_due_on, closes_on)
    assert cycle.working_days == working_days


@pytest.mark.proves("P1", "P5", "P7", "programme.cycle_months")
def test_a_year_has_four_cycles_without_moderation_or_a_service_in_each() -> None:
    cycles = audit_year(NORTHMOOR, CALENDAR, 2026)

    assert [cycle.month for cycle in cycles] == ["2026-01", "2026-04", "2026-07", "2026-10"]
    assert not any(cycle.moderation or cycle.services_every_cycle for cycle in cycles)
    assert delayed_re_audits(NORTHMOOR, CALENDAR, 2026) == ()


def test_a_month_inside_a_cycle_is_no_cycle_and_the_refusal_names_this_councils_months_and_clause() -> None:
    with pytest.raises(NoSuchCycle, match="it has one in January, April, July and October") as refused:
        cycle_of(NORTHMOOR, CALENDAR, "2026-08")

    assert refused.value.clause == NORTHMOOR.clause_of("P1")
    assert "'2026-10'" in refused.value.sentence


@pytest.mark.proves("P1", "P2", "programme.ordinary_cycles", "programme.themed_cycles", "programme.theme_origins")
def test_its_programme_has_three_ordinary_cycles_and_one_themed() -> None:
    planned = [PlannedCycle(f"2027-{month:02}", CycleKind.ORDINARY) for month in (1, 4, 7)]
    themed = PlannedCycle("2027-10", CycleKind.THEMED, "Hospital discharge", "members_request")

    assert validate_programme(NORTHMOOR, 2027, [*planned, themed]) == ()
    assert len(validate_programme(NORTHMOOR, 2027, [*planned, replace(themed, origin="performance_issue")])) == 1


@pytest.mark.parametrize(
    ("on", "month"),
    [
        (date(2026, 2, 3), None),
        (date(2026, 2, 4), "2026-02"),
        (date(2026, 4, 29), "2026-02"),
        (date(2026, 12, 25), "2026-11"),
        (date(2027, 1, 28), "2026-11"),
        (date(2027, 1, 29), None),
    ],
)
def test_a_quarterly_cycle_runs_into_its_third_month_and_over_new_year(on: date, month: str | None) -> None:
    cycle = cycle_running_on(OVER_NEW_YEAR, CALENDAR, on)

    assert (cycle and cycle.month) == month


def test_a_cycle_that_opened_before_the_known_years_is_not_guessed() -> None:
    with pytest.raises(OutsideCalendar, match="2018 to 2040"):
        cycle_running_on(OVER_NEW_YEAR, CALENDAR, date(2018, 1, 3))
