"""`/v1/rules/ladders/{name}`: the rungs of disputes and safety alerts, and where one stands (FRAMEWORK 5, 6).

Nothing is stored.
"""

from datetime import date
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field

from api.dependencies import InstallationDep, requires
from api.editions import EditionAsked, edition_used
from api.examples import answered
from api.fields import Asked, IsoDate
from api.ladder_examples import LADDER_EXAMPLE, STANDING_EXAMPLE
from api.permissions import Permission
from api.placed_refusals import placed_at
from api.reasons import ReasonGiven, reasons_given
from api.routers import Router
from rules.decisions import DeadlineStart
from rules.ladder_clocks import NamedLadder, told_at
from rules.ladders import BY_CLOCK, Happening, LadderFacts, LadderState, Standing, Step, When, ladder_named, walk
from rules.matrix import RoleTold
from rules.policy.ladder_shapes import Rung, RungExit
from rules.safety_alerts import LADDER as SAFETY_ALERT

_MOST_STEPS = 200
_LONGEST_EVENT = 60

router = Router("rules", "/v1/rules")

LadderName = Annotated[Literal["dispute", "safety_alert"], Path(description="Which ladder", examples=["dispute"])]


class EventPossible(BaseModel):
    """Something that may happen, who says so, and where it leads: a rung, an end, `referral` or `stays`."""

    event: Annotated[str, Field(examples=["meeting_held"])]
    to: Annotated[str, Field(examples=["D2"])]
    by: list[str]
    when: Annotated[list[When], Field(description="While the outcome, or the referral, is awaited; or once overdue")]
    needs_reason: bool
    needs_summary: Annotated[bool, Field(description="What came of it is written down")]
    may_be_told_later: Annotated[bool, Field(description="It happened on a day of its own, which may have passed")]
    exceptional: Annotated[bool, Field(description="In exceptional cases only")]
    records: Annotated[list[str], Field(description="What is to be put on record")]


class ReferralOfRung(BaseModel):
    """Who takes further what was not resolved there, in which time, and whether it lapses otherwise."""

    owed_by: list[str]
    within: str
    lapses: bool
    rule: str
    clause: str


class RungTold(BaseModel):
    """One rung. `within` is null without a clock; `moves_up_to` is where it goes by itself when its time runs out."""

    rung: Annotated[str, Field(examples=["D1"])]
    stage: str
    duty: str
    owed_by: list[str]
    within: Annotated[str | None, Field(examples=["5 working days"])]
    acknowledged_within: str | None
    reminder_every: str | None
    moves_up_to: str | None
    moves_up_when_vacant: bool
    referral: ReferralOfRung | None
    told: list[str]
    must_not_judge: list[str]
    events: list[EventPossible]
    rule: str
    clause: str


class LadderTold(BaseModel):
    """A ladder from its first rung to its last, with the names of all that may happen to it.

    `clock_events` are said by the clock; as steps they record the day on which they were made known.
    """

    edition: str
    ladder: str
    opened_by: str
    says: Annotated[str | None, Field(description="What whoever opens one reads before they do, if anything")]
    rungs: list[RungTold]
    anywhere: list[EventPossible]
    events: list[str]
    clock_events: list[str]


class StepSaid(Asked):
    """Something that happened on a day."""

    event: Annotated[str, Field(min_length=1, max_length=_LONGEST_EVENT, examples=["meeting_held"])]
    on: IsoDate


class WalkAsked(Asked):
    """The day on which it began, what happened since, in order, and the day for which is asked."""

    started_on: Annotated[IsoDate, Field(description="The day of the written response, or of the alert")]
    steps: Annotated[list[StepSaid], Field(max_length=_MOST_STEPS)] = Field(default_factory=list)
    as_of: IsoDate


class HappeningTold(BaseModel):
    """What happened, by somebody's word or by the clock; `rung` and `state` are those after it."""

    on: date
    event: str
    rung: str
    state: LadderState
    by_clock: bool
    told: list[str]
    records: list[str]
    reasons: list[ReasonGiven]


class ClockOfRung(BaseModel):
    """A clock that runs, by the entry of the policy that it follows."""

    time_limit: str
    owed_by: str
    started_on: date
    due_on: date


class StandingTold(BaseModel):
    """Where a ladder stands at the end of that day.

    `due_on` is null without a clock and at the end; `next` is the rung above, null at the last one and at the end.
    """

    edition: str
    rung: str
    state: LadderState
    awaits: When | None
    due_on: date | None
    overdue: bool
    owed_by: list[str]
    told: list[str]
    next: str | None
    possible: list[EventPossible]
    must_not_judge: list[str]
    next_reminder_on: date | None
    deadlines: list[ClockOfRung]
    history: list[HappeningTold]
    reasons: list[ReasonGiven]


@router.get(
    "/ladders/{name}",
    operation_id="describe_a_ladder",
    dependencies=[requires(Permission.READ_RULES)],
    responses=answered({"a dispute, its first rung": LADDER_EXAMPLE}),
)
def describe_a_ladder(
    name: LadderName, asked: Annotated[EditionAsked, Query()], installation: InstallationDep
) -> LadderTold:
    """The rungs of a ladder: who owes what in which time, what may happen there, and who is told."""
    edition = edition_used(installation, asked.edition)
    ladder = ladder_named(name, edition.policy)
    named = NamedLadder(name, ladder, edition.policy, edition.calendar, LadderFacts())
    return LadderTold(
        edition=edition.id,
        ladder=name,
        opened_by=ladder.opened_by,
        says=edition.policy.ladders.safety_alert_says if name == SAFETY_ALERT else None,
        rungs=[_rung(named, rung) for rung in ladder.rungs],
        anywhere=[_possible(way_out) for way_out in ladder.anywhere],
        events=list(ladder.events),
        clock_events=list(BY_CLOCK),
    )


@router.post(
    "/ladders/{name}",
    operation_id="walk_a_ladder",
    dependencies=[requires(Permission.READ_RULES)],
    responses=answered({"an alert on which nobody acted": STANDING_EXAMPLE}),
)
def walk_a_ladder(
    name: LadderName, asked: WalkAsked, named: Annotated[EditionAsked, Query()], installation: InstallationDep
) -> StandingTold:
    """Where a dispute or an alert stands on a day: whose turn it is until when, who is told, and what happened.

    What the clock does by itself is worked out; a step that can't have happened then is refused with what can.
    """
    edition = edition_used(installation, named.edition)
    steps = tuple(Step(step.event, step.on) for step in asked.steps)
    with placed_at("/as_of", asked.as_of):
        standing = walk(
            name, asked.started_on, steps, as_of=asked.as_of, policy=edition.policy, calendar=edition.calendar
        )
    return _standing(edition.id, standing)


def _rung(named: NamedLadder, rung: Rung) -> RungTold:
    acknowledged = rung.acknowledgement
    return RungTold(
        rung=rung.id,
        stage=rung.stage,
        duty=rung.duty,
        owed_by=list(rung.owed_by),
        within=str(rung.within) if rung.within is not None else None,
        acknowledged_within=str(acknowledged.within) if acknowledged else None,
        reminder_every=str(rung.reminder_every) if rung.reminder_every is not None else None,
        moves_up_to=rung.moves_up_to or None,
        moves_up_when_vacant=rung.moves_up_when_vacant,
        referral=_referral(rung),
        told=_roles(told_at(named, rung)),
        must_not_judge=list(named.policy.ladders.disputes_never_judged_by) if rung.is_judgement else [],
        events=[_possible(way_out) for way_out in rung.exits],
        rule=rung.rule,
        clause=rung.clause,
    )


def _referral(rung: Rung) -> ReferralOfRung | None:
    if rung.referral is None:
        return None
    referral = rung.referral
    return ReferralOfRung(
        owed_by=list(referral.owed_by),
        within=str(referral.within),
        lapses=referral.lapses,
        rule=referral.rule,
        clause=referral.clause,
    )


def _possible(way_out: RungExit) -> EventPossible:
    return EventPossible(
        event=way_out.event,
        to=way_out.to,
        by=list(way_out.by),
        when=list(way_out.when),
        needs_reason=way_out.needs_reason,
        needs_summary=way_out.needs_summary,
        may_be_told_later=way_out.may_be_told_later,
        exceptional=way_out.exceptional,
        records=list(way_out.records),
    )


def _standing(edition_id: str, standing: Standing) -> StandingTold:
    return StandingTold(
        edition=edition_id,
        rung=standing.rung.id,
        state=standing.state,
        awaits=standing.awaits,
        due_on=standing.due_on,
        overdue=standing.is_overdue,
        owed_by=list(standing.owed_by),
        told=_roles(standing.told),
        next=standing.next,
        possible=[_possible(way_out) for way_out in standing.possible],
        must_not_judge=list(standing.must_not_judge),
        next_reminder_on=standing.next_reminder_on,
        deadlines=[_deadline(clock) for clock in standing.deadlines],
        history=[_happening(happening) for happening in standing.history],
        reasons=reasons_given(standing.reasons),
    )


def _happening(happening: Happening) -> HappeningTold:
    return HappeningTold(
        on=happening.on,
        event=happening.event,
        rung=happening.rung,
        state=happening.state,
        by_clock=happening.by_clock,
        told=_roles(happening.told),
        records=list(happening.records),
        reasons=reasons_given(happening.reasons),
    )


def _deadline(clock: DeadlineStart) -> ClockOfRung:
    return ClockOfRung(
        time_limit=clock.time_limit, owed_by=clock.owed_by, started_on=clock.started_on, due_on=clock.due_on
    )


def _roles(told: tuple[RoleTold, ...]) -> list[str]:
    return list(dict.fromkeys(one.role.value for one in told))
