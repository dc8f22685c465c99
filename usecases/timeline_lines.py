"""One line of a timeline, of whatever it is and whoever tells it; steps and clocks are told alike everywhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from db.tables.audit_life import AuditStep
from db.tables.case_system import CaseSystemCommand
from db.tables.deadlines import Deadline
from db.tables.disputes import DisputeStep
from db.tables.moderation import ModerationStep
from db.tables.safety_alerts import SafetyAlertStep
from rules.policy.ladder_shapes import roles_in_words
from rules.policy.shape import Policy
from usecases.work import LONDON

StepKept = AuditStep | DisputeStep | ModerationStep | SafetyAlertStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of a timeline.

    `kind` is one of those that the timeline has. A clock stands at the last day on which it is in time, with its
    `state`; `texts` are what people wrote, by name, for those who may read it.
    """

    on: date
    kind: str
    what: str
    rule: str
    clause: str
    sentence: str
    at: datetime | None = None
    by: str | None = None
    state: str | None = None
    started_on: date | None = None
    ended_on: date | None = None
    ended_because: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def step_told(
    step: StepKept,
    texts: Mapping[str, str],
    *,
    kind: str = "step",
    by: str | None = None,
    state: str | None = None,
    sentence: str | None = None,
) -> Told:
    """A step with what was written; `by` and `sentence` in place of what it keeps."""
    return Told(
        on=step.happened_on,
        at=step.recorded_at,
        by=by or step.recorded_by,
        kind=kind,
        what=step.event,
        state=state,
        rule=step.rule,
        clause=step.clause,
        sentence=sentence or step.sentence,
        texts=texts,
    )


def clock_told(clock: Deadline, more: str = "") -> Told:
    """A clock at its last day, with its sentence and what more there is to say."""
    return Told(
        on=clock.due_on,
        kind="clock",
        what=clock.time_limit,
        by=clock.owed_by_role,
        state=clock.state,
        started_on=clock.started_on,
        ended_on=clock.met_on or clock.withdrawn_on,
        ended_because=clock.withdrawn_because,
        rule=clock.rule,
        clause=clock.clause,
        sentence=f"{clock.sentence}{more}",
    )


def clocks_told(lines: Iterable[Told]) -> Iterator[Told]:
    """Clocks in one line each: what several owe alike is told once, and names them all."""
    owed_by: dict[tuple[object, ...], list[Told]] = {}
    for line in lines:
        alike = (line.what, line.on, line.state, line.started_on, line.ended_on, line.ended_because, line.sentence)
        owed_by.setdefault(alike, []).append(line)
    for first, *others in owed_by.values():
        roles = tuple(dict.fromkeys(str(line.by) for line in (first, *others)))
        if len(roles) == 1:
            yield first
        else:
            owed = f" It is owed by {roles_in_words(roles)}."
            yield replace(first, by=", ".join(roles), sentence=f"{first.sentence}{owed}")


def filed_told(command: CaseSystemCommand, rule: str, sentence: str, policy: Policy) -> Told:
    """The line of what was put into the case system, when it was settled, and by whom."""
    assert command.settled_at is not None, "what is done has its time"
    return Told(
        on=day_of(command.settled_at),
        at=command.settled_at,
        by=command.settled_by,
        kind="filed",
        what=command.kind,
        rule=rule,
        clause=policy.clause_of(rule),
        sentence=sentence,
    )


def day_of(instant: datetime) -> date:
    """The day on which it was in London."""
    return instant.astimezone(LONDON).date()
