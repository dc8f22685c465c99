"""A moderation round read again, and drawn again from what was stored to see that it holds (M1, S5)."""

import uuid
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from db.queries import moderated_audits, moderation
from db.tables.moderation import ModerationRound
from rules.draw_answers import as_plain
from rules.moderation import draw_moderation
from rules.moderation_frames import moderation_frame_from_text
from usecases.editions import calendar_of_edition, edition_pinned
from usecases.errors import NotFound
from usecases.work import Work


class RoundRead(NamedTuple):
    """A round, and its audits in the order of the draw."""

    row: ModerationRound
    audits: Sequence[moderated_audits.Moderated]


class RoundVerified(NamedTuple):
    """Whether a round is what its frame and seed give; in a sentence each what is not."""

    frame_hash: str
    audits_compared: int
    differences: tuple[str, ...]


def find_round(work: Work, round_id: uuid.UUID) -> RoundRead:
    """A round with its audits. Raises NotFound."""
    found = moderation.round_with_frame(work.session, round_id)
    if found is None:
        raise _no_round(round_id)
    return RoundRead(found.row, moderated_audits.of_round(work.session, round_id))


def frame_text(work: Work, round_id: uuid.UUID) -> str:
    """The text that was hashed before the seed was taken. Raises NotFound."""
    found = moderation.round_with_frame(work.session, round_id)
    if found is None:
        raise _no_round(round_id)
    return found.frame.canonical


def verify_round(work: Work, round_id: uuid.UUID) -> RoundVerified:
    """Draws again from the stored frame and seed, and compares hash, answer and the audits of the round.

    Who moderates may have been replaced since, which is no difference. Raises NotFound, and NotAllowedNow if the
    edition that it was drawn by is not installed.
    """
    found = moderation.round_with_frame(work.session, round_id)
    if found is None:
        raise _no_round(round_id)
    policy = edition_pinned(work, found.row.edition_id, found.row.edition_version)
    frame, _ = moderation_frame_from_text(found.frame.canonical)
    answer = draw_moderation(frame, found.row.seed, policy, calendar_of_edition(work, policy))
    kept = moderated_audits.of_round(work.session, round_id)
    differences = [
        *_difference("text of the frame", sha256(found.frame.canonical.encode()).hexdigest(), found.frame.hash),
        *_difference("hash of the frame", answer.frame_hash, found.frame.hash),
        *_differing(as_plain(answer), found.row.result),
        *_difference("list of audits", [it.audit_id for it in answer.drawn], [it.audit.reference for it in kept]),
        *_difference("due date", answer.due.due_on, found.row.due_on),
    ]
    return RoundVerified(found.frame.hash, len(kept), tuple(differences))


def _difference(what: str, given: object, kept: object) -> list[str]:
    return [] if given == kept else [f"The round's {what} is not what the frame and the seed give."]


def _differing(again: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
    names = sorted({*again, *kept})
    return [line for name in names for line in _difference(name.replace("_", " "), again.get(name), kept.get(name))]


def _no_round(round_id: uuid.UUID) -> NotFound:
    return NotFound(f"There is no moderation round {round_id}: see GET /v1/moderation-rounds.")
