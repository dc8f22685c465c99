"""Starts and stops the metronome: APScheduler ticks, what is due is computed from rows."""

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.orm import Session, sessionmaker

from clock import LONDON, Clock
from rules.policy.shape import Policy
from settings import Settings


class Metronome:
    """A running scheduler in a thread of its own."""

    def __init__(self, scheduler: BackgroundScheduler) -> None:
        self._scheduler = scheduler

    def stop(self) -> None:
        """No further job begins; one that is under way is left to its own transaction."""
        self._scheduler.shutdown(wait=False)


def start(settings: Settings, clock: Clock, sessions: sessionmaker[Session], policy: Policy) -> Metronome:
    """Start ticking. A tick that comes late is made good once, two ticks of one job never overlap."""
    scheduler = BackgroundScheduler(
        timezone=LONDON,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.start()
    return Metronome(scheduler)
