"""Safety alerts: read within reach, held while they move, and saved step by step. No query here touches an audit's row.

An audit is looked at without a lock, so that an alert waits for nobody who holds it (W7).
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Text, Uuid, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from db.queries.page_sizes import at_most
from db.queries.reaches import EVERYTHING, Reach
from db.queries.step_texts import add_texts, texts_by_step
from db.queries.within_reach import safety_alerts_within
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.caseload import Involvement
from db.tables.notices import Message, Notice
from db.tables.organisation import Person, Team
from db.tables.safety_alerts import SafetyAlert, SafetyAlertStep, SafetyAlertStepText

_IS_OPEN = SafetyAlert.state == "open"
_DIGITS = 4  # as alert_reference writes them


class AuditKnown(NamedTuple):
    """What an alert takes over from the audit in which it was raised."""

    id: uuid.UUID
    reference: str
    case_reference: str
    team_id: uuid.UUID
    practitioner_id: uuid.UUID
    auditor_id: uuid.UUID | None


def audit_known(session: Session, called: str) -> AuditKnown | None:
    """The audit of that id or reference as it stands, in any state, whoever holds it."""
    question = select(
        Audit.id, Audit.reference, Audit.case_reference, Audit.team_id, Audit.practitioner_id, Audit.auditor_id
    ).where(_is_called(called))
    row = session.execute(question).first()
    return None if row is None else AuditKnown(*row)


def _is_called(called: str) -> ColumnElement[bool]:
    try:
        return Audit.id == uuid.UUID(called)
    except ValueError:
        return Audit.reference == called.upper()


def team_called(session: Session, called: str) -> uuid.UUID | None:
    """The team of that reference; else the one that is called so, in whatever letters, if it is the only one."""
    by_reference = session.scalar(select(Team.id).where(Team.reference == called))
    if by_reference is not None:
        return by_reference
    in_other_letters = or_(func.lower(Team.reference) == called.lower(), func.lower(Team.name) == called.lower())
    found = session.scalars(select(Team.id).where(in_other_letters, Team.ended_on.is_(None)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def works_on_case(session: Session, people: Collection[uuid.UUID], case_reference: str) -> bool:
    """Whether the newest extract, or an audit, has one of these people with that case."""
    if not people:
        return False
    holds = exists().where(Involvement.case_reference == case_reference, Involvement.person_id.in_(people))
    is_concerned = or_(Audit.practitioner_id.in_(people), Audit.auditor_id.in_(people))
    audited = exists().where(Audit.case_reference == case_reference, is_concerned)
    return bool(session.scalar(select(or_(holds, audited))))


def alert_called() -> ColumnElement[str]:
    """What people call an alert, in SQL as `alert_reference` has it; null where there is no alert."""
    year = func.extract("year", SafetyAlert.raised_on).cast(Text)
    number = SafetyAlert.number.cast(Text)
    return "SA-" + year + "-" + func.lpad(number, func.greatest(_DIGITS, func.length(number)), "0")


def add_alert(session: Session, alert: SafetyAlert) -> SafetyAlert:
    """Saves a new alert; its id and number are the database's."""
    session.add(alert)
    session.flush()
    return alert


def add_step(session: Session, step: SafetyAlertStep, texts: Mapping[str, str | None]) -> SafetyAlertStep:
    """Saves a step with what was written; texts that are None or blank are left out."""
    session.add(step)
    session.flush()
    add_texts(session, SafetyAlertStepText, step.id, texts)
    return step


def alert_seen(session: Session, alert_id: uuid.UUID, reach: Reach) -> SafetyAlert | None:
    """One alert within reach as it stands."""
    return session.scalar(select(SafetyAlert).where(SafetyAlert.id == alert_id, safety_alerts_within(reach)))


def alert_held(session: Session, alert_id: uuid.UUID) -> SafetyAlert | None:
    """One alert, held until the transaction ends."""
    held = select(SafetyAlert).where(SafetyAlert.id == alert_id).with_for_update(key_share=True)
    return session.scalar(held, execution_options={"populate_existing": True})


def raised_from(session: Session, audit_id: uuid.UUID, reach: Reach = EVERYTHING) -> list[str]:
    """What the alerts within reach that were raised from an audit are called, the oldest first."""
    question = select(SafetyAlert).where(SafetyAlert.audit_id == audit_id, safety_alerts_within(reach))
    return [alert.reference for alert in session.scalars(question.order_by(SafetyAlert.id))]


def is_raised_since(session: Session, audit_id: uuid.UUID, on: date) -> bool:
    """Whether an alert from that audit is open, or was raised on that day or later."""
    is_fresh = _IS_OPEN | (SafetyAlert.raised_on >= on)
    return bool(session.scalar(select(exists().where(SafetyAlert.audit_id == audit_id, is_fresh))))


def every_alert(session: Session) -> Sequence[SafetyAlert]:
    """Every alert, the oldest first."""
    return session.scalars(select(SafetyAlert).order_by(SafetyAlert.id)).all()


def alert_to_look_at(session: Session, after: uuid.UUID | None) -> SafetyAlert | None:
    """The next open alert, held; what somebody else moves at this moment is passed by."""
    question = select(SafetyAlert).where(_IS_OPEN).order_by(SafetyAlert.id).limit(1)
    if after is not None:
        question = question.where(SafetyAlert.id > after)
    held = question.with_for_update(skip_locked=True, key_share=True)
    return session.scalar(held, execution_options={"populate_existing": True})


def steps_of(session: Session, alert_id: uuid.UUID) -> Sequence[SafetyAlertStep]:
    """Each step of an alert, the oldest first."""
    question = select(SafetyAlertStep).where(SafetyAlertStep.safety_alert_id == alert_id)
    return session.scalars(question.order_by(SafetyAlertStep.version)).all()


def texts_of(session: Session, alert_id: uuid.UUID) -> dict[uuid.UUID, dict[str, str]]:
    """What was written with each step of an alert, by name."""
    steps = select(SafetyAlertStep.id).where(SafetyAlertStep.safety_alert_id == alert_id)
    return texts_by_step(session, SafetyAlertStepText, steps)


_COLUMNS = (
    SafetyAlert,
    Audit.reference.label("audit_reference"),
    Team.reference.label("team_reference"),
)
_LISTED: Select[*tuple[Any, ...]] = (
    select(*_COLUMNS).outerjoin(Audit, Audit.id == SafetyAlert.audit_id).outerjoin(Team, Team.id == SafetyAlert.team_id)
)
# Each filter of the list with the condition it adds.
_FILTERS: Mapping[str, ColumnElement[bool]] = {
    "state": SafetyAlert.state == bindparam("state", type_=Text),
    "audit": Audit.reference == bindparam("audit", type_=Text),
    "after": SafetyAlert.id < bindparam("after", type_=Uuid),
}


def alerts_listed(session: Session, limit: int, reach: Reach, **filters: object) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the list within reach, the newest first; filters that are None are left out."""
    given = {name: value for name, value in filters.items() if value is not None}
    question = _LISTED.where(safety_alerts_within(reach)).order_by(SafetyAlert.id.desc()).limit(at_most(limit))
    for name in given:
        question = question.where(_FILTERS[name])
    return session.execute(question, given).all()


def alert_listed(session: Session, alert_id: uuid.UUID, reach: Reach) -> Row[*tuple[Any, ...]] | None:
    """One alert within reach with what it is shown with."""
    return session.execute(_LISTED.where(SafetyAlert.id == alert_id, safety_alerts_within(reach))).first()


def nobody_told() -> ColumnElement[bool]:
    """Of an open alert: of all that its rung's people and the audit team are owed nothing is sent or under way (W1).

    What its raiser is told does not count.
    """
    is_told = exists().where(
        Notice.safety_alert_id == SafetyAlert.id,
        Notice.state.in_(("pending", "sent")),
        or_(SafetyAlert.raised_by_id.is_(None), Notice.recipient_id != SafetyAlert.raised_by_id),
    )
    return _IS_OPEN & ~is_told


def is_nobody_told(session: Session, alert_id: uuid.UUID) -> bool:
    """Whether an open alert reaches nobody who could act on it."""
    return bool(session.scalar(select(exists().where(SafetyAlert.id == alert_id, nobody_told()))))


def alerts_nobody_told(session: Session) -> Sequence[SafetyAlert]:
    """The open alerts that reach nobody who could act on them, the oldest first."""
    return session.scalars(select(SafetyAlert).where(nobody_told()).order_by(SafetyAlert.id)).all()


def told_at(session: Session, alert_id: uuid.UUID, rung: str) -> set[uuid.UUID]:
    """Who was told something of an alert while it stood on that rung."""
    at_rung = Notice.safety_alert_id == alert_id, Notice.content["rung"].astext == rung
    return set(session.scalars(select(Notice.recipient_id).where(*at_rung)))


def overdue_since(session: Session, today: date) -> tuple[int, date | None]:
    """How many open alerts are past their day, and the oldest of these days."""
    past = select(func.count(), func.min(SafetyAlert.due_on)).where(_IS_OPEN, SafetyAlert.due_on < today)
    number, oldest_on = session.execute(past).one()
    return number, oldest_on


def unsent_since(session: Session, alert_id: uuid.UUID) -> datetime | None:
    """Since when the oldest message about an alert, that has an address, waits to be taken by a mail server."""
    return session.scalar(
        select(func.min(Notice.created_at))
        .outerjoin(Message, Message.id == Notice.in_message)
        .where(Notice.safety_alert_id == alert_id, Notice.state == "pending", Notice.deadline_id.is_(None))
    )


def without_address(session: Session, alert_id: uuid.UUID) -> Sequence[Row[uuid.UUID, str]]:
    """Whose messages about an alert wait for an address, with their references."""
    parked = select(Notice.recipient_id).where(
        Notice.safety_alert_id == alert_id, Notice.state == "parked", Notice.address.is_(None)
    )
    return session.execute(
        select(Person.id, Person.reference).where(Person.id.in_(parked)).order_by(Person.reference)
    ).all()


def messages_about(session: Session, alert_id: uuid.UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every notice about an alert, the oldest first: to whom, what it says, and when it was sent."""
    return session.execute(
        select(Notice.created_at, Notice.content, Notice.state, Person.reference, Message.sent_at)
        .join(Person, Person.id == Notice.recipient_id)
        .outerjoin(Message, Message.id == Notice.in_message)
        .where(Notice.safety_alert_id == alert_id)
        .order_by(Notice.id)
    ).all()


def notes_of(session: Session, alert_id: uuid.UUID) -> Sequence[CaseSystemCommand]:
    """What is owed to the case system of an alert, the oldest first (W5)."""
    question = select(CaseSystemCommand).where(CaseSystemCommand.safety_alert_id == alert_id)
    return session.scalars(question.order_by(CaseSystemCommand.id)).all()
