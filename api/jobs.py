"""`/v1/jobs`: what the scheduler does by itself, when it last did, and asking for it now."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.permissions import Permission
from api.routers import Router, described
from db.queries import jobs
from db.tables.jobs import JobRun
from usecases.jobs_by_hand import ask_for_run

router = Router("jobs", "/v1/jobs")


class Job(BaseModel):
    """A scheduled job and its last run."""

    job: Annotated[str, Field(examples=["open_cycles"])]
    began_at: datetime
    ended_at: Annotated[datetime | None, Field(description="Null while it runs")]
    succeeded_at: Annotated[datetime | None, Field(description="The last time that it went well")]
    failures_in_a_row: int
    outcome: Annotated[str, Field(description="What came of the last run, in a sentence")]
    asked_at: Annotated[datetime | None, Field(description="Somebody asked for a run, and the next tick sees it")]


class Jobs(BaseModel):
    """Every job that ever ran, by name."""

    items: list[Job]


class RunAsked(BaseModel):
    """A run that the scheduler's next tick begins."""

    job: str
    asked_at: datetime


_EXAMPLE = {
    "job": "open_cycles",
    "began_at": "2026-10-01T06:00:00Z",
    "ended_at": "2026-10-01T06:00:02Z",
    "succeeded_at": "2026-10-01T06:00:02Z",
    "failures_in_a_row": 0,
    "outcome": "Opened 2026-10.",
    "asked_at": None,
}


@router.get(
    "",
    operation_id="list_jobs",
    dependencies=[requires(Permission.READ_JOBS)],
    responses=answered({"one job": {"items": [_EXAMPLE]}}),
)
def list_jobs(work: WorkDep) -> Jobs:
    """What the scheduler does by itself, and what came of it last time."""
    return Jobs(items=[_job(run) for run in jobs.last_runs(work.session)])


@router.post(
    "/{job}/runs",
    operation_id="ask_for_job_run",
    dependencies=[requires(Permission.RUN_JOBS)],
    status_code=HTTPStatus.ACCEPTED,
    responses={
        **answered({"asked": {"job": "open_cycles", "asked_at": "2026-10-01T09:30:00Z"}}, HTTPStatus.ACCEPTED),
        **described(404, "No job of that name ever ran"),
    },
)
def ask_for_job_run(job: Annotated[str, Path(max_length=100, examples=["open_cycles"])], work: WorkDep) -> RunAsked:
    """Have the scheduler run a job at its next tick, whatever its time. Running it twice changes nothing more."""
    ask_for_run(work, job)
    return RunAsked(job=job, asked_at=work.now)


def _job(run: JobRun) -> Job:
    return Job.model_validate(run, from_attributes=True)
