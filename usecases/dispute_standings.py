"""Where a dispute stands, worked out from its steps by the edition under which it was opened (D1 to D8, DESIGN §3)."""

from datetime import date, timedelta

from db.queries.clocks import of_dispute
from db.tables.disputes import Dispute
from rules.errors import PolicyError
from rules.ladders import LadderFacts, LadderState, Standing, Step, ladder_named, walk
from usecases.clocks import clocks_counted
from usecases.dispute_actors import LADDER, DisputeKnown
from usecases.editions import by_edition
from usecases.errors import NotAllowedNow
from usecases.work import Work

_A_DAY = timedelta(days=1)


def by_its_edition(work: Work, row: Dispute) -> Work:
    """The work by the edition under which a dispute was opened: its ladder and days off are that one's to the end.

    Raises NotAllowedNow where that edition is not here any more: no dispute is taken further by another's rungs.
    """
    try:
        return by_edition(work, row.edition_id)
    except PolicyError:
        raise NotAllowedNow(
            f"The dispute {row.reference} was opened under the edition {row.edition_id!r}, which is not installed here:"
            " install it beside the one in force, and take the dispute further by it.",
            rule="D7",
            clause=work.policy.clause_of("D7"),
        ) from None


def standing_of(work: Work, known: DisputeKnown, *more: Step, as_of: date | None = None) -> Standing:
    """How it stands at the end of a day, today unless another is given, after its steps and these.

    Its clocks have the days that they were given when they started, or were lengthened to since: whatever days off and
    lengths are in force by now, nothing that was decided moves. One that has ended is told as of the day it ended.
    Raises InvalidFacts for a step that is out of order.
    """
    row, opened_by = known.row, ladder_named(LADDER, work.policy).opened_by
    said = tuple(
        Step(step.event, step.happened_on) for step in known.steps if not step.by_clock and step.event != opened_by
    )
    return walk(
        LADDER,
        row.raised_on,
        (*said, *more),
        as_of=as_of or (work.today if row.ended_on is None or more else max(row.ended_on, row.raised_on)),
        policy=work.policy,
        calendar=work.calendar,
        facts=LadderFacts(grade=known.audit.overall_grade, counted=clocks_counted(work, of_dispute(row.id))),
    )


def next_look_on(standing: Standing, today: date) -> date | None:
    """The day on which the clock has something to say next; None while it waits for a person, or has ended."""
    if standing.state is not LadderState.OPEN:
        return None
    days = [clock.due_on + _A_DAY for clock in standing.deadlines]
    ahead = [day for day in (*days, standing.next_reminder_on) if day is not None and day > today]
    return min(ahead, default=None)
