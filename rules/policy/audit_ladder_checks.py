"""Ladders on which audits move that the life of an audit could not follow (S7, R2–R4, Q1–Q3)."""

from collections.abc import Collection, Iterator

from rules.policy.ladder_shapes import (
    BELOW,
    EVENTS_OF_RE_AUDITS,
    EVENTS_OF_REPORTS,
    ISSUED_BELOW,
    ORDERED,
    RETURNED,
    Ladder,
    Ladders,
    When,
)


def contradictions_of_audits(ladders: Ladders) -> Iterator[str]:
    """The two ladders of audits have the events that there are, and a clock where somebody is waited for."""
    re_audit, reports = ladders.re_audit, ladders.quality_of_reports
    yield from _of_audits("ladders.re_audit", re_audit, ISSUED_BELOW, EVENTS_OF_RE_AUDITS)
    yield from _of_audits("ladders.quality_of_reports", reports, RETURNED, EVENTS_OF_REPORTS)
    yield from _of_re_audits(re_audit)
    for first in reports.rungs[:1]:
        if first.within is None and not first.counted_by:
            yield f"ladders.quality_of_reports.{first.id} has no clock: say within which time a report comes back."


def _of_audits(path: str, ladder: Ladder, opened_by: str, events: Collection[str]) -> Iterator[str]:
    """What happens on these ladders is what the life of an audit says, and it knows clocks and moves by them alone."""
    if ladder.opened_by != opened_by:
        yield f"{path}, opened_by is {ladder.opened_by!r}; that of audits is {opened_by}."
    strange = [event for event in ladder.events if event not in events]
    if strange:
        yield f"{path} names {', '.join(map(repr, strange))}, which no audit knows; allowed are {', '.join(events)}."
    for rung in ladder.rungs:
        if rung.referral or rung.acknowledgement or rung.reminder_every or rung.tells_when_overdue:
            yield f"{path}.{rung.id}: audits have no referral, acknowledgement or reminders by a ladder."


def _of_re_audits(ladder: Ladder) -> Iterator[str]:
    passed: list[str] = []
    for rung in ladder.rungs:
        passed.append(rung.id)
        below = next((one for one in rung.exits if one.event == BELOW and When.STAGE in one.when), None)
        is_ordered = any(one.event == ORDERED for one in rung.exits)
        if below is None:
            yield f"ladders.re_audit.{rung.id} should say where {BELOW} leads, to a rung or to an end."
        if not is_ordered and (rung.within or rung.counted_by):
            yield f"ladders.re_audit.{rung.id} has a clock, and no {ORDERED} for which it runs: cycles have dates."
        if rung.moves_up_to or (below is not None and below.to in passed and not is_ordered):
            yield f"ladders.re_audit.{rung.id} moves by a re-audit or by somebody's word, to another rung or an end."
