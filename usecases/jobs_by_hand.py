"""What a person can do with the scheduler's jobs: have one run now (DESIGN §5)."""

from db.queries import jobs
from usecases.errors import NotFound
from usecases.trail import Entry, record
from usecases.work import Work


def ask_for_run(work: Work, job: str) -> None:
    """Has the scheduler run a job at its next tick. Raises NotFound for one that never ran here."""
    if not jobs.ask_for_run(work.session, job, work.now):
        known = ", ".join(run.job for run in jobs.last_runs(work.session)) or "none yet"
        raise NotFound(f"No job {job!r} ever ran here: these did: {known}.")
    record(work, Entry(("job", job), "job_asked_for"))
