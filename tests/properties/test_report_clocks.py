"""Clocks of a report and what on time means, for any days: never backwards, never two answers (L5, L6, L12, Q1–Q3)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.quality_checks import amendment_due, carried_over, quality_check_due
from rules.timeliness import ReportDates, Timeliness, timeliness, why_non_compliant
from rules.working_days import WorkingDayCalendar

OURS = load_edition()
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
CALENDAR = WorkingDayCalendar.of_england()
ONE_DAY = timedelta(days=1)

policies = st.sampled_from((OURS, NORTHMOOR))
days = st.dates(date(2026, 1, 1), date(2032, 12, 31))
of_october = st.dates(date(2026, 10, 1), date(2026, 12, 31))


@st.composite
def report_dates(draw: st.DrawFn) -> ReportDates:
    """Of an audit of October 2026, in an order in which they can be."""
    times = sorted(draw(st.lists(of_october, min_size=5, max_size=5)))
    kept = draw(st.integers(0, 3))
    submitted, lapsed, accepted, issued = times[:4]
    is_returned = kept == 1 and draw(st.booleans())
    return ReportDates(
        report_due_on=date(2026, 10, 29),
        closes_on=date(2026, 10, 30),
        first_submitted_on=submitted if kept >= 1 else None,
        amendment_due_on=lapsed if is_returned else None,
        not_accepted_on=lapsed if kept >= 1 and not is_returned and draw(st.booleans()) else None,
        accepted_on=accepted if kept >= 2 else None,
        issued_on=issued if kept >= 3 else None,
    )


@pytest.mark.proves("L6", "Q1")
@given(policies, days, st.booleans())
def test_a_later_day_never_gives_an_earlier_date_and_a_discussion_offered_never_less_time(
    policy: Policy, on: date, offers: bool
) -> None:
    next_day = on + ONE_DAY

    assert quality_check_due(on, policy, CALENDAR).due_on <= quality_check_due(next_day, policy, CALENDAR).due_on
    amendment = amendment_due(on, offers, policy, CALENDAR)
    assert amendment.due_on <= amendment_due(next_day, offers, policy, CALENDAR).due_on
    assert amendment.due_on <= amendment_due(on, True, policy, CALENDAR).due_on
    assert on < amendment.due_on


@pytest.mark.proves("Q3")
@given(policies, days)
def test_what_is_carried_over_is_due_ahead_in_the_nearest_cycle_that_leaves_time(policy: Policy, on: date) -> None:
    carried = carried_over(on, policy, CALENDAR)

    assert on < carried.report.due_on <= carried.issue.due_on <= carried.cycle.closes_on
    earlier = carried_over(on - ONE_DAY, policy, CALENDAR)
    assert earlier.report.due_on in (on, carried.report.due_on) or earlier.cycle == carried.cycle


@pytest.mark.proves("L5", "L12", "Q3")
@given(policies, report_dates(), of_october)
def test_how_an_audit_counts_has_one_answer_and_goes_one_way(policy: Policy, dates: ReportDates, as_of: date) -> None:
    today, later = (timeliness(dates, on, policy, CALENDAR) for on in (as_of, as_of + ONE_DAY))

    after_the_close = as_of > dates.closes_on
    assert (today is Timeliness.NOT_DUE_YET) <= (not after_the_close)
    assert (today is Timeliness.NOT_COMPLETED) <= after_the_close
    if today is Timeliness.NOT_ACCEPTED:
        assert later is Timeliness.NOT_ACCEPTED
    if today in (Timeliness.ON_TIME, Timeliness.LATE):
        assert later in (today, Timeliness.NOT_ACCEPTED)
    if today is Timeliness.NOT_COMPLETED:
        assert later in (Timeliness.NOT_COMPLETED, Timeliness.LATE, Timeliness.NOT_ACCEPTED)


@pytest.mark.proves("L5")
@given(policies, report_dates(), of_october)
def test_whoever_handed_in_late_is_never_on_time_nor_in_quality_assurance(
    policy: Policy, dates: ReportDates, as_of: date
) -> None:
    late = replace(dates, first_submitted_on=dates.report_due_on + ONE_DAY)

    assert timeliness(late, as_of, policy, CALENDAR) not in (Timeliness.ON_TIME, Timeliness.IN_QUALITY_ASSURANCE)


@pytest.mark.proves("L12")
@given(policies, report_dates(), of_october)
def test_who_is_reported_at_the_close_has_not_issued_and_is_not_in_quality_assurance(
    policy: Policy, dates: ReportDates, as_of: date
) -> None:
    is_reported = why_non_compliant(dates, as_of, policy, CALENDAR) is not None
    is_issued = dates.issued_on is not None and dates.issued_on <= as_of
    is_with_them = timeliness(dates, as_of, policy, CALENDAR) is Timeliness.IN_QUALITY_ASSURANCE

    assert is_reported is (as_of > dates.closes_on and not is_issued and not is_with_them)
