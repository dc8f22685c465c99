"""Who is told of another auditor, and of an audit that is withdrawn or replaced (FRAMEWORK section 9: A4, S9)."""

from dataclasses import replace

import pytest

from rules.post_holders import Line
from rules.recipients import Told
from rules.told_of_moves import Move, told_of_move, told_of_no_audit
from tests.rules.test_recipients import AUDIT, NORTHMOOR, POLICY, staff

CHANGE = Move("A4", POLICY.notices.told_of_auditor_change)
WITHDRAWAL = Move("S9", POLICY.notices.told_of_withdrawal)


def people(told: Told) -> list[tuple[str, str]]:
    return [(recipient.person_id, recipient.role) for recipient in told.recipients]


@pytest.mark.proves("A4", "S9", "notices.told_of_auditor_change", "notices.told_of_withdrawal")
@pytest.mark.parametrize("move", [CHANGE, WITHDRAWAL])
def test_practitioner_both_auditors_the_practitioners_managers_and_the_audit_team_are_told(move: Move) -> None:
    told = told_of_move(move, AUDIT, "the one before", staff(), POLICY)

    assert people(told) == [
        ("worker", "practitioner"),
        ("the one before", "auditor"),
        ("auditor", "auditor"),
        ("senior", "line_manager"),
        ("tm", "team_manager"),
        ("team 1", "audit_team"),
        ("team 2", "audit_team"),
    ]
    assert {recipient.reasons[0].rule for recipient in told.recipients} == {move.rule}


@pytest.mark.proves("S9")
def test_with_one_auditor_that_one_is_told_once() -> None:
    told = told_of_move(WITHDRAWAL, AUDIT, None, staff(), POLICY)

    assert [person for person, role in people(told) if role == "auditor"] == ["auditor"]


@pytest.mark.proves("N1")
def test_an_absent_manager_is_stood_in_for_and_a_vacant_post_is_told_of() -> None:
    deputy = told_of_move(CHANGE, AUDIT, None, staff(away="tm"), POLICY)
    vacant = told_of_move(CHANGE, AUDIT, None, staff(team_manager=None), POLICY)

    assert ("tm deputy", "team_manager") in people(deputy)
    assert ("hos", "team_manager") in people(vacant)
    assert [vacancy.post for vacancy in vacant.vacancies] == [("team_manager", "cart")]


@pytest.mark.proves("A4", "N1")
@pytest.mark.parametrize("earlier", ["tm", None])
def test_a_manager_who_is_one_of_the_auditors_is_not_told_as_manager(earlier: str | None) -> None:
    audit = AUDIT if earlier else replace(AUDIT, auditor=Line("tm", "qa", "quality_assurance"))
    told = told_of_move(CHANGE, audit, earlier, staff(), POLICY)

    assert ("tm", "auditor") in people(told)
    assert ("tm", "team_manager") not in people(told)
    assert ("hos", "team_manager") in people(told)


@pytest.mark.proves("notices.told_of_auditor_change", "notices.told_of_withdrawal")
def test_another_council_tells_others_and_its_audit_manager_of_vacancies() -> None:
    change = Move("A4", NORTHMOOR.notices.told_of_auditor_change)
    told = told_of_move(change, AUDIT, "the one before", staff(audit_team=None), NORTHMOOR)

    assert people(told) == [
        ("the one before", "auditor"),
        ("auditor", "auditor"),
        ("audit manager", "audit_team"),
        ("audit manager", "audit_manager"),
    ]


@pytest.mark.proves("P2", "notices.told_of_cancellation")
def test_of_a_cancelled_cycle_the_audit_team_and_its_manager_hear() -> None:
    told = told_of_no_audit(Move("P2", POLICY.notices.told_of_cancellation), staff(), POLICY)

    assert people(told) == [("team 1", "audit_team"), ("team 2", "audit_team"), ("audit manager", "audit_manager")]
