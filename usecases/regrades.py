"""What a moderator does with a moderated audit: regrade it, meet its auditor, give written feedback (M3, M4).

Advice: nothing here changes a grade of the audit (M6).
"""

import uuid
from datetime import date

from db.queries import clocks
from db.queries import moderated_audits as moderated
from db.queries.moderated_audits import Moderated
from rules.clock_names import MODERATION
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem
from rules.gradings import GradingContent
from rules.regrades import ModerationEvent, why_not_met_on, wrong_in_regrade
from usecases.audit_tools import tool_read
from usecases.editions import by_edition_or_in_force
from usecases.moderation_notices import tell_of_feedback
from usecases.moderation_steps import NOT_MET, Happened, ModeratedRead, hold, not_now, read, save_step, text_of
from usecases.moderation_templates import keep_template
from usecases.work import Work


def save_regrade(work: Work, id_: uuid.UUID, content: GradingContent, *, version: int) -> ModeratedRead:
    """Saves what the moderator writes in place of what was there; an unfinished draft is saved too.

    Raises NotFound, AlreadyDifferent for a version that is no longer the newest, NotAllowedNow for an audit of one's
    own or once feedback is given, and InvalidFacts for what no regrade may hold, such as a grade of another edition.
    """
    it = hold(work, id_, version, ModerationEvent.REGRADE_SAVED)
    policy = by_edition_or_in_force(work, it.round.edition_id).policy
    problems = wrong_in_regrade(content, tool_read(work, it.audit), policy)
    if problems:
        raise InvalidFacts(problems)
    moderated.save_regrade(work.session, id_, content, at=work.now, by=work.actor)
    save_step(
        work, it, Happened(ModerationEvent.REGRADE_SAVED, "M3", "The moderator saved the regrade.", on=work.today)
    )
    return read(work, it)


def record_meeting(
    work: Work, id_: uuid.UUID, met_on: date | None, not_met_because: str | None, *, version: int
) -> ModeratedRead:
    """Moderator and auditor met on that day, or did not, for which there is a reason (M3).

    Recorded again it is put right, and says what it was. Raises as `save_regrade`, NotAllowedNow for what is recorded
    like this already, and InvalidFacts for a day to come or before the draw, for neither and for both.
    """
    it = hold(work, id_, version, ModerationEvent.AUDITOR_MET)
    _refuse_meeting(work, it, met_on, not_met_because)
    before = _meeting_recorded(work, it)
    if before == (met_on, None if met_on else not_met_because):
        raise not_now(work, "M3", f"{_met(met_on)} That is recorded already, and there is nothing to put right.")
    sentence = f"{_met(met_on)}{_corrected(before)}{_nothing_yet(work, it)}"
    it.row.met_on = met_on
    happened = Happened(
        ModerationEvent.AUDITOR_MET, "M3", sentence, on=met_on or work.today, texts={NOT_MET: not_met_because}
    )
    save_step(work, it, happened)
    return read(work, it)


def give_feedback(work: Work, id_: uuid.UUID, feedback: str, *, version: int) -> ModeratedRead:
    """Written feedback goes to auditor and audit team, and the template to the case system (M4).

    From now on all of it stays as it is. Raises as `save_regrade`, and NotAllowedNow with everything that is missing.
    """
    it = hold(work, id_, version, ModerationEvent.FEEDBACK_GIVEN)
    kept = moderated.regrade_of(work.session, id_)
    assert kept is not None, "a regrade that lacks nothing is there"
    kept.row.fixed_at = work.now
    it.row.state, it.row.fed_back_on = "fed_back", work.today
    sentence = "The moderator gave written feedback to auditor and audit team."
    happened = Happened(ModerationEvent.FEEDBACK_GIVEN, "M4", sentence, on=work.today, texts={"feedback": feedback})
    save_step(work, it, happened)
    clocks.meet(work.session, clocks.of_moderation(id_), [MODERATION], work.today)
    keep_template(work, it)
    tell_of_feedback(work, it)
    return read(work, it)


def _meeting_recorded(work: Work, it: Moderated) -> tuple[date | None, str | None]:
    """The day on which they met, or why they did not; neither while nothing is recorded."""
    return (it.row.met_on, None) if it.row.met_on else (None, text_of(work, it, NOT_MET))


def _met(met_on: date | None) -> str:
    return f"They met on {day_in_words(met_on)}." if met_on else "They did not meet, and it is recorded why."


def _corrected(before: tuple[date | None, str | None]) -> str:
    met_on, because = before
    if met_on is not None:
        return f" Recorded anew: it was {day_in_words(met_on)} before."
    return " Recorded anew: before, it was why they had not met." if because is not None else ""


def _nothing_yet(work: Work, it: Moderated) -> str:
    """That they spoke before anything was graded anew is no breach of M3, which sets no order, and is said."""
    is_begun = moderated.regrade_of(work.session, it.row.id) is not None
    return "" if is_begun else " Nothing was regraded yet when this was recorded."


def _refuse_meeting(work: Work, it: Moderated, met_on: date | None, not_met_because: str | None) -> None:
    has_reason = bool(not_met_because and not_met_because.strip())
    if (met_on is not None) == has_reason:
        sentence = "Give the day of the meeting, or why there was none: one of the two."
        raise InvalidFacts([Problem("/met_on", sentence, rule="M3")])
    why_not = None if met_on is None else why_not_met_on(met_on, it.round.drawn_on, work.today, work.policy)
    if why_not is not None:
        raise InvalidFacts([Problem("/met_on", why_not.sentence, str(met_on), why_not.rule)])
