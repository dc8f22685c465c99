"""Audits of an issued draw are what it gives; what was decided since is on record, and whatever else differs shows."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.organisation import Person
from tests import guards
from tests.small_council import SmallCouncil, found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.audit_moves import replace_audit, withdraw_audit
from usecases.auditor_changes import change_auditor, suggest_auditors
from usecases.draw_verification import Verification, verify_draw
from usecases.draws import preview_draw
from usecases.work import Work

OPENS_ON = date(2026, 10, 1)
AFTER = OPENS_ON + timedelta(days=1)


@pytest.fixture
def work(session: Session) -> Work:
    """A day after October's cycle opened, with somebody in reserve in every team."""
    found_council(session, OPENS_ON - timedelta(days=1), practitioners_per_team=4)
    open_cycle(work_on(session, OPENS_ON), "2026-10")
    return work_on(session, AFTER)


@pytest.fixture
def audit(work: Work) -> Audit:
    return work.session.scalars(select(Audit).order_by(Audit.reference)).first() or pytest.fail("no audit")


def verified(work: Work) -> Verification:
    work.session.flush()
    work.session.expire_all()
    drawn = work.session.scalars(select(Audit.draw_id)).first()
    assert drawn is not None
    return verify_draw(work, drawn)


@pytest.mark.proves("S5")
def test_audits_as_they_were_drawn_differ_in_nothing(work: Work) -> None:
    found = verified(work)
    assert (found.differences, found.changes_recorded) == ((), ())
    assert found.audits_compared == len(work.session.scalars(select(Audit)).all())


def test_a_preview_has_no_audits_to_compare(session: Session) -> None:
    found_council(session, OPENS_ON - timedelta(days=1))
    work = work_on(session, OPENS_ON)
    assert verify_draw(work, preview_draw(work, "2026-10").row.id).audits_compared == 0


@pytest.mark.proves("A4")
def test_another_auditor_by_decision_is_told_as_recorded(work: Work) -> None:
    for service_id in ("quality_assurance", "home_first", "review", "care_and_support"):
        SmallCouncil(work.session).auditor(f"new {service_id}", service_id, "senior_manager")
    audits = work.session.scalars(select(Audit).order_by(Audit.reference)).all()
    audit, able = next((it, able) for it in audits if (able := suggest_auditors(work, it.id).suggested))
    suggested = able[0].candidate.auditor.id
    person = work.session.scalars(select(Person.id).where(Person.reference == suggested)).one()
    change_auditor(work, audit.id, person, next(iter(work.policy.eligibility.auditor_change_reasons)))
    found = verified(work)
    assert found.differences == ()
    (told,) = found.changes_recorded
    assert told.startswith(f"{audit.reference} is with {suggested}; the draw gives ")
    assert told.endswith("recorded Friday 2 October 2026 (A4).")


@pytest.mark.proves("S9")
def test_a_replaced_audit_and_the_one_in_its_place_are_told_as_recorded(work: Work) -> None:
    reason = next(iter(work.policy.selection.withdrawal_reasons))
    audits = work.session.scalars(select(Audit).order_by(Audit.reference)).all()
    moves = (replace_audit(work, audit.id, reason) for audit in audits)
    audit, made = next((move.withdrawn, move.replacement) for move in moves if move.replacement is not None)
    found = verified(work)
    assert found.differences == ()
    assert {
        f"{audit.reference} was replaced: recorded Friday 2 October 2026 (S9).",
        f"{made.reference}, of case {made.case_reference}, takes the place of {audit.reference} (S9).",
    } <= set(found.changes_recorded)


@pytest.mark.proves("S9")
def test_a_withdrawn_audit_is_told_as_recorded(work: Work, audit: Audit) -> None:
    withdraw_audit(work, audit.id, next(iter(work.policy.selection.withdrawal_reasons)))
    found = verified(work)
    assert found.differences == ()
    assert found.changes_recorded == (f"{audit.reference} was withdrawn: recorded Friday 2 October 2026 (S9).",)


OTHER_AUDITOR = (
    "auditor_id = (SELECT id FROM people WHERE id NOT IN (audits.auditor_id, audits.practitioner_id)"
    " ORDER BY reference LIMIT 1)"
)
MEDDLED = {
    "another auditor": (OTHER_AUDITOR, "to whom the trail never gave it"),
    "another case": ("case_reference = 'other'", "and there is none"),
    "another period": ("window_from = window_from - 1", "the draw gives"),
    "withdrawn": ("state = 'withdrawn'", "is withdrawn: nothing is recorded"),
    "in the place of another": (
        "replaces_id = (SELECT max(other.id::text)::uuid FROM audits other)", "nothing is recorded of that"),
    "of no draw": ("draw_id = NULL", "and there is none"),
}  # fmt: skip


@pytest.mark.proves("S5")
@pytest.mark.parametrize(("change", "told"), MEDDLED.values(), ids=MEDDLED.keys())
def test_what_nobody_decided_is_a_difference(work: Work, audit: Audit, change: str, told: str) -> None:
    work.session.execute(text(f"UPDATE audits SET {change} WHERE id = :id"), {"id": audit.id})
    found = verified(work)
    assert any(told in difference for difference in found.differences), found
    assert found.changes_recorded == ()


def test_another_practitioner_is_a_difference(work: Work, audit: Audit) -> None:
    other = "(SELECT id FROM people WHERE id NOT IN (SELECT practitioner_id FROM audits) ORDER BY reference LIMIT 1)"
    work.session.execute(text(f"UPDATE audits SET practitioner_id = {other} WHERE id = :id"), {"id": audit.id})
    assert "is of practitioner" in verified(work).differences[0]


def test_a_recorded_withdrawal_that_was_undone_by_hand_is_a_difference(work: Work, audit: Audit) -> None:
    withdraw_audit(work, audit.id, next(iter(work.policy.selection.withdrawal_reasons)))
    undone = "UPDATE audits SET state = 'allocated', withdrawn_at = NULL, withdrawn_because = NULL WHERE id = :id"
    work.session.execute(text(undone), {"id": audit.id})
    assert "and is allocated all the same" in verified(work).differences[0]


def test_without_the_trail_a_change_is_not_explained(work: Work, audit: Audit) -> None:
    guards.take_off(work.session.connection())
    work.session.execute(text("DELETE FROM trail_entries"))
    work.session.execute(text(f"UPDATE audits SET {OTHER_AUDITOR} WHERE id = :id"), {"id": audit.id})
    assert "nothing is recorded of that" in verified(work).differences[0]


def test_somebody_known_by_another_reference_since_is_no_difference(work: Work, audit: Audit) -> None:
    for person in (audit.practitioner_id, audit.auditor_id):
        work.session.execute(text("UPDATE people SET reference = reference || 'x' WHERE id = :id"), {"id": person})
    found = verified(work)
    assert (found.differences, found.changes_recorded) == ((), ())
