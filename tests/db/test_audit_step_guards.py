"""What happened to an audit stays as it was recorded, whatever code asks (L1 to L15, C4)."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.queries.audit_life import add_step
from db.tables.audit_life import (
    AuditStep,
    CaseNoteCheck,
    FindingsDiscussion,
    PlannedMeeting,
    QualityCheck,
    ReAuditOrder,
    ReflectiveDiscussion,
    ReportCorrection,
)
from tests.small_council import SmallCouncil

ON = date(2026, 10, 12)
TABLES = (
    *("audit_steps", "planned_meetings", "reflective_discussions", "quality_checks"),
    *("findings_discussions", "case_note_checks", "report_corrections", "re_audit_orders"),
)


@pytest.fixture
def recorded(session: Session) -> Session:
    """An audit to which everything has happened that has a table of its own."""
    council = SmallCouncil(session)
    council.team("REV", "review")
    council.person("P1", "REV")
    audit = council.audit("PA-2026-0001", "2026-10", "C-1", "P1")
    facts = (
        PlannedMeeting(audit_id=audit, meets_on=ON),
        ReflectiveDiscussion(audit_id=audit, held_on=ON),
        QualityCheck(audit_id=audit, outcome="accepted", is_discussion_offered=False),
        FindingsDiscussion(audit_id=audit, held_on=ON),
        CaseNoteCheck(audit_id=audit, is_there=True),
        ReportCorrection(audit_id=audit, domain_grades={}, is_discussed_anew=False),
        ReAuditOrder(audit_id=audit, decided_on=ON),
    )
    for version, fact in enumerate(facts, 2):
        step = AuditStep(
            audit_id=audit,
            event="it_happened",
            version=version,
            state="issued",
            happened_on=ON,
            recorded_at=datetime(2026, 10, 12, 9, tzinfo=UTC),
            recorded_by="a test",
            rule="L1",
            clause="App A",
            sentence="It happened.",
        )
        add_step(session, step, {"note": "Ann was rung.", "reason": " "}, fact)
    return session


@pytest.mark.proves("C4")
@pytest.mark.parametrize("table", TABLES)
def test_a_step_is_neither_changed_nor_taken_back(recorded: Session, table: str) -> None:
    assert recorded.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0
    for statement in (f"UPDATE {table} SET audit_id = audit_id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(IntegrityError, match="is a record") as refused, recorded.begin_nested():
            recorded.execute(text(statement))
        assert isinstance(refused.value.orig, psycopg.Error)


@pytest.mark.proves("C3")
def test_what_was_written_with_it_is_never_rewritten_and_retention_may_clear_it(recorded: Session) -> None:
    with pytest.raises(IntegrityError, match="is a record"), recorded.begin_nested():
        recorded.execute(text("UPDATE audit_step_texts SET text = 'Bob was rung.'"))
    assert recorded.execute(text("SELECT DISTINCT name FROM audit_step_texts")).scalars().all() == ["note"]
    recorded.execute(text("DELETE FROM audit_step_texts"))


def test_two_steps_never_have_one_version_of_an_audit(recorded: Session) -> None:
    again = """INSERT INTO audit_steps (audit_id, event, version, state, happened_on, recorded_at, recorded_by, rule,
        clause, sentence) SELECT audit_id, event, version, state, happened_on, recorded_at, recorded_by, rule, clause,
        sentence FROM audit_steps LIMIT 1"""
    with pytest.raises(IntegrityError, match="uq_audit_steps_version"), recorded.begin_nested():
        recorded.execute(text(again))
