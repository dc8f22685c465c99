"""What follows the issue of a report, over HTTP: findings, follow-up, comment, correction, close (L10–L15, R1, R2)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audit_life import ReportCorrection
from db.tables.caseload import Involvement
from db.tables.notices import Notice
from db.tables.organisation import Person, Post
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.integrations.pretend_provider import PretendProvider


@pytest.fixture
def audit(provider: PretendProvider, tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    """A report that was issued on Wednesday 28 October 2026, graded Good."""
    with audit_under_way(provider, tmp_path, sessions) as audit:
        audit.issued()
        yield audit


@pytest.mark.proves("S7")
def test_the_audit_team_chooses_another_case_for_a_re_audit_whose_own_has_closed(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 10, 30))
    audit.moved(
        "audit_manager",
        "/corrections",
        {"reason": "Mistyped.", "overall_grade": "inadequate", "is_anyone_unsafe": False},
    )
    case = audit.row().case_reference
    of_theirs = case[:-1] + ("2" if case.endswith("1") else "1")
    body = {"case_reference": of_theirs, "note": "The only one left."}
    for name in ("auditor", "practitioner", "manager", "head"):
        assert audit.post(name, "/re-audit-case", body).status_code == 403
    refused = audit.post("audit_team", "/re-audit-case", body)
    assert (refused.status_code, refused.json()["rule"]) == (409, "S7")

    with audit.sessions.begin() as session:
        session.scalars(select(Involvement).where(Involvement.case_reference == case)).one().ended_on = audit.on
    moves = {it["event"]: it for it in audit.get("audit_team", "/allowed-moves").json()["moves"]}
    offered = moves["another_case_chosen"]
    assert (offered["is_allowed"], offered["request"]) == (True, f"POST /v1/audits/{audit.audit_id}/re-audit-case")
    assert audit.post("audit_team", "/re-audit-case", {"case_reference": "A\nB"}).status_code == 422
    chosen = audit.moved("audit_team", "/re-audit-case", body)
    assert (chosen["state"], audit.row().re_audit_case_reference) == ("issued", of_theirs)
    told = audit.get("audit_team").json()["re_audit_case"]
    by = {"chosen_on": "2026-10-30", "chosen_by": "person AUDIT_TEAM"}
    assert told == {"case_reference": of_theirs, "because": "The only one left.", **by}
    assert audit.get("practitioner").json()["re_audit_case"] is None
    texts = [it["texts"] for it in audit.get("audit_team", "/timeline").json()["entries"]]
    assert {"case": of_theirs, "note": "The only one left."} in texts
    texts = [it["texts"] for it in audit.get("practitioner", "/timeline").json()["entries"]]
    assert not any("case" in it for it in texts)


def clocks(answer: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(it["rule"], it["owed_by"], it["due_on"]) for it in answer["deadlines_started"]}


@pytest.mark.proves("L15", "L10")
def test_a_corrected_grade_starts_what_follows_from_it_and_recalls_the_report(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 10, 30))
    body = {"reason": "Typed in the wrong column.", "overall_grade": "inadequate", "is_anyone_unsafe": False}
    corrected = audit.moved("audit_manager", "/corrections", body)

    assert corrected["state"] == "issued"
    assert {rule for rule, _, _ in clocks(corrected)} == {"L10"}
    assert {due_on for _, _, due_on in clocks(corrected)} == {"2026-11-06"}
    assert [it["time_limit"] for it in corrected["deadlines_withdrawn"]] == ["findings_discussions.within_of_audits"]
    assert audit.row().overall_grade == "inadequate"
    with audit.sessions() as session:
        kept = session.scalars(select(ReportCorrection)).one()
        assert (kept.grade_before, kept.grade_after, kept.is_discussed_anew) == ("good", "inadequate", True)
        told = select(Person.reference).join(Notice, Notice.recipient_id == Person.id)
        recalled = set(session.scalars(told.where(Notice.event == "report_corrected")))
    assert {"MANAGER", "HEAD", "AUDIT_TEAM", audit.people()[1]} <= recalled


@pytest.mark.proves("L15", "L7", "L10", "L11")
def test_what_was_done_with_the_old_report_is_done_again_with_the_corrected_one(audit: AuditUnderWay) -> None:
    audit.filed()
    audit.day(date(2026, 11, 3))
    audit.moved("manager", "/findings-discussion", {"held_on": "2026-11-03"})
    owed = {it["rule"] for it in audit.post("audit_team", "/close").json()["errors"]}
    assert owed == {"L11"}
    body = {"reason": "Typed in the wrong column.", "overall_grade": "inadequate", "is_anyone_unsafe": False}
    audit.moved("audit_manager", "/corrections", body)
    owed = {it["rule"] for it in audit.post("audit_team", "/close", {}).json()["errors"]}
    assert {"L7", "L10", "L11", "S7"} <= owed
    assert to_check(audit) == [("not_discussed", None, "2026-11-10")]
    assert audit.post("audit_team", "/case-note-checks", {"is_there": True}).json()["rule"] == "L10"


@pytest.mark.proves("L15", "L2")
def test_a_correction_to_a_grade_or_of_a_domain_that_is_not_there_is_refused_in_its_place(audit: AuditUnderWay) -> None:
    unknown = audit.post("audit_manager", "/corrections", {"reason": "Mistyped.", "overall_grade": "excellent"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/overall_grade")
    assert "give one of outstanding, good, requires_improvement, inadequate" in unknown.json()["errors"][0]["sentence"]
    domains = {"reason": "Mistyped.", "domain_grades": {"no_such_domain": "good"}}
    refused = audit.post("audit_manager", "/corrections", domains)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/domain_grades/no_such_domain")


@pytest.mark.proves("L15")
def test_a_correction_is_refused_where_it_changes_nothing_and_keeps_only_what_it_changes(audit: AuditUnderWay) -> None:
    second = audit.get("auditor", "/gradings").json()["gradings"][1]["grading"]
    domains = [it["domain"] for it in second["domains"]]
    as_it_is = {"reason": "I looked again.", "overall_grade": "good", "domain_grades": {domains[0]: "good"}}
    refused = audit.post("audit_manager", "/corrections", as_it_is)
    assert (refused.status_code, refused.json()["rule"]) == (409, "L15")
    assert "the correction changes nothing: the overall grade is Good already" in refused.json()["detail"]

    better = {"reason": "Mistyped.", "domain_grades": {domains[0]: "good", domains[1]: "outstanding"}}
    audit.moved("audit_manager", "/corrections", better)
    with audit.sessions() as session:
        assert session.scalars(select(ReportCorrection)).one().domain_grades == {domains[1]: "outstanding"}
    assert audit.post("audit_manager", "/corrections", better).json()["rule"] == "L15"


@pytest.mark.proves("L15")
def test_only_the_audit_manager_corrects(audit: AuditUnderWay) -> None:
    body = {"reason": "I think otherwise.", "overall_grade": "outstanding"}
    for name in ("auditor", "practitioner", "manager", "head", "audit_team"):
        assert audit.post(name, "/corrections", body).status_code == 403
    assert audit.row().overall_grade == "good"


@pytest.mark.proves("L10")
def test_the_head_of_service_records_the_discussion_only_where_the_manager_cannot(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 11, 3))
    body = {"held_on": "2026-11-02"}
    refused = audit.post("head", "/findings-discussion", body)
    assert (refused.status_code, refused.json()["rule"]) == (409, "L10")

    with audit.sessions.begin() as session:
        manager = session.scalars(select(Person.id).where(Person.reference == "MANAGER")).one()
        session.scalars(select(Post).where(Post.person_id == manager)).one().ended_on = date(2026, 10, 31)
    assert audit.post("manager", "/findings-discussion", body).status_code == 404
    assert audit.moved("head", "/findings-discussion", body)["steps"][0]["happened_on"] == "2026-11-02"


@pytest.mark.proves("L11")
def test_a_case_note_that_is_missing_is_told_and_its_clock_runs_until_it_is_there(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 11, 3))
    assert to_check(audit) == [("not_discussed", None, "2026-11-11")]
    for note_on, why in (("2026-11-04", "is still to come"), ("2026-11-02", "lies before Tuesday 3 November 2026")):
        body = {"held_on": "2026-11-03", "case_note_on": note_on}
        refused = audit.post("manager", "/findings-discussion", body).json()["errors"][0]
        assert (refused["pointer"], refused["value"], why in refused["sentence"]) == ("/case_note_on", note_on, True)
    audit.moved("manager", "/findings-discussion", {"held_on": "2026-11-03"})
    assert to_check(audit) == [("to_check", "2026-11-03", None)]
    audit.day(date(2026, 11, 5))
    missing = audit.moved("audit_team", "/case-note-checks", {"is_there": False, "note": "Looked on both tabs."})
    assert clocks(missing) == {("L11", "team_manager", "2026-11-09")}
    assert to_check(audit) == to_check(audit, "?what=missing") == [("missing", "2026-11-03", "2026-11-09")]
    audit.day(date(2026, 11, 6))
    found = audit.moved("audit_team", "/case-note-checks", {"is_there": True})
    assert found["deadlines_met"] == ["time_limits.missing_note_within"]
    assert to_check(audit) == []


def to_check(audit: AuditUnderWay, query: str = "") -> list[tuple[str, str | None, str | None]]:
    """The audit team's check list: what is the matter, when it was discussed, until when something runs."""
    listed = audit.client.get(f"/v1/case-notes-to-check{query}", headers=audit.who("audit_team"))
    assert listed.status_code == 200, listed.text
    return [(it["what"], it["discussed_on"], it["due_on"]) for it in listed.json()["items"]]


@pytest.mark.proves("L14")
def test_the_practitioner_answers_for_themselves_alone(audit: AuditUnderWay) -> None:
    for name in ("auditor", "manager", "head", "audit_team", "audit_manager"):
        assert audit.post(name, "/comments", {"text": "I know better."}).status_code == 403
        assert audit.post(name, "/acknowledgement").status_code == 403
    formula = '=HYPERLINK("http://evil")\n<script>alert(1)</script>'
    audit.moved("practitioner", "/comments", {"text": formula})
    entries = audit.get("manager", "/timeline").json()["entries"]
    assert [it["texts"]["comment"] for it in entries if it["texts"]] == [formula]
    twice = [audit.post("practitioner", "/acknowledgement").status_code for _ in range(2)]
    assert twice == [200, 409]


@pytest.mark.proves("S7", "L11")
def test_an_audit_closes_when_nothing_is_owed_or_for_a_listed_reason(audit: AuditUnderWay) -> None:
    refused = audit.post("audit_team", "/close", {})
    assert refused.status_code == 409
    assert {it["rule"] for it in refused.json()["errors"]} >= {"L7", "L10", "L11"}
    odd = audit.post("audit_team", "/close", {"reason": "we are tired"})
    assert (odd.status_code, odd.json()["rule"]) == (409, "S7")
    closed = audit.moved("audit_team", "/close", {"reason": "practitioner_left"})
    assert (closed["state"], audit.row().re_audit_waived_because) == ("closed", "practitioner_left")
    assert closed["deadlines_withdrawn"] != []
