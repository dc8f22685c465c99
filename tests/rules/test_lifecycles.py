"""What can happen to an audit from its allocation to its close, and what stands in the way."""

from dataclasses import replace
from typing import Any

import pytest

from rules.audit_events import CHANGES_OF_GRADES
from rules.audit_facts import CaseAsked
from rules.decisions import Reason
from rules.lifecycle_roles import roles_that_may
from rules.lifecycles import LIFECYCLE, Actor, Asked, AuditFacts, Event, State, allowed_moves, decide
from tests.rules.audit_lives import (
    CALENDAR,
    POLICY,
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

UNSAFE = Reason("L2", "3.10", "Is anyone unsafe now? An Inadequate asks for an answer.")
MISSING = Reason("L2", "3.10", "The overall grade after the discussion is missing.")


def refusal(facts: AuditFacts, event: Event, day: str, by: str | Actor | None = None, **asked: Any) -> tuple[str, str]:
    """Rule and sentence of what stands first in the way."""
    decision = done(facts, event, day, Asked(**asked), by=by)
    assert decision.refused is not None, f"{event} was not refused"
    assert (decision.state, decision.events, decision.deadlines_start) == (facts.state, (), ())
    return decision.refused.rule, decision.refused.sentence


# From which state which event leads where, when everything that it needs comes with it.
WALK = [
    ("allocated", "meeting_arranged", "under_way"),
    ("allocated", "draft_begun", "under_way"),
    ("allocated", "discussion_held", "discussed"),
    ("allocated", "discussion_not_held", "discussed"),
    ("allocated", "feedback_given", "allocated"),
    ("allocated", "audit_withdrawn", "withdrawn"),
    ("under_way", "meeting_arranged", "under_way"),
    ("under_way", "meeting_moved", "under_way"),
    ("under_way", "discussion_held", "discussed"),
    ("under_way", "discussion_not_held", "discussed"),
    ("under_way", "feedback_given", "under_way"),
    ("under_way", "audit_withdrawn", "withdrawn"),
    ("discussed", "discussion_held", "discussed"),
    ("discussed", "report_submitted", "submitted"),
    ("discussed", "feedback_given", "discussed"),
    ("discussed", "audit_withdrawn", "withdrawn"),
    ("submitted", "report_accepted", "accepted"),
    ("submitted", "report_returned", "returned"),
    ("returned", "report_amended", "submitted"),
    ("returned", "not_accepted", "returned"),
    ("returned", "feedback_given", "returned"),
    ("accepted", "audit_issued", "issued"),
    ("accepted", "report_corrected", "accepted"),
    ("issued", "report_acknowledged", "issued"),
    ("issued", "report_commented", "issued"),
    ("issued", "findings_discussed", "issued"),
    ("issued", "findings_note_checked", "issued"),
    ("issued", "findings_note_missing", "issued"),
    ("issued", "report_corrected", "issued"),
    ("issued", "dispute_resolved", "issued"),
    ("issued", "moderated_grade_recorded", "issued"),
    ("issued", "audit_closed", "closed"),
    ("issued", "another_case_chosen", "issued"),
    ("closed", "report_acknowledged", "closed"),
    ("closed", "report_commented", "closed"),
    ("closed", "report_corrected", "closed"),
    ("closed", "dispute_resolved", "closed"),
    ("closed", "moderated_grade_recorded", "closed"),
    ("closed", "another_case_chosen", "closed"),
    # Of re-audits only.
    ("issued", "findings_confirmed", "issued"),
    ("discussed", "further_re_audit_advised_against", "discussed"),
    ("submitted", "further_re_audit_advised_against", "submitted"),
    ("returned", "further_re_audit_advised_against", "returned"),
    ("accepted", "further_re_audit_advised_against", "accepted"),
    ("issued", "further_re_audit_advised_against", "issued"),
    ("issued", "further_re_audit_waived", "issued"),
    ("issued", "further_re_audit_ordered", "issued"),
    ("closed", "further_re_audit_ordered", "issued"),
]
OF_RE_AUDITS = {event for event in Event if event.startswith("further_re_audit")} | {Event.FINDINGS_CONFIRMED}
# Of these people are told, each by the event of section 9 of the same name; of the others nobody is.
TOLD = {
    *("meeting_arranged", "meeting_moved", "report_submitted", "report_returned", "report_amended", "report_accepted"),
    *("not_accepted", "audit_issued", "report_commented", "report_corrected", "feedback_given", "findings_discussed"),
    *("dispute_resolved", "moderated_grade_recorded"),
    *("findings_note_missing", "findings_confirmed", "further_re_audit_ordered", "audit_withdrawn"),
}
ALL_THAT_IS_ASKED = Asked(
    reason="case_closed",
    has_text=True,
    points=1,
    team_manager_attended=True,
    changes_domains=True,
    is_decided=True,
    case=CaseAsked(reference="C-2"),
)
# Its case closed before its re-audit was allocated.
WITHOUT_CASE = replace(issued(graded("inadequate")).facts, case_is_open=False)


def standing(state: str, event: str) -> tuple[AuditFacts, str]:
    """An audit in that state with nothing else in the way of the event, and the day on which it is."""
    if event in OF_RE_AUDITS:
        return standing_of_re_audit(state, event), "10-15"
    meeting = on("10-09") if event == Event.MEETING_MOVED else None
    if state in ("allocated", "under_way"):
        return replace(october(), state=State(state), meeting_on=meeting), "10-08"
    if state == "discussed":
        not_held = Life(october()).then(Event.DISCUSSION_NOT_HELD, "10-08", reason="no time")
        return not_held.facts, "10-12"
    if state == "returned":
        return returned().facts, "10-17" if event == Event.NOT_ACCEPTED else "10-15"
    if state in ("submitted", "accepted"):
        return (submitted() if state == "submitted" else accepted()).facts, "10-13"
    if event == Event.ANOTHER_CASE_CHOSEN:
        return replace(WITHOUT_CASE, state=State(state)), "10-15"
    facts = replace(issued().facts, dispute_open=event == Event.DISPUTE_RESOLVED)
    if event in (Event.FINDINGS_NOTE_CHECKED, Event.FINDINGS_NOTE_MISSING):
        facts = replace(facts, findings_discussed_on=on("10-15"), open_deadlines={})
    return replace(facts, state=State(state)), "10-15"


def standing_of_re_audit(state: str, event: str) -> AuditFacts:
    facts = re_audit("inadequate", 2 if event == Event.FURTHER_RE_AUDIT_ORDERED else 1)
    done_already: dict[str, Any] = {
        "findings_discussed_on": on("10-14"),
        "further_re_audit_advised_against": event == Event.FURTHER_RE_AUDIT_WAIVED,
    }
    if state == "closed":
        done_already |= {"findings_note_checked_on": on("10-14"), "findings_confirmed_on": on("10-14")}
    grade = "inadequate" if state in ("accepted", "issued", "closed") else None
    return replace(facts, state=State(state), grade=grade, open_deadlines={}, **done_already)


@pytest.mark.proves("L1", "L2", "L3", "L5", "L6", "L7", "L8", "L10", "L11", "L14", "L15", "Q1", "Q2", "S7", "S9")
@pytest.mark.proves("R1", "R2")
@pytest.mark.parametrize(("state", "event", "then"), WALK)
def test_what_may_happen_in_each_state_and_where_it_leads(state: str, event: str, then: str) -> None:
    facts, day = standing(state, event)
    decision = done(facts, Event(event), day, replace(ALL_THAT_IS_ASKED, on_day=on(day)))

    assert decision.refused is None, decision.reasons
    assert (decision.state, decision.events) == (then, (event,))
    is_told = event in TOLD and (state, event) != ("accepted", "report_corrected")
    told_of = "report_corrected" if event in CHANGES_OF_GRADES else event
    assert decision.told_of == ((told_of,) if is_told else ())


@pytest.mark.proves("L1", "L3", "L5", "L6", "L7", "Q1", "S9")
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_nothing_else_may_happen_in_it(state: State, event: Event) -> None:
    if (state, event) in {(state, event) for state, event, _ in WALK}:
        return
    facts = replace(october(), state=state)
    rule, sentence = refusal(facts, event, "10-15")

    assert rule == next(move.rule for move in LIFECYCLE if move.event is event)
    assert f"the audit is {state.replace('_', ' ')}" in sentence
    assert "is possible while it is" in sentence


@pytest.mark.proves("L1", "lifecycle.who_may")
@pytest.mark.parametrize("event", list(Event))
def test_each_step_is_taken_by_whom_the_policy_names_and_by_nobody_else(event: Event) -> None:
    may = roles_that_may(event, POLICY)
    everybody = {role for each in Event for role in roles_that_may(each, POLICY)}
    state = next(move.states[0] for move in LIFECYCLE if move.event is event)

    for role in everybody - set(may):
        rule, sentence = refusal(replace(october(), state=state), event, "10-15", role)
        assert "is for the" in sentence
        assert (rule == "A2") is ("never for whoever is audited" in sentence)
    for role in may:
        decision = done(replace(october(), state=state), event, "10-15", by=role)
        assert not any("is for the" in reason.sentence for reason in decision.reasons)


@pytest.mark.proves("A2", "L6")
@pytest.mark.parametrize(
    ("event", "concerned", "also"),
    [
        (Event.REPORT_ACCEPTED, "auditor", "audit_team"),
        (Event.REPORT_RETURNED, "auditor", "audit_manager"),
        (Event.REPORT_ACCEPTED, "practitioner", "audit_team"),
        (Event.FINDINGS_DISCUSSED, "practitioner", "team_manager"),
        (Event.FINDINGS_DISCUSSED, "auditor", "line_manager"),
        (Event.FINDINGS_CONFIRMED, "auditor", "head_of_service"),
        (Event.REPORT_CORRECTED, "auditor", "audit_manager"),
        (Event.AUDIT_CLOSED, "practitioner", "audit_team"),
    ],
)
def test_nobody_judges_their_own_work_whatever_else_they_are(event: Event, concerned: str, also: str) -> None:
    facts = submitted().facts if event.startswith("report_") and event != Event.REPORT_CORRECTED else issued().facts
    rule, sentence = refusal(facts, event, "10-15", Actor.of(concerned, also), points=1, reason="x")

    assert rule == "A2"
    assert "and never for whoever is audited or audits" in sentence


@pytest.mark.proves("A2")
def test_an_auditor_who_is_also_on_the_audit_team_still_does_what_is_the_auditors() -> None:
    decision = done(discussed().facts, Event.REPORT_SUBMITTED, "10-12", by=Actor.of("auditor", "audit_team"))

    assert decision.refused is None


def followed_up(facts: AuditFacts) -> Life:
    """Issued, and all is done that the findings ask for."""
    life = issued(replace(facts, actions_agreed=True)).uploaded("10-14")
    life.then(Event.FINDINGS_DISCUSSED, "10-15", on_day=on("10-15")).then(Event.FINDINGS_NOTE_CHECKED, "10-16")
    return life.then(Event.FINDINGS_CONFIRMED, "10-16")


UNGRADED = october(is_graded=False, grade_before=None, grade_after=None)
FINISHED = followed_up(re_audit("inadequate")).facts
ADVISED = replace(FINISHED, further_re_audit_advised_against=True)
NOTE_MISSING = (
    issued()
    .then(Event.FINDINGS_DISCUSSED, "10-15", on_day=on("10-15"))
    .then(Event.FINDINGS_NOTE_MISSING, "10-16")
    .facts
)

# What stands in the way, beside state and person: the facts, the event on a day, what came with it, rule and words.
REFUSED = [
    ("a meeting planned for yesterday", october(), "meeting_arranged", "10-08", {"on_day": on("10-07")}, "L1",
     "a meeting can't be arranged for Wednesday 7 October 2026, which is past"),
    ("a meeting without a day", october(), "meeting_arranged", "10-08", {}, "L1", "the day of the meeting is missing"),
    ("a second meeting", october(meeting_on=on("10-12")), "meeting_arranged", "10-08", {"on_day": on("10-13")}, "L1",
     "a meeting is arranged for Monday 12 October 2026 already: move it instead"),
    ("moving a meeting that there is not", october(state=State.UNDER_WAY), "meeting_moved", "10-08",
     {"on_day": on("10-13")}, "L1", "no meeting is arranged yet"),
    ("moving a meeting into the past", replace(october(meeting_on=on("10-12")), state=State.UNDER_WAY), "meeting_moved",
     "10-08", {"on_day": on("10-07")}, "L1", "which is past"),
    ("no discussion, and no first grading", october(grade_before=None), "discussion_not_held", "10-08",
     {"reason": "no time"}, "L2", "the overall grade before the discussion is missing"),
    ("a discussion before the first grading", october(grade_before=None), "discussion_held", "10-08",
     {"on_day": on("10-08")}, "L2", "the overall grade before the discussion is missing"),
    ("a discussion before the first grading is whole", october(missing_for_discussion=(UNSAFE,)), "discussion_held",
     "10-08", {"on_day": on("10-08")}, "L2", "Is anyone unsafe now?"),
    ("a discussion that is still to come", october(), "discussion_held", "10-08", {"on_day": on("10-09")}, "L3",
     "is still to come: record the discussion once it was held"),
    ("a discussion before the allocation", october(), "discussion_held", "10-08", {"on_day": on("09-30")}, "L3",
     "lies before Thursday 1 October 2026, when the audit was allocated"),
    ("a discussion held twice", discussed().facts, "discussion_held", "10-09", {"on_day": on("10-09")}, "L3",
     "was held on Thursday 8 October 2026: it is held once"),
    ("no discussion, and no reason", october(), "discussion_not_held", "10-08", {"reason": "  "}, "C4",
     "a reason is missing"),
    ("a second re-audit without the team manager", re_audit("good", 2), "discussion_held", "10-08",
     {"on_day": on("10-08")}, "L3", "the team manager attends the discussion of such a re-audit"),
    ("a report with something missing", discussed(october(missing=(MISSING,))).facts, "report_submitted", "10-12", {},
     "L2", "The overall grade after the discussion is missing"),
    ("an amended report with something missing", replace(returned().facts, missing=(MISSING,)), "report_amended",
     "10-15", {}, "L2", "The overall grade after the discussion is missing"),
    ("a return without a point", submitted().facts, "report_returned", "10-13", {}, "L6", "name at least one"),
    ("not accepted on the last day for amending", returned().facts, "not_accepted", "10-16", {}, "Q2",
     "the report may still come back amended, until the end of Friday 16 October 2026"),
    ("not accepted a second time", returned().then(Event.NOT_ACCEPTED, "10-19").facts, "not_accepted", "10-20", {},
     "Q2", "it was found on Monday 19 October 2026 that the report did not come back in time"),
    ("issued without an effective grade", replace(accepted().facts, grade=None), "audit_issued", "10-14", {}, "L3",
     "no effective grade is on record"),
    ("acknowledged twice", replace(issued().facts, acknowledged_on=on("10-15")), "report_acknowledged", "10-16", {},
     "L14", "once is enough"),
    ("a comment without a word", issued().facts, "report_commented", "10-15", {}, "L14", "the text is missing"),
    ("findings discussed before the report was issued", issued().facts, "findings_discussed", "10-15",
     {"on_day": on("10-13")}, "L10", "lies before Wednesday 14 October 2026, when the report was issued"),
    ("an Inadequate discussed without agreed actions", issued(graded("inadequate")).facts, "findings_discussed",
     "10-15", {"on_day": on("10-15")}, "L10", "the improvement plan is not agreed yet"),
    ("feedback without a word", october(), "feedback_given", "10-15", {}, "L14", "the text is missing"),
    ("a Requires Improvement whose plan nobody agreed", issued(graded("requires_improvement")).facts,
     "findings_discussed", "10-16", {"on_day": on("10-15")}, "L4", "these grades ask for one"),
    ("a Good with a domain that calls for a plan, agreed by nobody",
     issued(replace(graded("good"), plan_is_owed=True)).facts, "findings_discussed", "10-16", {"on_day": on("10-15")},
     "L4", "the improvement plan is not agreed yet"),
    ("findings discussed twice", FINISHED, "findings_discussed", "10-19", {"on_day": on("10-19")}, "L10",
     "the findings were discussed on Thursday 15 October 2026, and nothing has changed since"),
    ("findings of an audit without grades", issued(UNGRADED).facts, "findings_discussed", "10-19",
     {"on_day": on("10-19")}, "P8", "no findings to discuss"),
    ("a case note seen twice", FINISHED, "findings_note_checked", "10-19", {}, "L11",
     "was seen on Friday 16 October 2026"),
    ("a case note missing before the discussion", issued().facts, "findings_note_missing", "10-15", {}, "L10",
     "the discussion of the findings is not recorded yet"),
    ("a case note missing that was seen", FINISHED, "findings_note_missing", "10-19", {}, "L11", "was seen on"),
    ("a case note missing twice", NOTE_MISSING, "findings_note_missing", "10-19", {}, "L11", "missing already"),
    ("actions confirmed twice", FINISHED, "findings_confirmed", "10-19", {}, "R1",
     "the agreed actions were confirmed on Friday 16 October 2026"),
    ("a case note looked for before the discussion", issued().facts, "findings_note_checked", "10-15", {}, "L10",
     "the discussion of the findings is not recorded yet"),
    ("a follow-up of an audit that is no re-audit", issued().facts, "findings_confirmed", "10-15", {}, "R1",
     "only re-audits are followed up"),
    ("a follow-up before the discussion", issued(re_audit("good")).facts, "findings_confirmed", "10-15", {}, "L10",
     "the discussion of the findings is not recorded yet"),
    ("doing without a re-audit that is not due", issued(re_audit("good")).facts, "further_re_audit_advised_against",
     "10-15", {"reason": "x"}, "R2", "the required outcome is reached, so there is no further one to do without"),
    ("waiving a re-audit that nobody advised against", issued(re_audit("inadequate")).facts, "further_re_audit_waived",
     "10-15", {"reason": "x"}, "R2", "the re-auditor has not advised against"),
    ("advising against a re-audit that was allocated", replace(FINISHED, re_audit_allocated_on=on("10-16")),
     "further_re_audit_advised_against", "10-19", {"reason": "x"}, "R2", "was allocated on Friday 16 October 2026"),
    ("advising against it without a reason", FINISHED, "further_re_audit_advised_against", "10-19", {}, "C4",
     "a reason is missing"),
    ("waiving without a reason", ADVISED, "further_re_audit_waived", "10-19", {}, "C4", "a reason is missing"),
    ("waiving twice", replace(ADVISED, further_re_audit_waived=True), "further_re_audit_waived", "10-19",
     {"reason": "x"}, "R2", "it is decided already"),
    ("waiving what is no more due", replace(ADVISED, grade="good"), "further_re_audit_waived", "10-19",
     {"reason": "x"}, "R2", "the required outcome is reached, so there is no further one to do without"),
    ("ordering without a reason", replace(FINISHED, sequence=2), "further_re_audit_ordered", "10-19", {}, "C4",
     "a reason is missing"),
    ("ordering a second re-audit", issued(re_audit("inadequate")).facts, "further_re_audit_ordered", "10-15",
     {"reason": "x"}, "R2", "is due by itself: nobody orders it"),
    ("ordering a third re-audit of good work", issued(re_audit("good", 2)).facts, "further_re_audit_ordered", "10-15",
     {"reason": "x"}, "R2", "the required outcome is reached"),
    ("a correction that says why and changes nothing", issued().facts, "report_corrected", "10-15", {"reason": "x"},
     "L15", "no grade is given, and no domain gets another grade than it has. Give in `overall_grade`"),
    ("a correction to the grade that stands", issued().facts, "report_corrected", "10-15",
     {"reason": "x", "grade": "good"}, "L15", "the overall grade is Good already"),
    ("a correction of an audit without grades", issued(UNGRADED).facts, "report_corrected", "10-15", {"reason": "x"},
     "P8", "its audit tool has no grades, so none can be corrected"),
    ("corrected without a reason", issued().facts, "report_corrected", "10-15", {"grade": "inadequate"}, "C4",
     "a reason is missing"),
    ("corrected to a grade that there is not", issued().facts, "report_corrected", "10-15",
     {"reason": "typed wrongly", "grade": "superb"}, "L2", "give one of outstanding, good, requires_improvement"),
    ("closed for a reason of one's own", issued().facts, "audit_closed", "10-15", {"reason": "tired"}, "S7",
     "'tired' is no reason for closing an audit early: allowed are case_closed"),
    ("closed while a dispute is open", replace(issued().facts, dispute_open=True), "audit_closed", "10-15",
     {"reason": "case_closed"}, "D7", "a dispute is open"),
    ("withdrawn for a reason of one's own", october(), "audit_withdrawn", "10-08", {"reason": "tired"}, "S9",
     "'tired' is no reason for withdrawing an audit"),
]  # fmt: skip


@pytest.mark.proves("L1", "L2", "L3", "L6", "L7", "L10", "L14", "L15", "Q2", "R1", "R2", "S7", "S9", "C4")
@pytest.mark.proves("lifecycle.closing_reasons", "lifecycle.head_of_service_follows_up_from")
@pytest.mark.parametrize(
    ("facts", "event", "day", "asked", "said"),
    [(*row[1:5], row[5:]) for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_what_stands_in_the_way_is_said_with_its_rule(
    facts: AuditFacts, event: str, day: str, asked: dict[str, Any], said: tuple[str, str]
) -> None:
    rule, sentence = refusal(facts, Event(event), day, **asked)

    assert (rule, said[1] in sentence) == (said[0], True), sentence


@pytest.mark.proves("R2")
def test_a_further_re_audit_is_done_without_when_re_auditor_and_audit_manager_both_say_so() -> None:
    life = followed_up(re_audit("requires_improvement"))
    assert refusal(life.facts, Event.AUDIT_CLOSED, "10-20")[0] == "S7"

    life.then(Event.FURTHER_RE_AUDIT_ADVISED_AGAINST, "10-20", reason="the team has put it right since")
    assert refusal(life.facts, Event.AUDIT_CLOSED, "10-20")[0] == "S7"
    assert refusal(life.facts, Event.FURTHER_RE_AUDIT_ADVISED_AGAINST, "10-20", reason="x")[0] == "R2"
    life.then(Event.FURTHER_RE_AUDIT_WAIVED, "10-21", reason="agreed").then(Event.AUDIT_CLOSED, "10-21")

    assert life.facts.state == State.CLOSED


@pytest.mark.proves("R2", "ladders.re_audit")
def test_beyond_the_second_re_audit_the_director_orders_one_and_a_closed_audit_is_open_for_it_again() -> None:
    life = followed_up(re_audit("inadequate", 2)).then(Event.AUDIT_CLOSED, "10-20")
    life.then(Event.FURTHER_RE_AUDIT_ORDERED, "11-02", reason="the risk remains")

    assert (life.facts.state, life.last.told_of) == (State.ISSUED, ("further_re_audit_ordered",))
    assert refusal(life.facts, Event.AUDIT_CLOSED, "11-02")[0] == "S7"
    assert refusal(life.facts, Event.FURTHER_RE_AUDIT_ORDERED, "11-03", reason="x")[0] == "R2"


@pytest.mark.proves("R2", "S7")
def test_an_audit_that_was_closed_because_nobody_could_act_on_it_is_not_opened_for_another_re_audit() -> None:
    life = issued(re_audit("inadequate", 2)).then(Event.AUDIT_CLOSED, "10-20", reason="practitioner_left")
    rule, sentence = refusal(life.facts, Event.FURTHER_RE_AUDIT_ORDERED, "11-02", reason="the risk remains")

    assert rule == "R2"
    assert "audit another case of the same practitioner instead" in sentence


@pytest.mark.proves("L2")
def test_everything_that_is_missing_is_said_at_once() -> None:
    other = Reason("L4", "3.4", "The improvement plan is missing.")
    decision = done(discussed(october(missing=(MISSING, other))).facts, Event.REPORT_SUBMITTED, "10-12")

    assert decision.reasons == (MISSING, other)


@pytest.mark.proves("L3", "lifecycle.team_manager_attends_from")
@pytest.mark.parametrize(
    ("facts", "attended", "may"),
    [
        (october(), False, True),
        (re_audit("good"), False, True),
        (re_audit("good", 2), False, False),
        (re_audit("good", 2), True, True),
        (re_audit("good", 3), False, False),
    ],
)
def test_from_the_second_re_audit_on_the_team_manager_attends(facts: AuditFacts, attended: bool, may: bool) -> None:
    asked = Asked(on_day=on("10-08"), team_manager_attended=attended)

    assert (done(facts, Event.DISCUSSION_HELD, "10-08", asked).refused is None) is may
    assert done(facts, Event.DISCUSSION_NOT_HELD, "10-08", Asked(reason="the team manager is away")).refused is None


@pytest.mark.proves("L5", "L12")
@pytest.mark.parametrize(
    ("life", "event", "day", "flag"),
    [
        (Life(october()), Event.DISCUSSION_HELD, "11-02",
         ("L1", "due on Thursday 29 October 2026 and done on Monday 2 November 2026, 2 working days late")),
        (discussed(), Event.REPORT_SUBMITTED, "10-30",
         ("L5", "due on Thursday 29 October 2026 and done on Friday 30 October 2026, 1 working day late")),
        (submitted(), Event.REPORT_ACCEPTED, "10-15",
         ("L6", "due on Tuesday 13 October 2026 and done on Thursday 15 October 2026, 2 working days late")),
        (submitted(day="11-05").then(Event.REPORT_ACCEPTED, "11-05"), Event.AUDIT_ISSUED, "11-06",
         ("L7", "due on Friday 30 October 2026 and done on Friday 6 November 2026, 5 working days late")),
        (issued(), Event.FINDINGS_DISCUSSED, "10-29",
         ("L10", "due on Wednesday 28 October 2026 and done on Thursday 29 October 2026, 1 working day late")),
    ],
)  # fmt: skip
def test_late_is_said_and_stops_nothing(life: Life, event: Event, day: str, flag: tuple[str, str]) -> None:
    decision = done(life.facts, event, day, Asked(on_day=on(day)))

    assert decision.refused is None
    assert [reason.rule for reason in decision.flags] == [flag[0]]
    assert flag[1] in decision.flags[0].sentence


@pytest.mark.proves("L1", "L3", "L10")
def test_what_was_held_in_time_and_recorded_later_is_in_time_and_says_so() -> None:
    decision = done(october(), Event.DISCUSSION_HELD, "11-02", Asked(on_day=on("10-29")))

    assert decision.happened_on == on("10-29")
    assert [reason.sentence for reason in decision.flags] == [
        "PA-2026-0412: done on Thursday 29 October 2026 and recorded on Monday 2 November 2026."
    ]


@pytest.mark.proves("L3", "L10")
def test_both_discussions_may_be_held_on_the_very_day_that_makes_them_possible() -> None:
    assert done(october(), Event.DISCUSSION_HELD, "10-08", Asked(on_day=on("10-01"))).refused is None
    assert done(issued().facts, Event.FINDINGS_DISCUSSED, "10-15", Asked(on_day=on("10-14"))).refused is None


@pytest.mark.proves("L1", "L3")
def test_a_practitioner_is_told_nothing_of_what_stands_in_an_auditors_way() -> None:
    facts = discussed(october(missing=(MISSING,))).facts
    moves = allowed_moves(facts, Actor.of("practitioner"), on=on("10-12"), policy=POLICY, calendar=CALENDAR)

    assert [move.event for move in moves] == [row.event for row in LIFECYCLE]
    assert not any(move.is_allowed for move in moves)
    assert MISSING not in {reason for move in moves for reason in move.reasons}


@pytest.mark.proves("L1")
def test_what_can_be_done_now_is_said_with_what_has_to_come_with_it() -> None:
    moves = {
        move.event: move
        for move in allowed_moves(october(), Actor.of("auditor"), on=on("10-08"), policy=POLICY, calendar=CALENDAR)
    }

    assert [event for event, move in moves.items() if move.is_allowed] == [
        Event.MEETING_ARRANGED,
        Event.DRAFT_BEGUN,
        Event.DISCUSSION_HELD,
        Event.DISCUSSION_NOT_HELD,
        Event.FEEDBACK_GIVEN,
    ]
    assert moves[Event.MEETING_ARRANGED].needs == ("the day of the meeting, today or later",)
    assert moves[Event.REPORT_SUBMITTED].reasons[0].sentence == (
        "PA-2026-0412: the audit is allocated; submitting the report for the first time is possible while it is "
        "discussed."
    )


@pytest.mark.proves("L1")
def test_what_is_allowed_can_be_done() -> None:
    for life in (Life(october()), discussed(), submitted(), returned(), accepted(), issued()):
        for role in ("auditor", "audit_team", "team_manager", "practitioner"):
            for move in allowed_moves(life.facts, Actor.of(role), on=on("10-15"), policy=POLICY, calendar=CALENDAR):
                asked = replace(ALL_THAT_IS_ASKED, on_day=on("10-15"))
                decision = decide(
                    move.event,
                    life.facts,
                    Actor.of(role),
                    on=on("10-15"),
                    policy=POLICY,
                    calendar=CALENDAR,
                    asked=asked,
                )
                assert move.is_allowed <= (decision.refused is None)
