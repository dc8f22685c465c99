"""Who manages whom is seen through merged ids, so that a manager picks no auditor for their own people (S10, A4)."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.reaches import Reach, Relation, Standing, audits_within
from db.tables.audits import Audit
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
