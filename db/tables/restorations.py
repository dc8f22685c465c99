"""Backups that were restored into this database, and whether what came out of one may speak to the outside."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from db.tables.registry import Base, Id


class Restoration(Base):
    """A backup became this database. Until somebody says that this copy is the one to go on with, nothing is sent.

    Else two copies would write to the same people: the one that the backup was made of, and this one.
    """

    __tablename__ = "restorations"
    __table_args__ = (
        CheckConstraint("(resumed_at IS NULL) = (resumed_by IS NULL)", name="resumed_by_somebody"),
        CheckConstraint("owed_messages IN ('send', 'park')", name="owed_messages"),
    )

    id: Mapped[Id]
    restored_at: Mapped[datetime]
    restored_by: Mapped[str]
    backup_made_at: Mapped[datetime]
    backup_sha256: Mapped[str]  # of the backup's manifest, which holds the hash of every table
    owed_until: Mapped[datetime]  # messages made up to then came along; the other copy may have sent them since
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[str | None]
    owed_messages: Mapped[str | None]  # what was to become of those that came along unsent
