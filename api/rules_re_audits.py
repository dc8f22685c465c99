"""`POST /v1/rules/re-audit`: what follows from an issued audit (S7, P7, R1–R4). Nothing is stored."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field, StrictBool

from api.dependencies import InstallationDep, requires
from api.editions import EditionAsked, edition_used
from api.examples import answered
from api.fields import Asked, IsoDate
from api.permissions import Permission
from api.placed_refusals import placed_at
from api.reasons import ReasonGiven, reasons_given
from api.routers import Router
from api.rules_findings_discussions import GradeAsked
from rules.re_audits import IssuedAudit, further_audit

router = Router("rules", "/v1/rules")


class ReAuditAsked(Asked):
    """An issued audit by its effective grade."""

    issued_on: IsoDate
    grade: GradeAsked
    sequence: Annotated[
        int, Field(ge=0, le=2, strict=True, description="0: an audit; 1, 2: a first or second re-audit", examples=[0])
    ]
    original_grade: Annotated[GradeAsked | None, Field(description="Needed for a re-audit")] = None
    further_re_audit: Annotated[
        StrictBool | None, Field(description="What the re-auditor said and the audit manager agreed to")
    ] = None
    dispute_open: StrictBool = False


class ReAuditDue(BaseModel):
    """Whether a re-audit is due and when; without a cycle where none is, or where it waits for a dispute.

    `tell` are the roles that hear of the report because of its grade and sequence.
    """

    edition: str
    required: bool
    earliest_on: date | None
    cycle: Annotated[str | None, Field(examples=["2026-04"])]
    allocated_on: date | None
    tell: list[str]
    reasons: list[ReasonGiven]


_EXAMPLE = {
    "edition": "waltham_forest_2023",
    "required": True,
    "earliest_on": "2026-02-28",
    "cycle": "2026-04",
    "allocated_on": "2026-04-01",
    "tell": ["head_of_service"],
    "reasons": [
        {"rule": "S7", "clause": "3", "sentence": "An audit graded Inadequate calls for a first re-audit."},
        {
            "rule": "S7",
            "clause": "3",
            "sentence": "At least 1 month after it was issued on Friday 30 January 2026: Saturday 28 February 2026.",
        },
    ],
}


@router.post(
    "/re-audit",
    operation_id="find_when_a_re_audit_is_due",
    dependencies=[requires(Permission.READ_RULES)],
    responses=answered({"an Inadequate audit of January, the first reasons": _EXAMPLE}),
)
def find_when_a_re_audit_is_due(
    asked: ReAuditAsked, named: Annotated[EditionAsked, Query()], installation: InstallationDep
) -> ReAuditDue:
    """Whether an issued audit is audited again, in which cycle, and who hears of it because of its grade."""
    edition = edition_used(installation, named.edition)
    with placed_at("/issued_on", asked.issued_on):
        found = further_audit(IssuedAudit(**asked.model_dump()), edition.policy, edition.calendar)
    return ReAuditDue(
        edition=edition.id,
        required=found.required,
        earliest_on=found.earliest_on,
        cycle=found.cycle.month if found.cycle else None,
        allocated_on=found.cycle.opens_on if found.cycle else None,
        tell=list(found.tell),
        reasons=reasons_given(found.reasons),
    )
