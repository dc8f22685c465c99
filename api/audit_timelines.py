"""`/v1/audits/{id}/timeline`, `/versions`, `/allowed-moves`: what happened and why, and what can be done now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

from api.acting_roles import reaches_by_role
from api.actors import ActorDep
from api.audits import AuditId, State
from api.bearers import Actor
from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import tag
from api.examples import answered
from api.permissions import Permission
from api.reasons import ReasonGiven
from api.routers import Router, described
from api.timeline_entries import TimelineLine
from db.queries import audit_life as questions
from db.queries.reaches import Reach
from db.queries.report_versions import Reader, versions_of
from rules.audit_events import CHANGES_OF_GRADES, Event
from usecases.audit_allowed_moves import moves_allowed
from usecases.audit_timelines import timeline_of
from usecases.held_audits import look_at_audit
from usecases.trail import Entry, record
from usecases.work import Work

router = Router("audits", "/v1/audits")

_THE_TWO_AT_WORK = (Permission.CONDUCT_AUDITS, Permission.CHECK_QUALITY)
_ALL_CONCERNED = (
    *_THE_TWO_AT_WORK,
    *(Permission.RESPOND_TO_REPORTS, Permission.DISCUSS_FINDINGS, Permission.CONFIRM_FINDINGS),
)
# Who reads what was written with a step, by event and name: whose permission for one of these reaches the audit (C4).
_READ_WITH: Mapping[str, tuple[Permission, ...]] = {
    f"{Event.DISCUSSION_NOT_HELD}.not_held_because": _ALL_CONCERNED,
    f"{Event.REPORT_RETURNED}.points": _THE_TWO_AT_WORK,
    f"{Event.REPORT_COMMENTED}.comment": (
        *(Permission.RESPOND_TO_REPORTS, Permission.DISCUSS_FINDINGS, Permission.CHECK_QUALITY),
    ),
    f"{Event.FINDINGS_DISCUSSED}.note": (
        *(Permission.RESPOND_TO_REPORTS, Permission.DISCUSS_FINDINGS),
        *(Permission.CONFIRM_FINDINGS, Permission.CHECK_QUALITY),
    ),
    f"{Event.FINDINGS_NOTE_CHECKED}.note": (Permission.DISCUSS_FINDINGS, Permission.CHECK_CASE_NOTES),
    f"{Event.FINDINGS_NOTE_MISSING}.note": (Permission.DISCUSS_FINDINGS, Permission.CHECK_CASE_NOTES),
    f"{Event.FINDINGS_CONFIRMED}.note": (
        *(Permission.DISCUSS_FINDINGS, Permission.CONFIRM_FINDINGS, Permission.CHECK_QUALITY),
    ),
    **{f"{event}.reason": _ALL_CONCERNED for event in CHANGES_OF_GRADES},
    f"{Event.FURTHER_RE_AUDIT_ADVISED_AGAINST}.reason": _THE_TWO_AT_WORK,
    f"{Event.FURTHER_RE_AUDIT_WAIVED}.reason": _ALL_CONCERNED,
    f"{Event.FURTHER_RE_AUDIT_ORDERED}.reason": (*_ALL_CONCERNED, Permission.ORDER_RE_AUDITS),
    f"{Event.ANOTHER_CASE_CHOSEN}.case": (Permission.CHOOSE_RE_AUDIT_CASES,),
    f"{Event.ANOTHER_CASE_CHOSEN}.note": (Permission.CHOOSE_RE_AUDIT_CASES,),
    f"{Event.AUDIT_CLOSED}.note": (Permission.CLOSE_AUDITS,),
}
_REQUESTS: Mapping[Event, str] = {
    Event.MEETING_ARRANGED: "POST /v1/audits/{}/meeting",
    Event.MEETING_MOVED: "POST /v1/audits/{}/meeting",
    Event.DISCUSSION_HELD: "POST /v1/audits/{}/reflective-discussion",
    Event.DISCUSSION_NOT_HELD: "POST /v1/audits/{}/reflective-discussion",
    Event.REPORT_SUBMITTED: "POST /v1/audits/{}/submissions",
    Event.REPORT_AMENDED: "POST /v1/audits/{}/submissions",
    Event.REPORT_ACCEPTED: "POST /v1/audits/{}/quality-checks",
    Event.REPORT_RETURNED: "POST /v1/audits/{}/quality-checks",
    Event.NOT_ACCEPTED: "POST /v1/audits/{}/quality-checks",
    Event.AUDIT_ISSUED: "POST /v1/audits/{}/issue",
    Event.FINDINGS_DISCUSSED: "POST /v1/audits/{}/findings-discussion",
    Event.FINDINGS_NOTE_CHECKED: "POST /v1/audits/{}/case-note-checks",
    Event.FINDINGS_NOTE_MISSING: "POST /v1/audits/{}/case-note-checks",
    Event.FINDINGS_CONFIRMED: "POST /v1/audits/{}/findings-confirmation",
    Event.REPORT_ACKNOWLEDGED: "POST /v1/audits/{}/acknowledgement",
    Event.REPORT_COMMENTED: "POST /v1/audits/{}/comments",
    Event.REPORT_CORRECTED: "POST /v1/audits/{}/corrections",
    Event.FURTHER_RE_AUDIT_ADVISED_AGAINST: "POST /v1/audits/{}/further-re-audit/advice",
    Event.FURTHER_RE_AUDIT_WAIVED: "POST /v1/audits/{}/further-re-audit",
    Event.FURTHER_RE_AUDIT_ORDERED: "POST /v1/audits/{}/further-re-audit",
    Event.ANOTHER_CASE_CHOSEN: "POST /v1/audits/{}/re-audit-case",
    Event.AUDIT_CLOSED: "POST /v1/audits/{}/close",
    Event.AUDIT_WITHDRAWN: "POST /v1/audits/{}/withdraw",
}


class TimelineEntry(TimelineLine):
    """One date or step of an audit. Of a step, `state` is the audit's after it."""

    kind: Literal[
        "allocated", "step", "auditor_changed", "filed", "dispute", "re_audit", "clock", "crossing", "withdrawn"
    ]


class Timeline(BaseModel):
    """An audit's life, the oldest first; what is still to come stands at its day."""

    reference: str
    state: State
    entries: list[TimelineEntry]


class MoveAllowed(BaseModel):
    """Whether one asks in vain: `reasons` say why not, `needs` what has to come with it."""

    event: Annotated[str, Field(examples=["report_submitted"])]
    is_allowed: bool
    reasons: list[ReasonGiven]
    needs: list[str]
    request: Annotated[str | None, Field(examples=["POST /v1/audits/0199c0de-7a11-7000-8000-000000000003/issue"])]


class MovesAllowed(BaseModel):
    """Every move there is, for whoever asks, today."""

    reference: str
    state: State
    version: Annotated[int, Field(description="Its ETag: send it as If-Match with the move")]
    moves: list[MoveAllowed]


class ReportVersion(BaseModel):
    """One version of the report; `report.pdf?version=` and `report.html?version=` show it."""

    number: int
    because: Annotated[str, Field(description="A code: what happened that made it", examples=["issued"])]
    is_issued: Annotated[bool, Field(description="Open to the practitioner and their managers")]
    made_at: datetime
    made_by: str


class ReportVersions(BaseModel):
    """The versions within reach, the newest first. All are kept."""

    items: list[ReportVersion]


_VERSION: dict[str, Any] = {
    "number": 1,
    "because": "issued",
    "is_issued": True,
    "made_at": "2026-10-28T10:15:00Z",
    "made_by": "person 990402",
}
_ENTRY: dict[str, Any] = {
    "on": "2026-10-29",
    "at": None,
    "kind": "clock",
    "what": "programme.report_due_before_close",
    "by": "auditor",
    "state": "running",
    "started_on": "2026-10-01",
    "ended_on": None,
    "ended_because": None,
    "texts": {},
    "rule": "L5",
    "clause": "3.7",
    "sentence": "The report is completed at the latest 1 working day before the cycle's close on "
    "Friday 30 October 2026: by Thursday 29 October 2026.",
}
_MOVES: dict[str, Any] = {
    "reference": "PA-2026-0412",
    "state": "allocated",
    "version": 1,
    "moves": [
        {
            "event": "meeting_arranged",
            "is_allowed": True,
            "reasons": [],
            "needs": ["the day of the meeting, today or later"],
            "request": "POST /v1/audits/0199c0de-7a11-7000-8000-000000000003/meeting",
        },
        {
            "event": "report_accepted",
            "is_allowed": False,
            "reasons": [
                {
                    "rule": "A2",
                    "clause": "—",
                    "sentence": "PA-2026-0412: accepting the report is for the audit team or the audit manager, and "
                    "never for whoever is audited or audits: where they hold that post, somebody else of them does it.",
                }
            ],
            "needs": [],
            "request": "POST /v1/audits/0199c0de-7a11-7000-8000-000000000003/quality-checks",
        },
    ],
}
_NO_AUDIT = described(404, "No such audit")


@router.get(
    "/{audit_id}/timeline",
    operation_id="read_timeline",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    responses={
        **answered({"a clock": {"reference": "PA-2026-0412", "state": "allocated", "entries": [_ENTRY]}}),
        **_NO_AUDIT,
    },
)
def read_timeline(audit_id: AuditId, work: WorkOnRecordDep, actor: ActorDep) -> Timeline:
    """What happened to an audit and what is due, each with its sentence. Who read it is kept."""
    row, told = timeline_of(work, audit_id, _readable(work, audit_id, actor))
    record(work, Entry(("audit", str(audit_id)), "timeline_read", rule="C4"))
    entries = [TimelineEntry.model_validate(line, from_attributes=True) for line in told]
    return Timeline(reference=row.reference, state=row.state, entries=entries)


@router.get(
    "/{audit_id}/allowed-moves",
    operation_id="read_allowed_moves",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    responses={**answered({"an audit just allocated, for its auditor": _MOVES}), **_NO_AUDIT},
)
def read_allowed_moves(audit_id: AuditId, work: WorkDep, actor: ActorDep, response: Response) -> MovesAllowed:
    """What whoever asks could do with an audit today, and for what they cannot, why not."""
    row, moves = moves_allowed(work, audit_id, reaches_by_role(actor))
    tag(response, row.version)
    return MovesAllowed(
        reference=row.reference,
        state=row.state,
        version=row.version,
        moves=[
            MoveAllowed(
                event=move.event,
                is_allowed=move.is_allowed,
                reasons=[ReasonGiven.model_validate(reason, from_attributes=True) for reason in move.reasons],
                needs=list(move.needs),
                request=_REQUESTS[move.event].format(audit_id) if move.event in _REQUESTS else None,
            )
            for move in moves
        ],
    )


@router.get(
    "/{audit_id}/versions",
    operation_id="list_report_versions",
    dependencies=[requires(Permission.READ_REPORTS, is_narrowed=True)],
    responses={**answered({"issued once": {"items": [_VERSION]}}), **_NO_AUDIT},
)
def list_report_versions(audit_id: AuditId, work: WorkDep, actor: ActorDep) -> ReportVersions:
    """The versions of a report, and why there is each. Before issue they are the auditor's and audit team's."""
    look_at_audit(work, audit_id)
    reader = Reader(work.reach, actor.reach_of(Permission.READ_REPORTS_BEFORE_ISSUE))
    rows = versions_of(work.session, audit_id, reader)
    return ReportVersions(items=[ReportVersion.model_validate(row, from_attributes=True) for row in rows])


def _readable(work: Work, audit_id: AuditId, actor: Actor) -> dict[str, bool]:
    """Which texts whoever asks may read. Of their own work nobody reads more than the practitioner does."""
    permissions = sorted({permission for several in _READ_WITH.values() for permission in several})
    found = questions.reached_by(work.session, audit_id, [_reach(actor, permission) for permission in permissions])
    reached = dict(zip(permissions, found, strict=True))
    if questions.is_work_of(work.session, audit_id, actor.standing.selves):
        reached = dict.fromkeys(permissions, False) | {Permission.RESPOND_TO_REPORTS: True}
    return {name: any(reached[one] for one in several) for name, several in _READ_WITH.items()}


def _reach(actor: Actor, permission: Permission) -> Reach:
    return actor.reach_of(permission)
