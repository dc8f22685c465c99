"""Lists of ten thousand disputes, safety alerts and moderated audits: one statement a page, by an index (D1, W7, M2).

`-rP` prints how long a page takes, beside a page of audits.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from db.queries import audits, disputes, moderated_audits, safety_alerts
from db.queries.reaches import EVERYTHING, Reach, Relation, Standing
from db.session import make_sessions
from tests.faults.disagreements import TODAY, Disagreements, person_of

ROWS = 10_000
FILL = """
INSERT INTO disputes (reference, audit_id, report_version, raised_by_id, raised_as, raised_on, edition_id, state, rung,
        ended_on)
    SELECT concat('D-', a.reference, n), a.id, n, a.practitioner_id, 'practitioner', '2027-03-01', 'e', 'lapsed', 'D2',
        '2027-03-02'
    FROM audits a, generate_series(100, 100 + :each) n;
INSERT INTO safety_alerts (case_reference, team_id, raised_by, raised_by_id, is_concerned, raised_at, raised_on,
        edition_id, state, rung, version)
    SELECT concat('C-', n), a.team_id, 'x', a.practitioner_id, true, now(), '2027-03-01', 'e', 'open', 'W1', 1
    FROM audits a, generate_series(1, :each) n;
INSERT INTO moderation_frames (month, hash, canonical, frozen_at)
    SELECT DATE '1800-01-01' + n * interval '1 month', 'h', '{}', now() FROM generate_series(1, :each) n;
INSERT INTO moderation_rounds (frame_id, month, drawn_on, drawn_at, drawn_by, edition_id, edition_version, seed, due_on,
        result)
    SELECT f.id, f.month, f.month, now(), 'x', 'e', '1', 's', f.month + 20, '{}' FROM moderation_frames f
    WHERE f.month < '1990-01-01';
INSERT INTO moderated_audits (round_id, audit_id, place, moderator_id, is_own_service, reasons, auditor_grade,
        report_version, due_on, state)
    SELECT r.id, a.id, row_number() OVER (PARTITION BY r.id), m.id, false, '[]', 'good', 1, r.due_on, 'allocated'
    FROM moderation_rounds r, audits a, people m WHERE r.month < '1990-01-01' AND m.reference = 'M1';
INSERT INTO deadlines (time_limit, audit_id, dispute_id, owed_by_id, owed_by_role, started_on, due_on, rule, clause,
        sentence, edition_id, state, met_on)
    SELECT 'ladders.dispute.D1', d.audit_id, d.id, d.raised_by_id, 'team_manager', '2027-03-01', '2027-03-02', 'D1',
        '3', 'It is held.', 'e', 'met', '2027-03-02' FROM disputes d
"""
Page = Callable[[Session, Reach], Any]
PAGES: dict[str, Page] = {
    "disputes": lambda session, reach: disputes.disputes(session, 51, reach),
    "safety_alerts": lambda session, reach: safety_alerts.alerts_listed(session, 51, reach),
    "moderated_audits": lambda session, reach: moderated_audits.listed(session, 51, reach),
}


@pytest.fixture
def full(engine: Engine) -> Iterator[Session]:
    """Eight audits with so many disputes, alerts and moderations of each as make ten thousand."""
    sessions = make_sessions(engine)
    Disagreements.found(sessions, is_drawn=False)
    with engine.begin() as connection:
        for statement in FILL.split(";"):
            connection.execute(text(statement), {"each": ROWS // 8} if ":each" in statement else {})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    with sessions() as session:
        yield session


def told(session: Session, page: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The statements of a page, as they are sent."""
    sent: list[tuple[str, Any]] = []
    connection = session.connection()
    note = lambda *it: sent.append((it[2], it[3]))  # noqa: E731
    event.listen(connection, "before_cursor_execute", note)
    try:
        page()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return sent


@pytest.mark.proves("D1", "W7", "M2")
def test_a_page_is_one_statement_that_reads_by_an_index(full: Session) -> None:
    everyone = Reach(frozenset({Relation.ALL}), Standing(TODAY))
    concerned = {
        "disputes": Reach(frozenset({Relation.AS_PRACTITIONER}), Standing(TODAY, person_of(full, "P1"))),
        "safety_alerts": Reach(frozenset({Relation.ONESELF}), Standing(TODAY, person_of(full, "P1"))),
        "moderated_audits": Reach(frozenset({Relation.AS_MODERATOR}), Standing(TODAY, person_of(full, "M1"))),
    }
    seconds = {"audits": timed(lambda: audits.audits(full, 51, EVERYTHING))}
    for name, page in PAGES.items():
        for reach in (everyone, concerned[name]):
            (sent,) = told(full, partial(page, full, reach))
            assert len(page(full, reach)) == 51
            plan = "\n".join(full.connection().exec_driver_sql(f"EXPLAIN {sent[0]}", sent[1]).scalars())
            assert f"Seq Scan on {name}" not in plan, plan
            key = f"{name}, {'all' if reach is everyone else 'of one'}"
            seconds[key] = timed(partial(page, full, reach))
    print({name: f"{each * 1000:.1f} ms" for name, each in seconds.items()})


def test_the_clocks_of_disputes_that_are_over_cost_the_sweep_nothing(full: Session) -> None:
    """It reads open clocks by an index of those alone, however many there were."""
    looked = "SELECT id FROM deadlines WHERE state IN ('running', 'overdue') AND next_look_on <= '2027-03-09'"
    plan = "\n".join(full.execute(text(f"EXPLAIN {looked} ORDER BY next_look_on, id LIMIT 1000")).scalars())
    assert "ix_deadlines_to_look_at" in plan
    open_ones = (
        "SELECT id FROM disputes WHERE state = 'open' AND next_look_on <= '2027-03-09' ORDER BY next_look_on LIMIT 9"
    )
    assert "ix_disputes_to_look_at" in "\n".join(full.execute(text(f"EXPLAIN {open_ones}")).scalars())


def timed(page: Callable[[], Any]) -> float:
    """The median of nine, once it is warm."""
    found = []
    for _ in range(10):
        began = time.perf_counter()
        page()
        found.append(time.perf_counter() - began)
    return median(found[1:])
