"""kill -9 while disputes and safety alerts move by the clock: nothing is lost, said twice or half done (W6, D7, D8)."""

import random
import time
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.disputes import DisputeStep
from db.tables.safety_alerts import SafetyAlert, SafetyAlertStep
from rules.roles import Role
from tests.faults.climb_when_told import NAME
from tests.faults.disagreements import TODAY, Disagreements
from tests.faults.test_disagreements_at_once import refuse_half_done
from tests.faults.told_processes import start, tell, wait_until_its_server_process_is_gone
from usecases.dispute_sweep import walk_disputes
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.safety_alert_sweep import sweep_alerts
from usecases.safety_alerts import Said, say
from usecases.sweep import sweep_due

ALERTS = 20
SHORT, LONG = 1, 20
# A week later an alert of stage 1 has gone up once, and a dispute's time at D1 has run out.
WEEK = timedelta(days=7)


@pytest.mark.parametrize("kills", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_killed_at_any_moment_ladders_move_once(kills: int, database_url: str, sessions: sessionmaker[Session]) -> None:
    chance, here = random.Random(kills), Disagreements.found(sessions, is_drawn=False)
    here.next_audit()
    with sessions.begin() as session:
        here.raised(session, "TM")
    told: Counter[str] = Counter()
    longest, day = 1.0, TODAY
    for number in range(kills + 1):
        name = f"round {number}"
        with sessions.begin() as session:
            work = here.work(session, "TEAM", day)
            for each in range(ALERTS):
                raise_alert(work, NewAlert(concern="Alone.", case_reference=f"{name}.{each}", team="CART"))
        day += WEEK
        with start("tests.faults.climb_when_told", database_url, str(day)) as process:
            began = time.monotonic()
            tell(process)
            if number == 0:  # how long it takes when nobody kills it
                assert process.stdout is not None
                assert process.stdout.readline() == "done\n"
                longest = time.monotonic() - began
            else:
                time.sleep(chance.uniform(0, longest))
                process.kill()
        wait_until_its_server_process_is_gone(sessions, NAME)
        before = moved(sessions, name)
        for _ in range(2):
            walk_disputes(here.means(day))
            sweep_due(here.means(day))
            sweep_alerts(here.means(day))
        told["killed in the middle"] += 0 < before < ALERTS
        told["lost"] += ALERTS - moved(sessions, name)
        told["twice"] += moves(sessions, name) - ALERTS
        with sessions.begin() as session:
            resolve_all(here, session, day)
    with sessions() as session:
        refuse_half_done(session)
        ran_out = select(func.count()).select_from(DisputeStep).where(DisputeStep.event == "time_ran_out")
        assert session.scalar(ran_out) == 1
    print(f"{kills} kills within {longest:.2f} s of {ALERTS} alerts, a dispute and its clocks each: {dict(told)}")
    assert (told["lost"], told["twice"]) == (0, 0)


def resolve_all(here: Disagreements, session: Session, day: date) -> None:
    """So that the next round is about its own alerts alone."""
    work = here.work(session, "HEAD", day)
    for alert in session.scalars(select(SafetyAlert).where(SafetyAlert.state == "open")).all():
        said = Said(event="resolved", version=alert.version, summary="She is safe.")
        say(work, alert.id, said, {Role.HEAD_OF_SERVICE: work.reach})


def moved(sessions: sessionmaker[Session], name: str) -> int:
    """How many alerts of that round have left their first rung."""
    question = select(func.count()).select_from(SafetyAlert)
    with sessions() as session:
        return session.scalar(question.where(_of(name), SafetyAlert.rung != "W1")) or 0


def moves(sessions: sessionmaker[Session], name: str) -> int:
    """How many times the clock took one of them from there."""
    steps = select(func.count()).select_from(SafetyAlertStep)
    of_round = steps.join(SafetyAlert, SafetyAlert.id == SafetyAlertStep.safety_alert_id).where(_of(name))
    with sessions() as session:
        return (
            session.scalar(of_round.where(SafetyAlertStep.event == "time_ran_out", SafetyAlertStep.rung == "W2")) or 0
        )


def _of(name: str) -> ColumnElement[bool]:
    return SafetyAlert.case_reference.startswith(f"{name}.")
