"""What the notices of a dispute hold: a reference, a stage, and what is asked of their reader (D1 to D8, P4)."""

from collections.abc import Iterator, Mapping
from typing import Any

from db.queries.aliases import people_meant
from db.tables.disputes import DisputeStep
from rules.ladders import LadderState, Standing
from rules.policy.ladder_shapes import RAISER, Rung, When, in_words
from usecases.dispute_actors import DisputeKnown
from usecases.dispute_turns import Turn, turns_at
from usecases.work import Work

_TAKE_FURTHER = "take it further, or it ends and the report stands as it is"


def said_of(known: DisputeKnown, standing: Standing, event: str, *, rung: Rung | None = None) -> dict[str, Any]:
    """What a copy says: what happened, at which stage, and whose turn it is."""
    stage, is_open = rung or standing.rung, standing.state is LadderState.OPEN
    duty = _TAKE_FURTHER if standing.awaits is When.REFERRAL else standing.rung.duty
    return {
        "reference": known.row.reference,
        "event": event,
        "rung": stage.id,
        "stage": stage.stage,
        "is_open": is_open,
        "duty": duty if is_open else None,
        "owed_by": list(standing.owed_by),
        "due_on": None,
        "is_overdue": standing.is_overdue,
        "is_asked": False,
        "together_with": [],
        "may_say": _may_say(standing),
        "by_its_raiser": False,
    }


def asking(work: Work, known: DisputeKnown, standing: Standing, said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same for each person whose turn it is, with what is asked of them and by when; keys are the caller's."""
    if standing.state is not LadderState.OPEN:
        return
    clocks = [] if standing.is_overdue else [clock.reason.rule for clock in standing.deadlines]
    turns = turns_at(work, known, standing)
    for turn in turns:
        others = {role for other in turns if other is not turn for role in other.roles} - set(turn.roles)
        step = {
            **said,
            "is_asked": True,
            "due_on": standing.due_on.isoformat() if standing.due_on else None,
            "together_with": [role for role in standing.owed_by if role in others],
        }
        row = notice_for(known, turn, step)
        row["content"]["asks"] = [f"{known.audit.id}:{rule}" for rule in dict.fromkeys(clocks)]
        yield row


def notice_for(known: DisputeKnown, reader: Turn, step: Mapping[str, Any]) -> dict[str, Any]:
    """A notice of a dispute for one person, but for its key."""
    audit, role = known.audit, reader.roles[0]
    content = {
        "letter": "audit_event",
        "what": "dispute_step",
        "as": role,
        "over": role,
        "audit": str(audit.id),
        "dispute": str(known.row.id),
        "reference": audit.reference,
        "month": audit.month.isoformat(),
        "asks": [],
        "due_on": None,
        "sequence": audit.version,
        "standing_in": list(reader.because),
        "vacancies": [],
        "passed_on_by": reader.member.passed_on_by,
        "step": dict(step),
    }
    return {"recipient_id": reader.person_id, "address": reader.member.address, "content": content}


def changed_by_its_raiser(work: Work, known: DisputeKnown, step: DisputeStep) -> bool:
    """Whether whoever raised a dispute settled it too, and the overall grade is another since."""
    if step.state != LadderState.RESOLVED or known.row.grade_after == known.row.grade_before:
        return False
    return _are_one(work, known.steps[0], step)


def _are_one(work: Work, one: DisputeStep, other: DisputeStep) -> bool:
    """Whether both were said by the same person, under whichever reference; or by the same key (S10)."""
    if one.recorded_by_id is None or other.recorded_by_id is None:
        return one.recorded_by == other.recorded_by
    meant = people_meant(work.session, {one.recorded_by_id, other.recorded_by_id})
    return len(set(meant.values())) == 1


def _may_say(standing: Standing) -> dict[str, list[str]]:
    """By role what it may say beside what is asked: of whose turn it is only what came with the end of its time."""
    found: dict[str, list[str]] = {}
    for way_out in standing.possible:
        is_late = standing.is_overdue and When.OVERDUE in way_out.when
        for role in way_out.by:
            if role != RAISER and (is_late or role not in standing.owed_by):
                found.setdefault(role, []).append(in_words(way_out.event))
    return found
