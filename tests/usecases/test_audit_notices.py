"""Who is owed what of an audit's life, from rows to notices (FRAMEWORK section 9; L1, L6, L7, L8, L15, Q2)."""

import json
import uuid
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import event as database_event
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries import tasks
from db.tables.audits import Audit
from db.tables.notices import Notice
from db.tables.organisation import LineManagement, Person, Post, Team
from rules.matrix import EventFacts, NoticeEvent
from tests.usecases import council
from usecases.audit_notices import (
    AuditEvent,
    AuditNews,
    EarlierWork,
    facts_of_row,
    owe_audit_notices,
    owe_notices_of_audits,
)

OF_THE_TEAM = {"worker", "team manager", "audit team 1", "audit team 2"}


@pytest.fixture
def home(session: Session) -> council.Council:
    return council.found(session)


@pytest.fixture
def audit(home: council.Council) -> Audit:
    made = home.audit("worker", "auditor")
    return home.session.scalars(select(Audit).where(Audit.id == made.id)).one()


def owed(home: council.Council, event: NoticeEvent) -> dict[str, dict[str, Any]]:
    """What each person is told of it, by their name."""
    rows = home.session.execute(
        select(Person.name, Notice.content).join(Person, Person.id == Notice.recipient_id).where(Notice.event == event)
    ).all()
    assert len({row.name for row in rows}) == len(rows), "one message a person"
    return {str(row.name): row.content for row in rows}


@pytest.mark.proves("L1")
def test_of_a_meeting_its_two_hear_with_day_and_hour(home: council.Council, audit: Audit) -> None:
    news = AuditNews(meets_on=date(2026, 10, 8), meets_at=time(10))

    assert owe_audit_notices(council.work(home.session), NoticeEvent.MEETING_ARRANGED, audit, extra=news) == []

    told = owed(home, NoticeEvent.MEETING_ARRANGED)
    assert {name: content["as"] for name, content in told.items()} == {"worker": "practitioner", "auditor": "auditor"}
    assert {(content["meets_on"], content["meets_at"]) for content in told.values()} == {("2026-10-08", "10:00")}


@pytest.mark.proves("L7", "R1", "recipients.audit_issued")
@pytest.mark.parametrize(
    ("facts", "more"),
    [
        (EventFacts(grade="good"), set()),
        (EventFacts(grade="inadequate"), {"head"}),
        (EventFacts(audit_kind="re_audit", sequence=1, grade="good"), {"head"}),
        (EventFacts(audit_kind="re_audit", sequence=2, grade="inadequate"), {"head", "ad"}),
    ],
)
def test_a_report_goes_to_those_whom_its_grade_and_sequence_call_for(
    home: council.Council, audit: Audit, facts: EventFacts, more: set[str]
) -> None:
    owe_audit_notices(council.work(home.session), NoticeEvent.AUDIT_ISSUED, audit, facts)

    assert owed(home, NoticeEvent.AUDIT_ISSUED).keys() == OF_THE_TEAM | more


def test_the_facts_are_the_rows_unless_others_are_given(home: council.Council, audit: Audit) -> None:
    audit.overall_grade = "inadequate"

    assert facts_of_row(audit) == EventFacts(audit_kind="ordinary", sequence=0, grade="inadequate")
    owe_audit_notices(council.work(home.session), NoticeEvent.AUDIT_ISSUED, audit)
    assert "head" in owed(home, NoticeEvent.AUDIT_ISSUED)


@pytest.mark.proves("L10", "L11")
def test_a_team_manager_who_is_the_line_manager_too_is_asked_for_what_a_team_manager_owes(
    home: council.Council, audit: Audit
) -> None:
    worker, manager = home.people["worker"].id, home.people["team manager"].id
    home.session.add(LineManagement(person_id=worker, manager_id=manager))
    home.session.flush()

    owe_audit_notices(council.work(home.session), NoticeEvent.AUDIT_ISSUED, audit, EventFacts(grade="good"))

    assert owed(home, NoticeEvent.AUDIT_ISSUED)["team manager"]["as"] == "team_manager"


@pytest.mark.proves("L15")
def test_a_recall_goes_to_whoever_had_the_report_and_to_whoever_gets_it_now(
    home: council.Council, audit: Audit
) -> None:
    better, was = EventFacts(grade="good"), AuditNews(earlier_grades=("outstanding", "inadequate"))

    owe_audit_notices(council.work(home.session), NoticeEvent.REPORT_CORRECTED, audit, better, was)

    assert owed(home, NoticeEvent.REPORT_CORRECTED).keys() == OF_THE_TEAM | {"head", "auditor"}


@pytest.mark.proves("L8", "recipients.feedback_given")
def test_feedback_goes_to_the_practitioner_and_manager_of_before_or_to_the_manager_alone(
    home: council.Council, audit: Audit
) -> None:
    before = Team(reference="T2", name="HART", service_id="home_first")
    manager = Person(reference="W90", name="hart manager", email="hart@council.example")
    home.session.add_all([before, manager])
    home.session.flush()
    home.session.add(Post(role="team_manager", person_id=manager.id, team_id=before.id))
    home.session.flush()
    work, other = council.work(home.session), home.people["other worker"].id

    feedback = AuditNews(about=EarlierWork(other, before.id, "home_first"))
    owe_audit_notices(work, NoticeEvent.FEEDBACK_GIVEN, audit, extra=feedback)
    assert owed(home, NoticeEvent.FEEDBACK_GIVEN).keys() == {"other worker", "hart manager"}

    nobody = AuditNews(about=EarlierWork(None, home.teams["CART"].id, "home_first"), occurrence="second")
    owe_audit_notices(work, NoticeEvent.FEEDBACK_GIVEN, audit, extra=nobody)
    assert owed(home, NoticeEvent.FEEDBACK_GIVEN).keys() == {"other worker", "hart manager", "team manager"}


@pytest.mark.proves("Q2", "recipients.not_accepted")
def test_the_auditors_head_of_service_hears_of_an_audit_that_is_not_accepted(
    home: council.Council, audit: Audit
) -> None:
    owe_audit_notices(council.work(home.session), NoticeEvent.NOT_ACCEPTED, audit)

    assert owed(home, NoticeEvent.NOT_ACCEPTED).keys() == {"auditor", "audit team 1", "audit team 2", "qa head"}


def test_owing_it_again_changes_nothing_and_the_next_time_it_happens_is_told_again(
    home: council.Council, audit: Audit
) -> None:
    work = council.work(home.session)
    for _ in range(2):
        owe_audit_notices(work, NoticeEvent.REPORT_RETURNED, audit)
    count = select(Notice).where(Notice.event == "report_returned", Notice.recipient_id == audit.auditor_id)
    assert len(home.session.scalars(count).all()) == 1

    audit.version += 1
    owe_audit_notices(work, NoticeEvent.REPORT_RETURNED, audit)
    assert len(home.session.scalars(count).all()) == 2


@pytest.mark.proves("N1", "A5")
def test_a_vacant_post_and_a_missing_address_are_answered_and_make_a_task(home: council.Council, audit: Audit) -> None:
    home.session.query(Post).where(Post.role == "team_manager").delete()
    home.people["auditor"].email = None
    home.session.flush()
    work = council.work(home.session)

    untold = owe_audit_notices(work, NoticeEvent.REPORT_SUBMITTED, audit)
    assert untold == [{"rule": "A5", "sentence": "W4 has no e-mail address, so their message waits: give them one."}]
    assert tasks.open_keys(home.session, "address_missing") == {"W4"}

    untold = owe_audit_notices(work, NoticeEvent.REPORT_COMMENTED, audit)
    assert [shortfall["rule"] for shortfall in untold] == ["N1"]
    told = owed(home, NoticeEvent.REPORT_COMMENTED)
    assert told.keys() == {"head", "audit team 1", "audit team 2"}
    assert "Nobody holds the post of team manager of CART" in told["head"]["standing_in"][0]
    assert told["audit team 1"]["vacancies"] == [untold[0]["sentence"]]


def test_a_manager_who_did_the_audit_is_not_told_of_it_as_manager(home: council.Council) -> None:
    made = home.audit("worker", "team manager", number=2)
    audit = home.session.scalars(select(Audit).where(Audit.id == made.id)).one()

    owe_audit_notices(council.work(home.session), NoticeEvent.REPORT_COMMENTED, audit)

    assert owed(home, NoticeEvent.REPORT_COMMENTED).keys() == {"head", "audit team 1", "audit team 2"}


@pytest.mark.proves("P4", "C3")
def test_a_notice_holds_neither_grade_nor_kind_nor_case(home: council.Council, audit: Audit) -> None:
    facts = EventFacts(audit_kind="re_audit", sequence=2, grade="inadequate")
    for event in (NoticeEvent.AUDIT_ISSUED, NoticeEvent.REPORT_CORRECTED, NoticeEvent.FINDINGS_NOTE_MISSING):
        owe_audit_notices(council.work(home.session), event, audit, facts)

    for content in home.session.scalars(select(Notice.content)):
        said = json.dumps(content)
        assert not any(word in said for word in ("inadequate", "re_audit", "CASE-1", "finding"))


def test_many_audits_are_told_of_in_a_fixed_number_of_statements(home: council.Council) -> None:
    made = [home.audit(f"{'other ' if number % 2 else ''}worker", "auditor", number) for number in (1, 2)]
    rows = home.session.scalars(select(Audit).where(Audit.id.in_([one.id for one in made]))).all()
    work = council.work(home.session)

    assert statements(home.session, lambda: _not_accepted(work, rows[:1])) == statements(
        home.session, lambda: _not_accepted(work, rows)
    )


def _not_accepted(work: Any, rows: Any) -> None:
    events = [AuditEvent(row, facts_of_row(row), AuditNews(occurrence=str(uuid.uuid4()))) for row in rows]
    owe_notices_of_audits(work, NoticeEvent.NOT_ACCEPTED, events)


def statements(session: Session, asked: Any) -> int:
    """How many statements it takes."""
    said: list[str] = []

    def heard(*arguments: Any) -> None:
        said.append(arguments[2])

    connection = session.connection()
    database_event.listen(connection, "before_cursor_execute", heard)
    asked()
    database_event.remove(connection, "before_cursor_execute", heard)
    return len(said)
