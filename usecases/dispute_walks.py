"""Where a dispute stands, worked out from its steps; and what happens to it, saved with all that follows (D1 to D8)."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from db.queries import audit_life as life
from db.queries import disputes as queries
from db.queries.clocks import of_dispute
from db.queries.reaches import EVERYTHING, Relation
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute, DisputeStep
from rules.ladders import Happening, LadderState, Standing, ladder_named
from usecases.clocks import clock_row, keep_clocks
from usecases.dispute_actors import LADDER, DisputeKnown, involved_in, owed_by, who_act
from usecases.dispute_notices import tell_of_step
from usecases.dispute_standings import by_its_edition, next_look_on, standing_of
from usecases.errors import NotFound
from usecases.held_audits import hold_audits, refuse_own
from usecases.ladder_records import follow, places_unsaid, step_columns
from usecases.staff_on_the_day import staff_today
from usecases.trail import Entry, record
from usecases.waiting_re_audits import let_re_audits_go_on
from usecases.work import Work

SUBJECT = "dispute"


@dataclass(frozen=True, slots=True)
class DisputeMoved:
    """A dispute after something happened to it, and who could not be told."""

    known: DisputeKnown
    standing: Standing
    shortfalls: tuple[dict[str, str], ...] = ()


def look_at_dispute(work: Work, dispute_id: uuid.UUID) -> DisputeKnown:
    """One dispute within reach as it stands, held by nobody; also for whoever is to act on it. Raises NotFound."""
    row = queries.dispute_seen(work.session, dispute_id, work.reach)
    if row is not None:
        return _known(work, row)
    row = queries.dispute_seen(work.session, dispute_id, EVERYTHING) if work.reach.relations else None
    known = None if row is None else _known(work, row)
    if known is None or not _is_to_act(work, known):
        raise NotFound(f"There is no dispute {dispute_id}: find it with GET /v1/disputes.")
    return known


def _known(work: Work, row: Dispute) -> DisputeKnown:
    audit = work.session.get_one(AuditRow, row.audit_id)
    return DisputeKnown(row, audit, tuple(queries.steps_of(work.session, row.id)))


def _is_to_act(work: Work, known: DisputeKnown) -> bool:
    """Whether it is the turn of whoever asks, as a deputy or the next role up, however far their roles reach (D7)."""
    work = by_its_edition(work, known.row)
    acting = {person for _, person in who_act(work, known, standing_of(work, known))}
    return bool(acting & {str(one) for one in work.reach.standing.selves})


def hold_dispute(work: Work, dispute_id: uuid.UUID) -> DisputeKnown:
    """One dispute within reach, ours until the transaction ends: its audit first, with what may be withdrawn with it.

    Raises NotFound. Whoever audited hears of each step and says none, which the rung's own rule refuses (D7).
    """
    seen = look_at_dispute(work, dispute_id)
    known = hold_known(work, seen.row.id, seen.row.audit_id)
    refuse_own(work, known.audit, as_own=(Relation.AS_PRACTITIONER, Relation.AS_AUDITOR))
    return known


def hold_known(work: Work, dispute_id: uuid.UUID, audit_id: uuid.UUID) -> DisputeKnown:
    """A dispute that is known to be there, ours until the transaction ends; as `hold_dispute`, and refuses nobody."""
    followers = [follower.id for follower in life.unfinished_re_audits_of(work.session, audit_id)]
    audits = list(hold_audits(replace(work, reach=EVERYTHING), [audit_id, *followers]))
    row = queries.dispute_held(work.session, dispute_id)
    assert row is not None, "a dispute is never deleted"
    return DisputeKnown(row, audits[0].row, tuple(queries.steps_of(work.session, row.id)))


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
    untold = [each for step in steps for each in tell_of_step(work, known, step, standing)]
    if steps and standing.state is not LadderState.OPEN:
        untold += let_re_audits_go_on(work, known.audit, known.row)
    return DisputeMoved(known, standing, tuple(each for place, each in enumerate(untold) if each not in untold[:place]))


def _step(work: Work, known: DisputeKnown, number: int, history: Sequence[Happening], place: int) -> DisputeStep:
    """What happened at a place of the history, with the rung on which it stood before."""
    return DisputeStep(
        dispute_id=known.row.id,
        number=number,
        rung_before=history[max(place - 1, 0)].rung,
        recorded_by_id=work.reach.standing.person_id,
        **step_columns(work, history[place]),
    )


def _save_clocks(work: Work, known: DisputeKnown, it: Happening) -> None:
    started = list(_started(work, known, it)) if it.deadlines_start else []
    keep_clocks(work, of_dispute(known.row.id), it, started, met_on=it.on, withdrawn_on=it.on)


def _started(work: Work, known: DisputeKnown, it: Happening) -> Iterator[dict[str, Any]]:
    is_judgement = ladder_named(LADDER, work.policy).rung(it.rung).is_judgement
    audit, staff = known.audit, staff_today(work)
    involved = involved_in(work, known)
    for start in it.deadlines_start:
        whose = owed_by(work, audit, start.owed_by, staff, is_judgement=is_judgement, involved=involved)
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
