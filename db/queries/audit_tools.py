"""The audit tool in its versions, and the forms that audits are pinned to (P8, L2)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from db.tables.audit_tools import AuditTool, AuditToolPart, ThemeTool, ToolVersion
from db.tables.audits import Audit


class Part(NamedTuple):
    """A version that is part of a form."""

    tool: str
    number: int
    content: dict[str, Any]


def current_versions(session: Session, edition_id: str) -> dict[str, ToolVersion]:
    """The version of each tool that was published last, by the tool's id."""
    rows = session.scalars(
        select(ToolVersion)
        .where(ToolVersion.edition_id == edition_id, ToolVersion.state == "published")
        .ext(distinct_on(ToolVersion.tool))
        .order_by(ToolVersion.tool, ToolVersion.published_at.desc(), ToolVersion.number.desc())
    )
    return {row.tool: row for row in rows}


def drafts(session: Session, edition_id: str) -> dict[str, ToolVersion]:
    """The draft of each tool that has one, by the tool's id."""
    rows = session.scalars(
        select(ToolVersion).where(ToolVersion.edition_id == edition_id, ToolVersion.state == "draft")
    )
    return {row.tool: row for row in rows}


def versions_of(session: Session, edition_id: str, tool: str) -> Sequence[ToolVersion]:
    """Every version of a tool, the newest first."""
    question = select(ToolVersion).where(ToolVersion.edition_id == edition_id, ToolVersion.tool == tool)
    return session.scalars(question.order_by(ToolVersion.number.desc())).all()


def version_of(session: Session, edition_id: str, tool: str, number: int, *, lock: bool = False) -> ToolVersion | None:
    """One version; with `lock` held until this transaction ends."""
    question = select(ToolVersion).where(
        ToolVersion.edition_id == edition_id, ToolVersion.tool == tool, ToolVersion.number == number
    )
    if not lock:
        return session.scalar(question)
    return session.scalar(question.with_for_update(), execution_options={"populate_existing": True})


def next_number(session: Session, edition_id: str, tool: str) -> int:
    """The number that a tool's next version has."""
    question = select(func.coalesce(func.max(ToolVersion.number), 0) + 1)
    return session.scalars(question.where(ToolVersion.edition_id == edition_id, ToolVersion.tool == tool)).one()


def add_version(session: Session, values: Mapping[str, Any]) -> bool:
    """Adds a version unless there is one of its number, or a draft already; whether it was added."""
    added = session.execute(insert(ToolVersion).values(**values).on_conflict_do_nothing().returning(ToolVersion.id))
    return added.first() is not None


def forget_version(session: Session, version_id: uuid.UUID) -> None:
    """Deletes a draft; the database refuses anything else."""
    session.execute(delete(ToolVersion).where(ToolVersion.id == version_id))


def audits_done_with(session: Session, version_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many audits are pinned to a form that has that version, for those that any has."""
    rows = session.execute(
        select(AuditToolPart.tool_version_id, func.count())
        .join(Audit, Audit.audit_tool_id == AuditToolPart.audit_tool_id)
        .where(AuditToolPart.tool_version_id.in_(version_ids))
        .group_by(AuditToolPart.tool_version_id)
    )
    return dict(rows.all())


def forms(session: Session, edition_id: str, compositions: Sequence[str]) -> dict[str, uuid.UUID]:
    """The ids of the forms there are of these compositions."""
    rows = session.execute(
        select(AuditTool.composition, AuditTool.id).where(
            AuditTool.edition_id == edition_id, AuditTool.composition.in_(compositions)
        )
    )
    return dict(rows.all())


def add_form(session: Session, values: Mapping[str, Any], version_ids: Sequence[uuid.UUID]) -> None:
    """Puts versions together to a form, unless somebody did meanwhile."""
    form_id = session.scalar(
        insert(AuditTool)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["edition_id", "composition"])
        .returning(AuditTool.id)
    )
    if form_id is not None:
        parts = [
            {"audit_tool_id": form_id, "place": place, "tool_version_id": version_id}
            for place, version_id in enumerate(version_ids)
        ]
        session.execute(insert(AuditToolPart), parts)


def parts_of(session: Session, form_id: uuid.UUID) -> list[Part]:
    """The versions that a form is made of, in their order."""
    rows = session.execute(
        select(ToolVersion.tool, ToolVersion.number, ToolVersion.content)
        .join(AuditToolPart, AuditToolPart.tool_version_id == ToolVersion.id)
        .where(AuditToolPart.audit_tool_id == form_id)
        .order_by(AuditToolPart.place)
    )
    return [Part(*row) for row in rows]


def theme_tool(session: Session, cycle: str, *, lock: bool = False) -> ThemeTool | None:
    """The tool that was chosen for the theme of a cycle; None where none was."""
    question = select(ThemeTool).where(ThemeTool.cycle == cycle)
    return session.scalar(question.with_for_update() if lock else question)
