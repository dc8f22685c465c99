"""The improvement plan over HTTP, from the auditor's draft to the evidence; and feedback on earlier work (L4, L8)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db.tables.audits import Audit
from db.tables.notices import Notice
from db.tables.organisation import Person
from tests.audits_under_way import AuditUnderWay

PLAN = "/improvement-plan"


def action(owner: str, **others: Any) -> dict[str, Any]:
    return {
        "specific": "Hold the review that is due.",
        "measurable": "It is on record with her own words.",
        "achievable": "Two hours are kept free.",
        "relevant": "Nobody asked her since January.",
        "owner": owner,
        "due_on": "2026-11-30",
        **others,
    }


def asked(audit: AuditUnderWay, method: str, who: str, path: str, body: Any, *, tag: str | None = None) -> Any:
    """Somebody asks for a change of the plan as they have just read it."""
    headers = {**audit.who(who), "If-Match": tag or audit.get(who, PLAN).headers["ETag"]}
    return audit.client.request(method, f"/v1/audits/{audit.audit_id}{path}", json=body, headers=headers)


def issue(audit: AuditUnderWay, overall: str) -> None:
    """The audit from its first grading to its issue; the plan is there."""
    audit.day(date(2026, 10, 12))
    audit.grade(overall)
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-12"})
    audit.grade(overall, after=True)
    audit.moved("auditor", "/submissions")
    audit.moved("audit_team", "/quality-checks", {"outcome": "accepted"})
    audit.moved("auditor", "/issue")


@pytest.mark.proves("L4", "gradings.improvement_plan_agreed_by")
def test_a_plan_goes_from_the_auditors_draft_to_the_evidence_of_each_action(audit: AuditUnderWay) -> None:
    _, practitioner = audit.people()
    begun = asked(audit, "PUT", "auditor", PLAN, {"actions": [{"specific": "Hold the review."}]})
    assert (begun.status_code, begun.headers["ETag"]) == (200, '"1"')
    assert len(begun.json()["missing"]) == 5, "what the draft lacks is told and refused at submission only"
    wrong = asked(audit, "PUT", "auditor", PLAN, {"actions": [action("nobody")]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/actions/0/owner")
    asked(audit, "PUT", "auditor", PLAN, {"actions": [action(practitioner), action("MANAGER")]})

    issue(audit, "requires_improvement")

    late = asked(audit, "PUT", "auditor", PLAN, {"actions": []})
    assert (late.status_code, late.json()["rule"]) == (409, "L3")
    revised = asked(
        audit, "PUT", "manager", f"{PLAN}/revision", {"actions": [action(practitioner, due_on="2026-12-04")]}
    )
    assert (revised.status_code, revised.json()["plan"]["revision"]) == (200, 2)
    stale = asked(audit, "POST", "practitioner", f"{PLAN}/agreements", {"as_role": "practitioner"}, tag='"2"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    half = asked(audit, "POST", "practitioner", f"{PLAN}/agreements", {"as_role": "practitioner"})
    assert (half.status_code, half.json()["plan"]["waits_for"]) == (200, ["team_manager"])
    agreed = asked(audit, "POST", "manager", f"{PLAN}/agreements", {"as_role": "team_manager"})
    assert (agreed.status_code, agreed.json()["plan"]["waits_for"]) == (200, [])
    not_theirs = asked(audit, "POST", "practitioner", f"{PLAN}/agreements", {"as_role": "team_manager"})
    assert (not_theirs.status_code, not_theirs.json()["rule"]) == (409, "L4")

    audit.day(date(2026, 11, 16))
    evidence = {"done_on": "2026-11-13", "evidence": "The review of 13 November is on record."}
    done = asked(audit, "POST", "practitioner", f"{PLAN}/actions/1/evidence", evidence)
    assert done.status_code == 200, done.text
    told = audit.get("head", PLAN).json()
    assert [it["done_on"] for it in told["plan"]["actions"]] == ["2026-11-13"]
    assert [it["revision"] for it in told["earlier_revisions"]] == [1]
    clocks = {it["time_limit"]: it["state"] for it in audit.get("manager").json()["deadlines"]}
    assert clocks["improvement_plan.action_1"] == "met"


@pytest.mark.proves("L4")
def test_the_re_auditor_reads_the_earlier_plan_action_by_action(audit: AuditUnderWay) -> None:
    _, practitioner = audit.people()
    asked(audit, "PUT", "auditor", PLAN, {"actions": [action(practitioner)]})
    issue(audit, "inadequate")
    first_id = audit.audit_id
    with audit.sessions.begin() as session:
        first = session.get_one(Audit, first_id)
        again = Audit(
            reference="PA-2026-9001",
            origin="drawn",
            kind="re_audit",
            sequence=1,
            re_audit_of=first.id,
            state="allocated",
            month=date(2026, 12, 1),
            case_reference=first.case_reference,
            practitioner_id=first.practitioner_id,
            team_id=first.team_id,
            service_id=first.service_id,
            auditor_id=first.auditor_id,
            allocated_on=date(2026, 12, 1),
            window_from=date(2026, 10, 13),
            window_to=date(2026, 11, 30),
            report_due_on=date(2026, 12, 30),
            reasons=[],
        )
        session.add(again)
        session.flush()
        audit.audit_id = str(again.id)

    (earlier,) = audit.get("auditor", "/earlier-plans").json()["earlier"]

    assert (earlier["audit_id"], earlier["plan"]["revision"]) == (first_id, 1)
    assert [it["specific"] for it in earlier["plan"]["actions"]] == ["Hold the review that is due."]


@pytest.mark.proves("L8")
def test_feedback_reaches_the_earlier_team_with_the_issue_and_not_before(audit: AuditUnderWay) -> None:
    said = {"kind": "strength", "text": "The first assessment has her own words.", "to_team": "CART"}
    written = audit.post("auditor", "/feedback", said)
    assert written.status_code == 201, written.text
    to_the_graded = audit.post("auditor", "/feedback", {**said, "to_person": audit.people()[1]})
    assert (to_the_graded.status_code, to_the_graded.json()["rule"]) == (422, "L8")
    assert given(audit, "manager") == []

    issue(audit, "good")

    assert given(audit, "manager") == [said["text"]]
    assert given(audit, "practitioner") == []
    with audit.sessions() as session:
        told = select(Person.reference).join(Notice, Notice.recipient_id == Person.id)
        assert set(session.scalars(told.where(Notice.event == "feedback_given"))) == {"MANAGER"}
    feedback = f"/feedback/{written.json()['id']}"
    changed = audit.client.put(
        f"/v1/audits/{audit.audit_id}{feedback}", json=said, headers={**audit.who("auditor"), "If-Match": '"1"'}
    )
    assert changed.status_code == 409


def given(audit: AuditUnderWay, who: str) -> list[str]:
    answer = audit.client.get("/v1/earlier-feedback", headers=audit.who(who))
    assert answer.status_code == 200, answer.text
    return [it["text"] for it in answer.json()["items"]]
