"""The disputes that wait for whoever asks where no clock says so: a decision without a last day, a review (D3, D6)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from db.queries import disputes as queries
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute
from rules.errors import RulesError
from usecases.dispute_actors import DisputeKnown
from usecases.dispute_standings import by_its_edition, standing_of
from usecases.dispute_turns import turns_at
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work

_PAGE = 50  # read at once

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
    """What is asked of somebody, by posts, deputies and absences of the day; reviews stand first."""
    rows = list(_waiting(work))
    reviews = [
        _asked(row, "review", "report what your independent review found") for row, is_review in rows if is_review
    ]
    clockless = [row for row, _ in rows if row.due_on is None]
    staff = staff_today(work) if clockless else None
    duties = [(row, _duty(work, row, staff)) for row in clockless if staff is not None]
    return [*reviews, *(_asked(row, "decision", duty) for row, duty in duties if duty is not None)]


def _waiting(work: Work) -> Iterator[tuple[Dispute, bool]]:
    after = None
    while page := queries.without_clock_for(work.session, work.reach.standing.selves, _PAGE, after):
        yield from ((row, is_review) for row, is_review in page)
        after = page[-1][0].id


def _duty(work: Work, row: Dispute, staff: Staff) -> str | None:
    """What is asked of them there; None where it is nobody's of their records to say.

    None also where the dispute cannot be walked, for want of its edition or of its calendar: the sweep leaves a task
    about it, and what else is theirs is told all the same.
    """
    try:
        work = by_its_edition(work, row)
        known = DisputeKnown(
            row, work.session.get_one(AuditRow, row.audit_id), tuple(queries.steps_of(work.session, row.id))
        )
        standing = standing_of(work, known)
        turns = turns_at(work, known, standing, staff)
    except RulesError:
        return None
    mine = {str(one) for one in work.reach.standing.selves}
    return standing.rung.duty if any(turn.person_id in mine for turn in turns) else None


def _asked(row: Dispute, asked: Asked, duty: str) -> DisputeWaiting:
    return DisputeWaiting(row.id, row.reference, asked, row.rung, f"{row.reference}: {duty}.")
