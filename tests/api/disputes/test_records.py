"""What is kept of a dispute: steps that stay, reviews, who reads it, and texts apart (C3, C4, D3, D7)."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from db.tables.trail import TrailEntry
from tests.disputes_under_way import DisputeUnderWay
from tests.small_council import SmallCouncil


@pytest.mark.proves("D7")
def test_the_database_itself_refuses_a_second_one_and_a_change_of_what_happened(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    again = """INSERT INTO disputes (reference, audit_id, report_version, raised_by_id, raised_as, raised_on,
            edition_id, state, rung, ended_on)
        SELECT 'again', audit_id, report_version, raised_by_id, raised_as, raised_on, edition_id, 'lapsed', rung,
            raised_on FROM disputes"""
    with dispute.audit.sessions() as session:
        for harm, guard in (
            (again, "uq_disputes_one_a_version"),
            ("UPDATE dispute_steps SET happened_on = '2026-01-01'", "dispute_steps is a record"),
            ("DELETE FROM disputes", "disputes is a record"),
            ("UPDATE dispute_ground_texts SET text = 'Else.'", "dispute_ground_texts is a record"),
        ):
            with pytest.raises(IntegrityError, match=guard), session.begin_nested():
                session.execute(text(harm))


@pytest.mark.proves("D3")
def test_an_independent_review_is_a_record_of_its_own(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    with dispute.audit.sessions() as session:
        independent, manager = (str(SmallCouncil(session).person_id(name)) for name in ("DIRECTOR", "MANAGER"))
    early = dispute.post("manager", "/reviews", {"reviewer_id": independent, "brief": "Look."})
    assert (early.status_code, early.json()["rule"]) == (409, "D3")
    dispute.taken_to("D3")
    assert dispute.post("psw", "/reviews", {"reviewer_id": manager, "brief": "Look."}).status_code == 422
    asked = dispute.post("psw", "/reviews", {"reviewer_id": independent, "brief": "Look."})
    assert asked.status_code == 200, asked.text
    path = f"/reviews/{asked.json()['id']}/findings"
    assert dispute.post("psw", path, {"findings": "It is on record."}).json()["findings"] == "It is on record."
    assert dispute.post("psw", path, {"findings": "Or not."}).status_code == 409
    told = {it["what"] for it in dispute.get("practitioner", "/timeline").json()["entries"]}
    assert {"independent_review_asked", "independent_review_reported", "dispute_opened"} <= told


@pytest.mark.proves("C4", "C3")
def test_a_dispute_is_read_by_those_concerned_and_the_trail_has_no_text_of_it(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    assert [dispute.get(name).status_code for name in ("practitioner", "auditor", "manager", "audit_team", "psw")] == [
        200
    ] * 5
    assert dispute.audit.client.get("/v1/disputes", headers=dispute.audit.who("manager")).json()["items"]
    with dispute.audit.sessions() as session:
        entries = session.scalars(select(TrailEntry).where(TrailEntry.subject_kind == "dispute")).all()
        assert {entry.action for entry in entries} >= {"dispute_opened", "dispute_read"}
        assert all("visit" not in str(entry.details) for entry in entries)
