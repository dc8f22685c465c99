"""A dispute stays as it was decided, whatever days off and edition come into force afterwards (D1 to D8, P3)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from db.queries.invariants import violations
from rules.ladders import ladder_named
from rules.lengths import WorkingDays
from rules.named_days import NamedDay
from tests.disputes_under_way import POLICY, DisputeUnderWay

OPENED = date(2026, 11, 2)


def as_told(dispute: DisputeUnderWay) -> tuple[Any, Any]:
    """The dispute and its timeline as the audit team reads them."""
    answers = [dispute.get("audit_team", path) for path in ("", "/timeline")]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    return answers[0].json(), answers[1].json()


def referred_after_its_time_ran_out(dispute: DisputeUnderWay) -> None:
    """D1 was due on Monday 9 November; the practitioner takes it further the day after."""
    dispute.audit.day(OPENED)
    dispute.raised()
    dispute.sweep(date(2026, 11, 10))
    assert dispute.said("practitioner", "referred")["due_on"] == "2026-11-17"


@pytest.mark.proves("D7", "D8", "P3", "calendar.proclaimed_days")
def test_one_that_ended_keeps_its_days_when_days_within_it_become_days_off(dispute: DisputeUnderWay) -> None:
    referred_after_its_time_ran_out(dispute)
    dispute.said("psw", "course_agreed", summary="We read it again.")
    dispute.said("psw", "unresolved", summary="The criteria can be read two ways.")
    dispute.sweep(date(2026, 11, 18))
    assert dispute.row().state == "lapsed"
    before = as_told(dispute)

    dispute.audit.day(date(2026, 12, 1))
    dispute.proclaimed(date(2026, 11, 5), date(2026, 11, 12))
    dispute.sweep(date(2026, 12, 1))

    assert as_told(dispute) == before
    with dispute.audit.sessions() as session:
        assert violations(session) == []


@pytest.mark.proves("D7", "P3", "calendar.proclaimed_days")
def test_a_day_off_in_a_stage_that_is_over_moves_nothing_and_one_in_its_stage_lengthens_that(
    dispute: DisputeUnderWay,
) -> None:
    referred_after_its_time_ran_out(dispute)
    dispute.proclaimed(date(2026, 11, 5))
    assert (dispute.row().due_on, as_told(dispute)[0]["due_on"]) == (date(2026, 11, 17), "2026-11-17")

    dispute.proclaimed(date(2026, 11, 5), date(2026, 11, 13))
    told, timeline = as_told(dispute)
    assert (dispute.row().due_on, told["due_on"]) == (date(2026, 11, 18), "2026-11-18")
    assert "Lengthened from Tuesday 17 November 2026 by A day of joy: by Wednesday 18" in " ".join(
        reason["sentence"] for reason in told["reasons"]
    )
    first = next(line for line in timeline["entries"] if line["kind"] == "clock" and line["rule"] == "D1")
    assert (first["on"], first["state"]) == ("2026-11-09", "withdrawn")
    dispute.sweep(date(2026, 11, 18))
    assert not as_told(dispute)[0]["is_overdue"]
    dispute.sweep(date(2026, 11, 19))
    assert as_told(dispute)[0]["is_overdue"]
    assert dispute.said("audit_manager", "course_agreed", summary="We read it.")["rung"] == "D4"
    with dispute.audit.sessions() as session:
        assert violations(session) == []


@pytest.mark.proves("D7")
def test_a_length_that_the_policy_changes_holds_for_stages_still_to_come_alone(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(OPENED)
    dispute.raised()
    ladder = ladder_named("dispute", POLICY)
    longer = replace(ladder, rungs=tuple(replace(rung, within=WorkingDays(8)) for rung in ladder.rungs))
    dispute.in_force(replace(POLICY, ladders=replace(POLICY.ladders, dispute=longer)))
    assert as_told(dispute)[0]["due_on"] == "2026-11-09"
    assert dispute.said("manager", "meeting_held")["due_on"] == "2026-11-12"  # eight working days from then


@pytest.mark.proves("D7", "P3", "calendar.closure_days")
def test_a_new_stage_counts_the_days_off_of_the_edition_under_which_it_was_opened(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(OPENED)
    dispute.raised()
    closed = replace(POLICY.calendar, closure_days=(NamedDay(date(2026, 11, 11), "Another council's closure"),))
    dispute.in_force(replace(POLICY, edition=replace(POLICY.edition, id="waltham_forest_2027"), calendar=closed))

    dispute.sweep(date(2026, 11, 10))

    assert dispute.said("practitioner", "referred")["due_on"] == "2026-11-17"


@pytest.mark.proves("D7")
def test_one_is_taken_further_by_the_edition_under_which_it_was_opened(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(OPENED)
    dispute.raised()
    later = replace(POLICY, edition=replace(POLICY.edition, id="waltham_forest_2027"))
    dispute.in_force(replace(later, ladders=replace(later.ladders, dispute=later.ladders.safety_alert)))
    assert dispute.said("manager", "meeting_held")["rung"] == "D2"

    with dispute.audit.sessions.begin() as session:  # whose edition was taken away since
        session.execute(text("UPDATE disputes SET edition_id = 'waltham_forest_1999'"))
    refused = dispute.says("manager", "unresolved", summary="No.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    assert "opened under the edition 'waltham_forest_1999', which is not installed here" in refused.json()["detail"]
    dispute.sweep(date(2026, 11, 12))
    tasks = dispute.audit.client.get("/v1/tasks", headers=dispute.audit.who("audit_team")).json()["items"]
    assert [task["kind"] for task in tasks if task["kind"] == "dispute_clock_untold"] == ["dispute_clock_untold"]
