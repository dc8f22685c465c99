"""Drawing the audits of a moderation month, once, and drawing them again to see that it holds (M1 to M3, S5)."""

import secrets
import uuid
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from db.queries import clocks, moderated_audits, moderation
from db.tables.moderation import ModeratedAudit, ModerationRound
from rules.clock_names import MODERATION
from rules.dates_in_words import month_in_words
from rules.draw_answers import as_plain
from rules.errors import InvalidFacts, Problem
from rules.moderation import AuditDrawn, ModerationDraw, draw_moderation, why_no_moderation_month
from rules.moderation_frames import canonical_moderation_text
from rules.roles import Role
from usecases.errors import NotAllowedNow
from usecases.missing_moderators import ask_for_moderators
from usecases.moderation_draw_notices import tell_of_draw
from usecases.moderation_frames import FrameGathered, gather_frame
from usecases.moderation_notices import tell_moderators
from usecases.moderation_steps import ONE, ROUND
from usecases.trail import Entry, record
from usecases.work import Work

_BYTES_OF_SEED = 32


def draw_round(work: Work, month: str | None = None) -> ModerationRound:
    """Freezes the frame, then takes a seed and draws: the month's round, with clocks and messages to all concerned.

    `month` ("2027-03") is the present one or None. Raises InvalidFacts for another month, NotAllowedNow in a month
    that does not moderate, before its first working day, or when the month's audits are drawn already.
    """
    _refuse_other_month(work, month)
    why_not = why_no_moderation_month(work.today, work.policy)
    if why_not is not None:
        raise NotAllowedNow(why_not.sentence, rule=why_not.rule, clause=why_not.clause)
    gathered = gather_frame(work)
    text = canonical_moderation_text(gathered.frame, work.policy.edition.id)
    frame_hash = sha256(text.encode()).hexdigest()
    frame_id = moderation.freeze(work.session, work.today.replace(day=1), text, frame_hash, work.now)
    if frame_id is None:
        raise _drawn_already(work)
    # The frame is stored and hashed; only now is there a seed, and nobody chose it.
    seed = secrets.token_hex(_BYTES_OF_SEED)
    answer = draw_moderation(gathered.frame, seed, work.policy, work.calendar)
    row = _keep(work, frame_id, answer)
    made = _keep_audits(work, row, gathered, answer)
    _record(work, row, made, answer)
    ask_for_moderators(work, row, made, answer.drawn)
    moderated = moderated_audits.of_round(work.session, row.id)
    tell_moderators(work, row, moderated)
    tell_of_draw(work, row, moderated)
    return row


def draw_due_round(work: Work) -> str:
    """Draws for moderation from the month's first working day on, if nobody has; the sentence says what was done."""
    if why_no_moderation_month(work.today, work.policy) is not None:
        return "No moderation month."
    if work.today < work.calendar.first_of_month(work.today):
        return "The moderation month's first working day is still to come."
    if moderation.round_of(work.session, work.today.replace(day=1)) is not None:
        return "The month's audits are drawn for moderation."
    row = draw_round(work)
    return f"Drew {row.result['size_drawn']} audits for moderation, due on {row.due_on}."


def _refuse_other_month(work: Work, month: str | None) -> None:
    present = f"{work.today:%Y-%m}"
    if month is not None and month != present:
        sentence = f"{month!r:.60} is not the present month: audits are drawn in their moderation month, now {present}."
        raise InvalidFacts([Problem("/month", sentence, month[:60], "M1")])


def _drawn_already(work: Work) -> NotAllowedNow:
    drawn = moderation.round_of(work.session, work.today.replace(day=1))
    where = f": read it through GET /v1/moderation-rounds/{drawn.id}" if drawn else ""
    return NotAllowedNow(
        f"The audits of {month_in_words(work.today)} are drawn for moderation already, once a month{where}.",
        rule="M1",
        clause=work.policy.clause_of("M1"),
    )


def _keep(work: Work, frame_id: uuid.UUID, answer: ModerationDraw) -> ModerationRound:
    row = ModerationRound(
        frame_id=frame_id,
        month=work.today.replace(day=1),
        drawn_on=work.today,
        drawn_at=work.now,
        drawn_by=work.actor,
        edition_id=work.policy.edition.id,
        edition_version=work.policy.edition.version,
        seed=answer.seed,
        due_on=answer.due.due_on,
        result=as_plain(answer),
    )
    work.session.add(row)
    work.session.flush()
    return row


def _keep_audits(
    work: Work, row: ModerationRound, gathered: FrameGathered, answer: ModerationDraw
) -> Sequence[ModeratedAudit]:
    rows = [_moderated(row, drawn, gathered) for drawn in answer.drawn]
    made = moderated_audits.add_moderated(work.session, rows)
    moderated = (it for it in made if it.moderator_id is not None)
    clocks.start(work.session, [moderation_clock(work, it, answer.due.reason.sentence) for it in moderated])
    return made


def _moderated(row: ModerationRound, drawn: AuditDrawn, gathered: FrameGathered) -> dict[str, Any]:
    audit = gathered.audits[drawn.audit_id]
    return {
        "round_id": row.id,
        "audit_id": audit.id,
        "place": drawn.order,
        "moderator_id": gathered.moderators[drawn.moderator_id] if drawn.moderator_id else None,
        "is_own_service": drawn.is_own_service,
        "reasons": as_plain(drawn)["reasons"],
        "auditor_grade": audit.grade,
        "report_version": audit.report_version,
        "due_on": row.due_on,
        "state": "allocated",
    }


def moderation_clock(work: Work, row: ModeratedAudit, sentence: str) -> dict[str, Any]:
    """The clock of one moderation, owed by its moderator (M3)."""
    return {
        "time_limit": MODERATION,
        "audit_id": row.audit_id,
        "moderated_audit_id": row.id,
        "owed_by_id": row.moderator_id,
        "owed_by_role": Role.MODERATOR,
        "started_on": work.today,
        "due_on": row.due_on,
        "rule": "M3",
        "clause": work.policy.clause_of("M3"),
        "sentence": sentence,
        "edition_id": work.policy.edition.id,
    }


def _record(work: Work, row: ModerationRound, made: Sequence[ModeratedAudit], answer: ModerationDraw) -> None:
    details = {
        "frame_hash": answer.frame_hash,
        "seed": answer.seed,
        "edition": row.edition_id,
        "drawn": [it.audit_id for it in answer.drawn],
        "due_on": row.due_on.isoformat(),
    }
    entries = [
        Entry((ONE, str(it.id)), "audit_drawn_for_moderation", rule="M1", details=_whose(row, it)) for it in made
    ]
    record(work, Entry((ROUND, str(row.id)), "moderation_drawn", rule="M1", details=details), *entries)


def _whose(row: ModerationRound, it: ModeratedAudit) -> dict[str, Any]:
    moderator = str(it.moderator_id) if it.moderator_id else None
    return {"round": str(row.id), "audit": str(it.audit_id), "moderator": moderator, "place": it.place}
