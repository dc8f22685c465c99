"""When the scheduler last did what."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.tables.jobs import JobRun

DELIVERY = "deliver_notices"
CASE_SYSTEM = "serve_case_system"
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


def take_asked(session: Session) -> list[str]:
    """The jobs that somebody asked for; each is taken once, by whichever scheduler sees it first."""
    taken = update(JobRun).where(JobRun.asked_at.is_not(None)).values(asked_at=None).returning(JobRun.job)
    return sorted(session.scalars(taken))


def record_run(
    session: Session, job: str, began_at: datetime, ended_at: datetime, outcome: str, *, is_well: bool
) -> None:
    """Records a run as the job's last."""
    row = {
        "began_at": began_at,
        "ended_at": ended_at,
        "succeeded_at": ended_at if is_well else None,
        "failures_in_a_row": 0 if is_well else 1,
        "outcome": outcome,
    }
    made = insert(JobRun).values(job=job, **row)
    failures = case((made.excluded.failures_in_a_row == 0, 0), else_=JobRun.failures_in_a_row + 1)
    succeeded_at = made.excluded.succeeded_at if is_well else JobRun.succeeded_at
    changed = {**row, "failures_in_a_row": failures, "succeeded_at": succeeded_at}
    session.execute(made.on_conflict_do_update(index_elements=[JobRun.job], set_=changed))
