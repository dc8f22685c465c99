"""A returned report that is not amended in time is not accepted, without anybody's doing (Q2, Q3)."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from rules.quality_checks import AMENDMENT, CARRIED_OVER_REPORT
from tests.sweeping import Duties, found
from usecases.lapsed_amendments import say_not_accepted


@pytest.fixture
def duties(sessions: sessionmaker[Session]) -> Duties:
    """An audit whose report was returned, to be amended by Tuesday 20 October."""
    duties = found(sessions)
    duties.owe("2026-10-29")
    duties.owe("2026-10-30", rule="L7", limit="time_limits.issue_due_before_close")
    duties.owe("2026-10-20", rule="Q1", started="2026-10-15", limit=AMENDMENT)
    with sessions.begin() as session:
        session.get_one(Audit, duties.audit_id).state = "returned"
        for day, event in ((14, "report_submitted"), (15, "report_returned")):
            step = AuditStep(audit_id=duties.audit_id, event=event, version=day, state="returned", rule="Q1")
            step.happened_on, step.recorded_at = date(2026, 10, day), duties.clock.at
            step.recorded_by, step.clause, step.sentence = "W4", "3.15.2", "It was."
            session.add(step)
        session.get_one(Audit, duties.audit_id).version = 15
    return duties


def clocks(duties: Duties) -> dict[str, tuple[str, date]]:
    with duties.sessions() as session:
        return {clock.time_limit: (clock.state, clock.due_on) for clock in session.scalars(select(Deadline))}


@pytest.mark.proves("Q2")
def test_on_its_last_day_a_report_can_still_come_back(duties: Duties) -> None:
    duties.at("2026-10-20T23:30+01:00")

    assert say_not_accepted(duties.means) == 0
    assert clocks(duties)[AMENDMENT][0] == "running"


@pytest.mark.proves("Q2", "time_limits.amendment_within")
@pytest.mark.proves("Q3", "time_limits.carried_over_report_before_close")
def test_the_day_after_it_is_not_accepted_once_and_completed_for_the_cycle_that_is_open(duties: Duties) -> None:
    duties.at("2026-10-21T00:05+01:00")

    assert (say_not_accepted(duties.means), say_not_accepted(duties.means)) == (1, 0)
    with duties.sessions() as session:
        said = select(AuditStep.event, AuditStep.happened_on).where(AuditStep.event == "not_accepted")
        assert [tuple(row) for row in session.execute(said)] == [("not_accepted", date(2026, 10, 21))]
    assert clocks(duties)[AMENDMENT] == ("withdrawn", date(2026, 10, 20))
    assert clocks(duties)[CARRIED_OVER_REPORT] == ("running", date(2026, 10, 29))


def test_nobody_is_reminded_of_a_clock_that_ended_by_itself(duties: Duties) -> None:
    duties.at("2026-10-21T00:05+01:00")
    say_not_accepted(duties.means)
    duties.sweep()

    assert duties.told() == []


def test_one_that_cannot_be_moved_keeps_no_other_from_it(duties: Duties) -> None:
    with duties.sessions.begin() as session:
        session.get_one(Audit, duties.audit_id).state = "submitted"  # as if amended by a repair, the clock left behind
    duties.at("2026-10-21T00:05+01:00")

    assert say_not_accepted(duties.means) == 0
    assert clocks(duties)[AMENDMENT][0] == "running"
