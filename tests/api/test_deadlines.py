"""Deadlines over HTTP: the next due first, in pages, by day, state, person, team and service, and within reach."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.deadlines import Deadline
from api.paging import Page, cursor_after
from clock import Clock
from db.queries.deadlines_listed import deadlines
from db.queries.reaches import EVERYTHING
from tests.api.signing_in import app_of, asking, link, settings_of, token_for
from tests.integrations.pretend_provider import pretend_provider
from tests.small_council import SmallCouncil

FIRST = date(2026, 10, 5)
STATES = ("running", "overdue", "met")


@pytest.fixture(autouse=True)
def made(sessions: sessionmaker[Session]) -> dict[str, Any]:
    """Six audits in turn of Ada in CART and of Ben in HART, each with a deadline a day later than the one before."""
    with sessions.begin() as session:
        council = SmallCouncil(session)
        council.team("CART", "home_first")
        council.team("HART", "mash")
        for person in ("ADA", "CEM"):
            council.person(person, "CART")
        council.person("BEN", "HART")
        return {f"D{number}": _deadline(council, number) for number in range(6)}


def _deadline(council: SmallCouncil, number: int) -> Any:
    practitioner, auditor = (("ADA", "BEN"), ("BEN", "CEM"))[number % 2]
    audit_id = council.audit(f"D{number}", f"2026-{number + 1:02}", f"C{number}", practitioner, auditor=auditor)
    return council.deadline(audit_id, auditor, FIRST + timedelta(days=number), state=STATES[number // 2])


def listed(client: TestClient, **asked: Any) -> list[str]:
    return [row["audit"] for row in client.get("/v1/deadlines", params=asked).json()["items"]]


def test_a_deadline_says_what_is_owed_by_whom_by_when_and_why(client: TestClient) -> None:
    first = client.get("/v1/deadlines").json()["items"][0]

    assert (first["audit"], first["owed_by"], first["team"], first["service"]) == ("D0", "BEN", "CART", "home_first")
    assert (first["due_on"], first["state"], first["rule"], first["clause"]) == ("2026-10-05", "running", "L5", "3.7")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, "D0 D1 D2 D3 D4 D5"),
        ({"due_from": "2026-10-07"}, "D2 D3 D4 D5"),
        ({"due_to": "2026-10-06"}, "D0 D1"),
        ({"due_from": "2026-10-06", "due_to": "2026-10-06"}, "D1"),
        ({"state": "running"}, "D0 D1"),
        ({"state": "overdue"}, "D2 D3"),
        ({"state": "withdrawn"}, ""),
        ({"owed_by": "CEM"}, "D1 D3 D5"),
        ({"team": "CART"}, "D0 D2 D4"),
        ({"service": "mash", "state": "met"}, "D5"),
        ({"team": "NOWHERE"}, ""),
    ],
)
def test_the_next_due_comes_first_and_each_filter_narrows(
    client: TestClient, asked: dict[str, str], shown: str
) -> None:
    assert listed(client, **asked) == shown.split()


def test_pages_follow_the_days(client: TestClient) -> None:
    shown: list[str] = []
    asked: dict[str, Any] = {"limit": 4}
    while True:
        page = client.get("/v1/deadlines", params=asked).json()
        shown += [row["audit"] for row in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]

    assert shown == ["D0", "D1", "D2", "D3", "D4", "D5"]


def test_the_list_is_written_from_its_rows_as_its_model_would_write_it(client: TestClient) -> None:
    answer = client.get("/v1/deadlines?limit=2").content

    assert answer == Page[Deadline].model_validate_json(answer).model_dump_json().encode()


@pytest.mark.parametrize(
    "asked", [{"due_from": "2026-10-07", "due_to": "2026-10-06"}, {"state": "lost"}, {"due_to": "soon"}, {"by": "CEM"}]
)
def test_what_cannot_be_asked_is_refused(client: TestClient, asked: dict[str, str]) -> None:
    assert client.get("/v1/deadlines", params=asked).status_code == 422


@pytest.fixture
def ada(tmp_path: Path, clock: Clock, sessions: sessionmaker[Session]) -> Iterator[TestClient]:
    """A practitioner, to whom the deadlines of the audits of her own work are open."""
    with pretend_provider() as provider:
        with sessions.begin() as session:
            link(SmallCouncil(session), provider, "ada", "ADA")
        app = app_of(settings_of(provider, tmp_path), clock, sessions)
        with asking(app, token_for(provider, clock, "ada", "Audit.Practitioner")) as client:
            yield client


@pytest.mark.proves("C4")
def test_what_is_owed_for_anothers_audit_shows_by_no_filter_and_no_cursor(
    ada: TestClient, made: dict[str, Any]
) -> None:
    assert listed(ada) == ["D0", "D2", "D4"]
    assert listed(ada, owed_by="CEM") == listed(ada, team="HART") == listed(ada, service="mash") == []
    assert listed(ada, cursor=cursor_after(made["D0"])) == ["D2", "D4"]
    assert listed(ada, cursor=cursor_after(made["D1"])) == [], "the place after it would tell its date"
    assert ada.get("/v1/deadlines", params={"limit": 3}).json()["next"] is None


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "ix_deadlines_listed"),
        ({"due_from": date(2026, 10, 1), "due_to": date(2026, 10, 9)}, "ix_deadlines_listed"),
        ({"state": "running"}, "ix_deadlines_due"),
        ({"state": "overdue"}, "ix_deadlines_overdue"),
        ({"owed_by": "CEM"}, "ix_deadlines_owed"),
    ],
)
def test_an_index_in_order_stands_behind_the_lists_people_wait_for(
    sessions: sessionmaker[Session], asked: dict[str, Any], index: str
) -> None:
    with sessions() as session:
        session.execute(text(YEARS_OF_DEADLINES))
        session.execute(text("ANALYZE people, audits, deadlines"))
        assert index in _plan(session, asked)


# Of six thousand most are met, as after some years; each is owed by one of two hundred people.
YEARS_OF_DEADLINES = """
WITH many AS (
  INSERT INTO people (id, reference, name) SELECT uuidv7(), 'P' || number, 'P' FROM generate_series(1, 200) number
  RETURNING id
)
INSERT INTO deadlines
  (id, time_limit, audit_id, owed_by_id, started_on, due_on, rule, clause, sentence, edition_id, state)
SELECT uuidv7(), 'of ' || many.id || number, (SELECT min(id::text)::uuid FROM audits), many.id,
  '2020-01-01'::date + number, '2020-02-01'::date + number * 7, 'L5', '3.7', 'By that day.', 'an edition',
  CASE number % 30 WHEN 0 THEN 'overdue' WHEN 1 THEN 'running' ELSE 'met' END
FROM many, generate_series(1, 30) number
"""


def _plan(session: Session, asked: dict[str, Any]) -> str:
    """PostgreSQL's plan of the very statement that the list sends."""
    plan: list[str] = []

    def explain(connection: Connection, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if not plan:
            plan.append("")
            other = connection.connection.cursor()
            other.execute(f"EXPLAIN {statement}", parameters)
            plan[:] = [row[0] for row in other.fetchall()]

    event.listen(session.connection(), "before_cursor_execute", explain)
    deadlines(session, 51, EVERYTHING, **asked)
    return "\n".join(plan)
