"""What a life of an audit left behind, read from the rows and told line by line (tests/year_of_audits.py)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from clock import LONDON
from db.tables.case_system import CaseSystemCommand, CaseSystemText
from db.tables.deadlines import Deadline, DeadlineCrossing
from db.tables.notices import Message, Notice
from db.tables.organisation import Person
from tests.year_of_audits import Life, YearOfAudits


@dataclass(frozen=True, slots=True, order=True)
class Heard:
    """One thing that one person was told: the day it was sent, in which message, and of what duty, if of one."""

    on: date
    person: str
    event: str
    rule: str
    message: str
    asks: tuple[str, ...] = ()  # the rules of what else it asks the person for


def heard_of(year: YearOfAudits, life: Life) -> list[Heard]:
    """Every message that went out about the audit, in order; a reminder by its kind."""
    found = []
    with year.sessions() as session:
        question = (
            select(Notice, Person.reference, Message)
            .join(Person, Person.id == Notice.recipient_id)
            .join(Message, Message.id == Notice.in_message)
            .where(Notice.state == "sent")
        )
        for notice, person, message in session.execute(question):
            if not _is_about(notice.content, life):
                continue
            event = notice.content["kind"] if notice.deadline_id else notice.event
            assert message.sent_at is not None, "what is sent has its time"
            sent_on = message.sent_at.astimezone(LONDON).date()
            rule, asks = notice.content.get("rule", ""), _asked(notice.content, life)
            found.append(Heard(sent_on, person, event, rule, str(message.id), asks))
    return sorted(found, key=lambda it: (it.on, it.person, it.event))


def _asked(content: dict[str, Any], life: Life) -> tuple[str, ...]:
    asked = [entry.split(":") for entry in content.get("asks", ())]
    return tuple(rule for audit, rule in asked if audit == str(life.audit_id))


def _is_about(content: dict[str, Any], life: Life) -> bool:
    named = {content.get("reference"), content.get("audit")}
    named |= {it.get("reference") for part in _parts(content) for it in part if isinstance(it, dict)}
    return bool(named & {life.reference, life.audit_id})


def _parts(content: Any) -> Iterator[list[Any]]:
    """Every list in a notice's content, however deep."""
    if isinstance(content, dict):
        for value in content.values():
            yield from _parts(value)
    elif isinstance(content, list):
        yield content
        for value in content:
            yield from _parts(value)


def clocks_of(year: YearOfAudits, life: Life) -> list[str]:
    """Each clock of the audit: rule, who owes it, last day, what became of it and when; L10 is owed by both alike."""
    with year.sessions() as session:
        rows = session.scalars(select(Deadline).where(Deadline.audit_id == life.audit_id)).all()
    lines = [f"{row.rule} {_by(row)} {row.due_on} {row.state} {row.met_on or row.withdrawn_on}" for row in rows]
    return sorted(dict.fromkeys(lines))


def _by(clock: Deadline) -> str:
    return "both" if clock.rule == "L10" else clock.owed_by_role


def never_said(year: YearOfAudits) -> list[str]:
    """Clocks of the lives that ran past their last day without having been found overdue."""
    crossed = select(DeadlineCrossing.deadline_id).where(DeadlineCrossing.kind == "overdue")
    ended_on = func.coalesce(Deadline.met_on, Deadline.withdrawn_on, year.today)
    question = select(Deadline.sentence).where(
        Deadline.audit_id.in_([life.audit_id for life in year.lives]),
        ended_on > Deadline.due_on + 1,  # what ended on the day after ended before anybody looked
        Deadline.id.not_in(crossed),
    )
    with year.sessions() as session:
        return list(session.scalars(question))


def told_in_full(year: YearOfAudits, life: Life) -> Iterator[str]:
    """The timeline, the messages of each role, and the commands to the case system."""
    yield ""
    yield f"== {life.name}: {life.reference} =="
    yield f"{life.practitioner} of {life.team} ({life.service_id}); audited by {life.auditor}"
    yield ""
    yield "Timeline"
    for it in year.timeline(life):
        yield f"  {_day(it['on'])}  {it['kind']}{_ended(it)}: {it['sentence']} ({it['rule']}, {it['clause']})"
    yield ""
    yield "Messages"
    yield from _by_person(life, heard_of(year, life))
    yield ""
    yield "Case system"
    yield from _commands(year, life)


def _ended(it: dict[str, Any]) -> str:
    if it["kind"] != "clock":
        return f" [{it['by'] or ''}]" if it["by"] else ""
    became = f", {it['state']}" + (f" on {_day(it['ended_on'])}" if it["ended_on"] else "")
    because = f" because: {it['ended_because']}" if it["ended_because"] else ""
    return f" [{it['by']}{became}{because}]"


def _by_person(life: Life, heard: list[Heard]) -> Iterator[str]:
    roles = {person: role.replace("-", " ") for role, person in life.people.items() if person}
    for person in sorted({it.person for it in heard}, key=lambda person: list(roles).index(person)):
        yield f"  {roles[person]} ({person})"
        for it in heard:
            if it.person == person:
                yield f"    {_day(it.on)}  {it.event.replace('_', ' ')}{f' ({it.rule})' if it.rule else ''}"


def _commands(year: YearOfAudits, life: Life) -> Iterator[str]:
    before = aliased(CaseSystemCommand)
    with year.sessions() as session:
        people = {str(it.id): it.reference for it in session.scalars(select(Person))}
        question = (
            select(CaseSystemCommand, CaseSystemText, before.kind)
            .outerjoin(CaseSystemText, CaseSystemText.command_id == CaseSystemCommand.id)
            .outerjoin(before, before.id == CaseSystemCommand.after_id)
            .where(CaseSystemCommand.audit_id == life.audit_id)
            .order_by(CaseSystemCommand.id)
        )
        for it, said, after in session.execute(question):
            whom = ", ".join(f"{one['role']} {people[one['person_id']]}" for one in it.recipients)
            settled = _day(it.settled_at.astimezone(LONDON).date().isoformat()) if it.settled_at else "-"
            yield f"  {it.kind} of version {it.report_version} ({it.occasion}) after {after}: {it.state} on {settled}"
            if said is not None:
                yield f"    {said.note_type}: {said.title}; significant: {said.is_significant}; alerts: {whom}"
                yield f"    {said.text!r}"


def _day(on: str | date | None) -> str:
    return f"{date.fromisoformat(str(on)):%a %d %b %Y}" if on else "-"
