"""The outbox of the case system: commands taken on a lease, and what became of them (C2, DESIGN §5).

As in the outbox of messages, a leased command is due again when its lease ends. Whether it may have arrived is noted
before anything is sent, so that whoever takes over from a killed worker asks before sending again.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.queries.restorations import is_silent
from db.queries.safety_alerts import alert_called
from db.tables.aliases import CaseAlias, PersonAlias
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand, CaseSystemText
from db.tables.organisation import Person
from db.tables.safety_alerts import SafetyAlert

_OPEN = ("pending", "leased")
_NOT_SYNCHRONIZED = {"synchronize_session": False}
_BEFORE = aliased(CaseSystemCommand)
_CASE = func.coalesce(Audit.case_reference, SafetyAlert.case_reference)
_NEWER = aliased(CaseSystemCommand)
_SUPERSEDED_BY = (
    select(func.max(_NEWER.report_version))
    .where(
        _NEWER.audit_id == CaseSystemCommand.audit_id,
        _NEWER.report_version > CaseSystemCommand.report_version,
        _NEWER.moderated_audit_id.is_(None),
        CaseSystemCommand.moderated_audit_id.is_(None),  # a moderation is of the version that was looked at (M4)
    )
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds commands, and until when. `id` is theirs alone."""

    id: uuid.UUID
    holder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CommandOwed:
    """A command with all that is needed to carry it out, read at that moment: references are today's (S10).

    `may_have_arrived` tells of the times before this one; `attempts` counts this one. `superseded_by` is the newer
    version of the report that is owed in its place (L15), None where there is none. A note of a safety alert has no
    audit and no version, and the alert's reference in place of the audit's (W5). `note_type` and the rest are None
    for an upload, and where retention has cleared the text.
    """

    id: uuid.UUID
    idempotency_key: str
    kind: str
    attempts: int
    audit_id: uuid.UUID | None
    report_version: int | None
    superseded_by: int | None
    recipient_ids: list[dict[str, str]]
    audit_reference: str
    auditor_id: uuid.UUID | None
    person_reference: str
    document_reference: str | None
    note_type: str | None
    title: str | None
    contact_at: datetime | None
    is_significant: bool | None
    text: str | None
    may_have_arrived: bool
    moderated_audit_id: uuid.UUID | None = None  # of whose moderation it is the template, and no report (M4)
    recipients: tuple[tuple[str, str], ...] = ()  # role and worker reference


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a command; `next_attempt_at` is when it is tried again, if it is."""

    id: uuid.UUID
    state: str
    next_attempt_at: datetime | None = None
    may_have_arrived: bool = False
    reference: str | None = None
    last_error: str | None = None


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether there is a command to be sent now."""
    return session.scalar(_due(now).limit(1)) is not None


def _due(now: datetime) -> Select[uuid.UUID]:
    return select(CaseSystemCommand.id).where(
        CaseSystemCommand.state.in_(_OPEN), CaseSystemCommand.next_attempt_at <= now, ~is_silent()
    )


def lease_due(session: Session, now: datetime, lease: Lease, limit: int) -> list[CommandOwed]:
    """Takes up to `limit` commands that are due, the longest due first, but none that another worker holds.

    One that waits for the command before it is not due. A restored copy takes none.
    """
    due = (
        select(CaseSystemCommand.id, CaseSystemCommand.may_have_arrived)
        .where(CaseSystemCommand.id.in_(_due(now)))
        .order_by(CaseSystemCommand.next_attempt_at, CaseSystemCommand.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = session.execute(
        update(CaseSystemCommand)
        .where(CaseSystemCommand.id == due.c.id)
        .values(
            state="leased",
            version=CaseSystemCommand.version + 1,
            lease_id=lease.id,
            leased_by=lease.holder,
            leased_until=lease.until,
            next_attempt_at=lease.until,
            attempts=CaseSystemCommand.attempts + 1,
            may_have_arrived=True,
        )
        .returning(CaseSystemCommand.id, due.c.may_have_arrived),
        execution_options=_NOT_SYNCHRONIZED,
    )
    arrived = {row[0]: row[1] for row in taken}
    return commands_owed(session, arrived) if arrived else []


def commands_owed(session: Session, may_have_arrived: dict[uuid.UUID, bool]) -> list[CommandOwed]:
    """These commands with all that they need, in the order in which they were owed."""
    rows = session.execute(_QUESTION.where(CaseSystemCommand.id.in_(may_have_arrived))).all()
    references = _worker_references(session, rows)
    return [
        CommandOwed(
            **row._asdict(),
            may_have_arrived=may_have_arrived[row.id],
            recipients=tuple((one["role"], references[one["person_id"]]) for one in row.recipient_ids),
        )
        for row in rows
    ]


_QUESTION = (
    select(
        CaseSystemCommand.id,
        CaseSystemCommand.idempotency_key,
        CaseSystemCommand.kind,
        CaseSystemCommand.attempts,
        CaseSystemCommand.audit_id,
        CaseSystemCommand.report_version,
        CaseSystemCommand.moderated_audit_id,
        _SUPERSEDED_BY.label("superseded_by"),
        CaseSystemCommand.recipients.label("recipient_ids"),
        func.coalesce(Audit.reference, alert_called()).label("audit_reference"),
        Audit.auditor_id,
        func.coalesce(CaseAlias.current_reference, _CASE).label("person_reference"),
        _BEFORE.reference.label("document_reference"),
        CaseSystemText.note_type,
        CaseSystemText.title,
        CaseSystemText.contact_at,
        CaseSystemText.is_significant,
        CaseSystemText.text,
    )
    .outerjoin(Audit, Audit.id == CaseSystemCommand.audit_id)
    .outerjoin(SafetyAlert, SafetyAlert.id == CaseSystemCommand.safety_alert_id)
    .outerjoin(_BEFORE, and_(_BEFORE.id == CaseSystemCommand.after_id, _BEFORE.kind == "upload_document"))
    .outerjoin(CaseSystemText, CaseSystemText.command_id == CaseSystemCommand.id)
    .outerjoin(CaseAlias, and_(CaseAlias.from_reference == _CASE, CaseAlias.undone_at.is_(None)))
    .order_by(CaseSystemCommand.id)
)


def _worker_references(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, str]:
    """Each person's reference as the case system knows them today."""
    people = {uuid.UUID(one["person_id"]) for row in rows for one in row.recipient_ids}
    if not people:
        return {}
    found = session.execute(
        select(Person.id, func.coalesce(PersonAlias.current_reference, Person.reference))
        .outerjoin(PersonAlias, and_(PersonAlias.from_person_id == Person.id, PersonAlias.undone_at.is_(None)))
        .where(Person.id.in_(people))
    )
    return {str(id_): reference for id_, reference in found}


def superseded_by(session: Session, command_id: uuid.UUID) -> int | None:
    """The newer version that is owed in place of this command's; the command is held until the transaction ends."""
    held = select(CaseSystemCommand.id).where(CaseSystemCommand.id == command_id).with_for_update()
    session.execute(held)
    return session.scalar(select(_SUPERSEDED_BY).where(CaseSystemCommand.id == command_id))


def save_result(session: Session, now: datetime, by: str, lease_id: uuid.UUID, result: Result) -> bool:
    """Saves what became of a command on this lease; False when somebody else holds it, or a person settled it.

    One that is done is done, whoever holds the lease by now. What waits for it is due from then on.
    """
    is_ours = and_(CaseSystemCommand.state == "leased", CaseSystemCommand.lease_id == lease_id)
    is_settled = result.state in ("done", "cancelled")
    if result.state == "done":
        is_ours = or_(is_ours, CaseSystemCommand.state.not_in(("done", "cancelled")))
    saved = session.execute(
        update(CaseSystemCommand)
        .where(CaseSystemCommand.id == result.id, is_ours)
        .values(
            state=result.state,
            version=CaseSystemCommand.version + 1,
            next_attempt_at=result.next_attempt_at,
            may_have_arrived=result.may_have_arrived,
            reference=result.reference,
            last_error=result.last_error,
            lease_id=None,
            leased_by=None,
            leased_until=None,
            settled_at=now if is_settled else None,
            settled_by=by if is_settled else None,
        )
        .returning(CaseSystemCommand.id),
        execution_options=_NOT_SYNCHRONIZED,
    )
    if not saved.all():
        return False
    if result.state == "done":
        release_what_waits_for(session, now, result.id)
    return True


def release_what_waits_for(session: Session, now: datetime, command_id: uuid.UUID) -> None:
    """What was to come after this command is due now."""
    session.execute(
        update(CaseSystemCommand)
        .where(
            CaseSystemCommand.after_id == command_id,
            CaseSystemCommand.state == "pending",
            CaseSystemCommand.next_attempt_at.is_(None),
        )
        .values(next_attempt_at=now),
        execution_options=_NOT_SYNCHRONIZED,
    )


def leave_to_people(session: Session, kinds: Iterable[str], why: str) -> list[tuple[uuid.UUID, str]]:
    """Leaves all commands of these kinds that wait to people, and answers them with their state now.

    One that may have arrived is not for doing again without a look: it is uncertain.
    """
    left = session.execute(
        update(CaseSystemCommand)
        .where(CaseSystemCommand.state == "pending", CaseSystemCommand.kind.in_(list(kinds)), ~is_silent())
        .values(
            state=case((CaseSystemCommand.may_have_arrived, "uncertain"), else_="manual"),
            version=CaseSystemCommand.version + 1,
            next_attempt_at=None,
            last_error=why,
        )
        .returning(CaseSystemCommand.id, CaseSystemCommand.state),
        execution_options=_NOT_SYNCHRONIZED,
    )
    return sorted((row.id, row.state) for row in left)


def hold_back(session: Session, until: datetime, why: str) -> None:
    """All that is due by then waits until then: the case system asked for it, or is not there."""
    session.execute(
        update(CaseSystemCommand)
        .where(CaseSystemCommand.state == "pending", CaseSystemCommand.next_attempt_at <= until)
        .values(next_attempt_at=until, last_error=why),
        execution_options=_NOT_SYNCHRONIZED,
    )
