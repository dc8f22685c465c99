"""What must never be of moderation is found when it is there, past what the database itself refuses (M1 to M4)."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.queries.invariants import INVARIANTS, violations
from db.queries.moderation_invariants import MODERATION
from tests.db.test_invariants import LET
from tests.moderated import drawn_round, moderating_council, whole_regrade
from usecases.regrades import give_feedback, record_meeting, save_regrade

_FED_BACK = "(SELECT id FROM moderated_audits WHERE fed_back_on IS NOT NULL)"
_OPEN = "(SELECT id FROM moderated_audits WHERE state = 'allocated' ORDER BY place LIMIT 1)"
HARMS = {
    "moderation_frame_other_than_its_hash": "UPDATE moderation_frames SET canonical = canonical || ' '",
    "moderation_round_without_its_audits": "UPDATE moderation_rounds SET result = result || '{\"size_drawn\": 4}'",
    "moderation_of_own_audit": f"""UPDATE moderated_audits m SET moderator_id = a.auditor_id FROM audits a
        WHERE a.id = m.audit_id AND m.id = {_OPEN};
        UPDATE deadlines d SET owed_by_id = m.moderator_id FROM moderated_audits m WHERE m.id = d.moderated_audit_id""",
    "moderation_that_nobody_has": f"""DELETE FROM deadlines WHERE moderated_audit_id = {_OPEN};
        UPDATE moderated_audits SET moderator_id = NULL WHERE id = {_OPEN}""",
    "moderation_that_nobody_owes": f"UPDATE deadlines SET due_on = due_on + 1 WHERE moderated_audit_id = {_OPEN}",
    "ended_moderation_with_a_clock": f"UPDATE deadlines SET state = 'overdue' WHERE moderated_audit_id = {_FED_BACK}",
    "moderation_other_than_its_steps": f"UPDATE moderated_audits SET state = 'closed' WHERE id = {_FED_BACK}",
    "feedback_without_its_template": "UPDATE regrades SET fixed_at = NULL",
}


@pytest.fixture
def moderated(session: Session) -> Session:
    """A round of five, of which the first has its feedback."""
    moderating_council(session)
    work, drawn, rows = drawn_round(session)
    row = rows[0]
    save_regrade(work, row.id, whole_regrade(work, row, "good"), version=row.version)
    record_meeting(work, row.id, drawn.drawn_on, None, version=row.version)
    give_feedback(work, row.id, "Thank you for a careful report.", version=row.version)
    session.flush()
    return session


def found(session: Session) -> list[str]:
    names = {name for name, *_ in MODERATION}
    return [it.invariant.name for it in violations(session, [it for it in INVARIANTS if it.name in names])]


def test_nothing_is_found_where_all_is_well(moderated: Session) -> None:
    assert found(moderated) == []


def test_a_round_that_nobody_moderates_has_its_one_task(session: Session) -> None:
    moderating_council(session, moderators=0)
    drawn_round(session)

    assert found(session) == []

    session.execute(text("DELETE FROM tasks"))
    assert found(session) == ["moderation_that_nobody_has"]


@pytest.mark.parametrize("name", [name for name, *_ in MODERATION])
def test_each_thing_that_must_never_be_of_moderation_is_found(moderated: Session, name: str) -> None:
    moderated.execute(text(LET))

    for harm in HARMS[name].split(";"):
        moderated.execute(text(harm))

    assert found(moderated) == [name]
