"""A safety alert whose posts, calendar, edition or record fail it: it stands, goes on, and somebody knows (W1, W6)."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, sessionmaker

from db.queries import safety_alerts
from db.tables.notices import Notice
from db.tables.organisation import Post
from db.tables.safety_alerts import SafetyAlert
from rules.named_days import NamedDay
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.roles import Role
from rules.working_days import WorkingDayCalendar
from tests.alerts_raised import SATURDAY, raised, tasks, work_on
from tests.scheduling import KeptMail, means_on
from tests.usecases import council
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.outbox import deliver_alerts
from usecases.safety_alert_checks import alerts_astray
from usecases.safety_alert_sweep import sweep_alerts
from usecases.safety_alerts import Said, say
from usecases.work import Work

NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")


def _in_other_words(policy: Policy) -> Policy:
    """That edition under another name, in which "acknowledged" is "seen"."""
    first, *others = policy.ladders.safety_alert.rungs
    exits = tuple(replace(it, event="seen") if it.event == "acknowledged" else it for it in first.exits)
    ladder = replace(policy.ladders.safety_alert, rungs=(replace(first, exits=exits), *others))
    ladders = replace(policy.ladders, safety_alert=ladder)
    return replace(policy, edition=replace(policy.edition, id="here_no_more"), ladders=ladders)


IN_OTHER_WORDS = _in_other_words(council.POLICY)


@pytest.fixture
def audit_id(sessions: sessionmaker[Session]) -> uuid.UUID:
    with sessions.begin() as session:
        return council.found(session).audit("worker", "auditor").id


@pytest.mark.proves("W1", "W6")
def test_with_every_post_of_the_ladder_vacant_the_audit_team_is_told_and_with_none_there_it_is_a_task(
    sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    with sessions.begin() as session:
        session.execute(delete(Post).where(Post.role.not_in(("audit_team", "audit_manager"))))
    alert_id = raised(sessions, audit_id)
    with sessions() as session:
        alert = session.get_one(SafetyAlert, alert_id)
        assert (alert.state, alert.rung) == ("open", "W3"), "the director by a person's word alone"
        told = {notice.content["as"] for notice in session.scalars(select(Notice))}
        assert "audit_team" in told
        assert {notice.state for notice in session.scalars(select(Notice))} == {"pending"}
    assert "safety_alert_told_to_nobody" not in tasks(sessions)

    with sessions.begin() as session:
        session.execute(delete(Post))
    raised(sessions, audit_id)

    assert "safety_alert_told_to_nobody" in tasks(sessions)


@pytest.mark.proves("W7")
def test_beyond_the_calendars_years_an_alert_is_raised_told_and_moved_up_all_the_same(
    sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    day = date(2041, 1, 3)  # a Thursday, of a year whose bank holidays nobody knows
    alert_id = raised(sessions, audit_id, day)
    mail = KeptMail()

    deliver_alerts(means_on(day, sessions, mail=mail))
    sweep_alerts(means_on(day + timedelta(days=2), sessions))

    assert len(mail.letters) == 3
    with sessions() as session:
        alert = session.get_one(SafetyAlert, alert_id)
        assert (alert.rung, alert.due_on) == ("W2", date(2041, 1, 11))


@pytest.mark.proves("W6", "P3", "calendar.closure_days")
def test_an_alert_runs_by_the_edition_under_which_it_was_raised(
    sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    alert_id = raised(sessions, audit_id)
    closed = WorkingDayCalendar.of_england(closure_days=(NamedDay(date(2026, 10, 13), "Another council's closure"),))
    later = replace(means_on(SATURDAY + timedelta(days=3), sessions), policy=NORTHMOOR, calendar=closed)

    sweep_alerts(later)

    with sessions() as session:
        alert = session.get_one(SafetyAlert, alert_id)
        assert (alert.edition_id, alert.rung, str(alert.due_on)) == ("waltham_forest_2023", "W2", "2026-10-13")
        work = Work(session, later.clock.now(), council.CALENDAR, NORTHMOOR, "doctor")
        assert list(alerts_astray(work)) == []


@pytest.mark.proves("W6", "P3", "calendar.proclaimed_days")
def test_a_day_off_proclaimed_into_a_stage_that_is_over_moves_nothing(
    sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    alert_id = raised(sessions, audit_id, date(2026, 10, 1))
    sweep_alerts(means_on(SATURDAY, sessions))
    off = (NamedDay(date(2026, 10, 2), "Day of mourning"),)
    later = replace(means_on(date(2026, 10, 12), sessions), calendar=WorkingDayCalendar.of_england(proclaimed_days=off))

    sweep_alerts(later)

    with sessions() as session:
        steps = safety_alerts.steps_of(session, alert_id)
        assert [(step.event, step.rung) for step in steps if step.moves] == [
            ("alert_raised", "W1"),
            ("time_ran_out", "W2"),
            ("time_ran_out", "W3"),
        ]
        work = Work(session, later.clock.now(), later.calendar, council.POLICY, "doctor")
        assert list(alerts_astray(work)) == []
    assert "safety_alert_stands_still" not in tasks(sessions)


@pytest.mark.proves("W6")
def test_one_alert_that_cannot_be_walked_holds_up_no_other_and_is_a_persons(
    sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    ids = [raised(sessions, audit_id) for _ in range(3)]
    sweep_alerts(means_on(SATURDAY + timedelta(days=3), sessions))
    with sessions.begin() as session:
        session.execute(text("ALTER TABLE safety_alert_steps DISABLE TRIGGER USER"))
        changed = "UPDATE safety_alert_steps SET happened_on = '2026-09-01' WHERE by_clock AND safety_alert_id = :id"
        session.execute(text(changed), {"id": ids[0]})
        session.execute(text("ALTER TABLE safety_alert_steps ENABLE TRIGGER USER"))

    sweep_alerts(means_on(date(2026, 10, 20), sessions))

    assert "safety_alert_stands_still" in tasks(sessions)
    with sessions() as session:
        assert [session.get_one(SafetyAlert, id_).rung for id_ in ids] == ["W2", "W3", "W3"]
        work = Work(session, datetime(2026, 10, 20, 9, tzinfo=UTC), council.CALENDAR, council.POLICY, "doctor")
        (fault,) = alerts_astray(work)
        assert "cannot be walked" in fault


@pytest.mark.proves("W6")
@pytest.mark.parametrize("policy", [NORTHMOOR, IN_OTHER_WORDS], ids=["its stages", "its words"])
def test_one_of_an_edition_that_is_here_no_more_is_a_persons_where_the_one_in_force_lacks(
    sessions: sessionmaker[Session], audit_id: uuid.UUID, policy: Policy
) -> None:
    with sessions.begin() as session:
        work = replace(work_on(session), policy=policy)
        gone = raise_alert(work, NewAlert(concern="Alone.", audit_id=audit_id)).alert.id
        if policy is IN_OTHER_WORDS:
            say(work, gone, Said(event="seen", version=1), dict.fromkeys(Role, work.reach))
    other = raised(sessions, audit_id)

    sweep_alerts(means_on(date(2026, 10, 20), sessions))

    assert "safety_alert_stands_still" in tasks(sessions)
    with sessions() as session:
        assert session.get_one(SafetyAlert, other).rung == "W2"
        assert session.get_one(SafetyAlert, gone).state == "open"


@pytest.mark.proves("W1", "W6")
@pytest.mark.parametrize("changed", ["due_on = '2026-12-24'", "rung = 'W3'", "awaits = 'referral'"])
def test_an_alert_whose_row_says_other_than_its_steps_is_found(
    sessions: sessionmaker[Session], audit_id: uuid.UUID, changed: str
) -> None:
    raised(sessions, audit_id)
    with sessions.begin() as session:
        assert list(alerts_astray(work_on(session))) == []
        session.execute(text(f"UPDATE safety_alerts SET {changed}"))

    with sessions() as session:
        (fault,) = alerts_astray(work_on(session))
    assert "SA-2026-" in fault
