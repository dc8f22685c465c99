"""Extra themed cycles over HTTP: arranged, refused in sentences, drawn, opened, listed, replayed (P2)."""

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from tests.small_council import found_council

CYCLES = "/v1/audit-cycles"
EXTRA = "2026-10-01-extra-1"
ASKED: dict[str, Any] = {
    "opens_on": "2026-10-01",
    "topic": "Hospital discharge",
    "origin": "performance_issue",
    "size": 4,
    "services": ["home_first"],
    "reason": "Three complaints in a month",
}


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"opens_on": "2026-10-03"}, "/opens_on"),
    ({"opens_on": "2026-09-30"}, "/opens_on"),
    ({"opens_on": "2190-10-01"}, "/opens_on"),
    ({"opens_on": "9999-12-31"}, "/opens_on"),
    ({"opens_on": "1 October 2026"}, "/opens_on"),
    ({"opens_on": 5}, "/opens_on"),
    ({"opens_on": None}, "/opens_on"),
    ({"size": 0}, "/size"),
    ({"size": 21}, "/size"),
    ({"size": 10**30}, "/size"),
    ({"size": 1.5}, "/size"),
    ({"size": True}, "/size"),
    ({"topic": ""}, "/topic"),
    ({"topic": "   "}, "/topic"),
    ({"topic": "a\nb"}, "/topic"),
    ({"topic": "a\u0000b"}, "/topic"),
    ({"origin": "curiosity"}, "/origin"),
    ({"services": ["mars"]}, "/services/0"),
    ({"services": ["review", ["mash"]]}, "/services/1"),
    ({"attributes": {"group": []}}, "/attributes/group"),
    ({"attributes": {"Mrs Smith": ["a"]}}, "/attributes"),
    ({"attributes": []}, "/attributes"),
    ({"reason": " "}, "/reason"),
    ({"reason": "a\u2028b"}, "/reason"),
    ({"seed": "mine"}, "/seed"),
]


@pytest.fixture(autouse=True)
def council(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28), practitioners_per_team=4)


@pytest.fixture
def arranged(client: TestClient) -> dict[str, Any]:
    return dict(client.post(CYCLES, json=ASKED).json())


@pytest.mark.proves("P2")
def test_an_extra_cycle_is_arranged_and_says_what_for(client: TestClient) -> None:
    answer = client.post(CYCLES, json={**ASKED, "attributes": {"group": ["dementia"]}})

    cycle = answer.json()
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{CYCLES}/{EXTRA}")
    assert answer.headers["ETag"] == client.get(f"{CYCLES}/{EXTRA}").headers["ETag"]
    assert (cycle["cycle"], cycle["kind"], cycle["state"], cycle["is_extra"]) == (EXTRA, "themed", "planned", True)
    told = cycle["extra"]
    assert told.pop("arranged_at").startswith("2026-10-01")
    assert told == {
        "topic": "Hospital discharge",
        "origin": "performance_issue",
        "services": ["home_first"],
        "attributes": {"group": ["dementia"]},
        "size": 4,
        "reason": "Three complaints in a month",
        "arranged_by": "local administrator",
    }
    assert (cycle["closes_on"], cycle["moderation"]) == ("2026-10-30", False)
    assert cycle["warnings"][0]["rule"] == "P2"
    assert client.get(f"{CYCLES}/{EXTRA}").json() == answer.json()
    (listed,) = client.get(CYCLES).json()["items"]
    assert (listed["cycle"], listed["is_extra"]) == (EXTRA, True)
    assert client.get(f"{CYCLES}/2026-10").json()["extra"] is None


def test_the_same_key_arranges_it_once(client: TestClient) -> None:
    first, again = (client.post(CYCLES, json=ASKED, headers={"Idempotency-Key": "one"}) for _ in range(2))

    assert first.json() == again.json()
    assert len(client.get(CYCLES).json()["items"]) == 1


def test_two_arranged_at_once_get_two_ids(client: TestClient) -> None:
    found: list[tuple[int, str]] = []

    def post() -> None:
        answer = client.post(CYCLES, json=ASKED)
        found.append((answer.status_code, answer.json()["cycle"]))

    threads = [threading.Thread(target=post) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(201, f"2026-10-01-extra-{number}") for number in (1, 2, 3)]


@pytest.mark.proves("P2", "S8")
def test_what_cannot_be_arranged_names_the_field(client: TestClient) -> None:
    for changed, pointer in UNFIT:
        answer = client.post(CYCLES, json={**ASKED, **changed})
        assert answer.status_code == 422, changed
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer], changed
    assert client.get(CYCLES).json()["items"] == []


def test_nothing_that_is_needed_may_be_left_out(client: TestClient) -> None:
    for missing in ("opens_on", "topic", "origin", "size", "reason"):
        answer = client.post(CYCLES, json={name: value for name, value in ASKED.items() if name != missing})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{missing}")


@pytest.mark.proves("P2", "S2", "S5")
def test_it_is_drawn_opened_and_replayed_beside_octobers(client: TestClient, arranged: dict[str, Any]) -> None:
    preview = client.post(f"{CYCLES}/{EXTRA}/draws").json()
    opened = client.post(f"{CYCLES}/{EXTRA}/open").json()
    october = client.post(f"{CYCLES}/2026-10/open").json()

    assert (preview["cycle"], preview["size_asked"], opened["draw_id"]) == (EXTRA, 4, preview["id"])
    assert (opened["state"], opened["audits"]["allocated"]) == ("open", 4)
    assert client.get(f"/v1/draws/{preview['id']}/verify").json()["is_identical"]
    extra, ordinary = (client.get("/v1/audits", params={"cycle": it}).json()["items"] for it in (EXTRA, "2026-10"))
    assert {(row["cycle"], row["kind"], row["service_id"]) for row in extra} == {(EXTRA, "themed", "home_first")}
    assert {(row["cycle"], row["kind"]) for row in ordinary} == {("2026-10", "ordinary")}
    assert len(extra) == 4
    assert len(ordinary) == october["audits"]["allocated"]
    assert not {row["practitioner"] for row in extra} & {row["practitioner"] for row in ordinary}
    assert client.get(f"/v1/audits/{extra[0]['id']}").json()["cycle"] == EXTRA
    for path in ("/v1/auditors-audits", "/v1/notices"):
        rows = client.get(path, params={"cycle": EXTRA}).json()["items"]
        assert {row["cycle"] for row in rows} == {EXTRA}
    trail = client.get("/v1/trail", params={"subject_kind": "audit_cycle", "subject_id": EXTRA}).json()["items"]
    assert "extra_cycle_arranged" in {entry["action"] for entry in trail}


def test_the_frame_draws_the_same_by_the_rules_alone(client: TestClient, arranged: dict[str, Any]) -> None:
    preview = client.post(f"{CYCLES}/{EXTRA}/draws").json()
    frame = client.get(f"/v1/draws/{preview['id']}/frame").json()
    edition = frame.pop("edition")
    answer = client.post("/v1/rules/draw", json={**frame, "seed": preview["seed"]})

    assert edition == preview["edition"]
    assert (answer.status_code, answer.json()["frame_hash"]) == (200, preview["frame_hash"])


def test_it_is_withdrawn_cancelled_and_closed_by_its_id(client: TestClient, arranged: dict[str, Any]) -> None:
    why = {"reason": "The wrong extract."}
    assert client.post(f"{CYCLES}/{EXTRA}/open").json()["state"] == "open"
    states = []
    for move in ("withdraw", "cancel", "reinstate"):
        read = {"If-Match": client.get(f"{CYCLES}/{EXTRA}").headers["ETag"]}
        states.append(client.post(f"{CYCLES}/{EXTRA}/{move}", json=why, headers=read).json()["state"])
    assert states == ["planned", "cancelled", "planned"]
    refused = client.post(f"{CYCLES}/{EXTRA}/close")
    assert (refused.status_code, refused.json()["rule"]) == (409, "P3")


WITH_BODY = ("/withdraw", "/cancel", "/reinstate")


@pytest.mark.parametrize(
    ("cycles", "expected"),
    [
        (("2026-10-01-extra-2", "2026-12-01-extra-1"), (404, "no_such_cycle")),
        (("2026-10-01-extra-0", "2026-02-30-extra-1", "2026-10-01", "extra-1"), (422, "invalid_facts")),
        (("2026-10-01-extra-123456", "x" * 300), (422, "unfit_request")),
    ],
    ids=["not arranged", "no id", "too long"],
)
def test_an_id_that_is_not_there_is_refused_by_every_path(
    client: TestClient, cycles: tuple[str, ...], expected: tuple[int, str]
) -> None:
    for cycle in cycles:
        for path in ("/open", "/close", "/draws", *WITH_BODY):
            body = {"reason": "why"} if path in WITH_BODY else None
            answer = client.post(f"{CYCLES}/{cycle}{path}", json=body, headers={"If-Match": '"0"'})
            assert (answer.status_code, answer.json()["code"]) == expected, (cycle, path)
        answer = client.get(f"{CYCLES}/{cycle}")
        assert (answer.status_code, answer.json()["code"]) == expected, cycle


def test_lists_refuse_what_is_no_id(client: TestClient) -> None:
    for path in ("/v1/audits", "/v1/notices", "/v1/auditors-audits"):
        for cycle in ("2026-10-01-extra-0", "2026-10-01", "x" * 30):
            assert client.get(path, params={"cycle": cycle}).status_code == 422
        assert client.get(path, params={"cycle": EXTRA}).json()["items"] == []


@pytest.mark.parametrize("path", ["/v1/recorded-audits", "/v1/trail/roots"])
def test_what_asks_for_a_month_refuses_an_extra_cycle(client: TestClient, path: str) -> None:
    assert client.get(path, params={"month": EXTRA}).status_code == 422


def test_a_programme_holds_no_extra_cycle(client: TestClient, arranged: dict[str, Any]) -> None:
    year = client.get("/v1/audit-years/2026").json()
    answer = client.put(
        "/v1/audit-years/2027", json={"cycles": [{"cycle": "2027-01-04-extra-1", "kind": "themed", "topic": "x"}]}
    )

    assert len(year["cycles"]) == 10
    assert answer.status_code == 422
