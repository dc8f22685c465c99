"""What goes over the wire between this product and a council's connector: the published contract, as types.

`docs/connector-openapi.json` is made from this file; the adapter writes and reads nothing else.
"""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from usecases.case_system_ports import Command

OPERATIONS = Literal["upload_document", "record_note", "send_alert"]
VERSION = "1.1.0"
_KEY = "PA-2026-0412.v1.issued.note"


class _Wire(BaseModel):
    """Fields that are not known are left alone, so that either side may add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CapabilitiesOfConnector(_Wire):
    """What the connector can do; what is not listed is left to people as a to-do."""

    operations: Annotated[
        list[OPERATIONS],
        Field(description="`send_alert` only where the case system does not send a note's alerts with the note"),
    ]
    gives_receipts: Annotated[
        bool,
        Field(
            description="It knows by a command's key what became of it, does each key once however often it is sent, "
            "and never forgets one within 30 days. Without this, whatever got no clear answer waits for a person"
        ),
    ]


class DocumentSent(_Wire):
    """A file to be put with the person's documents."""

    filename: Annotated[str, Field(examples=["PA-2026-0412-v1.pdf"])]
    media_type: Annotated[str, Field(examples=["application/pdf"])]
    category: Annotated[str, Field(examples=["Quality Assurance"])]
    sha256: Annotated[str, Field(description="Of the bytes, in hexadecimal", examples=["9f86d081884c7d65…"])]
    content: Annotated[str, Field(description="The bytes in base64", examples=["JVBERi0xLjcK"])]


class NoteSent(_Wire):
    """A case note."""

    note_type: Annotated[str, Field(examples=["Quality Assurance"])]
    title: Annotated[str, Field(max_length=100, description="Begins with our reference: two with the same are one")]
    contact_at: Annotated[datetime, Field(examples=["2026-10-30T15:05:00+00:00"])]
    is_significant: bool
    text: str


class RecipientSent(_Wire):
    """Somebody to be alerted."""

    role: Annotated[str, Field(examples=["team_manager"])]
    worker_reference: Annotated[str, Field(description="The case system's own", examples=["990017"])]


class CommandSent(_Wire):
    """One thing to be done, once for its key."""

    key: Annotated[str, Field(max_length=100, examples=[_KEY])]
    operation: OPERATIONS
    person_reference: Annotated[str, Field(description="Whose record; a reference, never a name", examples=["4711"])]
    audit_reference: Annotated[str, Field(examples=["PA-2026-0412"])]
    correlation_id: Annotated[str, Field(description="Names the attempt in our logs")]
    document: Annotated[DocumentSent | None, Field(description="Of an upload")] = None
    document_reference: Annotated[
        str | None, Field(description="What you answered to the upload that this note tells of", examples=["D-88123"])
    ] = None
    note: Annotated[NoteSent | None, Field(description="Of a note; of an alert, the note that it is about")] = None
    alert_recipients: list[RecipientSent] = []


class ReceiptRead(_Wire):
    """What became of a command."""

    state: Annotated[
        Literal["done", "refused", "working", "unknown"],
        Field(
            description="`done` with `reference`; `refused`, for good, with `reason`; `working`: taken and not "
            "finished, ask again; `unknown`: a key never heard of"
        ),
    ]
    reference: Annotated[
        str | None, Field(max_length=200, description="What the case system calls what it made", examples=["N-10442"])
    ] = None
    reason: Annotated[
        str | None,
        Field(description="Why it is refused, for a person, without names", examples=["The record is restricted."]),
    ] = None


def on_the_wire(command: Command) -> CommandSent:
    """A command as the connector is sent it."""
    document, note = command.document, command.note
    return CommandSent(
        key=command.key,
        operation=command.operation.value,
        person_reference=command.person_reference,
        audit_reference=command.audit_reference,
        correlation_id=command.correlation_id,
        document=document
        and DocumentSent(
            filename=document.filename,
            media_type=document.media_type,
            category=document.category,
            sha256=document.sha256,
            content=b64encode(document.content).decode("ascii"),
        ),
        document_reference=command.document_reference,
        note=note
        and NoteSent(
            note_type=note.note_type,
            title=note.title,
            contact_at=note.contact_at,
            is_significant=note.is_significant,
            text=note.text,
        ),
        alert_recipients=[
            RecipientSent(role=one.role, worker_reference=one.worker_reference) for one in command.alert_recipients
        ],
    )


def as_openapi() -> dict[str, Any]:
    """The contract for whoever builds a connector: OpenAPI 3.1."""
    _, definitions = models_json_schema(
        [(model, "serialization") for model in (CapabilitiesOfConnector, CommandSent, ReceiptRead)],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Practice Audit connector", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "https://connector.example/practice-audit", "description": "AUDIT_CASE_SYSTEM_URL"}],
        "security": [{"key": []}, {"client": []}],
        "paths": {
            "/capabilities": {"get": _operation("read_capabilities", _ASK, _CAN)},
            "/commands/{key}": {
                "parameters": [{"name": "key", "in": "path", "required": True, "schema": {"type": "string"}}],
                "put": {**_operation("carry_out", _CARRY_OUT, _PUT_ANSWERS), "requestBody": _body("CommandSent")},
                "get": _operation("read_receipt", _RECEIPT, _GET_ANSWERS),
            },
        },
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": _SECURITY,
        },
    }


_ABOUT = (
    "What a council's middleware offers so that Practice Audit can put reports on the record of its case system. "
    "Practice Audit calls it over TLS, from its outbox only, and one command at a time. An upload comes before the "
    "note that tells of it. After any answer that is not clear (a time-out, a broken connection, 5xx) it asks for the "
    "receipt before it sends the key again. Once a report is corrected, nothing of older versions is sent any more: "
    "of a key that may have arrived the receipt is asked for, and where that is `unknown` the key never comes again. "
    "The new version has keys of its own. It follows no redirect and reads at most 64 KiB of an answer. "
    "A system that cannot be reached from outside pulls instead, by the paths of Practice Audit: those under /v1."
)
_ASK = "What this connector can do; asked before a run in which something is owed."
_CARRY_OUT = (
    "Do one thing, once for its key: the same key again is answered with the same receipt, and done no second time."
)
_RECEIPT = "What became of a command."
_NOT_LET_IN = (None, "Nothing was done: the key or token is not good. A token is fetched anew and it is sent once more")
_SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "AUDIT_CASE_SYSTEM_KEY"},
    "client": {
        "type": "oauth2",
        "description": "AUDIT_CASE_SYSTEM_TOKEN_URL; the token is sent as bearer token",
        "flows": {"clientCredentials": {"tokenUrl": "https://login.example/token", "scopes": {}}},
    },
}
_CAN = {"200": ("CapabilitiesOfConnector", "What it can do"), "401": _NOT_LET_IN}
_PUT_ANSWERS = {
    "200": ("ReceiptRead", "What became of it, now or before"),
    "202": ("ReceiptRead", "Taken and not finished (`working`): the receipt is asked for later"),
    "401": _NOT_LET_IN,
    "422": ("ReceiptRead", "Refused for good (`refused`, with `reason`), such as for a restricted record"),
    "429": (None, "Nothing was done; `Retry-After` says when to come again, and is kept"),
    "5XX": (None, "Nobody can say whether it was done; the receipt is asked for. `Retry-After` is kept"),
}
_GET_ANSWERS = {
    "200": ("ReceiptRead", "What became of it"),
    "401": _NOT_LET_IN,
    "404": ("ReceiptRead", "`unknown`: never heard of. A 404 that does not say so is believed to be somebody else's"),
}


def _operation(name: str, words: str, answers: Mapping[str, tuple[str | None, str]]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": words,
        "responses": {code: _answer(model, description) for code, (model, description) in answers.items()},
    }


def _answer(model: str | None, description: str) -> dict[str, Any]:
    return {"description": description, **({"content": _content(model)} if model else {})}


def _body(model: str) -> dict[str, Any]:
    return {"required": True, "content": _content(model)}


def _content(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
