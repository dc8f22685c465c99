"""What is said of a duty while nothing is done about it, and on which day (L13, L6, L11)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.lengths import WorkingDays
from rules.matrix import EventFacts, NoticeEvent, roles_told
from rules.policy.contradictions import contradictions_in
from rules.policy.load import load_edition
from rules.policy.notice_shapes import Escalation, SendWindow
from rules.reminders import Duty, crossings_of, standing_on
from rules.roles import Role
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")

SAID = [
    # owed by, started on, due on, what is said when
    ("a report of four weeks", "L5", "2026-10-01", "2026-10-29", "reminder_3 10-26, reminder_1 10-28, overdue 10-30"),
    ("one due after Easter", "L5", "2026-03-02", "2026-04-08", "reminder_3 04-01, reminder_1 04-07, overdue 04-09"),
    ("one due on a Friday", "L7", "2026-10-01", "2026-10-30", "reminder_3 10-27, reminder_1 10-29, overdue 10-31"),
    ("a returned report, three working days", "Q1", "2026-10-05", "2026-10-08", "reminder_1 10-07, overdue 10-09"),
    ("a check of quality, one working day", "L6", "2026-10-05", "2026-10-06", "overdue 10-07, escalation_0 10-07"),
    ("a check of quality due on a Friday", "L6", "2026-10-08", "2026-10-09", "overdue 10-10, escalation_0 10-12"),
    (
        "findings to be discussed within five working days",
        "L10",
        "2026-10-05",
        "2026-10-12",
        "reminder_3 10-07, reminder_1 10-09, overdue 10-13, escalation_0 10-13, escalation_2 10-15",
    ),
]  # fmt: skip


def duty(rule: str, started_on: date, due_on: date) -> Duty:
    by_role = {"L6": "audit_team", "L10": "team_manager"}.get(rule, "auditor")
    return Duty(rule, by_role, started_on, due_on)


def said_of(rule: str, started: str, due: str) -> str:
    crossings = crossings_of(duty(rule, date.fromisoformat(started), date.fromisoformat(due)), POLICY, CALENDAR)
    return ", ".join(f"{it.kind} {it.on:%m-%d}" for it in crossings)


@pytest.mark.proves("L13", "reminders.before_due", "reminders.escalations")
@pytest.mark.proves("L6")
@pytest.mark.proves("L11")
@pytest.mark.parametrize(("rule", "started", "due", "said"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_what_is_said_of_a_duty_and_when(rule: str, started: str, due: str, said: str) -> None:
    assert said_of(rule, started, due) == said


def test_overdue_checks_go_to_the_audit_manager_and_undiscussed_findings_two_days_later_to_the_head() -> None:
    events = {(it.of, it.after.count): NoticeEvent(it.event) for it in POLICY.reminders.escalations}
    told = {duty: {it.role for it in roles_told(event, EventFacts(), POLICY)} for duty, event in events.items()}

    assert Role.AUDIT_MANAGER in told["L6", 0]
    assert {Role.TEAM_MANAGER, Role.AUDIT_TEAM} <= told["L10", 0]
    assert Role.HEAD_OF_SERVICE not in told["L10", 0]
    assert Role.HEAD_OF_SERVICE in told["L10", 2]


def test_a_duty_that_two_owe_is_escalated_once() -> None:
    days = date(2026, 10, 5), date(2026, 10, 12)
    crossings = crossings_of(Duty("L10", "practitioner", *days), POLICY, CALENDAR)

    assert [it.kind for it in crossings] == ["reminder_3", "reminder_1", "overdue"]


STANDING = [
    # today, said before, what is said now, looked at again
    ("long before", "2026-10-07", [], [], "2026-10-26"),
    ("on the day of the first reminder", "2026-10-26", [], ["reminder_3"], "2026-10-28"),
    ("asked again that day", "2026-10-26", ["reminder_3"], [], "2026-10-28"),
    ("after a night without a sweep", "2026-10-27", [], ["reminder_3"], "2026-10-28"),
    ("after two", "2026-10-28", [], ["reminder_1"], "2026-10-30"),
    ("on the last day in time", "2026-10-29", ["reminder_3", "reminder_1"], [], "2026-10-30"),
    ("overdue", "2026-10-30", ["reminder_3", "reminder_1"], ["overdue"], None),
    ("after a week without a sweep", "2026-11-06", [], ["overdue"], None),
    ("said to be overdue by a clock that was wrong", "2026-10-28", ["overdue"], ["reminder_1"], "2026-10-30"),
]


@pytest.mark.parametrize(
    ("today", "before", "now", "again"), [row[1:] for row in STANDING], ids=[row[0] for row in STANDING]
)
def test_each_is_said_once_and_of_missed_reminders_the_last(
    today: str, before: list[str], now: list[str], again: str | None
) -> None:
    due_on = date(2026, 10, 29)
    crossings = crossings_of(duty("L5", date(2026, 10, 1), due_on), POLICY, CALENDAR)

    standing = standing_on(date.fromisoformat(today), due_on, crossings, before)

    assert [it.kind for it in standing.to_say] == now
    assert standing.next_look_on == (date.fromisoformat(again) if again else None)


def test_another_council_reminds_and_escalates_otherwise() -> None:
    calendar = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)
    crossings = crossings_of(duty("L5", date(2026, 10, 1), date(2026, 10, 29)), NORTHMOOR, calendar)

    assert [it.kind for it in crossings] == ["reminder_5", "overdue", "escalation_1"]


@given(
    started_on=st.dates(date(2026, 1, 1), date(2027, 12, 1)),
    length=st.integers(1, 40),
    days=st.lists(st.integers(-2, 70), min_size=1, max_size=30),
    rule=st.sampled_from(["L5", "L6", "L10", "Q1"]),
)
def test_however_often_and_whenever_it_is_looked_each_is_said_once_and_never_early(
    started_on: date, length: int, days: list[int], rule: str
) -> None:
    due_on = CALENDAR.add(started_on, WorkingDays(length))
    crossings = crossings_of(duty(rule, started_on, due_on), POLICY, CALENDAR)
    said: list[str] = []
    for day in days:  # the clock may jump back
        today = started_on + timedelta(days=day)
        standing = standing_on(today, due_on, crossings, said)
        assert all(started_on < it.on <= today for it in standing.to_say)
        assert len([it for it in standing.to_say if it.event == "reminder"]) + standing.is_overdue <= 1
        said += [it.kind for it in standing.to_say]
    assert len(said) == len(set(said))
    last = standing_on(due_on + timedelta(days=60), due_on, crossings, said)
    assert {*said, *(it.kind for it in last.to_say)} >= {it.kind for it in crossings if it.event != "reminder"}
    assert last.next_look_on is None


def test_an_edition_whose_reminders_contradict_each_other_is_refused() -> None:
    twice = replace(POLICY.reminders, before_due=(WorkingDays(1), WorkingDays(1)))
    nobody = Escalation("Z9", "mayor", "elections", "L6", WorkingDays(0))
    strange = replace(POLICY.reminders, escalations=(nobody, nobody))

    assert "each length once" in "".join(contradictions_in(replace(POLICY, reminders=twice)))
    found = "".join(contradictions_in(replace(POLICY, reminders=strange)))
    assert all(word in found for word in ("'Z9'", "'mayor'", "'elections'", "name each duty once"))


@pytest.mark.proves("L13", "notices.send_windows")
def test_a_window_of_what_nobody_gets_a_message_of_is_refused() -> None:
    windows = {**POLICY.notices.send_windows, "quality_check_overdue": SendWindow.WORKING_HOURS}

    found = "".join(contradictions_in(replace(POLICY, notices=replace(POLICY.notices, send_windows=windows))))

    assert found.startswith("notices.send_windows names 'quality_check_overdue', not among messages (allocation, ")
