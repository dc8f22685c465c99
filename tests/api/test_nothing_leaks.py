"""What is out of somebody's reach shows in no list, count, cursor, filter, error or order of a list (C4)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.paging import cursor_after
from clock import Clock
from db.tables.audits import Audit, AuditorChange
from tests.api.signing_in import app_of, asking, bearer, link, settings_of, token_for
from tests.integrations.pretend_provider import PretendProvider, pretend_provider, rsa_key, signed
from tests.small_council import SmallCouncil


@pytest.fixture
def provider() -> Iterator[PretendProvider]:
    with pretend_provider() as provider:
        yield provider


@pytest.fixture
def app(provider: PretendProvider, tmp_path: Path, clock: Clock, sessions: sessionmaker[Session]) -> FastAPI:
    return app_of(settings_of(provider, tmp_path), clock, sessions)


@pytest.fixture
def ids(sessions: sessionmaker[Session], provider: PretendProvider) -> dict[str, Any]:
    """Ada's audits among those of others, every second one hers."""
    with sessions.begin() as session:
        council = SmallCouncil(session)
        council.team("CART", "home_first")
        council.team("HART", "mash")
        council.person("ADA", "CART")
        link(council, provider, "ada", "ADA")
        made = {}
        for number in range(12):
            council.person(f"P{number}", "HART")
            facts = {"auditor": "ADA"} if number % 2 else {}
            state = "issued" if number > 9 else "under_way"
            issued_on = date(2026, 10, 1) if number > 9 else None
            made[f"A{number:02}"] = council.audit(
                f"A{number:02}", "2026-10", f"C{number}", f"P{number}", state=state, issued_on=issued_on, **facts
            )
        return made


@pytest.fixture
def ada(app: FastAPI, provider: PretendProvider, clock: Clock, ids: dict[str, Any]) -> Iterator[TestClient]:
    assert ids
    with asking(app, token_for(provider, clock, "ada", "Audit.Auditor")) as client:
        yield client


MINE = ["A11", "A09", "A07", "A05", "A03", "A01"]


def test_pages_are_full_and_end_with_the_last_of_ones_own(ada: TestClient) -> None:
    first = ada.get("/v1/audits?limit=4").json()
    rest = ada.get("/v1/audits", params={"limit": 4, "cursor": first["next"]}).json()

    assert [row["reference"] for row in first["items"]] == MINE[:4]
    assert [row["reference"] for row in rest["items"]] == MINE[4:]
    assert rest["next"] is None
    assert ada.get("/v1/audits?limit=6").json()["next"] is None, "a cursor would tell that there are others"


def test_a_cursor_made_of_anothers_row_shows_ones_own_alone(ada: TestClient, ids: dict[str, Any]) -> None:
    rows = ada.get("/v1/audits", params={"cursor": cursor_after(ids["A08"])}).json()["items"]

    assert [row["reference"] for row in rows] == ["A07", "A05", "A03", "A01"]


@pytest.mark.parametrize("filters", ["practitioner=P4", "practitioner=P99", "service=send", "auditor=P1", "team=CART"])
def test_a_filter_tells_nothing_of_what_is_not_there_for_one(ada: TestClient, filters: str) -> None:
    assert ada.get(f"/v1/audits?{filters}").json() == {"items": [], "next": None}


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": '"1"'}, {"If-Match": '"1"'}, {"If-None-Match": "*"}])
def test_another_ones_audit_is_answered_like_none_whatever_tag_is_sent(
    ada: TestClient, ids: dict[str, Any], headers: dict[str, str]
) -> None:
    answers = [
        ada.get(f"/v1/audits/{audit_id}", headers=headers) for audit_id in (ids["A04"], "0" * 8 + str(ids["A04"])[8:])
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert set(answers[0].headers) == set(answers[1].headers)
    assert len(answers[0].text) == len(answers[1].text)


def test_a_grade_is_told_when_it_is_issued_and_to_nobody_before(
    ada: TestClient, ids: dict[str, Any], sessions: sessionmaker[Session]
) -> None:
    with sessions() as session:
        assert {session.get_one(Audit, ids[name]).overall_grade for name in ("A09", "A11")} == {"good"}

    told = {name: ada.get(f"/v1/audits/{ids[name]}").json()["overall_grade"] for name in ("A09", "A11")}

    assert told == {"A09": None, "A11": "good"}


def test_why_an_auditor_was_replaced_is_told_to_the_audit_team_alone(
    app: FastAPI, provider: PretendProvider, clock: Clock, ids: dict[str, Any], sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        council = SmallCouncil(session)
        session.get_one(Audit, ids["A09"]).version = 2  # that of every audit with a move behind it
        people = {"from_id": council.person_id("P1"), "to_id": council.person_id("ADA")}
        session.add(
            AuditorChange(
                audit_id=ids["A09"],
                changed_at=clock.now(),
                changed_by="a test",
                because="sickness",
                is_widened=False,
                **people,
            )
        )

    def told(role: str) -> Any:
        headers = bearer(token_for(provider, clock, "ada", role))
        with asking(app) as client:
            return client.get(f"/v1/audits/{ids['A09']}", headers=headers).json()["auditor_changes"]

    assert [(change["later"], change["because"]) for change in told("Audit.Auditor")] == [("ADA", None)]
    assert [(change["later"], change["because"]) for change in told("Audit.Admin")] == [("ADA", "sickness")]


def test_more_people_than_connections_are_all_served(
    app: FastAPI, provider: PretendProvider, clock: Clock, ids: dict[str, Any]
) -> None:
    """Each needs a connection to be recognised and one for what they ask."""
    assert ids
    with asking(app) as client, ThreadPoolExecutor(60) as many:
        tokens = [bearer(token_for(provider, clock, f"person-{number}", "Audit.Auditor")) for number in range(60)]
        answers = list(many.map(lambda headers: client.get("/v1/audits", headers=headers).status_code, tokens))

    assert answers == [200] * 60


def test_who_waits_for_the_provider_holds_up_nobody(
    app: FastAPI, provider: PretendProvider, clock: Clock, ids: dict[str, Any]
) -> None:
    """Twenty requests with an unknown key, more than there are threads, and the provider does not answer."""
    assert ids
    known = bearer(token_for(provider, clock, "ada", "Audit.Auditor"))
    with asking(app) as client, ThreadPoolExecutor(21) as others:
        assert client.get("/v1/me", headers=known).status_code == 200
        object.__setattr__(clock, "ahead", clock.ahead + (Clock.set_to(date(2026, 10, 2)).ahead - clock.ahead))
        provider.answers.clear()
        now = clock.now().timestamp()
        unknown = [signed(provider.claims(now), rsa_key("unknown"), kid=f"guess-{number}") for number in range(20)]
        waiting = [others.submit(client.get, "/v1/me", headers=bearer(token)) for token in unknown]
        while not provider.asked[2:]:
            pass
        known = bearer(token_for(provider, clock, "ada", "Audit.Auditor"))
        began = monotonic()
        assert client.get("/v1/audits", headers=known).status_code == 200
        assert monotonic() - began < 5, "it waited for the provider"
        provider.answers.set()
        assert {each.result().status_code for each in waiting} == {401}
    assert len(provider.asked) == 4, "each would have asked by itself"
