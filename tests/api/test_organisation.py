"""Services, teams and people over HTTP, with what belongs to people below them."""

import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

NOBODY = "0199c0de-7a11-7000-8000-000000000001"
FIRST = {"If-Match": '"1"'}


@pytest.fixture
def council(client: TestClient) -> TestClient:
    """Two services, and CART and HART of Home First."""
    for service in ("home_first", "quality_assurance"):
        assert client.post("/v1/services", json={"id": service, "name": service}).status_code == 201
    for team in ("CART", "HART"):
        add(client, "/v1/teams", reference=team, name=team, service_id="home_first")
    return client


def add(client: TestClient, path: str, **fields: object) -> dict[str, Any]:
    answer = client.post(path, json=fields)
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


def teams(client: TestClient) -> dict[str, str]:
    return {team["reference"]: team["id"] for team in client.get("/v1/teams").json()["items"]}


def test_service_is_added_read_and_renamed(council: TestClient) -> None:
    answer = council.put("/v1/services/home_first", json={"name": "Home First Service"}, headers=FIRST)
    assert answer.json() == council.get("/v1/services/home_first").json()
    assert [service["name"] for service in council.get("/v1/services").json()["items"]] == [
        "Home First Service",
        "quality_assurance",
    ]


def test_team_is_added_at_the_place_that_the_answer_names(council: TestClient) -> None:
    answer = council.post("/v1/teams", json={"reference": "CRT", "name": "CRT", "service_id": "home_first"})
    assert council.get(answer.headers["Location"]).json() == answer.json()


def test_team_is_moved_to_another_service(council: TestClient) -> None:
    path = f"/v1/teams/{teams(council)['CART']}"
    changed = {"reference": "CART", "name": "CART", "service_id": "quality_assurance"}
    moved = council.put(path, json=changed, headers={"If-Match": council.get(path).headers["ETag"]})
    assert moved.status_code == 200
    listed = council.get("/v1/teams?service_id=quality_assurance").json()["items"]
    assert [team["reference"] for team in listed] == ["CART"]


def test_person_with_all_that_is_on_record(council: TestClient) -> None:
    cart, hart = teams(council)["CART"], teams(council)["HART"]
    deputy = add(council, "/v1/people", reference="W2", name="Ben Example")
    person = add(council, "/v1/people", reference="W1", name="Ann Example", email="Ann@X.test")
    path = f"/v1/people/{person['id']}"
    add(council, f"{path}/team-memberships", team_id=cart)
    add(council, f"{path}/team-memberships", team_id=hart, began_on="2026-10-05")
    post = add(council, f"{path}/posts", role="team_manager", team_id=hart, deputy_id=deputy["id"])
    appointment = add(council, f"{path}/auditor-appointments", service_id="home_first", roles=["manager"], capacity=2)
    absence = add(council, f"{path}/absences", first_on="2026-10-05", last_on="2026-10-09")
    assert council.get(path).json() == {
        **person,
        "team_memberships": [
            {"team_id": cart, "began_on": None, "ended_on": "2026-10-04"},
            {"team_id": hart, "began_on": "2026-10-05", "ended_on": None},
        ],
        "posts": [post],
        "auditor_appointments": [appointment],
        "absences": [absence],
    }


def test_what_belongs_to_a_person_is_changed_and_ended(council: TestClient) -> None:
    path = f"/v1/people/{add(council, '/v1/people', reference='W1', name='Ann Example')['id']}"
    post = add(council, f"{path}/posts", role="director")
    appointment = add(council, f"{path}/auditor-appointments", service_id="home_first", capacity=1)
    absence = add(council, f"{path}/absences", first_on="2026-10-05", last_on="2026-10-09")
    add(council, f"{path}/team-memberships", team_id=teams(council)["CART"], began_on="2026-01-05")
    ended = {"ended_on": "2026-09-30"}
    changes = [
        council.put(f"{path}/posts/{post['id']}", json={"role": "director", **ended}, headers=FIRST),
        council.put(
            f"{path}/auditor-appointments/{appointment['id']}",
            json={"service_id": "home_first", "capacity": 3, **ended},
            headers=FIRST,
        ),
        council.put(
            f"{path}/absences/{absence['id']}",
            json={"first_on": "2026-10-05", "last_on": "2026-10-05"},
            headers=FIRST,
        ),
        council.post(f"{path}/team-memberships/end", json=ended),
        council.delete(f"{path}/absences/{absence['id']}", headers={"If-Match": '"2"'}),
    ]
    assert [answer.status_code for answer in changes] == [200, 200, 200, 200, 204]
    file = council.get(path).json()
    assert [row["ended_on"] for key in ("posts", "auditor_appointments", "team_memberships") for row in file[key]] == [
        "2026-09-30"
    ] * 3
    assert (file["auditor_appointments"][0]["capacity"], file["absences"]) == (3, [])


def test_who_holds_a_role_on_a_day(council: TestClient) -> None:
    first, second = (add(council, "/v1/people", reference=name, name=name) for name in ("W1", "W2"))
    add(council, f"/v1/people/{first['id']}/posts", role="director", ended_on="2026-06-30")
    add(council, f"/v1/people/{second['id']}/posts", role="director", began_on="2026-07-01")
    for day, holder in (("2026-06-30", "W1"), ("2026-07-01", "W2")):
        found = council.get(f"/v1/people?role=director&on={day}").json()["items"]
        assert [person["reference"] for person in found] == [holder]
    today = council.get("/v1/people?role=director").json()["items"]
    assert [person["reference"] for person in today] == ["W2"]


def test_who_managed_a_team_on_3_march_and_who_stood_in(council: TestClient) -> None:
    cart = teams(council)["CART"]
    manager, deputy = (add(council, "/v1/people", reference=name, name=name)["id"] for name in ("W1", "W2"))
    post = add(council, f"/v1/people/{manager}/posts", role="team_manager", team_id=cart, deputy_id=deputy)
    add(council, f"/v1/people/{manager}/absences", first_on="2026-03-02", last_on="2026-03-03")
    found = council.get(f"/v1/posts?on=2026-03-03&role=team_manager&team_id={cart}").json()["items"]
    assert found == [
        {
            "id": post["id"],
            "on": "2026-03-03",
            "role": "team_manager",
            "team_id": cart,
            "service_id": None,
            "person_id": manager,
            "person_is_away": True,
            "deputy_id": deputy,
            "deputy_is_away": False,
        }
    ]
    assert council.get("/v1/posts?service_id=home_first").json()["items"] == []


def test_people_come_in_pages(council: TestClient) -> None:
    for number in range(5):
        add(council, "/v1/people", reference=f"W{number}", name="Somebody")
    page = council.get("/v1/people?limit=3")
    rest = council.get(page.links["next"]["url"]).json()
    assert [person["reference"] for person in page.json()["items"] + rest["items"]] == [f"W{n}" for n in range(5)]
    assert rest["next"] is None


REFUSED: list[tuple[str, dict[str, object], int, str]] = [
    ("/v1/services", {"id": "home_first", "name": "Home First"}, 409, "not_allowed_now"),
    ("/v1/teams", {"reference": "CART", "name": "CART", "service_id": "home_first"}, 409, "not_allowed_now"),
    ("/v1/teams", {"reference": "NEW", "name": "New", "service_id": "nowhere"}, 422, "invalid_facts"),
    ("/v1/teams", {"reference": "NEW", "name": "New", "service_id": "home_first", "x": 1}, 422, "unfit_request"),
    ("/v1/people", {"reference": "W 1", "name": "Somebody"}, 422, "invalid_facts"),
    ("/v1/people", {"reference": "W1", "name": "Somebody", "line_manager_id": NOBODY}, 422, "invalid_facts"),
    (f"/v1/people/{NOBODY}/posts", {"role": "director"}, 404, "not_found"),
    (f"/v1/people/{NOBODY}/absences", {"first_on": "2026-10-05", "last_on": "2026-10-05"}, 404, "not_found"),
    (f"/v1/people/{NOBODY}/auditor-appointments", {"service_id": "home_first", "capacity": 1}, 404, "not_found"),
    (f"/v1/people/{NOBODY}/team-memberships", {"team_id": NOBODY}, 404, "not_found"),
]


@pytest.mark.parametrize(("path", "body", "code_of_http", "code"), REFUSED)
def test_what_cannot_be_is_refused_as_problem_details(
    council: TestClient, path: str, body: dict[str, object], code_of_http: int, code: str
) -> None:
    answer = council.post(path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (code_of_http, code)


@pytest.mark.parametrize("path", ["/v1/services/nowhere", f"/v1/teams/{NOBODY}", f"/v1/people/{NOBODY}"])
def test_what_is_not_there_is_not_found(council: TestClient, path: str) -> None:
    assert council.get(path).status_code == 404


def test_huge_numbers_and_odd_text_are_refused_not_faults(council: TestClient) -> None:
    person = add(council, "/v1/people", reference="W1", name="Somebody")
    path = f"/v1/people/{person['id']}"
    answers = [
        council.post(f"{path}/auditor-appointments", json={"service_id": "home_first", "capacity": 10**30}),
        council.post(f"{path}/absences", json={"first_on": "2026-10-05", "last_on": "9999-12-32"}),
        council.post("/v1/people", json={"reference": "W2", "name": "a\x00b"}),
        council.get(f"/v1/people?team_id={uuid.uuid4()}&on=0001-01-01"),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 200]


@pytest.mark.parametrize("ending", ["\r\nBcc: all@x.test", "\x00", "\x7f", "\x9b", "\u2028"])
def test_names_references_and_titles_stand_on_one_line(council: TestClient, ending: str) -> None:
    good = {"reference": "W9", "name": "Ann Example", "job_title": "Social Worker", "email": "ann@x.test"}
    for field, value in good.items():
        answer = council.post("/v1/people", json={**good, field: value + ending})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
        assert "on one line" in answer.json()["detail"]
    team = {"reference": "T9", "name": f"Team{ending}", "service_id": "home_first"}
    assert council.post("/v1/teams", json=team).status_code == 422
    assert council.post("/v1/services", json={"id": "review", "name": f"Review{ending}"}).status_code == 422
    assert council.post("/v1/people", json=good).status_code == 201


def test_nothing_is_dated_before_1900(council: TestClient) -> None:
    """As in extracts: such a year is a slip of the pen or a program's word for unknown."""
    answer = council.post("/v1/people", json={"reference": "W9", "name": "Ann Example", "started_on": "1899-12-31"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/started_on"
    assert "before 1900" in answer.json()["detail"]
    add(council, "/v1/people", reference="W9", name="Ann Example", started_on="1900-01-01")
