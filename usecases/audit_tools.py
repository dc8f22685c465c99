"""The form that an audit is done with: put together from what is published, and pinned to the audit (P8, L2).

Tools come with the edition's files until somebody publishes a version of their own; a version is stored when the first
audit is pinned to it.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from db.queries import audit_tools
from db.queries.programme import cycle_with_id
from db.tables.audit_tools import ToolVersion as VersionRow
from db.tables.audits import Audit as AuditRow
from rules.audit_tool_choice import THEMED, tools_for
from rules.audit_tools import AuditTool, ToolVersion
from rules.tool_contents import content_hash, content_of, tool_version
from usecases.work import Work

FROM_THE_EDITION, FROM_THE_COUNCIL = "edition", "council"
BY_THE_EDITION = "edition of the framework"


@dataclass(frozen=True, slots=True)
class CurrentTool:
    """The version of a tool that a new audit gets; `row` is None while it stands in the edition's files alone."""

    version: ToolVersion
    row: VersionRow | None


def current_tools(work: Work) -> dict[str, CurrentTool]:
    """Each tool in force, by its id: what was published last here, else what the edition brings.

    An edition whose files have changed brings its new text, unless the council has published its own since.
    """
    rows = audit_tools.current_versions(work.session, work.policy.edition.id)
    names = sorted({*rows, *work.policy.tool_files})
    return {name: _current(work, name, rows.get(name)) for name in names}


def tool_of_audit(work: Work, audit: AuditRow) -> AuditTool:
    """The form that an audit is done with; one that has none yet is pinned to what is in force now."""
    if audit.audit_tool_id is None:
        kinds = [(audit.service_id, audit.kind)]
        audit.audit_tool_id = tools_to_pin(work, _cycle_of(work, audit), kinds)[audit.service_id, audit.kind]
        work.session.flush()
    return _form(work, audit.audit_tool_id)


def tool_read(work: Work, audit: AuditRow) -> AuditTool:
    """The same for a question: one that has no form yet is shown what it would get now."""
    if audit.audit_tool_id is not None:
        return _form(work, audit.audit_tool_id)
    current = current_tools(work)
    theme = _theme(work, current, _cycle_of(work, audit), [audit.kind])
    names = tools_for(audit.service_id, audit.kind, work.policy, theme)
    return AuditTool(tuple(current[name].version for name in names))


def tools_to_pin(
    work: Work, cycle: str | None, kinds: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], uuid.UUID]:
    """The ids of the forms for audits of these services and kinds in a cycle, made if there are none yet.

    A number of statements that depends on the number of different forms, never on that of audits.
    """
    current = current_tools(work)
    theme = _theme(work, current, cycle, {kind for _, kind in kinds})
    asked = {(service, kind): tools_for(service, kind, work.policy, theme) for service, kind in {*kinds}}
    rows = {name: _stored(work, current[name]) for name in sorted({name for names in asked.values() for name in names})}
    compositions = {kind: _composition(rows[name] for name in names) for kind, names in asked.items()}
    edition_id = work.policy.edition.id
    known = audit_tools.forms(work.session, edition_id, [*compositions.values()])
    new = {composition: asked[kind] for kind, composition in compositions.items() if composition not in known}
    for composition, names in sorted(new.items()):
        values = {"edition_id": edition_id, "composition": composition, "made_at": work.now}
        audit_tools.add_form(work.session, values, [rows[name].id for name in names])
    known = audit_tools.forms(work.session, edition_id, [*compositions.values()]) if new else known
    return {kind: known[composition] for kind, composition in compositions.items()}


def stored_version(work: Work, tool: str) -> VersionRow | None:
    """The row of the version in force, stored if it stands in the edition's files alone; None for no such tool."""
    current = current_tools(work).get(tool)
    return None if current is None else _stored(work, current)


def version_in(row: VersionRow) -> ToolVersion:
    """A stored version as the rules know it."""
    return tool_version(row.tool, row.number, row.content)


def _current(work: Work, name: str, row: VersionRow | None) -> CurrentTool:
    if row is not None and (row.origin == FROM_THE_COUNCIL or name not in work.policy.tool_files):
        return CurrentTool(version_in(row), row)
    tool = work.policy.tool_files[name]
    content = content_of(tool)
    if row is not None and row.content_hash == content_hash(content):
        return CurrentTool(replace(tool, version=row.number), row)
    number = 1 if row is None else audit_tools.next_number(work.session, work.policy.edition.id, name)
    return CurrentTool(replace(tool, version=number), None)


def _stored(work: Work, current: CurrentTool) -> VersionRow:
    if current.row is not None:
        return current.row
    tool, content = current.version, content_of(current.version)
    values: dict[str, Any] = {
        "edition_id": work.policy.edition.id,
        "tool": tool.tool,
        "number": audit_tools.next_number(work.session, work.policy.edition.id, tool.tool),
        "state": "published",
        "origin": FROM_THE_EDITION,
        "content": content,
        "content_hash": content_hash(content),
        "saved_at": work.now,
        "saved_by": BY_THE_EDITION,
        "published_at": work.now,
        "published_by": BY_THE_EDITION,
    }
    audit_tools.add_version(work.session, values)  # or whoever did it meanwhile
    return audit_tools.current_versions(work.session, work.policy.edition.id)[tool.tool]


def _theme(
    work: Work, current: Mapping[str, CurrentTool], cycle: str | None, kinds: Collection[str]
) -> ToolVersion | None:
    """The tool of a cycle's theme in its present version; None where none was chosen, or it is for no themed audit."""
    chosen = audit_tools.theme_tool(work.session, cycle) if cycle is not None and THEMED in kinds else None
    tool = current.get(chosen.tool) if chosen and chosen.tool else None
    return tool.version if tool else None


def _composition(rows: Iterable[VersionRow]) -> str:
    return " + ".join(f"{row.tool} {row.number}" for row in rows)


def _form(work: Work, form_id: uuid.UUID) -> AuditTool:
    parts = audit_tools.parts_of(work.session, form_id)
    return AuditTool(tuple(tool_version(*part) for part in parts))


def _cycle_of(work: Work, audit: AuditRow) -> str | None:
    return None if audit.cycle_id is None else cycle_with_id(work.session, audit.cycle_id).month
