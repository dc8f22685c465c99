"""A draw for moderation is told: to the audit team what was drawn, to each auditor which audits of theirs (M1)."""

from collections.abc import Sequence
from typing import Any

from db.queries.moderated_audits import Moderated
from db.tables.moderation import ModerationRound
from rules.matrix import NoticeEvent
from rules.recipients import HEAR_OF_ALL, told_of_no_audit
from usecases.missing_moderators import how_many_without
from usecases.moderation_notices import content_of, row_of, tell, why_told
from usecases.notices import owe
from usecases.staff_on_the_day import staff_today
from usecases.work import Work

_EVENT = NoticeEvent.MODERATION_DRAWN


def tell_of_draw(work: Work, drawn: ModerationRound, moderated: Sequence[Moderated]) -> None:
    """Whom the matrix names hears of the draw; neither who moderates nor any grade is in what they are sent (P4)."""
    _tell_the_audit_team(work, drawn, moderated)
    looked_at = [(it, it.row.moderator_id) for it in moderated]
    tell(work, _EVENT, drawn, str(drawn.id), looked_at)


def _tell_the_audit_team(work: Work, drawn: ModerationRound, moderated: Sequence[Moderated]) -> None:
    staff = staff_today(work)
    content = {**content_of("drawn", drawn, moderated), "notes": _what_could_not_be_had(drawn.result, moderated)}
    told = told_of_no_audit(_EVENT, staff.on_the_day, work.policy).recipients
    rows = [
        row_of(f"{_EVENT}:{drawn.id}:all:{it.person_id}", it.person_id, staff, {**content, "standing_in": why_told(it)})
        for it in told
        if it.role in HEAR_OF_ALL and it.person_id in staff.members
    ]
    owe(work, _EVENT, None, rows)


def _what_could_not_be_had(result: dict[str, Any], moderated: Sequence[Moderated]) -> list[str]:
    """The shortfalls of the draw; audits without a moderator are one sentence, however many they are."""
    missing = sum(it.row.moderator_id is None for it in moderated)
    short = [str(it["sentence"]) for it in result["shortfalls"] if it["rule"] != "M2"]
    if missing:
        short.append(f"{how_many_without(missing, len(moderated))}: a task says how to name them, or close the audits.")
    return short
