"""The programme of a year over HTTP: draft, ETag, publication (P1, P2)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from db.tables.organisation import Service

YEAR = "/v1/audit-years/2027"
THEME = {
    "kind": "themed",
    "topic": "Mental capacity",
    "origin": "performance_issue",
    "services": ["review"],
    "attributes": {"group": ["dementia", "autism"]},
}


@pytest.fixture(autouse=True)
def services(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        session.add(Service(id="review", name="Review Team"))


@pytest.fixture
def today() -> date:
    return date(2026, 11, 2)


def programme(*leave_out: str) -> dict[str, Any]:
    months = [f"2027-{month:02}" for month in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11)]
    themed = ("2027-02", "2027-05", "2027-10")
    cycles = [{"cycle": month, **(THEME if month in themed else {"kind": "ordinary"})} for month in months]
    return {"cycles": [cycle for cycle in cycles if cycle["cycle"] not in leave_out]}


@pytest.mark.proves("P1", "P2", "P7")
def test_a_programme_is_saved_read_and_published(client: TestClient) -> None:
    nothing = client.get(YEAR)
    saved = client.put(YEAR, json=programme())
    published = client.post(f"{YEAR}/publish", headers={"If-Match": saved.headers["ETag"]})

    assert (nothing.json()["state"], nothing.json()["warnings"][0]["rule"]) == ("none", "P2")
    assert (saved.status_code, saved.json()["state"], saved.headers["ETag"]) == (200, "draft", '"1"')
    assert (published.status_code, published.json()["state"]) == (200, "published")
    assert client.get(YEAR).json() == published.json()
    february = published.json()["cycles"][1]
    assert (february["kind"], february["services"], february["opens_on"]) == ("themed", ["review"], "2027-02-01")
    assert february["attributes"] == {"group": ["autism", "dementia"]}
    assert [warning["rule"] for warning in published.json()["warnings"]] == ["P7", "P7", "P7", "P2", "P2", "P2"]
    assert client.get("/v1/rules/audit-years/2027").json()["cycles"][1]["kind"] == "themed"
    assert client.get("/v1/audit-cycles/2027-02").json()["kind"] == "themed"


@pytest.mark.proves("P1", "P2")
def test_publishing_what_breaks_the_framework_is_refused_with_clause_and_pointers(client: TestClient) -> None:
    client.put(YEAR, json=programme("2027-02"))
    refused = client.post(f"{YEAR}/publish")

    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["clause"]) == (409, "not_publishable", "3")
    assert {(error["pointer"], error["rule"]) for error in problem["errors"]} == {("/cycles", "P1"), ("/cycles", "P2")}
    assert client.get(YEAR).json()["state"] == "draft"


def test_a_change_says_which_version_it_changes(client: TestClient) -> None:
    first = client.put(YEAR, json=programme("2027-02"))
    without = client.put(YEAR, json=programme())
    second = client.put(YEAR, json=programme(), headers={"If-Match": first.headers["ETag"]})
    stale = client.put(YEAR, json=programme("2027-03"), headers={"If-Match": first.headers["ETag"]})
    strange = client.put(YEAR, json=programme("2027-03"), headers={"If-Match": '"abc"'})

    assert [answer.status_code for answer in (first, without, second, stale, strange)] == [200, 428, 200, 412, 412]
    assert len(client.get(YEAR).json()["cycles"]) == 10


@pytest.mark.parametrize(
    "cycle",
    [
        {"cycle": "2027-13", "kind": "ordinary"},
        {"cycle": "2026-01", "kind": "ordinary"},
        {"cycle": "2027-01", "kind": "special"},
        {"cycle": "2027-01", "kind": "ordinary", "colour": "red"},
        {"cycle": "2027-01", "kind": "themed", "services": ["nowhere"]},
        {"cycle": "2027-01", "kind": "themed", "attributes": {"group": ["Mrs Smith"]}},
        {"cycle": "2027-01", "kind": "themed", "attributes": {"group": "dementia"}},
        {"cycle": "2027-01", "kind": "ordinary", "attributes": {"group": ["dementia"]}},
        {"kind": "ordinary"},
    ],
)
def test_what_cannot_be_in_a_programme_is_refused_with_its_place(client: TestClient, cycle: dict[str, Any]) -> None:
    answer = client.put(YEAR, json={"cycles": [cycle]})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/cycles/0")


def test_a_year_without_known_bank_holidays_is_refused(client: TestClient) -> None:
    answer = client.get("/v1/audit-years/2055")

    assert (answer.status_code, answer.json()["code"]) == (422, "outside_calendar")
