"""Somebody leaves: all that they hold passes on, ends or waits, in one go and explained (P4, A4, S9)."""

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.organisation import holders_on
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.organisation import Absence, Person, Post, PostDeputy, TeamMembership
from db.tables.tasks import Task
from db.tables.trail import TrailEntry
from rules.errors import InvalidFacts
from tests.organisation_facts import line_managed_by
from tests.small_council import SmallCouncil, found_council, work_on
from usecases.appointments import record_absence
from usecases.audit_cycles import open_cycle
from usecases.audit_moves import withdraw_audit
from usecases.auditor_changes import change_auditor, suggest_auditors
from usecases.deputies import name_deputy
from usecases.errors import NotAllowedNow
from usecases.hand_overs import HandedOver, HandOver, hand_over
from usecases.line_managers import change_line_manager
from usecases.posts import PostFacts, give_post
from usecases.work import Work

TODAY = date(2026, 10, 5)
LAST_DAY = date(2026, 10, 9)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """TM manages REV with DEP as deputy, stands in for HEAD of review, and line-manages REV-P1; NEXT takes over."""
    council = found_council(session, date(2026, 9, 30))
    work = work_on(session, TODAY)
    for name in ("TM", "DEP", "HEAD", "NEXT"):
        council.person(name)
    post = give_post(work, council.person_id("TM"), PostFacts("team_manager", council.team_id("REV")))
    name_deputy(work, council.person_id("TM"), post.id, deputy_id=council.person_id("DEP"), began_on=None)
    head = give_post(work, council.person_id("HEAD"), PostFacts("head_of_service", None, "review"))
    name_deputy(work, council.person_id("HEAD"), head.id, deputy_id=council.person_id("TM"), began_on=None)
    change_line_manager(work, council.person_id("REV-P1"), council.person_id("TM"), None)
    return council


def leave(council: SmallCouncil, who: str, *, dry_run: bool = False, **asked: Any) -> list[HandedOver]:
    facts = {"last_day_on": LAST_DAY, **asked}
    return hand_over(work_on(council.session, TODAY), council.person_id(who), HandOver(**facts), dry_run=dry_run)


def told(items: list[HandedOver]) -> list[tuple[str, str, str]]:
    return [(item.holding.value, item.outcome.value, item.reason.sentence) for item in items]


def rows(session: Session) -> list[int]:
    return [
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Post, PostDeputy, TeamMembership, Task, TrailEntry, Notice)
    ]


@pytest.mark.proves("P4")
def test_dry_run_lists_everything_with_its_reason_and_changes_nothing(council: SmallCouncil) -> None:
    before = rows(council.session)
    items = leave(council, "TM", dry_run=True, successor_id=council.person_id("NEXT"))
    assert told(items) == [
        ("post", "passes_on", "Team manager of REV: passes to NEXT on Saturday 10 October 2026."),
        ("deputy", "passes_on", "Deputy of the head of service of Review: passes to NEXT on Saturday 10 October 2026."),
        ("line_manages", "passes_on", "Line manager of REV-P1: passes to NEXT on Saturday 10 October 2026."),
    ]
    assert rows(council.session) == before
    assert council.session.get_one(Person, council.person_id("TM")).left_on is None


def test_rows_end_on_the_last_day_and_begin_for_the_successor_the_day_after(council: SmallCouncil) -> None:
    leave(council, "TM", successor_id=council.person_id("NEXT"))
    session, boss, following = council.session, council.person_id("TM"), council.person_id("NEXT")
    on_the_days = [
        [(row.person_id, row.deputy_id) for row in holders_on(session, day, role="team_manager")]
        for day in (LAST_DAY, date(2026, 10, 10))
    ]
    assert on_the_days == [[(boss, council.person_id("DEP"))], [(following, council.person_id("DEP"))]]
    assert line_managed_by(session, boss, LAST_DAY) == line_managed_by(session, following, date(2026, 10, 10))
    assert [row.deputy_id for row in holders_on(session, date(2026, 10, 10), role="head_of_service")] == [following]
    assert session.get_one(Person, boss).left_on == LAST_DAY
    actions = session.scalars(select(TrailEntry.action).where(TrailEntry.action.in_(["handed_over", "took_over"])))
    assert sorted(actions) == ["handed_over", "took_over"]


def test_asked_again_nothing_is_done_twice(council: SmallCouncil) -> None:
    leave(council, "TM", successor_id=council.person_id("NEXT"))
    before = rows(council.session)
    assert leave(council, "TM", successor_id=council.person_id("NEXT")) == []
    assert rows(council.session) == before


def test_single_items_go_to_others_or_to_nobody(council: SmallCouncil) -> None:
    keys = {item.holding.value: item.key for item in leave(council, "TM", dry_run=True)}
    items = leave(
        council,
        "TM",
        successor_id=council.person_id("NEXT"),
        successors={keys["post"]: council.person_id("DEP"), keys["deputy"]: None},
    )
    assert [(item.holding.value, item.successor_id) for item in items] == [
        ("post", council.person_id("DEP")),
        ("deputy", None),
        ("line_manages", council.person_id("NEXT")),
    ]
    assert "the post has no deputy from then on" in items[1].reason.sentence
    held = holders_on(council.session, date(2026, 10, 10), role="team_manager")
    assert [(row.person_id, row.deputy_id) for row in held] == [(council.person_id("DEP"), None)]


def test_nobody_becomes_their_own_line_manager_or_deputy_by_taking_over(council: SmallCouncil) -> None:
    items = leave(council, "TM", successor_id=council.person_id("REV-P1"))
    assert items[2].reason.sentence == (
        "Line manager of REV-P1: the successor is concerned by it and nobody owes a duty to themselves; their team's "
        "manager, or who is next up, is their line manager from then on."
    )
    items = leave(council, "DEP", successor_id=council.person_id("REV-P1"))
    assert [item.outcome.value for item in items] == ["ends"]


def test_absence_after_the_last_day_never_was_and_somebody_else_stands_in(council: SmallCouncil) -> None:
    work = work_on(council.session, TODAY)
    boss = council.person_id("TM")
    record_absence(work, boss, date(2026, 10, 8), date(2026, 10, 20))
    record_absence(work, boss, date(2026, 12, 1), date(2026, 12, 4))
    record_absence(work, council.person_id("HEAD"), date(2026, 10, 12), date(2026, 10, 16), stands_in_id=boss)
    leave(council, "TM", successor_id=council.person_id("NEXT"))
    absences = council.session.execute(select(Absence.last_on, Absence.stands_in_id).order_by(Absence.last_on)).all()
    assert [tuple(row) for row in absences] == [
        (LAST_DAY, None),
        (date(2026, 10, 16), council.person_id("NEXT")),
    ]


@pytest.fixture
def opened(council: SmallCouncil) -> Work:
    """The cycle of October 2026 is open; today is Monday 5 October, and an auditor more is there in each service."""
    open_cycle(work_on(council.session, date(2026, 10, 1)), "2026-10")
    for service in ("quality_assurance", "home_first", "review", "care_and_support"):
        council.auditor(f"SPARE-{service}", service, "senior_manager")
    return work_on(council.session, TODAY)


def an_audit(session: Session, *kinds: str) -> Audit:
    found = select(Audit).where(Audit.kind.in_(kinds or ("ordinary",))).order_by(Audit.reference)
    return session.scalars(found).all()[0]


@pytest.mark.proves("A4", "S9")
def test_audits_they_do_pass_on_by_the_rules_and_audits_of_their_work_wait_for_the_audit_team(
    council: SmallCouncil, opened: Work
) -> None:
    session = council.session
    audit = an_audit(session)
    practitioner, auditor = audit.practitioner_id, audit.auditor_id
    assert auditor is not None
    of_practitioner = hand_over(opened, practitioner, HandOver(LAST_DAY))
    assert ("audited", "to_be_decided") in [(item.holding.value, item.outcome.value) for item in of_practitioner]
    assert session.scalars(select(Task.kind)).all() == ["practitioner_leaves"]

    by_auditor = hand_over(opened, auditor, HandOver(LAST_DAY, audit_reason="left"))
    (item,) = [it for it in by_auditor if it.holding.value == "audits"]
    assert item.outcome.value == "to_be_decided"
    assert "no successor is named, so somebody else is to be found" in item.reason.sentence
    assert set(session.scalars(select(Task.kind))) == {"practitioner_leaves", "auditor_leaves"}


@pytest.mark.proves("A4")
def test_audit_goes_to_a_successor_who_may_have_it_with_its_deadlines(council: SmallCouncil, opened: Work) -> None:
    session = council.session
    audit, successor = one_that_somebody_can_take(council, opened)
    assert audit.auditor_id is not None
    leaver, due = audit.auditor_id, select(Deadline.due_on).where(Deadline.audit_id == audit.id).order_by(Deadline.id)
    before = session.scalars(due).all()
    refused = hand_over(
        opened, leaver, HandOver(LAST_DAY, council.person_id("NEXT"), audit_reason="left"), dry_run=True
    )
    (item,) = [it for it in refused if it.holding.value == "audits"]
    assert (item.outcome.value, item.reason.rule) == ("to_be_decided", "A1")
    assert "is not appointed to audit" in item.reason.sentence

    done = hand_over(opened, leaver, HandOver(LAST_DAY, successor, audit_reason="left"))
    session.refresh(audit)
    assert [it.outcome.value for it in done if it.holding.value == "audits"] == ["passes_on"]
    assert audit.auditor_id == successor
    assert set(session.scalars(select(Deadline.owed_by_id).where(Deadline.audit_id == audit.id))) == {successor}
    assert session.scalars(due).all() == before


def one_that_somebody_can_take(council: SmallCouncil, work: Work) -> tuple[Audit, uuid.UUID]:
    audits = council.session.scalars(select(Audit).where(Audit.origin == "drawn").order_by(Audit.reference)).all()
    found = ((audit, suggest_auditors(work, audit.id).suggested) for audit in audits)
    audit, suggested = next((audit, suggested) for audit, suggested in found if suggested)
    return audit, council.person_id(suggested[0].candidate.auditor.id)


@pytest.mark.proves("A4", "S9")
def test_what_was_to_be_decided_is_settled_once_the_audit_has_another_auditor_or_is_withdrawn(
    council: SmallCouncil, opened: Work
) -> None:
    session = council.session
    audit, successor = one_that_somebody_can_take(council, opened)
    assert audit.auditor_id is not None
    open_kinds = select(Task.kind).where(Task.state == "open", Task.subject_id == str(audit.id)).order_by(Task.kind)
    hand_over(opened, audit.auditor_id, HandOver(LAST_DAY))
    hand_over(opened, audit.practitioner_id, HandOver(LAST_DAY))
    assert session.scalars(open_kinds).all() == ["auditor_leaves", "practitioner_leaves"]

    change_auditor(opened, audit.id, successor, "left")
    assert session.scalars(open_kinds).all() == ["practitioner_leaves"]
    withdraw_audit(opened, audit.id, "practitioner_left")
    assert session.scalars(open_kinds).all() == []


def test_what_is_due_while_they_are_still_there_stays_with_them(council: SmallCouncil, opened: Work) -> None:
    audit = an_audit(council.session)
    assert audit.auditor_id is not None
    items = hand_over(opened, audit.auditor_id, HandOver(date(2026, 12, 31)), dry_run=True)
    assert "stays" in [item.outcome.value for item in items if item.holding.value == "audits"]


REFUSED = [
    ({"successor": "TM"}, InvalidFacts, "Nobody hands over to themselves"),
    ({"successors": {"post:none": None}}, InvalidFacts, "a dry run lists the keys"),
    ({"audit_reason": "tired"}, InvalidFacts, "tired"),
    ({"successor": "GONE"}, NotAllowedNow, "leaves on"),
]


@pytest.mark.parametrize(("asked", "kind", "words"), REFUSED)
def test_what_cannot_be_handed_over_is_refused_whole(
    council: SmallCouncil, asked: dict[str, object], kind: type[Exception], words: str
) -> None:
    council.person("GONE", left_on=date(2026, 10, 1))
    successor = {"successor_id": council.person_id(str(asked["successor"]))} if "successor" in asked else asked
    with pytest.raises(kind, match=words):
        leave(council, "TM", **successor)
    assert council.session.get_one(Person, council.person_id("TM")).left_on is None


@pytest.mark.proves("P4", "N1")
def test_who_stood_in_until_then_stays_on_record_when_somebody_else_stands_in_after(council: SmallCouncil) -> None:
    work = work_on(council.session, TODAY)
    leaver, successor = council.person_id("TM"), council.person_id("NEXT")
    record_absence(work, council.person_id("HEAD"), date(2026, 9, 1), date(2026, 12, 1), stands_in_id=leaver)
    leave(council, "TM", successor_id=successor)

    columns = (Absence.first_on, Absence.last_on, Absence.stands_in_id)
    absences = council.session.execute(select(*columns).order_by(Absence.first_on)).all()
    assert [tuple(row) for row in absences] == [
        (date(2026, 9, 1), LAST_DAY, leaver),
        (date(2026, 10, 10), date(2026, 12, 1), successor),
    ]
