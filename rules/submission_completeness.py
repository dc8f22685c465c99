"""What a grading still lacks of what its audit tool asks for, before the report can be submitted (L2, P8)."""

from collections.abc import Iterator

from rules.audit_tools import AuditTool, ComplianceCheck, Timescale, ToolDomain
from rules.compliance import last_day_in_time
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.gradings import CheckAnswer, CheckFound, DomainContent, GradingContent
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar


def missing_for_submission(
    tool: AuditTool, content: GradingContent, policy: Policy, calendar: WorkingDayCalendar
) -> tuple[Reason, ...]:
    """One sentence for each thing missing, in the order of the tool; none for a grading that is complete.

    Each applicable domain has a grade and evidence, each line of enquiry an answer or a mark that it does not apply,
    each compliance check an answer, and the dates of a timescale bear that answer out.
    """
    found = {check.check: check for check in content.checks}
    return (
        *(
            policy.reason("L2", sentence)
            for domain in tool.domains
            for sentence in _of_domain(domain, content.domain(domain.id), policy)
        ),
        *(
            policy.reason("P8", sentence)
            for check in tool.checks
            for sentence in _of_check(check, found.get(check.id) or CheckFound(check.id), calendar)
        ),
    )


def _of_domain(domain: ToolDomain, written: DomainContent | None, policy: Policy) -> Iterator[str]:
    named = f'"{domain.title}"'
    if written is None:
        mark = " or mark that it does not apply to this case" if domain.may_not_apply else ""
        yield f"Nothing is written of {named}: grade it with evidence{mark}."
        return
    if not written.is_applicable:
        if not domain.may_not_apply:
            yield f"{named} is marked as not applicable, and it applies to every audit: grade it with evidence."
        return
    if written.grade is None:
        yield f"{named} has no grade after the discussion: choose one."
    yield from _of_evidence(named, written.evidence, policy.audit_tools.least_words_of_evidence)
    yield from _of_lines(domain, written, policy.audit_tools.least_words_of_answer)


def _of_evidence(named: str, evidence: str, least: int) -> Iterator[str]:
    words = len(evidence.split())
    if words < least:
        yield f"The evidence for {named} has {_words(words)} of at least {least}: say what the record shows, and where."


def _of_lines(domain: ToolDomain, written: DomainContent, least: int) -> Iterator[str]:
    answers = {line.line: line for line in written.lines}
    for line in domain.lines:
        answer = answers.get(line.id)
        if answer is not None and not answer.is_applicable:
            continue
        words = len(answer.answer.split()) if answer else 0
        if words < least:
            asked = f'"{domain.title}", "{line.question}"'
            lacks = f"is answered in {_words(words)} of at least {least}" if words else "is not answered"
            yield f"{asked} {lacks}: answer it, or mark it as not applicable."


def _of_check(check: ComplianceCheck, found: CheckFound, calendar: WorkingDayCalendar) -> Iterator[str]:
    if found.answer is None:
        yield f'The check "{check.question}" is not answered: say yes, no or not applicable.'
    elif check.timescale is not None and found.answer is not CheckAnswer.NOT_APPLICABLE:
        yield from _of_dates(check, check.timescale, found, calendar)


def _of_dates(
    check: ComplianceCheck, timescale: Timescale, found: CheckFound, calendar: WorkingDayCalendar
) -> Iterator[str]:
    """A yes has both dates, a no at least the first: what has not happened has no day."""
    asked = f'The check "{check.question}"'
    if found.started_on is None:
        yield f'{asked} has no date of "{timescale.starts_with}": the limit of {timescale.within} counts from it.'
    elif found.on is None:
        if found.answer is CheckAnswer.YES:
            yield f'{asked} is answered yes without the date of "{timescale.ends_with}": add it.'
    elif found.on < found.started_on:
        yield (
            f'{asked} has {day_in_words(found.on)} for "{timescale.ends_with}", before "{timescale.starts_with}" on '
            f"{day_in_words(found.started_on)}: correct one of them."
        )
    else:
        yield from _of_time_taken(asked, timescale, found, calendar)


def _of_time_taken(asked: str, timescale: Timescale, found: CheckFound, calendar: WorkingDayCalendar) -> Iterator[str]:
    assert found.started_on is not None
    assert found.on is not None
    until = last_day_in_time(timescale, found.started_on, calendar)
    if until is None:
        return
    is_in_time = found.on <= until
    if is_in_time != (found.answer is CheckAnswer.YES):
        yield (
            f"{asked} is answered {found.answer}, and {day_in_words(found.on)} is "
            f"{'in time' if is_in_time else 'late'}: {timescale.within} from {day_in_words(found.started_on)} end on "
            f"{day_in_words(until)}. Correct the answer or a date."
        )


def _words(count: int) -> str:
    return f"{count} word{'' if count == 1 else 's'}"
