"""Disputes by example, for the OpenAPI document."""

from typing import Any

_ID = "0199c0de-7a11-7000-8000-000000000041"
_AUDIT = "0199c0de-7a11-7000-8000-000000000003"
_OPENED = {"rule": "D1", "clause": "3.12", "sentence": "Dispute opened on Monday 2 November 2026."}
LISTED: dict[str, Any] = {
    "id": _ID,
    "reference": "PA-2026-0412-dispute-1",
    "audit_id": _AUDIT,
    "audit": "PA-2026-0412",
    "team": "CART",
    "service": "home_first",
    "report_version": 1,
    "raised_by": "990311",
    "raised_as": "practitioner",
    "raised_on": "2026-11-02",
    "state": "open",
    "rung": "D1",
    "awaits": "stage",
    "due_on": "2026-11-09",
    "ended_on": None,
    "version": 2,
}
REVIEW: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000042",
    "reviewer_id": "0199c0de-7a11-7000-8000-000000000004",
    "reviewer": "990500",
    "asked_on": "2026-11-20",
    "asked_by": "person 990001",
    "reported_on": None,
    "reported_by": None,
    "brief": "Was the voice of the person on record?",
    "findings": None,
}
DISPUTE: dict[str, Any] = {
    **LISTED,
    "grade_before": "inadequate",
    "grade_after": None,
    "stage": "informal",
    "duty": "the team manager is to hold the meeting of auditor, practitioner and team manager on the written response",
    "owed_by": ["team_manager"],
    "is_overdue": False,
    "must_not_judge": [],
    "grounds": [
        {
            "part": "overall_grade",
            "reasons": "The visit of May is not counted.",
            "evidence": "Case note of 12 May.",
        }
    ],
    "reviews": [],
    "reasons": [_OPENED],
    "shortfalls": [],
}
MOVES: dict[str, Any] = {
    "reference": "PA-2026-0412-dispute-1",
    "state": "open",
    "rung": "D1",
    "version": 2,
    "moves": [
        {
            "event": "meeting_held",
            "leads_to": "D2",
            "by": ["team_manager"],
            "is_allowed": True,
            "why_not": None,
            "needs_summary": False,
            "needs_reason": False,
            "request": f"POST /v1/disputes/{_ID}/steps",
        }
    ],
}
TIMELINE: dict[str, Any] = {
    "reference": "PA-2026-0412-dispute-1",
    "state": "open",
    "entries": [
        {
            "on": "2026-11-02",
            "at": "2026-11-02T09:00:00Z",
            "kind": "dispute",
            "what": "dispute_opened",
            "by": "person 990311",
            "state": "open",
            "started_on": None,
            "ended_on": None,
            "ended_because": None,
            "texts": {},
            "rule": "D1",
            "clause": "3.12",
            "sentence": "Dispute PA-2026-0412-dispute-1, now at D1: Dispute opened on Monday 2 November 2026.",
        }
    ],
}
CONSENT: dict[str, Any] = {
    "audit_id": _AUDIT,
    "report_version": 1,
    "given_on": "2026-11-20",
    "given_by": "person 990001",
    "rule": "D7",
    "clause": "—",
}
