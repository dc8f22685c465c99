from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.queries.jobs import HEARTBEAT, record_run


@pytest.mark.parametrize(
    ("minutes", "scheduler", "status"), [(None, "silent", 503), (0, "ok", 200), (2, "ok", 200), (4, "silent", 503)]
)
def test_it_is_ready_while_the_scheduler_is_heard_of(
    *,
    stranger: TestClient,
    sessions: sessionmaker[Session],
    clock: Clock,
    minutes: int | None,
    scheduler: str,
    status: int,
) -> None:
    if minutes is not None:
        at = clock.now() - timedelta(minutes=minutes)
        with sessions.begin() as session:
            record_run(session, HEARTBEAT, at, at, "The scheduler ticks.", is_well=True)

    answer = stranger.get("/readyz")

    assert answer.status_code == status
    assert answer.json()["database"] == answer.json()["migrations"] == "ok"
    assert answer.json()["scheduler"] == scheduler


@pytest.fixture
def behind(sessions: sessionmaker[Session]) -> Iterator[None]:
    """The database as an older release left it. Tests after this one are lent it too, so it is brought back."""
    with sessions.begin() as session:
        newest = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        session.execute(text("UPDATE alembic_version SET version_num = 'an older one'"))
    yield
    with sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


@pytest.mark.usefixtures("behind")
def test_it_is_not_ready_before_its_migrations_have_run(stranger: TestClient) -> None:
    answer = stranger.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["migrations"] == "behind"


def test_it_tells_its_version_and_edition(stranger: TestClient) -> None:
    assert stranger.get("/version").json()["edition"] == "waltham_forest_2023"


def test_jobs_are_listed_with_their_last_run(client: TestClient, sessions: sessionmaker[Session], clock: Clock) -> None:
    with sessions.begin() as session:
        record_run(session, "open_cycles", clock.now(), clock.now(), "Opened 2026-10.", is_well=True)

    [job] = client.get("/v1/jobs").json()["items"]

    assert (job["job"], job["outcome"], job["failures_in_a_row"]) == ("open_cycles", "Opened 2026-10.", 0)


def test_a_job_can_be_asked_for_and_one_that_never_ran_cannot(
    client: TestClient, sessions: sessionmaker[Session], clock: Clock
) -> None:
    with sessions.begin() as session:
        record_run(session, "open_cycles", clock.now(), clock.now(), "Opened 2026-10.", is_well=True)

    assert client.post("/v1/jobs/open_cycles/runs").status_code == 202
    assert client.get("/v1/jobs").json()["items"][0]["asked_at"] is not None
    unknown = client.post("/v1/jobs/open_doors/runs")
    assert unknown.status_code == 404
    assert "open_cycles" in unknown.json()["detail"]
