"""Of which tools the form of an audit is made: by service and kind, or as its theme has it (P8, P2)."""

from rules.audit_tools import ToolVersion
from rules.policy.shape import Policy

THEMED = "themed"


def tools_for(service_id: str, kind: str, policy: Policy, theme: ToolVersion | None = None) -> tuple[str, ...]:
    """The ids of the tools that an audit is done with, in their order: a form, then modules.

    `theme` is the tool chosen for the cycle of a themed audit (P2): a form stands alone, a module takes the place of
    what the policy has for themed audits.
    """
    parts = [part for part in policy.audit_tools.parts if part.is_for(service_id, kind)]
    if kind != THEMED or theme is None:
        return tuple(part.tool for part in parts)
    if not theme.is_module:
        return (theme.tool,)
    return (*(part.tool for part in parts if THEMED not in part.kinds and part.tool != theme.tool), theme.tool)
