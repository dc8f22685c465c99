"""The report over HTTP: as page and as file, in each version, to whom it may be shown, and on record (L7, L15, C4)."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from reports import pdf_files
from reports.audit_report_html import content_security_policy
from tests.api.signing_in import app_of, asking, bearer, link, settings_of, token_for
from tests.integrations.pretend_provider import PretendProvider
from tests.reports.example_reports import FULL
from tests.small_council import SmallCouncil, work_on
from usecases.report_versions import store_version

DRAFT = replace(FULL, issued_on=None)
PEOPLE = {"ann": "990402", "pat": "990017", "tim": "MANAGER", "hal": "HEAD", "eve": "EVE"}


@pytest.fixture
def today() -> date:
    return date(2026, 10, 30)


@pytest.fixture
def app(provider: PretendProvider, tmp_path: Path, clock: Clock, sessions: sessionmaker[Session]) -> FastAPI:
    return app_of(settings_of(provider, tmp_path), clock, sessions)


@pytest.fixture
def audit(sessions: sessionmaker[Session], provider: PretendProvider) -> uuid.UUID:
    """Ann audits Pat's work, in Tim's team and Hal's service; Eve is a practitioner elsewhere."""
    with sessions.begin() as session:
        council = SmallCouncil(session)
        council.team("CART", "home_first")
        council.team("REV", "review")
        for reference in ("990402", "MANAGER", "HEAD", "EVE"):
            council.person(reference, "REV")
        council.person("990017", "CART")
        council.post("MANAGER", "team_manager", team="CART")
        council.post("HEAD", "head_of_service", service_id="home_first")
        for name, reference in PEOPLE.items():
            link(council, provider, name, reference)
        return council.audit("PA-2026-0412", "2026-10", "C-1", "990017", auditor="990402", state="submitted")


@pytest.fixture
def client(app: FastAPI, provider: PretendProvider, clock: Clock) -> Iterator[TestClient]:
    """As the audit manager, who is nobody of those."""
    with asking(app, token_for(provider, clock, "max", "Audit.Manager")) as client:
        yield client


def store(sessions: sessionmaker[Session], audit: uuid.UUID, report: object = FULL, because: str = "issued") -> None:
    with sessions.begin() as session:
        store_version(work_on(session, date(2026, 10, 30)), audit, report, because=because)  # type: ignore[arg-type]


def test_the_page_comes_with_what_a_browser_may_do_with_it(
    client: TestClient, sessions: sessionmaker[Session], audit: uuid.UUID
) -> None:
    store(sessions, audit)

    answer = client.get(f"/v1/audits/{audit}/report.html")

    assert answer.status_code == 200
    assert '<h1>Report of audit <span class="reference">PA-2026-0412</span></h1>' in answer.text
    told = {name: answer.headers[name] for name in ("content-type", "content-disposition", "content-security-policy")}
    assert told == {
        "content-type": "text/html; charset=utf-8",
        "content-disposition": 'inline; filename="PA-2026-0412-version-1.html"',
        "content-security-policy": content_security_policy(),
    }
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")


def test_the_file_has_a_name_that_can_be_saved(
    client: TestClient, sessions: sessionmaker[Session], audit: uuid.UUID
) -> None:
    store(sessions, audit, replace(FULL, reference='../PA "7"\r\nX-Evil: 1; é'))

    answer = client.get(f"/v1/audits/{audit}/report.pdf")

    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="PA-7-X-Evil-1-version-1.pdf"'
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; object-src 'self';")
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert "x-evil" not in answer.headers


@pytest.mark.proves("L15")
def test_every_version_is_read_and_one_that_was_replaced_says_so(
    client: TestClient, sessions: sessionmaker[Session], audit: uuid.UUID
) -> None:
    store(sessions, audit, DRAFT, "submitted")
    store(sessions, audit)

    first = client.get(f"/v1/audits/{audit}/report.html?version=1").text
    newest = client.get(f"/v1/audits/{audit}/report.html").text

    assert "Draft: not issued" in first
    assert "version 2 has taken its place" in first
    assert "version 2</p>" in newest
    assert "has taken its place" not in newest


@pytest.mark.parametrize(
    ("query", "status"),
    [("version=3", 404), ("version=0", 422), ("version=x", 422), ("version=1.0", 422), ("versoin=1", 422)],
)
def test_a_version_that_there_is_not_is_refused(
    client: TestClient, sessions: sessionmaker[Session], audit: uuid.UUID, query: str, status: int
) -> None:
    store(sessions, audit)

    for medium in ("html", "pdf"):
        answer = client.get(f"/v1/audits/{audit}/report.{medium}?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.proves("C4", "L7")
def test_before_it_is_issued_it_is_the_auditors_and_the_audit_teams(
    client: TestClient, sessions: sessionmaker[Session], audit: uuid.UUID, provider: PretendProvider, clock: Clock
) -> None:
    roles = {
        "ann": "Audit.Auditor",
        "pat": "Audit.Practitioner",
        "tim": "Audit.TeamManager",
        "hal": "Audit.HeadOfService",
        "eve": "Audit.Practitioner",
        "team": "Audit.Admin",
        "psw": "Audit.PSW",
    }

    def readers() -> set[str]:
        shown = set()
        for name, role in roles.items():
            headers = bearer(token_for(provider, clock, name, role))
            status = client.get(f"/v1/audits/{audit}/report.html", headers=headers).status_code
            assert status in (200, 404)
            shown |= {name} if status == 200 else set()
        return shown

    assert readers() == set()
    store(sessions, audit, DRAFT, "submitted")
    assert readers() == {"ann", "team"}
    store(sessions, audit)
    assert readers() == set(roles) - {"eve"}


@pytest.mark.proves("C4")
def test_who_read_which_version_is_on_record_and_a_refused_request_is_not(
    client: TestClient, sessions: sessionmaker[Session], audit: uuid.UUID
) -> None:
    store(sessions, audit)
    for path in ("report.html", "report.pdf?version=1", "report.pdf?version=2"):
        client.get(f"/v1/audits/{audit}/{path}")

    trail = client.get("/v1/trail", params={"subject_kind": "audit", "subject_id": str(audit)}).json()["items"]
    read = [entry["details"] for entry in trail if entry["action"] == "report_read"]
    assert read == [{"version": 1, "as": "pdf"}, {"version": 1, "as": "html"}]


def test_without_the_extra_the_pdf_is_answered_with_the_way_out(
    client: TestClient, sessions: sessionmaker[Session], audit: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(sessions, audit)
    monkeypatch.setattr(pdf_files, "find_spec", lambda _: None)

    answer = client.get(f"/v1/audits/{audit}/report.pdf")

    assert (answer.status_code, answer.json()["code"]) == (501, "pdf_not_installed")
    assert "extra `pdf`" in answer.json()["detail"]
    assert client.get(f"/v1/audits/{audit}/report.html").status_code == 200
