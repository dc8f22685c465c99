"""Audit tools and their versions as answers tell them (P8, L2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, Field
from starlette.responses import Response

from api.audit_tool_texts import CheckText, DomainText, Id, text_told
from api.entity_tags import tag
from db.tables.audit_tools import ToolVersion as VersionRow
from rules.policy.shape import Policy
from usecases.audit_tools import FROM_THE_EDITION, CurrentTool
from usecases.tool_versions import VersionSeen, version_seen
from usecases.work import Work

Origin = Literal["edition", "council"]
State = Literal["draft", "published"]


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


def version_told(seen: VersionSeen, response: Response) -> ToolVersion:
    """A version with its text, and its ETag."""
    facts = _facts(seen)
    tag(response, facts["version"])
    return ToolVersion(**{**facts, **text_told(seen.text)}, is_module=seen.text.is_module)


def version_listed(seen: VersionSeen) -> VersionListed:
    """A version without its text."""
    return VersionListed(**_facts(seen))


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


def tool_listed(
    work: Work, name: str, current: Mapping[str, CurrentTool], drafts: Mapping[str, VersionRow]
) -> ToolListed:
    """A tool with its version in force, or its draft where it was never published."""
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
