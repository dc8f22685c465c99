"""The sweep: reminds of what is due, finds what is overdue and escalates it, each once (L13, DESIGN §5).

Deadlines are looked at in batches, each in a transaction of its own: what dies in the middle of one leaves nothing, and
the next sweep takes it up again. Any number of sweepers may work at the same moment.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.queries import notices
from db.queries.reminders import cancel_reminders_owed_no_more
from db.queries.sweep import deadlines_to_look_at, said_of, save_batch
from usecases.errands import Means, work_of
from usecases.notices import address_missing
from usecases.reminders import Reminding
from usecases.tasks import open_tasks
from usecases.work import Work

BATCH = 1_000


@dataclass(slots=True)
class Swept:
    """What one sweep came to."""

    looked_at: int = 0
    reminded: int = 0
    overdue: int = 0
    escalated: int = 0

    def count(self, looked_at: int, crossed: Mapping[str, int]) -> None:
        """Adds what one batch came to."""
        self.looked_at += looked_at
        self.reminded += crossed.get("reminder", 0)
        self.overdue += crossed.get("overdue", 0)
        self.escalated += crossed.get("escalation", 0)

    def __str__(self) -> str:
        return (
            f"Looked at {self.looked_at} deadlines: reminded of {self.reminded}, found {self.overdue} overdue, "
            f"escalated {self.escalated}."
        )


def sweep_due(means: Means, batch: int = BATCH) -> Swept:
    """Looks at every deadline whose day has come, the longest due first, and says what is to be said of it.

    Reminders that are owed no more are cancelled first. All of it happens at one moment, as the clock shows it at the
    beginning.
    """
    swept, now = Swept(), means.clock.now()
    with means.sessions.begin() as session:
        cancel_reminders_owed_no_more(session)
        reminding = Reminding(work_of(means, session, now))
    is_done = False
    while not is_done:
        with means.sessions.begin() as session:
            is_done = sweep_batch(work_of(means, session, now), reminding, swept, batch) < batch
    return swept


def sweep_batch(work: Work, reminding: Reminding, swept: Swept, batch: int = BATCH) -> int:
    """Looks at so many deadlines at most, within one transaction; answers at how many.

    Most have one thing to say to the person who owes them. What was said before, and whose audit it is, is asked for
    the others alone: the key of a crossing keeps the one thing from being said twice.
    """
    rows = deadlines_to_look_at(work.session, work.today, batch)
    if not rows:
        return 0
    reminding.begin(work)
    standings = [reminding.standing_of(row) for row in rows]
    several = [row.id for row, standing in zip(rows, standings, strict=True) if len(standing.to_say) > 1]
    said = said_of(work.session, several) if several else {}
    for row, standing in zip(rows, standings, strict=True):
        before = said.get((row.id, row.due_on)) if said else None
        reminding.look_at(row, reminding.standing_of(row, before) if before else standing)
    found = reminding.take_found()
    saved = save_batch(work.session, work.now, found.looked.values(), found.said.values(), found.told)
    swept.count(len(rows), saved.crossed)
    _ask_for_addresses(work, saved.without_address)
    open_tasks(work, found.tasks)
    return len(rows)


def _ask_for_addresses(work: Work, missing: Sequence[uuid.UUID]) -> None:
    if missing:
        people = notices.references_of(work.session, missing)
        open_tasks(work, [address_missing(str(id_), reference) for id_, reference in people])
