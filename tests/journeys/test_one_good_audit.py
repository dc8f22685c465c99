"""One audit graded Good, from its allocation to its close over HTTP, with the clock moving (L1 to L14)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.case_system import CaseSystemCommand
from db.tables.notices import Notice
from db.tables.organisation import Person
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.integrations.pretend_provider import pretend_provider


@pytest.fixture
def audit(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with pretend_provider() as provider, audit_under_way(provider, tmp_path, sessions) as audit:
        yield audit


def clocks(audit: AuditUnderWay) -> dict[str, tuple[str, str | None, str]]:
    """Of each clock its last day, the day on which it was met, and its state."""
    told = audit.get("audit_team", "/timeline").json()["entries"]
    return {it["what"]: (it["on"], it["ended_on"], it["state"]) for it in told if it["kind"] == "clock"}


def test_a_good_audit_from_allocation_to_closed(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 10, 2))
    audit.moved("auditor", "/meeting", {"meets_on": "2026-10-12", "meets_at": "10:30"})

    audit.day(date(2026, 10, 8))
    assert audit.write("good").status_code == 200
    assert "good" not in audit.get("practitioner", "/gradings").text, "a draft grade is nobody else's to see"

    audit.day(date(2026, 10, 13))
    held = audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-12"})
    assert (held["state"], held["steps"][0]["happened_on"]) == ("discussed", "2026-10-12")
    assert held["deadlines_met"] == ["time_limits.meeting_due_before_close"]
    assert "recorded on Tuesday 13 October 2026" in held["flags"][0]["sentence"]

    unfinished = audit.post("auditor", "/submissions")
    assert unfinished.status_code == 409
    assert audit.write("good", after=True).status_code == 200

    audit.day(date(2026, 10, 20))
    submitted = audit.moved("auditor", "/submissions")
    assert [(it["time_limit"], it["owed_by"], it["due_on"]) for it in submitted["deadlines_started"]] == [
        ("time_limits.quality_check_within", "audit_team", "2026-10-21")
    ]

    audit.day(date(2026, 10, 21))
    returned = audit.moved("audit_team", "/quality-checks", {"outcome": "returned", "points": ["Say who was there."]})
    assert returned["deadlines_started"][0]["due_on"] == "2026-10-26"

    audit.day(date(2026, 10, 23))
    assert audit.moved("auditor", "/submissions")["steps"][0]["event"] == "report_amended"

    audit.day(date(2026, 10, 26))
    accepted = audit.moved("audit_team", "/quality-checks", {"outcome": "accepted"})
    assert (accepted["state"], audit.row().overall_grade) == ("accepted", None)

    audit.day(date(2026, 10, 28))
    assert audit.get("practitioner", "/report.html").status_code == 404
    issued = audit.moved("auditor", "/issue")
    assert (issued["state"], audit.row().issued_on, audit.row().overall_grade) == ("issued", audit.on, "good")
    discussion = [it for it in issued["deadlines_started"] if it["rule"] == "L10"]
    assert {it["due_on"] for it in discussion} == {"2026-11-11"}
    audit.filed()

    audit.day(date(2026, 10, 29))
    audit.moved("practitioner", "/acknowledgement")
    audit.moved("practitioner", "/comments", {"text": "Fair.\nThe sister was rung twice, not once."})

    audit.day(date(2026, 11, 4))
    assert audit.post("audit_team", "/close", {}).status_code == 409
    audit.moved(
        "manager", "/findings-discussion", {"held_on": "2026-11-03", "note": "Well done.", "case_note_on": "2026-11-04"}
    )
    audit.day(date(2026, 11, 9))
    audit.moved("audit_team", "/case-note-checks", {"is_there": True})
    closed = audit.moved("audit_team", "/close", {})
    assert closed["state"] == "closed"

    assert clocks(audit) == {
        "time_limits.meeting_due_before_close": ("2026-10-29", "2026-10-12", "met"),
        "programme.report_due_before_close": ("2026-10-29", "2026-10-20", "met"),
        "time_limits.issue_due_before_close": ("2026-10-30", "2026-10-28", "met"),
        "time_limits.quality_check_within": ("2026-10-26", "2026-10-26", "met"),
        "time_limits.amendment_within": ("2026-10-26", "2026-10-23", "met"),
        "findings_discussions.within_of_audits": ("2026-11-11", "2026-11-03", "met"),
    }
    assert versions(audit, "audit_team") == ["audit_issued", "report_amended", "report_submitted"]
    assert versions(audit, "practitioner") == ["audit_issued"]
    assert audit.get("practitioner", "/report.html").status_code == 200
    assert commands(audit) == {"upload_document", "record_note"}
    auditor, practitioner = audit.people()
    assert messages(audit, "meeting_arranged") == {auditor, practitioner}
    assert messages(audit, "report_submitted") == messages(audit, "report_returned") == {auditor, "AUDIT_TEAM", "BOSS"}
    assert messages(audit, "audit_issued") == {practitioner, "MANAGER", "AUDIT_TEAM", "BOSS"}
    filed = [it["what"] for it in audit.get("manager", "/timeline").json()["entries"] if it["kind"] == "filed"]
    assert filed == ["upload_document", "record_note"]
    assert told_to(audit, "practitioner") == {"comment", "note"}
    assert told_to(audit, "auditor") == {"points"}
    assert told_to(audit, "manager") == {"comment", "note"}
    assert told_to(audit, "audit_team") == {"comment", "note", "points"}


def told_to(audit: AuditUnderWay, who: str) -> set[str]:
    """The texts that somebody reads in the timeline, by name."""
    entries: list[dict[str, Any]] = audit.get(who, "/timeline").json()["entries"]
    return {name for entry in entries for name in entry["texts"]}


def versions(audit: AuditUnderWay, who: str) -> list[str]:
    """Why there is each version of the report that somebody may read, the newest first."""
    return [it["because"] for it in audit.get(who, "/versions").json()["items"]]


def commands(audit: AuditUnderWay) -> set[str]:
    """What is owed to the case system."""
    with audit.sessions() as session:
        return set(session.scalars(select(CaseSystemCommand.kind)))


def messages(audit: AuditUnderWay, event: str) -> set[str]:
    """Who is owed a message about that event."""
    with audit.sessions() as session:
        owed = select(Person.reference).join(Notice, Notice.recipient_id == Person.id).where(Notice.event == event)
        return set(session.scalars(owed))
