"""Disputes over HTTP: who opens one when, who says what at each rung, and what the report becomes (D1 to D8)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from clock import Clock
from db.queries.invariants import violations
from db.tables.deadlines import Deadline
from db.tables.disputes import DisputeStep
from db.tables.notices import Notice
from db.tables.trail import TrailEntry
from rules.named_days import NamedDay
from rules.working_days import WorkingDayCalendar
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.disputes_under_way import POLICY, WHY, DisputeUnderWay, appoint_judges, issued_below_good
from tests.integrations.pretend_provider import PretendProvider, pretend_provider
from tests.small_council import SmallCouncil
from usecases.dispute_sweep import walk_disputes
from usecases.lengthenings import lengthen_clocks
from usecases.sweep import sweep_due
from usecases.work import Work

ISSUED, TENTH_DAY = date(2026, 10, 28), date(2026, 11, 11)


@pytest.fixture(scope="module")
def provider() -> Iterator[PretendProvider]:
    with pretend_provider() as provider:
        yield provider


@pytest.fixture
def audit(provider: PretendProvider, tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with audit_under_way(provider, tmp_path, sessions) as audit:
        issued_below_good(audit, "inadequate", ISSUED)
        yield audit


@pytest.fixture
def dispute(audit: AuditUnderWay) -> DisputeUnderWay:
    return appoint_judges(audit)


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
def test_each_version_is_disputed_once_and_never_by_a_stranger(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    for name in ("auditor", "audit_team", "audit_manager", "director"):
        assert dispute.raised(name).status_code in (403, 404, 409)
    assert dispute.raised("head").json()["rule"] == "D7"  # the team manager's place is taken by the team manager
    assert dispute.raised("manager").status_code == 201
    again = dispute.raised("practitioner")
    assert (again.status_code, again.json()["rule"]) == (409, "D7")
    assert "each version is disputed once" in again.json()["detail"]


@pytest.mark.proves("D1")
def test_a_part_that_there_is_not_and_one_without_evidence_are_refused(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    assert "is no part of this audit" in dispute.raised("practitioner", "the_weather").json()["detail"]
    body = {"audit_id": dispute.audit.audit_id, "grounds": [{**WHY, "part": "findings", "evidence": " "}]}
    refused = dispute.audit.client.post("/v1/disputes", json=body, headers=dispute.audit.who("practitioner"))
    assert refused.status_code in (409, 422)


@pytest.mark.proves("D1", "D2", "D8")
def test_steps_are_taken_in_order_by_whom_the_rung_names(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    early = dispute.says("manager", "resolved", summary="Good after all.", overall_grade="good")
    assert (early.status_code, early.json()["rule"]) == (409, "D1")
    assert "possible is: meeting_held" in early.json()["detail"]
    assert "is for the team manager to say" in dispute.says("practitioner", "meeting_held").json()["detail"]
    assert dispute.says("auditor", "meeting_held").status_code == 403

    dispute.audit.day(date(2026, 11, 6))
    met = dispute.said("manager", "meeting_held", on="2026-11-05")
    assert (met["rung"], met["due_on"]) == ("D2", "2026-11-09")
    without = dispute.says("manager", "resolved")
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "/summary")
    outside = dispute.says("manager", "resolved", summary="Fine.", overall_grade="splendid")
    assert (outside.status_code, outside.json()["errors"][0]["pointer"]) == (422, "/overall_grade")
    stale = dispute.post("manager", "/steps", {"event": "unresolved", "summary": "No."}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    assert dispute.row().rung == "D2"


@pytest.mark.proves("D3", "D4", "D7", "ladders.disputes_never_judged_by")
def test_a_formal_rung_is_never_judged_by_whoever_audited_or_manages(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D4")
    for name in ("manager", "practitioner", "head"):
        refused = dispute.says(name, "resolved", summary="As I said.")
        assert (refused.status_code, refused.json()["rule"]) == (409, "D4"), name
        assert "is for the audit manager or the principal social worker to say" in refused.json()["detail"]
    answered = dispute.said("psw", "unresolved", summary="The criteria can be read two ways.")
    assert (answered["awaits"], answered["owed_by"]) == ("referral", ["principal_social_worker"])


@pytest.mark.proves("D7", "ladders.disputes_never_judged_by")
def test_a_judge_who_manages_the_practitioner_steps_back_for_the_deputy(dispute: DisputeUnderWay) -> None:
    with dispute.audit.sessions.begin() as session:
        SmallCouncil(session).post("PSW", "team_manager", team="CART")
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D3")
    refused = dispute.says("psw", "course_agreed", summary="I know this team.")
    assert refused.status_code == 409
    assert dispute.said("audit_manager", "course_agreed", summary="I read it.")["rung"] == "D4"


@pytest.mark.proves("D7", "D3", "L13")
def test_an_audit_manager_who_manages_the_practitioner_judges_nothing_and_is_not_reminded(
    dispute: DisputeUnderWay,
) -> None:
    with dispute.audit.sessions.begin() as session:
        SmallCouncil(session).post("AUDIT_MANAGER", "team_manager", team="CART")
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D3")
    refused = dispute.says("audit_manager", "course_agreed", summary="I know this team well.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    assert "never judges the dispute" in refused.json()["detail"]
    with dispute.audit.sessions() as session:
        manager = SmallCouncil(session).person_id("AUDIT_MANAGER")
        clocks = session.scalars(select(Deadline).where(Deadline.dispute_id == dispute.id, Deadline.state == "running"))
        assert manager not in {clock.owed_by_id for clock in clocks}
    dispute.audit.day(date(2026, 11, 6))  # a working day before D3 is due
    sweep_due(dispute.means())
    with dispute.audit.sessions() as session:
        reminded = session.scalars(select(Notice).where(Notice.event == "reminder", Notice.recipient_id == manager))
        assert [notice for notice in reminded if notice.content["rule"] == "D3"] == []
        assert session.scalars(select(Notice).where(Notice.event == "reminder")).all()
    assert dispute.said("psw", "course_agreed", summary="I read it.")["rung"] == "D4"


@pytest.mark.proves("D7", "A2")
def test_whoever_audited_says_nothing_of_it_whatever_post_they_hold(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    body = {"event": "meeting_held"}
    headers = {**dispute.audit.who("auditor", "audit_manager"), "If-Match": f'"{dispute.row().version}"'}
    refused = dispute.audit.client.post(f"/v1/disputes/{dispute.id}/steps", json=body, headers=headers)
    assert (refused.status_code, refused.json()["rule"]) == (409, "A2")


@pytest.mark.proves("D7")
def test_those_of_the_next_rung_hear_that_a_time_ran_out(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D2")
    assert "principal_social_worker" not in dispute.told()
    dispute.sweep(date(2026, 11, 5))  # the two working days of D2 are over
    assert dispute.told() >= {"audit_manager", "principal_social_worker", "team_manager"}


@pytest.mark.proves("D7")
def test_the_database_itself_refuses_a_second_one_and_a_change_of_what_happened(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    again = """INSERT INTO disputes (reference, audit_id, report_version, raised_by_id, raised_as, raised_on,
            edition_id, state, rung, ended_on)
        SELECT 'again', audit_id, report_version, raised_by_id, raised_as, raised_on, edition_id, 'lapsed', rung,
            raised_on FROM disputes"""
    with dispute.audit.sessions() as session:
        for harm, guard in (
            (again, "uq_disputes_one_a_version"),
            ("UPDATE dispute_steps SET happened_on = '2026-01-01'", "dispute_steps is a record"),
            ("DELETE FROM disputes", "disputes is a record"),
            ("UPDATE dispute_ground_texts SET text = 'Else.'", "dispute_ground_texts is a record"),
        ):
            with pytest.raises(IntegrityError, match=guard), session.begin_nested():
                session.execute(text(harm))


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
def test_what_nobody_takes_further_lapses_and_the_grade_stands(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D2")
    dispute.said("manager", "unresolved", summary="We see it differently.")
    assert dispute.row().due_on == date(2026, 11, 9)
    dispute.sweep(date(2026, 11, 9))
    assert dispute.row().state == "open"
    dispute.sweep(date(2026, 11, 10))
    dispute.sweep(date(2026, 11, 11))

    assert (dispute.row().state, dispute.row().ended_on) == ("lapsed", date(2026, 11, 10))
    assert dispute.audit.row().overall_grade == "inadequate"
    late = dispute.says("manager", "referred")
    assert (late.status_code, late.json()["rule"]) == (409, "D8")
    with dispute.audit.sessions() as session:
        said = session.scalars(select(DisputeStep).where(DisputeStep.event == "lapsed")).all()
        clocks = session.scalars(select(Deadline).where(Deadline.dispute_id == dispute.id)).all()
        assert (len(said), said[0].by_clock) == (1, True)
        assert {clock.state for clock in clocks} <= {"met", "withdrawn"}
        assert violations(session) == []


@pytest.mark.proves("D7")
def test_a_stage_whose_time_runs_out_stays_and_the_next_rung_is_told_once(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    assert "said 1 things" in dispute.sweep(date(2026, 11, 10))
    assert "Looked at 0" in dispute.sweep(date(2026, 11, 12))
    row = dispute.row()
    assert (row.state, row.rung) == ("open", "D1")
    moves = dispute.get("practitioner", "/allowed-moves").json()["moves"]
    assert [it["event"] for it in moves if it["is_allowed"]] == ["referred", "withdrawn"]
    assert dispute.said("practitioner", "referred")["rung"] == "D3"


@pytest.mark.proves("D1", "P3", "calendar.proclaimed_days")
def test_a_day_off_proclaimed_meanwhile_lengthens_its_clock_and_what_the_clock_says(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    calendar = replace(POLICY.calendar, proclaimed_days=(NamedDay(date(2026, 11, 5), "A day of joy"),))
    means = replace(
        dispute.means(),
        policy=replace(POLICY, calendar=calendar),
        calendar=WorkingDayCalendar.of_policy(calendar),
    )
    with dispute.audit.sessions.begin() as session:
        lengthen_clocks(Work(session, means.clock.now(), means.calendar, means.policy, "scheduler"))
    assert dispute.row().due_on == date(2026, 11, 10)
    for on, said in ((date(2026, 11, 10), "Looked at 0"), (date(2026, 11, 11), "said 1 things")):
        assert said in walk_disputes(replace(means, clock=Clock.set_to(on)))
    with dispute.audit.sessions() as session:
        assert violations(session) == []


def test_the_same_request_sent_twice_opens_one_dispute(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    body = {"audit_id": dispute.audit.audit_id, "grounds": [{"part": "findings", **WHY}]}
    headers = {**dispute.audit.who("practitioner"), "Idempotency-Key": "once"}
    both = [dispute.audit.client.post("/v1/disputes", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in both] == [201, 201]
    assert both[0].json()["id"] == both[1].json()["id"]


@pytest.mark.proves("D8")
def test_whoever_raised_it_withdraws_it_and_nobody_else(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    assert dispute.says("manager", "withdrawn").status_code == 409
    assert dispute.said("practitioner", "withdrawn")["state"] == "withdrawn"
    assert dispute.says("practitioner", "withdrawn").status_code == 409
    assert dispute.raised().json()["rule"] == "D7"  # that version was disputed


@pytest.mark.proves("D3")
def test_an_independent_review_is_a_record_of_its_own(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    with dispute.audit.sessions() as session:
        independent, manager = (str(SmallCouncil(session).person_id(name)) for name in ("DIRECTOR", "MANAGER"))
    early = dispute.post("manager", "/reviews", {"reviewer_id": independent, "brief": "Look."})
    assert (early.status_code, early.json()["rule"]) == (409, "D3")
    dispute.taken_to("D3")
    assert dispute.post("psw", "/reviews", {"reviewer_id": manager, "brief": "Look."}).status_code == 422
    asked = dispute.post("psw", "/reviews", {"reviewer_id": independent, "brief": "Look."})
    assert asked.status_code == 200, asked.text
    path = f"/reviews/{asked.json()['id']}/findings"
    assert dispute.post("psw", path, {"findings": "It is on record."}).json()["findings"] == "It is on record."
    assert dispute.post("psw", path, {"findings": "Or not."}).status_code == 409
    told = {it["what"] for it in dispute.get("practitioner", "/timeline").json()["entries"]}
    assert {"independent_review_asked", "independent_review_reported", "dispute_opened"} <= told


@pytest.mark.proves("C4", "C3")
def test_a_dispute_is_read_by_those_concerned_and_the_trail_has_no_text_of_it(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    assert [dispute.get(name).status_code for name in ("practitioner", "auditor", "manager", "audit_team", "psw")] == [
        200
    ] * 5
    assert dispute.audit.client.get("/v1/disputes", headers=dispute.audit.who("manager")).json()["items"]
    with dispute.audit.sessions() as session:
        entries = session.scalars(select(TrailEntry).where(TrailEntry.subject_kind == "dispute")).all()
        assert {entry.action for entry in entries} >= {"dispute_opened", "dispute_read"}
        assert all("visit" not in str(entry.details) for entry in entries)


@pytest.mark.proves("S7", "D7")
def test_while_it_is_open_the_audit_says_so_and_is_not_closed(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    closing = dispute.audit.post("audit_team", "/close", {"reason": "case_closed"})
    assert (closing.status_code, closing.json()["rule"]) == (409, "D7")
    lines = dispute.audit.get("practitioner", "/timeline").json()["entries"]
    assert [it["what"] for it in lines if it["kind"] == "dispute"] == ["dispute_opened"]
    assert any("its re-audit waits" in it["sentence"] for it in lines)
    assert dispute.audit.get("practitioner").json()["is_disputed"] is True
