"""Examples of `/v1/rules/ladders/{name}` for the OpenAPI document."""

from typing import Any

LADDER_EXAMPLE: dict[str, Any] = {
    "edition": "waltham_forest_2023",
    "ladder": "dispute",
    "opened_by": "dispute_opened",
    "says": None,
    "rungs": [
        {
            "rung": "D1",
            "stage": "informal",
            "duty": "hold the meeting of auditor, practitioner and team manager on the written response",
            "owed_by": ["team_manager"],
            "within": "5 working days",
            "acknowledged_within": None,
            "reminder_every": None,
            "moves_up_to": None,
            "moves_up_when_vacant": False,
            "referral": None,
            "told": ["practitioner", "auditor", "line_manager", "team_manager", "audit_team"],
            "must_not_judge": [],
            "events": [
                {
                    "event": "meeting_held",
                    "to": "D2",
                    "by": ["team_manager"],
                    "when": ["stage"],
                    "needs_reason": False,
                    "needs_summary": False,
                    "may_be_told_later": True,
                    "exceptional": False,
                    "records": [],
                }
            ],
            "rule": "D1",
            "clause": "3.12",
        }
    ],
    "anywhere": [
        {
            "event": "withdrawn",
            "to": "withdrawn",
            "by": ["raiser"],
            "when": ["stage", "referral"],
            "needs_reason": False,
            "needs_summary": False,
            "may_be_told_later": False,
            "exceptional": False,
            "records": [],
        }
    ],
    "events": [
        *("meeting_held", "referred", "resolved", "unresolved", "course_agreed", "not_exceptional", "withdrawn"),
    ],
    "clock_events": ["time_ran_out", "post_vacant", "lapsed"],
}

_TOLD_OF_IT = ["auditor", "head_of_service", "audit_team", "audit_manager"]
_MOVED_UP = {
    "rule": "W6",
    "clause": "—",
    "sentence": "The time of W1 ran out on Thursday 2 April 2026 without an outcome: it moved up to W2 by itself on "
    "Friday 3 April 2026.",
}
STANDING_EXAMPLE: dict[str, Any] = {
    "edition": "waltham_forest_2023",
    "rung": "W2",
    "state": "open",
    "awaits": "stage",
    "due_on": "2026-04-13",
    "overdue": False,
    "owed_by": ["head_of_service"],
    "told": _TOLD_OF_IT,
    "next": "W3",
    "possible": [
        {
            "event": "resolved",
            "to": "resolved",
            "by": ["head_of_service"],
            "when": ["stage"],
            "needs_reason": False,
            "needs_summary": True,
            "may_be_told_later": False,
            "exceptional": False,
            "records": ["case_note"],
        }
    ],
    "must_not_judge": [],
    "next_reminder_on": None,
    "deadlines": [
        {
            "time_limit": "ladders.safety_alert.W2",
            "owed_by": "head_of_service",
            "started_on": "2026-04-03",
            "due_on": "2026-04-13",
        }
    ],
    "history": [
        {
            "on": "2026-04-03",
            "event": "time_ran_out",
            "rung": "W2",
            "state": "open",
            "by_clock": True,
            "told": _TOLD_OF_IT,
            "records": [],
            "reasons": [_MOVED_UP],
        }
    ],
    "reasons": [
        _MOVED_UP,
        {
            "rule": "W6",
            "clause": "—",
            "sentence": "Without an outcome by then it moves up to W3 by itself.",
        },
    ],
}
