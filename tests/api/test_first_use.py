"""A first use in mid-year over HTTP: lists as files and as JSON, and the record that comes of them (C5)."""

from datetime import date
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from tests.small_council import found_council

GOOD = {
    "month": "2026-07",
    "case_reference": "REV-P1-1",
    "practitioner": "REV-P1",
    "grade": "good",
    "issued_on": "2026-07-30",
    "auditor": "home_first-A1",
}
BAD = {**GOOD, "month": "2026-08", "practitioner": "REV-P2"}
FILE = b"month,case,practitioner,grade,issued_on\r\n2026-07,REV-P1-1,REV-P1,Good,30/07/2026\r\n"


@pytest.fixture
def today() -> date:
    return date(2026, 9, 28)


@pytest.fixture
def council(client: TestClient, sessions: sessionmaker[Session]) -> TestClient:
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))
    return client


def record(client: TestClient, *rows: dict[str, Any], **options: bool) -> Response:
    answer: Response = client.post("/v1/first-use-imports/past-audits", json={"rows": list(rows), **options})
    return answer


@pytest.mark.proves("C5")
def test_file_is_tried_recorded_and_read_back(council: TestClient) -> None:
    def send(**form: str) -> Response:
        answer: Response = council.post(
            "/v1/first-use-imports", data={"kind": "past_audits", **form}, files={"file": ("old.csv", FILE)}
        )
        return answer

    tried = send(dry_run="true")
    recorded = send()
    again = send()

    assert (tried.status_code, tried.json()["id"], tried.json()["rows_loaded"]) == (200, None, 1)
    assert recorded.status_code == 201
    report = recorded.json()
    assert (report["file_name"], report["date_form"], report["changes"]) == ("old.csv", "uk", {"recorded": 1})
    read = council.get(recorded.headers["Location"]).json()
    assert {**read, "errors": []} == report
    assert council.get("/v1/first-use-imports").json()["items"] == [read]
    assert (again.status_code, again.json()["unchanged"]) == (200, True)


def test_list_with_bad_rows_is_refused_with_a_pointer_to_each(council: TestClient) -> None:
    answer = record(council, GOOD, BAD)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "list_refused")
    assert [error["pointer"] for error in problem["errors"]] == ["/rows/1/month"]
    assert council.get("/v1/recorded-audits").json()["items"] == []
    assert record(council, GOOD, BAD, good_rows_only=True).status_code == 201
    assert len(council.get("/v1/recorded-audits").json()["items"]) == 1


def test_open_re_audits_and_counts_are_recorded_as_json(council: TestClient) -> None:
    row = {**GOOD, "grade": "inadequate", "due_on": "2026-09-15"}
    counted = {"month": "2026-07", "team": "REV"}
    figures = {"allocated": 4, "completed_on_time": 3, "completed_late": 1, "not_completed": 0}

    re_audits = council.post("/v1/first-use-imports/open-re-audits", json={"rows": [row]})
    counts = council.post("/v1/first-use-imports/counts", json={"rows": [{**counted, **figures}]})

    assert (re_audits.status_code, counts.status_code) == (201, 201)
    assert [note["column"] for note in re_audits.json()["notes"]] == ["due_on"]
    assert [note["column"] for note in counts.json()["notes"]] == ["completed_on_time"]


def test_headers_of_the_file_are_named(council: TestClient) -> None:
    content = FILE.replace(b"grade", b"Mark")

    def send(headers: str) -> Response:
        form = {"kind": "past_audits", "headers": headers}
        answer: Response = council.post("/v1/first-use-imports", data=form, files={"file": ("old.csv", content)})
        return answer

    assert send('{"grade": "Mark"}').status_code == 201
    assert send('{"score": "Mark"}').json()["errors"][0]["pointer"] == "/headers/score"
    assert send("grade=Mark").json()["errors"][0]["pointer"] == "/headers"
    assert send("{}").status_code == 422


@pytest.mark.proves("C5")
def test_record_is_put_right_from_the_version_that_was_read(council: TestClient) -> None:
    record(council, GOOD)
    (listed,) = council.get("/v1/recorded-audits?practitioner=REV-P1&month=2026-07").json()["items"]
    path = f"/v1/recorded-audits/{listed['id']}"
    council.get(path)  # its grade is read, and that is on record (C4)
    of_audit = council.get("/v1/trail", params={"subject_kind": "audit", "subject_id": listed["id"]}).json()["items"]
    assert [entry["action"] for entry in of_audit] == ["audit_read", "past_audit_recorded"]
    tag = council.get(path).headers["ETag"]
    change = {"grade": "inadequate", "reason": "Typed from the line above"}

    assert council.patch(path, json=change).status_code == 428
    corrected = council.patch(path, json=change, headers={"If-Match": tag})
    assert (corrected.status_code, corrected.json()["grade"], corrected.json()["state"]) == (
        200,
        "inadequate",
        "issued",
    )
    assert council.patch(path, json=change, headers={"If-Match": tag}).status_code == 412
    gone = council.post(
        f"{path}/withdraw", json={"reason": "Never was"}, headers={"If-Match": corrected.headers["ETag"]}
    )
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    assert council.get("/v1/recorded-audits/0199c0de-7a11-7000-8000-000000000001").status_code == 404
