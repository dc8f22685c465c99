"""When the scheduler last did what."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from db.tables.jobs import JobRun

HEARTBEAT = "heartbeat"  # the job that does nothing but say that the scheduler ticks

_LAST_HEARTBEAT = select(JobRun.succeeded_at).where(JobRun.job == HEARTBEAT)
_LAST_RUNS = select(JobRun).order_by(JobRun.job)
_ASK = update(JobRun).where(JobRun.job == bindparam("name")).values(asked_at=bindparam("now")).returning(JobRun.job)


def last_heartbeat(session: Session) -> datetime | None:
    """When the scheduler was last heard of; None when it never ran."""
    return session.execute(_LAST_HEARTBEAT).scalar_one_or_none()


def last_runs(session: Session) -> Sequence[JobRun]:
    """The last run of each job that ever ran, by name."""
    return session.scalars(_LAST_RUNS).all()


def ask_for_run(session: Session, job: str, now: datetime) -> bool:
    """Has the next tick run the job whatever its time; False when no such job ever ran."""
    return session.execute(_ASK, {"name": job, "now": now}).scalar_one_or_none() is not None
