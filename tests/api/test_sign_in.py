from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.tables.access import SignInLink, SignInSession
from tests.api.conftest import ADDRESS, TOKEN
from usecases.sign_in import LOCAL_ADMINISTRATOR, offer_sign_in

SAME_ORIGIN = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def new_link(sessions: sessionmaker[Session], clock: Clock) -> Callable[[], str]:
    def offer() -> str:
        with sessions.begin() as session:
            return f"/sign-in?code={offer_sign_in(session, clock.now(), timedelta(minutes=15))}"

    return offer


def test_a_link_signs_its_browser_in_once(stranger: TestClient, new_link: Callable[[], str]) -> None:
    link = new_link()

    answer = stranger.get(link, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/docs"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert stranger.get("/v1/me").json()["name"] == LOCAL_ADMINISTRATOR

    stranger.cookies.clear()
    again = stranger.get(link, follow_redirects=False)
    assert again.status_code == 403
    assert again.json()["code"] == "unusable_sign_in_link"
    assert stranger.get("/v1/me").status_code == 401


def test_somebody_who_follows_an_old_link_reads_a_page(stranger: TestClient) -> None:
    answer = stranger.get("/sign-in?code=<script>", headers={"Accept": "text/html"})

    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "This sign-in link does not work" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("code", ["", "wrong", "x" * 201])
def test_a_code_that_nobody_gave_signs_nobody_in(stranger: TestClient, code: str) -> None:
    answer = stranger.get(f"/sign-in?code={code}", follow_redirects=False)

    assert answer.status_code in (403, 422)
    assert "set-cookie" not in answer.headers


def test_a_link_and_a_session_end_when_their_time_is_up(
    app: FastAPI, stranger: TestClient, new_link: Callable[[], str], clock: Clock
) -> None:
    too_late, in_time = new_link(), new_link()
    stranger.get(in_time, follow_redirects=False)
    later = Clock(ahead=clock.ahead + timedelta(hours=13))
    object.__setattr__(app.state.installation, "clock", later)

    assert stranger.get("/v1/me").status_code == 401
    assert stranger.get(too_late, follow_redirects=False).status_code == 403


def test_only_hashes_are_kept(
    stranger: TestClient, new_link: Callable[[], str], sessions: sessionmaker[Session]
) -> None:
    link = new_link()
    stranger.get(link, follow_redirects=False)

    with sessions() as session:
        kept = [*session.scalars(select(SignInLink.code_sha256)), *session.scalars(select(SignInSession.token_sha256))]
    assert all(len(value) == 64 for value in kept)
    assert link.partition("=")[2] not in kept
    assert not set(stranger.cookies.values()) & set(kept)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "same-site"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_cookie_changes_nothing_at_the_word_of_another_site(
    stranger: TestClient, new_link: Callable[[], str], headers: dict[str, str]
) -> None:
    stranger.get(new_link(), follow_redirects=False)

    answer = stranger.post("/sign-out", headers=headers)

    assert answer.status_code == 403
    assert answer.json()["code"] == "other_origin"
    assert stranger.get("/v1/me").status_code == 200


def test_signing_out_ends_the_session_and_not_only_the_cookie(
    stranger: TestClient, new_link: Callable[[], str]
) -> None:
    stranger.get(new_link(), follow_redirects=False)
    cookies = dict(stranger.cookies)

    assert stranger.post("/sign-out", headers=SAME_ORIGIN).status_code == 204

    stranger.cookies.update(cookies)
    assert stranger.get("/v1/me").status_code == 401


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", f"Basic {TOKEN}", "Bearer wrong", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN],
)
def test_a_token_must_be_the_right_one_and_a_bearer_token(stranger: TestClient, authorization: str) -> None:
    answer = stranger.get("/v1/me", headers={"Authorization": authorization})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in answer.text


def test_the_right_token_is_the_administrators(client: TestClient) -> None:
    assert client.get("/v1/me").json()["roles"] == ["administrator"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("[::1]:8000", 200),
        ("practice-audit.example", 421),
        ("127.0.0.1.example:8000", 421),
        ("", 421),
    ],
)
def test_local_mode_answers_to_this_machines_own_names_only(stranger: TestClient, host: str, status: int) -> None:
    assert stranger.get("/healthz", headers={"Host": host}).status_code == status
