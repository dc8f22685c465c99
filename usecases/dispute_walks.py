"""Where a dispute stands, worked out from its steps; and what happens to it, saved with all that follows (D1 to D8)."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from db.queries import audit_life as life
from db.queries import disputes as queries
from db.queries.clocks import of_dispute
from db.queries.reaches import EVERYTHING, Relation
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute, DisputeStep
from rules.errors import PolicyError
from rules.ladders import TIME_RAN_OUT, Happening, LadderFacts, LadderState, Standing, Step, ladder_named, walk
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from usecases.clocks import clock_row, keep_clocks
from usecases.dispute_actors import LADDER, owed_by
from usecases.dispute_notices import rungs_told, tell_of_step
from usecases.errors import NotFound
from usecases.held_audits import hold_audits, refuse_own
from usecases.ladder_records import follow, places_unsaid, step_columns
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
    history = standing.history
    new = list(places_unsaid(history, known.steps))
    steps = [_step(work, known, number, history, place) for number, place in enumerate(new, len(known.steps) + 1)]
    if steps:
        queries.add_steps(work.session, steps, written or {})
    for place in new:
        _save_clocks(work, known, history[place])
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


def _step(work: Work, known: DisputeKnown, number: int, history: Sequence[Happening], place: int) -> DisputeStep:
    """What happened at a place of the history, with the rung on which it stood before."""
    return DisputeStep(
        dispute_id=known.row.id,
        number=number,
        rung_before=history[max(place - 1, 0)].rung,
        **step_columns(work, history[place]),
    )


def _save_clocks(work: Work, known: DisputeKnown, it: Happening) -> None:
    started = list(_started(work, known, it)) if it.deadlines_start else []
    keep_clocks(work, of_dispute(known.row.id), it, started, met_on=it.on, withdrawn_on=it.on)


def _started(work: Work, known: DisputeKnown, it: Happening) -> Iterator[dict[str, Any]]:
    is_judgement = ladder_named(LADDER, work.policy).rung(it.rung).is_judgement
    audit, staff = known.audit, staff_today(work)
    for start in it.deadlines_start:
        whose = owed_by(work, audit, start.owed_by, is_judgement=is_judgement, staff=staff)
        yield clock_row(start, whose, work.policy.edition.id, audit_id=audit.id, dispute_id=known.row.id)


def _save_row(work: Work, row: Dispute, standing: Standing, *, is_new: bool) -> None:
    follow(row, standing, standing.history[-1])
    row.next_look_on = next_look_on(standing, work.today)
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
