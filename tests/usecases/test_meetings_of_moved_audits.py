"""The meeting of an audit that is withdrawn or changes hands: who is told of it (A4, S9, L1)."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audit_life import AuditStep, PlannedMeeting
from db.tables.audits import Audit
from db.tables.notices import Notice
from tests.small_council import SmallCouncil, at, work_on
from tests.usecases.moves import FIFTH, THIRD, audits, opened_council
from usecases.audit_moves import withdraw_audit


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    return opened_council(session)


def arrange(session: Session, audit: Audit, meets_on: date) -> None:
    """The meeting of an audit, as the newest step of its life."""
    audit.version += 1
    step = AuditStep(
        audit_id=audit.id,
        event="meeting_arranged",
        version=audit.version,
        state="under_way",
        happened_on=THIRD,
        recorded_at=at(THIRD),
        recorded_by="an administrator",
        rule="L1",
        clause="App A",
        sentence="The meeting was arranged.",
    )
    session.add(step)
    session.flush()
    session.add(PlannedMeeting(step_id=step.id, audit_id=audit.id, meets_on=meets_on, meets_at=time(10)))
    session.flush()


def meetings_told_of(session: Session, audit: Audit) -> dict[str, str]:
    """Who is told of the meeting in the message about the withdrawal: what became of the audit → the meeting's day."""
    contents = session.scalars(select(Notice.content).where(Notice.event == "audit_withdrawn"))
    lines = [line for content in contents for line in content["audits"] if line["id"] == str(audit.id)]
    return {line["became"]: line["meeting"]["meets_on"] for line in lines if "meeting" in line}


@pytest.mark.proves("S9", "L1")
def test_a_meeting_ahead_is_taken_back_from_those_who_were_to_meet_and_one_that_is_past_stays(
    council: SmallCouncil,
) -> None:
    session, (ahead, past, none) = council.session, audits(council.session)[:3]
    arrange(session, ahead, FIFTH + timedelta(days=1))
    arrange(session, past, THIRD)
    arrange(session, ahead, FIFTH + timedelta(days=2))

    for audit in (ahead, past, none):
        withdraw_audit(work_on(session, FIFTH), audit.id, "case_closed")

    assert meetings_told_of(session, ahead) == {"yours_withdrawn": (FIFTH + timedelta(days=2)).isoformat()}
    assert meetings_told_of(session, past) == meetings_told_of(session, none) == {}
