"""The report of an audit that was done: all that was written and happened, in the words of its form and edition."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audits import Audit
from reports.audit_reports import AuditReport
from rules.audit_events import Event
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.integrations.pretend_provider import PretendProvider, pretend_provider
from tests.small_council import POLICY, work_on
from usecases.report_contents import report_as_it_stands

ISSUED_ON = date(2026, 10, 28)


@pytest.fixture(scope="module")
def provider() -> Iterator[PretendProvider]:
    with pretend_provider() as provider:
        yield provider


@pytest.fixture
def audit(provider: PretendProvider, tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with audit_under_way(provider, tmp_path, sessions) as audit:
        yield audit


def report_of(audit: AuditUnderWay, event: Event = Event.AUDIT_ISSUED) -> AuditReport:
    with audit.sessions() as session:
        return report_as_it_stands(work_on(session, audit.on), session.get_one(Audit, audit.audit_id), event)


def test_a_report_can_be_made_before_anything_is_written(audit: AuditUnderWay) -> None:
    report = report_of(audit, Event.REPORT_SUBMITTED)

    assert (report.before_discussion, report.after_discussion, report.effective, report.plan) == (None,) * 4
    assert report.tools
    assert report.checks
    assert all(check.answer is None for check in report.checks)


@pytest.mark.proves("L2", "L3", "L7", "P8", "reports.marking")
def test_an_issued_report_has_both_gradings_in_the_order_and_words_of_its_form(audit: AuditUnderWay) -> None:
    audit.issued("good", ISSUED_ON)
    report = report_of(audit)
    first, second = report.before_discussion, report.after_discussion

    assert first is not None
    assert second is not None
    assert (first.overall, second.overall) == (report.effective, report.effective)
    assert report.effective is not None
    assert (report.effective.title, report.effective.place, report.effective.of) == ("Good", 2, 4)
    assert [domain.title for domain in first.domains] == [domain.title for domain in second.domains]
    assert all(domain.evidence and domain.lines for domain in second.domains if domain.is_applicable)
    assert all(line.question.endswith("?") for domain in second.domains for line in domain.lines)
    assert report.discussion is not None
    assert (report.discussion.held_on, bool(report.discussion.what_it_added)) == (date(2026, 10, 20), True)
    assert (report.submitted_on, report.accepted_on, report.issued_on) == (ISSUED_ON,) * 3
    assert (report.council, report.edition.title) == (POLICY.edition.council, POLICY.edition.title)
    assert (report.auditor, report.practitioner) == audit.people()
    assert report.marking == POLICY.reports.marking == "OFFICIAL-SENSITIVE"


@pytest.mark.proves("L14", "L15")
def test_what_follows_the_issue_is_in_the_next_version_and_comments_where_it_is_read(audit: AuditUnderWay) -> None:
    audit.issued("good", ISSUED_ON)
    audit.moved("practitioner", "/comments", {"text": "A fair report."})
    audit.moved(
        "audit_manager", "/corrections", {"overall_grade": "requires_improvement", "reason": "It was mistyped."}
    )

    first = audit.get("manager", "/report.html?version=2").text
    newest = audit.get("manager", "/report.html").text
    assert "mistyped" not in first
    assert "A fair report." in first
    assert all(words in newest for words in ("It was mistyped.", "by person AUDIT_MANAGER", "A fair report."))
    assert "A fair report." in audit.get("practitioner", "/report.html").text
    assert "A fair report." not in audit.get("auditor", "/report.html").text
    assert audit.get("manager", "/report.html?version=1").status_code == 404, "that was the draft that was checked"
    assert "Draft: not issued" in audit.get("audit_team", "/report.html?version=1").text


@pytest.mark.proves("L3", "lifecycle.team_manager_attends_from")
def test_a_report_says_who_stayed_away_of_a_discussion_that_asks_for_them_alone(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 10, 20))
    audit.grade("good")
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-20"})

    def attended(sequence: int) -> bool | None:
        with audit.sessions() as session, session.no_autoflush:  # never saved: no ordinary audit has such a number
            row = session.get_one(Audit, audit.audit_id)
            row.sequence = sequence
            discussion = report_as_it_stands(work_on(session, audit.on), row, Event.REPORT_SUBMITTED).discussion
        assert discussion is not None
        return discussion.team_manager_attended

    least = POLICY.lifecycle.team_manager_attends_from
    assert [attended(sequence) for sequence in (0, least - 1, least)] == [None, None, False]
