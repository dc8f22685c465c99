"""Examples of a draw and its explanation for the OpenAPI document."""

from typing import Any

DRAW: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000001",
    "cycle": "2026-10",
    "state": "preview",
    "edition": "waltham_forest_2023",
    "seed": "5f0c1d…",
    "frame_hash": "9f86d0…",
    "frozen_at": "2026-09-30T14:00:00Z",
    "caseload_import_id": "0199c0de-7a11-7000-8000-000000000002",
    "drawn_at": "2026-09-30T14:00:00Z",
    "drawn_by": "local administrator",
    "redrawn_because": None,
    "issued_at": None,
    "withdrawn_at": None,
    "withdrawn_by": None,
    "withdrawn_because": None,
    "size_asked": 61,
    "size_reason": {
        "rule": "S8",
        "clause": "—",
        "sentence": "93 practitioners due after 3 months or more; room for 61 new audits.",
    },
    "size_drawn": 61,
    "outcomes": {"drawn": 61, "excluded": 804, "not_reached": 1549, "re_audit": 3, "reserve": 71},
    "quotas": [{"team_id": "CART", "eligible_practitioners": 13, "seats": 6}],
    "re_audits": [],
    "shortfalls": [],
    "warnings": [],
    "objective": {"load": 61, "first_auditors": 0, "repeats": 0},
    "certificate": {"weights": {}, "prices": [], "exhausted": []},
}
ISSUED: dict[str, Any] = {
    "draw_id": "0199c0de-7a11-7000-8000-000000000001",
    "cycle": "2026-10",
    "already_issued": False,
    "shortfalls": [],
    "warnings": [],
}
EXPLANATION: dict[str, Any] = {
    "items": [
        {
            "case_id": "SYN-000412",
            "practitioner_id": "990017",
            "team_id": "CART",
            "outcome": "excluded",
            "order": None,
            "ticket": None,
            "auditor_id": None,
            "reasons": [
                {
                    "rule": "S3",
                    "clause": "2",
                    "sentence": "Practitioner 990017 was last audited in September 2026, 1 month before this cycle: "
                    "there are at least 2 months between two audits.",
                }
            ],
            "audit": None,
        }
    ],
    "next": None,
}
