"""kill -9 while a cycle opens, at random moments: nothing or all, never half, and it opens again (TARGETS, fault 1)."""

import random
import subprocess
import time
from collections import Counter

import pytest
from sqlalchemy.orm import Session, sessionmaker

from rules.programme import AuditCycle
from tests.faults.cycles_to_open import cycles, is_untouched, is_wholly_open, prepare_for, what_is_there
from tests.faults.told_processes import start, tell
from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle

SHORT, LONG = 4, 100


@pytest.mark.parametrize("kills", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_killed_at_any_moment_an_opening_leaves_nothing_or_all(
    kills: int, database_url: str, sessions: sessionmaker[Session]
) -> None:
    chance = random.Random(kills)
    following = cycles()
    first = next(following)
    with sessions.begin() as session:
        found_council(session, first.opens_on, practitioners_per_team=6)
    longest = _seconds_to_open(database_url, first)
    told: Counter[str] = Counter()
    for _ in range(kills):
        cycle = next(following)
        prepare_for(sessions, cycle.opens_on)
        _open_and_kill(database_url, cycle, chance.uniform(0, longest * 1.6))
        with sessions() as session:
            found = what_is_there(session, cycle.month)
        told["untouched" if is_untouched(found) else "open" if is_wholly_open(found) else "half"] += 1
        with sessions.begin() as session:
            again = open_cycle(work_on(session, cycle.opens_on), cycle.month)
            told["opened after"] += again.is_new
            told["lost or doubled"] += not is_wholly_open(what_is_there(session, cycle.month))

    print(f"{kills} kills within {longest:.2f} s: {dict(told)}")
    assert (told["half"], told["lost or doubled"]) == (0, 0)
    assert told["opened after"] == told["untouched"]


def _start(url: str, cycle: AuditCycle) -> "subprocess.Popen[str]":
    return start("tests.faults.open_when_told", url, str(cycle.opens_on))


def _seconds_to_open(url: str, cycle: AuditCycle) -> float:
    with _start(url, cycle) as process:
        began = time.monotonic()
        tell(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        return time.monotonic() - began


def _open_and_kill(url: str, cycle: AuditCycle, after_seconds: float) -> None:
    with _start(url, cycle) as process:
        tell(process)
        time.sleep(after_seconds)
        process.kill()
