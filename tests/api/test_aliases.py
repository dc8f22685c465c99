"""Aliases over HTTP, and the rows that the newest extracts could not load."""

from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.test_caseload_imports import GOOD, HEADER, SERVICE, TEAMS, WORKERS, send

MERGED = {"from_reference": "C1", "to_reference": "C2", "since_on": "2026-09-14", "reason": "One person twice"}


@pytest.fixture
def today() -> date:
    return date(2026, 10, 8)


@pytest.fixture
def council(client: TestClient) -> TestClient:
    """Home First with CART, and W1 and W2 in it."""
    assert client.post("/v1/services", json=SERVICE).status_code == 201
    assert send(client, "teams", TEAMS).status_code == 201
    assert send(client, "workers", WORKERS).status_code == 201
    return client


def quarantined(client: TestClient, **query: str) -> list[tuple[str, str, str, int]]:
    items: list[dict[str, Any]] = client.get("/v1/quarantined-rows", params=query).json()["items"]
    return [(item["kind"], item["value"], item["refused_since"], item["times_refused"]) for item in items]


def bad_row(case: str, worker: str) -> bytes:
    return f"{case},{worker},ALLWKR,CART,13/04/2026\r\n".encode()


@pytest.mark.proves("S10")
def test_case_alias_is_made_once_listed_and_undone(client: TestClient) -> None:
    made = client.post("/v1/case-aliases", json=MERGED)
    again = client.post("/v1/case-aliases", json=MERGED)
    assert (made.status_code, again.status_code, again.json()) == (201, 200, made.json())
    assert client.get("/v1/case-aliases?reference=C2").json()["items"] == [made.json()]
    undone = client.post(f"/v1/case-aliases/{made.json()['id']}/undo", json={"reason": "Two people after all"})
    assert (undone.status_code, undone.json()["undone_because"]) == (200, "Two people after all")
    assert client.post(f"/v1/case-aliases/{made.json()['id']}/undo", json={"reason": "Again"}).status_code == 409


@pytest.mark.parametrize(
    ("change", "answered"),
    [({"to_reference": "C1"}, 422), ({"reason": ""}, 422), ({"from_reference": "Ann Person"}, 422)],
)
def test_alias_that_makes_no_sense_is_refused(client: TestClient, change: dict[str, str], answered: int) -> None:
    assert client.post("/v1/case-aliases", json={**MERGED, **change}).status_code == answered
    assert client.get("/v1/case-aliases").json()["items"] == []


def test_worker_alias_leads_to_somebody_known(council: TestClient) -> None:
    unknown = council.post("/v1/person-aliases", json={**MERGED, "from_reference": "W1", "to_reference": "W7"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/to_reference")
    made = council.post("/v1/person-aliases", json={**MERGED, "from_reference": "W1", "to_reference": "W2"})
    assert (made.status_code, made.json()["both_audited_in"]) == (201, [])
    place = f"/v1/person-aliases/{made.json()['id']}/undo"
    assert council.post(place, json={"reason": "A slip"}).json()["undone_by"] == made.json()["made_by"]
    assert len(council.get("/v1/person-aliases").json()["items"]) == 1


@pytest.mark.proves("C1", "C3")
def test_row_stays_in_quarantine_until_an_extract_brings_it_right(council: TestClient) -> None:
    """W77 is missing for two weeks and W78 for one; then both are known, and nothing of the rows is kept."""
    first = HEADER + GOOD + bad_row("C2", "W77")
    second = first + bad_row("C3", "W78")
    place = send(council, "involvements", first, extracted_on="2026-09-23").headers["Location"]
    send(council, "involvements", second, extracted_on="2026-09-30")
    assert quarantined(council) == [
        ("involvements", "W77", "2026-09-23", 2),
        ("involvements", "W78", "2026-09-30", 1),
    ]
    assert council.get(f"{place}/errors").json()["items"] == []
    known = WORKERS + b"W77,w77@x.test,Cy,CART\r\nW78,w78@x.test,Di,CART\r\n"
    send(council, "workers", known, extracted_on="2026-10-07")
    send(council, "involvements", second, extracted_on="2026-10-07")
    assert quarantined(council) == []


def test_quarantine_is_filtered_and_read_in_pages(council: TestClient) -> None:
    rows = b"".join(bad_row(f"X{number}", f"W{70 + number}") for number in range(5))
    send(council, "involvements", HEADER + GOOD + rows, extracted_on="2026-09-23")
    send(council, "involvements", HEADER + GOOD + rows + bad_row("", "W1"), extracted_on="2026-09-30")
    assert len(quarantined(council, kind="involvements", code="unknown_worker")) == 5
    assert len(quarantined(council, times_refused="2")) == 5
    assert quarantined(council, kind="workers") == []
    page = council.get("/v1/quarantined-rows?limit=4")
    rest = council.get(page.links["next"]["url"])
    assert (len(page.json()["items"]), len(rest.json()["items"]), rest.json()["next"]) == (4, 2, None)


@pytest.mark.parametrize("path", ["/v1/case-aliases", "/v1/person-aliases", "/v1/quarantined-rows"])
def test_strangers_see_nothing(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 401


LIST = b"""Old;New;Since;Reason
C1;C2;14/09/2026;Merged: one person twice
C2;C3;15/09/2026;Renumbered
C3;C1;16/09/2026;A circle
Ann Person;C4;16/09/2026;A name
C5;C6;31/02/2026;No such day
C7;C8;16/09/2026;

C1;C2;14/09/2026;The same again
"""


@pytest.mark.proves("S10")
def test_list_of_aliases_makes_the_good_ones_and_tells_of_the_others(client: TestClient) -> None:
    answer = client.post("/v1/case-aliases/imports", files={"file": ("merged.csv", LIST)})
    told = answer.json()
    assert (answer.status_code, told["made"], told["known"]) == (200, 2, 1)
    assert [row["line"] for row in told["refused"]] == [4, 5, 6, 7]
    assert "circle" in told["refused"][0]["sentence"]
    assert "Ann" not in str(told)
    ends = {row["from_reference"]: row["current_reference"] for row in client.get("/v1/case-aliases").json()["items"]}
    assert ends == {"C1": "C3", "C2": "C3"}


def test_list_of_workers_is_one_of_aliases_too(council: TestClient) -> None:
    content = b"from_reference,to_reference,since_on,reason\nW1,W2,2026-09-14,Merged\nW9,W77,2026-09-14,Merged\n"
    told = council.post("/v1/person-aliases/imports", files={"file": ("merged.csv", content)}).json()
    assert (told["made"], [row["line"] for row in told["refused"]]) == (1, [3])


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", LIST.splitlines()[0] + b"\n"])
def test_file_that_is_no_list_of_aliases_is_refused_whole(client: TestClient, content: bytes) -> None:
    answer = client.post("/v1/case-aliases/imports", files={"file": ("merged.csv", content)})
    assert (answer.status_code, answer.json()["code"]) == (422, "broken_extract")
