"""What a moderator writes of an audit, and what can happen to a moderated audit when (M2 to M4, M6)."""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rules.audit_tools import AuditTool
from rules.decisions import Reason
from rules.errors import Problem
from rules.gradings import GradingContent, Stage, wrong_in_grading
from rules.policy.shape import Policy
from rules.tool_fit import wrong_by_tool


class ModerationEvent(enum.StrEnum):
    """What can happen to a moderated audit."""

    MODERATOR_REPLACED = "moderator_replaced"
    REGRADE_SAVED = "regrade_saved"
    AUDITOR_MET = "auditor_met"
    FEEDBACK_GIVEN = "feedback_given"
    MODERATION_CLOSED = "moderation_closed"


# The moderator's own; the others are the audit team's.
OF_THE_MODERATOR = (ModerationEvent.REGRADE_SAVED, ModerationEvent.AUDITOR_MET, ModerationEvent.FEEDBACK_GIVEN)
ALLOCATED, FED_BACK, CLOSED = "allocated", "fed_back", "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationFacts:
    """A moderated audit as it stands.

    `missing` is what the regrade lacks; `is_met` says that moderator and auditor met, or why they did not.
    """

    reference: str
    state: str
    has_moderator: bool
    missing: tuple[Reason, ...]
    is_met: bool


def wrong_in_regrade(content: GradingContent, tool: AuditTool, policy: Policy) -> tuple[Problem, ...]:
    """What no regrade may hold: a grade that the edition has not, a domain that the audit's tool has not."""
    return (*wrong_in_grading(content, Stage.AFTER_DISCUSSION, policy), *wrong_by_tool(content, tool))


def missing_in_regrade(
    content: GradingContent | None, tool: AuditTool, by_auditor: Mapping[str, str], policy: Policy
) -> tuple[Reason, ...]:
    """What a regrade lacks: a grade of each domain that applies, the overall grade, and the findings (M3).

    `by_auditor` has the auditor's grade of each domain: where the moderator's is another, it is said why.
    """
    written = content or GradingContent()
    return (*_missing(written, tool, policy), *_unexplained(written, tool, by_auditor, policy))


def why_not_now(event: ModerationEvent, facts: ModerationFacts, policy: Policy) -> tuple[Reason, ...]:
    """Every reason against it as things stand; none where it can happen."""
    return tuple(_why_not(event, facts, policy))


def why_not_met_on(met_on: date, drawn_on: date, today: date, policy: Policy) -> Reason | None:
    """Why moderator and auditor cannot have met on that day (M3)."""
    if met_on > today:
        return policy.reason("M3", f"The meeting of {met_on} is still to come: record it once it was held.")
    if met_on < drawn_on:
        return policy.reason("M3", f"The audit was drawn on {drawn_on}, after {met_on}: give the day of the meeting.")
    return None


def _missing(content: GradingContent, tool: AuditTool, policy: Policy) -> Iterator[Reason]:
    for domain in tool.domains:
        written = content.domain(domain.id)
        if written is None and domain.may_not_apply:
            continue
        if written is None or (written.is_applicable and written.grade is None):
            yield policy.reason("M3", f'"{domain.title}" is not regraded: give its grade.')
    if content.overall is None:
        titles = ", ".join(policy.gradings.grades.values())
        yield policy.reason("M3", f"The overall grade is not given: give one of {titles}.")
    if not content.overall_because.strip():
        yield policy.reason("M3", "The findings are not written: say what the moderation found.")


def _unexplained(
    content: GradingContent, tool: AuditTool, by_auditor: Mapping[str, str], policy: Policy
) -> Iterator[Reason]:
    titles = policy.gradings.grades
    for domain in tool.domains:
        written, auditor = content.domain(domain.id), by_auditor.get(domain.id)
        if written is None or written.grade is None or auditor is None or written.grade == auditor:
            continue
        if not written.evidence.strip():
            given = f"{titles.get(auditor, auditor)} by the auditor and {titles[written.grade]} by the moderator"
            yield policy.reason("M3", f'"{domain.title}" is graded {given}: say what was found.')


def _why_not(event: ModerationEvent, facts: ModerationFacts, policy: Policy) -> Iterator[Reason]:
    if event is ModerationEvent.MODERATION_CLOSED:
        if facts.state == CLOSED:
            yield policy.reason("M4", f"The moderation of {facts.reference} is closed already.")
        return
    if facts.state != ALLOCATED:
        yield policy.reason("M4", _ended(facts))
        return
    if event in OF_THE_MODERATOR and not facts.has_moderator:
        yield policy.reason("M2", f"Nobody moderates {facts.reference} yet: the audit team names somebody first.")
    if event is ModerationEvent.FEEDBACK_GIVEN:
        yield from facts.missing
        if not facts.is_met:
            sentence = "The meeting with the auditor is not recorded: record its day, or why there was none."
            yield policy.reason("M3", sentence)


def _ended(facts: ModerationFacts) -> str:
    how = "has its feedback" if facts.state == FED_BACK else "is closed"
    return f"The moderation of {facts.reference} {how}, and stays as it is."
