"""A duty of a shared post stands in the list of each who holds it (section 9, L10, L13)."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from db.queries.mine import deadlines_owed_by
from db.queries.reaches import Standing
from tests.small_council import SmallCouncil

TODAY = date(2026, 10, 5)
DUE_ON = date(2026, 10, 12)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """One team with two managers, of whom ONE is named for the discussion of the findings of a member's audit."""
    council = SmallCouncil(session)
    council.extract(date(2026, 9, 28))
    for team in ("CART", "OTHER"):
        council.team(team, "S1")
    for manager in ("ONE", "TWO"):
        council.person(manager, "CART")
        council.post(manager, "team_manager", team="CART")
    council.person("ELSEWHERE", "OTHER")
    council.post("ELSEWHERE", "team_manager", team="OTHER")
    council.practitioner("ADA", "CART")
    council.auditor("AUD", "S1")
    return council


def _owed(council: SmallCouncil, person: str) -> list[str | None]:
    who = Standing(on=TODAY, person_id=council.person_id(person))
    return [row.audit for row in deadlines_owed_by(council.session, who)]


def _clock(council: SmallCouncil, audit: str, practitioner: str, role: str = "team_manager") -> None:
    made = council.audit(audit, "2026-10", "P-1", practitioner, auditor="AUD")
    council.deadline(made, "ONE", DUE_ON, owed_by_role=role)


def test_each_holder_of_a_post_sees_what_is_owed_by_it(council: SmallCouncil) -> None:
    _clock(council, "A-1", "ADA")

    assert _owed(council, "ONE") == ["A-1"]
    assert _owed(council, "TWO") == ["A-1"]


def test_the_manager_of_another_team_does_not(council: SmallCouncil) -> None:
    _clock(council, "A-1", "ADA")

    assert _owed(council, "ELSEWHERE") == []


def test_what_somebody_owes_in_person_is_theirs_alone(council: SmallCouncil) -> None:
    _clock(council, "A-1", "ADA", role="auditor")

    assert _owed(council, "ONE") == ["A-1"]
    assert _owed(council, "TWO") == []


def test_nobody_sees_to_the_findings_about_their_own_work(council: SmallCouncil) -> None:
    council.case("P-2", "TWO", "CART")
    _clock(council, "A-1", "TWO")

    assert _owed(council, "TWO") == []
