"""Audits over HTTP: listed with filters and pages, and read one by one with reasons and deadlines."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.audits import AuditListed
from api.paging import Page
from tests.small_council import found_council


@pytest.fixture(autouse=True)
def audits(client: TestClient, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        council = found_council(session, date(2026, 9, 28))
        council.audit(
            "OLD-7", "2026-07", "REV-P1-1", "REV-P1", state="issued", overall_grade="inadequate", auditor="review-A2"
        )
    client.post("/v1/audit-cycles/2026-10/open")


def listed(client: TestClient, **filters: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/v1/audits", params={"limit": 200, **filters}).json()["items"]
    return items


def test_the_list_tells_who_audits_whose_case_until_when(client: TestClient) -> None:
    rows = listed(client, cycle="2026-10")

    assert len(rows) == 13
    assert {(row["state"], row["allocated_on"], row["report_due_on"]) for row in rows} == {
        ("allocated", "2026-10-01", "2026-10-29")
    }
    assert all(row["practitioner_name"] == f"Person {row['practitioner']}" for row in rows)
    assert all(row["auditor"] and row["auditor_name"] for row in rows)


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"team": "CART"}, "team"),
        ({"service": "home_first"}, "service_id"),
        ({"kind": "re_audit"}, "kind"),
        ({"state": "issued"}, "state"),
        ({"practitioner": "REV-P1"}, "practitioner"),
        ({"cycle": "2026-07"}, "cycle"),
    ],
)
def test_a_filter_leaves_those_that_it_names_and_all_of_them(
    client: TestClient, filters: dict[str, str], field: str
) -> None:
    (wanted,) = filters.values()
    expected = [row["id"] for row in listed(client) if row[field] == wanted]

    assert expected
    assert [row["id"] for row in listed(client, **filters)] == expected


def test_filters_add_up(client: TestClient) -> None:
    auditor = listed(client, kind="re_audit")[0]["auditor"]

    assert [row["kind"] for row in listed(client, auditor=auditor, cycle="2026-10")] == ["re_audit"]
    assert listed(client, auditor=auditor, kind="themed") == []


def test_pages_go_on_where_the_one_before_ended(client: TestClient) -> None:
    first = client.get("/v1/audits?limit=9").json()
    rest = client.get("/v1/audits", params={"limit": 9, "cursor": first["next"]}).json()

    ids = [row["id"] for row in [*first["items"], *rest["items"]]]
    assert ids == [row["id"] for row in listed(client)]
    assert (len(ids), rest["next"]) == (14, None)


@pytest.mark.proves("L1", "L5", "L7", "S7")
def test_the_list_is_written_from_its_rows_as_its_model_would_write_it(client: TestClient) -> None:
    answer = client.get("/v1/audits?limit=3")

    assert answer.headers["content-type"] == "application/json"
    assert answer.links["next"]["url"].endswith(answer.json()["next"])
    assert answer.content == Page[AuditListed].model_validate_json(answer.content).model_dump_json().encode()


def test_one_audit_tells_its_reasons_and_deadlines(client: TestClient) -> None:
    (re_audit,) = listed(client, kind="re_audit")
    audit = client.get(f"/v1/audits/{re_audit['id']}").json()

    assert {key: audit[key] for key in re_audit} == re_audit
    assert (audit["re_audit_of"], audit["sequence"], audit["window_from"]) == ("OLD-7", 1, "2026-07-29")
    assert audit["reasons"][0]["rule"] == "S7"
    assert [(clock["rule"], clock["due_on"]) for clock in audit["deadlines"]] == [
        ("L1", "2026-10-29"),
        ("L5", "2026-10-29"),
        ("L7", "2026-10-30"),
    ]
    assert all(clock["sentence"] and clock["state"] == "running" for clock in audit["deadlines"])


def test_the_number_of_statements_does_not_grow_with_the_list(client: TestClient, engine: Engine) -> None:
    def statements(url: str) -> int:
        asked: list[str] = []

        def count(*told: Any) -> None:
            asked.append(told[2])

        event.listen(engine, "before_cursor_execute", count)
        assert client.get(url).status_code == 200
        event.remove(engine, "before_cursor_execute", count)
        return len(asked)

    assert statements("/v1/audits?limit=2") == statements("/v1/audits?limit=200") == 1
    assert statements(f"/v1/audits/{listed(client)[0]['id']}") == 3  # the third puts the reading on record


@pytest.mark.parametrize("query", ["cycle=2026-13", "state=lost", "kind=x", "limit=0", "cursor=%21", "colour=red"])
def test_a_filter_that_does_not_fit_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/audits?{query}").status_code == 422


def test_an_unknown_audit_is_not_found(client: TestClient) -> None:
    assert client.get("/v1/audits/0199c0de-7a11-7000-8000-000000000001").status_code == 404
    assert client.get("/v1/audits/PA-2026-0001").status_code == 422


@pytest.mark.parametrize("value", ["'; DROP TABLE audits; --", "%", "\u0000", "ü" * 150])
def test_nothing_in_a_filter_reaches_the_database_as_sql(client: TestClient, value: str) -> None:
    answer = client.get("/v1/audits", params={"team": value})

    assert answer.status_code in (200, 422)
    assert len(listed(client)) == 14
