"""An audit of compliance checks alone, from its allocation to its close: a percentage, and no grade anywhere (P8)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.queries import audit_tools
from db.queries.audit_contents import save_grading
from db.tables.case_system import CaseSystemText
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from rules.audit_tools import ComplianceCheck, ToolVersion
from rules.gradings import CheckAnswer, CheckFound, GradingContent
from rules.tool_contents import content_hash, content_of
from tests.audits_under_way import AFTER, BEFORE, AuditUnderWay, audit_under_way
from tests.integrations.pretend_provider import pretend_provider
from tests.small_council import work_on

CHECKS = tuple(
    ComplianceCheck(name, f"{name.title()} recorded?", "The record") for name in ("consent", "carer", "supervision")
)
TOOLS = (
    ToolVersion("adult_social_care", 1, "Compliance checks", "Checks alone.", is_module=False, checks=CHECKS[:2]),
    ToolVersion("home_first", 1, "Home First", "Checks alone.", is_module=True, checks=CHECKS[2:]),
)
WRITTEN = GradingContent(
    checks=(
        CheckFound("consent", CheckAnswer.YES),
        CheckFound("carer", CheckAnswer.NO),
        CheckFound("supervision", CheckAnswer.NOT_APPLICABLE),
    ),
    strengths=("Dates stand everywhere.",),
    areas_to_improve=("Carers are asked.",),
)


@pytest.fixture
def audit(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with (
        pretend_provider() as provider,
        audit_under_way(provider, tmp_path, sessions, before_opening=_publish_checks_alone) as audit,
    ):
        yield audit


def _publish_checks_alone(session: Session) -> None:
    """From October on the council audits Home First with checks, and nothing else."""
    work = work_on(session, date(2026, 9, 28))
    for tool in TOOLS:
        content = content_of(tool)
        row = {"edition_id": work.policy.edition.id, "tool": tool.tool, "number": 1, "content": content}
        origin = {"state": "published", "origin": "council", "because": "A round of checks."}
        stamp = {"saved_at": work.now, "saved_by": "a test", "published_at": work.now, "published_by": "a test"}
        audit_tools.add_version(session, {**row, **origin, **stamp, "content_hash": content_hash(content)})


def _write(audit: AuditUnderWay, content: GradingContent, *, after: bool = False) -> None:
    with audit.sessions.begin() as session:
        work, stage = work_on(session, audit.on), AFTER if after else BEFORE
        save_grading(session, audit.row().id, stage, content, at=work.now, by="person of these tests")


@pytest.mark.proves("P8", "L7", "L10", "S7", "C2")
def test_an_audit_of_checks_alone_is_returned_amended_issued_filed_and_closed_without_a_grade(
    audit: AuditUnderWay,
) -> None:
    audit.day(date(2026, 10, 20))
    _write(audit, WRITTEN)
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-20"})
    audit.moved("auditor", "/submissions")
    audit.moved("audit_team", "/quality-checks", {"outcome": "returned", "points": ["The carer was asked."]})
    amended = replace(WRITTEN, checks=(replace(WRITTEN.checks[1], answer=CheckAnswer.YES),))
    _write(audit, amended, after=True)
    audit.moved("auditor", "/submissions")
    audit.moved("audit_team", "/quality-checks", {"outcome": "accepted"})
    audit.moved("auditor", "/issue")

    page = audit.get("practitioner", "/report.html").text
    assert "Compliance checks that are met" in page
    assert "100 %" in page
    assert "Overall grade" not in page
    assert "Not graded" not in page
    assert audit.get("manager", "/report.pdf").headers["content-type"] == "application/pdf"
    with audit.sessions() as session:
        assert (
            "No overall grade: the audit is of compliance checks, of which 100 % are met."
            in session.scalars(select(CaseSystemText.text)).one()
        )
        said = {it["what"] for it in session.scalars(select(Notice.content).where(Notice.event == "audit_issued"))}
        owed = set(session.scalars(select(Deadline.rule).where(Deadline.state.in_(("running", "overdue")))))
    assert not owed & {"L10", "R1", "L11"}
    assert said == {"issued_without_grade"}
    refused = audit.post("audit_manager", "/corrections", {"reason": "Mistyped."})
    assert (refused.status_code, refused.json()["rule"]) == (409, "P8")

    audit.filed()
    closed = audit.moved("audit_team", "/close", {})
    assert closed["state"] == "closed"
