"""How long a start takes, cold and warm, how soon the command line helps, and the memory held after a day's load.

Cold is a fresh clone with no library fetched before, as far as the package index is reached; it is measured once.
"""

import asyncio
import contextlib
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.load import ask, get

ROOT = Path(__file__).parents[1]
ROUNDS = 5
# Far more than a council's day: every member of staff asks for lists, for an audit and for what is theirs.
REQUESTS_A_DAY = 6_000
_GIVE_UP_AFTER = 300


def main() -> None:
    """Prints one line a figure."""
    print(f"practice-audit --help              {_help():6.2f} s  (median of {ROUNDS})")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        first = _started(ROOT, data)
        print(f"first start, libraries there       {first:6.2f} s  to /readyz, council loaded and cycle opened")
        later = statistics.median(_started(ROOT, data) for _ in range(ROUNDS))
        print(f"later start                        {later:6.2f} s  to /readyz (median of {ROUNDS})")
        held = _memory_after_a_day(data)
        print(f"memory of API and scheduler        {held:6.0f} MB  after {3 * REQUESTS_A_DAY} requests")
    with tempfile.TemporaryDirectory() as folder:
        print(f"cold, from a fresh clone           {_cold(Path(folder)):6.2f} s  to /readyz")


def _help() -> float:
    taken = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-P", "-m", "cli", "--help"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:])


def _cold(folder: Path) -> float:
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    return _started(clone, folder / "data", PIP_NO_CACHE_DIR="1")


def _started(checkout: Path, data: Path, **environment: str) -> float:
    with _running(checkout, data, **environment) as (seconds, _, _):
        return seconds


@contextmanager
def _running(checkout: Path, data: Path, **environment: str) -> Iterator[tuple[float, int, int]]:
    """A served council: seconds until ready, the port, and the process that serves."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    began = time.perf_counter()
    command = [str(checkout / "run"), "serve", "--port", str(port), "--data", str(data), "--today", "2026-10-01"]
    with subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_until_ready(port, server)
            yield time.perf_counter() - began, port, server.pid
        finally:
            server.send_signal(signal.SIGTERM)


def _wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _GIVE_UP_AFTER
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended instead of starting"
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as said:
            if said.status == 200:
                return
        time.sleep(0.05)
    raise AssertionError("the server did not become ready")


def _memory_after_a_day(data: Path) -> float:
    with _running(ROOT, data) as (_, port, process):
        token = (data / "token").read_text(encoding="utf-8").strip()
        listed = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/audits", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(listed) as answer:
            audit = re.search(rb'"id":"([0-9a-f-]{36})"', answer.read())
        assert audit is not None
        for path in ("/v1/audits?limit=50", f"/v1/audits/{audit[1].decode()}", "/v1/me"):
            asyncio.run(ask(port, get(path, token), times=REQUESTS_A_DAY, connections=8))
        return _resident_megabytes(process)


def _resident_megabytes(process: int) -> float:
    """`./run` replaces itself by the server, which is API and scheduler in one; PostgreSQL's memory is not counted."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no memory is told of the process")


if __name__ == "__main__":
    main()
