"""The moves of an audit over HTTP: who may, when, with what, and what comes of it (L1 to L15, R1)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from tests.audits_under_way import AuditUnderWay


def steps(audit: AuditUnderWay, who: str = "auditor") -> list[str]:
    return [it["what"] for it in audit.get(who, "/timeline").json()["entries"] if it["kind"] == "step"]


def allowed(audit: AuditUnderWay, who: str) -> set[str]:
    return {it["event"] for it in audit.get(who, "/allowed-moves").json()["moves"] if it["is_allowed"]}


@pytest.mark.proves("L1")
def test_a_meeting_is_arranged_and_moved_and_the_timeline_says_both(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 10, 2))
    arranged = audit.moved("auditor", "/meeting", {"meets_on": "2026-10-12", "meets_at": "10:30"})
    moved = audit.moved("auditor", "/meeting", {"meets_on": "2026-10-13"})

    assert [it["state"] for it in (arranged, moved)] == ["under_way", "under_way"]
    assert steps(audit, "practitioner") == ["meeting_arranged", "meeting_moved"]
    told = audit.get("practitioner", "/timeline").json()["entries"]
    assert all(it["sentence"] and it["rule"] and it["clause"] for it in told)
    due = {it["what"]: it["on"] for it in told if it["kind"] == "clock"}
    assert due["programme.report_due_before_close"] == "2026-10-29"


@pytest.mark.proves("L1")
def test_a_meeting_moved_to_the_day_and_hour_that_it_has_tells_nobody_anything(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 10, 2))
    audit.moved("auditor", "/meeting", {"meets_on": "2026-10-12", "meets_at": "10:30"})
    refused = audit.post("auditor", "/meeting", {"meets_on": "2026-10-12", "meets_at": "10:30"})

    assert (refused.status_code, refused.json()["rule"]) == (409, "L1")
    assert "Monday 12 October 2026 at 10:30 already: nothing would change" in refused.json()["detail"]
    assert steps(audit) == ["meeting_arranged"]


@pytest.mark.proves("L1")
def test_a_meeting_is_not_planned_for_a_day_that_is_past(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 10, 9))
    refused = audit.post("auditor", "/meeting", {"meets_on": "2026-10-08"})

    assert (refused.status_code, refused.json()["rule"]) == (409, "L1")
    assert "Thursday 8 October 2026, which is past" in refused.json()["detail"]
    assert steps(audit) == []


@pytest.mark.proves("L1", "C4")
@pytest.mark.parametrize(
    ("name", "http"), [("practitioner", 403), ("manager", 403), ("head", 403), ("audit_team", 403)]
)
def test_nobody_but_its_auditor_conducts_an_audit(audit: AuditUnderWay, name: str, http: int) -> None:
    for path, body in (("/meeting", {"meets_on": "2026-10-12"}), ("/submissions", None), ("/issue", None)):
        assert audit.post(name, path, body).status_code == http


OUT_OF_ORDER: list[tuple[str, str, Any]] = [
    ("auditor", "/submissions", None),
    ("auditor", "/issue", None),
    ("auditor", "/reflective-discussion", {"held_on": "2026-10-01"}),
    ("audit_team", "/quality-checks", {"outcome": "accepted"}),
    ("manager", "/findings-discussion", {"held_on": "2026-10-01"}),
    ("head", "/findings-confirmation", {}),
    ("audit_team", "/case-note-checks", {"is_there": True}),
    ("practitioner", "/acknowledgement", None),
    ("practitioner", "/comments", {"text": "I was not asked."}),
    ("audit_manager", "/corrections", {"reason": "Mistyped.", "overall_grade": "good"}),
    ("audit_manager", "/further-re-audit", {"decision": "waived", "reason": "Put right."}),
    ("auditor", "/further-re-audit/advice", {"reason": "Put right."}),
    ("audit_team", "/re-audit-case", {"case_reference": "REV-P1-2"}),
    ("audit_team", "/close", {}),
]


@pytest.mark.proves("L2", "L5", "L6", "L7", "L10", "L11", "L14", "L15", "R1", "R2", "S7")
def test_moves_out_of_order_are_refused_with_the_rule_and_nothing_is_kept(audit: AuditUnderWay) -> None:
    for name, path, body in OUT_OF_ORDER:
        refused = audit.post(name, path, body)
        told = refused.json()
        assert (path, refused.status_code, told["code"]) == (path, 409, "not_allowed_now"), told
        assert told["errors"][0]["sentence"] in told["detail"]
        assert told["errors"][0]["rule"]
        assert told["detail"].startswith("PA-2026-")
    assert steps(audit) == []
    assert audit.row().version == 1


def test_what_can_be_done_now_is_said_to_each_by_what_they_are(audit: AuditUnderWay) -> None:
    assert allowed(audit, "auditor") == {"meeting_arranged", "draft_begun", "feedback_given"}
    for name in ("practitioner", "manager", "head"):
        assert allowed(audit, name) == set()
    assert allowed(audit, "audit_manager") == {"audit_withdrawn"}
    by_all = {"meeting_arranged", "draft_begun", "feedback_given", "audit_withdrawn"}
    assert allowed(audit, "administrator") == by_all
    moves = {it["event"]: it for it in audit.get("auditor", "/allowed-moves").json()["moves"]}
    assert moves["report_accepted"]["reasons"][0]["rule"] == "A2"
    assert moves["meeting_arranged"]["request"] == f"POST /v1/audits/{audit.audit_id}/meeting"
    assert moves["meeting_arranged"]["needs"] == ["the day of the meeting, today or later"]


def test_a_move_needs_the_version_that_was_read_and_says_what_changed(audit: AuditUnderWay) -> None:
    body = {"meets_on": "2026-10-12"}
    path = f"/v1/audits/{audit.audit_id}/meeting"
    assert audit.client.post(path, json=body, headers=audit.who("auditor")).status_code == 428
    audit.moved("auditor", "/meeting", body)
    late = audit.post("auditor", "/meeting", {"meets_on": "2026-10-14"}, **{"If-Match": '"1"'})

    assert (late.status_code, late.json()["code"]) == (412, "stale")
    assert "it is under way by now, at version 2" in late.json()["detail"]


def test_the_same_move_under_its_key_has_one_effect(audit: AuditUnderWay) -> None:
    asked = {"If-Match": '"1"', "Idempotency-Key": "meeting-of-monday"}
    body = {"meets_on": "2026-10-12"}
    with ThreadPoolExecutor(4) as senders:
        at_once = [*senders.map(lambda _: audit.post("auditor", "/meeting", body, **asked), range(4))]
    later = audit.post("auditor", "/meeting", body, **asked)
    another = audit.post("auditor", "/meeting", {"meets_on": "2026-10-14"}, **asked)

    assert [answer.status_code for answer in (*at_once, later)] == [200] * 5
    assert len({answer.content for answer in (*at_once, later)}) == 1
    assert (another.status_code, another.json()["code"]) == (422, "idempotency_key_used_otherwise")
    assert steps(audit) == ["meeting_arranged"]


def test_a_body_that_says_what_cannot_be_is_refused_with_its_place(audit: AuditUnderWay) -> None:
    wrong: list[tuple[str, str, Any, str]] = [
        ("auditor", "/reflective-discussion", {}, "held_on"),
        ("auditor", "/reflective-discussion", {"not_held_because": " \n "}, "says nothing"),
        ("auditor", "/reflective-discussion", {"not_held_because": "Away\x00."}, "control character"),
        ("auditor", "/meeting", {"meets_on": "12/10/2026"}, "2026-04-02"),
        ("auditor", "/meeting", {"meets_on": "9999-12-31"}, '"/meets_on"'),
        ("auditor", "/meeting", {"meets_on": "2026-10-12", "meets_at": "25:00"}, "a time such as 10:30"),
        ("auditor", "/meeting", {"meets_on": "2026-10-12", "meets_at": 36000}, "a time such as 10:30"),
        ("auditor", "/meeting", {"meets_on": "2026-10-12", "meets_at": "10:30Z"}, "without a zone"),
        ("audit_team", "/quality-checks", {"outcome": "perhaps"}, "returned"),
        ("practitioner", "/comments", {"text": "x" * 20_001}, "20000"),
        ("audit_manager", "/corrections", {"overall_grade": "good"}, "reason"),
    ]
    for name, path, body, word in wrong:
        refused = audit.post(name, path, body)
        assert (path, refused.status_code) == (path, 422), refused.text
        assert word in refused.text
    assert audit.row().version == 1
