"""A draw small enough to read, for the OpenAPI document; a test draws it again."""

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

ANSWER: dict[str, Any] = {
    "value": {
        "edition": "waltham_forest_2023",
        "frame_hash": "caa3a31173e4bbc44f17d9521ac90cb3ebe0979d8df09a6499e491ce0a577f41",
        "seed": "a seed for replay",
        "size_asked": 1,
        "size_drawn": 1,
        "drawn": [
            {
                "case_id": "C1",
                "practitioner_id": "P1",
                "team_id": "T1",
                "auditor_id": "A1",
                "order": 1,
                "ticket": "18dd21a3ebe6c05ca650173c91b61f75aebb775366d6867036abd6b772b7da10",
                "window_from": "2026-04-01",
                "window_to": "2026-09-30",
                "reasons": [
                    {
                        "rule": "S1",
                        "clause": "2",
                        "sentence": "Team T1 has 1 of the 1 seats for its 1 eligible "
                        "practitioner; this is number 1 in its order.",
                    },
                    {
                        "rule": "S3",
                        "clause": "2",
                        "sentence": "Practitioner P1 was last audited 4 months before this cycle.",
                    },
                    {
                        "rule": "S4",
                        "clause": "2",
                        "sentence": "Case C1 was allocated on Monday 2 March 2026, at least 3 "
                        "months before the cycle opens.",
                    },
                    {
                        "rule": "S5",
                        "clause": "2",
                        "sentence": "Among equals the lower ticket goes first: the practitioner's "
                        "begins 18dd21a3ebe6, the case's 03043f153963.",
                    },
                    {
                        "rule": "S6",
                        "clause": "3.4",
                        "sentence": "The audit covers Wednesday 1 April 2026 to Wednesday 30 "
                        "September 2026: 6 months before the cycle opens, or less "
                        "where that began later.",
                    },
                    {
                        "rule": "A3",
                        "clause": "—",
                        "sentence": "A1 may audit this, is independent, and has room: the load stays level.",
                    },
                ],
            }
        ],
        "re_audits": [],
        "reserves": [],
        "excluded": [],
        "not_reached": [{"case_id": "C2"}],
        "quotas": [{"team_id": "T1", "eligible_practitioners": 1, "seats": 1}],
        "shortfalls": [],
        "objective": {"load": 1, "first_auditors": 0, "repeats": 0},
        "certificate": {
            "weights": {"load": 4, "first_auditors": 2, "repeats": 1},
            "prices": [{"auditor_id": "A1", "price": 4}],
            "exhausted": [],
        },
    }
}
