from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from db.tables.programme import AuditYear, PlannedCycle

ROUTE = "/v1/rules/audit-years"
SAVED = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.mark.proves("P1", "P3", "P7", "L5")
def test_a_year_has_ten_cycles_with_their_days(client: TestClient) -> None:
    body = client.get(f"{ROUTE}/2026").json()

    assert [cycle["cycle"][-2:] for cycle in body["cycles"]] == [
        "01",
        "02",
        "03",
        "04",
        "05",
        "06",
        "07",
        "09",
        "10",
        "11",
    ]
    assert [cycle["cycle"][-2:] for cycle in body["cycles"] if cycle["moderation"]] == ["03", "06", "09"]
    assert body["cycles"][0] == {
        "cycle": "2026-01",
        "opens_on": "2026-01-02",
        "report_due_on": "2026-01-29",
        "closes_on": "2026-01-30",
        "working_days": 21,
        "kind": None,
        "moderation": False,
    }


@pytest.mark.parametrize(("state", "kinds"), [("published", ["ordinary", "themed"]), ("draft", [None, None])])
def test_kinds_are_those_of_the_published_programme(
    client: TestClient, sessions: sessionmaker[Session], state: str, kinds: list[str | None]
) -> None:
    with sessions.begin() as session:
        session.add(
            AuditYear(year=2026, state=state, edition_id="waltham_forest_2023", saved_at=SAVED, saved_by="a test")
        )
        session.flush()
        session.add(PlannedCycle(month="2026-01", year=2026, kind="ordinary", services=[]))
        session.add(
            PlannedCycle(month="2026-02", year=2026, kind="themed", topic="hoarding", origin="a request", services=[])
        )

    cycles = client.get(f"{ROUTE}/2026").json()["cycles"]

    assert [cycle["kind"] for cycle in cycles[:2]] == kinds
    assert cycles[2]["kind"] is None


@pytest.mark.parametrize(
    "year", ["2017", "2041", "0", "10000", "next", "2026.5", "2026.0", "02026", "2_026", "%202026", "+2026"]
)
def test_a_year_without_known_bank_holidays_is_refused(client: TestClient, year: str) -> None:
    answer = client.get(f"{ROUTE}/{year}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/year"]
