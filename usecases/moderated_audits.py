"""Moderated audits read, passed to another moderator, and closed by the audit team (M2, M4)."""

import uuid
from datetime import date

from db.queries import clocks, moderation
from db.queries.clocks import of_moderation
from db.queries.moderated_audits import Moderated
from rules.clock_names import MODERATION
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.draw_answers import as_plain
from rules.moderators import Moderating, named_by_hand, why_may_not_moderate
from rules.regrades import ModerationEvent, why_not_now
from usecases.missing_moderators import settle_missing
from usecases.moderation_frames import audit_and_moderator
from usecases.moderation_notices import tell_of_replacement
from usecases.moderation_rounds import moderation_clock
from usecases.moderation_steps import Happened, ModeratedRead, facts_of, hold, look_at, not_now, read, save_step
from usecases.organisation_checks import known_person, person_problems, refuse
from usecases.work import Work


def read_moderated(work: Work, id_: uuid.UUID) -> ModeratedRead:
    """One within reach. Raises NotFound."""
    return read(work, look_at(work, id_))


def allowed_moves(work: Work, id_: uuid.UUID) -> tuple[Moderated, dict[ModerationEvent, tuple[Reason, ...]]]:
    """Every event with the reasons against it as things stand, whoever it is for. Raises NotFound."""
    it = look_at(work, id_)
    facts = facts_of(work, it)
    return it, {event: why_not_now(event, facts, work.policy) for event in ModerationEvent}


def replace_moderator(
    work: Work,
    id_: uuid.UUID,
    moderator_id: uuid.UUID,
    because: str,
    *,
    version: int,
    holds_post_on: date | None = None,
) -> ModeratedRead:
    """Somebody else moderates it from now on, by the same day; what was written so far passes on with it.

    `holds_post_on` is a day on which they have a post of moderator, if it is not today: of a successor the first.

    Raises NotFound, AlreadyDifferent, InvalidFacts for somebody nobody knows, and NotAllowedNow for whoever is no
    moderator, did the audit, was audited, or has it already.
    """
    it = hold(work, id_, version, ModerationEvent.MODERATOR_REPLACED)
    refuse(person_problems(work, moderator_id, "/moderator_id"))
    person = known_person(work, moderator_id)
    named = _named(work, it, moderator_id, person.reference, holds_post_on or work.today)
    earlier = it.row.moderator_id
    it.row.moderator_id, it.row.is_own_service = moderator_id, named.is_own_service
    it.row.reasons = [*(reason for reason in it.row.reasons if reason["rule"] != "M2"), as_plain(named.reason)]
    sentence = f"{person.reference} moderates it{'' if it.moderator is None else f' in place of {it.moderator}'}."
    happened = Happened(ModerationEvent.MODERATOR_REPLACED, "M2", sentence, on=work.today, texts={"because": because})
    save_step(work, it, happened, {"from": str(earlier) if earlier else None, "to": str(moderator_id)})
    if earlier is None:
        reason = f"{it.audit.reference} is moderated by {day_in_words(it.row.due_on)}, as it was drawn."
        clocks.start(work.session, [moderation_clock(work, it.row, reason)])
    else:
        clocks.pass_on(work.session, of_moderation(id_), [MODERATION], moderator_id)
    settle_missing(work, it, sentence)
    tell_of_replacement(work, it, earlier)
    return read(work, look_at(work, id_))


def close_moderation(work: Work, id_: uuid.UUID, because: str | None, *, version: int) -> ModeratedRead:
    """The audit team closes it: what became of the feedback is seen to, or there will be none, which needs a reason.

    Raises NotFound, AlreadyDifferent, and NotAllowedNow when it is closed, or has no feedback and no reason is given.
    """
    it = hold(work, id_, version, ModerationEvent.MODERATION_CLOSED)
    has_feedback = it.row.fed_back_on is not None
    if not has_feedback and not (because and because.strip()):
        raise not_now(work, "M4", f"The moderation of {it.audit.reference} has no feedback yet: say why it ends.")
    it.row.state = "closed"
    sentence = "Closed after its feedback." if has_feedback else "Closed without feedback, and it is recorded why."
    happened = Happened(ModerationEvent.MODERATION_CLOSED, "M4", sentence, on=work.today, texts={"because": because})
    save_step(work, it, happened)
    if not has_feedback:
        clocks.withdraw(work.session, of_moderation(id_), [MODERATION], sentence, work.today)
    settle_missing(work, it, sentence)
    return read(work, it)


def _named(work: Work, it: Moderated, moderator_id: uuid.UUID, reference: str, on: date) -> Moderating:
    if moderator_id == it.row.moderator_id:
        raise not_now(work, "M2", f"{reference} moderates {it.audit.reference} already: name somebody else.")
    audit, moderator = audit_and_moderator(work, it.audit.id, moderator_id, reference)
    barred = why_may_not_moderate(audit, reference, work.policy)
    if barred is not None:
        raise not_now(work, barred.reason.rule, f"{barred.reason.sentence} Name somebody else.")
    if not moderation.moderates(work.session, moderator_id, on):
        day = "today" if on == work.today else f"on {day_in_words(on)}"
        raise not_now(work, "M2", f"{reference} holds no post of moderator {day}: give them one, or name another.")
    return named_by_hand(audit, moderator, work.policy)
