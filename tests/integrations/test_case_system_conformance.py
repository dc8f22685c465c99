"""What every way into the case system has to hold to: each command once, or a person's to settle (C2).

The same sentences of the fake, of the connector that is called (a real server in another process), of one that fetches,
and of doing it by hand; of each that has a say in it with receipts and without.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.queries.case_system_outbox import CommandOwed
from integrations.case_system.fake import EVERYTHING, FakeCaseSystem
from integrations.case_system.manual import ManualCaseSystem
from tests.case_systems import Means, commands, owe_many, states
from tests.connectors import RunningConnector, running_connector
from usecases.case_system_contents import command_of
from usecases.case_system_ports import (
    Capabilities,
    CaseSystemUnreachable,
    Command,
    Operation,
    Outcome,
    Refused,
    Uncertain,
)
from usecases.case_system_pulls import hand_out, take_receipt
from usecases.case_system_runs import serve_case_system

REPORTS = 3
OWED = 2 * REPORTS
UPLOADS_ALONE = frozenset({Operation.UPLOAD_DOCUMENT})


class Way(Protocol):
    """A way into a case system, and what can go wrong on it."""

    means: Means

    def serve(self) -> None: ...
    def made(self) -> list[str]: ...
    def can(self, capabilities: Capabilities) -> None: ...
    def be_silent(self, times: int) -> None: ...
    def refuse(self, times: int) -> None: ...
    def go_away(self) -> None: ...
    def come_back(self) -> None: ...


@dataclass
class WithFake:
    """The case system in memory."""

    means: Means
    fake: FakeCaseSystem

    def serve(self) -> None:
        serve_case_system(self.means)

    def made(self) -> list[str]:
        return [command.key for _, command in self.fake.made]

    def can(self, capabilities: Capabilities) -> None:
        self.fake.can = capabilities

    def be_silent(self, times: int) -> None:
        self.fake.silences = times

    def refuse(self, times: int) -> None:
        self.fake.answers = deque([Refused("The record is restricted.")] * times)

    def go_away(self) -> None:
        self.fake.is_down = True

    def come_back(self) -> None:
        self.fake.is_down = False


class WithConnector(WithFake):
    """The connector that is called over HTTP."""

    connector: RunningConnector

    def made(self) -> list[str]:
        return self.connector.made()

    def can(self, capabilities: Capabilities) -> None:
        operations = sorted(capabilities.operations)
        self.connector.tell(can={"operations": operations, "gives_receipts": capabilities.gives_receipts})

    def be_silent(self, times: int) -> None:
        self.connector.meets("time-out after", times)

    def refuse(self, times: int) -> None:
        self.connector.meets("restricted", times)

    def go_away(self) -> None:
        self.connector.stop()

    def come_back(self) -> None:
        self.connector.start()


class WithPulling(WithFake):
    """A connector that fetches, carries out and dies before its receipt when it is to be silent."""

    def serve(self) -> None:
        if self.fake.is_down:
            return
        with self.means.sessions.begin() as session:
            handed_out = hand_out(self.means.work(session, "key connector"), self.fake.can, 50, timedelta(minutes=5))
        for owed in handed_out.commands:
            outcome = self._carry_out(owed)
            if not isinstance(outcome, Uncertain):
                with self.means.sessions.begin() as session:
                    take_receipt(self.means.work(session, "key connector"), owed.id, handed_out.lease.id, outcome)

    def _carry_out(self, owed: CommandOwed) -> Outcome:
        with self.means.sessions.begin() as session:
            command = command_of(self.means.work(session), owed, self.means.reports)
        assert isinstance(command, Command)
        return self.fake.carry_out(command)


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConnector]:
    with running_connector(tmp_path_factory.mktemp("connector") / "made") as connector:
        yield connector


@pytest.fixture(params=["fake", "connector", "pulling"])
def way(request: pytest.FixtureRequest, sessions: sessionmaker[Session], connector: RunningConnector) -> Iterator[Way]:
    owe_many(sessions, REPORTS)
    fake = FakeCaseSystem()
    means = Means(sessions, fake)
    if request.param == "fake":
        yield WithFake(means, fake)
    elif request.param == "pulling":
        yield WithPulling(means, fake)
    else:
        connector.stop()
        connector.kept.unlink(missing_ok=True)
        connector.start()
        found = WithConnector(Means(sessions, connector.case_system(means.clock)), fake)
        found.connector, found.means.clock = connector, means.clock
        yield found


def serve_for_a_day(way: Way) -> None:
    for _ in range(12):
        way.serve()
        way.means.clock.wait(hours=2)


@pytest.mark.proves("C2")
def test_each_command_is_made_once_with_each_upload_before_its_note_and_no_second_time(way: Way) -> None:
    serve_for_a_day(way)

    assert states(way.means.sessions) == {"done": OWED}
    assert sorted(way.made()) == sorted(command.idempotency_key for command in commands(way.means.sessions))
    for number in range(1, REPORTS + 1):
        key = f"PA-2026-{number:04}.v1.issued"
        assert way.made().index(f"{key}.upload") < way.made().index(f"{key}.note")
    assert all(command.reference for command in commands(way.means.sessions))


@pytest.mark.proves("C2")
def test_a_silence_after_it_was_done_doubles_nothing_where_there_are_receipts(way: Way) -> None:
    way.be_silent(2)
    serve_for_a_day(way)

    assert (states(way.means.sessions), len(way.made())) == ({"done": OWED}, OWED)


@pytest.mark.proves("C2")
def test_a_silence_is_for_a_person_where_there_are_none_and_what_comes_after_waits(way: Way) -> None:
    way.can(Capabilities(EVERYTHING, gives_receipts=False))
    way.be_silent(2)
    serve_for_a_day(way)

    assert states(way.means.sessions) == {"uncertain": 2, "pending": 2, "done": OWED - 4}
    assert len(way.made()) == len(set(way.made())) == OWED - 2


@pytest.mark.proves("C2")
def test_what_is_refused_is_not_made_and_waits_for_a_person_with_the_reason(way: Way) -> None:
    way.refuse(1)
    serve_for_a_day(way)

    (refused,) = (command for command in commands(way.means.sessions) if command.state == "refused")
    assert refused.last_error == "The record is restricted."
    assert states(way.means.sessions) == {"refused": 1, "pending": 1, "done": OWED - 2}
    assert len(way.made()) == OWED - 2


@pytest.mark.proves("C2")
def test_what_it_cannot_do_is_left_to_people_and_the_rest_is_done(way: Way) -> None:
    way.can(Capabilities(UPLOADS_ALONE, gives_receipts=True))
    serve_for_a_day(way)

    assert states(way.means.sessions) == {"done": REPORTS, "manual": REPORTS}
    assert len(way.made()) == REPORTS


@pytest.mark.proves("C2")
def test_nothing_is_lost_while_it_is_away(way: Way) -> None:
    way.go_away()
    serve_for_a_day(way)
    assert states(way.means.sessions) == {"pending": OWED}

    way.come_back()
    serve_for_a_day(way)

    assert (states(way.means.sessions), len(way.made())) == ({"done": OWED}, OWED)


@pytest.mark.proves("C2")
def test_by_hand_every_command_is_a_to_do_and_the_adapter_does_nothing(sessions: sessionmaker[Session]) -> None:
    owe_many(sessions, REPORTS)
    manual = ManualCaseSystem()
    serve_case_system(Means(sessions, manual))

    assert states(sessions) == {"manual": OWED}
    with pytest.raises(CaseSystemUnreachable, match="AUDIT_CASE_SYSTEM=manual"):
        manual.receipt_of("any")
