"""What each person is told of an Inadequate audit from its meeting to the correction of its grade (section 9, P4)."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.queries.outbox import LeasedMessage, NoticeInMessage
from db.tables.notices import Notice
from db.tables.organisation import Person
from integrations.mail.messages import message_of
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.integrations.pretend_provider import pretend_provider
from tests.sending import LETTERHEAD
from usecases.letters import letter_for


def live(audit: AuditUnderWay) -> None:
    """A meeting that is moved, a report that is returned once, issued, commented on and corrected to Good."""
    audit.day(date(2026, 10, 2))
    audit.moved("auditor", "/meeting", {"meets_on": "2026-10-12", "meets_at": "10:30"})
    audit.moved("auditor", "/meeting", {"meets_on": "2026-10-13", "meets_at": "10:30"})
    audit.day(date(2026, 10, 13))
    audit.grade("good")
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-13"})
    audit.grade("good", after=True)
    audit.day(date(2026, 10, 20))
    audit.moved("auditor", "/submissions")
    audit.moved("audit_team", "/quality-checks", {"outcome": "returned", "points": ["Say who was there."]})
    audit.moved("auditor", "/submissions")
    audit.moved("audit_team", "/quality-checks", {"outcome": "accepted"})
    audit.moved("auditor", "/issue")
    audit.filed()
    audit.day(date(2026, 10, 21))
    audit.moved("practitioner", "/comments", {"text": "Fair."})
    audit.moved(
        "audit_manager",
        "/corrections",
        {"reason": "Mistyped.", "overall_grade": "inadequate", "is_anyone_unsafe": False},
    )


def told(audit: AuditUnderWay) -> list[tuple[str, str, Notice]]:
    """Each notice of this audit's life in order, with the name in it of who is told."""
    auditor, practitioner = audit.people()
    names = {auditor: "auditor", practitioner: "practitioner"}
    with audit.sessions() as session:
        rows = session.execute(
            select(Notice, Person.reference)
            .join(Person, Person.id == Notice.recipient_id)
            .where(Notice.content["letter"].astext == "audit_event")
            .order_by(Notice.id)
        )
        return [(notice.event, names.get(reference, reference), notice) for notice, reference in rows]


@pytest.mark.proves("L1", "L6", "L7", "L14", "L15", "P4")
def test_everybody_concerned_hears_of_each_step_and_reads_nothing_of_anybody(
    tmp_path: Path, sessions: sessionmaker[Session]
) -> None:
    with pretend_provider() as provider, audit_under_way(provider, tmp_path, sessions) as audit:
        live(audit)
        found = told(audit)

    heard: dict[str, list[str]] = {}
    for event, person, _ in found:
        heard.setdefault(person, []).append(event)
    checked = ["report_submitted", "report_returned", "report_amended", "report_accepted"]
    assert heard["auditor"] == ["meeting_arranged", "meeting_moved", *checked, "report_corrected"]
    assert heard["practitioner"] == ["meeting_arranged", "meeting_moved", "audit_issued", "report_corrected"]
    assert heard["AUDIT_TEAM"] == [*checked, "audit_issued", "report_commented", "report_corrected"]
    assert heard["MANAGER"] == ["audit_issued", "report_commented", "report_corrected"]
    assert heard["HEAD"] == ["report_corrected"]

    for event, _, notice in found:
        part = NoticeInMessage(notice.id, notice.event, notice.content, notice.created_at)
        leased = LeasedMessage(notice.id, notice.recipient_id, "R", "a@b.example", "<i@x>", "at_once", 1, [part])
        letter = letter_for(leased, LETTERHEAD, notice.created_at)
        assert message_of(letter)
        said = f"{letter.subject} {letter.text} {letter.html}".lower()
        assert [words for words in ("inadequate", "graded", "finding", "fair.", "mistyped") if words in said] == []
        assert (letter.calendar is not None) == event.startswith("meeting_")
