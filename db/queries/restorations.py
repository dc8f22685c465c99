"""Backups that were restored here, and whether this copy is silent because of one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from db.tables.access import ApiKey
from db.tables.case_system import CaseSystemCommand
from db.tables.notices import Message, Notice
from db.tables.restorations import Restoration

_UNSENT = "pending"
_OPEN = ("pending", "leased")
_WAITS = Restoration.resumed_at.is_(None)


def is_silent() -> ColumnElement[bool]:
    """Of this database: a restored copy that nobody has said may speak to the outside. For use in other queries."""
    return exists(select(Restoration.id).where(_WAITS))


def waiting(session: Session) -> Sequence[Restoration]:
    """The restorations because of which this copy is silent, held until the transaction ends."""
    return session.scalars(select(Restoration).where(_WAITS).order_by(Restoration.restored_at).with_for_update()).all()


def newest(session: Session) -> Restoration | None:
    """The last backup that was restored here."""
    return session.scalars(select(Restoration).order_by(Restoration.restored_at.desc()).limit(1)).one_or_none()


def newest_notice_made_at(session: Session) -> datetime | None:
    """When the newest message was made, by whatever clock made it."""
    return session.execute(select(func.max(Notice.created_at))).scalar_one()


def count_owed(session: Session, until: datetime) -> int:
    """Notices that came along unsent: the other copy may have sent them since."""
    return session.execute(
        select(func.count()).select_from(Notice).where(Notice.state == _UNSENT, Notice.created_at <= until)
    ).scalar_one()


def park_owed(session: Session, until: datetime, why: str) -> int:
    """Leaves those messages to a person; answers how many notices they hold."""
    parked = session.execute(
        update(Notice)
        .where(Notice.state == _UNSENT, Notice.created_at <= until)
        .values(state="parked", last_error=why)
        .returning(Notice.in_message),
        execution_options={"synchronize_session": False},
    )
    messages = parked.scalars().all()
    session.execute(
        update(Message)
        .where(Message.id.in_({message for message in messages if message is not None}), Message.state.in_(_OPEN))
        .values(state="parked", leased_until=None, last_error=why),
        execution_options={"synchronize_session": False},
    )
    return len(messages)


def doubt_commands(session: Session) -> int:
    """What was owed to the case system may have been done by the other copy since; answers how many commands."""
    doubted = session.execute(
        update(CaseSystemCommand)
        .where(CaseSystemCommand.state.in_(_OPEN))
        .values(may_have_arrived=True, version=CaseSystemCommand.version + 1)
        .returning(CaseSystemCommand.id),
        execution_options={"synchronize_session": False},
    )
    return len(doubted.all())


def revoke_live_keys(session: Session, now: datetime, actor: str) -> list[str]:
    """Ends every API key: one that was revoked since the backup would be good again. Answers their names."""
    revoked = session.execute(
        update(ApiKey)
        .where(ApiKey.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=actor)
        .returning(ApiKey.name),
        execution_options={"synchronize_session": False},
    )
    return sorted(set(revoked.scalars()))
