"""Versions of reports: added, found by number within reach, and listed."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Text, Uuid, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session

from db.queries.reaches import Reach, Relation, reach_of_asker
from db.queries.within_reach import audits_within
from db.tables.audits import Audit
from db.tables.report_versions import ReportVersion
from db.tables.trail import TrailEntry

_AT_ONCE = 50  # a report may be as long as people write


class Reader(NamedTuple):
    """How far somebody reaches: to issued reports, and to those that are not issued yet."""

    issued: Reach
    before_issue: Reach

    @property
    def counting(self) -> tuple[frozenset[Relation], frozenset[Relation]]:
        """What statements that are made once are made for."""
        return self.issued.counting, self.before_issue.counting


class VersionFound(NamedTuple):
    """A version that was asked for, and the newest that the reader may see."""

    number: int
    is_issued: bool
    content: dict[str, Any] | None
    newest: int


def add_version(
    session: Session, audit_id: uuid.UUID, number: int, content: dict[str, Any], *, facts: dict[str, Any]
) -> None:
    """Adds a version; `facts` are the other columns. Of two who add the same number the second is refused."""
    session.add(ReportVersion(audit_id=audit_id, number=number, content=content, **facts))
    session.flush()


def next_number(session: Session, audit_id: uuid.UUID) -> int:
    """One more than the newest version has."""
    newest = select(func.coalesce(func.max(ReportVersion.number), 0)).where(ReportVersion.audit_id == audit_id)
    return session.scalars(newest).one() + 1


def version_read(session: Session, audit_id: uuid.UUID, number: int | None, reader: Reader) -> VersionFound | None:
    """That version, or the newest for None; None for one that is not there or out of reach."""
    wanted = {} if number is None else {"number": number}
    question = _read(*reader.counting, bool(wanted))
    found = session.execute(question, {"audit_id": audit_id, **wanted, **reader.issued.told}).first()
    return None if found is None else VersionFound(*found)


@cache
def _read(
    issued: frozenset[Relation], before_issue: frozenset[Relation], by_number: bool
) -> Select[int, bool, dict[str, Any] | None, int]:
    """Made once for each kind of reader, because making it costs more than sending it."""
    within = _within(issued, before_issue)
    newest = select(func.max(ReportVersion.number)).join(Audit, Audit.id == ReportVersion.audit_id).where(within)
    return (
        select(
            ReportVersion.number,
            ReportVersion.is_issued,
            ReportVersion.content,
            newest.scalar_subquery().label("newest"),
        )
        .join(Audit, Audit.id == ReportVersion.audit_id)
        .where(within, ReportVersion.number == (bindparam("number") if by_number else newest.scalar_subquery()))
    )


def versions_of(session: Session, audit_id: uuid.UUID, reader: Reader) -> Sequence[Row[int, str, bool, datetime, str]]:
    """The versions within reach without their content, the newest first."""
    return session.execute(_listed(*reader.counting), {"audit_id": audit_id, **reader.issued.told}).all()


@cache
def _listed(issued: frozenset[Relation], before_issue: frozenset[Relation]) -> Select[int, str, bool, datetime, str]:
    return (
        select(
            ReportVersion.number,
            ReportVersion.because,
            ReportVersion.is_issued,
            ReportVersion.made_at,
            ReportVersion.made_by,
        )
        .join(Audit, Audit.id == ReportVersion.audit_id)
        .where(_within(issued, before_issue))
        .order_by(ReportVersion.number.desc())
    )


class VersionKept(NamedTuple):
    """A stored version as it stands, and the hash that the trail has of it; either may be missing.

    `content` is None where retention has cleared it.
    """

    audit_id: str
    number: int
    kept_hash: str | None
    trail_hash: str | None
    content: dict[str, Any] | None


def versions_kept(session: Session) -> Iterator[VersionKept]:
    """Every version that is stored or that the trail says was stored, a few at a time; their order says nothing."""
    stored = (
        select(
            TrailEntry.subject_id,
            TrailEntry.details["version"].as_integer().label("number"),
            TrailEntry.details["content_hash"].as_string().label("content_hash"),
        )
        .where(TrailEntry.subject_kind == "audit", TrailEntry.action == "report_stored")
        .subquery()
    )
    audit_id = cast(ReportVersion.audit_id, Text)
    same = and_(stored.c.subject_id == audit_id, stored.c.number == ReportVersion.number)
    rows = session.execute(
        select(
            func.coalesce(audit_id, stored.c.subject_id),
            func.coalesce(ReportVersion.number, stored.c.number),
            ReportVersion.content_hash,
            stored.c.content_hash,
            ReportVersion.content,
        ).join_from(ReportVersion, stored, same, full=True),
        execution_options={"yield_per": _AT_ONCE},
    )
    return (VersionKept(*row) for row in rows)


def _within(issued: frozenset[Relation], before_issue: frozenset[Relation]) -> ColumnElement[bool]:
    """Nobody sees a report of their own work before it is issued, however far they reach (3.5)."""
    is_own_work = audits_within(reach_of_asker(frozenset({Relation.AS_PRACTITIONER})))
    seen_issued = and_(ReportVersion.is_issued, audits_within(reach_of_asker(issued)))
    seen_before = and_(audits_within(reach_of_asker(before_issue)), ~is_own_work)
    return and_(ReportVersion.audit_id == bindparam("audit_id", type_=Uuid), or_(seen_issued, seen_before))
