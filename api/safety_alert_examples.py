"""Safety alerts by example, for the OpenAPI document."""

from typing import Any

_SAYS = (
    "This tells the team manager and the audit team. It takes the place neither of the emergency services (999) nor of "
    "a statutory safeguarding concern: do those first where they are needed."
)
_RAISED = {"rule": "W1", "clause": "App B", "sentence": "Alert raised on Thursday 1 October 2026."}
LISTED: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000031",
    "reference": "SA-2026-0007",
    "case_reference": "P-1001",
    "audit": "PA-2026-0412",
    "team": "CART",
    "raised_by": "person 990402",
    "raised_at": "2026-10-01T21:40:00Z",
    "is_concerned": True,
    "state": "open",
    "rung": "W1",
    "due_on": "2026-10-02",
    "version": 1,
    "ended_on": None,
}
ALERT: dict[str, Any] = {
    **LISTED,
    "audit_id": "0199c0de-7a11-7000-8000-000000000003",
    "concern": "She says that her son locks her in.",
    "where": None,
    "stage": "stage 1",
    "owed_by": ["team_manager"],
    "is_overdue": False,
    "is_told_to_nobody": False,
    "says": _SAYS,
    "reasons": [
        _RAISED,
        {
            "rule": "W6",
            "clause": "—",
            "sentence": "Without an outcome by then it moves up to W2 by itself.",
        },
    ],
}
RAISED: dict[str, Any] = {
    **ALERT,
    "acknowledgement": {"due_on": "2026-10-01", "passes_at": "2026-10-02T00:00:00+01:00"},
    "outcome": {"due_on": "2026-10-02", "passes_at": "2026-10-03T00:00:00+01:00"},
    "flags": [],
    "shortfalls": [],
}
MOVES: dict[str, Any] = {
    "reference": "SA-2026-0007",
    "state": "open",
    "rung": "W1",
    "version": 1,
    "moves": [
        {
            "event": "resolved",
            "is_allowed": False,
            "why_not": {"rule": "W1", "clause": "App B", "sentence": '"resolved" is for the team manager to say.'},
            "needs_summary": True,
            "needs_reason": False,
            "request": "POST /v1/safety-alerts/0199c0de-7a11-7000-8000-000000000031/answers",
        }
    ],
}
TIMELINE: dict[str, Any] = {
    "reference": "SA-2026-0007",
    "state": "open",
    "entries": [
        {
            "on": "2026-10-01",
            "at": "2026-10-01T21:40:00Z",
            "kind": "step",
            "what": "alert_raised",
            "by": "person 990402",
            "state": "W1",
            "started_on": None,
            "ended_on": None,
            "ended_because": None,
            "texts": {"concern": "She says that her son locks her in."},
            **_RAISED,
        }
    ],
}
