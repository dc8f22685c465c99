"""The facts by which the matrix is asked, checked: what an event needs is there, and nothing contradicts itself."""

from collections.abc import Iterator, Mapping

from rules.errors import InvalidFacts, Problem
from rules.matrix import EventFacts, NoticeEvent, facts_needed, stages_known
from rules.policy.shape import Policy

_RE_AUDIT = "re_audit"


def event_facts(event: NoticeEvent, given: Mapping[str, object], policy: Policy) -> EventFacts:
    """The facts of an event, from those that were given by name: `audit_kind`, `sequence`, `grade`, `stage`.

    An audit that is no re-audit has sequence 0. A grade that is given as None is that of an audit without one (P8).
    Raises InvalidFacts with every problem, each at `/facts/…`.
    """
    problems = [*_of_the_audit(event, given, policy), *_of_the_grade(event, given, policy)]
    problems += _of_the_stage(event, given, policy)
    if problems:
        raise InvalidFacts(problems)
    sequence, grade, stage = given.get("sequence"), given.get("grade"), given.get("stage")
    number = sequence if isinstance(sequence, int) else 0
    return EventFacts(
        audit_kind=str(given.get("audit_kind") or (_RE_AUDIT if number else "ordinary")),
        sequence=number,
        grade=grade if isinstance(grade, str) else None,
        stage=stage if isinstance(stage, str) else None,
    )


def _of_the_audit(event: NoticeEvent, given: Mapping[str, object], policy: Policy) -> Iterator[Problem]:
    kind, sequence = given.get("audit_kind"), given.get("sequence")
    if sequence is None:
        if "sequence" in facts_needed(event, policy) and kind in (None, _RE_AUDIT):
            sentence = f"Who is told of {event} depends on it: give the sequence, 0 for an audit, 1 for a re-audit."
            yield Problem("/facts/sequence", sentence)
    elif kind is not None and (kind == _RE_AUDIT) != (sequence != 0):
        sentence = f"sequence {sequence} is not that of the audit_kind {kind!r}: it is 0 for all but re-audits."
        yield Problem("/facts/sequence", sentence, str(sequence))


def _of_the_grade(event: NoticeEvent, given: Mapping[str, object], policy: Policy) -> Iterator[Problem]:
    known, grade = policy.gradings.grades, given.get("grade")
    if "grade" not in given and "grade" in facts_needed(event, policy):
        sentence = f"Who is told of {event} depends on it: give the grade, null where an audit has none."
        yield Problem("/facts/grade", sentence)
    if grade is not None and grade not in known:
        sentence = f"grade {grade!r:.60} is no grade of this edition: give one of {', '.join(known)}."
        yield Problem("/facts/grade", sentence, str(grade)[:60], "L2")


def _of_the_stage(event: NoticeEvent, given: Mapping[str, object], policy: Policy) -> Iterator[Problem]:
    known, stage = stages_known(event, policy), given.get("stage")
    if known and stage not in known:
        sentence = f"Who is told of {event} depends on its stage: give one of {', '.join(known)}."
        yield Problem("/facts/stage", sentence, None if stage is None else str(stage)[:60])
    if stage is not None and not known:
        yield Problem("/facts/stage", f"{event} has no stages: leave it out.", str(stage)[:60])
