"""Whether what an auditor writes fits the audit tool: its domains, lines of enquiry and compliance checks (L2, P8)."""

from collections.abc import Collection, Iterator

from rules.audit_tools import AuditTool, ToolDomain
from rules.decisions import Reason
from rules.errors import Problem
from rules.gradings import DomainContent, GradingContent
from rules.policy.shape import Policy

_MOST_NAMED = 20
_LONGEST_VALUE = 60


def wrong_by_tool(content: GradingContent, tool: AuditTool) -> tuple[Problem, ...]:
    """What the tool has not, or has and always asks for; each with a JSON pointer into the content."""
    domains, checks = tool.domains_by_id, tool.checks_by_id
    found: list[Problem] = []
    for place, written in enumerate(content.domains):
        pointer = f"/domains/{place}"
        if written.domain not in domains:
            found.append(_unknown(f"{pointer}/domain", "domain", written.domain, domains))
        else:
            found += _wrong_in_domain(pointer, written, domains[written.domain])
    for place, check in enumerate(content.checks):
        if check.check not in checks:
            found.append(_unknown(f"/checks/{place}/check", "compliance check", check.check, checks))
    return (*_graded_without_domains(content, tool), *found)


def _graded_without_domains(content: GradingContent, tool: AuditTool) -> Iterator[Problem]:
    """An overall grade where there is a percentage only: clocks, letters and re-audits would follow it (P8)."""
    if content.overall is not None and not tool.is_graded:
        sentence = "The audit tool has no graded domains, so there is a percentage and no overall grade: leave it out."
        yield Problem("/overall", sentence, content.overall[:_LONGEST_VALUE], "P8")


def ungraded_domains(content: GradingContent, tool: AuditTool, policy: Policy) -> tuple[Reason, ...]:
    """The domains that lack a grade before the discussion, which fixes that grading (L2, L3).

    One that may not apply is left alone until it is written of.
    """
    return tuple(
        policy.reason("L2", f'"{domain.title}" before the discussion has no grade: choose one.')
        for domain in tool.domains
        if _lacks_grade(content.domain(domain.id), domain)
    )


def _lacks_grade(written: DomainContent | None, domain: ToolDomain) -> bool:
    if written is None:
        return not domain.may_not_apply
    return written.is_applicable and written.grade is None


def _wrong_in_domain(pointer: str, written: DomainContent, domain: ToolDomain) -> Iterator[Problem]:
    if not written.is_applicable and not domain.may_not_apply:
        sentence = f"{domain.title} ({domain.id}) applies to every audit: grade it, or leave it out until you do."
        yield Problem(f"{pointer}/is_applicable", sentence, "false", "L2")
    lines = [line.id for line in domain.lines]
    for place, answer in enumerate(written.lines):
        if answer.line not in lines:
            yield _unknown(f"{pointer}/lines/{place}/line", f"line of enquiry of {domain.id}", answer.line, lines)


def _unknown(pointer: str, what: str, given: str, known: Collection[str]) -> Problem:
    sentence = f"The audit tool has no {what} {given!r:.60}: {_those_it_has(known)}."
    return Problem(pointer, sentence, given[:_LONGEST_VALUE], "L2")


def _those_it_has(known: Collection[str]) -> str:
    if not known:
        return "it has none, so leave it out"
    left_out = len(known) - _MOST_NAMED
    more = f" or one of {left_out} more, which the form names" if left_out > 0 else ""
    return f"give one of {', '.join([*known][:_MOST_NAMED])}{more}"
