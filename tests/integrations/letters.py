"""Letters for tests of the ways of sending."""

import uuid
from datetime import UTC, datetime

from usecases.ports import Letter

WRITTEN_AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


def a_letter(address: str = "worker@council.example", subject: str = "Audits that concern you, October 2026") -> Letter:
    letter_id = uuid.uuid4()
    return Letter(
        id=letter_id,
        message_id=f"<{letter_id}@practice-audit.invalid>",
        sender="practice.audit@council.example",
        address=address,
        subject=subject,
        text="Hello,\n\n.a line that begins with a dot\n",
        html="<p>Hello</p>\n",
        calendar=b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n",
        dated_at=WRITTEN_AT,
    )
