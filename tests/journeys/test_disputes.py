"""A dispute that turns a grade round after its re-audit was planned, and one that turns it the other way (D1 to D8)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.queries import audits_to_follow
from db.queries.invariants import violations
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.deadlines import Deadline
from db.tables.draws import Draw
from db.tables.programme import AuditCycle
from db.tables.report_versions import ReportVersion
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.disputes_under_way import DisputeUnderWay, appoint_judges, issued_below_good, re_audit_drawn
from tests.integrations.pretend_provider import pretend_provider
from tests.small_council import SmallCouncil, work_on
from tests.told_disputes import messages_printed, timeline_printed
from usecases.audit_cycles import open_cycle


@pytest.fixture
def audit(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with pretend_provider() as provider, audit_under_way(provider, tmp_path, sessions) as audit:
        yield audit


def consented(audit: AuditUnderWay, on: date) -> None:
    """The audit manager lets a dispute come late, on that day."""
    audit.day(on)
    body = {"audit_id": audit.audit_id, "reason": "They were ill until today."}
    given = audit.client.post("/v1/disputes/consents", json=body, headers=audit.who("audit_manager"))
    assert given.status_code == 200, given.text


def all_printed(dispute: DisputeUnderWay, follower: str, since: date) -> tuple[list[dict[str, Any]], ...]:
    """The timelines of the audit, of its re-audit and of the dispute."""
    return (
        timeline_printed(dispute, "The audit", f"/v1/audits/{dispute.audit.audit_id}/timeline", since),
        timeline_printed(dispute, "Its re-audit", f"/v1/audits/{follower}/timeline"),
        timeline_printed(dispute, "The dispute", f"/v1/disputes/{dispute.id}/timeline"),
    )


def commands(session: Session, audit: AuditUnderWay) -> list[tuple[int | None, str, str]]:
    rows = session.scalars(select(CaseSystemCommand).where(CaseSystemCommand.audit_id == audit.audit_id))
    return sorted((row.report_version, row.occasion, row.state) for row in rows if row.kind == "upload_document")


def open_limits(session: Session, audit: AuditUnderWay) -> set[str]:
    question = select(Deadline).where(Deadline.audit_id == audit.audit_id, Deadline.state.in_(("running", "overdue")))
    return {clock.time_limit for clock in session.scalars(question)}


@pytest.mark.proves("D4", "D7", "S7", "L10", "L7", "C2")
def test_an_inadequate_becomes_good_after_its_re_audit_was_planned(audit: AuditUnderWay) -> None:
    issued_below_good(audit, "inadequate", date(2026, 10, 28))
    audit.filed()
    dispute = appoint_judges(audit)
    follower = re_audit_drawn(audit)
    consented(audit, date(2027, 1, 6))
    assert dispute.raised("practitioner", "overall_grade", audit.first_domain()).status_code == 201
    audit.day(date(2027, 1, 8))
    dispute.taken_to("D3")
    audit.day(date(2027, 1, 13))
    dispute.taken_to("D4")
    audit.day(date(2027, 1, 20))
    resolved = dispute.said(
        "psw",
        "resolved",
        summary="The visit of May counts.",
        overall_grade="good",
        domain_grades={audit.first_domain(): "good"},
    )
    assert (resolved["state"], resolved["grade_before"], resolved["grade_after"]) == ("resolved", "inadequate", "good")

    lines, ended, its_own = all_printed(dispute, follower, date(2027, 1, 4))
    with audit.sessions() as session:
        assert session.get_one(Audit, audit.audit_id).overall_grade == "good"
        assert [it.because for it in session.scalars(select(ReportVersion).order_by(ReportVersion.number))][-1] == (
            "dispute_resolved"
        )
        assert commands(session, audit)[-1][1:] == ("resolved", "pending")
        withdrawn = session.get_one(Audit, follower)
        assert (withdrawn.state, withdrawn.withdrawn_because) == ("withdrawn", "re_audit_no_longer_owed")
        running = {clock.due_on for clock in session.scalars(select(Deadline).where(
            Deadline.audit_id == audit.audit_id, Deadline.rule == "L10", Deadline.state == "running"
        ))}  # fmt: skip
        assert running == {date(2027, 2, 3)}  # ten working days from the day of the resolution
        assert violations(session) == []
    changed = "Changed by it: the overall grade from Inadequate to Good and "
    for told in (lines, its_own):
        assert any(line["sentence"].startswith(changed) for line in told)
    assert any("a dispute changed the grade" in (line["ended_because"] or "") for line in lines)
    assert any(line["what"] == "re_audit_withdrawn" for line in lines)
    (waited,) = [line["sentence"] for line in lines if line["what"] == "re_audit_waits"]
    disputed = f"the dispute {audit.row().reference}-dispute-1"
    assert waited.startswith(f"Its re-audit PA-2027-0001: It waits while {disputed}")
    (version,) = [line["sentence"] for line in lines if line["what"] == "report_version_made"]
    assert version == (
        "The report is version 3 from now on, and the versions before it are kept. To be put on record of it: upload "
        "and case note."
    )
    assert [line["what"] for line in ended if line["what"] in ("re_audit_waits", "audit_withdrawn")] == [
        "re_audit_waits",
        "audit_withdrawn",
    ]
    (gone,) = [(line["rule"], line["sentence"]) for line in ended if line["what"] == "audit_withdrawn"]
    assert gone == ("D7", "The audit was withdrawn: the grade that it followed from was changed.")

    told_of = {(event, as_what) for event, _, as_what, _ in messages_printed(dispute, date(2027, 1, 4))}
    assert {as_what for event, as_what in told_of if event == "report_corrected"} >= {"practitioner", "team_manager"}
    assert "audit_withdrawn" in {event for event, _ in told_of}


@pytest.mark.proves("D2", "D7", "S7", "L10", "L4")
def test_a_good_becomes_inadequate_and_everything_that_follows_is_owed_from_that_day(audit: AuditUnderWay) -> None:
    audit.issued("good", date(2026, 10, 28))
    dispute = appoint_judges(audit)
    audit.day(date(2026, 11, 2))
    assert dispute.raised("practitioner", "overall_grade", "findings").status_code == 201
    audit.day(date(2026, 11, 4))
    dispute.said("manager", "meeting_held", on="2026-11-03")
    resolved = dispute.said(
        "manager",
        "resolved",
        summary="We agreed that the risk was not seen.",
        overall_grade="inadequate",
        is_anyone_unsafe=False,
        domain_grades={audit.first_domain(): "inadequate"},
    )
    assert (resolved["state"], resolved["rung"], resolved["grade_after"]) == ("resolved", "D2", "inadequate")
    follower = re_audit_drawn(audit)

    lines, followed, its_own = all_printed(dispute, follower, date(2026, 10, 28))
    with audit.sessions() as session:
        due = session.scalars(select(Deadline).where(Deadline.audit_id == audit.audit_id, Deadline.rule == "L10")).all()
        assert {(clock.state, clock.due_on) for clock in due} == {
            ("withdrawn", date(2026, 11, 11)),
            ("running", date(2026, 11, 11)),
        }
        assert {clock.started_on for clock in due if clock.state == "running"} == {date(2026, 11, 4)}
        uploads = commands(session, audit)
        assert [(occasion, state) for _, occasion, state in uploads] == [
            ("issued", "cancelled"),
            ("resolved", "pending"),
        ]
        assert violations(session) == []
    said = [line["sentence"] for line in lines if line["kind"] == "re_audit"]
    assert any("its grade became one that calls for it on Wednesday 4 November 2026" in line for line in said)
    assert any("Changed by it: the overall grade from Good to Inadequate" in line["sentence"] for line in its_own)
    assert [line["rule"] for line in lines if line["what"] == "improvement_plan_owed"] == ["L4"]
    assert followed
    told = messages_printed(dispute, date(2026, 11, 2))
    heads = {as_what for event, _, as_what, _ in told if event == "report_corrected"}
    assert heads >= {"practitioner", "auditor", "team_manager", "head_of_service"}

    audit.day(date(2026, 11, 4))
    plan = audit.get("manager", "/improvement-plan").json()
    assert plan["is_owed"]["sentence"].startswith("Graded Inadequate overall, so an improvement plan is owed")
    assert plan["missing"] != []
    discussed = audit.post("manager", "/findings-discussion", {"held_on": "2026-11-04"})
    assert (discussed.status_code, discussed.json()["rule"]) == (409, "L10")  # SMART actions are asked for now


@pytest.mark.proves("S6", "S7")
def test_a_re_audit_is_not_drawn_while_its_audit_is_in_dispute(audit: AuditUnderWay) -> None:
    issued_below_good(audit, "inadequate", date(2026, 10, 28))
    dispute = appoint_judges(audit)
    audit.day(date(2026, 11, 10))
    assert dispute.raised("practitioner").status_code == 201
    opens_on = date(2027, 1, 4)
    with audit.sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 12, 31))
        open_cycle(work_on(session, opens_on), "2027-01")
        followers = session.scalars(select(Audit).where(Audit.re_audit_of == audit.audit_id)).all()
        cycle = session.scalars(select(AuditCycle).where(AuditCycle.month == "2027-01")).one()
    assert followers == []
    with audit.sessions() as session:
        result = session.scalars(select(Draw.result).where(Draw.cycle_id == cycle.id, Draw.state == "issued")).one()
    warnings = str(result["warnings"])
    assert f"The re-audit of {audit.row().reference} waits: a dispute on the audit is open." in warnings
    with audit.sessions() as session:
        set_aside = audits_to_follow.disputed_cases(session)
    assert set_aside == {audit.row().case_reference: audit.row().reference}
