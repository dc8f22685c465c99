"""`/v1/rules/ladders/{name}` as it was fixed in advance (sections 5, 6)."""

from typing import Any

import pytest
from starlette.testclient import TestClient

pytestmark = pytest.mark.saves_nothing

DISPUTE, ALERT = "/v1/rules/ladders/dispute", "/v1/rules/ladders/safety_alert"
FIXED = {"rung", "state", "due_on", "owed_by", "told", "next", "history", "reasons"}


def stands(client: TestClient, route: str, as_of: str, *steps: tuple[str, str]) -> dict[str, Any]:
    asked = {
        "started_on": "2026-09-02",
        "steps": [{"event": event, "on": on} for event, on in steps],
        "as_of": as_of,
    }
    answer = client.post(route, json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.proves("D1", "W1", "ladders.dispute", "ladders.safety_alert")
@pytest.mark.parametrize(
    ("route", "rungs", "within"),
    [
        (
            DISPUTE,
            ["D1", "D2", "D3", "D4", "D5", "D6"],
            ["5 working days", "2 working days", *["5 working days"] * 3, None],
        ),
        (ALERT, ["W1", "W2", "W3", "W4"], ["1 working day", "5 working days", "5 working days", None]),
    ],
)
def test_a_ladder_is_told_rung_by_rung_with_clocks_and_events(
    client: TestClient, route: str, rungs: list[str], within: list[str | None]
) -> None:
    body = client.get(route).json()

    assert [rung["rung"] for rung in body["rungs"]] == rungs
    assert [rung["within"] for rung in body["rungs"]] == within
    named = {event["event"] for rung in body["rungs"] for event in (*rung["events"], *body["anywhere"])}
    assert named == set(body["events"])
    assert body["clock_events"] == ["time_ran_out", "post_vacant", "lapsed"]
    assert all(rung["told"] and rung["owed_by"] and rung["rule"] and rung["clause"] for rung in body["rungs"])


@pytest.mark.proves("D1", "D7")
def test_a_dispute_stands_where_its_steps_led_it(client: TestClient) -> None:
    found = stands(client, DISPUTE, "2026-09-10", ("meeting_held", "2026-09-08"))

    assert set(found) >= {"edition", *FIXED}
    assert (found["rung"], found["state"], found["due_on"], found["next"]) == ("D2", "open", "2026-09-10", "D3")
    assert found["owed_by"] == ["team_manager"]
    assert found["told"] == ["practitioner", "auditor", "line_manager", "team_manager", "audit_team"]
    assert [line["event"] for line in found["history"]] == ["dispute_opened", "meeting_held"]
    assert all(set(reason) == {"rule", "clause", "sentence"} for reason in found["reasons"])
    assert [(reason["rule"], reason["clause"]) for reason in found["reasons"]] == [
        ("D1", "3.12"),  # the meeting was held
        ("D2", "3.12"),  # what is owed now, and until when
        ("D7", "—"),  # what becomes of it if nobody does anything
    ]


@pytest.mark.proves("W6")
def test_an_alert_moves_up_by_itself_when_nobody_answers(client: TestClient) -> None:
    assert stands(client, ALERT, "2026-09-03")["rung"] == "W1"
    found = stands(client, ALERT, "2026-09-04")

    assert (found["rung"], found["due_on"], found["owed_by"]) == ("W2", "2026-09-11", ["head_of_service"])
    assert found["told"] == ["auditor", "head_of_service", "audit_team", "audit_manager"]
    assert found["history"][-1]["by_clock"] is True
    assert found["reasons"][0]["rule"] == "W6"


def test_what_has_ended_owes_nothing(client: TestClient) -> None:
    found = stands(client, ALERT, "2026-09-10", ("resolved", "2026-09-03"))

    assert (found["state"], found["due_on"], found["owed_by"], found["next"]) == ("resolved", None, [], None)
    assert found["history"][-1]["records"] == ["case_note"]


@pytest.mark.parametrize(
    ("changed", "pointers"),
    [
        ({"steps": [{"event": "resolved", "on": "2026-09-03"}]}, ["/steps/0/event"]),
        ({"steps": [{"event": "shouted", "on": "2026-09-03"}]}, ["/steps/0/event"]),
        ({"steps": [{"event": "meeting_held", "on": "2026-09-01"}]}, ["/steps/0/on"]),
        ({"steps": [{"event": "meeting_held", "on": "2026-09-31"}]}, ["/steps/0/on"]),
        ({"steps": [{"event": "meeting_held"}]}, ["/steps/0/on"]),
        ({"steps": [{"event": "meeting_held", "on": "2026-09-03", "by": "me"}]}, ["/steps/0/by"]),
        ({"steps": [{"event": "", "on": "2026-09-03"}]}, ["/steps/0/event"]),
        ({"steps": None}, ["/steps"]),
        ({"as_of": "2026-09-01"}, ["/as_of"]),
        ({"as_of": "2041-01-01"}, ["/as_of"]),
        ({"started_on": "2017-12-29"}, ["/started_on"]),
        ({"started_on": "2040-12-28", "as_of": "2040-12-31"}, ["/as_of"]),
        ({"case": "PA-2026-0412"}, ["/case"]),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(
    client: TestClient, changed: dict[str, Any], pointers: list[str]
) -> None:
    asked = {"started_on": "2026-09-02", "steps": [], "as_of": "2026-09-30", **changed}
    answer = client.post(DISPUTE, json=asked)

    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers


@pytest.mark.parametrize("field", ["started_on", "as_of"])
def test_without_a_day_nothing_can_be_counted(client: TestClient, field: str) -> None:
    asked = {"started_on": "2026-09-02", "as_of": "2026-09-30"}
    del asked[field]

    answer = client.post(ALERT, json=asked)

    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]


def test_there_is_no_other_ladder_and_another_edition_answers_when_it_is_named(client: TestClient) -> None:
    assert client.get("/v1/rules/ladders/career").status_code == 422
    assert client.get(f"{DISPUTE}?edition=waltham_forest_2023").status_code == 200
    assert client.get(f"{DISPUTE}?edition=nowhere").status_code == 422


def test_strangers_are_asked_to_sign_in(stranger: TestClient) -> None:
    assert stranger.get(DISPUTE).status_code == 401
    assert stranger.post(ALERT, json={"started_on": "2026-09-02", "as_of": "2026-09-02"}).status_code == 401
