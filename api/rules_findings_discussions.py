"""`POST /v1/rules/findings-discussion`: by when the findings of a report are discussed (L10). Nothing is stored."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from api.dependencies import InstallationDep, requires
from api.editions import EditionAsked, edition_used
from api.examples import answered
from api.fields import Asked, IsoDate
from api.permissions import Permission
from api.placed_refusals import placed_at
from api.reasons import ReasonGiven, reasons_given
from api.routers import Router
from rules.findings_discussions import GradedReport, findings_discussion

_LONGEST_GRADE = 60

router = Router("rules", "/v1/rules")

GradeAsked = Annotated[
    str, Field(min_length=1, max_length=_LONGEST_GRADE, examples=["requires_improvement", "inadequate", "good"])
]


class FindingsDiscussionAsked(Asked):
    """An issued report by its effective grade; of a re-audit also the original's, and that of the one before it."""

    received_on: Annotated[IsoDate, Field(description="The day on which the report was issued: day 0")]
    audit_kind: Literal["ordinary", "themed", "re_audit"]
    grade: GradeAsked
    original_grade: Annotated[GradeAsked | None, Field(description="Needed for a re-audit, refused otherwise")] = None
    previous_grade: Annotated[GradeAsked | None, Field(description="Of the re-audit before this one")] = None


class FindingsDiscussionDue(BaseModel):
    """By when and by whom. The first reason says which limit governs, the second has the arithmetic."""

    edition: str
    due_on: date
    within: Annotated[str, Field(examples=["5 working days"])]
    smart_actions_required: bool
    acknowledge_achievement: bool
    owed_by: list[str]
    reasons: list[ReasonGiven]


_EXAMPLE = {
    "edition": "waltham_forest_2023",
    "due_on": "2026-04-13",
    "within": "5 working days",
    "smart_actions_required": True,
    "acknowledge_achievement": False,
    "owed_by": ["team_manager", "practitioner"],
    "reasons": [
        {
            "rule": "L10",
            "clause": "3.13",
            "sentence": "An audit graded Inadequate is discussed by team manager and practitioner within "
            "5 working days of receiving the report.",
        },
        {
            "rule": "L10",
            "clause": "3.13",
            "sentence": "5 working days from Thursday 2 April 2026, skipping Good Friday and Easter Monday: "
            "Monday 13 April 2026.",
        },
    ],
}


@router.post(
    "/findings-discussion",
    operation_id="find_when_findings_are_discussed",
    dependencies=[requires(Permission.READ_RULES)],
    responses=answered({"an Inadequate audit before Easter": _EXAMPLE}),
)
def find_when_findings_are_discussed(
    asked: FindingsDiscussionAsked, named: Annotated[EditionAsked, Query()], installation: InstallationDep
) -> FindingsDiscussionDue:
    """By when team manager and practitioner discuss the findings of a report, and whether with SMART actions.

    A re-audit is held against the original and, if it is a second one, against the first: the shorter limit holds.
    """
    edition = edition_used(installation, named.edition)
    report = GradedReport(asked.audit_kind, asked.grade, asked.original_grade, asked.previous_grade)
    with placed_at("/received_on", asked.received_on):
        found = findings_discussion(report, asked.received_on, edition.policy, edition.calendar)
    return FindingsDiscussionDue(
        edition=edition.id,
        due_on=found.due_on,
        within=str(found.within),
        smart_actions_required=found.smart_actions_required,
        acknowledge_achievement=found.acknowledge_achievement,
        owed_by=list(found.owed_by),
        reasons=reasons_given(found.reasons),
    )
