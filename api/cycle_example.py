"""An example of a cycle for the OpenAPI document."""

from typing import Any

CYCLE_LISTED: dict[str, Any] = {
    "cycle": "2026-10",
    "kind": "ordinary",
    "is_extra": False,
    "state": "open",
    "opens_on": "2026-10-01",
    "report_due_on": "2026-10-29",
    "closes_on": "2026-10-30",
    "opened_at": "2026-10-01T06:00:01Z",
    "closed_at": None,
}
CYCLE: dict[str, Any] = {
    **CYCLE_LISTED,
    "extra": None,
    "moderation": False,
    "edition": "waltham_forest_2023",
    "opened_by": "scheduler",
    "opened_because": None,
    "closed_by": None,
    "closed_because": None,
    "cancelled_at": None,
    "cancelled_by": None,
    "cancelled_because": None,
    "audits": {
        "allocated": 61,
        "issued": 0,
        "not_issued": 61,
        "withdrawn": 0,
        "replaced": 0,
        "by_state": {"allocated": 61},
    },
    "figures_at_close": None,
    "closing_report": None,
    "teams": [{"team": "CART", "team_name": "CART", "service_id": "home_first", "audits": 6, "re_audits": 1}],
    "load": {"available": 66, "with_audits": 61, "least": 0, "most": 1},
    "draw_id": "0199c0de-7a11-7000-8000-000000000001",
    "draws": [
        {
            "id": "0199c0de-7a11-7000-8000-000000000001",
            "state": "issued",
            "drawn_at": "2026-10-01T06:00:00Z",
            "drawn_by": "scheduler",
            "redrawn_because": None,
            "withdrawn_at": None,
            "withdrawn_by": None,
            "withdrawn_because": None,
        }
    ],
    "shortfalls": [
        {
            "rule": "A5",
            "sentence": "990017 has no e-mail address, so the message about 1 audit waits: "
            "give them an address, then send their notice again.",
        }
    ],
    "warnings": [],
    "version": 4,
}
