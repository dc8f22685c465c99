import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from usecases.sign_in import offer_sign_in

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FILES = {"/docs": "text/html", "/docs/page.css": "text/css", "/docs/page.js": "text/javascript"}


@pytest.mark.parametrize(("path", "kind"), FILES.items())
def test_the_page_comes_from_this_service_and_from_nowhere_else(stranger: TestClient, path: str, kind: str) -> None:
    answer = stranger.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert "//" not in answer.text.replace("// Draws the OpenAPI", "")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_address_that_the_start_prints_leads_to_the_page(stranger: TestClient) -> None:
    answer = stranger.get("/", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/docs")


def test_the_page_never_puts_text_in_as_markup(stranger: TestClient) -> None:
    script = stranger.get("/docs/page.js").text

    assert not any(
        word in script for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    )


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason="no browser is installed")
def test_a_browser_that_follows_the_sign_in_link_reads_every_path(
    app: FastAPI, sessions: sessionmaker[Session], clock: Clock, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        code = offer_sign_in(session, clock.now(), timedelta(minutes=15))
    with _served(app) as address:
        page = _read(f"{address}/sign-in?code={code}", tmp_path)

    assert "Signed in as local administrator." in page
    for path in app.openapi()["paths"]:
        assert f">{path}<" in page


def _read(address: str, folder: Path) -> str:
    assert BROWSER is not None
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom"]
    command = [BROWSER, *options, f"--user-data-dir={folder}", address]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    began = threading.Event()
    startup = server.startup

    async def startup_and_say_so(*args: object, **facts: object) -> None:
        await startup(*args, **facts)  # type: ignore[arg-type]
        began.set()

    server.startup = startup_and_say_so  # type: ignore[method-assign]
    running = threading.Thread(target=server.run)
    running.start()
    began.wait(20)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        running.join(10)
