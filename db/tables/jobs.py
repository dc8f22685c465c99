"""When the scheduler last did what: the heartbeat that readiness looks at."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base


class JobRun(Base):
    """The last run of one scheduled job, and what came of it."""

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    failures_in_a_row: Mapped[int]
    outcome: Mapped[str]
    asked_at: Mapped[datetime | None]  # somebody asked for a run now; the next tick sees it
