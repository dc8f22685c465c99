"""`POST /v1/audit-cycles`: arranging an extra themed cycle, outside the ten of the programme (P2)."""

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import Field
from starlette.responses import Response

from api.audit_cycles import AuditCycle, describe_cycle
from api.cycle_example import CYCLE
from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import AskedToRecord, IsoDate
from api.permissions import Permission
from api.placed_refusals import placed_at
from api.routers import Router
from rules.extra_cycles import ExtraCycle
from rules.themes import narrowings_of
from usecases.cycle_overviews import overview_of
from usecases.extra_cycles import arrange_extra_cycle

router = Router("audit cycles", "/v1/audit-cycles")

Codes = Annotated[list[str], Field(max_length=100)]


class ExtraCycleAsked(AskedToRecord):
    """An extra themed cycle: what it looks at, who wants it, how many audits, and the working day on which it opens."""

    opens_on: IsoDate
    topic: Annotated[str, Field(min_length=1, max_length=500, examples=["Hospital discharge"])]
    origin: Annotated[
        str,
        Field(max_length=100, examples=["serious_case_review"], description="One of `programme.theme_origins`"),
    ]
    size: Annotated[
        int, Field(ge=1, le=10_000, strict=True, examples=[8], description="At most `selection.largest_extra_sample`")
    ]
    services: Annotated[
        list[str], Field(max_length=100, examples=[["home_first"]], default_factory=list, description="Empty for all")
    ]
    attributes: Annotated[
        dict[str, Codes],
        Field(
            max_length=20,
            examples=[{"service_user_group": ["dementia"]}],
            default_factory=dict,
            description="As in a programme: a case fits that has one of the codes of each",
        ),
    ]
    reason: Annotated[
        str, Field(min_length=1, max_length=1000, examples=["Recommendation 4 of the review"], description="Kept")
    ]


_ARRANGED: dict[str, Any] = {
    **CYCLE,
    "cycle": "2026-08-12-extra-1",
    "kind": "themed",
    "state": "planned",
    "opens_on": "2026-08-12",
    "report_due_on": "2026-09-10",
    "closes_on": "2026-09-11",
    "opened_at": None,
    "opened_by": None,
    "audits": {"allocated": 0, "issued": 0, "not_issued": 0, "withdrawn": 0, "replaced": 0, "by_state": {}},
    "teams": [],
    "load": None,
    "draw_id": None,
    "draws": [],
    "shortfalls": [],
    "extra": {
        "topic": "Hospital discharge",
        "origin": "serious_case_review",
        "services": ["home_first"],
        "attributes": {},
        "size": 8,
        "reason": "Recommendation 4 of the review",
        "arranged_at": "2026-08-03T09:12:00Z",
        "arranged_by": "local administrator",
    },
}


@router.post(
    "",
    operation_id="arrange_extra_cycle",
    status_code=HTTPStatus.CREATED,
    dependencies=[requires(Permission.ARRANGE_EXTRA_CYCLES)],
    responses=answered({"arranged": _ARRANGED}, HTTPStatus.CREATED),
)
def arrange_extra_audit_cycle(asked: ExtraCycleAsked, work: WorkDep, response: Response) -> AuditCycle:
    """Arranges an extra themed cycle, which opens by itself on its day, in any month and beside any other cycle.

    From then on its id does what a month does on these paths: preview, open, close, withdraw, cancel, reinstate.
    """
    with placed_at("/opens_on", asked.opens_on):
        row = arrange_extra_cycle(work, _cycle(asked), asked.reason)
    response.headers["Location"] = f"/v1/audit-cycles/{row.month}"
    return AuditCycle(**describe_cycle(work, overview_of(work, row.month), response))


def _cycle(asked: ExtraCycleAsked) -> ExtraCycle:
    return ExtraCycle(
        asked.opens_on, asked.topic, asked.origin, asked.size, tuple(asked.services), narrowings_of(asked.attributes)
    )
