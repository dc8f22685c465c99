"""Against a certified OpenID provider in a process of its own: real discovery, real sign-in, real rotation of keys.

Opt-in, because it fetches a package: `./run test -m provider`. Needs node and npm.
"""

import base64
import hashlib
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.main import create_app
from clock import Clock
from db.tables.access import Account
from rules.policy.load import load_edition
from settings import Settings
from tests.small_council import SmallCouncil, at

pytestmark = pytest.mark.provider

PACKAGE = "oidc-provider@8.8.1"  # certified by the OpenID Foundation
AUDIENCE = "urn:practice-audit"
CALLBACK = "https://client.example/signed-in"
SCRIPT = Path(__file__).parent / "provider" / "provider.mjs"
NODE, NPM = shutil.which("node"), shutil.which("npm")


@dataclass
class Certified:
    """The provider's process, asked as clients ask it."""

    issuer: str
    process: subprocess.Popen[str]

    def machines_token(self, resource: str = AUDIENCE) -> str:
        """By client credentials."""
        form = {"grant_type": "client_credentials", "resource": resource, "scope": "audit"}
        answer = httpx.post(f"{self.issuer}/token", data=form, auth=("connector", "for these tests only"))
        return str(answer.raise_for_status().json()["access_token"])

    def persons_tokens(self, name: str) -> dict[str, str]:
        """By code and PKCE, through the provider's own pages."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "client_id": "web-page",
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid audit",
            "resource": AUDIENCE,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        with httpx.Client(base_url=self.issuer) as browser:
            code = _code(browser, browser.get("/auth", params=asked), name)
            form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
            form |= {"client_id": "web-page", "code_verifier": verifier, "resource": AUDIENCE}
            answer = browser.post("/token", data=form)
            return dict(answer.raise_for_status().json())

    def sign_with(self, kid: str, *, alone: bool = False) -> None:
        """From now on with this key; the others stay published, or not."""
        httpx.post(f"{self.issuer}/keys/{kid}{'/alone' if alone else ''}").raise_for_status()


def _code(browser: httpx.Client, answer: httpx.Response, name: str) -> str:
    """Signs in and agrees on whatever pages come."""
    for _ in range(10):
        if answer.is_redirect:
            place = answer.headers["location"]
            if place.startswith(CALLBACK):
                return parse_qs(urlsplit(place).query)["code"][0]
            answer = browser.get(place)
        else:
            action = re.search(r'action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert action, answer.text
            assert prompt, answer.text
            answer = browser.post(action[1], data={"prompt": prompt[1], "login": name, "password": "any"})
    raise AssertionError("no code after ten pages")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if NODE is None or NPM is None:
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("provider")
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-save"]
    fetched = subprocess.run([NPM, "install", *options, PACKAGE], cwd=folder, capture_output=True, check=False)
    if fetched.returncode:
        pytest.skip(f"{PACKAGE} cannot be fetched from the package registry")
    return folder


@pytest.fixture
def certified(package: Path) -> Iterator[Certified]:
    assert NODE is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [NODE, str(SCRIPT), str(package), str(port), AUDIENCE, CALLBACK]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        assert any(line.strip() == "ready" for line in process.stdout)
        yield Certified(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def app(certified: Certified, tmp_path: Path, sessions: sessionmaker[Session]) -> FastAPI:
    settings = Settings(data=tmp_path, oidc_issuer=certified.issuer, oidc_audience=AUDIENCE)
    with sessions.begin() as session:
        council = SmallCouncil(session)
        council.team("CART", "home_first")
        council.person("ADA", "CART")
        council.person("BEN", "CART")
        council.audit("A-ADA", "2026-10", "C-1", "ADA", state="allocated")
        council.audit("A-BEN", "2026-10", "C-2", "BEN", state="allocated")
        linked_at = at(date(2026, 9, 1))
        linked = {"person_id": council.person_id("ADA"), "linked_at": linked_at, "linked_by": "a test"}
        session.add(Account(issuer=certified.issuer, subject="ada", kind="person", **linked))
    return create_app(settings, Clock(), sessions, load_edition())


@pytest.fixture
def ask(app: FastAPI) -> Iterator[Callable[[str, str], Any]]:
    with TestClient(app, base_url="https://audit.council.example") as client:
        yield lambda path, token: client.get(path, headers={"Authorization": f"Bearer {token}"})


Ask = Callable[[str, str], Any]


def test_a_machine_comes_in_by_client_credentials(certified: Certified, ask: Ask) -> None:
    token = certified.machines_token()

    assert ask("/v1/caseload-imports", token).status_code == 200
    assert ask("/v1/audits", token).status_code == 403
    me = ask("/v1/me", token).json()
    assert (me["roles"], me["person"], me["name"][:8]) == (["connector"], None, "machine ")


def test_people_come_in_by_their_own_sign_in_and_see_what_is_theirs(certified: Certified, ask: Ask) -> None:
    ada, unknown = certified.persons_tokens("ada"), certified.persons_tokens("nobody-here")

    assert ask("/v1/me", ada["access_token"]).json()["name"] == "person ADA"
    assert [row["reference"] for row in ask("/v1/audits", ada["access_token"]).json()["items"]] == ["A-ADA"]
    assert ask("/v1/audits", unknown["access_token"]).json()["items"] == []
    assert ask("/v1/me", unknown["access_token"]).json()["name"].startswith("account ")


def test_its_other_tokens_open_nothing(certified: Certified, ask: Ask) -> None:
    tokens = certified.persons_tokens("ada")
    others = [tokens["id_token"], certified.machines_token("urn:another"), certified.machines_token("urn:opaque")]

    assert [ask("/v1/me", token).status_code for token in others] == [401, 401, 401]


def test_its_keys_may_change_while_it_serves(app: FastAPI, certified: Certified, ask: Ask) -> None:
    def later(seconds: int) -> None:
        object.__setattr__(app.state.installation.clock, "ahead", timedelta(seconds=seconds))

    old = certified.machines_token()
    assert ask("/v1/me", old).status_code == 200

    certified.sign_with("second")
    new = certified.machines_token()
    later(61)
    assert [ask("/v1/me", token).status_code for token in (old, new)] == [200, 200]

    certified.sign_with("third", alone=True)
    newest = certified.machines_token()
    later(122)
    assert [ask("/v1/me", token).status_code for token in (newest, old, new)] == [200, 401, 401]


def test_who_is_known_comes_in_while_the_provider_is_down(certified: Certified, ask: Ask) -> None:
    token = certified.machines_token()
    assert ask("/v1/me", token).status_code == 200

    certified.process.kill()
    certified.process.wait()

    assert ask("/v1/me", token).status_code == 200


def test_without_ever_reaching_the_provider_it_says_so(certified: Certified, ask: Ask) -> None:
    token = certified.machines_token()
    certified.process.kill()
    certified.process.wait()

    answer = ask("/v1/me", token)

    assert (answer.status_code, answer.json()["code"]) == (503, "identity_provider_away")
    assert int(answer.headers["retry-after"]) > 0
