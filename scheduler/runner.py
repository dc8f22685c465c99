"""Runs one job once: its transaction, its record, and whatever went wrong with it.

The only place that catches everything: a job that fails is recorded and tried again at the next tick, and never takes
the scheduler with it.
"""

import uuid
from datetime import datetime

import structlog

from db.queries import jobs as runs
from rules.errors import Refusal
from scheduler.jobs import JOBS, Errand, Job, Means
from usecases.work import Work

ACTOR = "scheduler"

_log = structlog.get_logger("scheduler")


def run(job: Job | Errand, means: Means) -> None:
    """Does the job and records what came of it; trail and log name the run alike. Raises nothing."""
    run_id = uuid.uuid4().hex
    with structlog.contextvars.bound_contextvars(correlation_id=run_id):
        _run(job, means, run_id)


def _run(job: Job | Errand, means: Means, run_id: str) -> None:
    began_at = means.clock.now()
    try:
        outcome, is_well = _done(job, means, began_at, run_id), True
    except Refusal as refusal:
        outcome, is_well = f"Not now: {refusal.sentence}", True
    except Exception as fault:
        _log.exception("a job failed and is tried again at its next tick", job=job.name)
        outcome, is_well = f"Failed ({type(fault).__name__}): the log says more, and it is tried again.", False
    _record(job.name, means, began_at, outcome, is_well=is_well)


def run_asked(means: Means) -> None:
    """Does the jobs that somebody asked for now."""
    try:
        with means.sessions.begin() as session:
            asked = runs.take_asked(session)
    except Exception:
        _log.exception("which runs were asked for could not be read")
        return
    for job in JOBS:
        if job.name in asked:
            run(job, means)


def _done(job: Job | Errand, means: Means, now: datetime, run_id: str) -> str:
    if isinstance(job, Errand):
        return job.does(means)
    with means.sessions.begin() as session:
        work = Work(session, now, means.calendar, means.policy, ACTOR, correlation_id=run_id)
        return job.does(work, means)


def _record(name: str, means: Means, began_at: datetime, outcome: str, *, is_well: bool) -> None:
    try:
        with means.sessions.begin() as session:
            runs.record_run(session, name, began_at, means.clock.now(), outcome, is_well=is_well)
    except Exception:
        _log.exception("what came of a job could not be recorded", job=name)
