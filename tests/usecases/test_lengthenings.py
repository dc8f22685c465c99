"""Clocks that run over a day off proclaimed since they started (FRAMEWORK, Words; L13)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.trail import TrailEntry
from rules.named_days import NamedDay
from rules.policy.shape import Policy
from tests.sweeping import Duties, found
from tests.usecases import council
from usecases.lengthenings import lengthen_clocks
from usecases.work import Work

JOY = NamedDay(date(2026, 10, 14), "A day of joy")
REPORT = "programme.report_due_before_close"


@pytest.fixture
def duties(sessions: sessionmaker[Session]) -> Duties:
    return found(sessions)


def proclaiming(*days: NamedDay) -> Policy:
    calendar = replace(council.POLICY.calendar, proclaimed_days=days)
    return replace(council.POLICY, calendar=calendar)


def recount(duties: Duties, moment: str) -> str:
    duties.at(moment)
    with duties.sessions.begin() as session:
        return lengthen_clocks(Work(session, duties.clock.at, duties.calendar, duties.policy, "scheduler"))


@pytest.mark.proves("P3", "calendar.proclaimed_days")
def test_an_open_clock_is_lengthened_once_says_so_and_is_reminded_of_by_its_new_day(duties: Duties) -> None:
    amendment = duties.owe("2026-10-15", rule="Q1", started="2026-10-12", working_days=3)
    duties.sweep("2026-10-13T06:00+01:00")
    proclaimed = duties.under(proclaiming(JOY))

    assert recount(proclaimed, "2026-10-13T09:00+01:00") == "Lengthened 1 deadlines."
    assert recount(proclaimed, "2026-10-13T10:00+01:00") == "Lengthened 0 deadlines."
    clock = duties.duty(amendment)
    assert (clock.due_on, clock.state) == (date(2026, 10, 16), "running")
    assert clock.sentence.endswith(
        "Lengthened from Thursday 15 October 2026 by A day of joy: by Friday 16 October 2026."
    )
    for day in (13, 14, 15, 16, 17):
        proclaimed.sweep(f"2026-10-{day}T09:00+01:00")
    assert duties.crossed() == [("reminder_1", "10-15"), ("overdue", "10-17")]


def test_one_that_was_overdue_runs_again_if_its_new_day_is_ahead(duties: Duties) -> None:
    amendment = duties.owe("2026-10-15", rule="Q1", started="2026-10-12", working_days=3)
    duties.sweep("2026-10-16T06:00+01:00")
    assert duties.duty(amendment).state == "overdue"
    proclaimed = duties.under(proclaiming(JOY))

    recount(proclaimed, "2026-10-16T09:00+01:00")

    assert duties.duty(amendment).state == "running"
    assert proclaimed.deliver("2026-10-16T09:01+01:00") == 0
    proclaimed.sweep("2026-10-19T06:00+01:00")
    assert proclaimed.deliver("2026-10-19T09:00+01:00") == 1


def test_the_report_of_a_cycle_is_due_later_only_if_its_own_day_is_off(duties: Duties) -> None:
    report = duties.owe("2026-10-29", limit=REPORT)

    recount(duties.under(proclaiming(JOY)), "2026-10-13T09:00+01:00")
    assert duties.duty(report).due_on == date(2026, 10, 29)

    recount(duties.under(proclaiming(NamedDay(date(2026, 10, 29), "A day of rest"))), "2026-10-13T10:00+01:00")
    assert duties.duty(report).due_on == date(2026, 10, 30)
    assert duties.audit().report_due_on == date(2026, 10, 30)


def test_what_is_done_keeps_its_day_and_each_lengthening_is_on_record(duties: Duties) -> None:
    done = duties.owe("2026-10-15", rule="Q1", started="2026-10-12", working_days=3)
    duties.change(done, state="met")
    duties.owe("2026-10-15", rule="L6", started="2026-10-12", working_days=3)

    recount(duties.under(proclaiming(JOY)), "2026-10-13T09:00+01:00")

    assert duties.duty(done).due_on == date(2026, 10, 15)
    with duties.sessions() as session:
        (entry,) = session.scalars(select(TrailEntry).where(TrailEntry.action == "deadlines_lengthened"))
    assert entry.details == {"from": "2026-10-15", "to": "2026-10-16", "deadlines": 1}
