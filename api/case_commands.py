"""`/v1/case-system/commands`: what is owed to the case system, what is stuck, and settling it by hand (C2, L7)."""

import uuid
from base64 import b64encode
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.case_command_contents import WITH_CONTENT, AlertedRead, NoteRead, Operation, content_of
from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import AS_WRITTEN, ON_ONE_LINE, Asked
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.problems import RequestRefused
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import case_system_commands as commands
from db.queries.case_system_outbox import CommandOwed, commands_owed
from usecases.case_system_by_hand import cancel, tick_off, try_again
from usecases.case_system_contents import ReportUnavailable, document_of
from usecases.case_system_reports import stored_report
from usecases.errors import NotFound
from usecases.work import Work

router = Router("case system", "/v1/case-system/commands")

State = Literal["pending", "leased", "done", "refused", "uncertain", "manual", "cancelled"]
CommandId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000009"])]
NO_SUCH_COMMAND = described(404, "No such command, or none within reach")
IS_SETTLED = described(409, "The command is settled, or is being carried out")


class CommandsAsked(Asked):
    """Which commands to list."""

    state: State | None = None
    kind: Operation | None = None
    audit: Annotated[str | None, Field(max_length=100, examples=["PA-2026-0412"])] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class CommandListed(BaseModel):
    """One thing that the case system is to do."""

    id: uuid.UUID
    idempotency_key: Annotated[str, Field(examples=["PA-2026-0412.v1.issued.note"])]
    audit_id: Annotated[uuid.UUID | None, Field(description="Null for a note of a safety alert")]
    audit: Annotated[str | None, Field(description="Reference of the audit", examples=["PA-2026-0412"])]
    safety_alert_id: Annotated[uuid.UUID | None, Field(description="Of a note about a safety alert (W5)")]
    kind: Operation
    occasion: Annotated[str, Field(description="`issued`, `corrected` or `resolved`; of a safety alert `safety_alert`")]
    report_version: int | None
    state: Annotated[
        State,
        Field(
            description="`manual`: to be done by hand. `refused`, `uncertain` (perhaps done): wait for a person of the "
            "audit team. `leased`: being carried out"
        ),
    ]
    version: int
    after_id: Annotated[uuid.UUID | None, Field(description="The command that has to be done before it")]
    attempts: int
    may_have_arrived: Annotated[bool, Field(description="It was sent, and no answer says what became of it")]
    created_at: datetime
    next_attempt_at: Annotated[datetime | None, Field(description="Null while it waits for `after_id`, or a person")]
    leased_until: datetime | None
    reference: Annotated[str | None, Field(description="What the case system calls what it made")]
    settled_at: datetime | None
    settled_by: str | None
    last_error: Annotated[str | None, Field(description="The last answer of the case system, or why it waits")]


class CommandRead(CommandListed):
    """One command with what it says; `note` is null for an upload, and once retention has cleared it."""

    person_reference: Annotated[str, Field(description="Whose record: the case reference of today")]
    document_reference: Annotated[str | None, Field(description="Of the upload that the note tells of, once done")]
    document: Annotated[str | None, Field(description="Where the file of an upload is")]
    note: NoteRead | None
    alert_recipients: list[AlertedRead]


class TickOff(Asked):
    """What somebody did by hand, or found done."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reference": "N-10442"}]})

    reference: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S"), ON_ONE_LINE]


class Because(Asked):
    """Why it is tried again, or never carried out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"because": "It is not there."}]})

    because: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S"), AS_WRITTEN]


LISTED: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000009",
    "idempotency_key": "PA-2026-0412.v1.issued.note",
    "audit_id": "0199c0de-7a11-7000-8000-000000000004",
    "audit": "PA-2026-0412",
    "safety_alert_id": None,
    "kind": "record_note",
    "occasion": "issued",
    "report_version": 1,
    "state": "manual",
    "version": 2,
    "after_id": "0199c0de-7a11-7000-8000-000000000008",
    "attempts": 0,
    "may_have_arrived": False,
    "created_at": "2026-10-30T15:05:00Z",
    "next_attempt_at": None,
    "leased_until": None,
    "reference": None,
    "settled_at": None,
    "settled_by": None,
    "last_error": "No connector does this (record note): do it by hand, then tick it off.",
}
_ONE = {**LISTED, **WITH_CONTENT}
_SETTLED = {**_ONE, "settled_at": "2026-10-30T16:00:00Z", "settled_by": "person 990031"}


@router.get(
    "",
    operation_id="list_case_system_commands",
    dependencies=[requires(Permission.READ_CASE_COMMANDS, is_narrowed=True)],
    responses=answered({"one to be done by hand": {"items": [LISTED], "next": None}}),
)
def list_case_system_commands(
    asked: Annotated[CommandsAsked, Query()], work: WorkDep, page: PageDep
) -> Page[CommandListed]:
    """Commands within reach, the newest first. `state=manual`, `refused` and `uncertain` list what waits for people."""
    filters = asked.model_dump(exclude={"limit", "cursor"})
    rows = commands.listed_commands(work.session, page.rows_to_fetch, work.reach, after=page.after, **filters)
    return page.page(rows, lambda row: CommandListed.model_construct(**row._asdict()), lambda row: row.id)


@router.get(
    "/{command_id}",
    operation_id="read_case_system_command",
    dependencies=[requires(Permission.READ_CASE_COMMANDS, is_narrowed=True)],
    responses={**answered({"a note to be written by hand": _ONE}), **NO_SUCH_COMMAND},
)
def read_case_system_command(command_id: CommandId, work: WorkDep, response: Response) -> CommandRead:
    """One command with everything that is to be copied, and its ETag."""
    return _read(command_id, work, response)


@router.get(
    "/{command_id}/document",
    operation_id="read_case_system_document",
    dependencies=[requires(Permission.READ_CASE_COMMANDS, is_narrowed=True)],
    response_class=Response,
    responses={
        200: {"description": "The file", "content": {"application/pdf": {"example": "%PDF-1.7 …"}}},
        **described(404, "No such upload, or none within reach"),
        **described(409, "The file cannot be made"),
    },
)
def read_case_system_document(command_id: CommandId, work: WorkOnRecordDep) -> Response:
    """The file of an upload, with its SHA-256 as Content-Digest (RFC 9530); who read it is kept."""
    return file_of(work, _found(command_id, work)[1])


def file_of(work: Work, owed: CommandOwed) -> Response:
    """The file of an upload. Raises NotFound for a command that is none."""
    if owed.kind != "upload_document":
        raise NotFound(f"The command {owed.id} uploads no document: look at its `note`.")
    try:
        document = document_of(work, owed, stored_report)
    except ReportUnavailable as why:
        raise RequestRefused(HTTPStatus.CONFLICT, "document_unavailable", str(why)) from why
    headers = {
        "Content-Disposition": f'attachment; filename="{document.filename}"',
        "Content-Digest": f"sha-256=:{b64encode(bytes.fromhex(document.sha256)).decode()}:",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(document.content, headers=headers, media_type=document.media_type)


@router.post(
    "/{command_id}/done",
    operation_id="tick_off_case_system_command",
    dependencies=[requires(Permission.SETTLE_CASE_COMMANDS, is_narrowed=True)],
    responses={
        **answered({"ticked off": {**_SETTLED, "state": "done", "reference": "N-10442"}}),
        **NO_SUCH_COMMAND,
        **IS_SETTLED,
        **NEEDS_IF_MATCH,
    },
)
def tick_off_case_system_command(
    command_id: CommandId, asked: TickOff, work: WorkDep, response: Response, if_match: IfMatch = None
) -> CommandRead:
    """Says that it was done by hand, with the case system's reference. Auditors tick off what is left to them."""
    with version_read(if_match, f"The command {command_id}") as version:
        tick_off(work, command_id, asked.reference, version)
    return _read(command_id, work, response)


@router.post(
    "/{command_id}/retry",
    operation_id="retry_case_system_command",
    dependencies=[requires(Permission.RETRY_CASE_COMMANDS)],
    responses={
        **answered({"on its way": {**_ONE, "state": "pending", "last_error": None}}),
        **NO_SUCH_COMMAND,
        **IS_SETTLED,
        **NEEDS_IF_MATCH,
    },
)
def retry_case_system_command(
    command_id: CommandId, asked: Because, work: WorkDep, response: Response, if_match: IfMatch = None
) -> CommandRead:
    """Has it tried again. Of one that is uncertain, whoever asks for it has looked: it is not there."""
    with version_read(if_match, f"The command {command_id}") as version:
        try_again(work, command_id, asked.because, version)
    return _read(command_id, work, response)


@router.post(
    "/{command_id}/cancel",
    operation_id="cancel_case_system_command",
    dependencies=[requires(Permission.RETRY_CASE_COMMANDS)],
    responses={
        **answered({"never to be carried out": {**_SETTLED, "state": "cancelled"}}),
        **NO_SUCH_COMMAND,
        **IS_SETTLED,
        **NEEDS_IF_MATCH,
    },
)
def cancel_case_system_command(
    command_id: CommandId, asked: Because, work: WorkDep, response: Response, if_match: IfMatch = None
) -> CommandRead:
    """Sees to it that it is never carried out, nor what would come after it."""
    with version_read(if_match, f"The command {command_id}") as version:
        cancel(work, command_id, asked.because, version)
    return _read(command_id, work, response)


def _found(command_id: uuid.UUID, work: Work) -> tuple[Any, CommandOwed]:
    row = commands.one_command(work.session, command_id, work.reach)
    if row is None:
        raise NotFound(f"There is no command {command_id}: find it with GET /v1/case-system/commands.")
    (owed,) = commands_owed(work.session, {command_id: row.may_have_arrived})
    return row, owed


def _read(command_id: uuid.UUID, work: Work, response: Response) -> CommandRead:
    row, owed = _found(command_id, work)
    tag(response, row.version)
    return CommandRead(**row._asdict(), **content_of(owed))
