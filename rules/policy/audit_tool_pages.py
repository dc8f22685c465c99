"""The audit tool as a page to read and to print, in Markdown (A5, P8)."""

from collections.abc import Iterable, Iterator

from rules.audit_tools import ComplianceCheck, ToolDomain, ToolVersion
from rules.dates_in_words import listed
from rules.policy.audit_shapes import ToolPart
from rules.policy.shape import Policy


def as_markdown(policy: Policy, tools: Iterable[ToolVersion]) -> str:
    """All tools in the order of the policy, forms and modules alike; those that it does not name come last."""
    places = {part.tool: place for place, part in reversed([*enumerate(policy.audit_tools.parts)])}
    ordered = sorted(tools, key=lambda tool: (places.get(tool.tool, len(places)), tool.tool))
    lines = ["# Audit tool", "", *_what_is_asked(policy)]
    for tool in ordered:
        lines += ["", *_tool(tool, [part for part in policy.audit_tools.parts if part.tool == tool.tool])]
    return "\n".join([*lines, ""])


def _what_is_asked(policy: Policy) -> Iterator[str]:
    asked = policy.audit_tools
    yield (
        f"Each domain that applies is graded, with evidence of at least {_count(asked.least_words_of_evidence)}; each "
        f"line of enquiry is answered in at least {_count(asked.least_words_of_answer)}, or marked as not applicable. "
        "Compliance checks are answered yes, no or not applicable; their score is yes ÷ (yes + no)."
    )


def _count(words: int) -> str:
    return f"{words} word{'' if words == 1 else 's'}"


def _tool(tool: ToolVersion, parts: list[ToolPart]) -> Iterator[str]:
    yield f"## {_words(tool.title)} (version {tool.version})"
    yield from ("", f"*{_audits_with(parts)}*", "", _words(tool.introduction))
    for domain in tool.domains:
        yield from ("", *_domain(domain))
    if tool.checks:
        yield from ("", f"### {_words(tool.title)}: compliance checks", "")
        yield from ("| check | where to look | in time |", "|---|---|---|", *map(_check, tool.checks))


def _audits_with(parts: list[ToolPart]) -> str:
    if not parts:
        return "For the themes that it is chosen for."
    named = [*dict.fromkeys(it for part in parts for it in (*part.kinds, *part.services))]
    return f"For audits of {listed(named).replace('_', ' ')}." if named else "For every audit."


def _domain(domain: ToolDomain) -> Iterator[str]:
    yield f"### {_words(domain.title)}{' (where it applies)' if domain.may_not_apply else ''}"
    yield from ("", _words(domain.purpose), "")
    yield f"**Good:** {_words(domain.good)}"
    yield ""
    yield f"**Worrying:** {_words(domain.worrying)}"
    yield ""
    for number, line in enumerate(domain.lines, start=1):
        yield f"{number}. {_words(line.question)}"
        yield from (f"    - {_words(prompt)}" for prompt in line.evidence)


def _check(check: ComplianceCheck) -> str:
    limit = check.timescale
    in_time = f'{limit.within} from "{limit.starts_with}" to "{limit.ends_with}" ({limit.source})' if limit else ""
    return f"| {_words(check.question)} | {_words(check.evidence)} | {_words(in_time)} |"


def _words(text: str) -> str:
    """One line, in which what would be markup stays text."""
    plain = " ".join(text.split())
    for sign in "\\`*_[]<>#|":
        plain = plain.replace(sign, f"\\{sign}")
    return plain
