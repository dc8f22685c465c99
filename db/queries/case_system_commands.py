"""What is owed to the case system: saved with the decision, listed, and held to be settled by hand (C2)."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Text, Uuid, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.queries.page_sizes import AT_MOST
from db.queries.reaches import EVERYTHING, Reach, Relation, reach_of_asker
from db.queries.within_reach import audits_within
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand, CaseSystemText
from db.tables.safety_alerts import SafetyAlert

SETTLED = ("done", "cancelled")
_IS_ASKED_FOR = CaseSystemCommand.id == bindparam("command_id", type_=Uuid)
PERSON_TO_SETTLE = ("manual", "refused", "uncertain")


@dataclass(frozen=True, slots=True)
class NoteTexts:
    """What a case note says."""

    note_type: str
    title: str
    contact_at: datetime
    is_significant: bool
    text: str


@dataclass(frozen=True, slots=True)
class NewCommand:
    """A command that is owed. One that names an `after_key` waits for the command of that key."""

    idempotency_key: str
    kind: str
    occasion: str
    report_version: int | None
    after_key: str | None = None
    recipients: list[dict[str, str]] = field(default_factory=list)
    note: NoteTexts | None = None
    moderated_audit_id: uuid.UUID | None = None  # of whose moderation it is the template, and no report (M4)


def add_commands(
    session: Session,
    now: datetime,
    audit_id: uuid.UUID | None,
    owed: Sequence[NewCommand],
    *,
    safety_alert_id: uuid.UUID | None = None,
) -> list[uuid.UUID]:
    """Adds those whose key is not there yet, in their order, and answers which were added.

    They are about an audit, or about a safety alert, which belongs to no report (W5).
    """
    added = []
    for command in owed:
        id_ = _add(session, now, audit_id, command, safety_alert_id)
        if id_ is not None:
            added.append(id_)
            if command.note is not None:
                session.execute(insert(CaseSystemText).values(command_id=id_, **asdict(command.note)))
    return added


def _add(
    session: Session,
    now: datetime,
    audit_id: uuid.UUID | None,
    command: NewCommand,
    safety_alert_id: uuid.UUID | None = None,
) -> uuid.UUID | None:
    before = select(CaseSystemCommand.id).where(CaseSystemCommand.idempotency_key == command.after_key)
    row = insert(CaseSystemCommand).values(
        idempotency_key=command.idempotency_key,
        audit_id=audit_id,
        safety_alert_id=safety_alert_id,
        kind=command.kind,
        occasion=command.occasion,
        moderated_audit_id=command.moderated_audit_id,
        report_version=command.report_version,
        after_id=before.scalar_subquery() if command.after_key else None,
        recipients=command.recipients,
        state="pending",
        version=1,
        attempts=0,
        may_have_arrived=False,
        created_at=now,
        next_attempt_at=None if command.after_key else now,
    )
    return session.scalar(
        row.on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(CaseSystemCommand.id)
    )


def add_alert(session: Session, now: datetime, note_id: uuid.UUID) -> None:
    """Owes the alert that comes after a note, where alerts do not go with notes; once."""
    made = insert(CaseSystemCommand).from_select(
        [*_OF_THE_NOTE, *_OF_ITS_OWN],
        select(
            *(getattr(CaseSystemCommand, name) for name in _OF_THE_NOTE),
            func.concat(CaseSystemCommand.idempotency_key, ".alert"),
            literal("send_alert", Text),
            CaseSystemCommand.id,
            literal("pending", Text),
            literal(1),
            literal(0),
            literal(False),
            literal(now, CaseSystemCommand.created_at.type),
        ).where(CaseSystemCommand.id == note_id),
    )
    id_ = session.scalar(
        made.on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(CaseSystemCommand.id)
    )
    if id_ is not None:
        words = [name for name in CaseSystemText.__table__.columns.keys() if name != "command_id"]  # noqa: SIM118
        same = select(literal(id_, Uuid), *(getattr(CaseSystemText, name) for name in words))
        text_of_note = same.where(CaseSystemText.command_id == note_id)
        session.execute(insert(CaseSystemText).from_select(["command_id", *words], text_of_note))


_OF_THE_NOTE = ("audit_id", "safety_alert_id", "occasion", "report_version", "recipients")
_OF_ITS_OWN = (
    *("idempotency_key", "kind", "after_id", "state", "version"),
    *("attempts", "may_have_arrived", "created_at"),
)


def audits_to_file(session: Session, command_ids: Sequence[uuid.UUID]) -> Sequence[Row[Audit, int | None]]:
    """The audits of those of these commands that are left to people, each with the newest version of its report."""
    question = (
        select(Audit, func.coalesce(func.max(CaseSystemCommand.report_version), 0))
        .join(CaseSystemCommand, CaseSystemCommand.audit_id == Audit.id)
        .where(CaseSystemCommand.id.in_(command_ids), CaseSystemCommand.state == "manual")
        .group_by(Audit.id)
        .order_by(Audit.reference)
    )
    return session.execute(question).all()


def alert_notes_to_file(session: Session, command_ids: Sequence[uuid.UUID]) -> Sequence[Row[uuid.UUID, SafetyAlert]]:
    """The notes of safety alerts among those of these commands that are left to people, with their alerts (W5)."""
    question = (
        select(CaseSystemCommand.id, SafetyAlert)
        .join(SafetyAlert, SafetyAlert.id == CaseSystemCommand.safety_alert_id)
        .where(CaseSystemCommand.id.in_(command_ids), CaseSystemCommand.state == "manual")
        .order_by(CaseSystemCommand.id)
    )
    return session.execute(question).all()


def command_held(session: Session, command_id: uuid.UUID, reach: Reach = EVERYTHING) -> CaseSystemCommand | None:
    """The command's row within reach, held until this transaction ends."""
    told = {"command_id": command_id, **reach.told}
    return session.scalar(_held(reach.counting), told, execution_options={"populate_existing": True})


@cache
def _held(counting: frozenset[Relation]) -> Select[CaseSystemCommand]:
    return (
        select(CaseSystemCommand)
        .outerjoin(Audit, Audit.id == CaseSystemCommand.audit_id)
        .where(_IS_ASKED_FOR, audits_within(reach_of_asker(counting)))
        .with_for_update(of=CaseSystemCommand)
    )


def command_seen(session: Session, command_id: uuid.UUID) -> CaseSystemCommand | None:
    """The command's row as it stands."""
    return session.get(CaseSystemCommand, command_id, populate_existing=True)


def older_held(session: Session, audit_id: uuid.UUID, version: int) -> Sequence[CaseSystemCommand]:
    """What is not settled of the versions of an audit's report before this one, held until this transaction ends."""
    older = select(CaseSystemCommand).where(
        CaseSystemCommand.audit_id == audit_id,
        CaseSystemCommand.report_version < version,
        CaseSystemCommand.moderated_audit_id.is_(None),
        CaseSystemCommand.state.not_in(SETTLED),
    )
    return session.scalars(
        older.order_by(CaseSystemCommand.id).with_for_update(), execution_options={"populate_existing": True}
    ).all()


def newest_version(session: Session, audit_id: uuid.UUID) -> int:
    """The newest version of an audit's report that was ever owed to the case system; 0 for none."""
    newest = select(func.coalesce(func.max(CaseSystemCommand.report_version), 0))
    of_reports = newest.where(CaseSystemCommand.audit_id == audit_id, CaseSystemCommand.moderated_audit_id.is_(None))
    return session.scalars(of_reports).one() or 0


def waiting_for(session: Session, command_id: uuid.UUID) -> Sequence[CaseSystemCommand]:
    """What was to come after this command and is not settled yet, held too."""
    waiting = select(CaseSystemCommand).where(
        CaseSystemCommand.after_id == command_id, CaseSystemCommand.state.not_in(SETTLED)
    )
    return session.scalars(waiting.with_for_update()).all()


def is_done_before(session: Session, command: CaseSystemCommand) -> bool:
    """Whether the command before it is done, or there is none."""
    if command.after_id is None:
        return True
    state = session.scalar(select(CaseSystemCommand.state).where(CaseSystemCommand.id == command.after_id))
    return state == "done"


_COLUMNS = (
    CaseSystemCommand.id,
    CaseSystemCommand.idempotency_key,
    CaseSystemCommand.audit_id,
    Audit.reference.label("audit"),
    CaseSystemCommand.safety_alert_id,
    CaseSystemCommand.kind,
    CaseSystemCommand.occasion,
    CaseSystemCommand.report_version,
    CaseSystemCommand.state,
    CaseSystemCommand.version,
    CaseSystemCommand.after_id,
    CaseSystemCommand.attempts,
    CaseSystemCommand.may_have_arrived,
    CaseSystemCommand.created_at,
    CaseSystemCommand.next_attempt_at,
    CaseSystemCommand.leased_until,
    CaseSystemCommand.reference,
    CaseSystemCommand.settled_at,
    CaseSystemCommand.settled_by,
    CaseSystemCommand.last_error,
)
# Each filter of the list with the condition it adds.
_FILTERS = {
    "state": CaseSystemCommand.state == bindparam("state", type_=Text),
    "kind": CaseSystemCommand.kind == bindparam("kind", type_=Text),
    "audit": Audit.reference == bindparam("audit", type_=Text),
    "after": CaseSystemCommand.id < bindparam("after", type_=Uuid),
}


def listed_commands(session: Session, limit: int, reach: Reach, **filters: object) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the list within reach, the newest first; filters that are None are left out."""
    given = {name: value for name, value in filters.items() if value is not None}
    question = _within(reach.counting)
    for name in given:
        question = question.where(_FILTERS[name])
    told = {**given, **reach.told, "limit": limit}
    return session.execute(question.order_by(CaseSystemCommand.id.desc()).limit(AT_MOST), told).all()


def one_command(session: Session, command_id: uuid.UUID, reach: Reach) -> Row[*tuple[Any, ...]] | None:
    """One command within reach."""
    return session.execute(_one(reach.counting), {"command_id": command_id, **reach.told}).first()


@cache
def _one(counting: frozenset[Relation]) -> Select[*tuple[Any, ...]]:
    return _within(counting).where(_IS_ASKED_FOR)


@cache
def _within(counting: frozenset[Relation]) -> Select[*tuple[Any, ...]]:
    """Made once for each kind of reach, because making it costs more than sending it."""
    question = select(*_COLUMNS).outerjoin(Audit, Audit.id == CaseSystemCommand.audit_id)
    return question.where(audits_within(reach_of_asker(counting)))
