"""A case system that times out after accepting, answers 500 or 429, refuses, or is down a day (TARGETS, fault 6).

Where it gives no receipts a person settles what is uncertain, by looking there: that is played too.
"""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.case_systems import Means, SetClock, commands, owe_many, states
from tests.connectors import RunningConnector, running_connector
from usecases.case_system_by_hand import tick_off, try_again
from usecases.case_system_runs import serve_case_system

SHORT, LONG = 6, 120  # reports, of which each owes two commands
SEED = 20261001
DONE_ALL_THE_SAME = ("time-out after", "500 after", "503 after", "cut after", "no receipt", "202")
NOTHING_DONE = ("500 before", "cut before", "429", "403 of a gateway", "404 of a gateway", "redirect")
HOURS_OF_TROUBLE, HOURS_DOWN = 24, 24


@pytest.fixture
def connector(tmp_path: Path) -> Iterator[RunningConnector]:
    with running_connector(tmp_path / "made") as connector:
        yield connector


@pytest.fixture
def means(sessions: sessionmaker[Session], connector: RunningConnector) -> Means:
    clock = SetClock()
    return Means(sessions, connector.case_system(clock), clock)


def live_through(means: Means, connector: RunningConnector, reports: int) -> Counter[str]:
    """A day of trouble, each hour another for some commands; a day without a connector; and days without trouble."""
    chance, met = random.Random(SEED), Counter[str]()
    for _ in range(HOURS_OF_TROUBLE):
        trouble = chance.choice((*DONE_ALL_THE_SAME, *NOTHING_DONE))
        connector.meets(trouble, chance.randint(1, max(2, reports // 4)))
        serve_case_system(means)
        met[trouble] += 1
        means.clock.wait(hours=1)
    connector.stop()
    for _ in range(HOURS_DOWN):
        serve_case_system(means)
        means.clock.wait(hours=1)
    connector.start()
    return met


def serve_until_quiet(means: Means) -> None:
    for _ in range(24):
        serve_case_system(means)
        means.clock.wait(hours=2)


def settle_by_looking(means: Means, connector: RunningConnector) -> int:
    """What a person does with what is uncertain: looks in the case system, and says what is there; answers how many."""
    made = set(connector.made())
    uncertain = [command for command in commands(means.sessions) if command.state == "uncertain"]
    for command in uncertain:
        with means.sessions.begin() as session:
            work = means.work(session, "person 990017")
            if command.idempotency_key in made:
                tick_off(work, command.id, "MOS-seen", command.version)
            else:
                try_again(work, command.id, "It is not there.", command.version)
    return len(uncertain)


def lost(means: Means, connector: RunningConnector) -> int:
    """Commands that are neither made, nor tried again, nor waiting for a person."""
    made = set(connector.made())
    waits = ("pending", "leased", "uncertain", "refused", "manual")
    return sum(
        command.state not in waits and command.idempotency_key not in made for command in commands(means.sessions)
    )


@pytest.mark.proves("C2")
@pytest.mark.parametrize("reports", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_nothing_is_lost_and_nothing_doubled_where_there_are_receipts(
    means: Means, connector: RunningConnector, reports: int
) -> None:
    owe_many(means.sessions, reports)
    met = live_through(means, connector, reports)
    serve_until_quiet(means)

    print(f"{2 * reports} commands, hours of {dict(met)}: lost {lost(means, connector)}, doubled {connector.doubled()}")
    assert (lost(means, connector), connector.doubled()) == (0, 0)
    assert (len(connector.made()), states(means.sessions)) == (2 * reports, {"done": 2 * reports})


@pytest.mark.proves("C2")
@pytest.mark.parametrize("reports", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_without_receipts_a_person_settles_what_is_uncertain_and_nothing_is_lost_or_doubled(
    means: Means, connector: RunningConnector, reports: int
) -> None:
    owe_many(means.sessions, reports)
    connector.tell(can={"gives_receipts": False})
    met = live_through(means, connector, reports)
    connector.tell(can={"gives_receipts": False})
    settled = 0
    while set(states(means.sessions)) != {"done"}:
        serve_until_quiet(means)
        assert (lost(means, connector), connector.doubled()) == (0, 0)
        settled += settle_by_looking(means, connector)

    print(
        f"{2 * reports} commands without receipts, hours of {dict(met)}: {settled} parked as uncertain and settled by "
        f"hand, lost {lost(means, connector)}, doubled {connector.doubled()}"
    )
    assert settled > 0
    assert len(connector.made()) == 2 * reports


@pytest.mark.proves("C2")
def test_a_restricted_record_is_refused_for_good_and_holds_up_nobody(means: Means, connector: RunningConnector) -> None:
    owe_many(means.sessions, SHORT)
    connector.meets("restricted")
    serve_until_quiet(means)

    assert states(means.sessions) == {"refused": 1, "pending": 1, "done": 2 * SHORT - 2}
    assert connector.seen().count(f"PUT {commands(means.sessions)[0].idempotency_key}") == 1
