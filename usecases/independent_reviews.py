"""Independent reviews: what the formal stage may settle on before it answers, as a record of its own (D3)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from db.queries import disputes as queries
from db.queries.reaches import Reach
from db.tables.disputes import IndependentReview, IndependentReviewText
from rules.disputes import barred_from_judging
from rules.errors import InvalidFacts, Problem
from rules.ladder_actors import LadderActor
from rules.ladders import LadderState, Standing, ladder_named
from rules.policy.ladder_shapes import roles_in_words
from rules.roles import Role
from usecases.dispute_actors import LADDER, DisputeKnown, actor_over, concerned_by, involved_in
from usecases.dispute_notices import tell_of_review, tell_reviewer
from usecases.dispute_standings import by_its_edition, standing_of
from usecases.dispute_walks import SUBJECT, hold_dispute
from usecases.disputes import refuse_stale
from usecases.errors import NotFound
from usecases.held_audits import not_now
from usecases.staff_on_the_day import staff_today
from usecases.trail import Entry, record
from usecases.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview:
    """Who is to review, and what they are asked; `version` is the dispute's that was read."""

    reviewer_id: uuid.UUID
    brief: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReported:
    """What a review found; `version` is the dispute's that was read."""

    findings: str
    version: int


def ask_for_review(
    work: Work, dispute_id: uuid.UUID, asked: NewReview, reaches: Mapping[Role, Reach]
) -> tuple[DisputeKnown, IndependentReview]:
    """Asks somebody for an independent review, at a rung that judges, by whoever judges there. No clock starts anew.

    Raises NotFound, AlreadyDifferent, NotAllowedNow for anybody else, and InvalidFacts for a reviewer whom nobody
    knows, or who may not judge the dispute either.
    """
    known = hold_dispute(work, dispute_id)
    refuse_stale(known.row, asked.version)
    work = by_its_edition(work, known.row)
    _refuse_unless_judging(work, known, _where_judged(work, known), reaches)
    staff = staff_today(work)
    if str(asked.reviewer_id) not in staff.members:
        sentence = "Nobody here has this id: GET /v1/people lists them."
        raise InvalidFacts([Problem("/reviewer_id", sentence, str(asked.reviewer_id), "D3")])
    involved = involved_in(work, known)
    barred = barred_from_judging(concerned_by(known.audit, staff), staff.on_the_day, work.policy, involved)
    if str(asked.reviewer_id) in barred:
        sentence = "They are concerned by the audit or manage the practitioner: name somebody independent."
        raise InvalidFacts([Problem("/reviewer_id", sentence, str(asked.reviewer_id), "D7")])
    review = IndependentReview(
        dispute_id=known.row.id,
        reviewer_id=asked.reviewer_id,
        asked_on=work.today,
        asked_at=work.now,
        asked_by=work.actor,
    )
    work.session.add(review)
    work.session.flush()
    _write(work, review, "brief", asked.brief)
    _changed(work, known, "independent_review_asked", review, {"brief": asked.brief})
    tell_reviewer(work, known, standing_of(work, known), review)
    return known, review


def report_review(
    work: Work, dispute_id: uuid.UUID, review_id: uuid.UUID, reported: ReviewReported, reaches: Mapping[Role, Reach]
) -> tuple[DisputeKnown, IndependentReview]:
    """Keeps what a review found, once. It decides nothing: whoever judges the rung does.

    Raises as `ask_for_review`, NotFound for a review that is not of this dispute, and NotAllowedNow for one that was
    reported before, of a dispute that has ended, or by a reviewer who may not judge the dispute by now.
    """
    known = hold_dispute(work, dispute_id)
    refuse_stale(known.row, reported.version)
    work = by_its_edition(work, known.row)
    review = queries.review_held(work.session, review_id)
    if review is None or review.dispute_id != known.row.id:
        raise NotFound(f"There is no review {review_id} of this dispute: GET /v1/disputes/{dispute_id} lists them.")
    standing = _where_judged(work, known)
    if review.reviewer_id in work.reach.standing.selves:
        _refuse_barred(work, actor_over(work, known, standing, reaches))
    else:
        _refuse_unless_judging(work, known, standing, reaches)
    if review.reported_on is not None:
        raise not_now(work.policy.reason("D3", "This review was reported before, and stays as it was written."))
    review.reported_on, review.reported_at, review.reported_by = work.today, work.now, work.actor
    work.session.flush()
    _write(work, review, "findings", reported.findings)
    _changed(work, known, "independent_review_reported", review, {"findings": reported.findings})
    tell_of_review(work, known, standing_of(work, known), review.id)
    return known, review


def _where_judged(work: Work, known: DisputeKnown) -> Standing:
    """How it stands. Raises NotAllowedNow where it is not open at a rung on which somebody judges."""
    standing = standing_of(work, known)
    ladder = ladder_named(LADDER, work.policy)
    judging = next((rung for rung in ladder.rungs if rung.is_judgement), standing.rung)
    if standing.state is not LadderState.OPEN or not standing.rung.is_judgement:
        sentence = f"An independent review is settled on at a formal stage, from {judging.id} on: it stands at "
        raise not_now(work.policy.reason("D3", f"{sentence}{standing.rung.id} and is {standing.state}."))
    return standing


def _refuse_barred(work: Work, actor: LadderActor) -> None:
    if actor.is_barred:
        sentence = "You are concerned by the audit or manage the practitioner by now: somebody else reviews it."
        raise not_now(work.policy.reason("D7", sentence))


def _refuse_unless_judging(work: Work, known: DisputeKnown, standing: Standing, reaches: Mapping[Role, Reach]) -> None:
    actor = actor_over(work, known, standing, reaches)
    if not _judges(actor, standing):
        sentence = f"An independent review at {standing.rung.id} is for {roles_in_words(standing.rung.owed_by)}, and "
        raise not_now(work.policy.reason("D3", f"{sentence}never for whoever is concerned."))


def _judges(actor: LadderActor, standing: Standing) -> bool:
    return bool(actor.roles & set(standing.rung.owed_by)) and not actor.is_barred


def _write(work: Work, review: IndependentReview, name: str, text: str) -> None:
    work.session.add(IndependentReviewText(review_id=review.id, name=name, text=text))
    work.session.flush()


def _changed(work: Work, known: DisputeKnown, action: str, review: IndependentReview, texts: Mapping[str, str]) -> None:
    known.row.version += 1
    work.session.flush()
    details = {"review": str(review.id), "reviewer": str(review.reviewer_id), "version": known.row.version}
    record(work, Entry((SUBJECT, str(known.row.id)), action, rule="D3", details=details, texts=texts))
