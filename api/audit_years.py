"""`/v1/audit-years/{year}`: the programme of a year, saved as a draft, then published (P1, P2, P7)."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, refuse_without_tag, stale, tag, version_in
from api.examples import answered
from api.fields import AskedToRecord
from api.permissions import Permission
from api.reasons import ReasonGiven
from api.routers import Router, described
from rules.programme import AuditCycle
from rules.programme_publishing import CycleKind, PlannedCycle
from rules.themes import narrowings_of
from usecases.audit_years import Programme, programme_of, publish_programme, save_programme
from usecases.errors import AlreadyDifferent

router = Router("audit years", "/v1/audit-years")

Year = Annotated[int, Path(ge=1, le=9999, examples=[2027])]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2027-02"])]


class CyclePlanned(AskedToRecord):
    """One cycle of a programme. A themed one has a topic and an origin, and may be narrowed."""

    cycle: Month
    kind: CycleKind
    topic: Annotated[str | None, Field(max_length=500, examples=["Mental capacity"])] = None
    origin: Annotated[str | None, Field(max_length=100, examples=["performance_issue"])] = None
    services: Annotated[
        list[str], Field(max_length=100, examples=[["review"]], default_factory=list, description="Empty for all")
    ]
    attributes: Annotated[
        dict[str, Annotated[list[str], Field(max_length=100)]],
        Field(
            max_length=20,
            examples=[{"service_user_group": ["dementia"]}],
            default_factory=dict,
            description="Attributes of cases, as the mapping of the extract names them, each with the codes looked at: "
            "a case fits that has one of the codes of each",
        ),
    ]


class ProgrammeAsked(AskedToRecord):
    """A year's programme. What a draft lacks is said when it is published; changing a published one needs a reason."""

    cycles: Annotated[list[CyclePlanned], Field(max_length=60)]
    reason: Annotated[
        str | None, Field(max_length=2000, description="Why a published programme changes; kept in the trail")
    ] = None


class CycleInYear(BaseModel):
    """A cycle with its days; `kind` is null while nothing is planned for it."""

    cycle: str
    kind: CycleKind | None
    topic: str | None
    origin: str | None
    services: list[str]
    attributes: dict[str, list[str]]
    opens_on: date | None
    report_due_on: date | None
    closes_on: date | None
    moderation: bool


class AuditYear(BaseModel):
    """A year's programme as it stands, with what to know about it."""

    year: int
    state: Annotated[Literal["none", "draft", "published"], Field(description="`none`: nothing is saved")]
    version: int
    saved_at: datetime | None
    saved_by: str | None
    published_at: datetime | None
    published_by: str | None
    cycles: list[CycleInYear]
    warnings: list[ReasonGiven]


_EXAMPLE = {
    "year": 2027,
    "state": "draft",
    "version": 1,
    "saved_at": "2026-11-02T09:30:00Z",
    "saved_by": "local administrator",
    "published_at": None,
    "published_by": None,
    "cycles": [
        {
            "cycle": "2027-02",
            "kind": "themed",
            "topic": "Mental capacity",
            "origin": "performance_issue",
            "services": ["review"],
            "attributes": {"service_user_group": ["dementia"]},
            "opens_on": "2027-02-01",
            "report_due_on": "2027-02-25",
            "closes_on": "2027-02-26",
            "moderation": False,
        }
    ],
    "warnings": [
        {
            "rule": "P2",
            "clause": "3",
            "sentence": "No programme is published for 2027 (warned of from 1 November): unless there is one, "
            "the cycle of January 2027 opens as ordinary.",
        }
    ],
}
_STALE = {
    **described(412, "Somebody else saved meanwhile: read again"),
    **described(428, "The year is there already: send its ETag as If-Match"),
}


@router.get(
    "/{year}",
    operation_id="read_audit_year",
    dependencies=[requires(Permission.READ_PROGRAMME)],
    responses=answered({"a draft": _EXAMPLE}),
)
def read_audit_year(year: Year, work: WorkDep, response: Response) -> AuditYear:
    """The year's cycles with what is planned for them, and warnings: no programme (P2), delayed re-audits (P7)."""
    return _answer(programme_of(work, year), response)


@router.put(
    "/{year}",
    operation_id="save_audit_year",
    dependencies=[requires(Permission.CHANGE_PROGRAMME)],
    responses={
        **answered({"a draft": _EXAMPLE}),
        **described(409, "Published, and no reason is given, a cycle has begun, or P1 or P2 would be broken"),
        **_STALE,
    },
)
def save_audit_year(
    year: Year, asked: ProgrammeAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> AuditYear:
    """Saves the year's programme; the first time without If-Match, then with the ETag that was read.

    A draft may still lack what P1 and P2 ask for. A published programme may not: it changes with a reason, for cycles
    that have not begun, and stays published.
    """
    version = version_in(if_match)
    plans = [_planned(line) for line in asked.cycles]
    try:
        return _answer(save_programme(work, year, plans, version=version, reason=asked.reason), response)
    except AlreadyDifferent as changed:
        if version is None:
            raise refuse_without_tag(f"The programme of {year}") from changed
        raise stale(changed.sentence) from changed


@router.post(
    "/{year}/publish",
    operation_id="publish_audit_year",
    dependencies=[requires(Permission.CHANGE_PROGRAMME)],
    responses={
        **answered({"published": {**_EXAMPLE, "state": "published"}}),
        **described(404, "Nothing is saved for the year"),
        **described(409, "The programme breaks P1 or P2: `errors` names each point with its clause"),
        **described(412, "Somebody else saved meanwhile: read again"),
    },
)
def publish_audit_year(year: Year, work: WorkDep, response: Response, if_match: IfMatch = None) -> AuditYear:
    """Publishes the year's draft if it holds what P1 and P2 ask for; published again it stays as it is."""
    try:
        return _answer(publish_programme(work, year, version=version_in(if_match)), response)
    except AlreadyDifferent as changed:
        raise stale(changed.sentence) from changed


def _planned(line: CyclePlanned) -> PlannedCycle:
    narrowings = narrowings_of(line.attributes)
    return PlannedCycle(line.cycle, line.kind, line.topic, line.origin, tuple(line.services), narrowings)


def _answer(programme: Programme, response: Response) -> AuditYear:
    row = programme.row
    tag(response, row.version if row else 0)
    days = {cycle.month: cycle for cycle in programme.days}
    return AuditYear(
        year=programme.year,
        state="none" if row is None else "published" if row.state == "published" else "draft",
        version=row.version if row else 0,
        saved_at=row.saved_at if row else None,
        saved_by=row.saved_by if row else None,
        published_at=row.published_at if row else None,
        published_by=row.published_by if row else None,
        cycles=[
            _cycle(month, days.get(month), programme.plans.get(month))
            for month in sorted(days.keys() | programme.plans.keys())
        ],
        warnings=[
            ReasonGiven(rule=warning.rule, clause=warning.clause, sentence=warning.sentence)
            for warning in programme.warnings
        ],
    )


def _cycle(month: str, days: AuditCycle | None, plan: PlannedCycle | None) -> CycleInYear:
    return CycleInYear(
        cycle=month,
        kind=plan.kind if plan else None,
        topic=plan.topic if plan else None,
        origin=plan.origin if plan else None,
        services=list(plan.services) if plan else [],
        attributes=plan.theme.attributes if plan else {},
        opens_on=days.opens_on if days else None,
        report_due_on=days.report_due_on if days else None,
        closes_on=days.closes_on if days else None,
        moderation=days.moderation if days else False,
    )
