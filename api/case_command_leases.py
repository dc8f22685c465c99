"""`/v1/case-system/commands/lease` and `…/receipt`: a connector that fetches, and says what became of each (C2)."""

import uuid
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from api.case_command_contents import WITH_CONTENT, AlertedRead, NoteRead, Operation, content_of
from api.case_commands import NO_SUCH_COMMAND, CommandId, file_of
from api.dependencies import InstallationDep, WorkDep, WorkOnRecordDep, requires
from api.examples import answered
from api.fields import ON_ONE_LINE, Asked
from api.permissions import Permission
from api.routers import Router, described
from db.queries.case_system_outbox import CommandOwed
from usecases import case_system_ports as ports
from usecases.case_system_pulls import hand_out, leased_command, take_receipt
from usecases.errors import NotAllowedNow

router = Router("case system", "/v1/case-system/commands")

_MOST_COMMANDS, _MOST_MINUTES = 50, 60
_LONGEST_WAIT = 86_400


class LeaseAsked(Asked):
    """What the connector can do, and how much of it at once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"operations": ["upload_document", "record_note"], "gives_receipts": True, "limit": 20, "minutes": 15}
            ]
        },
    )

    operations: Annotated[list[Operation], Field(max_length=3, description="What is not listed is left to people")]
    gives_receipts: Annotated[
        bool,
        Field(
            description="It knows by a command's key whether it did it. Without this, a command whose lease ended "
            "without a receipt is not handed out again: it waits for a person"
        ),
    ]
    limit: Annotated[int, Field(ge=1, le=_MOST_COMMANDS)] = 10
    minutes: Annotated[int, Field(ge=1, le=_MOST_MINUTES, description="How long they are the connector's own")] = 15


class CommandLeased(BaseModel):
    """One thing to be done, once for its key."""

    id: uuid.UUID
    key: Annotated[str, Field(examples=["PA-2026-0412.v1.issued.note"])]
    operation: Operation
    audit_reference: Annotated[str, Field(examples=["PA-2026-0412"])]
    may_have_arrived: Annotated[bool, Field(description="It was handed out before: look at your own record first")]
    person_reference: str
    document_reference: str | None
    document: Annotated[str | None, Field(description="Where the bytes of an upload are, until the lease ends")]
    note: NoteRead | None
    alert_recipients: list[AlertedRead]


class Leased(BaseModel):
    """Commands that are the connector's own until the lease ends."""

    lease: uuid.UUID
    until: datetime
    commands: list[CommandLeased]


class ReceiptGiven(Asked):
    """What became of a command."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"lease": "0199c0de-7a11-7000-8000-00000000000a", "state": "done", "reference": "N-10442"},
            ]
        },
    )

    lease: uuid.UUID
    state: Annotated[
        Literal["done", "refused", "not_now", "uncertain"],
        Field(description="`not_now`: certainly not done. `uncertain`: you cannot tell; a person will look"),
    ]
    reference: Annotated[
        Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S"), ON_ONE_LINE] | None,
        Field(description="Of `done`"),
    ] = None
    reason: Annotated[str | None, Field(max_length=500, description="Of the others, for a person, no names")] = None
    wait_seconds: Annotated[int | None, Field(ge=0, le=_LONGEST_WAIT, description="Of `not_now`")] = None


class ReceiptTaken(BaseModel):
    """The receipt is kept."""

    id: uuid.UUID
    taken: Literal[True] = True


_LEASED: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000009",
    "key": "PA-2026-0412.v1.issued.note",
    "operation": "record_note",
    "audit_reference": "PA-2026-0412",
    "may_have_arrived": False,
    **WITH_CONTENT,
}
_ANSWER = {
    "lease": "0199c0de-7a11-7000-8000-00000000000a",
    "until": "2026-10-30T15:20:00Z",
    "commands": [_LEASED],
}


@router.post(
    "/lease",
    operation_id="lease_case_system_commands",
    dependencies=[requires(Permission.CARRY_OUT_CASE_COMMANDS)],
    responses={
        **answered({"one command": _ANSWER}),
        **described(409, "This installation does not wait for a connector to fetch (AUDIT_CASE_SYSTEM)"),
    },
)
def lease_case_system_commands(asked: LeaseAsked, work: WorkDep, installation: InstallationDep) -> Leased:
    """Hands out commands that are due, the longest due first; an upload comes before the note that tells of it.

    Of a report that was corrected since, nothing of the older version is handed out; a receipt for one that was handed
    out before is still taken.
    """
    way = installation.settings.case_system
    if way != "pull":
        raise NotAllowedNow(
            f"AUDIT_CASE_SYSTEM is {way}, so nothing is handed out here: set it to pull for a connector that fetches."
        )
    can = ports.Capabilities(frozenset(map(ports.Operation, asked.operations)), asked.gives_receipts)
    handed_out = hand_out(work, can, asked.limit, timedelta(minutes=asked.minutes))
    return Leased(
        lease=handed_out.lease.id,
        until=handed_out.lease.until,
        commands=[_leased(command, handed_out.lease.id) for command in handed_out.commands],
    )


@router.get(
    "/{command_id}/leased-document",
    operation_id="read_leased_document",
    dependencies=[requires(Permission.CARRY_OUT_CASE_COMMANDS)],
    response_class=Response,
    responses={
        200: {"description": "The file", "content": {"application/pdf": {"example": "%PDF-1.7 …"}}},
        **NO_SUCH_COMMAND,
        **described(409, "The command is not on this lease, or its version of the report cannot be made into a file"),
    },
)
def read_leased_document(command_id: CommandId, lease: uuid.UUID, work: WorkOnRecordDep) -> Response:
    """The file of an upload that is on the lease, and no other; that it was read is kept."""
    return file_of(work, leased_command(work, command_id, lease))


@router.put(
    "/{command_id}/receipt",
    operation_id="give_case_system_receipt",
    dependencies=[requires(Permission.CARRY_OUT_CASE_COMMANDS)],
    responses={
        **answered({"taken": {"id": "0199c0de-7a11-7000-8000-000000000009", "taken": True}}),
        **NO_SUCH_COMMAND,
        **described(409, "Another receipt came before, or the lease has ended and this one does not say `done`"),
    },
)
def give_case_system_receipt(command_id: CommandId, asked: ReceiptGiven, work: WorkDep) -> ReceiptTaken:
    """Says what became of a command. The same receipt again changes nothing; one that says `done` never comes late."""
    take_receipt(work, command_id, asked.lease, _outcome(asked))
    return ReceiptTaken(id=command_id)


def _leased(owed: CommandOwed, lease: uuid.UUID) -> CommandLeased:
    content = content_of(owed)
    if content["document"] is not None:
        content["document"] = f"{router.prefix}/{owed.id}/leased-document?lease={lease}"
    return CommandLeased(
        id=owed.id,
        key=owed.idempotency_key,
        operation=ports.Operation(owed.kind).value,
        audit_reference=owed.audit_reference,
        may_have_arrived=owed.may_have_arrived,
        **content,
    )


def _outcome(asked: ReceiptGiven) -> ports.Outcome:
    """Raises NotAllowedNow for one that says `done` and not what the case system calls what it made."""
    why = asked.reason or "The connector gave no reason."
    if asked.state == "done":
        if asked.reference is None:
            raise NotAllowedNow(
                "A receipt that says `done` needs `reference`: what the case system calls what it made."
            )
        return ports.Done(asked.reference)
    if asked.state == "refused":
        return ports.Refused(why)
    wait = None if asked.wait_seconds is None else timedelta(seconds=asked.wait_seconds)
    return ports.NotNow(why, wait) if asked.state == "not_now" else ports.Uncertain(why)
