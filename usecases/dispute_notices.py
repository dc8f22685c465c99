"""Who is told of a dispute: whoever is to act, and by the matrix everybody else of its rung, each once (section 9)."""

import uuid
from datetime import date

from db.queries import jobs
from db.tables.disputes import DisputeStep, IndependentReview
from rules.ladders import TIME_RAN_OUT, LadderState, Standing, ladder_named
from rules.matrix import EventFacts, NoticeEvent
from rules.policy.ladder_shapes import Rung
from usecases.audit_notices import AuditNews, no_address, owe_audit_notices
from usecases.dispute_actors import LADDER, DisputeKnown
from usecases.dispute_messages import asking, changed_by_its_raiser, notice_for, said_of
from usecases.dispute_turns import Turn
from usecases.letters.dispute_sentences import REVIEW_ASKED, REVIEW_REPORTED, REVIEWER, WAITS
from usecases.notices import owe
from usecases.staff_on_the_day import member_today
from usecases.work import Work

_EVENT = NoticeEvent.DISPUTE_STEP


def tell_of_step(work: Work, known: DisputeKnown, step: DisputeStep, standing: Standing) -> list[dict[str, str]]:
    """Owes one message about a step to whoever is to act now, and a copy to everybody else of its rung.

    What is asked is said with the newest step alone. Where the time of a rung ran out, those of the next one hear of it
    too. Answers who could not be told.
    """
    audit, said = known.audit, said_of(known, standing, step.event, rung=_rung(work, step.rung))
    said["by_its_raiser"] = changed_by_its_raiser(work, known, step)
    if step is not known.steps[-1]:
        said["duty"], said["is_open"] = None, step.state == LadderState.OPEN
    occurrence = f"{known.row.reference}:{step.number}"
    rows = list(asking(work, known, standing, said)) if said["duty"] else []
    for row in rows:
        row["idempotency_key"] = f"{_EVENT}:{audit.id}:{occurrence}:{row['recipient_id']}"
    owe(work, _EVENT, audit.cycle_id, rows)  # first, so that none of them gets a copy: the key is the same
    untold = [no_address(reference) for reference in _without_address(work, rows)]
    news = AuditNews(occurrence=occurrence, dispute_id=known.row.id, step=said)
    for rung in rungs_told(work, step.rung, is_overdue=step.event == TIME_RAN_OUT):
        facts = EventFacts(audit_kind=audit.kind, sequence=audit.sequence, grade=audit.overall_grade, stage=rung)
        untold += owe_audit_notices(work, _EVENT, audit, facts, news)
    return [each for place, each in enumerate(untold) if each not in untold[:place]]


def rungs_told(work: Work, rung: str, *, is_overdue: bool) -> tuple[str, ...]:
    """Those of the rung; where its time ran out those of the next one too (D7)."""
    found = _rung(work, rung)
    return (rung, found.tells_when_overdue) if is_overdue and found.tells_when_overdue else (rung,)


def remind(work: Work, known: DisputeKnown, standing: Standing, on: date) -> None:
    """Reminds those whose turn it is where no clock does, once for that day (L13)."""
    _tell_those_asked(work, known, standing, WAITS, f"dispute_reminder:{known.row.id}:{on}")


def tell_reviewer(work: Work, known: DisputeKnown, standing: Standing, review: IndependentReview) -> None:
    """Asks somebody for the independent review that was settled on, once (D3)."""
    member = member_today(work, review.reviewer_id)
    reviewer = Turn(str(review.reviewer_id), member, (REVIEWER,), ())
    row = notice_for(known, reviewer, said_of(known, standing, REVIEW_ASKED))
    owe(work, _EVENT, known.audit.cycle_id, [{**row, "idempotency_key": f"review_asked:{review.id}"}])
    jobs.ask_for_run(work.session, jobs.DELIVERY, work.now)


def tell_of_review(work: Work, known: DisputeKnown, standing: Standing, review_id: uuid.UUID) -> None:
    """Tells whoever is to decide that an independent review was reported (D3)."""
    _tell_those_asked(work, known, standing, REVIEW_REPORTED, f"review_reported:{review_id}")


def _tell_those_asked(work: Work, known: DisputeKnown, standing: Standing, event: str, key: str) -> None:
    said = said_of(known, standing, event)
    rows = [{**row, "idempotency_key": f"{key}:{row['recipient_id']}"} for row in asking(work, known, standing, said)]
    owe(work, _EVENT, known.audit.cycle_id, rows)
    jobs.ask_for_run(work.session, jobs.DELIVERY, work.now)  # so that people need not wait for the next tick


def _rung(work: Work, rung: str) -> Rung:
    return ladder_named(LADDER, work.policy).rung(rung)


def _without_address(work: Work, rows: list[dict[str, object]]) -> list[str]:
    people = [uuid.UUID(str(row["recipient_id"])) for row in rows if not row["address"]]
    return sorted(member_today(work, person).reference for person in people)
