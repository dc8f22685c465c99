"""`./run serve`: everything in one folder, in the foreground, and gone when told."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT, SECONDS_TO_STOP, processes_in, running


def serve(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-m", "cli", "serve", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_service_answers_and_says_where_it_is(data: Path) -> None:
    with running(data) as service:
        assert service.get("/healthz").status_code == 200
        assert f"Token    {data / 'token'}" in service.words


def test_token_is_its_owner_s_alone_and_stays_the_same(data: Path) -> None:
    with running(data):
        token = (data / "token").read_text()
        assert (data / "token").stat().st_mode & 0o777 == 0o600
        assert len(token) >= 32
    with running(data):
        assert (data / "token").read_text() == token


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_everything_in_order(data: Path, number: signal.Signals) -> None:
    with running(data) as service:
        assert processes_in(data) != []
        service.process.send_signal(number)
        assert service.process.wait(SECONDS_TO_STOP) == 0
    assert processes_in(data) == []


def test_killed_service_comes_back_in_the_same_folder(data: Path) -> None:
    with running(data) as service:
        service.kill()
    assert processes_in(data) != []
    with running(data) as service:
        assert service.get("/healthz").status_code == 200
    assert processes_in(data) == []


def test_two_services_run_beside_each_other(tmp_path: Path) -> None:
    with running(tmp_path / "one") as one, running(tmp_path / "two") as two:
        assert one.address != two.address
        assert one.get("/healthz").status_code == two.get("/healthz").status_code == 200


def test_clock_can_be_set_to_a_day(data: Path) -> None:
    with running(data, "--today", "2026-09-01") as service:
        assert "It is Tuesday 1 September 2026 (the clock was set to this day)." in service.words


def test_port_in_use_is_told_before_anything_is_started(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = serve("--port", str(other.getsockname()[1]), "--data", str(data))
    assert done.returncode == 1
    assert "cannot be used: Address already in use. Choose another with --port." in done.stderr
    assert not data.exists()


def test_folder_in_use_is_told_in_a_sentence(data: Path) -> None:
    with running(data):
        done = serve("--port", "0", "--data", str(data))
    assert done.returncode == 1
    assert "in use by another Practice Audit" in done.stderr
    assert "Traceback" not in done.stderr


def test_local_mode_listens_on_this_machine_only(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICE_AUDIT_HOST", "0.0.0.0")
    done = serve("--port", "0", "--data", str(data))
    assert done.returncode == 1
    assert "listens on this machine only, not on '0.0.0.0'" in done.stderr


def test_malformed_day_is_refused(data: Path) -> None:
    done = serve("--today", "1.9.2026", "--data", str(data))
    assert done.returncode == 2
    assert "%Y-%m-%d" in done.stderr
