"""The organisation from day to day over HTTP: who was what on a day, corrections, moves, hand-overs, lists (P4)."""

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

NOBODY = "0199c0de-7a11-7000-8000-000000000001"
FIRST = {"If-Match": '"1"'}


@pytest.fixture
def council(client: TestClient) -> TestClient:
    """CART and HART of Home First; W1 manages CART, W2 stands in, W3 heads Home First. Today is 1 October 2026."""
    for service in ("home_first", "review"):
        add(client, "/v1/services", id=service, name=service)
    for team in ("CART", "HART"):
        add(client, "/v1/teams", reference=team, name=team, service_id="home_first")
    for name in ("W1", "W2", "W3", "W4"):
        add(client, "/v1/people", reference=name, name=f"Person {name}", email=f"{name}@x.test")
    cart, people = ids(client, "teams")["CART"], ids(client, "people")
    add(
        client,
        f"/v1/people/{people['W1']}/posts",
        role="team_manager",
        team_id=cart,
        deputy_id=people["W2"],
        began_on="2024-04-01",
    )
    add(client, f"/v1/people/{people['W3']}/posts", role="head_of_service", service_id="home_first")
    return client


def add(client: TestClient, path: str, **fields: object) -> dict[str, Any]:
    answer = client.post(path, json=fields)
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


def ids(client: TestClient, what: str) -> dict[str, str]:
    return {row["reference"]: row["id"] for row in client.get(f"/v1/{what}").json()["items"]}


def who_was(client: TestClient, on: str, **asked: str) -> dict[str, Any]:
    answer = client.get("/v1/post-holders", params={"on": on, "role": "team_manager", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(client: TestClient, found: Mapping[str, Any]) -> list[str]:
    of = {id_: reference for reference, id_ in ids(client, "people").items()}
    return [of[person] for person in found["taken_by"]]


@pytest.mark.proves("P4", "N1")
def test_who_was_team_manager_on_3_march_and_who_took_it_and_why(council: TestClient) -> None:
    people, cart = ids(council, "people"), ids(council, "teams")["CART"]
    add(council, f"/v1/people/{people['W1']}/absences", first_on="2026-03-02", last_on="2026-03-06")
    before = who_was(council, "2026-03-01", team_id=cart)
    assert (names(council, before), before["because"]) == (["W1"], None)
    away = who_was(council, "2026-03-03", team_id=cart)
    assert names(council, away) == ["W2"]
    assert away["because"]["sentence"] == "The team manager of CART is away, so the deputy is told instead."
    assert away["holders"] == [
        {"person_id": people["W1"], "is_away": True, "stands_in_id": None, "deputy_id": people["W2"]}
    ]
    concerned = who_was(council, "2026-03-03", team_id=cart, concerned=people["W2"])
    assert names(council, concerned) == ["W3"]
    assert concerned["taken_as"] == {"role": "head_of_service", "scope": "home_first"}
    vacant = who_was(council, "2024-03-31", team_id=cart)
    assert (vacant["holders"], names(council, vacant)) == ([], ["W3"])
    assert vacant["because"]["sentence"].startswith("Nobody holds the post of team manager of CART")
    assert vacant["warnings"][0]["sentence"].endswith("Name a holder or a deputy.")


@pytest.mark.proves("N1", "P4")
def test_a_team_manager_without_a_line_manager_on_record_is_not_their_own(council: TestClient) -> None:
    people, cart = ids(council, "people"), ids(council, "teams")["CART"]
    for name in ("W1", "W4"):
        add(council, f"/v1/people/{people[name]}/team-memberships", team_id=cart)
    managed = who_was(council, "2026-10-01", role="line_manager", person_id=people["W4"])
    assert names(council, managed) == ["W1"]
    manager = who_was(council, "2026-10-01", role="line_manager", person_id=people["W1"])
    assert names(council, manager) == ["W3"]
    assert manager["because"]["sentence"].startswith("The team manager of CART is concerned themselves, so the head of")


def test_whoever_an_answer_names_by_id_is_told_by_reference_and_name_as_well(council: TestClient) -> None:
    people, cart = ids(council, "people"), ids(council, "teams")["CART"]
    told = [{"id": people[name], "reference": name, "name": f"Person {name}"} for name in ("W1", "W2")]
    assert who_was(council, "2026-10-01", team_id=cart)["people"] == told
    assert council.get(f"/v1/posts/history?role=team_manager&team_id={cart}").json()["people"] == told


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("role=team_manager", "The post of team_manager is held for a team: name it."),
        ("role=head_of_service", "The post of head_of_service is held for a service: name it."),
        ("role=director&service_id=review", "The post of director is not held for a service: leave it out."),
        ("role=line_manager", "There is no post of this role"),
    ],
)
def test_history_of_no_post_is_refused_instead_of_empty(council: TestClient, asked: str, sentence: str) -> None:
    answer = council.get(f"/v1/posts/history?{asked}")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(sentence)


def test_absence_names_who_stands_in_before_the_deputy(council: TestClient) -> None:
    people, cart = ids(council, "people"), ids(council, "teams")["CART"]
    days = {"first_on": "2026-10-05", "last_on": "2026-10-09"}
    add(council, f"/v1/people/{people['W1']}/absences", **days, stands_in_id=people["W4"])
    assert names(council, who_was(council, "2026-10-06", team_id=cart)) == ["W4"]


REFUSED = [
    ({"role": "line_manager"}, 422),
    ({"role": "team_manager"}, 422),
    ({"role": "auditor"}, 422),
    ({"role": "team_manager", "team_id": NOBODY}, 404),
    ({"role": "line_manager", "person_id": NOBODY}, 404),
    ({"role": "head_of_service", "service_id": "nowhere"}, 404),
    ({"role": "king"}, 422),
]


@pytest.mark.parametrize(("asked", "code"), REFUSED)
def test_role_that_cannot_be_asked_of_that_is_refused(council: TestClient, asked: dict[str, str], code: int) -> None:
    assert council.get("/v1/post-holders", params=asked).status_code == code


def test_line_manager_changes_from_a_day_on_and_is_corrected_for_the_past(council: TestClient) -> None:
    people = ids(council, "people")
    path = f"/v1/people/{people['W4']}"
    add(council, f"{path}/line-managers", manager_id=people["W1"])
    second = add(council, f"{path}/line-managers", manager_id=people["W2"], began_on="2026-11-02")["line_manager"]
    person = council.get(path).json()
    assert person["line_manager_id"] == people["W1"]
    assert [(row["manager_id"], row["began_on"], row["ended_on"]) for row in person["line_managers"]] == [
        (people["W1"], None, "2026-11-01"),
        (people["W2"], "2026-11-02", None),
    ]
    first = person["line_managers"][0]
    ended = {"manager_id": people["W1"], "ended_on": "2026-10-15"}
    one = council.put(f"{path}/line-managers/{first['id']}", json=ended, headers={"If-Match": '"2"'})
    assert (one.status_code, one.headers["ETag"]) == (200, '"3"')
    overlapping = {"manager_id": people["W2"], "began_on": "2026-10-15"}
    assert council.put(f"{path}/line-managers/{second['id']}", json=overlapping, headers=FIRST).status_code == 409
    assert council.delete(f"{path}/line-managers/{second['id']}", headers=FIRST).status_code == 204
    nobody = council.post(f"{path}/line-managers", json={"manager_id": people["W4"], "began_on": "2026-12-01"})
    assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "/manager_id")


def test_deputies_follow_each_other(council: TestClient) -> None:
    people, cart = ids(council, "people"), ids(council, "teams")["CART"]
    (post,) = council.get(f"/v1/people/{people['W1']}").json()["posts"]
    path = f"/v1/people/{people['W1']}/posts/{post['id']}/deputies"
    add(council, path, deputy_id=people["W4"], began_on="2026-10-12")
    add(council, f"/v1/people/{people['W1']}/absences", first_on="2026-10-01", last_on="2026-10-30")
    found = [names(council, who_was(council, day, team_id=cart)) for day in ("2026-10-11", "2026-10-12")]
    assert found == [["W2"], ["W4"]]
    deputies = council.get(f"/v1/people/{people['W1']}").json()["posts"][0]["deputies"]
    assert [row["ended_on"] for row in deputies] == ["2026-10-11", None]
    withdrawn = council.delete(f"{path}/{deputies[1]['id']}", headers=FIRST)
    assert withdrawn.status_code == 204
    changed = {"deputy_id": people["W2"], "began_on": "2024-04-01"}
    assert council.put(f"{path}/{deputies[0]['id']}", json=changed, headers={"If-Match": '"2"'}).status_code == 200
    assert council.post(path, json={"deputy_id": people["W1"], "began_on": "2026-12-01"}).status_code == 422


VERSIONED = ["services/home_first", "teams/CART", "people/W1"]


@pytest.mark.parametrize("what", VERSIONED)
def test_change_needs_the_etag_that_was_read_and_a_stale_one_is_told_what_changed(
    council: TestClient, what: str
) -> None:
    kind, _, name = what.partition("/")
    path = f"/v1/{kind}/{name if kind == 'services' else ids(council, kind)[name]}"
    read = council.get(path)
    body = {"name": "Another name"}
    if kind != "services":
        body |= {"reference": name} | ({"service_id": "home_first"} if kind == "teams" else {})
    assert council.put(path, json=body).status_code == 428
    first = council.put(path, json=body, headers={"If-Match": read.headers["ETag"]})
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    second = council.put(path, json={**body, "name": "A third"}, headers={"If-Match": read.headers["ETag"]})
    assert (second.status_code, second.json()["code"]) == (412, "stale")
    assert "version 2 now, 1 was read. What changed: name" in second.json()["detail"]
    assert council.get(path).json()["name"] == "Another name"
    assert council.put(path, json=body, headers={"If-Match": '"two"'}).status_code == 412


def test_saving_the_same_again_is_no_change(council: TestClient) -> None:
    path = f"/v1/people/{ids(council, 'people')['W1']}"
    person = council.get(path).json()
    same = {key: person[key] for key in ("reference", "name", "email", "job_title", "started_on", "left_on")}
    assert council.put(path, json=same, headers=FIRST).headers["ETag"] == '"1"'


@pytest.mark.proves("P4")
def test_team_moves_and_merges_and_its_history_is_read(council: TestClient) -> None:
    teams = ids(council, "teams")
    cart = f"/v1/teams/{teams['CART']}"
    moved = add(council, f"{cart}/moves", service_id="review", moved_on="2026-11-02")["items"]
    assert [(row["service_id"], row["ended_on"]) for row in moved] == [("home_first", "2026-11-01"), ("review", None)]
    corrected = council.put(
        f"{cart}/moves/{moved[1]['id']}", json={"service_id": "review", "moved_on": "2026-12-01"}, headers=FIRST
    )
    assert corrected.json()["items"][0]["ended_on"] == "2026-11-30"
    asked = {"into_id": teams["HART"], "merged_on": "2027-01-04"}
    merged = council.post(f"{cart}/merge", json=asked)
    assert (merged.json()["ended_on"], merged.json()["posts_ended"]) == ("2027-01-03", 1)
    history = council.get(f"{cart}/history").json()["items"]
    assert [(row["kind"], row["service_id"] or row["role"], row["began_on"], row["ended_on"]) for row in history] == [
        ("of_service", "home_first", None, "2026-11-30"),
        ("deputy", "team_manager", "2024-04-01", "2027-01-03"),
        ("post", "team_manager", "2024-04-01", "2027-01-03"),
        ("of_service", "review", "2026-12-01", None),
        ("merged", None, "2027-01-04", None),
    ]
    on_the_day = council.get(f"{cart}/history?on=2026-03-03").json()["items"]
    assert [row["kind"] for row in on_the_day] == ["of_service", "deputy", "post"]


def test_history_of_a_person_and_of_a_post(council: TestClient) -> None:
    people, cart = ids(council, "people"), ids(council, "teams")["CART"]
    person = council.get(f"/v1/people/{people['W1']}/history").json()["items"]
    assert [(row["kind"], row["person_id"], row["other_id"]) for row in person] == [
        ("deputy", people["W2"], people["W1"]),
        ("post", people["W1"], None),
    ]
    post = council.get(f"/v1/posts/history?role=team_manager&team_id={cart}").json()["items"]
    assert [row["kind"] for row in post] == ["deputy", "post"]
    assert council.get(f"/v1/people/{NOBODY}/history").status_code == 404
    assert council.get(f"/v1/teams/{NOBODY}/history").status_code == 404


@pytest.mark.proves("P4")
def test_all_that_somebody_holds_is_handed_over_after_a_dry_run(council: TestClient) -> None:
    people = ids(council, "people")
    asked = {"last_day_on": "2026-10-30", "successor_id": people["W4"], "dry_run": True}
    path = f"/v1/people/{people['W1']}"
    tried = council.post(f"{path}/hand-over", json=asked).json()
    assert [item["reason"]["sentence"] for item in tried["items"]] == [
        "Team manager of CART: passes to W4 on Saturday 31 October 2026."
    ]
    assert council.get(path).json()["left_on"] is None
    done = council.post(f"{path}/hand-over", json={**asked, "dry_run": False}).json()
    assert done["items"] == tried["items"]
    assert council.get(path).json()["left_on"] == "2026-10-30"
    assert council.post(f"{path}/hand-over", json={**asked, "dry_run": False}).json()["items"] == []
    wrong = council.post(f"{path}/hand-over", json={**asked, "successor_id": people["W1"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/successor_id")


def send(council: TestClient, kind: str, text: str, **form: str) -> Any:
    files = {"file": (f"{kind}.csv", text.encode(), "text/csv")}
    return council.post("/v1/organisation-imports", data={"kind": kind, **form}, files=files)


def test_list_is_tried_then_loaded_and_bad_rows_are_told(council: TestClient) -> None:
    text = "person_id,name,manager\nN1,New One,W1\nN2,New Two,W99\n"
    tried = send(council, "people", text, dry_run="true")
    assert (tried.status_code, tried.json()["rows_added"], tried.json()["rows_refused"]) == (200, 1, 1)
    assert "N1" not in ids(council, "people")
    loaded = send(council, "people", text).json()
    assert (loaded["rows_added"], loaded["errors"][0]["line"], loaded["errors"][0]["column"]) == (1, 3, "manager")
    assert ids(council, "people").keys() >= {"N1"}
    assert send(council, "people", text).json()["rows_unchanged"] == 1


def test_broken_list_loads_nothing(council: TestClient) -> None:
    before = ids(council, "people")
    answer = send(council, "people", "role,person\nteam_manager,W1\n")
    assert (answer.status_code, answer.json()["code"]) == (422, "broken_extract")
    assert ids(council, "people") == before


def test_what_is_not_there_is_not_found(council: TestClient) -> None:
    people, body = ids(council, "people"), {"into_id": NOBODY, "merged_on": "2026-10-05"}
    assert council.post(f"/v1/teams/{uuid.uuid4()}/merge", json=body).status_code == 404
    path = f"/v1/people/{people['W1']}/line-managers/{NOBODY}"
    assert council.put(path, json={"manager_id": people["W2"]}, headers=FIRST).status_code == 404
    assert council.post(f"/v1/people/{NOBODY}/hand-over", json={"last_day_on": "2026-10-30"}).status_code == 404
