"""`/v1/policy`: the framework as data: the edition in force, every value with its clause, and its documents."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import InstallationDep, WorkDep, requires
from api.editions import EditionAsked, edition_used, known_editions
from api.examples import answered
from api.permissions import Permission
from api.routers import Router, described
from rules.policy.documents import AUDIT_TOOL, document_text
from rules.policy.register import entries_about
from rules.policy.shape import Entry, Policy
from rules.policy.sources import Source
from usecases.audit_tools import current_tools
from usecases.errors import NotFound

router = Router("policy", "/v1/policy")


class EditionDescribed(BaseModel):
    """One dated version of a council's framework."""

    id: Annotated[str, Field(examples=["waltham_forest_2023"])]
    version: str
    title: str
    council: str
    applies_from: date
    is_in_force: Annotated[bool, Field(description="Whether this installation works by it")]


class Editions(BaseModel):
    """The editions that `?edition=` may name."""

    items: list[EditionDescribed]


class RegisterEntry(BaseModel):
    """One value, where it comes from and, if it was decided here, how the text is read."""

    path: Annotated[str, Field(examples=["selection.least_months_between_audits"])]
    value: Annotated[str, Field(examples=["2 months"])]
    rule: Annotated[str, Field(examples=["S3"])]
    clause: Annotated[str, Field(examples=["2"])]
    source: Source
    reading: str | None


class DocumentDescribed(BaseModel):
    """A document that goes with a notice."""

    name: str
    title: str


class PolicyDescribed(BaseModel):
    """An edition with the number of its values and its documents."""

    edition: EditionDescribed
    stated_by_the_text: int
    decided_locally: int
    documents: list[DocumentDescribed]


class Register(BaseModel):
    """Every value of an edition."""

    edition: str
    items: list[RegisterEntry]


class RegisterAsked(EditionAsked):
    """Which values to list."""

    words: Annotated[
        str | None, Field(min_length=1, max_length=200, description="Only values that speak of these words")
    ] = None
    source: Annotated[Source | None, Field(description="Only values from this source")] = None


_ENTRY = {
    "path": "selection.least_months_between_audits",
    "value": "2 months",
    "rule": "S3",
    "clause": "2",
    "source": "text",
    "reading": None,
}
_EDITION = {
    "id": "waltham_forest_2023",
    "version": "1",
    "title": "Practice audit framework for adult social care, April 2023",
    "council": "Waltham Forest",
    "applies_from": "2023-04-01",
    "is_in_force": True,
}


@router.get(
    "",
    operation_id="describe_policy",
    dependencies=[requires(Permission.READ_POLICY)],
    responses=answered(
        {
            "the edition in force": {
                "edition": _EDITION,
                "stated_by_the_text": 24,
                "decided_locally": 18,
                "documents": [{"name": "audit-tool", "title": "Audit tool"}],
            }
        }
    ),
)
def describe_policy(asked: Annotated[EditionAsked, Query()], installation: InstallationDep) -> PolicyDescribed:
    """The edition in force, or another: how much of it the council's text states, and which documents it has."""
    policy = edition_used(installation, asked.edition).policy
    decided = sum(entry.source is Source.LOCAL_DECISION for entry in policy.entries)
    documents = [
        DocumentDescribed(name=document.name, title=document.title) for document in policy.notices.allocation_documents
    ]
    return PolicyDescribed(
        edition=_described(policy, installation.policy),
        stated_by_the_text=len(policy.entries) - decided,
        decided_locally=decided,
        documents=documents,
    )


@router.get(
    "/register",
    operation_id="list_policy_register",
    dependencies=[requires(Permission.READ_POLICY)],
    responses=answered({"one of its values": {"edition": "waltham_forest_2023", "items": [_ENTRY]}}),
)
def list_policy_register(asked: Annotated[RegisterAsked, Query()], installation: InstallationDep) -> Register:
    """Every value with its rule, clause and source; `source=local_decision` lists what waits for sign-off."""
    policy = edition_used(installation, asked.edition).policy
    entries = policy.entries if asked.words is None else entries_about(policy, asked.words)
    items = [_entry(entry) for entry in entries if asked.source in (None, entry.source)]
    return Register(edition=policy.edition.id, items=items)


@router.get(
    "/editions",
    operation_id="list_editions",
    dependencies=[requires(Permission.READ_POLICY)],
    responses=answered({"one edition": {"items": [_EDITION]}}),
)
def list_editions(installation: InstallationDep) -> Editions:
    """The editions of the framework that are installed here."""
    policies = [edition_used(installation, name).policy for name in known_editions(installation)]
    return Editions(items=[_described(policy, installation.policy) for policy in policies])


@router.get(
    "/documents/{name}",
    operation_id="read_policy_document",
    dependencies=[requires(Permission.READ_POLICY)],
    response_class=Response,
    responses={
        200: {
            "description": "The text of the document",
            "content": {"text/markdown": {"schema": {"type": "string"}, "example": "# Audit tool\n"}},
        },
        **described(404, "The edition has no document of that name"),
    },
)
def read_policy_document(
    name: Annotated[str, Path(max_length=100, examples=["audit-tool"])],
    asked: Annotated[EditionAsked, Query()],
    installation: InstallationDep,
    work: WorkDep,
) -> Response:
    """The text of a document of the edition, as Markdown; the audit tool in the versions that are in force."""
    edition = edition_used(installation, asked.edition)
    is_asked_for = name == AUDIT_TOOL and edition.policy is work.policy
    tools = [it.version for it in current_tools(work).values()] if is_asked_for else None
    text = document_text(edition.policy, edition.place, name, tools)
    if text is None:
        known = ", ".join(document.name for document in edition.policy.notices.allocation_documents)
        raise NotFound(f"The edition {edition.id!r} has no document {name!r}: it has {known}.")
    return Response(text, media_type="text/markdown; charset=utf-8")


def _entry(entry: Entry) -> RegisterEntry:
    return RegisterEntry(
        path=entry.path,
        value=entry.value,
        rule=entry.rule,
        clause=entry.clause,
        source=entry.source,
        reading=entry.reading,
    )


def _described(policy: Policy, in_force: Policy) -> EditionDescribed:
    edition = policy.edition
    return EditionDescribed(
        id=edition.id,
        version=edition.version,
        title=edition.title,
        council=edition.council,
        applies_from=edition.applies_from,
        is_in_force=edition.id == in_force.edition.id,
    )
