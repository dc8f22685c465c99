"""kill -9 in the middle of a sweep, and two sweeps at once: no duty is lost or told twice (TARGETS, fault 2)."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.faults.duties_to_sweep import SWEPT_AT, owe_many, what_became
from tests.faults.sweep_when_told import NAME
from tests.faults.told_processes import start, tell, wait_until_its_server_process_is_gone
from tests.sweeping import found
from usecases.sweep import sweep_due

DUTIES = 200
SHORT, LONG = 1, 100


@pytest.mark.parametrize("kills", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_killed_at_any_moment_a_sweep_loses_no_duty_and_tells_none_twice(
    kills: int, database_url: str, sessions: sessionmaker[Session]
) -> None:
    chance = random.Random(kills)
    duties = found(sessions)
    duties.clock.at = SWEPT_AT
    owe_many(sessions, duties.audit_id, "first", DUTIES)
    longest = _seconds_to_sweep(database_url)
    told: Counter[str] = Counter()
    for number in range(kills):
        name = f"round{number}"
        owe_many(sessions, duties.audit_id, name, DUTIES)
        with start("tests.faults.sweep_when_told", database_url) as process:
            tell(process)
            time.sleep(chance.uniform(0, longest))
            process.kill()
        wait_until_its_server_process_is_gone(sessions, NAME)
        before = what_became(sessions, name)
        sweep_due(duties.means)
        after = what_became(sessions, name)
        told["killed in the middle"] += 0 < before.told < DUTIES
        told["half done"] += before.half
        told["lost"] += DUTIES - after.told
        told["twice"] += after.twice

    print(f"{kills} kills within {longest:.2f} s of {DUTIES} duties each: {dict(told)}")
    assert (told["half done"], told["lost"], told["twice"]) == (0, 0, 0)


def test_sweeps_at_once_share_the_duties_and_tell_each_once(sessions: sessionmaker[Session]) -> None:
    duties = found(sessions)
    duties.clock.at = SWEPT_AT
    owe_many(sessions, duties.audit_id, "shared", DUTIES)

    with ThreadPoolExecutor(4) as threads:
        swept = list(threads.map(lambda _: sweep_due(duties.means, 10), range(4)))

    became = what_became(sessions, "shared")
    assert (became.told, became.twice, became.half) == (DUTIES, 0, 0)
    assert sum(each.reminded for each in swept) == DUTIES


def _seconds_to_sweep(url: str) -> float:
    with start("tests.faults.sweep_when_told", url) as process:
        began = time.monotonic()
        tell(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        return time.monotonic() - began
