"""A connector in another process, as tests start it, stop it and tell it what is to go wrong."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from integrations.case_system.connector import ConnectorAddress, ConnectorCaseSystem
from integrations.wiring import connector_tls
from usecases.ports import Clock

# Read once: to read the authorities takes longer than to ask the connector.
_TLS = connector_tls(None)


class RunningConnector:
    """Its process, which can be down for as long as a test wants."""

    def __init__(self, kept: Path, identity: Path | None = None) -> None:
        self.kept = kept
        self._identity = identity
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.integrations.pretend_connector", str(self.port), str(self.kept)]
        command += [] if self._identity is None else [str(self._identity)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def tell(self, **told: Any) -> None:
        httpx.post(f"{self.url}/told", json=told, trust_env=False, verify=_TLS).raise_for_status()

    def meets(self, trouble: str, times: int = 1) -> None:
        self.tell(trouble=trouble, times=times)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def case_system(self, clock: Clock, *, key: str | None = None, seconds: float = 0.3) -> ConnectorCaseSystem:
        return ConnectorCaseSystem(ConnectorAddress(f"{self.url}/audit", key, seconds, _TLS), clock)

    def commands(self) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = self._told_of("made")
        return made

    def seen(self) -> list[str]:
        found: list[str] = self._told_of("seen")
        return found

    def _told_of(self, what: str) -> Any:
        return httpx.get(f"{self.url}/made", trust_env=False, verify=_TLS).json()[what]

    def made(self) -> list[str]:
        return [command["key"] for command in self.commands()]

    def doubled(self) -> int:
        return sum(times - 1 for times in Counter(self.made()).values())


@contextmanager
def running_connector(kept: Path, identity: Path | None = None) -> Iterator[RunningConnector]:
    """`kept` is the file in which it keeps what it made; with an `identity` (key, certificate) it speaks TLS only."""
    connector = RunningConnector(kept, identity)
    connector.start()
    try:
        yield connector
    finally:
        connector.stop()
