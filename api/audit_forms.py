"""`/v1/audits/{id}/audit-tool`: the form that one audit is done with (P8, L2)."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.audit_tool_texts import TEXT, CheckText, DomainText, Id, text_told
from api.audits import AuditId
from api.dependencies import WorkDep, requires
from api.examples import answered
from api.permissions import Permission
from api.routers import Router, described
from usecases.audit_tools import tool_read
from usecases.held_audits import look_at_audit

router = Router("audits", "/v1/audits")


class FormPart(BaseModel):
    """A version of a tool that the form is made of."""

    tool: Id
    number: int
    title: str
    introduction: str


class AuditForm(BaseModel):
    """What an audit looks at: everything that its gradings, lines of enquiry and checks are asked for by id."""

    title: Annotated[str, Field(examples=["Adult social care, version 2, with MASH, version 1"])]
    is_pinned: Annotated[bool, Field(description="Else it is what the audit would get now")]
    is_graded: Annotated[bool, Field(description="Else it has compliance checks alone, and a percentage only")]
    parts: list[FormPart]
    domains: list[DomainText]
    checks: list[CheckText]


_FORM = {
    "title": "MASH, version 1",
    "is_pinned": True,
    "is_graded": True,
    "parts": [{"tool": "mash", "number": 1, "title": "MASH", "introduction": TEXT["introduction"]}],
    "domains": TEXT["domains"],
    "checks": TEXT["checks"],
}


@router.get(
    "/{audit_id}/audit-tool",
    operation_id="read_audit_form",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    responses={**answered({"a form of one part": _FORM}), **described(404, "No such audit, or not within reach")},
)
def read_audit_form(audit_id: AuditId, work: WorkDep) -> AuditForm:
    """The form of an audit, in the version that it is pinned to, whatever has been published since."""
    row = look_at_audit(work, audit_id).row
    form = tool_read(work, row)
    texts = [text_told(part) for part in form.parts]
    return AuditForm(
        title=form.title,
        is_pinned=row.audit_tool_id is not None,
        is_graded=form.is_graded,
        parts=[
            FormPart(tool=part.tool, number=part.version, title=part.title, introduction=part.introduction)
            for part in form.parts
        ],
        domains=[DomainText(**domain) for text in texts for domain in text["domains"]],
        checks=[CheckText(**check) for text in texts for check in text["checks"]],
    )
