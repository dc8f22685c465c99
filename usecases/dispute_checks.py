"""Whether each dispute stands where a walk of its steps says that it stands (D1 to D8)."""

from collections.abc import Iterator

from db.queries import disputes
from db.tables.audits import Audit as AuditRow
from rules.errors import RulesError
from rules.ladders import Standing
from usecases.dispute_actors import DisputeKnown
from usecases.dispute_standings import by_its_edition, standing_of
from usecases.ladder_records import why_astray
from usecases.work import Work


def disputes_astray(work: Work) -> Iterator[str]:
    """What is wrong with each dispute whose row says other than its steps, by its reference. Changes nothing."""
    for row in disputes.every_dispute(work.session):
        audit = work.session.get_one(AuditRow, row.audit_id)
        known = DisputeKnown(row, audit, tuple(disputes.steps_of(work.session, row.id)))
        try:
            walked = _as_recorded(work, known)
        except RulesError as why:
            yield f"{row.reference} cannot be walked: {why}"
            continue
        astray = why_astray(row, walked)
        if astray is not None:
            yield astray


def _as_recorded(work: Work, known: DisputeKnown) -> Standing:
    """As of the day of its newest step: what the clock has to say since is nobody's fault yet."""
    said_on = max((step.happened_on for step in known.steps), default=known.row.raised_on)
    return standing_of(by_its_edition(work, known.row), known, as_of=said_on)
