"""What is kept of a dispute: steps that stay, reviews, who reads it, and texts apart (C3, C4, D3, D7)."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from db.tables.trail import TrailEntry
from tests.disputes_under_way import DisputeUnderWay
from tests.small_council import SmallCouncil, work_on
from usecases.verified_records import broken_invariants


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


@pytest.mark.proves("D8")
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (
            "UPDATE disputes SET rung = 'D3'",
            "is open at D3, due 2026-11-04, and by its steps open at D2",
        ),
        ("UPDATE disputes SET due_on = '2026-12-24'", "due 2026-12-24, and by its steps open at D2, due 2026-11-04"),
        ("UPDATE disputes SET raised_on = '2026-11-03'", "cannot be walked: "),
        ("UPDATE disputes SET edition_id = 'of_before'", "cannot be walked: The dispute"),
    ],
)
def test_a_dispute_that_stands_elsewhere_than_its_steps_lead_is_found(
    dispute: DisputeUnderWay, harm: str, said: str
) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D2")
    with dispute.audit.sessions() as session:
        work = work_on(session, date(2026, 11, 2))
        assert broken_invariants(work) == []
        session.execute(text(harm))
        session.expire_all()
        found = {finding.code: finding.sentence for finding in broken_invariants(work)}
        assert said in found["dispute_other_than_walked"]
        session.rollback()


@pytest.mark.proves("C3")
def test_what_people_wrote_can_be_cleared_and_the_dispute_reads_on_with_its_figures(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised("practitioner", "overall_grade", "findings")
    dispute.taken_to("D3")
    with dispute.audit.sessions() as session:
        reviewer = str(SmallCouncil(session).person_id("DIRECTOR"))
    dispute.post("psw", "/reviews", {"reviewer_id": reviewer, "brief": "Look."})
    written = ("dispute_ground_texts", "dispute_step_texts", "independent_review_texts")
    with dispute.audit.sessions.begin() as session:
        for table in written:
            assert session.execute(text(f"DELETE FROM {table}")).rowcount > 0  # type: ignore[attr-defined]
    told = dispute.get("practitioner").json()
    assert [(it["part"], it["reasons"], it["evidence"]) for it in told["grounds"]] == [
        ("findings", None, None),
        ("overall_grade", None, None),
    ]
    assert [(it["brief"], it["findings"]) for it in told["reviews"]] == [(None, None)]
    assert (told["state"], told["rung"]) == ("open", "D3")
    entries = dispute.get("audit_team", "/timeline").json()["entries"]
    assert all(line["texts"] == {} for line in entries)
    assert dispute.said("audit_manager", "course_agreed", summary="We read it.")["rung"] == "D4"
    with dispute.audit.sessions() as session:
        assert broken_invariants(work_on(session, date(2026, 11, 2))) == []
