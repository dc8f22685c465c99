"""Who manages whom is seen through merged ids, so that a manager picks no auditor for their own people (S10, A4)."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.audit_moves import audit_seen
from db.queries.reaches import Reach, Relation, Standing
from db.queries.standings import standing_of_account
from db.queries.within_reach import audits_within
from db.tables.access import Account
from db.tables.audits import Audit
from db.tables.organisation import Absence, Post, PostDeputy
from tests.small_council import SmallCouncil, work_on
from usecases.aliases import AliasFacts, alias_person

TODAY = date(2026, 10, 1)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """MANAGER has the auditors of team AUD; P is audited by one of them, A."""
    council = SmallCouncil(session)
    council.team("AUD", "review")
    council.team("REV", "review")
    council.person("MANAGER")
    council.person("A", "AUD")
    council.person("A-NOW")
    council.person("P", "REV")
    council.person("P-NOW")
    council.audit("PA-2026-0001", "2026-10", "C-1", "P", auditor="A", state="under_way")
    return council


def seen(council: SmallCouncil, relation: Relation, teams: tuple[str, ...] = ("AUD",)) -> list[str]:
    managed = tuple(council.team_id(team) for team in teams)
    standing = Standing(TODAY, council.person_id("MANAGER"), "MANAGER", teams=managed)
    within = audits_within(Reach(frozenset({relation}), standing))
    return list(council.session.scalars(select(Audit.reference).where(within)))


def merge(council: SmallCouncil, old: str, present: str) -> None:
    alias_person(work_on(council.session, TODAY), AliasFacts(old, present, TODAY, "One worker with two ids"))


@pytest.mark.proves("A4")
def test_the_auditors_manager_sees_the_audit(council: SmallCouncil) -> None:
    assert seen(council, Relation.AS_AUDITORS_MANAGER) == ["PA-2026-0001"]


@pytest.mark.proves("A4", "C4")
def test_one_question_finds_for_each_asker_what_is_theirs(council: SmallCouncil) -> None:
    council.team("NONE", "review")
    session, audit_id = council.session, council.session.scalars(select(Audit.id)).one()
    manager, practitioner = council.person_id("MANAGER"), council.person_id("P")

    def sees(person_id: uuid.UUID | None, *teams: str) -> bool:
        standing = Standing(TODAY, person_id, teams=tuple(council.team_id(team) for team in teams))
        return audit_seen(session, audit_id, Reach(frozenset({Relation.AS_AUDITORS_MANAGER}), standing)) is not None

    assert sees(manager, "AUD")
    assert sees(manager, "NONE", "AUD")
    assert not sees(manager)
    assert not sees(manager, "NONE")
    assert not sees(practitioner, "AUD"), "the next role up takes the audit of one's own work"
    assert not sees(manager, "AUD", "REV"), "nobody picks who audits their people"
    assert not sees(None, "AUD")


@pytest.mark.proves("A4", "S10")
@pytest.mark.parametrize(("old", "present"), [("P", "P-NOW"), ("P-NOW", "P")])
def test_but_not_of_whom_they_line_manage_under_another_id(council: SmallCouncil, old: str, present: str) -> None:
    council.line_manager("P-NOW", "MANAGER")
    assert seen(council, Relation.AS_AUDITORS_MANAGER) == ["PA-2026-0001"]
    merge(council, old, present)
    assert seen(council, Relation.AS_AUDITORS_MANAGER) == []
    assert seen(council, Relation.LINE_MANAGED) == ["PA-2026-0001"]


@pytest.mark.proves("A4", "S10")
def test_nor_of_a_member_of_their_team_under_another_id(council: SmallCouncil) -> None:
    council.team("OWN", "review")
    council.person("P-OWN", "OWN")
    teams = ("AUD", "OWN")
    assert seen(council, Relation.AS_AUDITORS_MANAGER, teams) == ["PA-2026-0001"]
    merge(council, "P", "P-OWN")
    assert seen(council, Relation.AS_AUDITORS_MANAGER, teams) == []


@pytest.mark.proves("A4", "S10")
def test_an_auditor_who_is_in_the_team_under_another_id_is_theirs(council: SmallCouncil) -> None:
    council.person("A-THIRD")
    council.audit("PA-2026-0002", "2026-09", "C-2", "P", auditor="A-THIRD", state="under_way")
    merge(council, "A-THIRD", "A")
    assert sorted(seen(council, Relation.AS_AUDITORS_MANAGER)) == ["PA-2026-0001", "PA-2026-0002"]


@pytest.mark.proves("P4", "S10")
@pytest.mark.parametrize("how", ["deputy", "stand-in"])
def test_who_acts_for_a_manager_under_another_id_manages_the_team(council: SmallCouncil, how: str) -> None:
    session, old = council.session, council.person_id("P")
    post = Post(role="team_manager", person_id=council.person_id("MANAGER"), team_id=council.team_id("AUD"))
    now = work_on(session, TODAY).now
    linked = {"person_id": council.person_id("P-NOW"), "linked_at": now, "linked_by": "a test"}
    session.add_all([post, Account(issuer="i", subject="s", kind="person", **linked)])
    session.flush()
    if how == "deputy":
        session.add(PostDeputy(post_id=post.id, person_id=old))
    else:
        session.add(Absence(person_id=post.person_id, first_on=TODAY, last_on=TODAY, stands_in_id=old))
    session.flush()
    merge(council, "P", "P-NOW")

    account = standing_of_account(session, "i", "s", TODAY)

    assert account is not None
    assert account.standing.teams == (council.team_id("AUD"),)


@pytest.mark.proves("P4", "C4")
def test_only_whom_the_absence_names_stands_in(council: SmallCouncil) -> None:
    session = council.session
    now = work_on(session, TODAY).now
    for subject in ("P", "A"):
        linked = {"person_id": council.person_id(subject), "linked_at": now, "linked_by": "a test"}
        session.add(Account(issuer="i", subject=subject, kind="person", **linked))
    manager = council.person_id("MANAGER")
    session.add(Post(role="team_manager", person_id=manager, team_id=council.team_id("AUD")))
    session.add(Absence(person_id=manager, first_on=TODAY, last_on=TODAY, stands_in_id=council.person_id("P")))
    session.flush()

    accounts = {subject: standing_of_account(session, "i", subject, TODAY) for subject in ("P", "A")}

    teams = {subject: account.standing.teams for subject, account in accounts.items() if account is not None}
    assert teams == {"P": (council.team_id("AUD"),), "A": ()}
