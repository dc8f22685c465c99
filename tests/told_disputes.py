"""Everything that a dispute left behind, printed as people read it: timelines, and who was told what."""

from datetime import date
from typing import Any

from sqlalchemy import select

from clock import LONDON
from db.tables.notices import Notice
from db.tables.organisation import Person
from tests.disputes_under_way import DisputeUnderWay
from usecases.letters.audit_events import AuditEventLetter
from usecases.letters.moves import MoveLetter


def timeline_printed(dispute: DisputeUnderWay, title: str, path: str, since: date = date.min) -> list[dict[str, Any]]:
    """A timeline, printed from a day on; answers all of its lines."""
    answer = dispute.audit.client.get(path, headers=dispute.audit.who("audit_team"))
    entries: list[dict[str, Any]] = answer.json()["entries"]
    print(f"\n=== {title}")
    for entry in entries:
        if entry["on"] < since.isoformat() and (entry["ended_on"] or "") < since.isoformat():
            continue
        ended = f" [{entry['state']}{': ' + entry['ended_because'] if entry['ended_because'] else ''}]"
        print(
            f"{entry['on']}  {entry['kind']:<10} {entry['rule']:<4} {entry['sentence']} ({entry['by'] or ''})", end=""
        )
        print(ended if entry["kind"] == "clock" else "")
        for name, written in entry.get("texts", {}).items():
            print(f"{'':<28}{name}: {written}")
    return entries


def messages_printed(dispute: DisputeUnderWay, since: date) -> list[tuple[str, str, str, str]]:
    """Each message since a day, one line each: the event, as what somebody is told, who, and what it says."""
    with dispute.audit.sessions() as session:
        rows = session.execute(
            select(Notice.created_at, Notice.event, Person.reference, Notice.content)
            .join(Person, Person.id == Notice.recipient_id)
            .order_by(Notice.created_at, Notice.event, Person.reference)
        ).all()
    told = [
        (made_at.astimezone(LONDON).date(), event, who, *_read(content))
        for made_at, event, who, content in rows
        if made_at.astimezone(LONDON).date() >= since and content.get("letter") in ("audit_event", "move")
    ]
    print("\n=== Messages")
    for on, _, who, as_what, said in told:
        print(f"{on}  {who} ({as_what}): {said}")
    return [(event, who, as_what, said) for _, event, who, as_what, said in told]


def _read(content: dict[str, Any]) -> tuple[str, str]:
    """As what somebody reads it, and what it says."""
    if content["letter"] == "move":
        letter = MoveLetter.of(content, "http://here")
        headings = "; ".join(
            f"{section.heading}: {', '.join(line.reference for line in section.lines)}. {section.what_now or ''}"
            for section in letter.sections
        )
        return "", f"{letter.subject} | {headings}"
    event = AuditEventLetter.of(content, "http://here")
    return event.reader, f"{event.subject} | {event.sentence}"
