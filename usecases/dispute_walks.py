"""Where a dispute stands, worked out from its steps; and what happens to it, saved with all that follows (D1 to D8)."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from db.queries import audit_life as life
from db.queries import disputes as queries
from db.queries.reaches import EVERYTHING, Relation
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute, DisputeStep
from rules.decisions import DeadlineStart
from rules.errors import PolicyError
from rules.ladders import TIME_RAN_OUT, Happening, LadderFacts, LadderState, Standing, Step, ladder_named, walk
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from usecases.dispute_actors import LADDER, owed_by
from usecases.dispute_notices import rungs_told, tell_of_step
from usecases.errors import NotFound
from usecases.held_audits import hold_audits, refuse_own
from usecases.staff_on_the_day import staff_today
from usecases.trail import Entry, record
from usecases.work import Work

SUBJECT = "dispute"
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DisputeKnown:
    """A dispute with its audit and its steps so far."""

    row: Dispute
    audit: AuditRow
    steps: tuple[DisputeStep, ...]


@dataclass(frozen=True, slots=True)
class DisputeMoved:
    """A dispute after something happened to it, and who could not be told."""

    known: DisputeKnown
    standing: Standing
    shortfalls: tuple[dict[str, str], ...] = ()


def look_at_dispute(work: Work, dispute_id: uuid.UUID) -> DisputeKnown:
    """One dispute within reach as it stands, held by nobody. Raises NotFound."""
    row = queries.dispute_seen(work.session, dispute_id, work.reach)
    if row is None:
        raise NotFound(f"There is no dispute {dispute_id}: find it with GET /v1/disputes.")
    audit = work.session.get_one(AuditRow, row.audit_id)
    return DisputeKnown(row, audit, tuple(queries.steps_of(work.session, row.id)))


def hold_dispute(work: Work, dispute_id: uuid.UUID) -> DisputeKnown:
    """One dispute within reach, ours until the transaction ends: its audit first, with what may be withdrawn with it.

    Raises NotFound, and NotAllowedNow for whoever audited: they hear of each step, and say none (A2, D7).
    """
    seen = look_at_dispute(work, dispute_id)
    known = hold_known(work, seen.row.id, seen.row.audit_id)
    refuse_own(work, known.audit, as_own=(Relation.AS_PRACTITIONER,))
    return known


def hold_known(work: Work, dispute_id: uuid.UUID, audit_id: uuid.UUID) -> DisputeKnown:
    """The same of one that is known to be there."""
    followers = [follower.id for follower in life.unfinished_re_audits_of(work.session, audit_id)]
    audits = list(hold_audits(replace(work, reach=EVERYTHING), [audit_id, *followers]))
    row = queries.dispute_held(work.session, dispute_id)
    assert row is not None, "a dispute is never deleted"
    return DisputeKnown(row, audits[0].row, tuple(queries.steps_of(work.session, row.id)))


def by_its_edition(work: Work, edition_id: str) -> Work:
    """The work by the edition under which a dispute was opened, where that is still there: its ladder is that one's."""
    if edition_id == work.policy.edition.id:
        return work
    try:
        policy: Policy = load_edition(edition_id)
    except PolicyError:
        return work
    return replace(work, policy=policy)


def standing_of(work: Work, known: DisputeKnown, *more: Step, as_of: date | None = None) -> Standing:
    """How it stands at the end of a day, today unless another is given, after its steps and these.

    Raises InvalidFacts for a step that is out of order.
    """
    opened_by = ladder_named(LADDER, work.policy).opened_by
    said = tuple(
        Step(step.event, step.happened_on) for step in known.steps if not step.by_clock and step.event != opened_by
    )
    ended_on = known.row.ended_on
    return walk(
        LADDER,
        known.row.raised_on,
        (*said, *more),
        as_of=as_of or (work.today if ended_on is None or more else max(ended_on, known.row.raised_on)),
        policy=work.policy,
        calendar=work.calendar,
        facts=LadderFacts(grade=known.audit.overall_grade),
    )


def save_standing(
    work: Work, known: DisputeKnown, standing: Standing, written: Mapping[str, str | None] | None = None
) -> DisputeMoved:
    """Saves everything that is new in a standing: steps, clocks, the row, the trail, and who is told of each step.

    What somebody wrote stands with the last of them.
    """
    new = list(_new_in(known, standing))
    steps = [_step(work, known, number, before, it) for number, (before, it) in enumerate(new, len(known.steps) + 1)]
    if steps:
        queries.add_steps(work.session, steps, written or {})
    for _, happening in new:
        _save_clocks(work, known, happening)
    _save_row(work, known.row, standing, is_new=bool(new))
    record(work, *(_entry(known.row, step, written if step is steps[-1] else None) for step in steps))
    known = DisputeKnown(known.row, known.audit, (*known.steps, *steps))
    untold = [each for step in steps for each in _tell(work, known, step)]
    return DisputeMoved(known, standing, tuple(each for place, each in enumerate(untold) if each not in untold[:place]))


def next_look_on(standing: Standing, today: date) -> date | None:
    """The day on which the clock has something to say next; None while it waits for a person, or has ended."""
    if standing.state is not LadderState.OPEN:
        return None
    days = [clock.due_on + _A_DAY for clock in standing.deadlines]
    ahead = [day for day in (*days, standing.next_reminder_on) if day is not None and day > today]
    return min(ahead, default=None)


def _new_in(known: DisputeKnown, standing: Standing) -> Iterator[tuple[str, Happening]]:
    """What of the history is not on record yet, each with the rung on which it stood before."""
    recorded = Counter((step.event, step.rung, step.by_clock) for step in known.steps)
    before = standing.history[0].rung
    for happening in standing.history:
        key = (happening.event, happening.rung, happening.by_clock)
        if recorded[key]:
            recorded[key] -= 1
        else:
            yield before, happening
        before = happening.rung


def _step(work: Work, known: DisputeKnown, number: int, rung_before: str, it: Happening) -> DisputeStep:
    first = it.reasons[0]
    return DisputeStep(
        dispute_id=known.row.id,
        number=number,
        event=it.event,
        by_clock=it.by_clock,
        rung_before=rung_before,
        rung=it.rung,
        state=it.state.value,
        happened_on=it.on,
        recorded_at=work.now,
        recorded_by=work.actor,
        rule=first.rule,
        clause=first.clause,
        sentence=" ".join(reason.sentence for reason in it.reasons),
    )


def _save_clocks(work: Work, known: DisputeKnown, it: Happening) -> None:
    dispute = known.row.id
    queries.meet_clocks(work.session, dispute, it.deadlines_met, it.on)
    for ended in it.deadlines_withdrawn:
        queries.withdraw_clocks(work.session, dispute, [ended.time_limit], ended.reason.sentence, it.on)
    if it.deadlines_start:
        life.start_deadlines(work.session, [_clock(work, known, it.rung, clock) for clock in it.deadlines_start])


def _clock(work: Work, known: DisputeKnown, rung: str, clock: DeadlineStart) -> dict[str, Any]:
    is_judgement = ladder_named(LADDER, work.policy).rung(rung).is_judgement
    return {
        "time_limit": clock.time_limit,
        "audit_id": known.audit.id,
        "dispute_id": known.row.id,
        "owed_by_id": owed_by(work, known.audit, clock.owed_by, is_judgement=is_judgement, staff=staff_today(work)),
        "owed_by_role": clock.owed_by,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "working_days": clock.length.count if clock.length else None,
        "rule": clock.reason.rule,
        "clause": clock.reason.clause,
        "sentence": clock.reason.sentence,
        "edition_id": work.policy.edition.id,
    }


def _save_row(work: Work, row: Dispute, standing: Standing, *, is_new: bool) -> None:
    row.state, row.rung = standing.state.value, standing.rung.id
    row.awaits = standing.awaits.value if standing.awaits else None
    row.due_on, row.next_look_on = standing.due_on, next_look_on(standing, work.today)
    if standing.state is not LadderState.OPEN:
        row.ended_on = standing.history[-1].on
    if is_new:
        row.version += 1
    work.session.flush()


def _entry(row: Dispute, step: DisputeStep, written: Mapping[str, str | None] | None) -> Entry:
    details = {
        "audit": str(row.audit_id),
        "rung": step.rung,
        "state": step.state,
        "on": step.happened_on.isoformat(),
        "version": row.version,
    }
    return Entry((SUBJECT, str(row.id)), step.event, rule=step.rule, details=details, texts=written or {})


def _tell(work: Work, known: DisputeKnown, step: DisputeStep) -> list[dict[str, str]]:
    rungs = rungs_told(work, step.rung, is_overdue=step.event == TIME_RAN_OUT)
    return tell_of_step(work, known.audit, known.row, rungs, str(step.number))
