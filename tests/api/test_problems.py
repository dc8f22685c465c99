import pytest
from starlette.testclient import TestClient

pytestmark = pytest.mark.saves_nothing


def test_a_path_that_does_not_exist_is_a_problem_with_the_way_out(stranger: TestClient) -> None:
    answer = stranger.get("/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "There is nothing at /nowhere: the paths are listed at /docs."


def test_a_method_that_a_path_does_not_take_is_a_problem_that_names_those_it_takes(stranger: TestClient) -> None:
    answer = stranger.post("/healthz")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/people?reference=P1&reference=P2",
        "/v1/audits?team=A&team=B",
        "/v1/deadlines?state=met&state=running",
        "/v1/trail?actor=A&actor=B",
        "/v1/audits?limit=1&limit=2",
        "/v1/rules/audit-years/2026?edition=a&edition=b",
    ],
)
def test_of_two_values_for_one_filter_none_is_left_out_in_silence(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    key = path.partition("?")[2].partition("=")[0]
    assert f"{key} is given more than once" in str(answer.json()["errors"])


def test_a_list_in_the_query_takes_several(client: TestClient) -> None:
    twice = "concerned=0199c0de-7a11-7000-8000-000000000003&concerned=0199c0de-7a11-7000-8000-000000000004"
    assert client.get(f"/v1/post-holders?role=director&{twice}").status_code == 200


def test_text_that_is_too_short_or_too_long_is_told_with_how_long_it_may_be(client: TestClient) -> None:
    short = client.post("/v1/audit-cycles/2026-11/cancel", json={"reason": ""})
    long = client.post("/v1/audit-cycles/2026-11/cancel", json={"reason": "x" * 1001})

    assert short.json()["detail"] == "reason is too short: give 1 or more characters."
    assert long.json()["detail"] == "reason is too long: give 1000 characters at most."


def test_rows_are_counted_from_one_as_people_count_and_pointers_from_nought(client: TestClient) -> None:
    body = {"cycles": [{"cycle": "2027-01", "kind": "ordinary"}, {"cycle": "2027-02", "kind": "odd"}]}
    wrong = client.put("/v1/audit-years/2027", json=body, headers={"If-Match": '"0"'}).json()["errors"][0]

    assert wrong["pointer"] == "/cycles/1/kind"
    assert wrong["sentence"].startswith("kind in row 2 of cycles is odd: give ")
