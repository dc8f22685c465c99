"""kill -9 and other workers in the middle of sending: nothing lost, no file doubled (DESIGN §5, TARGETS 2, 5)."""

import random
import subprocess
import time
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.faults.notices_to_send import owe_many, states
from tests.faults.told_processes import start, tell
from tests.integrations.smtp_sink import Sink, running

PRACTITIONERS = 120
SHORT, LONG = 2, 60
LEASE_AND_A_BIT = 11  # minutes


def ready_to_send(url: str, minutes_ahead: float, target: str) -> "subprocess.Popen[str]":
    return start("tests.faults.deliver_when_told", url, str(minutes_ahead), target)


def finish(url: str, minutes_ahead: float, target: str) -> int:
    with ready_to_send(url, minutes_ahead, target) as process:
        tell(process)
        assert process.stdout is not None
        return int(process.stdout.readline())


def kill_on_the_way(url: str, kills: int, target: str, longest: float) -> int:
    """Starts and kills so many workers, each when the leases of those before have ended; minutes that this took."""
    chance = random.Random(kills)
    for number in range(kills):
        with ready_to_send(url, number * LEASE_AND_A_BIT, target) as process:
            tell(process)
            time.sleep(chance.uniform(0, longest))
            process.kill()
    return kills * LEASE_AND_A_BIT


@pytest.mark.parametrize("kills", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_killed_at_any_moment_every_message_is_one_file(
    kills: int, database_url: str, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    owed = owe_many(sessions, PRACTITIONERS)
    folder = tmp_path / "mail"

    minutes = kill_on_the_way(database_url, kills, str(folder), longest=0.3)
    finish(database_url, minutes, str(folder))

    files = sorted(folder.glob("*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    assert {str(message["To"]): str(message["Message-ID"]) for message in found} == owed
    assert len(files) == len(owed)
    assert states(sessions) == {"sent": len(owed)}


@pytest.mark.parametrize("kills", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_killed_at_any_moment_every_message_is_delivered_under_its_one_message_id(
    kills: int, database_url: str, sessions: sessionmaker[Session]
) -> None:
    owed = owe_many(sessions, PRACTITIONERS)

    with running(Sink()) as sink:
        minutes = kill_on_the_way(database_url, kills, str(sink.port), longest=0.4)
        finish(database_url, minutes, str(sink.port))

    times = Counter(sink.message_ids)
    print(f"{kills} kills: {len(owed)} owed, {sum(times.values())} received, {len(times)} Message-IDs")
    assert set(times) == set(owed.values())
    assert {(str(message["To"]), str(message["Message-ID"])) for message in sink.received} == set(owed.items())
    assert states(sessions) == {"sent": len(owed)}


def test_three_workers_at_once_send_nothing_twice(database_url: str, sessions: sessionmaker[Session]) -> None:
    owed = owe_many(sessions, PRACTITIONERS)

    with running(Sink()) as sink:
        workers = [ready_to_send(database_url, 0, str(sink.port)) for _ in range(3)]
        for worker in workers:
            tell(worker)
        sent = [int(worker.communicate()[0]) for worker in workers]

    assert sum(sent) == len(owed)
    assert Counter(sink.message_ids) == Counter(owed.values())
