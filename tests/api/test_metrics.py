"""What a monitor is told: figures that are true, and nothing about anybody."""

from datetime import date, timedelta

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.queries.jobs import record_run
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from tests.small_council import SmallCouncil, found_council

Samples = dict[tuple[str, tuple[str, ...]], float]


def _samples(client: TestClient) -> Samples:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, tuple(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def test_requests_are_counted_by_route_and_never_by_id(client: TestClient) -> None:
    for number in range(3):
        client.get(f"/v1/audits/0192f5a0-0000-7000-8000-00000000000{number}")
    client.get("/wp-login.php")

    samples = _samples(client)

    assert samples["practice_audit_requests_total", ("GET", "/v1/audits/{audit_id}", "404")] == 3
    assert samples["practice_audit_requests_total", ("none", "none", "404")] == 1
    assert samples["practice_audit_request_seconds_count", ("GET", "/v1/audits/{audit_id}")] == 3
    assert not any("0192f5a0" in label for _, labels in samples for label in labels)


def test_the_age_of_the_newest_extract_is_told_in_days(
    client: TestClient, sessions: sessionmaker[Session], clock: Clock
) -> None:
    with sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 9, 28))

    assert _samples(client)["practice_audit_extract_age_days", ("involvements",)] == 3


def test_a_job_that_fails_shows_in_the_next_figures(
    client: TestClient, sessions: sessionmaker[Session], clock: Clock
) -> None:
    with sessions.begin() as session:
        an_hour_ago = clock.now() - timedelta(hours=1)
        record_run(session, "open_cycles", an_hour_ago, an_hour_ago, "Nothing was due.", is_well=True)
        record_run(session, "open_cycles", clock.now(), clock.now(), "It failed.", is_well=False)

    samples = _samples(client)

    assert samples["practice_audit_job_failures", ("open_cycles",)] == 1
    assert 3600 <= samples["practice_audit_job_seconds_since_success", ("open_cycles",)] < 3700


def test_figures_are_not_for_strangers(stranger: TestClient) -> None:
    assert stranger.get("/metrics").status_code == 401


def test_messages_and_audits_that_wait_are_told_from_the_rows(
    client: TestClient, sessions: sessionmaker[Session], clock: Clock
) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))
    client.post("/v1/audit-cycles/2026-10/open")
    with sessions.begin() as session:
        states = dict(session.execute(select(Notice.state, func.count()).group_by(Notice.state)).all())
        audits = session.scalar(select(func.count()).select_from(Audit).where(Audit.state == "allocated"))

    samples = _samples(client)

    assert samples["practice_audit_notices_waiting", ()] == states["pending"] > 0
    assert samples["practice_audit_notices_parked", ()] == states.get("parked", 0)
    assert samples["practice_audit_audits", ("allocated",)] == audits
    assert not any(name == "practice_audit_deadlines_overdue" for name, _ in samples)


def test_deadlines_past_their_day_are_counted_by_time_limit(
    client: TestClient, sessions: sessionmaker[Session], today: date
) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))
    client.post("/v1/audit-cycles/2026-10/open")
    with sessions.begin() as session:
        first = select(Deadline.id).where(Deadline.time_limit == "time_limits.meeting_due_before_close").limit(1)
        yesterday = {"started_on": today - timedelta(days=1), "due_on": today - timedelta(days=1)}
        session.execute(update(Deadline).where(Deadline.id.in_(first)).values(yesterday))

    overdue = {labels: value for (name, labels), value in _samples(client).items() if name.endswith("overdue")}

    assert overdue == {("time_limits.meeting_due_before_close",): 1}
