import copy
import json
import threading
import time
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import rules_draws
from api.access import ACCESS
from api.app_roles import AppRole
from api.draw_example import REQUEST
from api.editions import EditionUsed
from api.permissions import Permission

pytestmark = pytest.mark.saves_nothing

ROUTE = "/v1/rules/draw"
MEBIBYTE = 1024 * 1024


@pytest.fixture
def asked() -> dict[str, Any]:
    """A frame of one practitioner with two cases, and one auditor."""
    return copy.deepcopy(REQUEST["value"])


@pytest.mark.proves("S5")
def test_the_example_of_the_document_is_what_is_answered(
    app: FastAPI, client: TestClient, asked: dict[str, Any]
) -> None:
    answer = client.post(ROUTE, json=asked)

    assert answer.status_code == 200
    described = app.openapi()["paths"][ROUTE]["post"]["responses"]["200"]["content"]["application/json"]
    assert answer.json() == described["examples"]["a draw"]["value"]
    assert [row["case_id"] for row in answer.json()["drawn"]] == ["C1"]


def test_the_same_frame_gives_the_same_answer_byte_for_byte_whatever_the_order_of_its_lists(
    client: TestClient, asked: dict[str, Any]
) -> None:
    first = client.post(ROUTE, json=asked)

    asked["cases"].reverse()
    second = client.post(ROUTE, json=asked, headers={"Idempotency-Key": "ignored here"})

    assert first.content == second.content


def test_an_idempotency_key_is_accepted_and_ignored(client: TestClient, asked: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "the same for two requests"}

    first = client.post(ROUTE, json=asked, headers=key)
    second = client.post(ROUTE, json=asked | {"seed": "another"}, headers=key)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["seed"] != second.json()["seed"]


def test_null_stands_for_what_is_not_known(client: TestClient, asked: dict[str, Any]) -> None:
    asked["practitioners"][0] |= {"last_audited_on": None, "started_on": None, "away": False}
    asked["auditors"][0] |= {"practitioner_id": None}

    assert client.post(ROUTE, json=asked).status_code == 200


@pytest.mark.proves("S8")
@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"size": 40}, {"S8"}),  # a size beyond the population
        ({"auditors": []}, {"A1", "A2", "A3"}),  # nobody to audit
    ],
)
def test_what_cannot_be_had_is_a_shortfall_and_no_error(
    client: TestClient, asked: dict[str, Any], change: dict[str, Any], rules: set[str]
) -> None:
    answer = client.post(ROUTE, json=asked | change)

    assert answer.status_code == 200
    shortfalls = answer.json()["shortfalls"]
    assert rules & {shortfall["rule"] for shortfall in shortfalls}
    assert all(shortfall["sentence"] for shortfall in shortfalls)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("size 0", {"size": 0}, "/size"),
    ("size negative", {"size": -1}, "/size"),
    ("size as text", {"size": "1"}, "/size"),
    ("size as a fraction", {"size": 1.5}, "/size"),
    ("size true", {"size": True}, "/size"),
    ("seed empty", {"seed": ""}, "/seed"),
    ("seed of 1,001 characters", {"seed": "x" * 1_001}, "/seed"),
    ("seed of 10 MB", {"seed": "x" * 10 * MEBIBYTE}, "/seed"),
    ("seed null", {"seed": None}, "/seed"),
    ("a cycle that is no month", {"cycle": "October"}, "/cycle"),
    ("an unknown field", {"sise": 1}, "/sise"),
    ("a list null", {"cases": None}, "/cases"),
    ("a list that is no list", {"cases": {"id": "C1"}}, "/cases"),
    ("a team twice", {"teams": [{"id": "T1", "service_id": "review"}] * 2}, "/teams/1/id"),
    (
        "a practitioner of an unknown team",
        {"practitioners": [{"id": "P1", "team_id": "T9"}]},
        "/practitioners/0/team_id",
    ),
    (
        "an unknown field in a row",
        {"teams": [{"id": "T1", "service_id": "review", "name": "Review"}]},
        "/teams/0/name",
    ),
    (
        "a date as an instant",
        {"practitioners": [{"id": "P1", "team_id": "T1", "started_on": "2026-01-01T00:00:00"}]},
        "/practitioners/0/started_on",
    ),
    (
        "a date as a number",
        {"practitioners": [{"id": "P1", "team_id": "T1", "started_on": 0}]},
        "/practitioners/0/started_on",
    ),
    (
        "an unknown role",
        {"auditors": [{"id": "A1", "service_id": "review", "roles": ["director"]}]},
        "/auditors/0/roles/0",
    ),
    ("no service", {"auditors": [{"id": "A1"}]}, "/auditors/0/service_id"),
]


@pytest.mark.parametrize(("change", "pointer"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_frame_that_cannot_be_is_refused_with_the_place_of_each_problem(
    client: TestClient, asked: dict[str, Any], change: dict[str, Any], pointer: str
) -> None:
    answer = client.post(ROUTE, json=asked | change)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert pointer in [error["pointer"] for error in errors]
    assert all(error["sentence"] for error in errors)
    assert len(answer.content) < 20_000  # nobody's 10 MB come back


@pytest.mark.parametrize("row", [{"id": "T1", "service_id": "review"}, {"id": "T1"}], ids=["twice", "incomplete"])
def test_of_thousands_of_problems_the_first_hundred_are_told_and_the_rest_counted(
    client: TestClient, asked: dict[str, Any], row: dict[str, str]
) -> None:
    answer = client.post(ROUTE, json=asked | {"teams": [row] * 5_001})

    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100
    assert "4999 more" in answer.json()["detail"] or "5000 more" in answer.json()["detail"]


@pytest.mark.proves("P1")
def test_a_month_without_a_cycle_is_refused_with_the_rule_and_the_next_cycle(
    client: TestClient, asked: dict[str, Any]
) -> None:
    answer = client.post(ROUTE, json=asked | {"cycle": "2026-08"})

    assert answer.status_code == 422
    assert answer.json()["code"] == "no_such_cycle"
    assert answer.json()["rule"] == "P1"
    assert [(it["pointer"], it["value"]) for it in answer.json()["errors"]] == [("/cycle", "2026-08")]
    assert "2026-09" in answer.json()["detail"]


def test_a_cycle_of_a_year_that_no_calendar_knows_is_refused_where_it_stands(
    client: TestClient, asked: dict[str, Any]
) -> None:
    answer = client.post(ROUTE, json=asked | {"cycle": "2041-01"})

    assert (answer.status_code, answer.json()["code"]) == (422, "outside_calendar")
    assert [it["pointer"] for it in answer.json()["errors"]] == ["/cycle"]


@pytest.mark.proves("P5", "A1")
def test_a_service_that_is_nearly_one_of_the_policys_is_refused_and_any_other_is_not(
    client: TestClient, asked: dict[str, Any]
) -> None:
    nearly = client.post(ROUTE, json=asked | {"teams": [{"id": "T1", "service_id": "MASH"}]})
    unknown = client.post(ROUTE, json=asked | {"teams": [{"id": "T1", "service_id": "a new service"}]})

    assert (nearly.status_code, unknown.status_code) == (422, 200)
    assert [it["pointer"] for it in nearly.json()["errors"]] == ["/teams/0/service_id"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"teams": 5}, "teams is 5: give a list."),
        ({"teams": {"id": "T1"}}, "teams is {…}: give a list."),
        ({"teams": None}, "teams is null: give a list."),
        ({"teams": ["T1"]}, 'row 1 of teams is "T1": give a JSON object.'),
        ({"size": True}, "size is true: give a whole number."),
        ({"size": 1.5}, "size is 1.5: give a whole number."),
        ({"size": "1"}, 'size is "1": give a whole number.'),
        ({"size": [1]}, "size is […]: give a whole number."),
        ({"seed": None}, "seed is null: give text."),
        ({"seed": {}}, "seed is {}: give text."),
    ],
)
def test_what_does_not_fit_is_told_in_words_and_in_the_values_of_json(
    client: TestClient, asked: dict[str, Any], change: dict[str, Any], sentence: str
) -> None:
    answer = client.post(ROUTE, json=asked | change)

    assert answer.status_code == 422
    assert [it["sentence"] for it in answer.json()["errors"]] == [sentence]


def test_a_query_key_given_twice_is_refused(client: TestClient, asked: dict[str, Any]) -> None:
    edition = "edition=waltham_forest_2023"
    answer = client.post(f"{ROUTE}?{edition}&{edition}", json=asked)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/edition"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"', b"[" * 100_000, b'{"seed": "\\ud800"}', b'{"size": NaN}'],
    ids=["nothing", "cut off", "a list", "null", "no UTF-8", "a text", "too deep", "half a character", "NaN"],
)
def test_a_body_that_is_no_frame_at_all_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post(ROUTE, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_edition_that_does_not_exist_is_refused(client: TestClient, asked: dict[str, Any]) -> None:
    answer = client.post(f"{ROUTE}?edition=nowhere_2020", json=asked)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/edition"


def test_a_body_of_65_mebibytes_is_too_large_and_says_so(client: TestClient) -> None:
    answer = client.post(ROUTE, content=b" " * 65 * MEBIBYTE)

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert "64 MiB" in answer.json()["detail"]


def test_twenty_thousand_cases_are_a_normal_request(client: TestClient, asked: dict[str, Any]) -> None:
    row = asked["cases"][0]
    asked["cases"] = [row | {"id": f"C{number}"} for number in range(20_000)]

    answer = client.post(ROUTE, json=asked)

    assert answer.status_code == 200
    assert len(answer.json()["not_reached"]) == 19_999


def test_a_second_draw_at_the_same_moment_is_asked_to_come_back(
    client: TestClient, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, may_end = threading.Event(), threading.Event()
    drawn = rules_draws.answer_draw

    def slow_answer(body: bytes, edition: EditionUsed) -> bytes:
        entered.set()
        may_end.wait(10)
        return drawn(body, edition)

    monkeypatch.setattr(rules_draws, "answer_draw", slow_answer)
    first: list[int] = []
    running = threading.Thread(target=lambda: first.append(client.post(ROUTE, json=asked).status_code))
    running.start()
    entered.wait(10)

    second = client.post(ROUTE, json=asked)
    may_end.set()
    running.join()

    assert second.status_code == 503
    assert int(second.headers["retry-after"]) > 0
    assert first == [200]
    assert client.post(ROUTE, json=asked).status_code == 200


def test_a_draw_that_takes_too_long_is_stopped_and_the_next_one_runs(
    client: TestClient, app: FastAPI, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.state.installation.settings
    object.__setattr__(app.state.installation, "settings", settings.model_copy(update={"draw_seconds": 0.1}))
    drawn = rules_draws.answer_draw

    def endless(body: bytes, edition: EditionUsed) -> bytes:
        while json.loads(body):
            time.sleep(0)
        return b""

    monkeypatch.setattr(rules_draws, "answer_draw", endless)
    stopped = client.post(ROUTE, json=asked)
    monkeypatch.setattr(rules_draws, "answer_draw", drawn)

    assert stopped.status_code == 503
    assert stopped.json()["code"] == "took_too_long"
    assert client.post(ROUTE, json=asked).status_code == 200


def test_drawing_by_the_rules_has_a_permission_of_its_own() -> None:
    may = {role for role in AppRole if Permission.DRAW_BY_RULES in ACCESS[role]}

    assert may == {AppRole.ADMINISTRATOR, AppRole.AUDIT_MANAGER, AppRole.AUDIT_TEAM}
    assert all(Permission.READ_RULES in ACCESS[role] for role in AppRole)
