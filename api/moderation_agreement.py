"""`/v1/moderation-rounds/…/agreement`: how far two gradings agree, as answers say it (M5, O8)."""

import re
import uuid
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import Asked
from api.moderation_examples import AGREEMENT
from api.permissions import Permission
from api.reasons import ReasonGiven, reasons_given
from api.routers import Router, described
from rules.agreement import Agreement, Coefficient, Share
from usecases.moderation_agreement import AgreementFigures, agreement_of_months, agreement_of_round

router = Router("moderation", "/v1/moderation-rounds")

_PATTERN = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"


def _month(value: Any) -> Any:
    if not (isinstance(value, str) and re.fullmatch(_PATTERN, value, re.ASCII)):
        raise ValueError("give a month such as 2027-03")
    return value


Month = Annotated[str, BeforeValidator(_month), Field(json_schema_extra={"pattern": _PATTERN}, examples=["2027-03"])]


class MonthsAsked(Asked):
    """The rounds of which months, both included."""

    first: Month
    last: Month


class ShareTold(BaseModel):
    """So many of so many; the percentage is null of nothing."""

    count: int
    of: int
    percentage: int | None


class CoefficientTold(BaseModel):
    """Agreement beyond chance with its interval; what is null has its reason."""

    value: float | None
    lower: float | None
    upper: float | None
    confidence_level: int | None
    why_not: ReasonGiven | None


class AgreementOfGrades(BaseModel):
    """The figures of one comparison; the matrix has a row for each first grade and in it one column for each second."""

    pairs: int
    left_out: Annotated[int, Field(description="Graded once only, or not with feedback yet")]
    grades: list[str]
    matrix: list[list[int]]
    exact: ShareTold
    within_one: ShareTold
    higher: int
    lower: int
    mean_signed_difference: Annotated[
        float | None, Field(description="Levels by which the second is higher on average; below 0: lower")
    ]
    weighted_kappa: CoefficientTold
    gwet_ac2: CoefficientTold
    summary: ReasonGiven


class FiguresTold(BaseModel):
    """Auditors beside moderators, and all issued audits before and after their discussion."""

    first: str
    last: str
    rounds: int
    auditor_and_moderator: AgreementOfGrades
    auditor_and_moderator_by_service: dict[str, AgreementOfGrades]
    before_and_after_discussion: AgreementOfGrades
    before_and_after_discussion_by_service: dict[str, AgreementOfGrades]


@router.get(
    "/agreement",
    operation_id="read_agreement_over_rounds",
    dependencies=[requires(Permission.READ_MODERATION)],
    responses=answered({"two rounds": AGREEMENT}),
)
def read_agreement_over_rounds(asked: Annotated[MonthsAsked, Query()], work: WorkDep) -> FiguresTold:
    """How far auditors and moderators agree over the rounds of these months, and gradings around the discussion."""
    first, last = (date.fromisoformat(f"{month}-01") for month in (asked.first, asked.last))
    return _told(agreement_of_months(work, first, last))


@router.get(
    "/{round_id}/agreement",
    operation_id="read_agreement_of_round",
    dependencies=[requires(Permission.READ_MODERATION)],
    responses={**answered({"one round": AGREEMENT}), **described(404, "No such round")},
)
def read_agreement_of_round(
    round_id: Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000051"])], work: WorkDep
) -> FiguresTold:
    """How far auditors and moderators agree in one round. Regrades count once their feedback is given."""
    return _told(agreement_of_round(work, round_id))


def _told(figures: AgreementFigures) -> FiguresTold:
    return FiguresTold(
        first=f"{figures.first:%Y-%m}",
        last=f"{figures.last:%Y-%m}",
        rounds=figures.rounds,
        auditor_and_moderator=_agreement(figures.moderated),
        auditor_and_moderator_by_service={name: _agreement(it) for name, it in figures.moderated_by_service.items()},
        before_and_after_discussion=_agreement(figures.discussed),
        before_and_after_discussion_by_service={
            name: _agreement(it) for name, it in figures.discussed_by_service.items()
        },
    )


def _agreement(found: Agreement) -> AgreementOfGrades:
    mean = found.difference.mean
    return AgreementOfGrades(
        pairs=found.pairs,
        left_out=found.left_out,
        grades=list(found.grades),
        matrix=[list(row) for row in found.matrix],
        exact=_share(found.exact),
        within_one=_share(found.within_one),
        higher=found.difference.higher,
        lower=found.difference.lower,
        mean_signed_difference=None if mean is None else round(float(mean), 4),
        weighted_kappa=_coefficient(found.kappa),
        gwet_ac2=_coefficient(found.ac2),
        summary=reasons_given([found.summary])[0],
    )


def _share(share: Share) -> ShareTold:
    return ShareTold(count=share.count, of=share.of, percentage=share.percentage)


def _coefficient(found: Coefficient) -> CoefficientTold:
    why_not = found.why_not_given or found.why_no_interval
    between = found.interval
    return CoefficientTold(
        value=None if found.value is None else round(float(found.value), 4),
        lower=None if between is None else round(between.lower, 4),
        upper=None if between is None else round(between.upper, 4),
        confidence_level=None if between is None else between.level,
        why_not=reasons_given([why_not])[0] if why_not else None,
    )
