"""The scheduler ticks and the rows decide: late, twice or in two processes, each duty happens once (P3, A5)."""

import threading
from collections.abc import Callable, Iterator, MutableMapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker
from structlog.testing import capture_logs

from db.queries import jobs as runs
from db.session import make_engine, make_sessions
from db.tables.audits import Audit
from db.tables.draws import Draw
from db.tables.jobs import JobRun
from db.tables.notices import Notice
from db.tables.programme import AuditCycle
from db.tables.tasks import Task
from samples.programme import sample_programme
from scheduler.jobs import JOBS, Job, Means
from scheduler.main import start
from scheduler.runner import run, run_asked
from settings import Settings
from tests.scheduling import KeptMail, clock_on, job, means_on
from tests.small_council import POLICY, SmallCouncil, found_council, work_on
from usecases.audit_years import programme_of, publish_programme, save_programme
from usecases.tasks import close_task
from usecases.work import Work

FIRST = date(2026, 10, 1)
Sessions = sessionmaker[Session]


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged, kept out of the tests' output."""
    with capture_logs() as logged:
        yield logged


@pytest.fixture
def council(sessions: Sessions) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))


def tick(name: str, means: Means) -> str:
    """Runs a job and answers what it recorded."""
    run(job(name), means)
    return last_run(means.sessions, name).outcome


def last_run(sessions: Sessions, name: str) -> JobRun:
    with sessions() as session:
        return next(found for found in runs.last_runs(session) if found.job == name)


def states(sessions: Sessions) -> dict[str, str]:
    with sessions() as session:
        return {cycle.month: cycle.state for cycle in session.scalars(select(AuditCycle))}


def number_of(sessions: Sessions, table: type[Audit] | type[Draw] | type[Notice]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_each_job_has_a_name_of_its_own_and_a_rule() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.rule and job.every > timedelta(0) for job in JOBS)


@pytest.mark.proves("P3", "programme.opens_on_working_day")
def test_a_cycle_opens_on_its_day_and_not_before(council: None, sessions: Sessions) -> None:
    """The last evening of August, when 23:00 UTC is midnight in London, whose date counts."""
    with sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 8, 28))
    evening = date(2026, 8, 31)

    assert "No cycle runs today" in tick("open_cycles", means_on(evening, sessions, hour=22))
    assert states(sessions) == {}
    assert tick("open_cycles", means_on(evening, sessions, hour=23)).startswith("Opened 2026-09")
    assert states(sessions) == {"2026-09": "open"}


def test_the_next_tick_finds_it_open(council: None, sessions: Sessions) -> None:
    tick("open_cycles", means_on(FIRST, sessions))
    audits = number_of(sessions, Audit)

    assert tick("open_cycles", means_on(FIRST, sessions)) == "The cycle 2026-10 was opened."
    assert number_of(sessions, Audit) == audits


@pytest.mark.proves("P3")
def test_a_scheduler_that_was_off_for_a_week_opens_the_cycle_late(council: None, sessions: Sessions) -> None:
    with sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 10, 8))

    assert tick("open_cycles", means_on(date(2026, 10, 9), sessions)).startswith("Opened 2026-10")


def test_a_clock_that_jumps_back_a_day_opens_nothing_twice_and_undoes_nothing(
    council: None, sessions: Sessions
) -> None:
    september = date(2026, 9, 1)
    with sessions.begin() as session:
        SmallCouncil(session).extract(september)
    tick("open_cycles", means_on(september, sessions))
    audits = number_of(sessions, Audit)
    for day in (september - timedelta(days=1), september, september + timedelta(days=1)):
        tick("close_cycles", means_on(day, sessions))
        tick("open_cycles", means_on(day, sessions))

    assert states(sessions) == {"2026-09": "open"}
    assert number_of(sessions, Audit) == audits


@pytest.mark.parametrize(
    ("hour", "is_open"), [(22, False), (23, True)], ids=["still 31 March in London", "1 April by summer time"]
)
def test_summer_time_decides_when_the_day_begins(council: None, sessions: Sessions, hour: int, is_open: bool) -> None:
    """On 31 March 2027 London is an hour ahead of UTC since the Sunday before."""
    with sessions.begin() as session:
        SmallCouncil(session).extract(date(2027, 3, 30))
    tick("open_cycles", means_on(date(2027, 3, 31), sessions, hour=hour))

    assert ("2027-04" in states(sessions)) is is_open


@pytest.mark.proves("P3")
def test_a_cycle_whose_close_has_passed_is_reported_and_not_opened(council: None, sessions: Sessions) -> None:
    with sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 11, 30))

    means = means_on(date(2026, 12, 1), sessions)
    assert "Never opened: October 2026 and November 2026." in tick("open_cycles", means)
    assert states(sessions) == {}
    with sessions() as session:
        warnings = programme_of(work_on(session, date(2026, 12, 1)), 2026).warnings
    assert [warning.sentence[:25] for warning in warnings if warning.rule == "P3"] == [
        "The cycle of October 2026",
        "The cycle of November 202",
    ]


@pytest.mark.proves("P1")
def test_in_august_nothing_opens_and_the_next_cycle_is_named(council: None, sessions: Sessions) -> None:
    assert "the next opens on 2027-09-01" in tick("open_cycles", means_on(date(2027, 8, 2), sessions))


def test_a_new_extract_is_left_alone_for_a_while(council: None, sessions: Sessions) -> None:
    with sessions.begin() as session:
        SmallCouncil(session).extract(FIRST)

    assert "loaded just now" in tick("open_cycles", means_on(FIRST, sessions, settle=90))
    assert tick("open_cycles", means_on(FIRST, sessions, settle=30)).startswith("Opened")


@pytest.mark.proves("C5")
def test_the_cycle_in_which_a_council_starts_here_is_left_to_people_and_the_next_one_opens(sessions: Sessions) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 10, 14))

    assert "began before the first extract was loaded here" in tick(
        "open_cycles", means_on(date(2026, 10, 15), sessions)
    )
    with sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 11, 2))
    assert tick("open_cycles", means_on(date(2026, 11, 2), sessions)).startswith("Opened 2026-11")


def test_without_anybody_appointed_to_audit_the_scheduler_waits(sessions: Sessions) -> None:
    with sessions.begin() as session:
        council = SmallCouncil(session)
        council.extract(FIRST)
        council.team("REV", "review")
        council.practitioner("P1", "REV")

    assert "nobody is appointed to audit" in tick("open_cycles", means_on(FIRST, sessions))


@pytest.mark.proves("C1", "caseload.oldest_extract_at_opening")
def test_without_a_recent_extract_it_says_why_and_tries_again(council: None, sessions: Sessions) -> None:
    means = means_on(date(2026, 10, 20), sessions)

    assert tick("open_cycles", means).startswith("Not now: The newest extract of open cases is of Monday 28 September")
    assert last_run(sessions, "open_cycles").failures_in_a_row == 0
    with sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 10, 19))
    assert tick("open_cycles", means).startswith("Opened 2026-10")


@pytest.mark.proves("P3", "programme.closes_on_working_day_from_end")
def test_a_cycle_is_closed_the_day_after_its_last_day(council: None, sessions: Sessions) -> None:
    tick("open_cycles", means_on(FIRST, sessions))

    assert tick("close_cycles", means_on(date(2026, 10, 30), sessions)) == "No cycle is to close."
    assert tick("close_cycles", means_on(date(2026, 10, 31), sessions)) == "Closed 2026-10."
    assert states(sessions) == {"2026-10": "closed"}


@pytest.mark.proves("A5")
def test_what_an_opening_owes_is_sent_once(council: None, sessions: Sessions) -> None:
    mail = KeptMail()
    tick("open_cycles", means_on(FIRST, sessions))
    for _ in range(2):
        tick("deliver_notices", means_on(FIRST, sessions, hour=10, mail=mail))

    assert len(mail.letters) == number_of(sessions, Notice) > 13
    assert len({letter.message_id for letter in mail.letters}) == len(mail.letters)


@pytest.mark.proves("P2", "programme.next_programme_warned_from")
def test_a_missing_programme_for_next_year_is_warned_of_from_november(sessions: Sessions) -> None:
    assert "2027" not in tick("warn_of_programme", means_on(date(2026, 10, 31), sessions))
    assert "No programme is published for 2027" in tick("warn_of_programme", means_on(date(2026, 11, 1), sessions))
    assert tasks_of(sessions) == [("programme_missing", "2027", "open")]


def tasks_of(sessions: Sessions) -> list[tuple[str, str, str]]:
    with sessions() as session:
        return [(task.kind, task.key, task.state) for task in session.scalars(select(Task).order_by(Task.id))]


@pytest.mark.proves("P2")
def test_a_warning_that_somebody_closed_does_not_come_again_and_publishing_closes_it(sessions: Sessions) -> None:
    november = means_on(date(2026, 11, 2), sessions)
    tick("warn_of_programme", november)
    with sessions.begin() as session:
        close_task(work_on(session, date(2026, 11, 2)), "programme_missing", "2027", "It is being agreed.")

    tick("warn_of_programme", november)

    assert tasks_of(sessions) == [("programme_missing", "2027", "closed")]


@pytest.mark.proves("P2")
def test_publishing_a_programme_closes_the_warning_that_it_is_missing(sessions: Sessions) -> None:
    tick("warn_of_programme", means_on(date(2026, 11, 2), sessions))
    with sessions.begin() as session:
        work = work_on(session, date(2026, 11, 2))
        save_programme(work, 2027, sample_programme(work.policy, 2027), version=None)
        publish_programme(work, 2027)

    assert tasks_of(sessions) == [("programme_missing", "2027", "closed")]


def broken(_work: object, _means: Means) -> str:
    raise ZeroDivisionError("on purpose: a secret")


@pytest.mark.proves("A5")
def test_an_opening_asks_for_its_messages_to_be_sent_at_once(council: None, sessions: Sessions) -> None:
    mail = KeptMail()
    means = means_on(FIRST, sessions, mail=mail)
    tick("deliver_notices", means)
    tick("open_cycles", means)
    run_asked(means)

    assert len(mail.letters) == number_of(sessions, Notice)


def test_a_job_that_fails_is_recorded_and_takes_nothing_with_it(sessions: Sessions) -> None:
    means = means_on(FIRST, sessions)
    for failures in (1, 2):
        run(Job("broken", timedelta(minutes=1), broken, "—"), means)
        assert last_run(sessions, "broken").failures_in_a_row == failures
    found = last_run(sessions, "broken")
    assert found.succeeded_at is None
    assert "ZeroDivisionError" in found.outcome
    assert "secret" not in found.outcome
    run(Job("broken", timedelta(minutes=1), lambda _work, _means: "Fine.", "—"), means)
    assert last_run(sessions, "broken").failures_in_a_row == 0


def test_what_a_failing_job_had_written_is_gone(council: None, sessions: Sessions) -> None:
    opening = job("open_cycles")
    assert isinstance(opening, Job)

    def open_then_fail(work: Work, means: Means) -> str:
        opening.does(work, means)
        raise ZeroDivisionError

    run(Job("open_cycles", timedelta(minutes=1), open_then_fail, "P3"), means_on(FIRST, sessions))
    assert (states(sessions), number_of(sessions, Audit), number_of(sessions, Notice)) == ({}, 0, 0)


def test_a_database_that_is_away_does_not_end_the_scheduler(logged: list[MutableMapping[str, Any]]) -> None:
    engine = make_engine("postgresql://nobody@/nothing?host=/nowhere", name="test")
    means = means_on(FIRST, make_sessions(engine))
    for each in JOBS:
        run(each, means)
    run_asked(means)
    engine.dispose()

    assert {entry["job"] for entry in logged if "job" in entry} == {each.name for each in JOBS}


def test_a_run_that_was_asked_for_happens_once(council: None, sessions: Sessions) -> None:
    means = means_on(FIRST, sessions)
    tick("close_cycles", means)
    tick("open_cycles", means_on(date(2026, 8, 31), sessions))
    with sessions.begin() as session:
        assert runs.ask_for_run(session, "open_cycles", means.clock.now())
    run_asked(means)

    assert states(sessions) == {"2026-10": "open"}
    began_at = last_run(sessions, "open_cycles").began_at
    run_asked(means)
    assert last_run(sessions, "open_cycles").began_at == began_at


def test_started_the_scheduler_ticks_at_once_and_stops(council: None, engine: Engine, settings_in: Settings) -> None:
    sessions = make_sessions(engine)
    metronome = start(settings_in, clock_on(FIRST), sessions, POLICY)
    try:
        assert wait_until(lambda: states(sessions) == {"2026-10": "open"})
        assert wait_until(lambda: len(_recorded(sessions)) == len(JOBS))
    finally:
        metronome.stop()


def test_two_schedulers_open_a_cycle_once(council: None, database_url: str) -> None:
    engines = [make_engine(database_url, name=f"scheduler {number}") for number in (1, 2)]
    threads = [
        threading.Thread(target=run, args=(job("open_cycles"), means_on(FIRST, make_sessions(engine))))
        for engine in engines
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sessions = make_sessions(engines[0])

    assert number_of(sessions, Draw) == 1
    assert states(sessions) == {"2026-10": "open"}
    for engine in engines:
        engine.dispose()


@pytest.fixture
def settings_in(data: Path) -> Settings:
    return Settings(data=data, settle_minutes=0)


def _recorded(sessions: Sessions) -> set[str]:
    with sessions() as session:
        return {found.job for found in runs.last_runs(session)}


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> bool:
    waited = threading.Event()
    for _ in range(int(seconds * 20)):
        if is_so():
            return True
        waited.wait(0.05)
    return False
