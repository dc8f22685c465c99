import pytest
from starlette.testclient import TestClient

pytestmark = pytest.mark.saves_nothing

ROUTE = "/v1/rules/working-days"


@pytest.mark.proves("P3")
def test_five_working_days_from_maundy_thursday_skip_easter_and_say_so(client: TestClient) -> None:
    answer = client.get(f"{ROUTE}?start_on=2026-04-02&add=5")

    assert answer.status_code == 200
    body = answer.json()
    assert body["due_on"] == "2026-04-13"
    assert body["skipped"] == [
        {"on": "2026-04-03", "why": "Good Friday"},
        {"on": "2026-04-06", "why": "Easter Monday"},
    ]
    assert "5" in body["sentence"]
    assert set(body) == {"edition", "start_on", "add", "due_on", "skipped", "sentence"}


@pytest.mark.parametrize(
    ("start_on", "add", "due_on"),
    [
        ("2026-04-04", 0, "2026-04-04"),  # 0 gives the day itself, working day or not
        ("2026-04-04", 1, "2026-04-07"),  # from a Saturday the next working day is day 1
        ("2018-01-01", 10_000, None),  # beyond 2040
        ("2000-01-03", 1, None),
    ],
)
def test_working_days_are_added_within_the_calendar(
    client: TestClient, start_on: str, add: int, due_on: str | None
) -> None:
    answer = client.get(ROUTE, params={"start_on": start_on, "add": add})

    assert answer.json().get("due_on") == due_on
    assert answer.status_code == (422 if due_on is None else 200)


def test_working_days_between_are_counted_after_the_start_up_to_the_end(client: TestClient) -> None:
    answer = client.get(f"{ROUTE}?start_on=2026-04-02&end_on=2026-04-13")

    assert answer.json() == {
        "edition": "waltham_forest_2023",
        "start_on": "2026-04-02",
        "end_on": "2026-04-13",
        "working_days": 5,
    }


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("", "/start_on"),
        ("start_on=2026-04-02", "/end_on"),
        ("start_on=2026-04-02&add=5&end_on=2026-04-13", "/end_on"),
        ("start_on=2026-04-13&end_on=2026-04-02", "/end_on"),
        ("start_on=2026-04-02&add=-1", "/add"),
        ("start_on=2026-04-02&add=10001", "/add"),
        ("start_on=2026-04-02&add=five", "/add"),
        *(
            (f"start_on=2026-04-02&add={add}", "/add")
            for add in ("1.0", "1_0", "01", "%205", "+5", "-0.5", "9" * 5_000)
        ),
        ("start_on=2026-04-02&add=5&add=6", "/add"),
        ("start_on=2026-04-02&add=5&start_on=2026-04-02", "/start_on"),
        ("start_on=2041-01-02&add=0", "/start_on"),
        ("start_on=2040-12-31&add=1", "/add"),
        ("start_on=2017-12-29&end_on=2026-04-02", "/start_on"),
        ("start_on=2026-04-02&end_on=2041-01-02", "/end_on"),
        ("start_on=2026-04-31&add=5", "/start_on"),
        ("start_on=02/04/2026&add=5", "/start_on"),
        ("start_on=1775088000&add=5", "/start_on"),  # an instant as a number is no date
        ("start_on=2026-04-02T00:00:00&add=5", "/start_on"),
        ("start_on=2026-04-02&add=5&ad=6", "/ad"),
        ("start_on=2026-04-02&add=5&edition=../../etc", "/edition"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(client: TestClient, query: str, pointer: str) -> None:
    answer = client.get(f"{ROUTE}?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_date_outside_the_calendar_is_refused_with_the_years_that_are_known(client: TestClient) -> None:
    answer = client.get(f"{ROUTE}?start_on=2041-01-02&add=1")

    assert answer.status_code == 422
    assert answer.json()["code"] == "outside_calendar"
    assert "2018 to 2040" in answer.json()["detail"]


def test_strangers_are_asked_to_sign_in(stranger: TestClient) -> None:
    answer = stranger.get(f"{ROUTE}?start_on=2026-04-02&add=5")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="practice-audit"'
