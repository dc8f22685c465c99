"""The clocks that each step starts, stops, and makes nobody owe any more; what is told and put on record."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules.lifecycles import AuditFacts, Event, State
from rules.policy.load import load_edition
from tests.rules.audit_lives import (
    Life,
    accepted,
    discussed,
    done,
    graded,
    issued,
    october,
    on,
    re_audit,
    returned,
    submitted,
)

NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
MEETING = "time_limits.meeting_due_before_close"
REPORT = "programme.report_due_before_close"
ISSUE = "time_limits.issue_due_before_close"
LATE_ISSUE = "time_limits.issue_after_late_acceptance"
CHECK = "time_limits.quality_check_within"
AMENDMENT = "time_limits.amendment_within"
AMENDMENT_AFTER_DISCUSSION = "time_limits.amendment_within_after_discussion"
CARRIED_OVER = "time_limits.carried_over_report_before_close"
FINDINGS = "findings_discussions.within_of_audits"
RE_AUDITS_FINDINGS = "findings_discussions.within_of_re_audits"
FOLLOW_UP = "time_limits.follow_up_within"
NOTE = "time_limits.missing_note_within"


@pytest.mark.proves("L1", "L3", "L5", "L6", "L7", "L10")
def test_one_step_after_the_other_each_clock_follows_on_the_one_before() -> None:
    life = Life(october())
    assert life.owed == {MEETING: "2026-10-29", REPORT: "2026-10-29", ISSUE: "2026-10-30"}

    life.then(Event.MEETING_ARRANGED, "10-05", on_day=on("10-08"))
    assert life.owed == {MEETING: "2026-10-29", REPORT: "2026-10-29", ISSUE: "2026-10-30"}
    life.then(Event.DISCUSSION_HELD, "10-08", on_day=on("10-08"))
    assert life.owed == {REPORT: "2026-10-29", ISSUE: "2026-10-30"}
    life.then(Event.REPORT_SUBMITTED, "10-12")
    assert life.owed == {CHECK: "2026-10-13"}
    life.then(Event.REPORT_RETURNED, "10-13", points=1)
    assert life.owed == {AMENDMENT: "2026-10-16"}
    life.then(Event.REPORT_AMENDED, "10-15")
    assert (life.facts.first_submitted_on, life.facts.submitted_on) == (on("10-12"), on("10-15"))
    assert life.owed == {CHECK: "2026-10-16"}
    life.then(Event.REPORT_ACCEPTED, "10-16")
    assert life.owed == {ISSUE: "2026-10-30"}
    life.then(Event.AUDIT_ISSUED, "10-19")
    assert life.owed == {FINDINGS: "2026-11-02"}
    life.then(Event.FINDINGS_DISCUSSED, "10-22", on_day=on("10-22"))
    assert life.owed == {}


@pytest.mark.proves("L3")
def test_a_discussion_that_was_not_held_is_owed_no_more_and_nobody_met_it() -> None:
    life = Life(october()).then(Event.DISCUSSION_NOT_HELD, "10-08", reason="the practitioner left")

    assert life.last.deadlines_met == ()
    assert [ended.time_limit for ended in life.last.deadlines_withdrawn] == [MEETING]
    assert life.last.deadlines_withdrawn[0].reason.sentence == (
        "Owed no more: PA-2026-0412: the reflective discussion was not held, and why is on record."
    )


@pytest.mark.proves("Q1")
@pytest.mark.parametrize(
    ("offers", "clock"), [(False, {AMENDMENT: "2026-10-16"}), (True, {AMENDMENT_AFTER_DISCUSSION: "2026-10-19"})]
)
def test_a_discussion_that_is_offered_gives_a_day_more(offers: bool, clock: dict[str, str]) -> None:
    life = returned(offers_discussion=offers)

    assert life.owed == clock
    assert life.then(Event.REPORT_AMENDED, "10-16").owed == {CHECK: "2026-10-19"}


@pytest.mark.proves("L6", "Q1")
def test_a_report_may_go_back_and_forth_on_one_day() -> None:
    life = submitted().then(Event.REPORT_RETURNED, "10-12", points=1).then(Event.REPORT_AMENDED, "10-12")
    life.then(Event.REPORT_RETURNED, "10-12", points=1).then(Event.REPORT_AMENDED, "10-12")

    assert life.owed == {CHECK: "2026-10-13"}
    assert life.facts.first_submitted_on == on("10-12")


@pytest.mark.proves("Q2", "Q3")
def test_what_is_not_accepted_is_owed_for_the_next_cycle_and_the_clocks_of_its_own_end() -> None:
    late = submitted(day="10-29").then(Event.REPORT_RETURNED, "10-30", points=1)
    life = late.then(Event.NOT_ACCEPTED, "11-05")

    assert (life.facts.state, life.last.told_of) == (State.RETURNED, ("not_accepted",))
    assert [ended.time_limit for ended in life.last.deadlines_withdrawn] == [AMENDMENT]
    assert life.owed == {CARRIED_OVER: "2026-11-27", ISSUE: "2026-11-30"}
    assert life.facts.report_due_on == on("10-29")
    life.then(Event.REPORT_AMENDED, "11-20")
    assert life.owed == {CHECK: "2026-11-23"}
    life.then(Event.REPORT_ACCEPTED, "11-23")
    assert life.owed == {ISSUE: "2026-11-30"}
    life.then(Event.AUDIT_ISSUED, "11-24")
    assert life.owed == {FINDINGS: "2026-12-08"}


@pytest.mark.proves("Q2", "Q3")
def test_not_accepted_within_its_own_cycle_leaves_that_cycles_date_for_issuing() -> None:
    life = returned().then(Event.NOT_ACCEPTED, "10-19")

    assert life.owed == {CARRIED_OVER: "2026-10-29", ISSUE: "2026-10-30"}


@pytest.mark.proves("Q2", "Q3")
def test_it_makes_no_difference_whether_anybody_looked_before_a_late_amendment_came() -> None:
    looked = returned().then(Event.NOT_ACCEPTED, "10-19").then(Event.REPORT_AMENDED, "10-19")
    nobody_did = returned().then(Event.REPORT_AMENDED, "10-19")

    assert nobody_did.last.events == (Event.NOT_ACCEPTED, Event.REPORT_AMENDED)
    assert nobody_did.last.told_of == ("not_accepted", "report_amended")
    assert nobody_did.facts == looked.facts
    assert nobody_did.facts.not_accepted_on == on("10-19")
    assert CARRIED_OVER not in {start.time_limit for start in nobody_did.last.deadlines_start}


@pytest.mark.proves("Q2")
def test_a_report_carried_over_may_be_not_accepted_once_more() -> None:
    life = returned().then(Event.NOT_ACCEPTED, "10-19").then(Event.REPORT_AMENDED, "10-21")
    life.then(Event.REPORT_RETURNED, "10-22", points=1).then(Event.NOT_ACCEPTED, "10-28")

    assert life.owed == {CARRIED_OVER: "2026-10-29", ISSUE: "2026-10-30"}
    assert life.facts.not_accepted_on == on("10-19")


@pytest.mark.proves("L7", "time_limits.issue_after_late_acceptance")
@pytest.mark.parametrize(
    ("submitted_on", "accepted_on", "owed"),
    [
        ("10-29", "10-30", {ISSUE: "2026-10-30"}),
        ("10-29", "11-02", {LATE_ISSUE: "2026-11-03"}),  # the audit team took longer: a working day to issue it
        ("10-30", "11-02", {ISSUE: "2026-10-30"}),  # handed in late: overdue it is
    ],
)
def test_whoever_handed_in_on_time_has_a_day_to_issue_what_was_accepted_late(
    submitted_on: str, accepted_on: str, owed: dict[str, str]
) -> None:
    assert submitted(day=submitted_on).then(Event.REPORT_ACCEPTED, accepted_on).owed == owed


@pytest.mark.proves("L7")
def test_an_accepted_report_is_always_owed_to_be_issued() -> None:
    without_a_date = replace(submitted().facts, open_deadlines={CHECK: on("10-13")})

    assert Life(without_a_date).then(Event.REPORT_ACCEPTED, "10-13").owed == {ISSUE: "2026-10-30"}
    assert Life(without_a_date).then(Event.REPORT_ACCEPTED, "11-02").owed == {LATE_ISSUE: "2026-11-03"}


@pytest.mark.proves("L5", "L7")
@pytest.mark.parametrize(
    ("submitted_on", "returned_on", "owed", "accepted_on", "then_owed"),
    [
        # Nobody is overdue to issue it before it is accepted, however long others take.
        ("10-21", "10-22", {AMENDMENT: "2026-10-27"}, "10-26", {ISSUE: "2026-10-30"}),
        ("10-21", "10-22", {AMENDMENT: "2026-10-27"}, "11-03", {LATE_ISSUE: "2026-11-04"}),
        ("10-26", "10-27", {AMENDMENT: "2026-10-30"}, "10-30", {ISSUE: "2026-10-30"}),
        ("10-29", "10-30", {AMENDMENT: "2026-11-04"}, "11-05", {LATE_ISSUE: "2026-11-06"}),
        # Handed in late by its auditor's own doing: overdue it is.
        ("10-30", "10-30", {AMENDMENT: "2026-11-04", ISSUE: "2026-10-30"}, "11-05", {ISSUE: "2026-10-30"}),
    ],
)
def test_a_return_of_what_was_handed_in_on_time_leaves_time_to_issue_it(
    submitted_on: str, returned_on: str, owed: dict[str, str], accepted_on: str, then_owed: dict[str, str]
) -> None:
    life = submitted(day=submitted_on).then(Event.REPORT_RETURNED, returned_on, points=1)

    assert life.owed == owed
    amended_on = min(owed[AMENDMENT], f"2026-{accepted_on}")
    assert life.then(Event.REPORT_AMENDED, amended_on).then(Event.REPORT_ACCEPTED, accepted_on).owed == then_owed


@pytest.mark.proves("L7", "L12")
def test_what_came_in_time_is_for_the_audit_team_to_check_and_nobody_owes_its_issue_meanwhile() -> None:
    life = submitted(day="10-29")

    assert life.owed == {CHECK: "2026-10-30"}
    (ended,) = life.last.deadlines_withdrawn
    assert ended.reason.sentence == (
        "Owed no more: PA-2026-0412: handed in in time on Thursday 29 October 2026; by when it is issued follows from "
        "when it is accepted."
    )
    assert submitted(day="10-30").owed == {CHECK: "2026-11-02", ISSUE: "2026-10-30"}


@pytest.mark.proves("Q3", "L7")
def test_what_was_not_accepted_and_is_completed_in_time_for_the_next_cycle_is_not_overdue_either() -> None:
    def carried(amended_on: str) -> Life:
        lapsed = submitted(day="10-29").then(Event.REPORT_RETURNED, "10-30", points=1).then(Event.NOT_ACCEPTED, "11-05")
        return lapsed.then(Event.REPORT_AMENDED, amended_on)

    assert carried("11-27").owed == {CHECK: "2026-11-30"}
    assert carried("11-27").then(Event.REPORT_ACCEPTED, "12-02").owed == {LATE_ISSUE: "2026-12-03"}
    late = carried("11-30")
    assert late.owed == {CHECK: "2026-12-01", ISSUE: "2026-11-30"}
    late.then(Event.REPORT_RETURNED, "12-01", points=1).then(Event.REPORT_AMENDED, "12-02")
    assert late.owed == {CHECK: "2026-12-03", ISSUE: "2026-11-30"}


@pytest.mark.proves("L7")
def test_issuing_is_done_once_it_is_issued_also_after_a_late_acceptance() -> None:
    late = submitted(day="10-29").then(Event.REPORT_ACCEPTED, "11-02").then(Event.AUDIT_ISSUED, "11-03")

    assert (late.last.deadlines_met, late.owed) == ((LATE_ISSUE,), {FINDINGS: "2026-11-17"})


@pytest.mark.proves("L10")
@pytest.mark.parametrize(
    ("facts", "owed"),
    [
        (graded("outstanding"), {FINDINGS: "2026-10-28"}),
        (graded("good"), {FINDINGS: "2026-10-28"}),
        (graded("requires_improvement"), {FINDINGS: "2026-10-28"}),
        (graded("inadequate"), {FINDINGS: "2026-10-21"}),
        (re_audit("good"), {RE_AUDITS_FINDINGS: "2026-10-28", FOLLOW_UP: "2026-10-28"}),
        (re_audit("requires_improvement"), {RE_AUDITS_FINDINGS: "2026-10-21", FOLLOW_UP: "2026-10-28"}),
        (
            re_audit("requires_improvement", original="inadequate"),
            {RE_AUDITS_FINDINGS: "2026-10-28", FOLLOW_UP: "2026-10-28"},
        ),
        (
            replace(re_audit("requires_improvement"), original_grade=None),
            {RE_AUDITS_FINDINGS: "2026-10-21", FOLLOW_UP: "2026-10-28"},
        ),
        (replace(re_audit("good"), original_grade=None), {RE_AUDITS_FINDINGS: "2026-10-28", FOLLOW_UP: "2026-10-28"}),
        (re_audit("inadequate", 2), {RE_AUDITS_FINDINGS: "2026-10-21", FOLLOW_UP: "2026-10-28"}),
        (october(is_graded=False, grade_before=None, grade_after=None), {}),
    ],
)
@pytest.mark.proves("R1", "time_limits.follow_up_within", "P8")
def test_an_issued_report_starts_the_discussion_of_its_findings_and_the_follow_up_of_a_re_audit(
    facts: AuditFacts, owed: dict[str, str]
) -> None:
    assert issued(facts).owed == owed


@pytest.mark.proves("L10")
def test_the_discussion_is_owed_by_team_manager_and_practitioner_and_the_follow_up_by_the_head_of_service() -> None:
    starts = issued(re_audit("good")).last.deadlines_start

    assert [(start.time_limit, start.owed_by) for start in starts] == [
        (RE_AUDITS_FINDINGS, "team_manager"),
        (RE_AUDITS_FINDINGS, "practitioner"),
        (FOLLOW_UP, "head_of_service"),
    ]


@pytest.mark.proves("L7", "L15")
def test_an_issued_report_is_kept_uploaded_noted_and_alerted_in_this_order_and_a_corrected_one_again() -> None:
    filed = ("report_version", "upload", "case_note", "alert")

    life = issued()
    assert life.last.records == filed
    corrected = life.then(Event.REPORT_CORRECTED, "10-16", reason="a grade was mistyped", changes_domains=True)
    assert corrected.last.records == filed
    before_issue = accepted().then(Event.REPORT_CORRECTED, "10-13", reason="x", grade="inadequate")
    assert (before_issue.last.records, before_issue.last.told_of) == ((), ())
    assert (before_issue.facts.grade, before_issue.owed) == ("inadequate", {ISSUE: "2026-10-30"})


@pytest.mark.proves("L11", "time_limits.missing_note_within")
def test_a_missing_case_note_has_two_working_days_and_is_looked_for_again() -> None:
    life = issued().then(Event.FINDINGS_DISCUSSED, "10-20", on_day=on("10-20"))
    life.then(Event.FINDINGS_NOTE_MISSING, "10-22")

    assert life.owed == {NOTE: "2026-10-26"}
    assert life.last.deadlines_start[0].owed_by == "team_manager"
    assert life.last.told_of == ("findings_note_missing",)
    assert life.then(Event.FINDINGS_NOTE_CHECKED, "10-23").owed == {}


@pytest.mark.proves("R1")
def test_the_head_of_service_confirms_and_the_follow_up_is_done() -> None:
    life = issued(re_audit("inadequate", actions_agreed=True))
    life.then(Event.FINDINGS_DISCUSSED, "10-20", on_day=on("10-20")).then(Event.FINDINGS_CONFIRMED, "10-21")

    assert life.owed == {}


@pytest.mark.proves("L15", "L4", "L10", "D7", "M6")
@pytest.mark.parametrize("event", [Event.REPORT_CORRECTED, Event.DISPUTE_RESOLVED, Event.MODERATED_GRADE_RECORDED])
@pytest.mark.parametrize(
    ("owes_plan", "agreed", "owed"), [(True, False, {FINDINGS: "2026-11-02"}), (True, True, {}), (False, False, {})]
)
def test_a_domain_that_owes_a_plan_after_the_discussion_is_discussed_anew(
    event: Event, owes_plan: bool, agreed: bool, owed: dict[str, str]
) -> None:
    life = issued(graded("good")).then(Event.FINDINGS_DISCUSSED, "10-16", on_day=on("10-16"))
    is_disputed = event == Event.DISPUTE_RESOLVED
    life = Life(replace(life.facts, actions_agreed=agreed, dispute_open=is_disputed))
    life.then(event, "10-19", reason="a domain", changes_domains=True, owes_plan=owes_plan, is_decided=True)
    assert life.owed == owed


@pytest.mark.proves("L15")
@pytest.mark.parametrize(
    ("was", "is_now", "discussed_with_actions", "owed"),
    [
        ("good", "inadequate", None, {FINDINGS: "2026-10-26"}),  # five working days from the correction
        ("inadequate", "good", None, {FINDINGS: "2026-11-02"}),
        ("good", "inadequate", False, {FINDINGS: "2026-10-26"}),  # discussed, but without SMART actions
        (
            "good",
            "requires_improvement",
            False,
            {FINDINGS: "2026-11-02"},
        ),  # a plan is owed now, and nobody agreed one (L4)
        ("good", "inadequate", True, {}),
        ("inadequate", "good", True, {}),  # what was discussed as an Inadequate need not be again
        ("good", "good", None, {FINDINGS: "2026-10-28"}),
    ],
)
def test_a_corrected_grade_is_worked_out_again_from_the_day_of_the_correction(
    was: str, is_now: str, discussed_with_actions: bool | None, owed: dict[str, str]
) -> None:
    life = issued(graded(was, actions_agreed=bool(discussed_with_actions)))
    life.uploaded("10-15")
    if discussed_with_actions is not None:
        life.then(Event.FINDINGS_DISCUSSED, "10-16", on_day=on("10-16"))
    life.then(Event.REPORT_CORRECTED, "10-19", reason="mistyped", grade=is_now, changes_domains=True)

    assert life.owed == owed
    assert (life.facts.grade, life.facts.uploaded_on) == (is_now, None)
    was_owed_by_the_old_grade = discussed_with_actions is None and was != is_now
    assert [ended.time_limit for ended in life.last.deadlines_withdrawn] == [FINDINGS] * was_owed_by_the_old_grade
    assert (life.facts.findings_discussed_on is None) is (bool(owed))


@pytest.mark.proves("L15", "R1")
@pytest.mark.parametrize(("confirmed", "follow_up"), [(True, "2026-11-02"), (False, "2026-10-28")])
def test_a_corrected_re_audit_is_followed_up_once_anew_only_where_that_was_done(
    confirmed: bool, follow_up: str
) -> None:
    life = issued(re_audit("good")).then(Event.FINDINGS_DISCUSSED, "10-15", on_day=on("10-15"))
    if confirmed:
        life.then(Event.FINDINGS_CONFIRMED, "10-16")
    life.then(Event.REPORT_CORRECTED, "10-19", reason="mistyped", grade="inadequate")

    assert life.owed == {RE_AUDITS_FINDINGS: "2026-10-26", FOLLOW_UP: follow_up}
    assert (FOLLOW_UP in {start.time_limit for start in life.last.deadlines_start}) is confirmed


@pytest.mark.proves("L11", "L15")
@pytest.mark.parametrize("is_now", ["inadequate", "outstanding"])
def test_of_a_discussion_that_is_held_anew_no_older_case_note_is_missing(is_now: str) -> None:
    life = issued(graded("good")).then(Event.FINDINGS_DISCUSSED, "10-15", on_day=on("10-15"))
    life.then(Event.FINDINGS_NOTE_MISSING, "10-16")
    life.then(Event.REPORT_CORRECTED, "10-19", reason="mistyped", grade=is_now)

    if is_now == "outstanding":  # the discussion stands, and so does what is missing of it
        assert life.owed == {NOTE: "2026-10-20"}
        return
    assert life.owed == {FINDINGS: "2026-10-26"}
    assert [(ended.time_limit, ended.reason.rule) for ended in life.last.deadlines_withdrawn] == [(NOTE, "L15")]
    life.facts = replace(life.facts, actions_agreed=True)
    life.then(Event.FINDINGS_DISCUSSED, "10-20", on_day=on("10-20")).then(Event.FINDINGS_NOTE_MISSING, "10-21")
    assert life.owed == {NOTE: "2026-10-23"}


@pytest.mark.proves("L15")
def test_a_closed_audit_is_issued_again_when_its_corrected_grade_asks_for_something() -> None:
    closed = replace(
        issued().facts,
        state=State.CLOSED,
        findings_discussed_on=on("10-15"),
        open_deadlines={},
        uploaded_on=on("10-14"),
    )

    assert Life(closed).then(Event.REPORT_CORRECTED, "10-19", reason="x", grade="outstanding").facts.state == "closed"
    again = Life(closed).then(Event.REPORT_CORRECTED, "10-19", reason="x", grade="inadequate")
    assert (again.facts.state, again.owed) == ("issued", {FINDINGS: "2026-10-26"})


def closable(**changes: Any) -> Life:
    life = issued(october(actions_agreed=True))
    life.uploaded("10-14")
    life.then(Event.FINDINGS_DISCUSSED, "10-15", on_day=on("10-15")).then(Event.FINDINGS_NOTE_CHECKED, "10-16")
    life.facts = replace(life.facts, **changes)
    return life


@pytest.mark.proves("L11", "S7", "R2")
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, None),
        ({"uploaded_on": None}, "L7"),
        ({"case_note_is_owed": True}, "L7"),
        ({"findings_discussed_on": None}, "L10"),
        ({"findings_note_checked_on": None}, "L11"),
        ({"open_deadlines": {"improvement_plan.action_3": on("12-01")}}, "L4"),
        ({"grade": "inadequate"}, "S7"),
        ({"grade": "inadequate", "re_audit_allocated_on": on("10-20")}, None),
        ({"grade": "inadequate", "sequence": 1}, "R1"),
        ({"grade": "inadequate", "sequence": 1, "findings_confirmed_on": on("10-20")}, "S7"),
        (
            {
                "grade": "inadequate",
                "sequence": 1,
                "findings_confirmed_on": on("10-20"),
                "further_re_audit_waived": True,
            },
            None,
        ),
        ({"grade": "inadequate", "sequence": 2, "findings_confirmed_on": on("10-20")}, None),
        (
            {
                "grade": "inadequate",
                "sequence": 2,
                "findings_confirmed_on": on("10-20"),
                "further_re_audit_ordered": True,
            },
            "S7",
        ),
    ],
)
def test_an_audit_is_closed_when_nothing_is_owed_any_more(changes: dict[str, Any], rule: str | None) -> None:
    decision = done(closable(**changes).facts, Event.AUDIT_CLOSED, "10-30", by="scheduler")

    assert (decision.refused.rule if decision.refused else None) == rule
    assert decision.state == ("issued" if rule else "closed")


@pytest.mark.proves("P8", "S7")
def test_an_audit_without_grades_is_closed_once_it_is_uploaded() -> None:
    life = issued(october(is_graded=False, grade_before=None, grade_after=None))
    life.uploaded("10-14").then(Event.AUDIT_CLOSED, "10-14")

    assert life.facts.state == State.CLOSED


@pytest.mark.proves("L10", "L15")
def test_findings_whose_clock_is_open_are_to_be_discussed_whenever_they_were_before() -> None:
    again = replace(issued().facts, findings_discussed_on=on("10-14"))

    assert Life(again).then(Event.FINDINGS_DISCUSSED, "10-20", on_day=on("10-20")).owed == {}
    assert done(again, Event.FINDINGS_NOTE_CHECKED, "10-20").refused is not None


@pytest.mark.proves("S7", "lifecycle.closing_reasons")
def test_for_a_listed_reason_it_is_closed_whatever_is_owed_and_what_was_owed_says_so() -> None:
    life = issued(re_audit("inadequate")).then(Event.AUDIT_CLOSED, "10-20", reason="practitioner_left")

    assert life.owed == {}
    assert {ended.time_limit for ended in life.last.deadlines_withdrawn} == {RE_AUDITS_FINDINGS, FOLLOW_UP}
    because = life.last.deadlines_withdrawn[0].reason
    assert (because.rule, because.sentence) == ("S7", "Owed no more: PA-2026-0412: the practitioner has left.")


@pytest.mark.proves("S9", "selection.withdrawal_reasons")
def test_a_withdrawn_audit_leaves_nothing_owed() -> None:
    life = discussed().then(Event.AUDIT_WITHDRAWN, "10-12", reason="case_closed")

    assert (life.facts.state, life.owed) == ("withdrawn", {})
    assert [(it.time_limit, it.reason.rule) for it in life.last.deadlines_withdrawn] == [(REPORT, "S9"), (ISSUE, "S9")]


@pytest.mark.proves("L6", "L10", "Q1", "Q3", "R1", "lifecycle.head_of_service_follows_up_from")
def test_another_council_has_other_clocks_and_other_people() -> None:
    facts = october(NORTHMOOR, grade_before="not_met", grade_after="not_met", actions_agreed=True)
    life = Life(facts, NORTHMOOR).then(Event.DISCUSSION_HELD, "11-02", on_day=on("11-02"))
    life.then(Event.REPORT_SUBMITTED, "11-03")
    assert life.owed[CHECK] == "2026-11-06"
    life.then(Event.REPORT_ACCEPTED, "11-04").then(Event.AUDIT_ISSUED, "11-05", by="audit_team")
    assert life.owed[FOLLOW_UP] == "2026-12-03"  # no re-audit, and followed up all the same
