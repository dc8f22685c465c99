"""What is owed to the case system: saved with the decision, listed, and held to be settled by hand (C2)."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.tables.case_system import CaseSystemCommand, CaseSystemText


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
    report_version: int
    after_key: str | None = None
    recipients: list[dict[str, str]] = field(default_factory=list)
    note: NoteTexts | None = None


def add_commands(session: Session, now: datetime, audit_id: uuid.UUID, owed: Sequence[NewCommand]) -> list[uuid.UUID]:
    """Adds those whose key is not there yet, in their order, and answers which were added."""
    added = []
    for command in owed:
        id_ = _add(session, now, audit_id, command)
        if id_ is not None:
            added.append(id_)
            if command.note is not None:
                session.execute(insert(CaseSystemText).values(command_id=id_, **asdict(command.note)))
    return added


def _add(session: Session, now: datetime, audit_id: uuid.UUID, command: NewCommand) -> uuid.UUID | None:
    before = select(CaseSystemCommand.id).where(CaseSystemCommand.idempotency_key == command.after_key)
    row = insert(CaseSystemCommand).values(
        idempotency_key=command.idempotency_key,
        audit_id=audit_id,
        kind=command.kind,
        occasion=command.occasion,
        report_version=command.report_version,
        after_id=before.scalar_subquery() if command.after_key else None,
        recipients=command.recipients,
        state="pending",
        attempts=0,
        may_have_arrived=False,
        created_at=now,
        next_attempt_at=None if command.after_key else now,
    )
    return session.scalar(
        row.on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(CaseSystemCommand.id)
    )
