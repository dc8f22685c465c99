"""When a cycle has closed: how its audits stood to its dates, and who hears of those not issued (L12)."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.audits import AuditMade
from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from db.tables.notices import Notice
from db.tables.organisation import Person
from db.tables.programme import AuditCycle
from db.tables.trail import TrailEntry
from tests.usecases.council import Council, found, work
from usecases.cycle_closings import report_closings

DAY_AFTER = datetime(2026, 10, 31, 1, tzinfo=UTC)
NEXT_CLOSE = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def council(session: Session) -> Council:
    """October has closed with three audits: issued on time, with the audit team since its last day, and not begun."""
    home = found(session)
    home.cycle.state = "closed"
    issued, checked = home.audit("worker", "auditor"), home.audit("other worker", "auditor", number=2)
    home.audit("team manager", "auditor", number=3)
    happened(session, issued, "issued", report_submitted=20, report_accepted=21, audit_issued=22)
    happened(session, checked, "submitted", report_submitted=29)
    session.get_one(Audit, issued.id).issued_on = date(2026, 10, 22)
    session.flush()
    return home


def happened(session: Session, audit: AuditMade, state: str, **events: int) -> None:
    session.get_one(Audit, audit.id).state = state
    for version, (event, day) in enumerate(events.items(), start=2):
        step = AuditStep(audit_id=audit.id, event=event, version=version, state=state, rule="L5", clause="3.7")
        step.happened_on, step.recorded_at = date(2026, 10, day), DAY_AFTER
        step.recorded_by, step.sentence = "W4", "It did."
        session.add(step)
    session.flush()


def close_november(session: Session) -> None:
    days = {"opens_on": date(2026, 11, 2), "report_due_on": date(2026, 11, 27), "closes_on": date(2026, 11, 30)}
    edition = {"edition_id": "waltham_forest_2023", "edition_version": "1"}
    session.add(
        AuditCycle(month="2026-11", kind="ordinary", state="closed", shortfalls=[], warnings=[], **days, **edition)
    )
    session.flush()


def told(session: Session) -> set[tuple[str, str]]:
    """Who was told of which audit that was not issued."""
    question = (
        select(Person.name, Notice.content["reference"].astext)
        .join(Notice, Notice.recipient_id == Person.id)
        .where(Notice.event == "not_issued_at_close")
    )
    return {(name, reference) for name, reference in session.execute(question)}


@pytest.mark.proves("L12", "recipients.not_issued_at_close")
def test_the_auditors_head_hears_of_what_was_not_issued_and_not_of_what_is_still_being_checked(
    session: Session, council: Council
) -> None:
    assert report_closings(work(session, DAY_AFTER)) == "Reported on 2026-10; 1 audit was not issued."

    assert {("auditor", "PA-2026-0003"), ("qa head", "PA-2026-0003"), ("audit team 1", "PA-2026-0003")} <= told(session)
    assert {reference for _, reference in told(session)} == {"PA-2026-0003"}
    assert not {"worker", "head"} & {name for name, _ in told(session)}
    windows = select(Notice.send_window).where(Notice.event == "not_issued_at_close").distinct()
    assert list(session.scalars(windows)) == ["daily_digest"], "in one message with what is overdue that day (L13)"


@pytest.mark.proves("A5", "L12")
def test_who_could_not_be_told_stands_with_the_cycle(session: Session, council: Council) -> None:
    council.people["qa head"].email = None
    session.flush()

    report_closings(work(session, DAY_AFTER))

    head = council.people["qa head"].reference
    (untold,) = [it["sentence"] for it in council.cycle.shortfalls if it["rule"] == "A5"]
    assert untold == f"{head} has no e-mail address, so their message waits: give them one."


@pytest.mark.proves("L12")
def test_the_cycle_keeps_how_its_audits_stood(session: Session, council: Council) -> None:
    report_closings(work(session, DAY_AFTER))

    assert council.cycle.closing_report == {
        "as_of": "2026-10-31",
        "standings": {
            "not_due_yet": 0,
            "in_quality_assurance": 1,
            "on_time": 1,
            "late": 0,
            "not_accepted": 0,
            "not_completed": 1,
        },
    }


def test_it_is_reported_once_and_again_at_the_next_close_while_it_is_not_issued(
    session: Session, council: Council
) -> None:
    report_closings(work(session, DAY_AFTER))
    once = session.scalars(select(Notice.id)).all()
    assert report_closings(work(session, DAY_AFTER)) == "No cycle has closed since."
    assert session.scalars(select(Notice.id)).all() == once

    close_november(session)
    assert report_closings(work(session, NEXT_CLOSE)) == "Reported on 2026-11; 1 audit was not issued."
    assert len(session.scalars(select(Notice.id)).all()) == 2 * len(once)
    assert len(session.scalars(select(TrailEntry).where(TrailEntry.action == "not_issued_at_close")).all()) == 2


def test_after_weeks_without_a_scheduler_people_hear_once(session: Session, council: Council) -> None:
    close_november(session)

    assert report_closings(work(session, NEXT_CLOSE)) == "Reported on 2026-10 and 2026-11; 1 audit was not issued."
    assert len(told(session)) == len(session.scalars(select(Notice.id)).all())


def test_a_cycle_closed_early_by_hand_is_reported_when_its_last_day_has_passed(
    session: Session, council: Council
) -> None:
    on_the_last_day = datetime(2026, 10, 30, 12, tzinfo=UTC)

    assert report_closings(work(session, on_the_last_day)) == "No cycle has closed since."
    assert report_closings(work(session, DAY_AFTER)).startswith("Reported on 2026-10")
