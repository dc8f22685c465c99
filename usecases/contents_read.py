"""What whoever asks reads of what an auditor has written: each part from its day on, on record (L3, L4, L8, C4)."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from db.queries import audit_contents, audit_life, earlier_feedback, improvement_plans
from db.queries.audit_contents import GradingKept
from db.queries.earlier_feedback import FeedbackKept
from db.queries.improvement_plans import PlanKept
from db.tables.audits import Audit as AuditRow
from rules.audit_contents import reader_of, why_not_shown
from rules.decisions import Reason
from rules.draft_readers import Part, Reader
from rules.gradings import Stage
from usecases.audit_contents import AuditContents, contents_of
from usecases.held_audits import look_at_audit
from usecases.trail import Entry, record
from usecases.work import Work

_WRITERS = (Reader.AUDITOR, Reader.AUDIT_TEAM)


@dataclass(frozen=True, slots=True)
class Asks:
    """What whoever asks may do to all audits: to read drafts as the audit team, to write as an auditor does."""

    reads_drafts: bool = False
    conducts: bool = False


@dataclass(frozen=True, slots=True)
class ContentsRead:
    """An audit's parts as one reader sees them; `hidden` has, by part, why it is not shown.

    What is missing is told to those alone who write or check; once the report is issued, what its plan lacks to all.
    """

    audit: AuditRow
    reader: Reader
    hidden: Mapping[Part, Reason]
    contents: AuditContents | None

    def is_shown(self, part: Part) -> bool:
        return part not in self.hidden

    @property
    def missing_for_discussion(self) -> tuple[Reason, ...]:
        if self.reader not in _WRITERS or self.contents is None:
            return ()
        return self.contents.missing_for_discussion

    @property
    def missing_in_plan(self) -> tuple[Reason, ...]:
        is_theirs = self.reader in _WRITERS or self.audit.issued_on is not None
        every = self.contents.missing if self.contents is not None and is_theirs else ()
        return tuple(reason for reason in every if reason.rule == "L4")

    @property
    def missing(self) -> tuple[Reason, ...]:
        if self.reader not in _WRITERS or self.contents is None:
            return ()
        return self.contents.missing


@dataclass(frozen=True, slots=True)
class EarlierPlan:
    """The plan of an audit that a re-audit follows, for whoever looks whether it was done (L4)."""

    audit_id: uuid.UUID
    reference: str
    plan: PlanKept | None


def read_gradings(
    work: Work, audit_id: uuid.UUID, asks: Asks, stages: Collection[Stage]
) -> tuple[ContentsRead, Mapping[Stage, GradingKept]]:
    """The gradings asked for, as far as they are shown. Raises NotFound for an audit out of reach."""
    read = _read(work, audit_id, asks)
    shown = [stage for stage in stages if read.is_shown(Part(stage))]
    written = audit_contents.gradings_of(work.session, audit_id) if shown else {}
    _keep_reading(work, read.audit, [Part(stage) for stage in shown if stage in written])
    return read, {stage: written[stage] for stage in shown if stage in written}


def read_plan(work: Work, audit_id: uuid.UUID, asks: Asks) -> tuple[ContentsRead, list[PlanKept]]:
    """Each revision of the plan, if it is shown. Raises NotFound."""
    read = _read(work, audit_id, asks)
    if read.is_shown(Part.IMPROVEMENT_PLAN) and read.audit.issued_on is not None:
        read = replace(read, contents=contents_of(work, read.audit))  # it is theirs now who discuss the findings
    plans = improvement_plans.plans_of(work.session, audit_id) if read.is_shown(Part.IMPROVEMENT_PLAN) else []
    _keep_reading(work, read.audit, [Part.IMPROVEMENT_PLAN] if plans else [])
    return read, plans


def read_feedback(work: Work, audit_id: uuid.UUID, asks: Asks) -> tuple[ContentsRead, list[FeedbackKept]]:
    """What was written to others, if it is shown. Raises NotFound."""
    read = _read(work, audit_id, asks)
    found = earlier_feedback.feedback_of(work.session, audit_id) if read.is_shown(Part.EARLIER_FEEDBACK) else []
    _keep_reading(work, read.audit, [Part.EARLIER_FEEDBACK] if found else [])
    return read, found


def read_earlier_plans(work: Work, audit_id: uuid.UUID) -> list[EarlierPlan]:
    """The plans of the audits that a re-audit follows, the newest first: to whoever reads the re-audit (L4).

    Raises NotFound. Of an audit that is none there are none.
    """
    audit = look_at_audit(work, audit_id).row
    earlier = [it for it in audit_life.earlier_audits(work.session, audit.id) if it.issued_on is not None]
    plans = [EarlierPlan(it.id, it.reference, improvement_plans.newest_plan(work.session, it.id)) for it in earlier]
    record(
        work,
        *(
            Entry(("audit", str(it.audit_id)), "improvement_plan_read", rule="C4", details={"from": str(audit.id)})
            for it in plans
            if it.plan is not None
        ),
    )
    return plans


def _read(work: Work, audit_id: uuid.UUID, asks: Asks) -> ContentsRead:
    audit = look_at_audit(work, audit_id).row
    selves = work.reach.standing.selves
    reader = reader_of(
        is_practitioner=audit.practitioner_id in selves,
        is_auditor=asks.conducts or audit.auditor_id in selves,
        reads_drafts=asks.reads_drafts,
    )
    every = {part: why_not_shown(part, reader, audit.state, work.policy) for part in Part}
    hidden = {part: why_not for part, why_not in every.items() if why_not is not None}
    contents = contents_of(work, audit) if reader in _WRITERS and not hidden else None
    return ContentsRead(audit, reader, hidden, contents)


def _keep_reading(work: Work, audit: AuditRow, parts: Collection[Part]) -> None:
    """Who read what of an audit, without a word of it (C4)."""
    if parts:
        details = {"parts": sorted(part.value for part in parts)}
        record(work, Entry(("audit", str(audit.id)), "audit_contents_read", rule="C4", details=details))
