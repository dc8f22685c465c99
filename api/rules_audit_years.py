"""`GET /v1/rules/audit-years/{year}`: the cycles of a year with their days (P1–P3, P7, L5)."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field

from api.dependencies import InstallationDep, WorkDep, requires
from api.editions import EditionAsked, edition_used
from api.examples import answered
from api.fields import IN_DIGITS
from api.permissions import Permission
from api.placed_refusals import placed_at
from api.routers import Router
from db.queries import programme
from rules.programme import audit_year
from usecases.work import Work

router = Router("rules", "/v1/rules")


class CycleDays(BaseModel):
    """One cycle. `kind` is null when no programme is published; `working_days` counts both ends."""

    cycle: Annotated[str, Field(examples=["2026-01"])]
    opens_on: date
    report_due_on: date
    closes_on: date
    working_days: int
    kind: Literal["ordinary", "themed"] | None
    moderation: bool


class AuditYearDays(BaseModel):
    """The cycles of a year, in order."""

    edition: str
    year: int
    cycles: list[CycleDays]


_EXAMPLE = {
    "edition": "waltham_forest_2023",
    "year": 2026,
    "cycles": [
        {
            "cycle": "2026-01",
            "opens_on": "2026-01-02",
            "report_due_on": "2026-01-29",
            "closes_on": "2026-01-30",
            "working_days": 21,
            "kind": None,
            "moderation": False,
        }
    ],
}


@router.get(
    "/audit-years/{year}",
    operation_id="list_cycles_of_year",
    dependencies=[requires(Permission.READ_RULES)],
    responses=answered({"the first of ten": _EXAMPLE}),
)
def list_cycles_of_year(
    year: Annotated[Annotated[int, Field(ge=1, le=9999), IN_DIGITS], Path(examples=[2026])],
    asked: Annotated[EditionAsked, Query()],
    installation: InstallationDep,
    work: WorkDep,
) -> AuditYearDays:
    """The cycles of a year: when each opens, when its reports are due, when it closes, and whether leaders moderate."""
    edition = edition_used(installation, asked.edition)
    with placed_at("/year", year):
        cycles = audit_year(edition.policy, edition.calendar, year)
    kinds = _published_kinds(work, year)
    days = [
        CycleDays(
            cycle=cycle.month,
            opens_on=cycle.opens_on,
            report_due_on=cycle.report_due_on,
            closes_on=cycle.closes_on,
            working_days=cycle.working_days,
            kind=kinds.get(cycle.month),
            moderation=cycle.moderation,
        )
        for cycle in cycles
    ]
    return AuditYearDays(edition=edition.id, year=year, cycles=days)


def _published_kinds(work: Work, year: int) -> dict[str, Literal["ordinary", "themed"]]:
    saved = programme.audit_year(work.session, year)
    if saved is None or saved.state != "published":
        return {}
    return {
        line.month: "themed" if line.kind == "themed" else "ordinary"
        for line in programme.planned_cycles(work.session, year)
    }
