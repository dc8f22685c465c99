"""The steps of a dispute over HTTP: in order, by whom the rung names, to each of its ends (D1 to D8)."""

from datetime import date

import pytest

from tests.disputes_under_way import DisputeUnderWay


@pytest.mark.proves("D1", "D2", "D8")
def test_steps_are_taken_in_order_by_whom_the_rung_names(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    early = dispute.says("manager", "resolved", summary="Good after all.", overall_grade="good")
    assert (early.status_code, early.json()["rule"]) == (409, "D1")
    assert 'possible is: "meeting held"' in early.json()["detail"]
    assert "is for the team manager to say" in dispute.says("practitioner", "meeting_held").json()["detail"]

    dispute.audit.day(date(2026, 11, 6))
    met = dispute.said("manager", "meeting_held", on="2026-11-05")
    assert (met["rung"], met["due_on"]) == ("D2", "2026-11-09")
    without = dispute.says("manager", "resolved")
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "/summary")
    assert without.json()["errors"][0]["sentence"] == '"resolved" needs a summary: say what came of it, and why.'
    outside = dispute.says("manager", "resolved", summary="Fine.", overall_grade="splendid")
    assert (outside.status_code, outside.json()["errors"][0]["pointer"]) == (422, "/overall_grade")
    stale = dispute.post("manager", "/steps", {"event": "unresolved", "summary": "No."}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    assert dispute.row().rung == "D2"


@pytest.mark.proves("D5", "D6", "D8")
def test_the_divisional_director_decides_exceptional_cases_alone_with_a_reason_and_is_reminded(
    dispute: DisputeUnderWay,
) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D5")
    dispute.said("ad", "unresolved", summary="We do not agree.")
    without = dispute.says("ad_qa", "referred")
    assert (without.status_code, "exceptional cases only" in without.json()["detail"]) == (409, True)
    there = dispute.said("ad_qa", "referred", reason="The criteria contradict themselves.")
    assert (there["rung"], there["due_on"], there["owed_by"]) == ("D6", None, ["divisional_director"])

    assert "said 1 things" in dispute.sweep(date(2026, 11, 9))  # five working days on
    assert "said 0 things" in dispute.sweep(date(2026, 11, 9))
    ended = dispute.said("divisional", "resolved", summary="It stands.")
    assert (ended["state"], ended["grade_after"]) == ("resolved", "inadequate")


@pytest.mark.proves("D8")
def test_whoever_raised_it_withdraws_it_and_nobody_else(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    assert dispute.says("manager", "withdrawn").status_code == 409
    assert dispute.said("practitioner", "withdrawn")["state"] == "withdrawn"
    assert dispute.says("practitioner", "withdrawn").status_code == 409
    assert dispute.raised().json()["rule"] == "D7"  # that version was disputed


@pytest.mark.proves("D1", "D2", "D7")
def test_what_cannot_be_said_names_the_field_the_rule_and_from_when_it_can(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    unknown = dispute.says("manager", "meeting")
    (problem,) = unknown.json()["errors"]
    assert (unknown.status_code, problem["pointer"], problem["value"], problem["rule"]) == (
        422,
        "/event",
        "meeting",
        "D1",
    )
    assert "say one of meeting_held, referred" in problem["sentence"]

    early = dispute.says("practitioner", "referred")
    (problem,) = early.json()["errors"]
    assert (early.status_code, problem["pointer"], problem["rule"]) == (409, "/event", "D1")
    sentence = (
        '"referred" is possible once the time of D1 has run out on Monday 9 November 2026, for the practitioner or the '
        "team manager or the audit team to say."
    )
    assert problem["sentence"] == sentence
    moves = dispute.get("practitioner", "/allowed-moves").json()["moves"]
    assert next(one for one in moves if one["event"] == "referred")["why_not"]["sentence"] == sentence
    others = dispute.says("practitioner", "meeting_held").json()["errors"]
    assert [one["pointer"] for one in others] == ["/event"]
