"""Drafts of gradings: the first begins the audit, and of several who save at once one goes first (L2)."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from db.queries.audit_contents import gradings_of
from db.tables.audits import Audit
from rules.gradings import DomainContent, GradingContent, Stage
from tests.grading_contents import whole_grading
from tests.small_council import work_on
from tests.usecases.council import found
from usecases.audit_tools import tool_read
from usecases.errors import AlreadyDifferent
from usecases.gradings import save_grading

TODAY = date(2026, 10, 6)
# The trail, the tool and the audit each need theirs; what matters is that a domain or check more needs none.
MOST_STATEMENTS = 30


@pytest.fixture
def audit_id(sessions: sessionmaker[Session]) -> uuid.UUID:
    with sessions.begin() as session:
        return found(session).audit("worker", "auditor").id


def save(sessions: sessionmaker[Session], audit_id: uuid.UUID, content: GradingContent, version: int) -> str:
    try:
        with sessions.begin() as session:
            save_grading(work_on(session, TODAY), audit_id, Stage.BEFORE_DISCUSSION, content, version=version)
    except AlreadyDifferent as refused:
        return refused.sentence
    return "saved"


@pytest.mark.proves("L2")
def test_of_many_who_save_one_version_at_once_one_goes_first_and_the_others_are_told(
    sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    together = 6
    barrier = Barrier(together)

    def one(number: int) -> str:
        barrier.wait(timeout=30)
        return save(sessions, audit_id, GradingContent(strengths=(f"Strength {number}.",)), 0)

    with ThreadPoolExecutor(together) as threads:
        answers = list(threads.map(one, range(together)))

    assert answers.count("saved") == 1
    assert all("saved meanwhile" in answer for answer in answers if answer != "saved")
    with sessions() as session:
        kept = gradings_of(session, audit_id)[Stage.BEFORE_DISCUSSION]
        audit = session.get_one(Audit, audit_id)
    assert kept.content.strengths == (f"Strength {answers.index('saved')}.",)
    assert (kept.row.version, audit.state, audit.version) == (1, "under_way", 2), "begun once"


def test_a_grading_is_saved_whole_with_statements_that_do_not_grow_with_it(
    sessions: sessionmaker[Session], audit_id: uuid.UUID, engine: Engine
) -> None:
    with sessions() as session:
        whole = whole_grading(tool_read(work_on(session, TODAY), session.get_one(Audit, audit_id)), "good")
    save(sessions, audit_id, GradingContent(domains=(DomainContent("voice"),), checks=whole.checks[:1]), 0)

    counts = []
    for version, content in ((1, GradingContent(domains=whole.domains[:1], checks=whole.checks[:1])), (2, whole)):
        statements: list[str] = []

        def note(*facts: object, kept: list[str] = statements) -> None:
            kept.append(str(facts[2]))

        event.listen(engine, "before_cursor_execute", note)
        assert save(sessions, audit_id, content, version) == "saved"
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= MOST_STATEMENTS, counts
