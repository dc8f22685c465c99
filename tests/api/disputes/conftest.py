"""A dispute about an Inadequate report that was issued on 28 October 2026, asked about over HTTP."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.disputes_under_way import DisputeUnderWay, appoint_judges, issued_below_good
from tests.integrations.pretend_provider import PretendProvider, pretend_provider

ISSUED = date(2026, 10, 28)


@pytest.fixture(scope="module")
def provider() -> Iterator[PretendProvider]:
    with pretend_provider() as provider:
        yield provider


@pytest.fixture
def audit(provider: PretendProvider, tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with audit_under_way(provider, tmp_path, sessions) as audit:
        issued_below_good(audit, "inadequate", ISSUED)
        yield audit


@pytest.fixture
def dispute(audit: AuditUnderWay) -> DisputeUnderWay:
    return appoint_judges(audit)
