"""`/v1/audit-cycles/{id}`: a cycle at a glance, its preview, its opening and its close (P3, S5, A5)."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.cycle_example import CYCLE, CYCLE_LISTED
from api.dependencies import WorkDep, requires
from api.draw_contents import DrawDescribed, describe_draw
from api.draws_example import DRAW
from api.entity_tags import tag
from api.examples import answered
from api.fields import LONGEST_CYCLE_ID, Asked
from api.paging import Page, PageDep
from api.permissions import Permission
from api.reasons import ReasonGiven, ShortfallTold
from api.routers import Router, described
from db.queries import programme
from db.tables.programme import AuditCycle as CycleRow
from rules.programme import extra_opens_on
from usecases.audit_cycles import close_cycle, open_cycle
from usecases.cycle_overviews import CycleOverview, overview_of
from usecases.draws import find_draw, preview_draw
from usecases.work import Work

router = Router("audit cycles", "/v1/audit-cycles")

Month = Annotated[
    str,
    Path(
        max_length=LONGEST_CYCLE_ID,
        examples=["2026-10"],
        description="Year and month of the cycle; of an extra one its id, such as 2026-08-12-extra-1",
    ),
]
WhyText = Annotated[str | None, Field(min_length=1, max_length=1000, examples=["The extract had the wrong teams"])]
State = Literal["planned", "open", "closed", "cancelled"]


class Forced(Asked):
    """Doing it before its day needs `force` and a reason, which is kept."""

    force: bool = False
    reason: WhyText = None


class DrawAskedFor(Asked):
    """A reason is needed when there is a preview already and its list of cases has changed."""

    reason: WhyText = None


class Figures(BaseModel):
    """How many audits; withdrawn ones are not counted as allocated."""

    allocated: int
    issued: int
    not_issued: int
    withdrawn: int
    replaced: Annotated[int, Field(description="Withdrawn audits that another takes the place of")] = 0
    by_state: dict[str, int]


class TeamAudits(BaseModel):
    """A team's audits in the cycle: new ones, and re-audits beside them."""

    team: str
    team_name: str
    service_id: str
    audits: int
    re_audits: int


class AuditorLoad(BaseModel):
    """Over all auditors who had capacity when the cycle was drawn: the fewest and the most audits that one has."""

    available: int
    with_audits: int
    least: int
    most: int


class DrawOfCycle(BaseModel):
    """A draw that was made for the cycle; see `/v1/draws/{id}`."""

    id: uuid.UUID
    state: Literal["preview", "issued", "superseded", "withdrawn"]
    drawn_at: datetime
    drawn_by: str
    redrawn_because: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_because: str | None


class CycleListed(BaseModel):
    """A cycle in the list."""

    cycle: Annotated[str, Field(examples=["2026-10"], description="Its month; of an extra one the id that it got")]
    kind: Literal["ordinary", "themed"]
    is_extra: Annotated[bool, Field(description="Themed, and outside the ten of the programme")]
    state: State
    opens_on: date
    report_due_on: date
    closes_on: date
    opened_at: datetime | None
    closed_at: datetime | None


class ExtraCycleTold(BaseModel):
    """What an extra cycle was arranged for."""

    topic: str
    origin: str
    services: list[str]
    attributes: dict[str, list[str]]
    size: int
    reason: str
    arranged_at: datetime
    arranged_by: str


class ClosingReport(BaseModel):
    """How many audits of the cycle stood how to its dates, when that was reported after its close (L5, L12, Q3)."""

    as_of: date
    standings: Annotated[dict[str, int], Field(description="`on_time`, `in_quality_assurance`, `late` and others")]


class AuditCycle(CycleListed):
    """A cycle with its audits, its auditors' load, its draws, and what fell short."""

    extra: ExtraCycleTold | None
    moderation: bool
    edition: str
    opened_by: str | None
    opened_because: str | None
    closed_by: str | None
    closed_because: str | None
    cancelled_at: datetime | None
    cancelled_by: str | None
    cancelled_because: Annotated[str | None, Field(description="The director's reason")]
    audits: Figures
    figures_at_close: Figures | None
    closing_report: Annotated[ClosingReport | None, Field(description="From the day after its last day on")]
    teams: list[TeamAudits]
    load: Annotated[AuditorLoad | None, Field(description="Null until the cycle is open")]
    draw_id: Annotated[uuid.UUID | None, Field(description="The issued draw; before that the standing preview")]
    draws: list[DrawOfCycle]
    shortfalls: list[ShortfallTold]
    warnings: list[ReasonGiven]
    version: Annotated[int, Field(description="Its ETag: send it as If-Match to withdraw, cancel or reinstate it")]


class CycleOpened(AuditCycle):
    """The open cycle; asked again, the same with `already_open`."""

    already_open: bool


_NO_CYCLE = described(404, "The programme has no cycle in that month, or no such extra one was arranged")


@router.get(
    "",
    operation_id="list_audit_cycles",
    dependencies=[requires(Permission.READ_CYCLES)],
    responses=answered({"one cycle": {"items": [CYCLE_LISTED], "next": None}}),
)
def list_audit_cycles(work: WorkDep, page: PageDep) -> Page[CycleListed]:
    """The cycles that were drawn for or opened, the newest first."""
    rows = programme.audit_cycles(work.session, page.after, page.rows_to_fetch)
    return page.page(rows, _listed, lambda row: row.id)


@router.get(
    "/{month}",
    operation_id="read_audit_cycle",
    dependencies=[requires(Permission.READ_CYCLE_FIGURES)],
    responses={**answered({"an open cycle": CYCLE}), **_NO_CYCLE},
)
def read_audit_cycle(month: Month, work: WorkDep, response: Response) -> AuditCycle:
    """A cycle at a glance: audits by team, the fewest and most audits of an auditor, shortfalls, warnings, draws."""
    return AuditCycle(**describe_cycle(work, overview_of(work, month), response))


@router.post(
    "/{month}/open",
    operation_id="open_audit_cycle",
    dependencies=[requires(Permission.OPEN_CYCLES)],
    responses={
        **answered({"opened": {**CYCLE, "already_open": False}}),
        **_NO_CYCLE,
        **described(409, "Before its day without force and reason, after its close, or without a recent extract"),
    },
)
def open_audit_cycle(month: Month, work: WorkDep, response: Response, *, asked: Forced | None = None) -> CycleOpened:
    """Issues the standing preview if it is young enough, else draws and issues: audits, deadlines and messages at once.

    The scheduler does the same on the day. Opening an open cycle changes nothing and answers it.
    """
    asked = asked or Forced()
    opened = open_cycle(work, month, force=asked.force, reason=asked.reason)
    return CycleOpened(**describe_cycle(work, overview_of(work, month), response), already_open=not opened.is_new)


@router.post(
    "/{month}/close",
    operation_id="close_audit_cycle",
    dependencies=[requires(Permission.CLOSE_CYCLES)],
    responses={
        **answered({"closed": {**CYCLE, "state": "closed"}}),
        **_NO_CYCLE,
        **described(409, "Not open, or before its last day without force and reason"),
    },
)
def close_audit_cycle(month: Month, work: WorkDep, response: Response, *, asked: Forced | None = None) -> AuditCycle:
    """Marks a cycle closed, with its figures as they stand. The scheduler does so the day after its last day."""
    asked = asked or Forced()
    close_cycle(work, month, force=asked.force, reason=asked.reason)
    return AuditCycle(**describe_cycle(work, overview_of(work, month), response))


@router.post(
    "/{month}/draws",
    operation_id="preview_draw",
    dependencies=[requires(Permission.DRAW)],
    responses={
        **answered({"a preview": DRAW}),
        **_NO_CYCLE,
        **described(409, "The cycle is open or past, there is no extract, or a reason is needed to draw again"),
    },
)
def preview_draw_of_cycle(month: Month, work: WorkDep, asked: DrawAskedFor | None = None) -> DrawDescribed:
    """Freezes the list of open cases, then takes a seed and draws. A preview changes nothing until it is issued.

    The same list of cases again answers the preview that stands: a list has one seed, which nobody chooses.
    """
    made = preview_draw(work, month, reason=asked.reason if asked else None)
    return describe_draw(work, *find_draw(work, made.row.id))


def describe_cycle(work: Work, overview: CycleOverview, response: Response) -> dict[str, Any]:
    """A cycle as answers show it, with its ETag on the response."""
    tag(response, overview.version)
    row = overview.row
    return {
        **_days(overview),
        "kind": overview.kind,
        "is_extra": overview.extra is not None,
        "extra": overview.extra and ExtraCycleTold.model_validate(overview.extra, from_attributes=True),
        "state": row.state if row else "planned",
        "moderation": overview.is_moderating,
        "edition": row.edition_id if row else work.policy.edition.id,
        **{name: getattr(row, name, None) for name in _WHO_AND_WHEN},
        "audits": overview.figures,
        "figures_at_close": row.figures_at_close if row else None,
        "closing_report": row.closing_report if row else None,
        "teams": [team._asdict() for team in overview.teams],
        "load": overview.load and AuditorLoad.model_validate(overview.load, from_attributes=True),
        "draw_id": next((drawn.id for drawn in overview.draws if drawn.state in _STANDING), None),
        "draws": [DrawOfCycle.model_validate(drawn, from_attributes=True) for drawn in overview.draws],
        "shortfalls": row.shortfalls if row else [],
        "warnings": row.warnings if row else [],
        "version": overview.version,
    }


_STANDING = ("preview", "issued")
_WHO_AND_WHEN = (
    *("opened_at", "opened_by", "opened_because", "closed_at", "closed_by", "closed_because"),
    *("cancelled_at", "cancelled_by", "cancelled_because"),
)


def _days(overview: CycleOverview) -> dict[str, Any]:
    days = overview.days
    return {
        "cycle": days.month,
        "opens_on": days.opens_on,
        "report_due_on": days.report_due_on,
        "closes_on": days.closes_on,
    }


def _listed(row: CycleRow) -> CycleListed:
    is_extra = extra_opens_on(row.month) is not None
    return CycleListed.model_validate({**_columns(row), "cycle": row.month, "is_extra": is_extra})


def _columns(row: CycleRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CycleListed.model_fields if name not in ("cycle", "is_extra")}
