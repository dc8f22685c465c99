"""Extracts over HTTP: tried, loaded, read back in pages, and refused with problem details."""

from datetime import date
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.api.conftest import ADDRESS

SERVICE = {"id": "home_first", "name": "Home First Service"}
TEAMS = b"team_id,name,service\r\nCART,CART,home_first\r\n"
WORKERS = b"worker_id,email,name,team_id\r\nW1,w1@x.test,Ann Example,CART\r\nW2,w2@x.test,Ben Example,CART\r\n"
HEADER = b"person_id,worker_id,role_code,team_id,start_date\r\n"
GOOD = b"C1,W1,ALLWKR,CART,13/04/2026\r\n"
BAD = b"C2,W77,ALLWKR,CART,13/04/2026\r\n"


@pytest.fixture
def today() -> date:
    return date(2026, 10, 1)


@pytest.fixture
def council(client: TestClient) -> TestClient:
    """Home First with CART, and W1 and W2 in it, loaded as a council would load them."""
    assert client.post("/v1/services", json=SERVICE).status_code == 201
    assert send(client, "teams", TEAMS).status_code == 201
    assert send(client, "workers", WORKERS).status_code == 201
    return client


def send(client: TestClient, kind: str, content: bytes, /, **form: str) -> Response:
    data = {"kind": kind, "extracted_on": "2026-09-30", **form}
    answer: Response = client.post("/v1/caseload-imports", data=data, files={"file": (f"{kind}.csv", content)})
    return answer


def of_kind(client: TestClient, kind: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(f"/v1/caseload-imports?kind={kind}").json()["items"]
    return items


@pytest.mark.proves("C1")
def test_extract_is_loaded_and_every_bad_row_can_be_read(council: TestClient) -> None:
    answer = send(council, "involvements", HEADER + GOOD + BAD)
    report = answer.json()
    assert answer.status_code == 201
    assert (report["state"], report["rows_loaded"], report["rows_refused"]) == ("loaded", 1, 1)
    assert report["changes"] == {"begun": 1, "changed": 0, "ended": 0}
    read = council.get(answer.headers["Location"]).json()
    assert {**read, "errors": report["errors"]} == report
    errors = council.get(f"{answer.headers['Location']}/errors").json()
    assert errors == {"items": report["errors"], "next": None}
    assert errors["items"][0]["line"] == 3
    assert errors["items"][0]["value"] == "W77"


def test_dry_run_leaves_nothing_behind(council: TestClient) -> None:
    answer = send(council, "involvements", HEADER + GOOD + BAD, dry_run="true")
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["rows_refused"]) == (None, 1)
    assert of_kind(council, "involvements") == []


def test_same_file_again_is_answered_with_the_import_before(council: TestClient) -> None:
    first = send(council, "involvements", HEADER + GOOD)
    again = send(council, "involvements", HEADER + GOOD)
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["unchanged"]) == (first.json()["id"], True)
    assert len(of_kind(council, "involvements")) == 1


def test_broken_file_is_refused_whole(council: TestClient) -> None:
    answer = send(council, "involvements", HEADER + GOOD + b'"cut off')
    assert (answer.status_code, answer.json()["code"]) == (422, "broken_extract")
    assert of_kind(council, "involvements") == []


def test_older_extract_is_refused_as_not_allowed_now(council: TestClient) -> None:
    send(council, "involvements", HEADER + GOOD)
    answer = send(council, "involvements", HEADER + BAD, extracted_on="2026-09-29")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_allowed_now")


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"kind": "cases"}, "/kind"),
        ({"extracted_on": "30/09/2026"}, "/extracted_on"),
        ({"extracted_on": "2026-10-02"}, "/extracted_on"),
        ({"date_form": "us"}, "/date_form"),
        ({"dry_run": "perhaps"}, "/dry_run"),
    ],
)
def test_form_that_makes_no_sense_is_refused_with_the_field(
    council: TestClient, form: dict[str, str], pointer: str
) -> None:
    answer = send(council, "involvements", HEADER + GOOD, **form)
    assert answer.status_code == 422
    assert [place["pointer"] for place in answer.json()["errors"]] == [pointer]


def test_errors_are_read_in_pages_and_by_code(council: TestClient) -> None:
    rows = b"".join(b"C%d,W%d,ALLWKR,CART,13/04/2026\r\n" % (number, 70 + number) for number in range(5))
    place = send(council, "involvements", HEADER + GOOD + rows + b",W1,ALLWKR,CART,13/04/2026\r\n").headers["Location"]
    lines: list[int] = []
    following: str | None = f"{place}/errors?limit=2"
    while following is not None:
        page = council.get(following)
        lines += [item["line"] for item in page.json()["items"]]
        following = page.links["next"]["url"] if "next" in page.links else None
    assert lines == [3, 4, 5, 6, 7, 8]
    by_code = council.get(f"{place}/errors?code=missing").json()["items"]
    assert [item["line"] for item in by_code] == [8]


def test_import_that_is_not_there_is_not_found(council: TestClient) -> None:
    nowhere = "/v1/caseload-imports/0199c0de-7a11-7000-8000-000000000001"
    assert council.get(nowhere).status_code == 404
    assert council.get(f"{nowhere}/errors").status_code == 404


def test_strangers_import_nothing(stranger: TestClient) -> None:
    assert send(stranger, "teams", TEAMS).status_code == 401


def test_repeated_request_with_a_key_has_one_effect(council: TestClient) -> None:
    """The boundary between the parts of the form is another one each time; the request is the same."""
    answers = [
        council.post(
            "/v1/caseload-imports",
            data={"kind": "involvements", "extracted_on": "2026-09-30"},
            files={"file": ("involvements.csv", HEADER + GOOD)},
            headers={"Idempotency-Key": "import of 30 September"},
        )
        for _ in range(2)
    ]
    assert answers[0].status_code == answers[1].status_code == 201
    assert answers[0].json() == answers[1].json()
    assert len(of_kind(council, "involvements")) == 1


def row(**others: Any) -> dict[str, Any]:
    return {
        "person_id": "C1",
        "worker_id": "W1",
        "role_code": "ALLWKR",
        "team_id": "CART",
        "start_date": "2026-04-13",
        **others,
    }


def send_rows(client: TestClient, *rows: dict[str, Any], **others: Any) -> Response:
    sent = {"kind": "involvements", "extracted_on": "2026-09-30", "rows": list(rows), **others}
    answer: Response = client.post("/v1/caseload-imports/rows", json=sent)
    return answer


@pytest.mark.proves("C1")
def test_rows_sent_as_json_are_judged_and_loaded_as_those_of_a_file_are(council: TestClient) -> None:
    tried = send_rows(council, row(), row(person_id="C2", worker_id="W77"), dry_run=True)
    by_file = send(council, "involvements", HEADER + GOOD + BAD).json()
    answer = send_rows(council, row(), row(person_id="C2", worker_id="W77"))
    again = send_rows(council, row(), row(person_id="C2", worker_id="W77"))

    report = answer.json()
    assert (tried.status_code, answer.status_code, again.status_code) == (200, 201, 200)
    assert tried.json()["changes"] == by_file["changes"] == {"begun": 1, "changed": 0, "ended": 0}
    assert report["changes"] == {"begun": 0, "changed": 0, "ended": 0}
    for fact in ("rows_read", "rows_loaded", "rows_refused", "state"):
        assert report[fact] == by_file[fact]
    (error,), (error_of_file,) = report["errors"], by_file["errors"]
    assert (error["line"], error["sentence"]) == (2, error_of_file["sentence"])
    assert (again.json()["id"], again.json()["unchanged"]) == (report["id"], True)
    assert council.get("/v1/quarantined-rows").json()["items"][0]["line"] == 2


@pytest.mark.proves("C1")
def test_rows_that_are_far_fewer_than_the_last_time_are_asked_about(council: TestClient) -> None:
    many = [row(person_id=f"C{number}") for number in range(60)]
    assert send_rows(council, *many).json()["rows_loaded"] == 60

    fell = send_rows(council, *many[:10])
    confirmed = send_rows(council, *many[:10], confirmed_because="The team was closed.")

    assert (fell.status_code, fell.json()["code"]) == (409, "caseload_fell")
    assert "sending it once more with confirmed_because" in fell.json()["detail"]
    assert confirmed.json()["changes"]["ended"] == 50


@pytest.mark.proves("C1", "C4")
def test_a_key_that_may_only_import_sends_rows_and_does_nothing_else(council: TestClient) -> None:
    wanted = {"name": "middleware", "permissions": ["caseload_imports:make"]}
    key = council.post("/v1/api-keys", json=wanted).json()["key"]
    with TestClient(council.app, base_url=ADDRESS, headers={"Authorization": f"Bearer {key}"}) as middleware:
        assert send_rows(middleware, row()).status_code == 201
        for path in ("/v1/caseload-imports", "/v1/quarantined-rows", "/v1/audits", "/v1/case-system/commands"):
            assert middleware.get(path).status_code == 403
        asked = {"operations": ["record_note"], "gives_receipts": True}
        assert middleware.post("/v1/case-system/commands/lease", json=asked).status_code == 403


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"rows": []}, 422, "rows"),
        ({"rows": [row(team_id=["CART"])]}, 422, "it is a list or an object"),
        ({"rows": [{"person_id": "C1"}]}, 422, "No row has worker_id, role_code, team_id, start_date"),
        ({"kind": "teams", "rows": [row()]}, 422, "No row has name, which rows of teams need"),
        ({"rows": [row()], "extracted_on": None}, 422, "extracted_on"),
        ({"rows": [row(**{f"field {n}": n for n in range(60)})]}, 422, "more than 60 different fields"),
    ],
)
def test_rows_that_are_none_are_refused_whole(
    council: TestClient, sent: dict[str, Any], status: int, words: str
) -> None:
    answer = council.post(
        "/v1/caseload-imports/rows", json={"kind": "involvements", "extracted_on": "2026-09-30", **sent}
    )
    assert answer.status_code == status
    assert words in answer.text
    assert of_kind(council, "involvements") == []
