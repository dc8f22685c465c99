"""What the clock says of disputes, each thing once: that a time ran out, that one lapsed, reminders (D7, D8, L13)."""

import uuid
from datetime import timedelta

from db.queries.disputes import dispute_held, disputes_to_look_at
from db.queries.row_locks import WAIT, RowsHeld, waiting_at_most
from rules.errors import RulesError
from rules.ladders import LadderState
from usecases.dispute_notices import remind
from usecases.dispute_standings import by_its_edition, next_look_on, standing_of
from usecases.dispute_walks import hold_known, save_standing
from usecases.errands import Means, work_of
from usecases.tasks import open_task
from usecases.work import Work

_BATCH = 200
CLOCK_UNTOLD = "dispute_clock_untold"


def walk_disputes(means: Means) -> str:
    """Looks at each dispute of which the clock has something to say, in a transaction of its own.

    Any number of sweepers may do it at once: whoever holds the dispute says it, the other finds it said. One whose rows
    somebody holds for longer than a moment is left to the next sweep, and holds up no other.
    """
    now, said, looked = means.clock.now(), 0, 0
    with means.sessions.begin() as session:
        work = work_of(means, session, now)
        due = list(disputes_to_look_at(session, work.today, _BATCH))
    for dispute_id, audit_id in due:
        try:
            with means.sessions.begin() as session, waiting_at_most(session, WAIT):
                said += _look_at(work_of(means, session, now), dispute_id, audit_id)
        except RowsHeld:
            continue
        except RulesError as refused:
            with means.sessions.begin() as session:
                _leave(work_of(means, session, now), dispute_id, refused)
        looked += 1
    return f"Looked at {looked} disputes: said {said} things."


def _leave(work: Work, dispute_id: uuid.UUID, refused: RulesError) -> None:
    """One whose clock the rules cannot tell, as beyond the calendar's years, holds up no other: a person looks."""
    row = dispute_held(work.session, dispute_id)
    assert row is not None, "a dispute is never deleted"
    if row.state != LadderState.OPEN:
        return  # somebody ended it meanwhile
    row.next_look_on = work.today + timedelta(days=1)
    sentence = f"The clock of the dispute {row.reference} cannot be told: {refused}"
    open_task(work, kind=CLOCK_UNTOLD, key=str(row.id), sentence=sentence, rule="D7", subject=("dispute", str(row.id)))


def _look_at(work: Work, dispute_id: uuid.UUID, audit_id: uuid.UUID) -> int:
    known = hold_known(work, dispute_id, audit_id)
    row = known.row
    if row.state != LadderState.OPEN or row.next_look_on is None or row.next_look_on > work.today:
        return 0
    work = by_its_edition(work, row)
    standing = standing_of(work, known)
    before, is_reminded = len(known.steps), standing.next_reminder_on is not None
    due_on = row.next_look_on
    moved = save_standing(work, known, standing)
    new = len(moved.known.steps) - before
    if is_reminded and not new and standing.state is LadderState.OPEN:
        remind(work, moved.known, standing, due_on)
        new = 1
    row.next_look_on = next_look_on(standing, work.today)
    work.session.flush()
    return new
