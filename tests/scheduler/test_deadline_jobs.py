"""What the clock does with deadlines by itself: it sweeps, lengthens, and reports on what has closed (L12, L13, P3)."""

from datetime import date

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.queries import jobs as runs
from scheduler.runner import run
from tests.scheduling import job, means_on
from tests.sweeping import found


def tick(name: str, day: date, sessions: sessionmaker[Session]) -> str:
    """Runs a job and answers what it recorded."""
    run(job(name), means_on(day, sessions))
    with sessions() as session:
        return next(ran.outcome for ran in runs.last_runs(session) if ran.job == name)


@pytest.mark.proves("L13")
def test_deadlines_are_swept_and_a_second_tick_finds_nothing(sessions: sessionmaker[Session]) -> None:
    found(sessions).owe("2026-10-29")
    said = "Not accepted: 0. Looked at {} deadlines: reminded of {}, found 0 overdue, escalated 0."

    assert tick("sweep_deadlines", date(2026, 10, 26), sessions) == said.format(1, 1)
    assert tick("sweep_deadlines", date(2026, 10, 26), sessions) == said.format(0, 0)


def test_clocks_and_closings_are_looked_at_where_there_is_nothing_to_do(sessions: sessionmaker[Session]) -> None:
    found(sessions)

    assert tick("lengthen_clocks", date(2026, 10, 26), sessions).startswith("No days off beside")
    assert tick("report_closings", date(2026, 10, 26), sessions) == "No cycle has closed since."
