"""Disputes, safety alerts and moderations in the database: what stays as it was, backups, migrations (D1, W5, M4)."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from db import schema
from db.queries.invariants import violations
from db.session import make_sessions
from rules.roles import Role
from tests.cli.saying import say
from tests.db.test_upgrade_of_a_council import rows_of
from tests.faults.disagreements import Disagreements, person_of
from tests.faults.test_backup_and_restore import contents_of, copy_in, restore
from usecases.dispute_consents import consent_to_late_dispute
from usecases.independent_reviews import NewReview, ReviewReported, ask_for_review, report_review
from usecases.regrades import give_feedback

BEFORE = "0005"
ENDED = "UPDATE {0} SET version = version + 1 WHERE state <> 'open'"
# Of each table what must be refused, and by which guard.
ADDED_ONLY = (
    *("dispute_steps", "dispute_grounds", "dispute_consents", "safety_alert_steps"),
    *("moderation_frames", "moderation_rounds", "moderation_steps"),
)
TEXTS = (
    *("dispute_step_texts", "dispute_ground_texts", "independent_review_texts"),
    *("safety_alert_step_texts", "moderation_step_texts"),
)
KEPT = ("disputes", "independent_reviews", "safety_alerts", "moderated_audits", "moderation_templates")
NEVER = {
    **{f"a deletion from {table}": f"DELETE FROM {table}" for table in (*ADDED_ONLY, *KEPT)},
    **{f"emptying {table}": f"TRUNCATE {table} CASCADE" for table in (*ADDED_ONLY, *TEXTS, *KEPT, "regrades")},
    **{f"other words in {table}": f"UPDATE {table} SET text = 'Other.'" for table in TEXTS},
    "another step of a dispute": "UPDATE dispute_steps SET event = 'other'",
    "another step of an alert": "UPDATE safety_alert_steps SET event = 'other'",
    "another step of a moderation": "UPDATE moderation_steps SET event = 'other'",
    "a dispute that has ended goes on": ENDED.format("disputes"),
    "an alert that has ended goes on": ENDED.format("safety_alerts"),
    "an alert about another case": "UPDATE safety_alerts SET case_reference = 'C-0'",
    "another seed of a round": "UPDATE moderation_rounds SET seed = 'a better one'",
    "another grade of the auditor": "UPDATE moderated_audits SET auditor_grade = 'outstanding'",
    "another regrade after feedback": "UPDATE regrades SET overall_grade = 'outstanding'",
    "another domain of it": "UPDATE regraded_domains SET grade = 'outstanding'",
    "another template": "UPDATE moderation_templates SET content_hash = 'other'",
    "another finding of a review": "UPDATE independent_reviews SET reported_by = 'other'",
}
TABLES = (*ADDED_ONLY, *TEXTS, *KEPT, "regrades", "regraded_domains")


def disagreed(sessions: sessionmaker[Session]) -> Disagreements:
    """A dispute resolved after a review and one that is open, an alert that ended, a moderation with its feedback."""
    here = Disagreements.found(sessions, is_drawn=True)
    here.next_audit()
    with sessions.begin() as session:
        work = here.work(session, "AM")
        consent_to_late_dispute(work, here.audit(session).id, "She was away.", {Role.AUDIT_MANAGER: work.reach})
        here.disputed(session)
        for who, role, event in (
            ("TM", Role.TEAM_MANAGER, "unresolved"),
            ("TM", Role.TEAM_MANAGER, "referred"),
        ):
            here.said(session, who, role, event, here.dispute(session).version, summary="So it is.")
        reaches = {Role.AUDIT_MANAGER: work.reach}
        asked = NewReview(
            reviewer_id=person_of(session, "DIRECTOR"), brief="Look at May.", version=here.dispute(session).version
        )
        _, review = ask_for_review(work, here.dispute(session).id, asked, reaches)
        told = ReviewReported(findings="May counts.", version=here.dispute(session).version)
        report_review(here.work(session, "DIRECTOR"), here.dispute(session).id, review.id, told, {})
        for event, more in (("course_agreed", {}), ("resolved", {"overall_grade": "outstanding"})):
            said = {"summary": "We agreed.", **more}
            here.said(session, "AM", Role.AUDIT_MANAGER, event, here.dispute(session).version, **said)
    here.next_audit()
    with sessions.begin() as session:
        here.disputed(session)
        here.alerted(session)
        here.answered(session, "resolved", here.alert(session).version)
    here.next_moderated()
    with sessions.begin() as session:
        here.ready_for_feedback(session)
        row = here.moderated(session)
        give_feedback(here.work(session, "M1"), row.id, "Thank you.", version=row.version)
    return here


@pytest.mark.proves("D1", "W5", "M4")
def test_the_database_refuses_whatever_would_rewrite_them(engine: Engine) -> None:
    disagreed(make_sessions(engine))
    with engine.connect() as connection:
        for table in TABLES:
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")), f"no row in {table} to refuse anything of"
    said = {name: refusal(engine, statement) for name, statement in NEVER.items()}
    wrong = {name: why for name, why in said.items() if "is a record" not in why}
    assert wrong == {}


def refusal(engine: Engine, statement: str) -> str:
    """What the database says of it; nothing where it lets it happen."""
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except IntegrityError as refused:
        return str(refused.orig).replace("is part of what is a record", "is a record")
    return ""


def test_retention_may_clear_what_people_wrote(engine: Engine) -> None:
    disagreed(make_sessions(engine))
    with engine.begin() as connection:
        for table in TEXTS:
            assert connection.execute(text(f"DELETE FROM {table}")).rowcount > 0
        cleared = "UPDATE moderation_templates SET content = NULL, cleared_at = now()"
        assert connection.execute(text(cleared)).rowcount == 1


def test_a_council_that_disagreed_goes_back_to_the_release_before_and_up_again(new_database: Engine) -> None:
    disagreed(make_sessions(new_database))
    before = rows_of(new_database)
    schema.downgrade(new_database, BEFORE)
    back = rows_of(new_database)
    schema.upgrade(new_database)

    assert schema.differences(new_database) == []
    for table in back.keys() - {"deadlines", "notices", "messages", "case_system_commands", "case_system_texts"}:
        assert len(back[table]) == len(before[table]), table
    with Session(new_database) as session:
        assert {it.invariant.name for it in violations(session)} <= {"issued_report_never_owed_to_the_case_system"}


def test_a_backup_of_a_council_that_disagreed_is_restored_row_by_row(
    tmp_path: Path, data: Path, sessions: sessionmaker[Session], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    disagreed(sessions)
    monkeypatch.setenv("DATABASE_URL", database_url)
    file, again = tmp_path / "audit.zip", tmp_path / "again.zip"
    assert say("backup", file).code == 0

    restore(file, data, monkeypatch)

    with copy_in(data) as engine:
        monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
        assert say("backup", again).code == 0
    rows, copied = contents_of(file), contents_of(again)
    assert all(rows[table] for table in TABLES)
    for held_back in ("case_system_commands", "messages", "notices"):  # a copy sends nothing until somebody says so
        assert len(rows.pop(held_back)) == len(copied.pop(held_back))
    assert copied == rows
