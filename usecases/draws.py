"""Drawing: a preview that changes nothing until it is issued, one seed for each frozen frame (S5)."""

import secrets
import uuid
from dataclasses import dataclass

from db.queries import draws as draw_queries
from db.tables.draws import Draw as DrawRow
from db.tables.draws import SamplingFrame as StoredFrame
from db.tables.programme import AuditCycle as CycleRow
from rules.draw_answers import Draw
from rules.draws import draw
from rules.programme import AuditCycle
from usecases import circular_garbage
from usecases.cycle_rows import hold_cycle, known_cycle, refuse_cancelled, refuse_past_cycle
from usecases.draw_records import stored_answer, stored_beside, stored_outcomes
from usecases.errors import NotAllowedNow, NotFound
from usecases.frozen_frames import FrozenFrame, freeze_frame
from usecases.trail import record
from usecases.trail_of_cycles import draw_made, draw_stands_again, draw_superseded
from usecases.work import Work

_BYTES_OF_SEED = 32
# Where the policy works out the size itself, there may be nobody due: then re-audits only are drawn.
LEAST_SIZE = 0


@dataclass(frozen=True, slots=True)
class DrawMade:
    """A cycle's standing draw with the rules' answer; `answer` is None if it stood already."""

    row: DrawRow
    frozen: FrozenFrame
    answer: Draw | None


def preview_draw(work: Work, month: str, *, reason: str | None = None) -> DrawMade:
    """Freezes the cycle's frame and draws from it; the same frame again gives the preview that stands.

    Raises NoSuchCycle, and NotAllowedNow for a cycle that is open or past, without an extract, or when the frame
    has changed since the standing preview and no reason is given for drawing again.
    """
    cycle = known_cycle(work, month)
    refuse_past_cycle(work, cycle)
    row = hold_cycle(work, cycle)
    refuse_cancelled(work, row)
    if row.state != "planned":
        raise NotAllowedNow(
            f"The cycle of {cycle.name} is {row.state}: its draw was issued and stays. "
            f"Read it through GET /v1/audit-cycles/{month}.",
            rule="S5",
            clause=work.policy.clause_of("S5"),
        )
    return draw_again(work, row, cycle, reason)


def draw_again(work: Work, row: CycleRow, cycle: AuditCycle, reason: str | None) -> DrawMade:
    """The draw of the state of things now, for a cycle whose row is held; what it replaces is kept, with the reason."""
    with circular_garbage.not_looked_for():
        return _draw_again(work, row, cycle, reason)


def _draw_again(work: Work, row: CycleRow, cycle: AuditCycle, reason: str | None) -> DrawMade:
    frozen = freeze_frame(work, row, cycle)
    standing = draw_queries.standing_preview(work.session, row.id)
    if standing is not None:
        if standing[1].id == frozen.stored.id:
            return DrawMade(_told_anew(work, standing[0], frozen), frozen, None)
        _supersede(work, row, standing[0], reason)
    earlier = draw_queries.draw_of_frame(work.session, frozen.stored.id)
    if earlier is not None:
        _refuse_withdrawn(work, earlier)
        return DrawMade(_stands_again(work, row, _told_anew(work, earlier, frozen), reason), frozen, None)
    return _draw(work, row, frozen, reason if standing is not None else None)


def find_draw(work: Work, draw_id: uuid.UUID) -> tuple[DrawRow, StoredFrame]:
    """A draw with its frame. Raises NotFound."""
    found = draw_queries.draw_with_frame(work.session, draw_id)
    if found is None:
        raise NotFound(f"There is no draw {draw_id}: see GET /v1/audit-cycles/{{month}} for those of a cycle.")
    return found


def _draw(work: Work, row: CycleRow, frozen: FrozenFrame, reason: str | None) -> DrawMade:
    # The frame is stored and hashed; only now is there a seed, and nobody chose it.
    seed = secrets.token_hex(_BYTES_OF_SEED)
    answer = draw(frozen.frame, seed, work.policy, work.calendar, least_size=LEAST_SIZE, known_hash=frozen.stored.hash)
    made = DrawRow(
        cycle_id=row.id,
        frame_id=frozen.stored.id,
        state="preview",
        seed=seed,
        drawn_at=work.now,
        drawn_by=work.actor,
        redrawn_because=reason,
        result={**stored_answer(answer), **stored_beside(frozen)},
    )
    work.session.add(made)
    work.session.flush()
    outcomes = stored_outcomes(frozen.frame, answer, work.policy)
    draw_queries.save_outcomes(work.session.connection(), made.id, outcomes)
    record(work, draw_made(row, made))
    return DrawMade(made, frozen, answer)


def _told_anew(work: Work, drawn: DrawRow, frozen: FrozenFrame) -> DrawRow:
    """The same draw for the same list of cases; what is told beside it may have changed, such as the programme."""
    drawn.result = {**drawn.result, **stored_beside(frozen)}
    work.session.flush()
    return drawn


def _refuse_withdrawn(work: Work, earlier: DrawRow) -> None:
    """A list has one seed, so the list of a withdrawn opening would give the very draw that was withdrawn."""
    if earlier.state == "withdrawn":
        raise NotAllowedNow(
            f"The list of cases is the one of draw {earlier.id}, which was withdrawn with its cycle, and a list has "
            "one seed: import the right extract, then draw.",
            rule="S9",
            clause=work.policy.clause_of("S9"),
        )


def _supersede(work: Work, row: CycleRow, standing: DrawRow, reason: str | None) -> None:
    if reason is None or not reason.strip():
        raise NotAllowedNow(
            f"The cycle has a preview, {standing.id}, and its list of cases has changed since: to draw again give a "
            "reason. The old draw, its seed and the reason are kept.",
            rule="S5",
            clause=work.policy.clause_of("S5"),
        )
    standing.state = "superseded"
    work.session.flush()
    record(work, draw_superseded(row, standing, reason))


def _stands_again(work: Work, row: CycleRow, earlier: DrawRow, reason: str | None) -> DrawRow:
    """The list of cases is again as it was for an earlier draw: that draw stands, for a frame has one seed."""
    earlier.state = "preview"
    earlier.redrawn_because = "; ".join(filter(None, (earlier.redrawn_because, reason)))
    work.session.flush()
    record(work, draw_stands_again(row, earlier, reason))
    return earlier
