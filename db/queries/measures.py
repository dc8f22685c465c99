"""What a monitor watches: figures of work that waits, each by an index that holds just that work."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, column, func, select, values
from sqlalchemy.orm import Session

from db.queries.safety_alerts import nobody_told
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.caseload import CaseloadImport
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.programme import AuditCycle
from db.tables.safety_alerts import SafetyAlert


class Outbox(NamedTuple):
    """Messages that wait: how many, and since when the longest due one should have gone; `parked` wait for a person."""

    waiting: int
    due_since: datetime | None
    parked: int


_WAITING = Notice.state == "pending"
_OUTBOX = select(
    select(func.count()).select_from(Notice).where(_WAITING).scalar_subquery(),
    select(func.min(Notice.next_attempt_at))
    .where(_WAITING, Notice.next_attempt_at <= bindparam("now"))
    .scalar_subquery(),
    select(func.count()).select_from(Notice).where(Notice.state == "parked").scalar_subquery(),
)
_COMMANDS = (
    select(CaseSystemCommand.state, func.count().cast(Integer))
    .where(CaseSystemCommand.state.not_in(("done", "cancelled")))
    .group_by(CaseSystemCommand.state)
    .order_by(CaseSystemCommand.state)
)
_COMMANDS_DUE = select(func.min(CaseSystemCommand.next_attempt_at)).where(
    CaseSystemCommand.state.in_(("pending", "leased")), CaseSystemCommand.next_attempt_at <= bindparam("now")
)
_OVERDUE = (
    select(Deadline.time_limit, func.count().cast(Integer))
    .where((Deadline.state == "overdue") | ((Deadline.state == "running") & (Deadline.due_on < bindparam("today"))))
    .group_by(Deadline.time_limit)
    .order_by(Deadline.time_limit)
)
_AUDITS = (
    select(Audit.state, func.count().cast(Integer))
    .join(AuditCycle, AuditCycle.id == Audit.cycle_id)
    .where(AuditCycle.state == "open")
    .group_by(Audit.state)
    .order_by(Audit.state)
)
_KIND = values(column("kind", CaseloadImport.kind.type), name="kinds").data(
    [("involvements",), ("workers",), ("teams",)]
)
_EXTRACTS = select(
    _KIND.c.kind,
    select(CaseloadImport.extracted_on)
    .where(CaseloadImport.kind == _KIND.c.kind, CaseloadImport.state == "loaded")
    .order_by(CaseloadImport.imported_at.desc())
    .limit(1)
    .scalar_subquery(),
).order_by(_KIND.c.kind)


def outbox(session: Session, now: datetime) -> Outbox:
    """Messages that wait, at that moment."""
    return Outbox(*session.execute(_OUTBOX, {"now": now}).one())


class SafetyAlerts(NamedTuple):
    """Open safety alerts, those that nobody could be told of, and since when the longest due message waits."""

    open: int
    told_to_nobody: int
    due_since: datetime | None


_ALERTS = select(
    select(func.count()).select_from(SafetyAlert).where(SafetyAlert.state == "open").scalar_subquery(),
    select(func.count()).select_from(SafetyAlert).where(nobody_told()).scalar_subquery(),
    select(func.min(Notice.created_at))
    .where(Notice.safety_alert_id.is_not(None), _WAITING, Notice.created_at <= bindparam("now"))
    .scalar_subquery(),
)


def safety_alerts(session: Session, now: datetime) -> SafetyAlerts:
    """How safety alerts stand, at that moment."""
    return SafetyAlerts(*session.execute(_ALERTS, {"now": now}).one())


def case_system_commands(session: Session) -> dict[str, int]:
    """How many commands for the case system are in each state that is not settled."""
    return dict(session.execute(_COMMANDS).all())


def case_system_due_since(session: Session, now: datetime) -> datetime | None:
    """Since when the longest due command should have been carried out."""
    return session.execute(_COMMANDS_DUE, {"now": now}).scalar_one()


def overdue(session: Session, today: date) -> dict[str, int]:
    """How many running deadlines are past their day, by time limit."""
    return dict(session.execute(_OVERDUE, {"today": today}).all())


def audits_of_open_cycles(session: Session) -> dict[str, int]:
    """How many audits of the open cycles are in each state."""
    return dict(session.execute(_AUDITS).all())


def days_of_newest_extracts(session: Session) -> Sequence[tuple[str, date | None]]:
    """The day of the newest extract that was loaded, for each kind; None where there is none yet."""
    return [(kind, extracted_on) for kind, extracted_on in session.execute(_EXTRACTS)]
