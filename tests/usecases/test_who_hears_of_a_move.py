"""Who hears of a meeting that is not to be, and of a report that was corrected more than once (L1, L3, L15)."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.notices import Notice
from db.tables.organisation import Person
from rules.audit_events import Event
from rules.audit_facts import Asked
from rules.gradings import Stage
from tests.grading_contents import whole_grading
from tests.small_council import SmallCouncil, found_council, work_on
from usecases.audit_life import Move, move
from usecases.audit_tools import tool_read
from usecases.gradings import save_grading
from usecases.report_corrections import correct_report

TODAY = date(2026, 10, 20)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    council = found_council(session, date(2026, 9, 28))
    council.person("TM")
    council.post("TM", "team_manager", team="REV")
    council.person("HOS")
    council.post("HOS", "head_of_service", service_id="review")
    return council


def audit_of(council: SmallCouncil, state: str, **facts: Any) -> Audit:
    made = council.audit("PA-2026-0001", "2026-10", "REV-P1-1", "REV-P1", state=state, auditor="home_first-A1", **facts)
    return council.session.get_one(Audit, made)


def make(session: Session, audit: Audit, event: Event, **wanted: Any) -> None:
    move(work_on(session, TODAY), audit.id, Move(event=event, **wanted))


def told(session: Session, event: str) -> dict[str, dict[str, Any]]:
    """What each person's newest notice of that event holds."""
    asked = select(Person.reference, Notice.content).join(Person, Person.id == Notice.recipient_id)
    return {row[0]: row[1] for row in session.execute(asked.where(Notice.event == event).order_by(Notice.id))}


@pytest.mark.proves("L1", "L3")
def test_a_discussion_that_is_not_held_takes_the_meeting_out_of_the_calendars_of_those_invited(
    session: Session, council: SmallCouncil
) -> None:
    audit = audit_of(council, "under_way", overall_grade=None)
    work = work_on(session, TODAY)
    first = whole_grading(tool_read(work, audit), "good")
    save_grading(work, audit.id, Stage.BEFORE_DISCUSSION, first, version=0)
    on = date(2026, 10, 27)
    make(session, audit, Event.MEETING_ARRANGED, asked=Asked(on_day=on, at=time(10)))
    make(session, audit, Event.DISCUSSION_NOT_HELD, asked=Asked(reason="x", has_text=True), written={"why": "Ill."})

    heard = told(session, "meeting_called_off")
    assert heard.keys() == {"home_first-A1", "REV-P1"} == told(session, "meeting_arranged").keys()
    for content in heard.values():
        assert (content["meets_on"], content["meets_at"], content["sequence"]) == ("2026-10-27", "10:00", audit.version)


@pytest.mark.proves("L15", "recipients.report_corrected")
def test_who_had_the_first_of_two_corrected_reports_hears_of_the_second_correction_too(
    session: Session, council: SmallCouncil
) -> None:
    audit = audit_of(council, "issued", overall_grade="inadequate")
    for grade in ("good", "requires_improvement"):
        correct_report(work_on(session, TODAY), audit.id, "Mistyped.", overall_grade=grade, domain_grades={})

    heard = {who for who, it in told(session, "report_corrected").items() if it["sequence"] == audit.version}
    assert {"home_first-A1", "REV-P1", "TM", "HOS"} <= heard
