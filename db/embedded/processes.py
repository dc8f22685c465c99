"""Server processes: is one alive, which one was left behind, and how to end it."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Fast, then immediate, then by force; together below the 15 seconds that a stop of the whole product may take.
WAYS_TO_STOP = ((signal.SIGINT, 7.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 1.0))


@dataclass(frozen=True)
class ServerProcess:
    """A running server and where it listens; `child` when this process started it."""

    pid: int
    socket_folder: Path
    child: "subprocess.Popen[bytes] | None" = None

    def is_alive(self) -> bool:
        if self.child is not None:
            return self.child.poll() is None
        return _name_of(self.pid) == "postgres"

    def stop(self) -> None:
        for way, patience in WAYS_TO_STOP:
            try:
                os.kill(self.pid, way)
            except ProcessLookupError:
                return
            if self._ended_within(patience):
                return

    def _ended_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.is_alive():
                return True
            time.sleep(0.02)
        return not self.is_alive()


def failure_of(command: list[str], **how: Any) -> str | None:
    """Run the command and answer None, or what it complained of; when interrupted, its own children end with it."""
    child = subprocess.Popen(
        command, **how, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        _, complaint = child.communicate()
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    return complaint.strip() if child.returncode != 0 else None


def left_behind(cluster: Path) -> ServerProcess | None:
    """The server that an owner who was killed left running on this data, if any."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        found = ServerProcess(int(lines[0]), Path(lines[4]))
    except (FileNotFoundError, IndexError, ValueError):
        return None
    return found if found.is_alive() and _works_in(found.pid, cluster) else None


def _name_of(pid: int) -> str:
    """The program's name; empty when there is no such process or it has ended already."""
    ask = ["ps", "-o", "stat=,comm=", "-p", str(pid)]
    proc = Path("/proc", str(pid), "stat")
    if Path("/proc/self").exists():
        try:
            name, _, rest = proc.read_text().partition("(")[2].rpartition(") ")
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return "" if rest.startswith("Z") else name
    state, _, name = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip().partition(" ")
    return "" if state.startswith("Z") else Path(name.strip()).name


def _works_in(pid: int, cluster: Path) -> bool:
    """Process ids are used again: a server of other data must not be taken for ours."""
    folder = Path("/proc", str(pid), "cwd")
    try:
        return folder.samefile(cluster)
    except FileNotFoundError:
        return not Path("/proc/self").exists()
