"""Audits drawn for moderation that nobody moderates: a task for the audit team, for one audit or a whole round (M2)."""

from collections.abc import Sequence

from db.queries import moderated_audits
from db.queries.moderated_audits import Moderated
from db.tables.moderation import ModeratedAudit, ModerationRound
from rules.dates_in_words import month_in_words
from rules.moderation import AuditDrawn
from usecases.moderation_steps import ONE, ROUND
from usecases.tasks import NewTask, close_task, open_tasks
from usecases.work import Work

MODERATOR_MISSING = "moderator_missing"


def ask_for_moderators(
    work: Work, row: ModerationRound, made: Sequence[ModeratedAudit], drawn: Sequence[AuditDrawn]
) -> None:
    """Asks the audit team to name somebody: of several audits in one task, which says how many and the way out."""
    without = [(it, of) for it, of in zip(made, drawn, strict=True) if it.moderator_id is None]
    if len(without) == 1:
        open_tasks(work, [_of_one(*without[0])])
    elif without:
        sentence = f"{how_many_without(len(without), len(made))} in {month_in_words(row.month)}. {_way_out(row)}"
        open_tasks(work, [NewTask(MODERATOR_MISSING, str(row.id), sentence, "M2", (ROUND, str(row.id)))])


def how_many_without(missing: int, drawn: int) -> str:
    """How many of a draw had nobody, as a clause that may go on."""
    return f"{missing} of the {drawn} audits drawn had no moderator when they were drawn"


def settle_missing(work: Work, it: Moderated, because: str) -> None:
    """One has a moderator now, or needs none any more: its task is done, and its round's with the last of them."""
    close_task(work, MODERATOR_MISSING, str(it.row.id), because)
    if not moderated_audits.is_moderator_missing(work.session, it.round.id):
        close_task(work, MODERATOR_MISSING, str(it.round.id), because)


def _of_one(it: ModeratedAudit, drawn: AuditDrawn) -> NewTask:
    way_out = f"Name a moderator (POST /v1/moderation-rounds/audits/{it.id}/moderator), or close it."
    return NewTask(MODERATOR_MISSING, str(it.id), f"{drawn.reasons[-1].sentence} {way_out}", "M2", (ONE, str(it.id)))


def _way_out(row: ModerationRound) -> str:
    return (
        f"GET /v1/moderation-rounds/{row.id} says which, and why. Give somebody who may take them a post of moderator "
        "(POST /v1/people/PERSON/posts), then name one for each (POST /v1/moderation-rounds/audits/ID/moderator), or "
        "close them (POST /v1/moderation-rounds/audits/ID/closure)."
    )
