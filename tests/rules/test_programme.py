"""The cycles of the programme, with their real dates in 2026 and 2027 (P1, P3, P5, P7, L5)."""

from dataclasses import replace
from datetime import date

import pytest

from rules.errors import InvalidFacts, NoSuchCycle, OutsideCalendar
from rules.policy.draw_shapes import ReAuditsInModerationMonth
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.programme import (
    audit_year,
    cycle_of,
    cycle_running_on,
    first_cycle_from,
    first_cycle_with_re_audit,
    next_cycle_month,
    re_audit_cycles,
    why_not_open,
    why_opened_late,
    why_re_audit_waits,
)
from rules.working_days import WorkingDayCalendar

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


def _with_moderation(rule: ReAuditsInModerationMonth) -> Policy:
    return replace(POLICY, programme=replace(POLICY.programme, reaudits_in_moderation_month=rule))


@pytest.mark.proves("P1", "P3", "programme.opens_on_working_day", "programme.closes_on_working_day_from_end")
@pytest.mark.proves("L5", "programme.report_due_before_close", "programme.cycle_length")
@pytest.mark.parametrize(
    ("month", "opens_on", "report_due_on", "closes_on", "working_days"),
    [
        ("2026-01", "2026-01-02", "2026-01-29", "2026-01-30", 21),
        ("2026-02", "2026-02-02", "2026-02-26", "2026-02-27", 20),
        ("2026-03", "2026-03-02", "2026-03-30", "2026-03-31", 22),
        ("2026-04", "2026-04-01", "2026-04-29", "2026-04-30", 20),
        ("2026-05", "2026-05-01", "2026-05-28", "2026-05-29", 19),
        ("2026-06", "2026-06-01", "2026-06-29", "2026-06-30", 22),
        ("2026-07", "2026-07-01", "2026-07-30", "2026-07-31", 23),
        ("2026-09", "2026-09-01", "2026-09-29", "2026-09-30", 22),
        ("2026-10", "2026-10-01", "2026-10-29", "2026-10-30", 22),
        ("2026-11", "2026-11-02", "2026-11-27", "2026-11-30", 21),
        ("2027-01", "2027-01-04", "2027-01-28", "2027-01-29", 20),
        ("2027-02", "2027-02-01", "2027-02-25", "2027-02-26", 20),
        ("2027-03", "2027-03-01", "2027-03-30", "2027-03-31", 21),
        ("2027-04", "2027-04-01", "2027-04-29", "2027-04-30", 22),
        ("2027-05", "2027-05-04", "2027-05-27", "2027-05-28", 19),
        ("2027-06", "2027-06-01", "2027-06-29", "2027-06-30", 22),
        ("2027-07", "2027-07-01", "2027-07-29", "2027-07-30", 22),
        ("2027-09", "2027-09-01", "2027-09-29", "2027-09-30", 22),
        ("2027-10", "2027-10-01", "2027-10-28", "2027-10-29", 21),
        ("2027-11", "2027-11-01", "2027-11-29", "2027-11-30", 22),
        ("2018-01", "2018-01-02", "2018-01-30", "2018-01-31", 22),
        ("2040-11", "2040-11-01", "2040-11-29", "2040-11-30", 22),
    ],
)
def test_a_cycle_runs_from_the_first_to_the_last_working_day_and_reports_are_due_the_day_before_it_closes(
    month: str, opens_on: str, report_due_on: str, closes_on: str, working_days: int
) -> None:
    cycle = cycle_of(POLICY, CALENDAR, month)

    assert cycle.month == month
    assert [str(cycle.opens_on), str(cycle.report_due_on), str(cycle.closes_on)] == [opens_on, report_due_on, closes_on]
    assert cycle.working_days == working_days


@pytest.mark.proves("P1", "programme.cycle_months")
@pytest.mark.parametrize("year", [2018, 2026, 2027, 2040])
def test_a_year_has_ten_cycles_and_none_in_august_or_december(year: int) -> None:
    months = [cycle.month for cycle in audit_year(POLICY, CALENDAR, year)]

    assert months == [f"{year}-{month:02}" for month in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11)]


@pytest.mark.proves("P7", "programme.moderation_months")
def test_senior_leaders_moderate_in_march_june_and_september() -> None:
    moderated = [cycle.month for cycle in audit_year(POLICY, CALENDAR, 2026) if cycle.moderation]

    assert moderated == ["2026-03", "2026-06", "2026-09"]


@pytest.mark.proves("P5", "programme.services_every_cycle")
def test_mash_is_audited_in_every_cycle() -> None:
    assert {cycle.services_every_cycle for cycle in audit_year(POLICY, CALENDAR, 2026)} == {("mash",)}


@pytest.mark.proves("P1")
@pytest.mark.parametrize(
    ("month", "named", "following"),
    [("2026-08", "August 2026", "2026-09"), ("2026-12", "December 2026", "2027-01"), ("2040-12", "", "2041-01")],
)
def test_a_month_without_a_cycle_is_refused_with_the_clause_and_the_next_cycle(
    month: str, named: str, following: str
) -> None:
    with pytest.raises(NoSuchCycle) as refused:
        cycle_of(POLICY, CALENDAR, month)

    assert (refused.value.rule, refused.value.clause) == ("P1", "3")
    for part in (repr(month), named, "every month but August and December", "(P1, clause 3)", repr(following)):
        assert part in refused.value.sentence
    assert next_cycle_month(POLICY, month) == following


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "2026-00", "0000-01", "October", "", "2026-10-01", "٢٠٢٦-10"])
def test_what_is_no_month_is_refused_with_its_value_and_how_to_write_it(month: str) -> None:
    with pytest.raises(InvalidFacts) as refused:
        cycle_of(POLICY, CALENDAR, month)

    assert refused.value.problems[0].pointer == "/cycle"
    assert repr(month) in refused.value.sentence
    assert '"2026-10"' in refused.value.sentence


def test_a_very_long_month_is_cut_short_in_its_refusal() -> None:
    with pytest.raises(InvalidFacts) as refused:
        cycle_of(POLICY, CALENDAR, "9" * 10_000_000)

    assert len(refused.value.sentence) < 200
    assert len(refused.value.problems[0].value or "") <= 40


@pytest.mark.parametrize("year", [2017, 2041])
def test_a_year_without_known_bank_holidays_is_refused(year: int) -> None:
    with pytest.raises(OutsideCalendar, match="2018 to 2040"):
        audit_year(POLICY, CALENDAR, year)
    with pytest.raises(OutsideCalendar, match="2018 to 2040"):
        cycle_of(POLICY, CALENDAR, f"{year}-01")


@pytest.mark.proves("P3")
@pytest.mark.parametrize(
    ("today", "says"),
    [
        (date(2026, 9, 30), "opens on Thursday 1 October 2026 and today is Wednesday 30 September 2026"),
        (date(2026, 10, 1), None),
        (date(2026, 10, 5), None),
        (date(2026, 10, 30), None),
        (date(2026, 10, 31), "closed on Friday 30 October 2026"),
    ],
)
def test_a_cycle_opens_on_its_day_or_later_and_not_after_it_has_closed(today: date, says: str | None) -> None:
    reason = why_not_open(POLICY, cycle_of(POLICY, CALENDAR, "2026-10"), today)

    if says is None:
        assert reason is None
    else:
        assert reason is not None
        assert (reason.rule, reason.clause) == ("P3", "3")
        assert says in reason.sentence


@pytest.mark.proves("P3")
def test_a_cycle_opened_late_says_so_and_keeps_its_nominal_dates() -> None:
    cycle = cycle_of(POLICY, CALENDAR, "2026-10")
    reason = why_opened_late(POLICY, CALENDAR, cycle, date(2026, 10, 5))

    assert reason is not None
    assert reason.sentence == (
        "Opened on Monday 5 October 2026, 2 working days after its nominal day, Thursday 1 October 2026: "
        "its rules use the nominal day and its due dates do not move."
    )
    assert why_opened_late(POLICY, CALENDAR, cycle, date(2026, 10, 1)) is None
    assert why_opened_late(POLICY, CALENDAR, cycle, date(2026, 9, 30)) is None


@pytest.mark.parametrize(
    ("on", "month"),
    [
        (date(2026, 10, 1), "2026-10"),
        (date(2026, 10, 30), "2026-10"),
        (date(2026, 10, 31), None),
        (date(2026, 5, 1), "2026-05"),
        (date(2027, 1, 3), None),
        (date(2026, 8, 14), None),
        (date(2026, 12, 14), None),
    ],
)
def test_a_cycle_runs_on_the_days_between_its_opening_and_its_close(on: date, month: str | None) -> None:
    cycle = cycle_running_on(POLICY, CALENDAR, on)

    assert (cycle and cycle.month) == month


@pytest.mark.parametrize(
    ("on", "month"),
    [
        (date(2026, 10, 1), "2026-10"),
        (date(2026, 10, 2), "2026-11"),
        (date(2026, 7, 2), "2026-09"),
        (date(2026, 11, 3), "2027-01"),
        (date(2027, 1, 1), "2027-01"),
    ],
)
def test_the_next_cycle_to_open_is_the_first_from_that_day_on(on: date, month: str) -> None:
    assert first_cycle_from(POLICY, CALENDAR, on).month == month


@pytest.mark.proves("P7", "programme.reaudits_in_moderation_month")
@pytest.mark.parametrize(
    ("rule", "grade", "waits"),
    [
        (ReAuditsInModerationMonth.DEFER, "requires_improvement", True),
        (ReAuditsInModerationMonth.DEFER, "inadequate", True),
        (ReAuditsInModerationMonth.INADEQUATE_ONLY, "requires_improvement", True),
        (ReAuditsInModerationMonth.INADEQUATE_ONLY, "inadequate", False),
        (ReAuditsInModerationMonth.ALLOW, "requires_improvement", False),
        (ReAuditsInModerationMonth.ALLOW, "inadequate", False),
    ],
)
def test_in_a_moderation_month_re_audits_wait_as_the_policy_says(
    rule: ReAuditsInModerationMonth, grade: str, *, waits: bool
) -> None:
    policy = _with_moderation(rule)
    reason = why_re_audit_waits(policy, cycle_of(policy, CALENDAR, "2026-09"), grade)

    assert (reason is not None) == waits
    if reason is not None:
        assert reason.rule == "P7"
        assert "waits for October 2026" in reason.sentence
    assert why_re_audit_waits(policy, cycle_of(policy, CALENDAR, "2026-10"), grade) is None


@pytest.mark.proves("P6", "P7")
def test_re_audits_are_done_in_every_cycle_that_does_not_moderate() -> None:
    deferring = re_audit_cycles(POLICY, CALENDAR, 2026, "inadequate")
    allowing = re_audit_cycles(_with_moderation(ReAuditsInModerationMonth.ALLOW), CALENDAR, 2026, "inadequate")

    assert [cycle.month[5:] for cycle in deferring] == ["01", "02", "04", "05", "07", "10", "11"]
    assert allowing == audit_year(POLICY, CALENDAR, 2026)


@pytest.mark.proves("P7")
@pytest.mark.parametrize(
    ("due_on", "month"),
    [
        pytest.param(date(2026, 2, 28), "2026-04", id="an Inadequate of January is first re-audited in April"),
        pytest.param(date(2026, 7, 30), "2026-10", id="one of June is first re-audited in October"),
        pytest.param(date(2026, 4, 1), "2026-04", id="due on the opening day is in time"),
        pytest.param(date(2026, 11, 3), "2027-01", id="there is no cycle in December"),
    ],
)
def test_a_re_audit_waits_for_the_first_cycle_that_does_not_moderate(due_on: date, month: str) -> None:
    assert first_cycle_with_re_audit(POLICY, CALENDAR, "inadequate", due_on).month == month
