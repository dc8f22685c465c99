"""`./run serve`: everything in one folder, in the foreground, and gone when told."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import ROOT, SECONDS_TO_STOP, RunningService, processes_in, running


def serve(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-m", "cli", "serve", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """One service for the tests that leave it as it is."""
    with running(tmp_path_factory.mktemp("service") / "data", "--today", "2026-09-01") as started:
        yield started


def test_service_answers_and_says_where_it_is(service: RunningService) -> None:
    assert service.get("/healthz").status_code == 200
    assert f"Token    {service.data / 'token'}" in service.words


def test_token_is_its_owner_s_alone(service: RunningService) -> None:
    assert (service.data / "token").stat().st_mode & 0o777 == 0o600
    assert len((service.data / "token").read_text()) >= 32


def test_nothing_it_writes_can_be_read_by_others(service: RunningService) -> None:
    written = [path for path in service.data.iterdir() if path.stat().st_mode & 0o077]
    assert written == []


def test_clock_can_be_set_to_a_day(service: RunningService) -> None:
    assert "It is Tuesday 1 September 2026 (the clock was set to this day)." in service.words


def test_folder_in_use_is_told_in_a_sentence(service: RunningService) -> None:
    done = serve("--port", "0", "--data", str(service.data))
    assert done.returncode == 1
    assert "in use by another Practice Audit" in done.stderr
    assert "Traceback" not in done.stderr


def test_second_service_runs_beside_the_first(service: RunningService, data: Path) -> None:
    with running(data) as other:
        assert other.address != service.address
        assert other.get("/healthz").status_code == service.get("/healthz").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_everything_in_order(data: Path, number: signal.Signals) -> None:
    with running(data) as service:
        assert processes_in(data) != []
        service.process.send_signal(number)
        assert service.process.wait(SECONDS_TO_STOP) == 0
    assert processes_in(data) == []


def test_killed_service_comes_back_in_the_same_folder(data: Path) -> None:
    with running(data) as killed:
        token = (data / "token").read_text()
        killed.kill()
    assert processes_in(data) != []
    with running(data) as service:
        assert service.get("/healthz").status_code == 200
        assert (data / "token").read_text() == token
    assert processes_in(data) == []


def test_port_in_use_is_told_before_anything_is_started(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = serve("--port", str(other.getsockname()[1]), "--data", str(data))
    assert done.returncode == 1
    assert "cannot be used: Address already in use. Choose another with --port." in done.stderr
    assert not data.exists()


def test_local_mode_listens_on_this_machine_only(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICE_AUDIT_HOST", "0.0.0.0")
    done = serve("--port", "0", "--data", str(data))
    assert done.returncode == 1
    assert "listens on this machine only, not on '0.0.0.0'" in done.stderr


def test_malformed_day_is_refused(data: Path) -> None:
    done = serve("--today", "1.9.2026", "--data", str(data))
    assert done.returncode == 2
    assert "%Y-%m-%d" in done.stderr
