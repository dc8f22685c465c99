"""What the audit tools of an edition cannot be: named and missing, a module alone, one id for two things (P8, L2)."""

from collections.abc import Iterator

from rules.dates_in_words import listed
from rules.errors import PolicyError
from rules.policy.shape import Policy
from rules.tool_checks import problems_of_tool

KINDS = ("ordinary", "themed", "re_audit")


def tool_contradictions(policy: Policy) -> Iterator[str]:
    """What can be told without reading the tools: their names, their kinds of audit, and how much is written."""
    known = [*policy.tool_files]
    for part in policy.audit_tools.parts:
        if part.tool not in known:
            yield f"audit_tools.parts names {part.tool!r}; the folder audit_tools has {listed(known) or 'no tool'}."
        for kind in part.kinds:
            if kind not in KINDS:
                yield f"audit_tools.parts names the kind {kind!r}; allowed are {', '.join(KINDS)}."
    for kind in KINDS:
        if not any(part.is_for("", kind) for part in policy.audit_tools.parts):  # of whatever service
            yield f"audit_tools.parts has no form for {kind} audits of every service: name one without services."
    for key in ("least_words_of_evidence", "least_words_of_answer"):
        if (least := getattr(policy.audit_tools, key)) < 1:
            yield f"audit_tools.{key} ({least}) should be 1 or more."


def problems_of_tools(policy: Policy) -> Iterator[str]:
    """What is wrong with the files of the tools themselves, each read for it."""
    try:
        tools = {name: policy.tool_files[name] for name in policy.tool_files}
    except PolicyError as unusable:
        yield str(unusable)
        return
    for place, (name, tool) in enumerate(tools.items()):
        for problem in problems_of_tool(tool, dict([*tools.items()][:place])):  # what two share is told of the later
            yield f"{name}.toml: {problem.pointer}: {problem.sentence}"
    for kind in KINDS:
        first = next(part for part in policy.audit_tools.parts if part.is_for("", kind))
        if tools[first.tool].is_module:
            yield f"audit_tools.parts begins with {first.tool!r}, a module: name a form first."
            return
