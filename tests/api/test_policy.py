from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.main import create_app
from clock import Clock
from rules.policy.load import load_edition
from settings import Settings
from tests.api.conftest import ADDRESS, TOKEN

pytestmark = pytest.mark.saves_nothing

NORTHMOOR = Path(__file__).parents[1] / "editions" / "northmoor_2026"


def test_the_edition_in_force_says_how_much_of_it_was_decided_here(client: TestClient) -> None:
    body = client.get("/v1/policy").json()

    policy = load_edition()
    assert body["edition"]["id"] == "waltham_forest_2023"
    assert body["edition"]["is_in_force"] is True
    assert body["stated_by_the_text"] + body["decided_locally"] == len(policy.entries)


def test_the_register_lists_every_value_with_clause_source_and_reading(client: TestClient) -> None:
    items = client.get("/v1/policy/register").json()["items"]

    assert [item["path"] for item in items] == [entry.path for entry in load_edition().entries]
    assert all(item["clause"] for item in items)
    assert all((item["reading"] is not None) == (item["source"] == "local_decision") for item in items)


def test_the_register_can_be_narrowed_to_what_waits_for_sign_off_and_to_words(client: TestClient) -> None:
    decided = client.get("/v1/policy/register?source=local_decision").json()["items"]
    spoken = client.get("/v1/policy/register", params={"words": "2 months"}).json()["items"]

    assert {item["source"] for item in decided} == {"local_decision"}
    assert "selection.least_months_between_audits" in [item["path"] for item in spoken]
    assert len(spoken) < len(load_edition().entries)


def test_the_editions_that_can_be_named_are_listed(client: TestClient) -> None:
    assert [item["id"] for item in client.get("/v1/policy/editions").json()["items"]] == ["waltham_forest_2023"]


def test_every_document_that_a_notice_links_to_can_be_read(client: TestClient) -> None:
    for document in client.get("/v1/policy").json()["documents"]:
        answer = client.get(f"/v1/policy/documents/{document['name']}")

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
        assert answer.text.startswith("#")


@pytest.mark.parametrize("name", ["nothing", "..%2Fedition.toml", "%2e%2e%2fedition", "audit-tool.md", "%00"])
def test_no_other_file_can_be_read(client: TestClient, name: str) -> None:
    answer = client.get(f"/v1/policy/documents/{name}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["", "/register", "/documents/audit-tool"])
@pytest.mark.parametrize("query", ["edition=nowhere", "edition=/etc", "editoin=waltham_forest_2023"])
def test_an_unknown_edition_and_an_unknown_word_are_refused(client: TestClient, path: str, query: str) -> None:
    assert client.get(f"/v1/policy{path}?{query}").status_code == 422


def test_another_councils_framework_answers_from_its_own_folder(sessions: sessionmaker[Session]) -> None:
    settings = Settings(local_mode=True, policy=str(NORTHMOOR))
    app = create_app(settings, Clock(), sessions, load_edition(NORTHMOOR), token=TOKEN)
    client = TestClient(app, base_url=ADDRESS, headers={"Authorization": f"Bearer {TOKEN}"})

    assert client.get("/v1/policy").json()["edition"]["id"] == "northmoor_2026"
    assert client.get("/v1/rules/working-days?start_on=2026-04-02&add=5").json()["edition"] == "northmoor_2026"
    other = client.get("/v1/rules/working-days?start_on=2026-04-02&add=5&edition=waltham_forest_2023")
    assert other.json()["edition"] == "waltham_forest_2023"
    ids = [item["id"] for item in client.get("/v1/policy/editions").json()["items"]]
    assert ids == ["northmoor_2026", "waltham_forest_2023"]
