"""Disputes, taken from rung to rung by those who may (D1 to D8).

`rules/ladders.py` says what may happen at a rung and what follows, `rules/disputes.py` who judges.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from db.queries.reaches import Reach
from db.tables.disputes import Dispute
from rules.audit_events import Event
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.ladder_actors import LadderActor, why_not
from rules.ladders import LadderState, Standing, Step, ladder_named
from rules.policy.ladder_shapes import RAISER, RungExit, in_words
from rules.roles import Role
from usecases.changed_grades import GradeChange, change_grade, wrong_grades
from usecases.dispute_actors import LADDER, DisputeKnown, actor_over
from usecases.dispute_standings import by_its_edition, standing_of
from usecases.dispute_walks import DisputeMoved, hold_dispute, look_at_dispute, save_standing
from usecases.effective_grades import domain_grades_as_they_stand
from usecases.errors import AlreadyDifferent, NotAllowedNow
from usecases.held_audits import not_now
from usecases.work import Work

_RESOLVED = LadderState.RESOLVED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says of a dispute: an event of its ladder, and what comes with it.

    `on` is the day of what may be told later, as a meeting is; `version` is the dispute's that they read. The grades
    are those that a report gets with the resolution; what is left out stays.
    """

    event: str
    version: int
    on: date | None = None
    summary: str | None = None
    reason: str | None = None
    overall_grade: str | None = None
    domain_grades: Mapping[str, str] = field(default_factory=dict)
    is_anyone_unsafe: bool | None = None

    @property
    def changes_grades(self) -> bool:
        return self.overall_grade is not None or bool(self.domain_grades)


@dataclass(frozen=True, slots=True)
class ExitAllowed:
    """Something that may happen to a dispute, whether whoever asks may say it now, and why not."""

    way_out: RungExit
    against: Reason | None


def say_of_dispute(work: Work, dispute_id: uuid.UUID, said: Said, reaches: Mapping[Role, Reach]) -> DisputeMoved:
    """Takes a dispute one step further, by the word of somebody who may; a resolution changes the report with it.

    Raises NotFound, AlreadyDifferent for one that changed since it was read, NotAllowedNow with the rule against it
    (out of order, somebody else's to say, a judgement in a matter of one's own, without the reason it needs), and
    InvalidFacts for a day that cannot be, a missing summary, or a grade that there is not.
    """
    known = hold_dispute(work, dispute_id)
    refuse_stale(known.row, said.version)
    work = by_its_edition(work, known.row)
    _refuse_unknown(work, said.event)
    standing = _open_standing(work, known)
    actor = actor_over(work, known, standing, reaches)
    against = why_not(said.event, standing, actor, work.policy, has_reason=bool((said.reason or "").strip()))
    if against is not None:
        lacks_reason = why_not(said.event, standing, actor, work.policy, has_reason=True) is None
        at = "/reason" if lacks_reason else "/event"
        problem = Problem(at, against.sentence, said.event if at == "/event" else None, against.rule)
        raise NotAllowedNow(against.sentence, rule=against.rule, clause=against.clause, problems=[problem])
    way_out = next(one for one in standing.possible if one.event == said.event)
    _refuse_unfit(work, known, said, way_out)
    if actor.is_raiser and not standing.rung.is_judgement:
        _refuse_other_grades(work, known, said)
    on = said.on if said.on is not None else work.today
    after = standing_of(work, known, Step(said.event, on))
    shortfalls = (
        _change_report(work, known, said, _role_of(way_out, actor, known.row.raised_as))
        if way_out.to == _RESOLVED
        else ()
    )
    written = {"summary": said.summary, "reason": said.reason}
    moved = save_standing(work, known, after, written)
    return DisputeMoved(moved.known, moved.standing, (*shortfalls, *moved.shortfalls))


def exits_allowed(
    work: Work, dispute_id: uuid.UUID, reaches: Mapping[Role, Reach]
) -> tuple[DisputeKnown, Standing, tuple[ExitAllowed, ...]]:
    """Everything that may happen to a dispute on its way, with yes or why not for whoever asks. Raises NotFound."""
    known = look_at_dispute(work, dispute_id)
    work = by_its_edition(work, known.row)
    standing = standing_of(work, known)
    actor = actor_over(work, known, standing, reaches)
    ladder = ladder_named(LADDER, work.policy)
    seen: dict[str, ExitAllowed] = {}
    for one in (*standing.rung.exits, *ladder.anywhere):
        against = why_not(one.event, standing, actor, work.policy, has_reason=True)
        seen.setdefault(one.event, ExitAllowed(one, against))
    return known, standing, tuple(seen.values())


def refuse_stale(row: Dispute, version: int) -> None:
    """Raises AlreadyDifferent for a dispute that changed since it was read."""
    if row.version != version:
        raise AlreadyDifferent(
            f"The dispute {row.reference} changed since it was read: it is {row.state}, at {row.rung} and version "
            f"{row.version} by now. Read it again, then decide."
        )


def _refuse_unknown(work: Work, event: str) -> None:
    """Raises InvalidFacts for what never happens to a dispute, with all that may."""
    ladder = ladder_named(LADDER, work.policy)
    known = dict.fromkeys(
        one.event for exits in (*(rung.exits for rung in ladder.rungs), ladder.anywhere) for one in exits
    )
    if event not in known:
        sentence = f"{event!r:.60} is nothing that happens to a dispute: say one of {', '.join(known)}."
        raise InvalidFacts([Problem("/event", sentence, event[:60], ladder.rungs[0].rule)])


def _open_standing(work: Work, known: DisputeKnown) -> Standing:
    row = known.row
    if row.state != LadderState.OPEN:
        ended = day_in_words(row.ended_on) if row.ended_on else "a day before"
        sentence = f"The dispute {row.reference} is {in_words(row.state)} since {ended}: nothing more happens to it."
        raise not_now(work.policy.reason("D8", sentence))
    standing = standing_of(work, known)
    if standing.state is not LadderState.OPEN:  # the clock has ended it, and the sweep has not been there yet
        raise not_now(standing.history[-1].reasons[0])
    return standing


def _refuse_unfit(work: Work, known: DisputeKnown, said: Said, way_out: RungExit) -> None:
    problems = []
    if way_out.needs_summary and not (said.summary or "").strip():
        sentence = f'"{in_words(said.event)}" needs a summary: say what came of it, and why.'
        problems.append(Problem("/summary", sentence, None, "D2"))
    if said.on is not None:
        problems += _wrong_day(known, way_out, said.on, work.today)
    if said.changes_grades and way_out.to != _RESOLVED:
        problems.append(Problem("/overall_grade", "Grades change when a dispute is resolved, not before.", None, "D7"))
    problems += wrong_grades(work, known.audit, said.overall_grade, said.domain_grades, "D7")
    if problems:
        raise InvalidFacts(problems)


def _refuse_other_grades(work: Work, known: DisputeKnown, said: Said) -> None:
    """Raises NotAllowedNow where whoever raised it would settle it with other grades, by their own word alone (D7)."""
    standing = domain_grades_as_they_stand(work, known.audit) if said.domain_grades else {}
    others = {domain for domain, grade in said.domain_grades.items() if grade != standing.get(domain)}
    if said.overall_grade in (None, known.audit.overall_grade) and not others:
        return
    sentence = (
        "Whoever raised a dispute does not settle it with other grades at the informal stage: say that it is "
        "unresolved and take it further, or leave it to whoever stands in for you while you are away."
    )
    against = work.policy.reason("D7", sentence)
    at, given = ("/domain_grades", None) if others else ("/overall_grade", said.overall_grade)
    problem = Problem(at, sentence, given, against.rule)
    raise NotAllowedNow(sentence, rule=against.rule, clause=against.clause, problems=[problem])


def _wrong_day(known: DisputeKnown, way_out: RungExit, on: date, today: date) -> list[Problem]:
    last_on = max((step.happened_on for step in known.steps if not step.by_clock), default=known.row.raised_on)
    if not way_out.may_be_told_later:
        sentence = f'"{in_words(way_out.event)}" happens on the day on which it is said: leave the day out.'
        return [Problem("/on", sentence, str(on), "D1")]
    if on > today:
        return [
            Problem("/on", f"{day_in_words(on)} is still to come: give the day on which it happened.", str(on), "D1")
        ]
    if on < last_on:
        sentence = f"{day_in_words(on)} lies before {day_in_words(last_on)}, when the step before it was taken."
        return [Problem("/on", sentence, str(on), "D1")]
    return []


def _role_of(way_out: RungExit, actor: LadderActor, raised_as: str) -> str:
    """The role in which somebody resolves it, by which the report changes; of its raiser the one they raised it in."""
    theirs = (role for role in way_out.by if role in actor.roles and role != RAISER)
    return next(theirs, raised_as)


def _change_report(work: Work, known: DisputeKnown, said: Said, by: str) -> tuple[dict[str, str], ...]:
    """A resolution makes a new version of the report, whether or not a grade changes (D2, D4, D7)."""
    change = GradeChange(
        event=Event.DISPUTE_RESOLVED,
        reason=said.summary or "",
        by=by,
        overall_grade=said.overall_grade,
        domain_grades=said.domain_grades,
        is_anyone_unsafe=said.is_anyone_unsafe,
    )
    moved = change_grade(work, known.audit.id, change)
    known.row.grade_after = moved.audit.overall_grade
    return moved.shortfalls
