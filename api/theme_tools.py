"""`/v1/audit-cycles/{id}/audit-tool`: the tool that a themed cycle uses for its theme (P2)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from api.audit_cycles import Month
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import AskedToRecord
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from db.tables.audit_tools import ThemeTool as ThemeToolRow
from usecases.theme_tools import choose_theme_tool, theme_tool

router = Router("audit cycles", "/v1/audit-cycles")


class ThemeToolAsked(AskedToRecord):
    """Which tool: a form is used alone, a module in place of the one for all themes; null takes the choice back."""

    tool: Annotated[str | None, Field(max_length=40, examples=["hoarding"])]


class ThemeTool(BaseModel):
    """What was chosen for a cycle's theme; null while its audits use what the policy has for themed ones."""

    tool: str | None
    chosen_at: datetime | None
    chosen_by: str | None
    version: int


_EXAMPLE: dict[str, Any] = {
    "tool": "hoarding",
    "chosen_at": "2027-01-12T10:00:00Z",
    "chosen_by": "local administrator",
    "version": 1,
}
_NO_CYCLE = described(404, "The programme has no cycle in that month")


@router.get(
    "/{month}/audit-tool",
    operation_id="read_theme_tool",
    dependencies=[requires(Permission.READ_PROGRAMME)],
    responses={**answered({"a tool of its own": _EXAMPLE}), **_NO_CYCLE},
)
def read_theme_tool(month: Month, work: WorkDep, response: Response) -> ThemeTool:
    """The tool that was chosen for a cycle, with its ETag; there is one too while nothing was chosen."""
    return _told(theme_tool(work, month), response)


@router.put(
    "/{month}/audit-tool",
    operation_id="choose_theme_tool",
    dependencies=[requires(Permission.CHANGE_PROGRAMME)],
    responses={
        **answered({"chosen": _EXAMPLE}),
        **_NO_CYCLE,
        **described(409, "The cycle is not planned as themed, or has opened"),
        **NEEDS_IF_MATCH,
    },
)
def choose_tool_of_theme(
    month: Month, asked: ThemeToolAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> ThemeTool:
    """Chooses a published tool for a themed cycle that has not opened; the ETag is that of the choice before."""
    with version_read(if_match, f"The tool of the cycle {month}") as version:
        return _told(choose_theme_tool(work, month, asked.tool, version), response)


def _told(row: ThemeToolRow | None, response: Response) -> ThemeTool:
    tag(response, row.version if row else 0)
    if row is None:
        return ThemeTool(tool=None, chosen_at=None, chosen_by=None, version=0)
    return ThemeTool(tool=row.tool, chosen_at=row.chosen_at, chosen_by=row.chosen_by, version=row.version)
