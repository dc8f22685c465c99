"""What a dispute stands in the way of while it is open, and what its outcome reaches (D7, L4, L15, M5, M6)."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select

from db.queries.grade_pairs import pairs_around_discussion
from db.queries.moderation import issued_audit
from db.tables.deadlines import Deadline
from tests.disputes_under_way import DisputeUnderWay
from tests.small_council import SmallCouncil

RAISED = date(2026, 11, 2)


@pytest.mark.proves("D7", "L15")
def test_a_disputed_grade_is_not_corrected_beside_the_dispute(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(RAISED)
    dispute.raised()
    body = {"reason": "I mistyped it.", "overall_grade": "good"}
    refused = dispute.audit.post("audit_manager", "/corrections", body)
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    assert "a dispute is open: it is settled first" in refused.json()["detail"]
    dispute.said("practitioner", "withdrawn")
    assert dispute.audit.post("audit_manager", "/corrections", body).status_code == 200


@pytest.mark.proves("D7", "ladders.late_disputes_need_consent_of")
def test_an_audit_manager_who_manages_the_practitioner_does_not_consent(dispute: DisputeUnderWay) -> None:
    with dispute.audit.sessions.begin() as session:
        SmallCouncil(session).post("AUDIT_MANAGER", "team_manager", team="CART")
    dispute.audit.day(date(2026, 11, 12))
    body = {"audit_id": dispute.audit.audit_id, "reason": "I want to dispute it."}
    who = dispute.audit.who("audit_manager")
    refused = dispute.audit.client.post("/v1/disputes/consents", json=body, headers=who)
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    assert "does not consent to a late dispute: the deputy of the audit manager does" in refused.json()["detail"]


@pytest.mark.proves("D7", "L4", "L10")
@pytest.mark.parametrize("is_discussed", [False, True], ids=["before the discussion", "after it"])
def test_a_domain_that_becomes_inadequate_asks_for_a_plan_though_the_overall_grade_stays(
    dispute: DisputeUnderWay, is_discussed: bool
) -> None:
    dispute.audit.day(RAISED)
    dispute.raised("practitioner")
    dispute.taken_to("D2")
    every = dict.fromkeys(dispute.audit.domains(), "good")
    dispute.said("manager", "resolved", summary="All is well.", overall_grade="good", domain_grades=every)
    assert dispute.audit.get("manager", "/improvement-plan").json()["is_owed"] is None
    if is_discussed:
        held = dispute.audit.post("manager", "/findings-discussion", {"held_on": RAISED.isoformat()})
        assert held.status_code == 200, held.text
    dispute.raised("practitioner")
    dispute.taken_to("D2")
    worse = {dispute.audit.first_domain(): "inadequate"}
    dispute.said("manager", "resolved", summary="But for this.", domain_grades=worse, is_anyone_unsafe=False)
    plan = dispute.audit.get("manager", "/improvement-plan").json()
    assert "is graded Inadequate, so an improvement plan is owed" in plan["is_owed"]["sentence"]
    with dispute.audit.sessions() as session:
        clocks = session.scalars(select(Deadline).where(Deadline.rule == "L10", Deadline.state == "running")).all()
        assert {(clock.started_on, clock.due_on) for clock in clocks} == {(RAISED, date(2026, 11, 16))}
    refused = dispute.audit.post("manager", "/findings-discussion", {"held_on": RAISED.isoformat()})
    assert (refused.status_code, refused.json()["rule"]) == (409, "L4"), refused.text


@pytest.mark.proves("D7", "M5", "O8")
def test_a_changed_grade_is_the_one_that_moderators_are_compared_with_and_no_grading_is_rewritten(
    dispute: DisputeUnderWay,
) -> None:
    dispute.audit.day(RAISED)
    dispute.raised()
    with dispute.audit.sessions() as session:
        asked = issued_audit(session, uuid.UUID(dispute.audit.audit_id))
        assert (asked.grade, asked.is_disputed) == ("inadequate", True)
    dispute.taken_to("D2")
    dispute.said("manager", "resolved", summary="We saw it anew.", overall_grade="good")
    with dispute.audit.sessions() as session:
        asked = issued_audit(session, uuid.UUID(dispute.audit.audit_id))
        assert (asked.grade, asked.is_disputed) == ("good", False)
        pairs = pairs_around_discussion(session, date(2026, 10, 1), date(2027, 1, 1))
        assert [(pair.first, pair.second) for pair in pairs] == [("inadequate", "inadequate")]
