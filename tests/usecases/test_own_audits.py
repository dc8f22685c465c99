"""However far a permission reaches, nobody decides on an audit of their own work, or of their own to do (Words)."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.queries.reaches import Reach, Relation, Standing
from db.tables.audits import Audit
from tests.small_council import SmallCouncil, work_on
from tests.usecases.moves import THIRD, audit_of_auditor, audits, opened_council
from usecases.audit_moves import replace_audit, withdraw_audit
from usecases.auditor_changes import change_auditor, suggest_auditors
from usecases.errors import NotAllowedNow
from usecases.first_use_rows import PastAudit
from usecases.hand_overs import HandOver, hand_over
from usecases.recorded_audit_corrections import Correction, correct_recorded_audit
from usecases.recorded_audits import record_past_audits
from usecases.work import Work

pytestmark = pytest.mark.proves("A2", "A4", "S9")

Move = Callable[[Work, Audit], Any]


def other_auditor(work: Work, audit: Audit) -> uuid.UUID:
    found = suggest_auditors(work_on(work.session, THIRD), audit.id).suggested[0].candidate.auditor.id
    return SmallCouncil(work.session).person_id(found)


MOVES: dict[str, Move] = {
    "withdraw": lambda work, audit: withdraw_audit(work, audit.id, "case_closed"),
    "replace": lambda work, audit: replace_audit(work, audit.id, "case_closed"),
    "change auditor": lambda work, audit: change_auditor(work, audit.id, other_auditor(work, audit), "workload"),
}


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    return opened_council(session)


@pytest.fixture
def audit(council: SmallCouncil) -> Audit:
    return audit_of_auditor(council.session, "review")


def asked_by(council: SmallCouncil, person_id: uuid.UUID | None, *formerly: uuid.UUID, on: date = THIRD) -> Work:
    """Somebody of the audit team, to whom all audits are open."""
    standing = Standing(on, person_id, "somebody", formerly)
    return replace(work_on(council.session, on), reach=Reach(frozenset({Relation.ALL}), standing))


@pytest.mark.parametrize("move", MOVES)
def test_nobody_decides_on_an_audit_of_their_own_work(council: SmallCouncil, audit: Audit, move: str) -> None:
    with pytest.raises(NotAllowedNow, match=f"{audit.reference} is of your own work"):
        MOVES[move](asked_by(council, audit.practitioner_id), audit)
    assert (audit.state, audit.version) == ("allocated", 1)


@pytest.mark.parametrize("move", MOVES)
def test_nor_on_one_that_is_theirs_to_do(council: SmallCouncil, audit: Audit, move: str) -> None:
    with pytest.raises(NotAllowedNow, match=f"{audit.reference} is yours to do") as refused:
        MOVES[move](asked_by(council, audit.auditor_id), audit)
    assert refused.value.rule == "A2"


@pytest.mark.parametrize("move", MOVES)
def test_whom_it_does_not_concern_decides(council: SmallCouncil, audit: Audit, move: str) -> None:
    MOVES[move](asked_by(council, council.person_id("BOSS")), audit)
    assert audit.version == 2


@pytest.mark.proves("S10")
def test_it_is_ones_own_under_an_earlier_id_too(council: SmallCouncil, audit: Audit) -> None:
    me = asked_by(council, council.person_id("BOSS"), audit.practitioner_id)
    with pytest.raises(NotAllowedNow, match="of your own work"):
        withdraw_audit(me, audit.id, "case_closed")


def test_what_one_hands_over_of_ones_own_waits_for_somebody_else(council: SmallCouncil, audit: Audit) -> None:
    assert audit.auditor_id is not None
    asked = HandOver(
        date(2026, 10, 9), successor_id=other_auditor(asked_by(council, None), audit), audit_reason="leave"
    )
    done = hand_over(asked_by(council, audit.auditor_id), audit.auditor_id, asked)
    (mine,) = [item for item in done if item.key == f"audits:{audit.id}"]
    assert (mine.outcome.value, mine.reason.rule) == ("to_be_decided", "A2")


@pytest.mark.proves("C5")
def test_nobody_corrects_the_grade_of_their_own_work(council: SmallCouncil) -> None:
    past = PastAudit(2, "2026-07", "REV-P1-1", "REV-P1", "good", date(2026, 7, 30), "home_first-A1")
    record_past_audits(asked_by(council, None), [past])
    (audit,) = audits(council.session, origin="recorded")
    with pytest.raises(NotAllowedNow, match="of your own work"):
        correct_recorded_audit(
            asked_by(council, audit.practitioner_id), audit.id, Correction(grade="outstanding"), "Mistyped"
        )
