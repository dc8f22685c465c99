"""A moderated audit held while it moves, its facts, and what is recorded of each move (M2 to M4)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from db.queries import moderated_audits as moderated
from db.queries.moderated_audits import Moderated, RegradeKept
from db.tables.moderation import ModerationStep
from rules.decisions import Reason
from rules.regrades import ModerationEvent, ModerationFacts, missing_in_regrade, why_not_now
from usecases.audit_tools import tool_read
from usecases.editions import by_edition_or_in_force
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound, refused_for
from usecases.held_audits import refuse_own
from usecases.moderated_reports import grades_of_auditor
from usecases.trail import Entry, record
from usecases.work import Work

# What a trail entry or a task is about.
ONE, ROUND = "moderated_audit", "moderation_round"
NOT_MET = "not_met_because"
# A draft is saved many times: it is no step of its own.
_IN_THE_TRAIL_ALONE = (ModerationEvent.REGRADE_SAVED,)


@dataclass(frozen=True, slots=True)
class Happened:
    """What is recorded of a move: its event, its day, why it could be, and what somebody wrote."""

    event: ModerationEvent
    rule: str
    sentence: str
    on: date
    texts: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModeratedRead:
    """A moderated audit with what is written of it, and what its regrade still lacks."""

    it: Moderated
    regrade: RegradeKept | None
    missing: tuple[Reason, ...]
    feedback: str | None
    not_met_because: str | None


def look_at(work: Work, id_: uuid.UUID) -> Moderated:
    """One within reach. Raises NotFound."""
    found = moderated.one_moderated(work.session, id_, work.reach)
    if found is None:
        raise no_such_moderation(id_)
    return found


def hold(work: Work, id_: uuid.UUID, version: int, event: ModerationEvent | None) -> Moderated:
    """One within reach, held until the transaction ends; with an event only if it can happen now (M2 to M4).

    Raises NotFound, NotAllowedNow in a matter of one's own or with every reason against the event, and
    AlreadyDifferent for a version that is no longer the newest.
    """
    it = moderated.moderated_held(work.session, id_, work.reach)
    if it is None:
        raise no_such_moderation(id_)
    refuse_own(work, it.audit)
    if it.row.version != version:
        raise AlreadyDifferent(
            f"The moderation of {it.audit.reference} changed since it was read: it is at version {it.row.version}. "
            "Read it again, then go on."
        )
    against = why_not_now(event, facts_of(work, it), work.policy) if event else ()
    if against:
        raise refused_for(against)
    return it


def facts_of(work: Work, it: Moderated) -> ModerationFacts:
    """Where it stands, as the rules ask for it."""
    kept = moderated.regrade_of(work.session, it.row.id)
    return ModerationFacts(
        reference=it.audit.reference,
        state=it.row.state,
        has_moderator=it.row.moderator_id is not None,
        missing=_missing(work, it, kept),
        is_met=it.row.met_on is not None or text_of(work, it, NOT_MET) is not None,
    )


def _missing(work: Work, it: Moderated, kept: RegradeKept | None) -> tuple[Reason, ...]:
    policy = by_edition_or_in_force(work, it.round.edition_id).policy
    graded = {domain: grade.id for domain, grade in grades_of_auditor(work, it).items() if grade is not None}
    return missing_in_regrade(kept.content if kept else None, tool_read(work, it.audit), graded, policy)


def text_of(work: Work, it: Moderated, name: str) -> str | None:
    """The newest text of that name."""
    texts = moderated.texts_of(work.session, it.row.id)
    steps = reversed(moderated.steps_of(work.session, it.row.id))
    return next((texts[step.id][name] for step in steps if name in texts.get(step.id, {})), None)


def read(work: Work, it: Moderated) -> ModeratedRead:
    """It with what is written of it, and what is missing while it is open."""
    kept = moderated.regrade_of(work.session, it.row.id)
    not_met = None if it.row.met_on else text_of(work, it, NOT_MET)
    missing = _missing(work, it, kept) if it.row.state == "allocated" else ()
    return ModeratedRead(it, kept, missing, text_of(work, it, "feedback"), not_met)


def save_step(work: Work, it: Moderated, happened: Happened, details: Mapping[str, str | None] | None = None) -> None:
    """Its next version, the step and its entry in the trail."""
    it.row.version += 1
    work.session.flush()
    if happened.event not in _IN_THE_TRAIL_ALONE:
        moderated.add_step(work.session, _step(work, it, happened), happened.texts)
    told = {"version": it.row.version, "state": it.row.state, "on": happened.on.isoformat(), **(details or {})}
    entry = Entry((ONE, str(it.row.id)), happened.event.value, rule=happened.rule, details=told, texts=happened.texts)
    record(work, entry)


def _step(work: Work, it: Moderated, happened: Happened) -> ModerationStep:
    return ModerationStep(
        moderated_audit_id=it.row.id,
        event=happened.event,
        version=it.row.version,
        happened_on=happened.on,
        recorded_at=work.now,
        recorded_by=work.actor,
        rule=happened.rule,
        clause=work.policy.clause_of(happened.rule),
        sentence=happened.sentence,
    )


def not_now(work: Work, rule: str, sentence: str) -> NotAllowedNow:
    """That it cannot be as things stand, with the rule and its clause."""
    return NotAllowedNow(sentence, rule=rule, clause=work.policy.clause_of(rule))


def no_such_moderation(id_: uuid.UUID) -> NotFound:
    """For one that is not there, or not for whoever asks."""
    return NotFound(f"There is no moderated audit {id_}: find it with GET /v1/moderation-rounds/audits.")
