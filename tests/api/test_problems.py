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
