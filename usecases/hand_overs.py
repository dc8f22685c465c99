"""Handing over all that somebody holds when they leave, in one transaction, each item explained (P4, A4, S9).

Rows end on the last day and begin for the successor on the day after. Audits that they do go through A4, with its rules
and notices; audits of their own work wait for the audit team (S9). Done again it finds nothing left to do.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from db.queries import holdings
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem, Refusal
from rules.hand_overs import Held, Holding, Outcome, Passed, passed_on
from usecases.auditor_changes import change_auditor
from usecases.errors import NotAllowedNow
from usecases.hand_over_rows import Item, PassOn, items_of_organisation
from usecases.held_audits import refuse_unknown_reason
from usecases.missing_moderators import MODERATOR_MISSING
from usecases.moderated_audits import replace_moderator
from usecases.moderation_steps import ONE as MODERATED_AUDIT
from usecases.organisation_checks import held_person, order_problems, person_problems, refuse
from usecases.tasks import AUDITOR_LEAVES, PRACTITIONER_LEAVES, NewTask, open_tasks
from usecases.trail import Entry, record
from usecases.work import Work

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is asked: the last day, who takes everything over, and who else takes single items, by their keys.

    `successors` may hold None for an item that nobody is to take. `audit_reason` is a code of
    `eligibility.auditor_change_reasons`; without one the audits that they do wait for a decision.
    """

    last_day_on: date
    successor_id: uuid.UUID | None = None
    successors: Mapping[str, uuid.UUID | None] = field(default_factory=dict)
    audit_reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One item, what became of it, and why; `key` names it when somebody else is to take it."""

    key: str
    holding: Holding
    outcome: Outcome
    successor_id: uuid.UUID | None
    reason: Reason


def hand_over(work: Work, person_id: uuid.UUID, asked: HandOver, *, dry_run: bool = False) -> list[HandedOver]:
    """Everything that somebody holds after their last day passes on, ends, or waits for a decision.

    A dry run does the same work and takes it back. Raises NotFound, InvalidFacts for successors nobody knows, the
    leaver as successor or an item that there is none of, and NotAllowedNow for a successor who has left by then.
    """
    person = held_person(work, person_id)
    _check(work, person_id, asked)
    refuse(order_problems(person.started_on, asked.last_day_on, "/last_day_on"))
    with work.session.begin_nested() as attempt:
        done = list(_items(work, person_id, asked))
        _refuse_unknown_items(asked, done)
        person.left_on = asked.last_day_on
        work.session.flush()
        _open_tasks(work, done)
        _record(work, person_id, asked, done)
        if dry_run:
            attempt.rollback()
    if dry_run:
        work.session.expire_all()
    return done


def _items(work: Work, person_id: uuid.UUID, asked: HandOver) -> Iterator[HandedOver]:
    references = holdings.names_of(work.session)
    every = [
        *items_of_organisation(work, person_id, asked.last_day_on, references),
        *_audits(work, person_id, asked),
        *_moderations(work, person_id, asked),
        *_duties(work, person_id),
    ]
    for item in every:
        successor = asked.successors.get(item.key, asked.successor_id)
        decided = passed_on(item.held, asked.last_day_on, str(successor) if successor else None, work.policy)
        yield _carried_out(item, decided, references)


def _carried_out(item: Item, decided: Passed, references: Mapping[str, str]) -> HandedOver:
    """A refusal by the rules of A4 leaves the audit for the audit team to decide."""
    reason, outcome, taker = decided.reason, decided.outcome, decided.successor
    try:
        if outcome in (Outcome.ENDS, Outcome.PASSES_ON):
            item.pass_on(uuid.UUID(taker) if taker else None)
    except Refusal as refused:
        sentence = f"{item.held.called[:1].upper()}{item.held.called[1:]}: {refused.sentence}"
        outcome, taker = Outcome.TO_BE_DECIDED, None
        reason = Reason(refused.rule or reason.rule, refused.clause or reason.clause, sentence)
    if taker is not None:
        named = reason.sentence.replace("the successor", references[taker])
        reason = Reason(reason.rule, reason.clause, named)
    return HandedOver(item.key, item.held.holding, outcome, uuid.UUID(taker) if taker else None, reason)


def _audits(work: Work, person_id: uuid.UUID, asked: HandOver) -> Iterator[Item]:
    for audit in holdings.unfinished_audits_of(work.session, person_id):
        if audit.practitioner_id == person_id:
            called, concerned = f"audit {audit.reference}", frozenset({str(person_id)})
            yield Item(f"audited:{audit.id}", Held(Holding.AUDITED, called, concerned), _nothing)
        else:
            concerned = frozenset({str(audit.practitioner_id), str(person_id)})
            held = Held(Holding.AUDITS, f"audit {audit.reference}", concerned, audit.report_due_on)
            yield Item(f"audits:{audit.id}", held, _changing_auditor(work, audit.id, asked))


def _changing_auditor(work: Work, audit_id: uuid.UUID, asked: HandOver) -> PassOn:
    def change(successor: uuid.UUID | None) -> None:
        if successor is None or asked.audit_reason is None:
            raise NotAllowedNow("no reason is given for another auditor, so somebody is to decide.", rule="A4")
        with work.session.begin_nested():
            change_auditor(work, audit_id, successor, asked.audit_reason, asked.note)

    return change


def _moderations(work: Work, person_id: uuid.UUID, asked: HandOver) -> Iterator[Item]:
    for one in holdings.open_moderations_of(work.session, person_id):
        concerned = frozenset(str(it) for it in (one.practitioner_id, one.auditor_id, person_id) if it is not None)
        held = Held(Holding.MODERATES, f"moderation of {one.audit}", concerned, one.due_on)
        yield Item(f"moderates:{one.id}", held, _changing_moderator(work, one, asked))


def _changing_moderator(work: Work, one: holdings.OpenModeration, asked: HandOver) -> PassOn:
    def change(successor: uuid.UUID | None) -> None:
        if successor is not None:
            because = asked.note or "Handed over with all that they held."
            since = asked.last_day_on + _ONE_DAY
            with work.session.begin_nested():
                replace_moderator(work, one.id, successor, because, version=one.version, holds_post_on=since)

    return change


def _duties(work: Work, person_id: uuid.UUID) -> Iterator[Item]:
    for duty in holdings.duties_owed_by(work.session, person_id):
        concerned = {str(it) for it in (duty.practitioner_id, duty.auditor_id, person_id) if it is not None}
        called = f"{duty.time_limit.rpartition('.')[2].replace('_', ' ')} of {duty.audit or 'a safety alert'}"
        held = Held(Holding.DUTY, called, frozenset(concerned), duty.due_on)
        yield Item(f"duty:{duty.id}", held, _re_owing(work, duty.id))


def _re_owing(work: Work, deadline_id: uuid.UUID) -> PassOn:
    def re_owe(successor: uuid.UUID | None) -> None:
        if successor is not None:
            holdings.owe_to(work.session, deadline_id, successor)

    return re_owe


def _nothing(_: uuid.UUID | None) -> None:
    """What is for the audit team to decide is left as it is."""


def _check(work: Work, person_id: uuid.UUID, asked: HandOver) -> None:
    if asked.audit_reason is not None:
        refuse_unknown_reason(work.policy.eligibility.auditor_change_reasons, asked.audit_reason, "A4")
    named = {"/successor_id": asked.successor_id, **{f"/successors/{key}": it for key, it in asked.successors.items()}}
    problems: list[Problem] = []
    for pointer, successor in named.items():
        problems += person_problems(work, successor, pointer)
        if successor == person_id:
            problems.append(Problem(pointer, "Nobody hands over to themselves: name somebody else, or nobody.", None))
    refuse(problems)
    for successor in {it for it in named.values() if it is not None}:
        gone = held_person(work, successor).left_on
        if gone is not None and gone <= asked.last_day_on:
            raise NotAllowedNow(
                f"The successor leaves on {day_in_words(gone)} themselves: name somebody else.", rule="P4"
            )


def _refuse_unknown_items(asked: HandOver, done: list[HandedOver]) -> None:
    unknown = sorted(set(asked.successors) - {item.key for item in done})
    if unknown and done:
        sentence = "They hold nothing of this key after that day: a dry run lists the keys."
        raise InvalidFacts([Problem(f"/successors/{key}", sentence, key[:60], "P4") for key in unknown])


def _open_tasks(work: Work, done: list[HandedOver]) -> None:
    kinds = {
        Holding.AUDITED: PRACTITIONER_LEAVES,
        Holding.AUDITS: AUDITOR_LEAVES,
        Holding.MODERATES: MODERATOR_MISSING,
        Holding.DUTY: "duty_without_owner",
    }
    subjects = {Holding.DUTY: "deadline", Holding.MODERATES: MODERATED_AUDIT}
    tasks = []
    for item in done:
        if item.outcome is Outcome.TO_BE_DECIDED:
            key = item.key.partition(":")[2]
            subject = (subjects.get(item.holding, "audit"), key)
            tasks.append(NewTask(kinds[item.holding], key, item.reason.sentence, item.reason.rule, subject))
    open_tasks(work, tasks)


def _record(work: Work, person_id: uuid.UUID, asked: HandOver, done: list[HandedOver]) -> None:
    """One entry for the leaver and one for each successor; none when nothing was left to hand over."""
    changed = [item for item in done if item.outcome in (Outcome.ENDS, Outcome.PASSES_ON)]
    if not changed:
        return
    counted = Counter(item.outcome.value for item in done)
    taken = {
        successor: [item.key for item in changed if item.successor_id == successor]
        for successor in {item.successor_id for item in changed if item.successor_id is not None}
    }
    record(
        work,
        Entry(
            ("person", str(person_id)),
            "handed_over",
            "P4",
            {"last_day_on": asked.last_day_on.isoformat(), "outcomes": dict(counted)},
            {"note": asked.note},
        ),
        *(
            Entry(("person", str(successor)), "took_over", "P4", {"from": str(person_id), "items": keys})
            for successor, keys in taken.items()
        ),
    )
