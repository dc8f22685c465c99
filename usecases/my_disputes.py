"""The disputes that wait for whoever asks where no clock says so: a decision without a last day, a review (D3, D6)."""

import uuid
from dataclasses import dataclass
from typing import Literal

from db.queries import disputes as queries
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute
from usecases.dispute_actors import DisputeKnown
from usecases.dispute_standings import by_its_edition, standing_of
from usecases.dispute_turns import turns_at
from usecases.work import Work

_MOST = 20  # of what is for exceptional cases only

Asked = Literal["decision", "review"]


@dataclass(frozen=True, slots=True)
class DisputeWaiting:
    """One of them, and what is asked."""

    id: uuid.UUID
    reference: str
    asked: Asked
    rung: str
    sentence: str


def disputes_waiting_for(work: Work) -> list[DisputeWaiting]:
    """What is asked of somebody, by posts, deputies and absences of the day."""
    found = []
    for row, is_review in queries.without_clock_for(work.session, work.reach.standing.selves, _MOST):
        if is_review:
            found.append(_asked(row, "review", "report what your independent review found"))
        duty = _duty(work, row) if row.due_on is None else None
        if duty is not None:
            found.append(_asked(row, "decision", duty))
    return found


def _duty(work: Work, row: Dispute) -> str | None:
    """What is asked of them there; None where it is nobody's of their records to say."""
    work = by_its_edition(work, row)
    known = DisputeKnown(
        row, work.session.get_one(AuditRow, row.audit_id), tuple(queries.steps_of(work.session, row.id))
    )
    standing = standing_of(work, known)
    mine = {str(one) for one in work.reach.standing.selves}
    is_mine = any(turn.person_id in mine for turn in turns_at(work, known, standing))
    return standing.rung.duty if is_mine else None


def _asked(row: Dispute, asked: Asked, duty: str) -> DisputeWaiting:
    return DisputeWaiting(row.id, row.reference, asked, row.rung, f"{row.reference}: {duty}.")
