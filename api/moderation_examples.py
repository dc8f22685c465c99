"""Examples of moderation for the OpenAPI document."""

from typing import Any

from api.grading_contents import WRITTEN_EXAMPLE

ROUND_LISTED: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000051",
    "month": "2027-03",
    "drawn_on": "2027-03-01",
    "drawn_at": "2027-03-01T09:00:00Z",
    "drawn_by": "scheduler",
    "due_on": "2027-03-31",
    "edition": "waltham_forest_2023",
    "size_drawn": 6,
}
REASON = {"rule": "M1", "clause": "3.14", "sentence": "One of each grade there is: Inadequate, the only one."}
MODERATED_LISTED: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000052",
    "round_id": "0199c0de-7a11-7000-8000-000000000051",
    "month": "2027-03",
    "audit_id": "0199c0de-7a11-7000-8000-000000000003",
    "audit": "PA-2027-0031",
    "place": 1,
    "moderator_id": "0199c0de-7a11-7000-8000-000000000008",
    "moderator": "SYN-M004",
    "is_own_service": False,
    "report_version": 2,
    "reasons": [REASON],
    "due_on": "2027-03-31",
    "state": "allocated",
    "met_on": None,
    "fed_back_on": None,
    "version": 1,
}
ROUND: dict[str, Any] = {
    **ROUND_LISTED,
    "seed": "5f0c1d…",
    "frame_hash": "9f86d0…",
    "size_asked": 6,
    "due_because": {"rule": "M3", "clause": "3.14", "sentence": "Drawn on the first working day of March 2027."},
    "audits": [MODERATED_LISTED],
    "not_drawn": [{"audit_id": "PA-2027-0032", "was_in_draw": True, "reason": REASON}],
    "grades": [{"name": "good", "could_be_drawn": 40, "drawn": 3}],
    "services": [{"name": "home_first", "could_be_drawn": 12, "drawn": 2}],
    "moderators": [{"moderator": "SYN-M004", "audits": 2}],
    "barred": [
        {"audit": "PA-2027-0031", "moderator": "SYN-M002", "conflict": "quality_checker", "reason": REASON},
    ],
    "shortfalls": [],
}
REGRADE: dict[str, Any] = {
    "domains": [
        {"domain": "voice", "grade": "good", "findings": "Her own words stand in each review.", "is_applicable": True}
    ],
    "overall": "good",
    "findings": "The report is fair on the record of the autumn.",
    "strengths": WRITTEN_EXAMPLE["strengths"],
    "areas_to_improve": WRITTEN_EXAMPLE["areas_to_improve"],
}
MODERATED: dict[str, Any] = {
    **MODERATED_LISTED,
    "auditor": "990402",
    "auditor_grade": "requires_improvement",
    "regrade": REGRADE,
    "missing": [],
    "not_met_because": None,
    "feedback": None,
}
_SHARE = {"count": 8, "of": 12, "percentage": 67}
_COEFFICIENT = {"value": 0.62, "lower": 0.1, "upper": 0.88, "confidence_level": 95, "why_not": None}
_AGREEMENT: dict[str, Any] = {
    "pairs": 12,
    "left_out": 1,
    "grades": ["outstanding", "good", "requires_improvement", "inadequate"],
    "matrix": [[1, 0, 0, 0], [1, 4, 1, 0], [0, 2, 2, 0], [0, 0, 0, 1]],
    "exact": _SHARE,
    "within_one": {"count": 12, "of": 12, "percentage": 100},
    "higher": 3,
    "lower": 1,
    "mean_signed_difference": 0.17,
    "weighted_kappa": _COEFFICIENT,
    "gwet_ac2": _COEFFICIENT,
    "summary": {
        "rule": "M5",
        "clause": "3.14",
        "sentence": "The moderators graded higher in 3, lower in 1 and the same in 8 of 12: 0.17 levels higher on "
        "average.",
    },
}
AGREEMENT: dict[str, Any] = {
    "first": "2027-03",
    "last": "2027-03",
    "rounds": 1,
    "auditor_and_moderator": _AGREEMENT,
    "auditor_and_moderator_by_service": {"home_first": _AGREEMENT},
    "before_and_after_discussion": _AGREEMENT,
    "before_and_after_discussion_by_service": {"home_first": _AGREEMENT},
}
VERIFIED: dict[str, Any] = {"is_identical": True, "frame_hash": "9f86d0…", "audits_compared": 6, "differences": []}
MOVES: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000052",
    "reference": "PA-2027-0031",
    "state": "allocated",
    "version": 1,
    "moves": [
        {
            "event": "feedback_given",
            "is_allowed": False,
            "why_not": [{"rule": "M3", "clause": "3.14", "sentence": "The meeting with the auditor is not recorded."}],
            "request": "POST /v1/moderation-rounds/audits/0199c0de-7a11-7000-8000-000000000052/written-feedback",
        }
    ],
}
TIMELINE: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000052",
    "reference": "PA-2027-0031",
    "state": "allocated",
    "entries": [
        {
            "on": "2027-03-01",
            "at": "2027-03-01T09:00:00Z",
            "kind": "drawn",
            "what": "audit_drawn_for_moderation",
            "by": "scheduler",
            "state": None,
            "started_on": None,
            "ended_on": None,
            "ended_because": None,
            "texts": {},
            **REASON,
        }
    ],
}
GRADE_CHANGED: dict[str, Any] = {
    "audit_id": "0199c0de-7a11-7000-8000-000000000003",
    "audit": "PA-2027-0031",
    "overall_grade": "good",
    "version": 9,
}
