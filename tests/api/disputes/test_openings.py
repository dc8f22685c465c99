"""Opening a dispute over HTTP: by whom, until when, about what (D1, D7)."""

from dataclasses import replace
from datetime import date

import pytest

from db.queries.invariants import violations
from tests.disputes_under_way import POLICY, WHY, DisputeUnderWay

TENTH_DAY = date(2026, 11, 11)


@pytest.mark.proves("D1", "D7", "ladders.disputes_opened_by", "ladders.disputes_opened_within")
def test_the_practitioner_opens_one_with_reasons_and_evidence_and_its_first_clock_runs(
    dispute: DisputeUnderWay,
) -> None:
    dispute.audit.day(TENTH_DAY)
    opened = dispute.raised("practitioner", "overall_grade", "findings")

    assert opened.status_code == 201, opened.text
    told = opened.json()
    assert (told["state"], told["rung"], told["due_on"], told["raised_as"]) == (
        *("open", "D1", "2026-11-18"),
        "practitioner",
    )
    assert [one["part"] for one in told["grounds"]] == ["findings", "overall_grade"]
    mine = dispute.audit.client.get("/v1/me", headers=dispute.audit.who("manager")).json()["deadlines"]
    assert [it["rule"] for it in mine if it["dispute_id"] == dispute.id] == ["D1"]
    assert dispute.told() >= {"practitioner", "auditor", "team_manager", "audit_team"}
    with dispute.audit.sessions() as session:
        assert violations(session) == []


@pytest.mark.proves("D7", "ladders.late_disputes_need_consent_of")
def test_after_ten_working_days_it_needs_the_audit_managers_consent(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 12))
    late = dispute.raised()
    assert (late.status_code, late.json()["rule"]) == (409, "D7")
    assert "needs the consent of the audit manager" in late.json()["detail"]

    body = {"audit_id": dispute.audit.audit_id, "reason": "They were away until yesterday."}
    path, client = "/v1/disputes/consents", dispute.audit.client
    for name in ("practitioner", "manager", "auditor"):
        assert client.post(path, json=body, headers=dispute.audit.who(name)).status_code == 403
    given = client.post(path, json=body, headers=dispute.audit.who("audit_manager"))
    assert given.status_code == 200, given.text
    assert dispute.raised().status_code == 201


@pytest.mark.proves("D7")
def test_each_version_is_disputed_once(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    assert dispute.raised("manager").status_code == 201
    again = dispute.raised("practitioner")
    assert (again.status_code, again.json()["rule"]) == (409, "D7")
    reference = f"{dispute.audit.row().reference}-dispute-1"
    assert again.json()["detail"] == (
        f"The dispute {reference} about this report is open: what there is to say is said there."
    )
    dispute.said("manager", "withdrawn")
    after = dispute.raised("practitioner")
    assert (after.status_code, after.json()["rule"]) == (409, "D7")
    assert after.json()["detail"] == (
        f"The dispute {reference} about this version is withdrawn: each version is disputed once."
    )


@pytest.mark.proves("D7", "ladders.disputes_opened_by")
def test_neither_practitioner_nor_team_manager_opens_none_whatever_they_are(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    said = "A dispute is opened by the practitioner or team manager of the audit, and nobody else."
    for name in ("auditor", "audit_team", "audit_manager", "director", "psw", "ad", "head"):
        refused = dispute.raised(name)
        assert (refused.status_code, refused.json()["rule"], refused.json()["detail"]) == (409, "D7", said), name


@pytest.mark.proves("D6", "D7")
def test_after_the_last_word_no_other_is_opened_about_the_audit(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D6")
    dispute.said("divisional", "resolved", summary="It is good.", overall_grade="good")
    for name in ("practitioner", "manager"):
        refused = dispute.raised(name)
        assert (refused.status_code, refused.json()["rule"]) == (409, "D6")
        assert "was decided for good: no other follows about this audit" in refused.json()["detail"]


@pytest.mark.proves("D6", "D7", "P3")
def test_the_last_word_of_an_older_edition_is_the_last_word_where_another_has_another_last_stage(
    dispute: DisputeUnderWay,
) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D6")
    dispute.said("divisional", "resolved", summary="It is good.", overall_grade="good")
    ladders, edition = POLICY.ladders, replace(POLICY.edition, id="the_next_one")
    shorter = replace(ladders, dispute=replace(ladders.dispute, rungs=ladders.dispute.rungs[:-1]))
    dispute.in_force(replace(POLICY, edition=edition, ladders=shorter))
    refused = dispute.raised("manager")
    assert refused.status_code == 409, refused.text
    assert "was decided for good: no other follows about this audit" in refused.json()["detail"]


@pytest.mark.proves("D7")
def test_an_outcome_that_changed_nothing_is_not_disputed_again_and_one_that_did_may_be(
    dispute: DisputeUnderWay,
) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D2")
    dispute.said("manager", "resolved", summary="It stands: we agreed why.")
    refused = dispute.raised("practitioner")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    assert "which changed no grade of it: what was disputed is not disputed again" in refused.json()["detail"]


@pytest.mark.proves("D7")
def test_of_two_disputes_that_ended_on_one_day_the_one_that_changed_nothing_is_named(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    for who, more in (("practitioner", {"overall_grade": "good"}), ("manager", {})):
        dispute.raised(who)
        dispute.taken_to("D3")
        dispute.said("psw", "course_agreed", summary="We read it again.")
        dispute.said("psw", "resolved", summary="So it is.", **more)
    refused = dispute.raised("practitioner")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    assert "-dispute-2, which changed no grade of it" in refused.json()["detail"]


@pytest.mark.proves("D7")
def test_a_report_that_a_dispute_changed_may_be_disputed_by_the_other_side(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D2")
    dispute.said("manager", "resolved", summary="We saw it anew.", overall_grade="good")
    opened = dispute.raised("manager")
    assert (opened.status_code, opened.json()["reference"][-10:]) == (201, "-dispute-2")


# What is disputed; more of the request; the place that is told, and words of its sentence.
WRONG: list[tuple[list[str], dict[str, int], str, str]] = [
    (["the_weather"], {}, "/grounds/0/part", "'the_weather' is no part of this audit: name one of overall_grade,"),
    ([], {}, "/grounds", "name a domain, the findings or the overall grade"),
    (["findings", "findings"], {}, "/grounds/1/part", "findings stands twice: put all about it into one"),
    (["findings"], {"report_version": 1}, "/report_version", "report_version is 1: the newest is 2"),
    (["findings"], {"report_version": 99}, "/report_version", "it alone is disputed. Leave it out."),
]


@pytest.mark.proves("D1", "D7")
def test_what_cannot_be_disputed_is_told_by_its_place_with_the_way_out(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    for parts, more, pointer, words in WRONG:
        refused = dispute.raises("practitioner", [{"part": part, **WHY} for part in parts], **more)
        assert refused.status_code == 422, refused.text
        (error,) = refused.json()["errors"]
        assert (error["pointer"], words in error["sentence"]) == (pointer, True), error


@pytest.mark.proves("D1")
@pytest.mark.parametrize("lacking", ["reasons", "evidence"])
def test_each_part_comes_with_reasons_and_evidence(dispute: DisputeUnderWay, lacking: str) -> None:
    dispute.audit.day(date(2026, 11, 2))
    refused = dispute.raises("practitioner", [{**WHY, "part": "findings", lacking: " "}])
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/grounds/0/{lacking}")


def test_the_same_request_sent_twice_opens_one_dispute(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    body = {"audit_id": dispute.audit.audit_id, "grounds": [{"part": "findings", **WHY}]}
    headers = {**dispute.audit.who("practitioner"), "Idempotency-Key": "once"}
    both = [dispute.audit.client.post("/v1/disputes", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in both] == [201, 201]
    assert both[0].json()["id"] == both[1].json()["id"]


@pytest.mark.proves("S7", "D7")
def test_while_it_is_open_the_audit_says_so_and_is_not_closed(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    closing = dispute.audit.post("audit_team", "/close", {"reason": "case_closed"})
    assert (closing.status_code, closing.json()["rule"]) == (409, "D7")
    lines = dispute.audit.get("practitioner", "/timeline").json()["entries"]
    running = {it["rule"] for it in lines if it["kind"] == "clock" and it["state"] == "running"}
    assert {"L10", "D1"} <= running, "the discussion of the findings goes on beside it"
    assert [it["what"] for it in lines if it["kind"] == "dispute"] == ["dispute_opened"]
    assert any("its re-audit waits" in it["sentence"] for it in lines)
    assert dispute.audit.get("practitioner").json()["is_disputed"] is True


@pytest.mark.proves("D7")
def test_whoever_reads_the_report_while_it_is_disputed_reads_that_it_is(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    said = "Disputed: a dispute about it is open since 2 November 2026, so its grades may still change."
    for path, is_said in (("/report.html", True), ("/report.html?version=1", False)):
        assert (said in dispute.audit.get("audit_team", path).text) is is_said, path
    dispute.said("practitioner", "withdrawn")
    assert said not in dispute.audit.get("audit_team", "/report.html").text
