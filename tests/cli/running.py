"""A service started as people start it, in a process of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 60
SECONDS_TO_STOP = 15


@dataclass
class RunningService:
    """`practice-audit serve` in a folder; what it printed so far stands in `words`."""

    process: "subprocess.Popen[str]"
    data: Path
    words: str
    address: str

    def get(self, path: str) -> httpx2.Response:
        token = (self.data / "token").read_text()
        return httpx2.get(self.address + path, headers={"Authorization": f"Bearer {token}"}, trust_env=False)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS_TO_STOP)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def running(data: Path, *options: str, sample: bool = False) -> Iterator[RunningService]:
    """Start on a free port, wait for the address to be printed, and stop at the end if it still runs.

    Without the sample council, unless it is asked for.
    """
    command = [sys.executable, "-P", "-m", "cli", "serve", "--port", "0", "--data", str(data), *options]
    command += [] if sample else ["--empty"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            words = _words_until_ready(process)
            address = next(line.split()[-1] for line in words.splitlines() if line.startswith("  Address"))
            yield RunningService(process, data, words, address)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(SECONDS_TO_STOP)


def _words_until_ready(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    words, deadline = "", time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        words += line
        if line.startswith("Ctrl-C"):
            return words
        if not line:
            break
    raise AssertionError(f"the service did not start:\n{words}")


def processes_in(data: Path) -> list[int]:
    """Processes that work below the folder: PostgreSQL's, when any is left."""
    found = []
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            if (proc / "cwd").resolve().is_relative_to(data.resolve()):
                found.append(int(proc.name))
        except OSError:
            continue
    return found
