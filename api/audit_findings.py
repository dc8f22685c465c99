"""`/v1/audits/{id}/findings-discussion` to `/close`: what follows the issue of a report (L10–L15, R1, R2)."""

from typing import Annotated

from fastapi import Body
from pydantic import Field
from starlette.responses import Response

from api.audits import AuditId
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, version_read
from api.examples import answered
from api.fields import Asked, RecordedDate, Written, shown_as
from api.grading_contents import UnsafeAnswered
from api.moves_made import ERRORS, EXAMPLE, MoveMade, make_move, move_made
from api.permissions import Permission
from api.routers import Router
from rules.audit_events import Event
from rules.audit_facts import Asked as FactsAsked
from usecases.audit_life import Move
from usecases.audit_moves_by_state import discuss_findings
from usecases.report_corrections import correct_report

router = Router("audits", "/v1/audits")


class FindingsDiscussedAsked(Asked):
    """The discussion of the findings between team manager and practitioner (L10)."""

    model_config = shown_as({"held_on": "2026-11-03", "note": "We read it together.", "case_note_on": "2026-11-03"})

    held_on: Annotated[RecordedDate, Field(description="The day on which it was held")]
    note: Annotated[Written | None, Field(description="What was agreed, beside the improvement plan")] = None
    case_note_on: Annotated[
        RecordedDate | None, Field(description="The day of the case note that records it in the case system (L11)")
    ] = None


class CaseNoteCheckAsked(Asked):
    """Whether the audit team found the case note of the discussion (L11)."""

    is_there: Annotated[bool, Field(examples=[True])]
    note: Written | None = None


class NoteAsked(Asked):
    """A word beside the move, if there is one."""

    note: Written | None = None


class CommentAsked(Asked):
    """What the practitioner says of the report. It is kept with it, and is no dispute (L14)."""

    text: Annotated[Written, Field(examples=["Fair. The sister was rung twice, not once."])]


class CorrectionAsked(Asked):
    """A mistake in an issued report and what is right (L15). Grades that are left out stay."""

    reason: Annotated[
        Written,
        Field(description="What was wrong, and why it is right now", examples=["Typed into the wrong column."]),
    ]
    overall_grade: Annotated[str | None, Field(max_length=60, examples=["good"])] = None
    domain_grades: Annotated[
        dict[str, str], Field(default_factory=dict, max_length=100, description="By domain of its audit tool")
    ]
    is_anyone_unsafe: UnsafeAnswered = None


class CloseAsked(Asked):
    """Nothing where all is done; else why it ends without (S7)."""

    reason: Annotated[
        str | None,
        Field(max_length=60, description="A code of the policy: why an audit that is owed a re-audit gets none"),
    ] = None
    note: Written | None = None


# Where nothing has to be said, no body has to be sent.
NothingOrNote = Annotated[NoteAsked, Body(default_factory=NoteAsked)]
NothingOrReason = Annotated[CloseAsked, Body(default_factory=CloseAsked)]
_ANSWERED = {**answered({"a move": EXAMPLE}), **ERRORS}


@router.post(
    "/{audit_id}/findings-discussion",
    operation_id="record_findings_discussion",
    dependencies=[requires(Permission.DISCUSS_FINDINGS, is_narrowed=True)],
    responses=_ANSWERED,
)
def record_findings_discussion(
    audit_id: AuditId, asked: FindingsDiscussedAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """Team manager and practitioner discussed the findings; for a manager who is concerned the next role up did."""
    with version_read(if_match, "The audit") as version:
        discussed = discuss_findings(
            work, audit_id, asked.held_on, asked.note, case_note_on=asked.case_note_on, version=version
        )
    return move_made(discussed, response)


@router.post(
    "/{audit_id}/case-note-checks",
    operation_id="check_case_note",
    dependencies=[requires(Permission.CHECK_CASE_NOTES)],
    responses=_ANSWERED,
)
def check_case_note(
    audit_id: AuditId, asked: CaseNoteCheckAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """The audit team looked for the case note of the discussion in the case system. One that is missing is told."""
    event = Event.FINDINGS_NOTE_CHECKED if asked.is_there else Event.FINDINGS_NOTE_MISSING
    return make_move(work, audit_id, _noted(event, asked.note), if_match, response)


@router.post(
    "/{audit_id}/findings-confirmation",
    operation_id="confirm_findings",
    dependencies=[requires(Permission.CONFIRM_FINDINGS, is_narrowed=True)],
    responses=_ANSWERED,
)
def confirm_findings(
    audit_id: AuditId, asked: NothingOrNote, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """The head of service followed up the discussion of a re-audit and confirms the agreed actions (R1)."""
    return make_move(work, audit_id, _noted(Event.FINDINGS_CONFIRMED, asked.note), if_match, response)


@router.post(
    "/{audit_id}/acknowledgement",
    operation_id="acknowledge_report",
    dependencies=[requires(Permission.RESPOND_TO_REPORTS, is_narrowed=True)],
    responses=_ANSWERED,
)
def acknowledge_report(audit_id: AuditId, work: WorkDep, response: Response, if_match: IfMatch = None) -> MoveMade:
    """The practitioner acknowledges receipt of the report, which is no agreement with it (L14)."""
    return make_move(work, audit_id, Move(event=Event.REPORT_ACKNOWLEDGED), if_match, response)


@router.post(
    "/{audit_id}/comments",
    operation_id="comment_on_report",
    dependencies=[requires(Permission.RESPOND_TO_REPORTS, is_narrowed=True)],
    responses=_ANSWERED,
)
def comment_on_report(
    audit_id: AuditId, asked: CommentAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """The practitioner comments on the report, at any time after issue (L14)."""
    wanted = Move(
        event=Event.REPORT_COMMENTED,
        asked=FactsAsked(has_text=True),
        written={"comment": asked.text},
    )
    return make_move(work, audit_id, wanted, if_match, response)


@router.post(
    "/{audit_id}/corrections",
    operation_id="correct_report",
    dependencies=[requires(Permission.CORRECT_REPORTS)],
    responses=_ANSWERED,
)
def correct_this_report(
    audit_id: AuditId, asked: CorrectionAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """The audit manager corrects an issued report as a new version; whoever had the old one is told (L15)."""
    with version_read(if_match, "The audit") as version:
        corrected = correct_report(
            work,
            audit_id,
            asked.reason,
            overall_grade=asked.overall_grade,
            domain_grades=asked.domain_grades,
            is_anyone_unsafe=asked.is_anyone_unsafe,
            version=version,
        )
    return move_made(corrected, response)


@router.post(
    "/{audit_id}/close",
    operation_id="close_audit",
    dependencies=[requires(Permission.CLOSE_AUDITS)],
    responses=_ANSWERED,
)
def close_audit(
    audit_id: AuditId, asked: NothingOrReason, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """The audit team closes an audit of which everything is done. A re-audit that is owed is not lost by it (S7)."""
    wanted = _noted(Event.AUDIT_CLOSED, asked.note, reason=asked.reason)
    return make_move(work, audit_id, wanted, if_match, response)


def _noted(event: Event, note: str | None, reason: str | None = None) -> Move:
    return Move(event=event, asked=FactsAsked(reason=reason, has_text=note is not None), written={"note": note})
