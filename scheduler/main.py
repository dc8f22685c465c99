"""Starts and stops the metronome: APScheduler ticks, what is due is computed from rows."""

from datetime import datetime, timedelta
from threading import Thread

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.orm import Session, sessionmaker

from clock import LONDON, Clock
from integrations.wiring import case_system_of, mail_of, root_folder_of
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from scheduler.jobs import JOBS, Means
from scheduler.runner import run, run_asked
from settings import Settings
from usecases.case_system_reports import stored_report
from usecases.letters import Letterhead

# How often the scheduler looks whether somebody asked for a job now.
_LOOK_EVERY = timedelta(seconds=3)
# Sending may wait long for a mail server or a case system; the heartbeat and the cycles need not wait with it.
_THREADS = 4
_SECONDS_TO_END = 3.0


class Metronome:
    """A running scheduler in threads of its own."""

    def __init__(self, scheduler: BackgroundScheduler) -> None:
        self._scheduler = scheduler

    def stop(self) -> None:
        """No further job begins; those under way get a moment to end, then are left to their own transactions."""
        ending = Thread(target=self._scheduler.shutdown, name="scheduler-stop", daemon=True)
        ending.start()
        ending.join(_SECONDS_TO_END)


def start(settings: Settings, clock: Clock, sessions: sessionmaker[Session], policy: Policy) -> Metronome:
    """Start ticking, at once and then in each job's own time.

    A tick that comes late is made good once, two ticks of one job never overlap, and nothing is kept in memory that
    another process would need.
    """
    means = Means(
        sessions=sessions,
        clock=clock,
        policy=policy,
        calendar=WorkingDayCalendar.of_policy(policy.calendar),
        mail=mail_of(settings),
        root_folder=root_folder_of(settings),
        case_system=case_system_of(settings, clock),
        reports=stored_report,
        letterhead=Letterhead(settings.mail_from, settings.address),
        settle=timedelta(minutes=settings.settle_minutes),
        keep_answers=timedelta(days=settings.idempotency_days),
    )
    scheduler = BackgroundScheduler(
        timezone=LONDON,
        executors={"default": ThreadPoolExecutor(_THREADS)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in JOBS:
        scheduler.add_job(run, _every(job.every), (job, means), id=job.name, next_run_time=datetime.now(LONDON))
    scheduler.add_job(run_asked, _every(_LOOK_EVERY), (means,), id="asked for")
    scheduler.start()
    return Metronome(scheduler)


def _every(length: timedelta) -> IntervalTrigger:
    return IntervalTrigger(seconds=length.total_seconds(), timezone=LONDON)
