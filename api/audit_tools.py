"""`/v1/audit-tools`: the audit tool in its versions: read, drafted, saved, published, discarded (P8, L2)."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path
from pydantic import ConfigDict, Field
from starlette.responses import Response

from api.audit_tool_contents import ToolsListed, ToolVersion, VersionsListed, tool_listed, version_listed, version_told
from api.audit_tool_texts import TEXT, Id, ToolText, version_asked
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, version_read
from api.examples import answered
from api.fields import IN_DIGITS, AskedToRecord
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import audit_tools
from usecases.audit_tools import current_tools
from usecases.tool_versions import (
    discard_draft,
    draft_version,
    new_tool,
    publish_version,
    save_draft,
    version_seen,
    versions_seen,
)
from usecases.work import Work

router = Router("audit tools", "/v1/audit-tools")

Tool = Annotated[str, Path(max_length=40, examples=["mash"])]
Number = Annotated[int, Path(ge=1, le=1_000_000, examples=[2]), IN_DIGITS]
Because = Annotated[str, Field(min_length=1, max_length=1000, examples=["The practice forum asked for it"])]


class DraftAsked(AskedToRecord):
    """Why the tool is changed; it is kept."""

    because: Because


class ToolAsked(DraftAsked):
    """A tool of the council's own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"tool": "hoarding", "is_module": True, "text": TEXT, "because": "The theme of February"}]
        },
    )

    tool: Annotated[Id, Field(examples=["hoarding"])]
    is_module: Annotated[bool, Field(description="Adds to a form, or stands alone")]
    text: ToolText


_VERSION: dict[str, Any] = {
    "tool": "mash",
    "number": 2,
    "title": "MASH",
    "state": "draft",
    "is_in_force": False,
    "origin": "council",
    "because": "The practice forum asked for it",
    "saved_at": "2026-10-01T09:00:00Z",
    "saved_by": "local administrator",
    "published_at": None,
    "published_by": None,
    "audits": 0,
    "version": 1,
}
_TEXT = {**_VERSION, "is_module": True, **TEXT}
_PUBLISHED = {
    **_TEXT,
    "state": "published",
    "is_in_force": True,
    "published_at": "2026-10-02T09:00:00Z",
    "published_by": "local administrator",
    "version": 2,
}
_LISTED = {
    "tool": "mash",
    "title": "MASH",
    "is_module": True,
    "services": ["mash"],
    "kinds": [],
    "is_part_of_audits": True,
    "number": 1,
    "origin": "edition",
    "domains": ["Screening and decision at the front door"],
    "checks": 5,
    "draft": 2,
}
_NO_SUCH = described(404, "No such tool, or no such version of it")


@router.get(
    "",
    operation_id="list_audit_tools",
    dependencies=[requires(Permission.READ_POLICY)],
    responses=answered({"one module": {"items": [_LISTED]}}),
)
def list_audit_tools(work: WorkDep) -> ToolsListed:
    """The tools there are: which version is in force, which audits have it, and whether a new one is drafted."""
    current, drafts = current_tools(work), audit_tools.drafts(work.session, work.policy.edition.id)
    names = sorted({*current, *drafts})
    return ToolsListed(items=[tool_listed(work, name, current, drafts) for name in names])


@router.post(
    "",
    operation_id="make_audit_tool",
    status_code=HTTPStatus.CREATED,
    dependencies=[requires(Permission.CHANGE_AUDIT_TOOLS)],
    responses={
        **answered({"a first draft": {**_TEXT, "tool": "hoarding", "number": 1}}, HTTPStatus.CREATED),
        **described(409, "There is a tool of that id"),
    },
)
def make_audit_tool(asked: ToolAsked, work: WorkDep, response: Response) -> ToolVersion:
    """Makes a tool of the council's own, as a draft: such as a module for the theme of a cycle."""
    first = version_asked(asked.tool, 1, asked.text, is_module=asked.is_module)
    row = new_tool(work, first, asked.because)
    return _created(work, asked.tool, row.number, response)


@router.get(
    "/{tool}",
    operation_id="read_audit_tool",
    dependencies=[requires(Permission.READ_POLICY)],
    responses={**answered({"a module": _PUBLISHED}), **_NO_SUCH},
)
def read_audit_tool(tool: Tool, work: WorkDep, response: Response) -> ToolVersion:
    """The version in force, with its text; of a tool that was never published its draft."""
    return version_told(version_seen(work, tool), response)


@router.get(
    "/{tool}/versions",
    operation_id="list_audit_tool_versions",
    dependencies=[requires(Permission.READ_POLICY)],
    responses={**answered({"a draft": {"items": [_VERSION]}}), **_NO_SUCH},
)
def list_audit_tool_versions(tool: Tool, work: WorkDep) -> VersionsListed:
    """Every version there was, the newest first, with how many audits are done with it."""
    return VersionsListed(items=[version_listed(seen) for seen in versions_seen(work, tool)])


@router.post(
    "/{tool}/versions",
    operation_id="draft_audit_tool_version",
    status_code=HTTPStatus.CREATED,
    dependencies=[requires(Permission.CHANGE_AUDIT_TOOLS)],
    responses={
        **answered({"a draft": _TEXT}, HTTPStatus.CREATED),
        **_NO_SUCH,
        **described(409, "The tool has a draft already"),
    },
)
def draft_audit_tool_version(tool: Tool, asked: DraftAsked, work: WorkDep, response: Response) -> ToolVersion:
    """Begins a new version with the text of the one in force. Nothing changes for audits until it is published."""
    return _created(work, tool, draft_version(work, tool, asked.because).number, response)


@router.get(
    "/{tool}/versions/{number}",
    operation_id="read_audit_tool_version",
    dependencies=[requires(Permission.READ_POLICY)],
    responses={**answered({"a draft": _TEXT}), **_NO_SUCH},
)
def read_audit_tool_version(tool: Tool, number: Number, work: WorkDep, response: Response) -> ToolVersion:
    """One version with its text and its ETag."""
    return version_told(version_seen(work, tool, number), response)


@router.put(
    "/{tool}/versions/{number}",
    operation_id="save_audit_tool_version",
    dependencies=[requires(Permission.CHANGE_AUDIT_TOOLS)],
    responses={
        **answered({"a draft": {**_TEXT, "version": 2}}),
        **_NO_SUCH,
        **described(409, "It is published, and stays as it is"),
        **NEEDS_IF_MATCH,
    },
)
def save_audit_tool_version(
    tool: Tool, number: Number, asked: ToolText, work: WorkDep, *, response: Response, if_match: IfMatch = None
) -> ToolVersion:
    """Saves the text of a draft, whole. Whether it is fit for audits is asked when it is published."""
    with version_read(if_match, f"Version {number} of {tool}") as version:
        save_draft(work, tool, number, version_asked(tool, number, asked), version)
    return version_told(version_seen(work, tool, number), response)


@router.post(
    "/{tool}/versions/{number}/publish",
    operation_id="publish_audit_tool_version",
    dependencies=[requires(Permission.PUBLISH_AUDIT_TOOLS)],
    responses={
        **answered({"in force": _PUBLISHED}),
        **_NO_SUCH,
        **described(409, "It is not fit for audits: `errors` names each point"),
        **NEEDS_IF_MATCH,
    },
)
def publish_audit_tool_version(
    tool: Tool, number: Number, work: WorkDep, response: Response, if_match: IfMatch = None
) -> ToolVersion:
    """Puts a draft in force for audits that are allocated from now on. Those there are keep the form they have."""
    with version_read(if_match, f"Version {number} of {tool}") as version:
        publish_version(work, tool, number, version)
    return version_told(version_seen(work, tool, number), response)


@router.post(
    "/{tool}/versions/{number}/discard",
    operation_id="discard_audit_tool_version",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=[requires(Permission.CHANGE_AUDIT_TOOLS)],
    responses={**_NO_SUCH, **described(409, "It is published, and stays as it is"), **NEEDS_IF_MATCH},
)
def discard_audit_tool_version(tool: Tool, number: Number, work: WorkDep, if_match: IfMatch = None) -> None:
    """Throws a draft away."""
    with version_read(if_match, f"Version {number} of {tool}") as version:
        discard_draft(work, tool, number, version)


def _created(work: Work, tool: str, number: int, response: Response) -> ToolVersion:
    response.headers["Location"] = f"/v1/audit-tools/{tool}/versions/{number}"
    return version_told(version_seen(work, tool, number), response)
