"""kill -9 while an extract is imported, at random moments: nothing or all, never half (TARGETS, fault 11)."""

import random
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.faults.extracts_to_import import extracts, import_file, state_of
from tests.faults.told_processes import start, tell
from tests.usecases.extract_files import a_council

SHORT, LONG = 4, 100


@pytest.mark.proves("C1")
@pytest.mark.parametrize("kills", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_killed_at_any_moment_an_import_leaves_nothing_or_all(
    kills: int, database_url: str, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    chance = random.Random(kills)
    following = extracts(tmp_path)
    with sessions.begin() as session:
        a_council(session)
    import_file(sessions, next(following).file)
    longest = _seconds_to_import(database_url, next(following).file)
    told: Counter[str] = Counter()
    for _ in range(kills):
        extract = next(following)
        _import_and_kill(database_url, extract.file, chance.uniform(0, longest * 1.4))
        with sessions() as session:
            told[state_of(session, extract)] += 1
        again = import_file(sessions, extract.file)
        with sessions() as session:
            told["lost or doubled"] += state_of(session, extract) != "whole"
            told["loaded after"] += not again.is_unchanged
    print(f"{kills} kills within {longest:.2f} s: {dict(told)}")
    assert (told["half"], told["lost or doubled"]) == (0, 0)
    assert told["loaded after"] == told["untouched"]


def _start(url: str, file: Path) -> "subprocess.Popen[str]":
    return start("tests.faults.import_when_told", url, str(file))


def _seconds_to_import(url: str, file: Path) -> float:
    with _start(url, file) as process:
        began = time.monotonic()
        tell(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        return time.monotonic() - began


def _import_and_kill(url: str, file: Path, after_seconds: float) -> None:
    with _start(url, file) as process:
        tell(process)
        time.sleep(after_seconds)
        process.kill()
