"""`/v1/audit-tools`: the audit tool in its versions: read, drafted, saved, published, discarded (P8, L2)."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, cast

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.audit_tool_texts import TEXT, CheckText, DomainText, Id, ToolText, text_told, version_asked
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import IN_DIGITS, AskedToRecord
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import audit_tools
from db.tables.audit_tools import ToolVersion as VersionRow
from rules.policy.shape import Policy
from usecases.audit_tools import FROM_THE_EDITION, CurrentTool, current_tools
from usecases.tool_versions import (
    VersionSeen,
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
Origin = Literal["edition", "council"]
State = Literal["draft", "published"]
Because = Annotated[str, Field(min_length=1, max_length=1000, examples=["The practice forum asked for it"])]


class ToolListed(BaseModel):
    """A tool with its version in force: a form, or a module that adds to one."""

    tool: Id
    title: str
    is_module: bool
    services: Annotated[list[str], Field(description="Whose audits have it by the policy; empty for all")]
    kinds: Annotated[list[str], Field(description="Which kinds of audit have it by the policy; empty for all")]
    is_part_of_audits: Annotated[bool, Field(description="Whether the policy has it for any; else it is for themes")]
    number: Annotated[int | None, Field(description="Of the version in force; null while there is a draft alone")]
    origin: Origin
    domains: Annotated[list[str], Field(description="Their titles")]
    checks: Annotated[int, Field(description="How many compliance checks")]
    draft: Annotated[int | None, Field(description="The number of the version that is being drafted")]


class ToolsListed(BaseModel):
    """All tools, by id."""

    items: list[ToolListed]


class VersionListed(BaseModel):
    """A version of a tool, without its text."""

    tool: Id
    number: int
    title: str
    state: State
    is_in_force: bool
    origin: Origin
    because: Annotated[str | None, Field(description="Why the council changed it")]
    saved_at: datetime | None
    saved_by: str | None
    published_at: datetime | None
    published_by: str | None
    audits: Annotated[int, Field(description="How many audits are done with it")]
    version: Annotated[int, Field(description="Its ETag: send it as If-Match with a change")]


class VersionsListed(BaseModel):
    """The versions of a tool, the newest first."""

    items: list[VersionListed]


class ToolVersion(VersionListed):
    """A version of a tool, with its text."""

    is_module: bool
    introduction: str
    domains: list[DomainText]
    checks: list[CheckText]


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
    return ToolsListed(items=[_listed(work, name, current, drafts) for name in names])


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
    return _told(version_seen(work, tool), response)


@router.get(
    "/{tool}/versions",
    operation_id="list_audit_tool_versions",
    dependencies=[requires(Permission.READ_POLICY)],
    responses={**answered({"a draft": {"items": [_VERSION]}}), **_NO_SUCH},
)
def list_audit_tool_versions(tool: Tool, work: WorkDep) -> VersionsListed:
    """Every version there was, the newest first, with how many audits are done with it."""
    return VersionsListed(items=[VersionListed(**_facts(seen)) for seen in versions_seen(work, tool)])


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
    return _told(version_seen(work, tool, number), response)


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
    return _told(version_seen(work, tool, number), response)


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
    return _told(version_seen(work, tool, number), response)


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
    return _told(version_seen(work, tool, number), response)


def _told(seen: VersionSeen, response: Response) -> ToolVersion:
    facts = _facts(seen)
    tag(response, facts["version"])
    return ToolVersion(**{**facts, **text_told(seen.text)}, is_module=seen.text.is_module)


def _facts(seen: VersionSeen) -> dict[str, Any]:
    row = seen.row
    return {
        "tool": seen.text.tool,
        "number": seen.text.version,
        "title": seen.text.title,
        "state": row.state if row else "published",
        "is_in_force": seen.is_in_force,
        "origin": row.origin if row else FROM_THE_EDITION,
        "because": row.because if row else None,
        "saved_at": row.saved_at if row else None,
        "saved_by": row.saved_by if row else None,
        "published_at": row.published_at if row else None,
        "published_by": row.published_by if row else None,
        "audits": seen.audits,
        "version": row.version if row else 0,
    }


def _listed(work: Work, name: str, current: Mapping[str, CurrentTool], drafts: Mapping[str, VersionRow]) -> ToolListed:
    in_force = current.get(name)
    text = in_force.version if in_force else version_seen(work, name).text
    row = in_force.row if in_force else drafts[name]
    services, kinds, is_part = _audits_with(work.policy, name)
    return ToolListed(
        tool=name,
        title=text.title,
        is_module=text.is_module,
        services=services,
        kinds=kinds,
        is_part_of_audits=is_part,
        number=text.version if in_force else None,
        origin=cast(Origin, row.origin if row else FROM_THE_EDITION),
        domains=[domain.title for domain in text.domains],
        checks=len(text.checks),
        draft=drafts[name].number if name in drafts else None,
    )


def _audits_with(policy: Policy, name: str) -> tuple[list[str], list[str], bool]:
    parts = [part for part in policy.audit_tools.parts if part.tool == name]
    services = sorted({service for part in parts for service in part.services})
    kinds = sorted({kind for part in parts for kind in part.kinds})
    return services, kinds, bool(parts)
