"""`/v1/audits/{id}/re-audit-case`: another case for a re-audit whose own has closed (S7)."""

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from api.audits import AuditId
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, version_read
from api.examples import answered
from api.fields import AskedToRecord
from api.moves_made import ERRORS, EXAMPLE, MoveMade, move_made
from api.permissions import Permission
from api.routers import Router
from usecases.re_audit_cases import choose_case

router = Router("audits", "/v1/audits")


class ReAuditCaseAsked(AskedToRecord):
    """The case that the re-audit is to look at (S7)."""

    case_reference: Annotated[str, Field(min_length=1, max_length=60, examples=["SYN-000413"])]
    note: Annotated[
        str | None, Field(min_length=1, max_length=2000, examples=["The newest case of the three that are left."])
    ] = None


@router.post(
    "/{audit_id}/re-audit-case",
    operation_id="choose_re_audit_case",
    dependencies=[requires(Permission.CHOOSE_RE_AUDIT_CASES)],
    responses={**answered({"a move": EXAMPLE}), **ERRORS},
)
def choose_re_audit_case(
    audit_id: AuditId, asked: ReAuditCaseAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """The case has closed: the audit team lets the re-audit look at another open case of the same practitioner (S7).

    Choosing once more takes the choice before back.
    """
    with version_read(if_match, "The audit") as version:
        chosen = choose_case(work, audit_id, asked.case_reference, asked.note, version=version)
    return move_made(chosen, response)
