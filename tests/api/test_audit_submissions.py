"""What a report needs to be submitted, its check and return, and one that comes back late (L2–L6, Q1–Q3)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from rules.gradings import DomainContent
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.integrations.pretend_provider import PretendProvider


@pytest.fixture
def audit(provider: PretendProvider, tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with audit_under_way(provider, tmp_path, sessions) as audit:
        audit.day(date(2026, 10, 12))
        yield audit


def against(answer: Any) -> set[str]:
    """The rules against a move that is refused."""
    assert (answer.status_code, answer.json()["code"]) == (409, "not_allowed_now"), answer.text
    return {it["rule"] for it in answer.json()["errors"]}


def discussed(audit: AuditUnderWay, grade: str = "good") -> None:
    audit.grade(grade)
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-12"})


@pytest.mark.proves("L2")
def test_the_first_grading_is_complete_before_the_discussion_fixes_it(audit: AuditUnderWay) -> None:
    held = {"held_on": "2026-10-12"}
    assert against(audit.post("auditor", "/reflective-discussion", held)) == {"L2"}
    audit.grade("inadequate", is_anyone_unsafe=None)
    unsafe = audit.post("auditor", "/reflective-discussion", held)
    assert against(unsafe) == {"L2"}
    assert "unsafe" in unsafe.json()["detail"]
    audit.grade("inadequate")
    audit.moved("auditor", "/reflective-discussion", held)


@pytest.mark.proves("L3")
def test_a_discussion_to_come_is_not_recorded_and_one_held_yesterday_is_only_flagged(audit: AuditUnderWay) -> None:
    audit.grade("good")
    assert against(audit.post("auditor", "/reflective-discussion", {"held_on": "2026-10-13"})) == {"L3"}
    held = audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-09"})
    assert [it["rule"] for it in held["flags"]] == ["L3"]


@pytest.mark.proves("L2", "L3", "L4")
def test_a_report_is_not_submitted_while_anything_is_missing_and_each_thing_is_named(audit: AuditUnderWay) -> None:
    discussed(audit, "requires_improvement")
    assert "L3" in against(audit.post("auditor", "/submissions"))
    audit.grade("requires_improvement", after=True)
    assert against(audit.post("auditor", "/submissions")) == {"L4"}
    domain = audit.first_domain()
    audit.grade("outstanding", after=True, domains=(DomainContent(domain, "requires_improvement", "Too little."),))
    refused = audit.post("auditor", "/submissions")
    assert {"L2", "L4"} <= against(refused)
    assert len(refused.json()["errors"]) > 2


@pytest.mark.proves("L6")
def test_nobody_checks_a_report_of_their_own(audit: AuditUnderWay) -> None:
    discussed(audit)
    audit.grade("good", after=True)
    audit.moved("auditor", "/submissions")
    path = f"/v1/audits/{audit.audit_id}/quality-checks"
    for name in ("auditor", "practitioner"):
        both = {**audit.who(name, "audit_team"), "If-Match": audit.tag()}
        answer = audit.client.post(path, json={"outcome": "accepted"}, headers=both)
        assert (answer.status_code, answer.json()["rule"]) == (409, "A2")


@pytest.mark.proves("L6", "Q1")
def test_a_report_is_returned_with_points_and_a_discussion_gives_a_day_more(audit: AuditUnderWay) -> None:
    discussed(audit)
    audit.grade("good", after=True)
    audit.moved("auditor", "/submissions")
    assert against(audit.post("audit_team", "/quality-checks", {"outcome": "returned"})) == {"L6"}
    body = {"outcome": "returned", "points": ["Say who was there."], "discussion_offered": True}
    returned = audit.moved("audit_team", "/quality-checks", body)
    assert [it["due_on"] for it in returned["deadlines_started"]] == ["2026-10-16"]
    assert texts_read_by(audit, audit.who("auditor")) == texts_read_by(audit, audit.who("audit_team")) == {"points"}
    own_work = audit.who("practitioner", "audit_team", "audit_manager")
    assert texts_read_by(audit, own_work) == set(), "nobody reads of their own work what the audit team writes"


@pytest.mark.proves("L6")
@pytest.mark.parametrize("more", [{"points": ["Say who was there."]}, {"discussion_offered": True}])
@pytest.mark.parametrize("outcome", ["accepted", "not_accepted"])
def test_nothing_is_accepted_by_whoever_meant_to_return_it(
    audit: AuditUnderWay, outcome: str, more: dict[str, Any]
) -> None:
    discussed(audit)
    audit.grade("good", after=True)
    audit.moved("auditor", "/submissions")

    answer = audit.post("audit_team", "/quality-checks", {"outcome": outcome, **more})

    assert (answer.status_code, audit.row().state) == (422, "submitted")
    assert "go with a report that is returned" in answer.json()["detail"]


def texts_read_by(audit: AuditUnderWay, who: dict[str, str]) -> set[str]:
    told = audit.client.get(f"/v1/audits/{audit.audit_id}/timeline", headers=who).json()["entries"]
    return {name for entry in told for name in entry["texts"]}


@pytest.mark.proves("Q2", "Q3", "Q1")
def test_a_report_amended_too_late_was_not_accepted_first_and_is_still_taken(audit: AuditUnderWay) -> None:
    discussed(audit)
    audit.grade("good", after=True)
    audit.moved("auditor", "/submissions")
    audit.moved("audit_team", "/quality-checks", {"outcome": "returned", "points": ["Say who was there."]})
    audit.day(date(2026, 10, 19))
    amended = audit.moved("auditor", "/submissions")

    assert [it["event"] for it in amended["steps"]] == ["not_accepted", "report_amended"]
    assert [it["version"] for it in amended["steps"]] == [amended["version"] - 1, amended["version"]]
    assert amended["state"] == "submitted"
    accepted = audit.moved("audit_team", "/quality-checks", {"outcome": "accepted"})
    assert accepted["state"] == "accepted"


@pytest.mark.proves("Q2", "Q3")
def test_the_audit_team_says_of_a_lapsed_return_that_it_is_not_accepted_and_of_no_other(audit: AuditUnderWay) -> None:
    discussed(audit)
    audit.grade("good", after=True)
    audit.moved("auditor", "/submissions")
    audit.moved("audit_team", "/quality-checks", {"outcome": "returned", "points": ["Say who was there."]})
    lapsed = {"outcome": "not_accepted"}
    assert against(audit.post("audit_team", "/quality-checks", lapsed)) == {"Q2"}
    audit.day(date(2026, 10, 16))
    told = audit.moved("audit_team", "/quality-checks", lapsed)
    assert (told["state"], told["steps"][0]["event"]) == ("returned", "not_accepted")
    assert {it["due_on"] for it in told["deadlines_started"] if it["rule"] == "Q3"} == {"2026-10-29"}


@pytest.mark.proves("L2", "W7")
def test_whoever_finds_somebody_unsafe_hands_in_nothing_before_the_alert_is_raised(audit: AuditUnderWay) -> None:
    audit.grade("inadequate", is_anyone_unsafe=True)
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-12"})
    audit.grade("inadequate", after=True, is_anyone_unsafe=True)
    gradings = audit.get("auditor", "/gradings").json()
    assert gradings["safety_alert_needed"]
    refused = audit.post("auditor", "/submissions", {})
    assert any("no safety alert was raised" in it["sentence"] for it in refused.json()["errors"])

    raised = audit.client.post(
        "/v1/safety-alerts",
        json={"concern": "He is alone.", "audit_id": str(audit.audit_id)},
        headers=audit.who("auditor"),
    )

    assert raised.status_code == 201, raised.text
    gradings = audit.get("auditor", "/gradings").json()
    assert (gradings["safety_alert_needed"], gradings["safety_alerts"]) == (False, [raised.json()["reference"]])
    assert audit.get("practitioner", "/gradings").json()["safety_alerts"] == [], "the audited is not told of it"
    again = audit.post("auditor", "/submissions", {}).json().get("errors", [])
    assert not any("no safety alert was raised" in it["sentence"] for it in again)
