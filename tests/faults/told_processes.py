"""Processes that get ready and wait for the word, so that a test knows from when to count until it kills them."""

import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

ROOT = Path(__file__).parents[2]


def start(module: str, *arguments: str) -> "subprocess.Popen[str]":
    """A Python process of that module, which has said that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def tell(process: "subprocess.Popen[str]") -> None:
    """Gives the word."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def wait_until_its_server_process_is_gone(sessions: sessionmaker[Session], name: str) -> None:
    """What the killed one had in hand stays locked until PostgreSQL notices; a sweep at that moment passes it by."""
    alive = select(func.count()).select_from(text("pg_stat_activity")).where(text("application_name = :name"))
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with sessions() as session:
            if session.scalar(alive, {"name": f"practice-audit {name}"}) == 0:
                return
        time.sleep(0.01)
    raise AssertionError("the server process of a killed sweep is still there after 30 s")
