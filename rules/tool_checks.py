"""What keeps a version of an audit tool from being used: every point at once, with the place of each (P8, L2)."""

import re
from collections.abc import Iterator, Mapping

from rules.audit_tools import ToolDomain, ToolVersion
from rules.errors import Problem

# Ids stand in what auditors write, in figures and in addresses, for as long as either is kept.
SHORT_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST_SHOWN = 40


def problems_of_tool(tool: ToolVersion, others: Mapping[str, ToolVersion]) -> list[Problem]:
    """What is wrong with a version before it is published; `others` are the tools that it may stand beside, by id.

    Ids of domains and checks are unique across all tools, so that any of them can be put together.
    """
    taken = {name: part for name, part in others.items() if name != tool.tool}
    return [
        *_of_ids("/domains", "domain", [domain.id for domain in tool.domains], _domains_of(taken)),
        *_of_ids("/checks", "check", [check.id for check in tool.checks], _checks_of(taken)),
        *_of_emptiness(tool),
        *(problem for place, domain in enumerate(tool.domains) for problem in _of_lines(f"/domains/{place}", domain)),
    ]


def _of_ids(pointer: str, what: str, ids: list[str], taken: Mapping[str, str]) -> Iterator[Problem]:
    for place, given in enumerate(ids):
        at, shown = f"{pointer}/{place}/id", given[:_MOST_SHOWN]
        if not SHORT_ID.fullmatch(given):
            sentence = (
                f"{shown!r} is no id of a {what}: small letters, digits and _, up to 40, beginning with a letter."
            )
            yield Problem(at, sentence, shown, "P8")
        elif given in ids[:place]:
            yield Problem(at, f"The {what} {given!r} is there twice: give one of them another id.", given, "P8")
        elif given in taken:
            sentence = f"The {what} {given!r} is in the tool {taken[given]!r} already: give it another id here."
            yield Problem(at, sentence, given, "P8")


def _of_emptiness(tool: ToolVersion) -> Iterator[Problem]:
    if not tool.domains and not tool.checks:
        yield Problem("/domains", "The tool asks for nothing: add a domain or a compliance check.", None, "P8")


def _of_lines(pointer: str, domain: ToolDomain) -> Iterator[Problem]:
    yield from _of_ids(f"{pointer}/lines", "line of enquiry", [line.id for line in domain.lines], {})
    if not domain.lines:
        yield Problem(
            f"{pointer}/lines", f"The domain {domain.title!r:.60} has no line of enquiry: add one.", None, "L2"
        )


def _domains_of(tools: Mapping[str, ToolVersion]) -> dict[str, str]:
    return {domain.id: name for name, tool in tools.items() for domain in tool.domains}


def _checks_of(tools: Mapping[str, ToolVersion]) -> dict[str, str]:
    return {check.id: name for name, tool in tools.items() for check in tool.checks}
