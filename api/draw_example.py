"""A frame small enough to read, for the OpenAPI document; its answer is drawn when the document is made."""

from typing import Any

REQUEST: dict[str, Any] = {
    "value": {
        "cycle": "2026-10",
        "seed": "a seed for replay",
        "size": 1,
        "teams": [{"id": "T1", "service_id": "review"}],
        "practitioners": [{"id": "P1", "team_id": "T1", "last_audited_on": "2026-06-01"}],
        "cases": [
            {"id": "C1", "practitioner_id": "P1", "allocated_on": "2026-03-02", "involvement_began_on": "2025-11-10"},
            {"id": "C2", "practitioner_id": "P1", "allocated_on": "2026-09-14", "involvement_began_on": "2026-09-14"},
        ],
        "auditors": [{"id": "A1", "service_id": "quality_assurance", "roles": ["senior_manager"]}],
    }
}
