"""Gradings that lack nothing, for any audit tool: every domain graded, every line answered, every check done."""

from dataclasses import replace
from datetime import date

from rules.audit_tools import AuditTool, ComplianceCheck
from rules.gradings import CheckAnswer, CheckFound, DomainContent, GradingContent, LineAnswer

EVIDENCE = "The record shows it at each visit since May, in the person's own words, and says what was done then."
ANSWER = "Yes, it is on the record of each visit, with the day and who was there."


def whole_grading(tool: AuditTool, overall: str, **domains: str) -> GradingContent:
    """A first grading with that overall grade, which every domain has too, unless it is named with its own."""
    return GradingContent(
        domains=tuple(
            DomainContent(
                domain.id,
                domains.get(domain.id, overall),
                EVIDENCE,
                lines=tuple(LineAnswer(line.id, ANSWER) for line in domain.lines),
            )
            for domain in tool.domains
        ),
        checks=tuple(_done(check) for check in tool.checks),
        strengths=("Her letters are warm and plain.",),
        areas_to_improve=("Reviews are late.",),
        overall=overall,
        is_anyone_unsafe=False,
    )


def after_discussion(first: GradingContent, overall: str, **domains: str) -> GradingContent:
    """The second grading, which says nothing again but the grades and what the discussion added."""
    return replace(
        first,
        domains=tuple(
            DomainContent(domain.domain, domains.get(domain.domain, overall), is_applicable=domain.is_applicable)
            for domain in first.domains
        ),
        checks=(),
        strengths=(),
        areas_to_improve=(),
        overall=overall,
        added_by_discussion="The sister had been rung twice.",
    )


def _done(check: ComplianceCheck) -> CheckFound:
    if check.timescale is None:
        return CheckFound(check.id, CheckAnswer.YES)
    return CheckFound(check.id, CheckAnswer.YES, date(2026, 9, 1), started_on=date(2026, 9, 1))
