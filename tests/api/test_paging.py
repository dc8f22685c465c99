import uuid

import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.testclient import TestClient

from api.dependencies import open_to_anyone
from api.paging import Page, PageDep
from api.routers import Router

pytestmark = pytest.mark.saves_nothing

ROWS = sorted(uuid.UUID(int=number << 64) for number in range(1, 121))


class Row(BaseModel):
    id: uuid.UUID


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    router = Router("rows", "/v1/rows")

    @router.get("", dependencies=[open_to_anyone()])
    def list_rows(page: PageDep, colour: str = "") -> Page[Row]:
        assert colour in ("", "red & blue")
        following = [row for row in ROWS if page.after is None or row > page.after]
        return page.page(following[: page.rows_to_fetch], lambda row: Row(id=row), lambda row: row)

    app.include_router(router)
    return app


def _ids(answer: dict[str, list[dict[str, str]]]) -> list[uuid.UUID]:
    return [uuid.UUID(item["id"]) for item in answer["items"]]


def test_reading_on_by_the_cursor_shows_every_row_once_and_in_order(stranger: TestClient) -> None:
    seen, cursor, pages = [], "", 0
    while True:
        answer = stranger.get("/v1/rows", params={"cursor": cursor} if cursor else {}).json()
        seen += _ids(answer)
        pages += 1
        cursor = answer["next"]
        if cursor is None:
            break

    assert seen == ROWS
    assert pages == 3  # 50, 50, 20


def test_the_link_header_leads_to_the_next_page_with_the_same_questions(stranger: TestClient) -> None:
    answer = stranger.get("/v1/rows?limit=100&colour=red%20%26%20blue")

    address, relation = answer.headers["link"].split("; ")
    assert relation == 'rel="next"'
    following = stranger.get(address.strip("<>"))
    assert _ids(following.json()) == ROWS[100:]
    assert following.json()["next"] is None
    assert "link" not in following.headers


def test_a_page_that_ends_with_the_list_has_no_next(stranger: TestClient) -> None:
    assert stranger.get("/v1/rows?limit=120").json()["next"] is None


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=many", "/limit"),
        ("cursor=nonsense", "/cursor"),
        ("cursor=AAAA", "/cursor"),
        ("cursor=%00", "/cursor"),
        ("cursor=" + "A" * 3000, "/cursor"),
    ],
)
def test_a_page_that_cannot_be_is_refused(stranger: TestClient, query: str, pointer: str) -> None:
    answer = stranger.get(f"/v1/rows?{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "path",
    [
        "/v1/services",
        "/v1/teams",
        "/v1/people",
        "/v1/posts",
        "/v1/audits",
        "/v1/notices",
        "/v1/jobs",
        "/v1/caseload-imports",
        "/v1/audit-cycles",
        "/v1/draws/0199c0de-7a11-7000-8000-000000000001/explanation",
        "/v1/rules/working-days",
    ],
)
def test_query_key_that_a_path_does_not_know_is_refused_and_named(client: TestClient, path: str) -> None:
    """A misspelt filter would be left out in silence, and the whole list taken for the filtered one."""
    answer = client.get(path, params={"refrence": "W1"})

    assert answer.status_code == 422
    assert "/refrence" in [place["pointer"] for place in answer.json()["errors"]]


def test_pages_and_probes_take_whatever_keys_a_tool_adds(stranger: TestClient) -> None:
    for path in ("/healthz", "/version", "/docs"):
        assert stranger.get(path, params={"cache": "no"}).status_code == 200
