"""A report that is issued over HTTP gets on the record by a connector whose first answers are errors (L7, C2)."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.case_systems import Means, SetClock, states
from tests.connectors import RunningConnector, running_connector
from tests.integrations.pretend_provider import pretend_provider
from usecases.case_system_reports import stored_report
from usecases.case_system_runs import serve_case_system


@pytest.fixture
def audit(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with pretend_provider() as provider, audit_under_way(provider, tmp_path, sessions) as audit:
        yield audit


@pytest.fixture
def connector(tmp_path: Path) -> Iterator[RunningConnector]:
    with running_connector(tmp_path / "made") as connector:
        yield connector


@pytest.mark.proves("C2", "L7")
def test_an_issued_report_is_uploaded_once_then_noted_with_its_alerts(
    audit: AuditUnderWay, connector: RunningConnector, sessions: sessionmaker[Session]
) -> None:
    audit.issued()
    clock = SetClock(datetime(2026, 10, 28, 12, tzinfo=UTC))
    means = Means(sessions, connector.case_system(clock, seconds=2), clock, reports=stored_report)
    connector.meets("500 after", 2)

    for _ in range(4):
        serve_case_system(means)
        clock.wait(hours=1)

    upload, note = connector.commands()
    assert states(sessions) == {"done": 2}
    assert upload["person_reference"] == note["person_reference"] == audit.row().case_reference
    assert upload["document"]["filename"].removesuffix(".pdf").removesuffix(".html") in note["note"]["text"]
    assert b64decode(upload["document"]["content"])[:5] in (b"%PDF-", b"<!DOC")
    assert not note["note"]["is_significant"]
    assert note["document_reference"] == "MOS-1"
    assert note["note"]["title"].startswith(audit.row().reference)
    assert [one["role"] for one in note["alert_recipients"]] == ["practitioner", "line_manager"]
    assert date.fromisoformat(note["note"]["contact_at"][:10]) == date(2026, 10, 28)
