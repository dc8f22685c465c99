"""Drafting the two gradings: an unfinished draft is saved, a wrong one refused, and nobody's change is lost (L2)."""

import uuid
from dataclasses import dataclass

from db.queries import audit_contents
from db.queries.audit_contents import GradingKept
from db.queries.reaches import Relation
from db.tables.audits import Audit as AuditRow
from rules.audit_events import Event, State
from rules.draft_readers import Part
from rules.errors import InvalidFacts
from rules.gradings import GradingContent, Stage, wrong_in_grading
from rules.tool_fit import wrong_by_tool
from usecases.audit_contents import AuditContents, contents_of, refuse_unless_written
from usecases.audit_life import Move, move
from usecases.audit_tools import tool_of_audit
from usecases.errors import AlreadyDifferent
from usecases.held_audits import hold_audit
from usecases.trail import Entry, record
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class GradingSaved:
    """A grading as it was saved, with what the whole audit lacks by now."""

    audit: AuditRow
    kept: GradingKept
    contents: AuditContents


def save_grading(
    work: Work, audit_id: uuid.UUID, stage: Stage, content: GradingContent, *, version: int
) -> GradingSaved:
    """Saves a draft in place of the one before. The first that is saved begins the audit.

    `version` is that of the grading as it was read, 0 where there was none. Raises NotFound, NotAllowedNow for a
    grading that is not written in this state of the audit or for one's own work, AlreadyDifferent for one that somebody
    saved meanwhile, and InvalidFacts for what no draft may hold; whatever is raised, what was saved before stays.
    """
    held = hold_audit(work, audit_id, as_own=(Relation.AS_AUDITOR,))
    refuse_unless_written(work, held.row, Part(stage))
    _refuse_stale(work, held.row, stage, version)
    _refuse_wrong(work, held.row, stage, content)
    row = audit_contents.save_grading(work.session, audit_id, stage, content, at=work.now, by=work.actor)
    details = {"stage": stage.value, "version": row.version}
    record(work, Entry(("audit", str(audit_id)), "grading_saved", rule="L2", details=details))
    if held.row.state == State.ALLOCATED:
        move(work, audit_id, Move(event=Event.DRAFT_BEGUN))
    return GradingSaved(held.row, GradingKept(row, content), contents_of(work, held.row))


def _refuse_stale(work: Work, audit: AuditRow, stage: Stage, version: int) -> None:
    kept = audit_contents.gradings_of(work.session, audit.id).get(stage)
    if version == (kept.row.version if kept else 0):
        return
    if kept is None:
        raise AlreadyDifferent(f"Nothing is saved of this grading of {audit.reference} yet: read it, then save.")
    raise AlreadyDifferent(
        f"This grading of {audit.reference} was saved meanwhile by {kept.row.saved_by}, as version "
        f"{kept.row.version}: read it, then save yours over it or put both together."
    )


def _refuse_wrong(work: Work, audit: AuditRow, stage: Stage, content: GradingContent) -> None:
    problems = [
        *wrong_in_grading(content, stage, work.policy),
        *wrong_by_tool(content, tool_of_audit(work, audit)),
    ]
    if problems:
        raise InvalidFacts(problems)
