"""Ladders that nobody could walk: each fault as a sentence that names the rung (D1–D8, W1–W7)."""

import dataclasses
from collections.abc import Collection, Iterator

from rules.lengths import WorkingDays
from rules.notice_events import NoticeEvent
from rules.policy.audit_ladder_checks import contradictions_of_audits
from rules.policy.ladder_shapes import (
    ENDS,
    RAISER,
    REFERRAL,
    STAYS,
    Ladder,
    LadderState,
    Rung,
    When,
    clauses_of,
)
from rules.policy.shape import Entry, Policy
from rules.policy.sources import Source
from rules.roles import Role

_ROLES = tuple(Role)
_WHO = (*_ROLES, RAISER)
_OPENERS = (Role.PRACTITIONER, Role.TEAM_MANAGER)  # as what the product knows somebody who opens a dispute


def ladder_contradictions(policy: Policy) -> Iterator[str]:
    """Every rung can be reached and left, is owed by somebody who is told, and says where it comes from."""
    ladders = policy.ladders
    for field in dataclasses.fields(ladders):
        ladder = getattr(ladders, field.name)
        if isinstance(ladder, Ladder):
            yield from _of_ladder(policy, f"ladders.{field.name}", ladder)
    yield from _leading_back("ladders.dispute", ladders.dispute)
    yield from _leading_back("ladders.safety_alert", ladders.safety_alert)
    yield from _resolved_unsaid(ladders.dispute)
    yield from contradictions_of_audits(ladders)
    yield from _unknown("ladders.disputes_opened_by", ladders.disputes_opened_by, _OPENERS)
    yield from _unknown("ladders.disputes_never_judged_by", ladders.disputes_never_judged_by, _ROLES)
    yield from _unknown("ladders.late_disputes_need_consent_of", (ladders.late_disputes_need_consent_of,), _ROLES)


def _of_ladder(policy: Policy, path: str, ladder: Ladder) -> Iterator[str]:
    ids = [rung.id for rung in ladder.rungs]
    if not ids or len(set(ids)) < len(ids):
        yield f"{path} should have at least one rung, each with an id of its own."
        return
    yield from _unknown(path, (ladder.time_runs_out_by, ladder.records_by), policy.clauses)
    told_as = {ladder.told_of, *(rung.told_of for rung in ladder.rungs if rung.told_of)}
    yield from _unknown(f"{path}, told_of", told_as, list(NoticeEvent))
    for rung in ladder.rungs:
        where = f"{path}.{rung.id}"
        yield from _origins(policy, path, rung)
        yield from _ways(where, ladder, rung)
        yield from _clocks(policy, where, rung)
        yield from _unknown(f"{where}, owed_by", rung.owed_by, _ROLES)
    yield from _unreachable(path, ladder)
    yield from _owed_untold(policy, path, ladder)


def _origins(policy: Policy, path: str, rung: Rung) -> Iterator[str]:
    for name, part in clauses_of(rung):
        yield from _unknown(f"{path}.{name}, rule", (part.rule,), policy.clauses)
        if (part.source is Source.LOCAL_DECISION) != bool(part.reading):
            yield f'{path}.{name} needs a `reading` when source is "local_decision", and none when it is "text".'


def _ways(where: str, ladder: Ladder, rung: Rung) -> Iterator[str]:
    ids = [one.id for one in ladder.rungs]
    allowed = (*ids, *ENDS, REFERRAL, STAYS)
    for way_out in (*rung.exits, *ladder.anywhere):
        yield from _unknown(f"{where}, {way_out.event}", (way_out.to,), allowed)
        yield from _unknown(f"{where}, {way_out.event}, by", way_out.by, _WHO)
        if not way_out.by:
            yield f"{where}, {way_out.event} is for nobody to say: name them in `by`."
        if way_out.records and not way_out.needs_summary:
            yield f"{where}, {way_out.event} goes on record with nobody to say what came of it: set `needs_summary`."
        if way_out.to == REFERRAL and rung.referral is None:
            yield f"{where}, {way_out.event} leads to a referral, and the rung has none."
    yield from _unknown(f"{where}, moves_up_to", filter(None, (rung.moves_up_to, rung.tells_when_overdue)), ids)
    if rung.moves_up_to in ids[: ids.index(rung.id) + 1]:
        yield f"{where} moves up to {rung.moves_up_to}, which is no later rung: the clock would go round for ever."
    if not any(way_out.to not in (STAYS, rung.id) for way_out in rung.exits):
        yield f"{where} has no exit: it would be waited on for ever."
    named = [(way_out.event, when) for way_out in (*rung.exits, *ladder.anywhere) for when in way_out.when]
    if len(set(named)) < len(named):
        yield f"{where} has two exits of one event: nobody could say which is meant."
    if rung.referral is not None and not any(When.REFERRAL in way_out.when for way_out in rung.exits):
        yield f"{where} has a referral, and no exit by which it is taken further."


def _leading_back(path: str, ladder: Ladder) -> Iterator[str]:
    """What the clock says at a rung it says once, so that nothing comes back to one (D7, W6)."""
    for place, rung in enumerate(ladder.rungs, 1):
        for way_out in (*rung.exits, *ladder.anywhere):
            if way_out.to in [one.id for one in ladder.rungs[:place]]:
                yield f"{path}.{rung.id}, {way_out.event} leads back to {way_out.to}: name a later rung."


def _resolved_unsaid(ladder: Ladder) -> Iterator[str]:
    """What resolves a dispute makes a new version of the report, which says why (D7)."""
    for rung in ladder.rungs:
        for way_out in rung.exits:
            if way_out.to == LadderState.RESOLVED and not (way_out.needs_summary or way_out.records):
                yield f"ladders.dispute.{rung.id}, {way_out.event} changes a report: set `needs_summary`."


def _clocks(policy: Policy, where: str, rung: Rung) -> Iterator[str]:
    if not rung.owed_by or (rung.referral is not None and not rung.referral.owed_by):
        yield f"{where} is owed by nobody: name a role in `owed_by`."
    if rung.referral is not None:
        yield from _unknown(f"{where}.referral, owed_by", rung.referral.owed_by, _ROLES)
    if rung.within is not None and rung.counted_by:
        yield f"{where} has a clock of its own and one of {rung.counted_by}: leave one out."
    counted_by = [it for it in (rung.counted_by, rung.counted_by_after_discussion) if it]
    lengths = [entry.path for entry in policy.entries if _is_length(policy, entry)]
    yield from _unknown(f"{where}, counted_by", counted_by, lengths)
    if rung.moves_up_to and rung.within is None and not rung.counted_by:
        yield f"{where} moves up to {rung.moves_up_to} when its time runs out, and has no clock."
    if rung.reminder_every is not None and rung.reminder_every.count < 1:
        yield f"{where}, reminder_every ({rung.reminder_every}) should be 1 working day or more."


def _is_length(policy: Policy, entry: Entry) -> bool:
    section, _, name = entry.path.partition(".")
    return isinstance(getattr(getattr(policy, section, None), name, None), WorkingDays)


def _unreachable(path: str, ladder: Ladder) -> Iterator[str]:
    reached = {ladder.rungs[0].id}
    for _ in ladder.rungs:
        for rung in ladder.rungs:
            if rung.id in reached:
                reached |= {rung.moves_up_to, *(way_out.to for way_out in rung.exits)}
    lost = [rung.id for rung in ladder.rungs if rung.id not in reached]
    if lost:
        yield f"{path} has no way to {', '.join(lost)}."


def _owed_untold(policy: Policy, path: str, ladder: Ladder) -> Iterator[str]:
    """Who owes something on a rung is told of it, where the matrix has rows for rungs."""
    rows = {
        NoticeEvent.DISPUTE_STEP: policy.recipients.dispute_step,
        NoticeEvent.SAFETY_ALERT: policy.recipients.safety_alert,
    }
    if ladder.told_of not in rows:
        return
    told_of = NoticeEvent(ladder.told_of)
    for rung in ladder.rungs:
        told = {role for row in rows[told_of] if not row.stages or rung.id in row.stages for role in row.roles}
        untold = {*rung.owed_by, *(rung.referral.owed_by if rung.referral else ())} - told
        if untold:
            who = ", ".join(sorted(untold))
            yield f"{path}.{rung.id} is owed by {who}, whom recipients.{told_of} does not tell at {rung.id}."


def _unknown(key: str, found: Collection[str] | Iterator[str], allowed: Collection[str]) -> Iterator[str]:
    strange = [item for item in found if item not in allowed]
    if strange:
        yield f"{key} names {', '.join(map(repr, strange))}; allowed are {', '.join(allowed)}."
