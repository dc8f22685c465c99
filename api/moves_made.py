"""What every move of an audit is answered: what happened and why, the clocks it started and ended, and the new tag."""

import uuid
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from api.audits import State
from api.entity_tags import tag, version_read
from api.reasons import ReasonGiven, ShortfallTold
from api.routers import NEEDS_IF_MATCH, described
from usecases.audit_life import Move, Moved, move
from usecases.work import Work


class StepTold(BaseModel):
    """One thing that happened to an audit. `happened_on` is the day as told, which may be before it was recorded."""

    event: Annotated[str, Field(description="In the past tense", examples=["report_submitted"])]
    happened_on: date
    recorded_at: datetime
    recorded_by: str
    state: Annotated[State, Field(description="The state that it led to")]
    version: Annotated[int, Field(description="The audit's version after it")]
    rule: str
    clause: str
    sentence: str


class ClockStarted(BaseModel):
    """A clock that the move started."""

    time_limit: Annotated[str, Field(examples=["time_limits.quality_check_within"])]
    owed_by: Annotated[str, Field(description="The role that owes it", examples=["audit_team"])]
    started_on: date
    due_on: date
    rule: str
    clause: str
    sentence: str


class ClockWithdrawn(ReasonGiven):
    """A clock that is owed no more, though nobody met it."""

    time_limit: str


class MoveMade(BaseModel):
    """The audit after the move. Its ETag is the version: send it as If-Match with the next one.

    `flags` are said and stop nothing, such as that it came late; `shortfalls` say who could not be told of it.
    """

    id: uuid.UUID
    reference: Annotated[str, Field(examples=["PA-2026-0412"])]
    state: State
    version: int
    steps: list[StepTold]
    reasons: list[ReasonGiven]
    flags: list[ReasonGiven]
    deadlines_started: list[ClockStarted]
    deadlines_met: Annotated[list[str], Field(description="By time limit")]
    deadlines_withdrawn: list[ClockWithdrawn]
    shortfalls: list[ShortfallTold]


EXAMPLE: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000003",
    "reference": "PA-2026-0412",
    "state": "submitted",
    "version": 5,
    "steps": [
        {
            "event": "report_submitted",
            "happened_on": "2026-10-28",
            "recorded_at": "2026-10-28T10:15:00Z",
            "recorded_by": "person 990402",
            "state": "submitted",
            "version": 5,
            "rule": "L5",
            "clause": "3.7",
            "sentence": "PA-2026-0412: the report was submitted on Wednesday 28 October 2026, in time.",
        }
    ],
    "reasons": [
        {
            "rule": "L5",
            "clause": "3.7",
            "sentence": "PA-2026-0412: the report was submitted on Wednesday 28 October 2026, in time.",
        }
    ],
    "flags": [],
    "deadlines_started": [
        {
            "time_limit": "time_limits.quality_check_within",
            "owed_by": "audit_team",
            "started_on": "2026-10-28",
            "due_on": "2026-10-29",
            "rule": "L6",
            "clause": "3.7",
            "sentence": "1 working day from Wednesday 28 October 2026: Thursday 29 October 2026.",
        }
    ],
    "deadlines_met": ["programme.report_due_before_close"],
    "deadlines_withdrawn": [],
    "shortfalls": [],
}
# For every move.
ERRORS: dict[int | str, dict[str, Any]] = {
    **described(404, "No such audit"),
    **described(409, "The rules are against it: `errors` gives every reason; or it is a matter of your own"),
    **NEEDS_IF_MATCH,
}


def make_move(work: Work, audit_id: uuid.UUID, wanted: Move, if_match: str | None, response: Response) -> MoveMade:
    """Makes one move of the version that was read, and the answer to it."""
    with version_read(if_match, "The audit") as version:
        return move_made(move(work, audit_id, replace(wanted, version=version)), response)


def move_made(moved: Moved, response: Response) -> MoveMade:
    """The answer to a move, with the audit's new ETag."""
    row, decision = moved.audit, moved.decision
    tag(response, row.version)
    return MoveMade(
        id=row.id,
        reference=row.reference,
        state=row.state,
        version=row.version,
        steps=[StepTold.model_validate(step, from_attributes=True) for step in moved.steps],
        reasons=[_given(reason) for reason in decision.reasons],
        flags=[_given(flag) for flag in decision.flags],
        deadlines_started=[_started(clock) for clock in decision.deadlines_start],
        deadlines_met=list(decision.deadlines_met),
        deadlines_withdrawn=[
            ClockWithdrawn(time_limit=clock.time_limit, **_words(clock.reason))
            for clock in decision.deadlines_withdrawn
        ],
        shortfalls=[ShortfallTold(**shortfall) for shortfall in moved.shortfalls],
    )


def _started(clock: Any) -> ClockStarted:
    return ClockStarted(
        time_limit=clock.time_limit,
        owed_by=clock.owed_by,
        started_on=clock.started_on,
        due_on=clock.due_on,
        **_words(clock.reason),
    )


def _given(reason: Any) -> ReasonGiven:
    return ReasonGiven(**_words(reason))


def _words(reason: Any) -> dict[str, str]:
    return {"rule": reason.rule, "clause": reason.clause, "sentence": reason.sentence}
