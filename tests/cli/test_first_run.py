"""The first start fills an empty database; one that was cut off is finished by the next, and nothing is there twice."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from cli.first_run import OPENED_BY, Start, prepare
from clock import Clock
from db.queries import overview
from db.tables.audits import Audit
from db.tables.caseload import CaseloadImport
from db.tables.notices import Notice
from db.tables.organisation import Service
from db.tables.programme import AuditCycle, AuditYear
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from settings import Settings

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


class Teller:
    """Remembers what was said; stops the start at the first words that hold `stop_at`."""

    def __init__(self, stop_at: str | None = None) -> None:
        self.stop_at = stop_at
        self.said: list[str] = []

    def __call__(self, words: str) -> None:
        self.said.append(words)
        if self.stop_at and self.stop_at in words:
            raise KeyboardInterrupt

    def __contains__(self, words: str) -> bool:
        return any(words in line for line in self.said)


StartOn = Callable[..., Start]


@pytest.fixture
def start_on(sessions: sessionmaker[Session], data: Path) -> StartOn:
    def start(day: date, say: Callable[[str], None]) -> Start:
        settings = Settings(local_mode=True, data=data)
        return Start(settings, Clock.set_to(day), sessions, POLICY, CALENDAR, say)

    return start


def counts(sessions: sessionmaker[Session]) -> dict[str, int]:
    tables = {"extracts": CaseloadImport, "years": AuditYear, "cycles": AuditCycle, "audits": Audit, "notices": Notice}
    with sessions.begin() as session:
        return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}


def letters(data: Path) -> int:
    return len(list((data / "mail").glob("*.eml")))


def test_first_start_loads_opens_and_tells(start_on: StartOn, sessions: sessionmaker[Session], data: Path) -> None:
    teller = Teller()

    prepare(start_on(date(2026, 9, 1), teller), empty=False, open_this_month=False)

    with sessions.begin() as session:
        cycle = session.scalars(select(AuditCycle)).one()
        states = overview.notices_by_state(session, cycle.id)
        assert (cycle.month, cycle.state, cycle.opened_by) == ("2026-09", "open", OPENED_BY)
    assert letters(data) == states["sent"] > 100
    assert set(states) == {"sent", "parked"}
    assert "9 services, 10 teams, 233 people" in teller
    assert "45 refused" in teller
    assert str(data / "mail") in teller


def test_second_start_only_says_where_things_stand(start_on: StartOn, sessions: sessionmaker[Session]) -> None:
    prepare(start_on(date(2026, 9, 1), Teller()), empty=False, open_this_month=False)
    before, teller = counts(sessions), Teller()

    prepare(start_on(date(2026, 9, 2), teller), empty=False, open_this_month=True)

    assert counts(sessions) == before
    assert "September 2026, ordinary, open until" in teller
    assert "loading" not in teller


@pytest.mark.parametrize("stop_at", ["past audits …", "Nobody and nothing", "Published", "Drew and opened"])
def test_start_that_was_cut_off_is_finished_by_the_next(
    start_on: StartOn, sessions: sessionmaker[Session], data: Path, stop_at: str
) -> None:
    with pytest.raises(KeyboardInterrupt):
        prepare(start_on(date(2026, 9, 1), Teller(stop_at)), empty=False, open_this_month=False)

    prepare(start_on(date(2026, 9, 1), Teller()), empty=False, open_this_month=False)

    found = counts(sessions)
    assert (found["extracts"], found["years"], found["cycles"]) == (3, 1, 1)
    with sessions.begin() as session:
        recorded = session.scalar(select(func.count()).select_from(Audit).where(Audit.origin == "recorded"))
        sent = session.scalar(select(func.count()).select_from(Notice).where(Notice.state == "sent"))
    assert recorded == 520
    assert letters(data) == sent


@pytest.mark.parametrize(
    ("day", "next_cycle", "years"),
    [
        (date(2026, 8, 10), "September 2026, which opens on Tuesday 1 September 2026", 1),
        (date(2026, 12, 15), "January 2027, which opens on Monday 4 January 2027", 2),
    ],
)
@pytest.mark.proves("P1", "P2", "programme.cycle_months", "programme.next_programme_warned_from")
def test_between_cycles_it_says_what_comes_next(
    start_on: StartOn, sessions: sessionmaker[Session], day: date, next_cycle: str, years: int
) -> None:
    teller = Teller()

    prepare(start_on(day, teller), empty=False, open_this_month=True)

    assert "There is no audit cycle" in teller
    assert next_cycle in teller
    assert (counts(sessions)["cycles"], counts(sessions)["years"]) == (0, years)


def test_cycle_is_opened_late_when_the_first_start_is_in_mid_month(
    start_on: StartOn, sessions: sessionmaker[Session]
) -> None:
    teller = Teller()

    prepare(start_on(date(2026, 11, 23), teller), empty=False, open_this_month=True)

    assert "its due dates do not move" in teller
    with sessions.begin() as session:
        assert session.scalars(select(AuditCycle.opens_on)).one() == date(2026, 11, 2)


def test_empty_start_stays_empty(start_on: StartOn, sessions: sessionmaker[Session]) -> None:
    prepare(start_on(date(2026, 9, 1), Teller()), empty=True, open_this_month=False)

    with sessions.begin() as session:
        assert overview.is_empty(session)


def test_councils_own_data_are_left_alone(start_on: StartOn, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        session.add(Service(id="mash", name="MASH"))
    before, teller = counts(sessions), Teller()

    prepare(start_on(date(2026, 9, 1), teller), empty=False, open_this_month=False)

    assert counts(sessions) == before
    assert "loading" not in teller


def test_opening_a_councils_own_cycle_without_an_extract_is_answered_with_the_reason(
    start_on: StartOn, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        session.add(Service(id="mash", name="MASH"))
    teller = Teller()

    prepare(start_on(date(2026, 9, 1), teller), empty=False, open_this_month=True)

    assert "extract" in teller
    assert counts(sessions)["audits"] == 0
