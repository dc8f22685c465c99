"""A manager leaves and a team merges in the middle of a cycle: who is told what the next day (section 9, P4, Words)."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.notices import Notice
from db.tables.organisation import Person
from db.tables.tasks import Task
from rules.post_holders import who_takes
from rules.roles import Role
from tests.small_council import POLICY, SmallCouncil, found_council, work_on
from usecases.appointments import record_absence
from usecases.audit_cycles import open_cycle
from usecases.hand_overs import HandOver, hand_over
from usecases.line_managers import change_line_manager
from usecases.posts import PostFacts, give_post
from usecases.staff_on_the_day import staff_today
from usecases.team_changes import merge_team, move_team, settle_teams

OPENS_ON = date(2026, 10, 1)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """REV has the manager M1, whom HEAD of Review line-manages; SEN of another service has M2. October is open."""
    council = found_council(session, date(2026, 9, 30))
    work = work_on(session, OPENS_ON)
    for name in ("M1", "M2", "M3", "HEAD", "HEAD-SEND"):
        council.person(name)
    give_post(work, council.person_id("M1"), PostFacts("team_manager", council.team_id("REV")))
    give_post(work, council.person_id("M2"), PostFacts("team_manager", council.team_id("SEN")))
    give_post(work, council.person_id("HEAD"), PostFacts("head_of_service", None, "review"))
    give_post(work, council.person_id("HEAD-SEND"), PostFacts("head_of_service", None, "send"))
    for number in (1, 2, 3):
        change_line_manager(work, council.person_id(f"REV-P{number}"), council.person_id("M1"), None)
    open_cycle(work, "2026-10")
    return council


def audit_of_rev(council: SmallCouncil) -> Audit:
    found = select(Audit).where(Audit.team_id == council.team_id("REV")).order_by(Audit.reference)
    return council.session.scalars(found).all()[0]


def takers(council: SmallCouncil, on: date, role: Role) -> list[str]:
    """Who would be told on that day, in that role, of something about the audit of REV."""
    work, audit = work_on(council.session, on), audit_of_rev(council)
    staff = staff_today(work)
    line = staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id)
    concerned = frozenset(map(str, (audit.practitioner_id, audit.auditor_id)))
    taken = who_takes(role, line, concerned, staff.on_the_day, POLICY)
    names = dict(council.session.execute(select(Person.id, Person.reference)).all())
    return [names[uuid.UUID(person)] for person in taken.people]


def told(council: SmallCouncil, role: Role, *days: date) -> list[list[str]]:
    return [takers(council, day, role) for day in days]


@pytest.mark.proves("P4", "N1")
def test_a_manager_leaves_in_the_middle_of_a_cycle(council: SmallCouncil) -> None:
    """M1's last day is Friday 16 October; M3 takes over on the Saturday and is away on the Monday: the head is told."""
    session = council.session
    hand_over(
        work_on(session, date(2026, 10, 12)),
        council.person_id("M1"),
        HandOver(date(2026, 10, 16), council.person_id("M3")),
    )
    record_absence(
        work_on(session, date(2026, 10, 12)), council.person_id("M3"), date(2026, 10, 19), date(2026, 10, 19)
    )
    days = (date(2026, 10, 16), date(2026, 10, 17), date(2026, 10, 19), date(2026, 10, 20))
    assert told(council, Role.TEAM_MANAGER, *days) == [["M1"], ["M3"], ["HEAD"], ["M3"]]
    assert told(council, Role.LINE_MANAGER, *days) == [["M1"], ["M3"], ["HEAD"], ["M3"]]


@pytest.mark.proves("P4", "N1")
def test_a_manager_leaves_and_nobody_follows(council: SmallCouncil) -> None:
    hand_over(work_on(council.session, OPENS_ON), council.person_id("M1"), HandOver(date(2026, 10, 16)))
    days = (date(2026, 10, 16), date(2026, 10, 17))
    assert told(council, Role.TEAM_MANAGER, *days) == [["M1"], ["HEAD"]]
    assert told(council, Role.LINE_MANAGER, *days) == [["M1"], ["HEAD"]]


@pytest.mark.proves("P4")
def test_a_team_merges_and_then_the_other_team_moves_in_the_middle_of_a_cycle(council: SmallCouncil) -> None:
    """From the 12th REV is part of SEN, and from the 19th SEN belongs to Home First; the audit stays REV's."""
    session = council.session
    rev, sen = council.team_id("REV"), council.team_id("SEN")
    before = audit_of_rev(council).service_id
    merge_team(work_on(session, date(2026, 10, 5)), rev, sen, date(2026, 10, 12))
    move_team(work_on(session, date(2026, 10, 5)), sen, "home_first", date(2026, 10, 19))
    give_post(work_on(session, OPENS_ON), council.person_id("M3"), PostFacts("head_of_service", None, "home_first"))
    for day in (date(2026, 10, 11), date(2026, 10, 12), date(2026, 10, 19)):
        settle_teams(work_on(session, day))
    days = (date(2026, 10, 11), date(2026, 10, 12), date(2026, 10, 19))
    assert told(council, Role.TEAM_MANAGER, *days) == [["M1"], ["M2"], ["M2"]]
    assert told(council, Role.HEAD_OF_SERVICE, *days) == [["HEAD"], ["HEAD-SEND"], ["M3"]]
    assert told(council, Role.LINE_MANAGER, *days) == [["M1"], ["M1"], ["M1"]]  # a person's, whatever their team
    assert (audit_of_rev(council).team_id, audit_of_rev(council).service_id) == (rev, before)


@pytest.mark.proves("A4", "S9")
def test_an_auditor_leaves_in_the_middle_of_a_cycle_and_is_told_of_no_new_audit(council: SmallCouncil) -> None:
    """Their audit waits as a task until somebody takes it; in November they are nobody's auditor."""
    session = council.session
    audit = audit_of_rev(council)
    assert audit.auditor_id is not None
    sent = len(session.scalars(select(Notice)).all())
    items = hand_over(work_on(session, date(2026, 10, 5)), audit.auditor_id, HandOver(date(2026, 10, 16)))
    assert ("audits", "to_be_decided") in [(item.holding.value, item.outcome.value) for item in items]
    assert [task.subject_id for task in session.scalars(select(Task).where(Task.kind == "auditor_leaves"))] == [
        str(audit.id)
    ]
    assert len(session.scalars(select(Notice)).all()) == sent
    council.extract(date(2026, 10, 30))
    november = open_cycle(work_on(session, date(2026, 11, 2)), "2026-11")
    auditors = session.scalars(select(Audit.auditor_id).where(Audit.cycle_id == november.row.id))
    assert audit.auditor_id not in set(auditors)
