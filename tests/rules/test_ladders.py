"""Disputes and safety alerts, rung by rung: whose turn it is until when, who is told, and what the clock does itself.

Each row is what happened to one of them, as somebody could write it down, and where it stands at the end of a day.
"""

from dataclasses import replace
from datetime import date

import pytest

from rules.dates_in_words import MONTHS
from rules.errors import InvalidFacts, OutsideCalendar
from rules.ladders import LadderFacts, LadderState, Standing, Step, When, ladder_named, walk
from rules.lengths import WorkingDays
from rules.lifecycles import Event
from rules.named_days import NamedDay
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.quality_checks import AMENDMENT, amendment_due
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
NOBODY_VACANT = LadderFacts()

# Short forms for the tables below, as the matrix of FRAMEWORK section 9 has its columns.
ROLES = {
    "P": "practitioner",
    "A": "auditor",
    "LM": "line_manager",
    "TM": "team_manager",
    "HoS": "head_of_service",
    "PSW": "principal_social_worker",
    "AD": "assistant_director",
    "AD-QA": "assistant_director_qa",
    "D": "director",
    "DD": "divisional_director",
    "AT": "audit_team",
    "AM": "audit_manager",
}


def day(written: str) -> date:
    """ "4 Jan 27"."""
    number, month, year = written.split()
    return date(2000 + int(year), [name[:3] for name in MONTHS].index(month) + 1, int(number))


def steps(written: str) -> tuple[Step, ...]:
    """ "meeting_held 29 Dec 26, unresolved 4 Jan 27"."""
    parts = (part.strip().partition(" ") for part in written.split(",") if part.strip())
    return tuple(Step(event, day(on)) for event, _, on in parts)


def stands(
    ladder: str, began: str, happened: str, as_of: str, *, policy: Policy = POLICY, facts: LadderFacts = NOBODY_VACANT
) -> Standing:
    calendar = WorkingDayCalendar.of_policy(policy.calendar)
    return walk(ladder, day(began), steps(happened), as_of=day(as_of), policy=policy, calendar=calendar, facts=facts)


def roles(short: str) -> list[str]:
    return [ROLES[name] for name in short.split()]


def told(standing: Standing) -> list[str]:
    return [one.role.value for one in standing.told]


TO_D2 = "meeting_held 8 Sep 26"
TO_D3 = f"{TO_D2}, unresolved 9 Sep 26, referred 10 Sep 26"
TO_D4 = f"{TO_D3}, course_agreed 15 Sep 26"
TO_D5 = f"{TO_D4}, unresolved 18 Sep 26, referred 21 Sep 26"
TO_D6 = f"{TO_D5}, unresolved 24 Sep 26, referred 25 Sep 26"

INFORMAL, FORMAL = "P A LM TM AT", "P A LM TM PSW AT AM"
FROM_D4, FROM_D5 = "P A LM TM HoS PSW AT AM", "P A LM TM HoS PSW AD AD-QA AT AM"

LEFT_AT_D2, LEFT_AT_D4 = f"{TO_D2}, unresolved 9 Sep 26", f"{TO_D4}, unresolved 18 Sep 26"

DISPUTES = [
    # what happened (all begin on Wednesday 2 September 2026), asked on; rung, due on, owed by, told, next
    ("the written response", "", "2 Sep 26", ("D1", "9 Sep 26", "TM", INFORMAL, "D2")),
    ("a meeting, in time", TO_D2, "8 Sep 26", ("D2", "10 Sep 26", "TM", INFORMAL, "D3")),
    ("no agreement", f"{TO_D2}, unresolved 9 Sep 26", "9 Sep 26", ("D2", "16 Sep 26", "TM", INFORMAL, "D3")),
    ("the formal process", TO_D3, "10 Sep 26", ("D3", "17 Sep 26", "AM PSW", FORMAL, "D4")),
    ("what is to be done is settled", TO_D4, "15 Sep 26", ("D4", "22 Sep 26", "AM PSW", FROM_D4, "D5")),
    ("the reply settles nothing", LEFT_AT_D4, "18 Sep 26", ("D4", "25 Sep 26", "PSW", FROM_D4, "D5")),
    ("the assistant directors", TO_D5, "21 Sep 26", ("D5", "28 Sep 26", "AD AD-QA", FROM_D5, "D6")),
    ("they do not agree", f"{TO_D5}, unresolved 24 Sep 26", "24 Sep 26", ("D5", "1 Oct 26", "AD-QA", FROM_D5, "D6")),
    ("the Divisional Director", TO_D6, "25 Sep 26", ("D6", None, "DD", "P A LM TM HoS PSW AD AD-QA DD AT AM", None)),
]  # fmt: skip


@pytest.mark.proves("D1", "D2", "D3", "D4", "D5", "D6", "ladders.dispute", "recipients.dispute_step")
@pytest.mark.proves("ladders.dispute.D1", "ladders.dispute.D2", "ladders.dispute.D3", "ladders.dispute.D4")
@pytest.mark.proves("ladders.dispute.D5", "ladders.dispute.D6")
@pytest.mark.parametrize(
    ("happened", "as_of", "expected"),
    [row[1:] for row in DISPUTES],
    ids=[row[0] for row in DISPUTES],
)
def test_a_dispute_goes_up_rung_by_rung(
    happened: str, as_of: str, expected: tuple[str, str | None, str, str, str | None]
) -> None:
    rung, due_on, owed_by, hear, above = expected
    found = stands("dispute", "2 Sep 26", happened, as_of)

    assert (found.rung.id, found.state, found.next) == (rung, LadderState.OPEN, above)
    assert found.due_on == (day(due_on) if due_on else None)
    assert list(found.owed_by) == roles(owed_by)
    assert told(found) == roles(hear)
    assert [clock.owed_by for clock in found.deadlines] == (roles(owed_by) if due_on else [])


ENDS = [
    # what happened, asked on; how it ended, on which rung, what is put on record
    ("agreed at the meeting", f"{TO_D2}, resolved 9 Sep 26", "1 Oct 26", "resolved", "D2", ["amended_report"]),
    ("agreed by the reply", f"{TO_D4}, resolved 18 Sep 26", "1 Oct 26", "resolved", "D4", ["final_report"]),
    ("the directors agree", f"{TO_D5}, resolved 24 Sep 26", "1 Oct 26", "resolved", "D5", ["final_report"]),
    ("the last word", f"{TO_D6}, resolved 9 Nov 26", "10 Nov 26", "resolved", "D6", ["final_report"]),
    ("withdrawn", "withdrawn 4 Sep 26", "1 Oct 26", "withdrawn", "D1", []),
    ("withdrawn when nobody went on", f"{LEFT_AT_D2}, withdrawn 10 Sep 26", "1 Oct 26", "withdrawn", "D2", []),
    ("not sent on in time", f"{TO_D2}, unresolved 9 Sep 26", "17 Sep 26", "lapsed", "D2", []),
    ("not escalated in time", f"{TO_D4}, unresolved 18 Sep 26", "26 Sep 26", "lapsed", "D4", []),
    ("no word on exceptional", f"{TO_D5}, unresolved 24 Sep 26", "2 Oct 26", "lapsed", "D5", []),
    ("not exceptional", f"{TO_D5}, unresolved 24 Sep 26, not_exceptional 25 Sep 26", "25 Sep 26", "lapsed", "D5", []),
]  # fmt: skip


@pytest.mark.proves("D2", "D6", "D8", "ladders.dispute.D2.referral", "ladders.dispute.D4.referral")
@pytest.mark.proves("ladders.dispute.D5.referral")
@pytest.mark.parametrize(
    ("happened", "as_of", "state", "rung", "records"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS]
)
def test_a_dispute_ends_and_owes_nothing_any_more(
    happened: str, as_of: str, state: str, rung: str, records: list[str]
) -> None:
    found = stands("dispute", "2 Sep 26", happened, as_of)

    assert (found.state, found.rung.id) == (state, rung)
    assert (found.due_on, found.owed_by, found.next, found.deadlines, found.possible) == (None, (), None, (), ())
    assert list(found.history[-1].records) == records


@pytest.mark.proves("D8")
def test_what_is_not_sent_on_lapses_the_day_after_its_last_day_and_says_so() -> None:
    unresolved = f"{TO_D2}, unresolved 9 Sep 26"

    assert stands("dispute", "2 Sep 26", unresolved, "16 Sep 26").state is LadderState.OPEN
    lapsed = stands("dispute", "2 Sep 26", unresolved, "30 Sep 26")

    assert (lapsed.history[-1].on, lapsed.history[-1].event, lapsed.history[-1].by_clock) == (
        day("17 Sep 26"),
        "lapsed",
        True,
    )
    assert [reason.rule for reason in lapsed.reasons] == ["D8"]
    assert lapsed.reasons[0].sentence == (
        "Unresolved at D2 and not taken further by Wednesday 16 September 2026: it lapsed, and what was before stands."
    )


OVERDUE = [
    # what happened, the day after the last day; rung, who is told then, what may happen
    ("no meeting", "", "10 Sep 26", "D1", INFORMAL, "meeting_held referred withdrawn"),
    ("no summary", TO_D2, "11 Sep 26", "D2", FORMAL, "resolved unresolved referred withdrawn"),
    ("no discussion", TO_D3, "18 Sep 26", "D3", FROM_D4, "course_agreed referred withdrawn"),
    ("no reply", TO_D4, "23 Sep 26", "D4", FROM_D5, "resolved unresolved referred withdrawn"),
    ("directors do not meet", TO_D5, "29 Sep 26", "D5", FROM_D5, "resolved unresolved referred withdrawn"),
]


@pytest.mark.proves("D7")
@pytest.mark.parametrize(
    ("happened", "as_of", "rung", "hear", "possible"), [row[1:] for row in OVERDUE], ids=[row[0] for row in OVERDUE]
)
def test_a_stage_whose_time_runs_out_does_not_move_the_next_rung_is_told_and_a_person_decides(
    happened: str, as_of: str, rung: str, hear: str, possible: str
) -> None:
    later = stands("dispute", "2 Sep 26", happened, "30 Nov 26")
    that_day = stands("dispute", "2 Sep 26", happened, as_of)

    for found in (that_day, later):
        assert (found.rung.id, found.state, found.is_overdue) == (rung, LadderState.OPEN, True)
        assert told(found) == roles(hear)
        assert [way_out.event for way_out in found.possible] == possible.split()
        assert (found.history[-1].on, found.history[-1].event) == (day(as_of), "time_ran_out")
        assert found.history[-1].reasons[0].rule == "D7"


@pytest.mark.proves("D7")
def test_the_audit_team_takes_a_dispute_further_that_nobody_arranged_a_meeting_for() -> None:
    found = stands("dispute", "2 Sep 26", "referred 14 Sep 26", "14 Sep 26")

    assert (found.rung.id, found.due_on) == ("D3", day("21 Sep 26"))
    assert [ended.time_limit for ended in found.history[-1].deadlines_withdrawn] == ["ladders.dispute.D1"]


@pytest.mark.proves("D1")
def test_a_rung_is_overdue_when_its_last_day_has_passed_and_not_before() -> None:
    assert not stands("dispute", "2 Sep 26", "", "9 Sep 26").is_overdue
    assert stands("dispute", "2 Sep 26", "", "10 Sep 26").is_overdue


@pytest.mark.proves("D8")
def test_a_referral_that_is_said_to_be_none_was_not_met() -> None:
    found = stands("dispute", "2 Sep 26", f"{TO_D5}, unresolved 24 Sep 26, not_exceptional 25 Sep 26", "25 Sep 26")

    assert found.history[-1].deadlines_met == ()
    assert [ended.time_limit for ended in found.history[-1].deadlines_withdrawn] == ["ladders.dispute.D5.referral"]


@pytest.mark.proves("D7", "ladders.disputes_never_judged_by")
def test_who_was_the_auditor_or_manages_the_practitioner_judges_on_no_formal_rung() -> None:
    barred = ("auditor", "line_manager", "team_manager")

    assert stands("dispute", "2 Sep 26", TO_D2, "8 Sep 26").must_not_judge == ()
    for happened in (TO_D3, TO_D4, TO_D5, TO_D6):
        assert stands("dispute", "2 Sep 26", happened, "25 Sep 26").must_not_judge == barred


@pytest.mark.proves("D6")
def test_the_last_word_has_no_clock_and_is_asked_for_every_five_working_days() -> None:
    found = stands("dispute", "2 Sep 26", TO_D6, "25 Sep 26")
    much_later = stands("dispute", "2 Sep 26", TO_D6, "30 Dec 26")

    assert (found.due_on, found.next_reminder_on) == (None, day("2 Oct 26"))
    assert (much_later.state, much_later.rung.id, much_later.next_reminder_on) == ("open", "D6", day("6 Jan 27"))
    way_up = next(one for one in found.rung.exits if one.event == "resolved")
    assert way_up.by == ("divisional_director",)
    to_the_top = [one for one in ladder_named("dispute", POLICY).rung("D5").exits if one.to == "D6"]
    assert [(one.exceptional, one.needs_reason, one.by) for one in to_the_top] == [
        (True, True, ("assistant_director_qa",))
    ]


W1, W2, W3, W4 = "A LM TM AT AM", "A HoS AT AM", "A AD AT AM", "A D AT AM"
TO_W3 = "unresolved 2 Sep 26, unresolved 4 Sep 26"

ALERTS = [
    # what happened (all begin on Wednesday 2 September 2026), asked on; rung, due on, owed by, told, next
    ("raised", "", "2 Sep 26", ("W1", "3 Sep 26", "TM", W1, "W2")),
    ("acknowledged", "acknowledged 2 Sep 26", "3 Sep 26", ("W1", "3 Sep 26", "TM", W1, "W2")),
    ("not resolved", "acknowledged 2 Sep 26, unresolved 3 Sep 26", "3 Sep 26", ("W2", "10 Sep 26", "HoS", W2, "W3")),
    ("no outcome by the next day", "acknowledged 2 Sep 26", "4 Sep 26", ("W2", "11 Sep 26", "HoS", W2, "W3")),
    ("nobody answers", "", "4 Sep 26", ("W2", "11 Sep 26", "HoS", W2, "W3")),
    ("nobody answers on", "", "12 Sep 26", ("W3", "18 Sep 26", "AD", W3, "W4")),
    ("nobody answers ever", "", "24 Dec 26", ("W3", "18 Sep 26", "AD", W3, "W4")),
    ("stage 2 fails", TO_W3, "4 Sep 26", ("W3", "11 Sep 26", "AD", W3, "W4")),
    ("stage 3 fails", f"{TO_W3}, unresolved 9 Sep 26", "9 Sep 26", ("W3", "10 Sep 26", "AD", W3, "W4")),
    ("nobody turns to the Director", f"{TO_W3}, unresolved 9 Sep 26", "1 Oct 26", ("W3", "10 Sep 26", "AD", W3, "W4")),
    ("the Director", f"{TO_W3}, referred 9 Sep 26", "9 Sep 26", ("W4", None, "D", W4, None)),
]  # fmt: skip


@pytest.mark.proves("W1", "W2", "W3", "W4", "W6", "ladders.safety_alert", "recipients.safety_alert")
@pytest.mark.proves("ladders.safety_alert.W1", "ladders.safety_alert.W2", "ladders.safety_alert.W3")
@pytest.mark.proves("ladders.safety_alert.W3.referral", "ladders.safety_alert.W4")
@pytest.mark.parametrize(
    ("happened", "as_of", "expected"),
    [row[1:] for row in ALERTS],
    ids=[row[0] for row in ALERTS],
)
def test_an_alert_moves_up_by_itself_until_only_a_persons_word_takes_it_to_the_director(
    happened: str, as_of: str, expected: tuple[str, str | None, str, str, str | None]
) -> None:
    rung, due_on, owed_by, hear, above = expected
    found = stands("safety_alert", "2 Sep 26", happened, as_of)

    assert (found.rung.id, found.state, found.next) == (rung, LadderState.OPEN, above)
    assert found.due_on == (day(due_on) if due_on else None)
    assert list(found.owed_by) == roles(owed_by)
    assert told(found) == roles(hear)


@pytest.mark.proves("W1", "ladders.safety_alert.W1.acknowledgement")
@pytest.mark.parametrize(
    ("raised", "acknowledged_by", "outcome_by"),
    [
        ("2 Sep 26", "2 Sep 26", "3 Sep 26"),  # a Wednesday
        ("4 Sep 26", "4 Sep 26", "7 Sep 26"),  # a Friday
        ("5 Sep 26", "7 Sep 26", "7 Sep 26"),  # a Saturday: Monday is the first working day after it
        ("24 Dec 26", "24 Dec 26", "29 Dec 26"),
        ("25 Dec 26", "29 Dec 26", "29 Dec 26"),
        ("26 Mar 27", "30 Mar 27", "30 Mar 27"),  # Good Friday
    ],
)
def test_an_alert_is_acknowledged_on_the_same_working_day_and_has_an_outcome_by_the_end_of_the_next(
    raised: str, acknowledged_by: str, outcome_by: str
) -> None:
    found = stands("safety_alert", raised, "", raised)

    assert {clock.time_limit: clock.due_on for clock in found.deadlines} == {
        "ladders.safety_alert.W1.acknowledgement": day(acknowledged_by),
        "ladders.safety_alert.W1": day(outcome_by),
    }


@pytest.mark.proves("W1")
def test_an_acknowledgement_stops_its_own_clock_and_can_be_given_once() -> None:
    found = stands("safety_alert", "2 Sep 26", "acknowledged 2 Sep 26", "2 Sep 26")

    assert found.history[-1].deadlines_met == ("ladders.safety_alert.W1.acknowledgement",)
    assert [clock.time_limit for clock in found.deadlines] == ["ladders.safety_alert.W1"]
    with pytest.raises(InvalidFacts, match="Possible then: resolved and unresolved"):
        stands("safety_alert", "2 Sep 26", "acknowledged 2 Sep 26, acknowledged 3 Sep 26", "3 Sep 26")


@pytest.mark.proves("W1", "W6")
def test_that_nobody_acknowledged_an_alert_is_told_the_day_after_and_moves_nothing_yet() -> None:
    found = stands("safety_alert", "2 Sep 26", "", "3 Sep 26")

    assert (found.rung.id, found.history[-1].event, found.history[-1].on) == (
        "W1",
        "not_acknowledged",
        day("3 Sep 26"),
    )
    assert "audit_team" in told(found)


@pytest.mark.proves("W5")
@pytest.mark.parametrize(
    "happened", ["resolved 2 Sep 26", "unresolved 2 Sep 26", "unresolved 2 Sep 26, resolved 3 Sep 26", TO_W3]
)
def test_the_outcome_of_every_stage_of_an_alert_is_put_on_record(happened: str) -> None:
    found = stands("safety_alert", "2 Sep 26", happened, "4 Sep 26")

    assert all(happening.records == ("case_note",) for happening in found.history[1:])
    assert ("W5", "To be put on record: case note.") in [
        (reason.rule, reason.sentence) for reason in found.history[-1].reasons
    ]


VACANT = [
    # which posts nobody can act in since when; where the alert of Wednesday 2 September stands, since when
    ("the team manager's post is vacant", {"team_manager": "1 Jun 26"}, "2 Sep 26", "W2", "2 Sep 26"),
    ("both posts", {"team_manager": "1 Jun 26", "head_of_service": "1 Jul 26"}, "2 Sep 26", "W3", "2 Sep 26"),
    ("vacant from the next day", {"team_manager": "3 Sep 26"}, "2 Sep 26", "W1", "2 Sep 26"),
    ("vacant since the next day", {"team_manager": "3 Sep 26"}, "3 Sep 26", "W2", "3 Sep 26"),
    ("the assistant director's", {"assistant_director": "1 Jun 26"}, "30 Sep 26", "W3", "12 Sep 26"),
    ("somebody else's", {"audit_manager": "1 Jun 26"}, "2 Sep 26", "W1", "2 Sep 26"),
]


@pytest.mark.proves("W6")
@pytest.mark.parametrize(
    ("vacant", "as_of", "rung", "since"), [row[1:] for row in VACANT], ids=[row[0] for row in VACANT]
)
def test_an_alert_passes_over_a_vacant_post_at_once_but_reaches_the_director_by_a_persons_word_alone(
    vacant: dict[str, str], as_of: str, rung: str, since: str
) -> None:
    facts = LadderFacts(vacant_since={role: day(on) for role, on in vacant.items()})
    found = stands("safety_alert", "2 Sep 26", "", as_of, facts=facts)

    assert found.rung.id == rung
    assert next(happening.on for happening in found.history if happening.rung == rung) == day(since)


@pytest.mark.proves("W6")
def test_a_rung_that_two_posts_owe_is_passed_over_only_when_nobody_can_act_in_either() -> None:
    ladder = POLICY.ladders.safety_alert
    both = tuple(
        replace(rung, owed_by=("team_manager", "line_manager")) if rung.id == "W1" else rung for rung in ladder.rungs
    )
    shared = replace(POLICY, ladders=replace(POLICY.ladders, safety_alert=replace(ladder, rungs=both)))
    one = LadderFacts(vacant_since={"team_manager": day("1 Sep 26")})
    two = LadderFacts(vacant_since={"team_manager": day("1 Sep 26"), "line_manager": day("1 Sep 26")})

    assert stands("safety_alert", "2 Sep 26", "", "2 Sep 26", policy=shared, facts=one).rung.id == "W1"
    assert stands("safety_alert", "2 Sep 26", "", "2 Sep 26", policy=shared, facts=two).rung.id == "W2"


@pytest.mark.proves("W6")
def test_a_move_of_the_clock_that_is_recorded_counts_from_the_day_on_which_the_message_went_out() -> None:
    """A service that was down sends its e-mail later, and the head of service has five working days from it."""
    by_itself = stands("safety_alert", "2 Sep 26", "", "8 Sep 26")
    recorded = stands("safety_alert", "2 Sep 26", "time_ran_out 8 Sep 26", "8 Sep 26")

    assert (by_itself.due_on, recorded.due_on) == (day("11 Sep 26"), day("15 Sep 26"))
    vacant = stands("safety_alert", "2 Sep 26", "post_vacant 2 Sep 26", "2 Sep 26")
    assert (vacant.rung.id, vacant.due_on) == ("W2", day("9 Sep 26"))


DONE = "resolved 9 Sep 26"
REFUSED = [
    # what was given, of what; the place, words of the sentence, the rule
    ("a reply before a meeting", "dispute", "resolved 3 Sep 26", "/steps/0/event", ["at D1", "meeting_held"], "D1"),
    ("a referral while time runs", "dispute", "referred 3 Sep 26", "/steps/0/event", ["at D1", "meeting_held"], "D1"),
    ("a second meeting", "dispute", f"{TO_D2}, meeting_held 9 Sep 26", "/steps/1/event", ["happens at D1"], "D2"),
    ("a step after the end", "dispute", f"{TO_D2}, {DONE}, {DONE}", "/steps/2/event", ["was resolved on"], "D1"),
    ("a late referral", "dispute", f"{LEFT_AT_D2}, referred 17 Sep 26", "/steps/2/event", ["too late", "lapsed"], "D1"),
    ("an event of no ladder", "dispute", "shouted 3 Sep 26", "/steps/0/event", ["'shouted'", "meeting_held"], "D1"),
    ("an alert's event", "dispute", "acknowledged 3 Sep 26", "/steps/0/event", ["'acknowledged'"], "D1"),
    ("a step before it began", "dispute", "meeting_held 1 Sep 26", "/steps/0/on", ["before it was started"], None),
    ("a wrong order", "dispute", f"{TO_D2}, resolved 7 Sep 26", "/steps/1/on", ["before meeting_held"], None),
    ("a step in the future", "dispute", "meeting_held 2 Nov 26", "/steps/0/on", ["after as_of"], None),
    ("an early clock", "safety_alert", "time_ran_out 3 Sep 26", "/steps/0/on", ["too early", "Friday 4"], "W6"),
    ("an idle clock", "dispute", "time_ran_out 10 Sep 26", "/steps/0/event", ["not move by a clock"], "D7"),
    ("a vacancy", "dispute", "post_vacant 3 Sep 26", "/steps/0/event", ["no post whose vacancy"], "D7"),
    ("a withdrawn alert", "safety_alert", "withdrawn 2 Sep 26", "/steps/0/event", ["'withdrawn'", "resolved"], "W1"),
    ("the Director, straight away", "safety_alert", "referred 2 Sep 26", "/steps/0/event", ["happens at W3"], "W1"),
]  # fmt: skip


@pytest.mark.proves("D1", "D8", "W1", "W6")
@pytest.mark.parametrize(
    ("ladder", "happened", "pointer", "words", "rule"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_step_out_of_order_is_refused_with_its_place_and_the_way_out(
    ladder: str, happened: str, pointer: str, words: list[str], rule: str | None
) -> None:
    with pytest.raises(InvalidFacts) as refused:
        stands(ladder, "2 Sep 26", happened, "30 Sep 26")

    problem = refused.value.problems[0]
    assert (problem.pointer, problem.rule) == (pointer, rule)
    assert problem.value
    for word in words:
        assert word in problem.sentence


def test_a_day_before_it_began_or_beyond_the_calendar_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidFacts) as early:
        stands("dispute", "2 Sep 26", "", "1 Sep 26")
    assert early.value.problems[0].pointer == "/as_of"
    with pytest.raises(OutsideCalendar) as outside:
        walk("dispute", date(2017, 9, 1), (), as_of=date(2026, 9, 1), policy=POLICY, calendar=CALENDAR)
    assert outside.value.place is not None
    assert outside.value.place.pointer == "/started_on"


@pytest.mark.proves("D1", "W6")
def test_a_day_off_that_is_proclaimed_lengthens_a_rung_and_what_follows_from_it() -> None:
    mourning = WorkingDayCalendar.of_england(proclaimed_days=[NamedDay(day("9 Sep 26"), "Day of mourning")])

    for ladder, before, after in (("dispute", "9 Sep 26", "10 Sep 26"), ("safety_alert", "11 Sep 26", "14 Sep 26")):
        as_of = day("8 Sep 26")
        usual = walk(ladder, day("2 Sep 26"), (), as_of=as_of, policy=POLICY, calendar=CALENDAR)
        longer = walk(ladder, day("2 Sep 26"), (), as_of=as_of, policy=POLICY, calendar=mourning)
        assert (usual.due_on, longer.due_on) == (day(before), day(after))
        assert any("Day of mourning" in reason.sentence for reason in longer.reasons)


@pytest.mark.proves("D1")
def test_another_councils_objection_climbs_its_own_ladder_without_a_change_of_code() -> None:
    """Two rungs instead of six: the first moves up by itself, which a dispute here never does."""
    first = stands("dispute", "2 Sep 26", "", "7 Sep 26", policy=NORTHMOOR)
    assert (first.rung.id, first.due_on, first.owed_by) == ("one", day("7 Sep 26"), ("auditor",))

    second = stands("dispute", "2 Sep 26", "", "8 Sep 26", policy=NORTHMOOR)
    assert (second.rung.id, second.due_on, second.owed_by) == ("two", day("29 Sep 26"), ("director",))
    assert told(second) == ["practitioner", "auditor", "director"]

    assert (
        stands("dispute", "2 Sep 26", "not_agreed 3 Sep 26, decided 4 Sep 26", "5 Sep 26", policy=NORTHMOOR).state
        == "resolved"
    )
    assert stands("dispute", "2 Sep 26", "dropped 30 Sep 26", "30 Sep 26", policy=NORTHMOOR).state == "withdrawn"


def test_adding_removing_and_re_timing_a_rung_changes_data_only() -> None:
    ladder = POLICY.ladders.dispute
    slower = replace(ladder.rung("D1"), within=WorkingDays(7))
    fewer = tuple(slower if rung.id == "D1" else rung for rung in ladder.rungs)
    retimed = replace(POLICY, ladders=replace(POLICY.ladders, dispute=replace(ladder, rungs=fewer)))

    assert stands("dispute", "2 Sep 26", "", "2 Sep 26", policy=retimed).due_on == day("11 Sep 26")

    straight_up = tuple(
        replace(way_out, to="D5") if way_out.to == "D3" else way_out for way_out in ladder.rung("D2").exits
    )
    without_the_formal_two = (
        ladder.rung("D1"),
        replace(ladder.rung("D2"), exits=straight_up),
        ladder.rung("D5"),
        ladder.rung("D6"),
    )
    shorter = replace(POLICY, ladders=replace(POLICY.ladders, dispute=replace(ladder, rungs=without_the_formal_two)))
    found = stands("dispute", "2 Sep 26", TO_D3, "10 Sep 26", policy=shorter)
    assert (found.rung.id, list(found.owed_by)) == ("D5", roles("AD AD-QA"))


@pytest.mark.proves(
    "Q1", "Q3", "ladders.quality_of_reports", "ladders.quality_of_reports.Q1", "ladders.quality_of_reports.Q3"
)
def test_the_ladder_of_a_returned_report_has_no_clock_and_no_event_beside_the_life_of_an_audit() -> None:
    found = stands("quality_of_reports", "2 Sep 26", "", "2 Sep 26")
    due = amendment_due(day("2 Sep 26"), False, POLICY, CALENDAR)

    assert [(clock.time_limit, clock.owed_by, clock.due_on) for clock in found.deadlines] == [
        (AMENDMENT, due.owed_by, due.due_on)
    ]
    assert set(POLICY.ladders.quality_of_reports.events) <= set(Event)
    late = stands("quality_of_reports", "2 Sep 26", "", "8 Sep 26")
    assert (late.rung.id, late.due_on, late.history[-1].reasons[0].rule) == ("Q3", None, "Q2")
    assert told(late) == roles("A HoS AT")


@pytest.mark.proves(
    "R2", "R3", "R4", "S7", "ladders.re_audit", "ladders.re_audit.S7", "ladders.re_audit.R2", "ladders.re_audit.R4"
)
@pytest.mark.parametrize(
    ("issued", "rung", "state", "more"),
    [
        ("", "S7", "open", "HoS"),
        ("re_audit_issued_below_good 3 Nov 26", "R2", "open", "HoS PSW"),
        ("re_audit_issued_good 3 Nov 26", "S7", "resolved", "HoS"),
        ("re_audit_issued_below_good 3 Nov 26, re_audit_issued_below_good 2 Feb 27", "R4", "open", "HoS PSW AD D"),
        ("re_audit_issued_below_good 3 Nov 26, further_re_audit_waived 9 Nov 26", "R2", "lapsed", "HoS PSW"),
    ],
)  # fmt: skip
def test_work_that_stays_below_good_is_brought_to_more_people_with_each_re_audit_by_the_same_matrix(
    issued: str, rung: str, state: str, more: str
) -> None:
    found = stands("re_audit", "2 Sep 26", issued, "1 Mar 27", facts=LadderFacts(grade="inadequate"))

    assert (found.rung.id, found.state, found.due_on) == (rung, state, None)
    assert told(found) == [*roles(f"P LM TM {more}"), "audit_team"]


@pytest.mark.proves("W6")
def test_a_post_that_fell_vacant_on_the_day_on_which_the_time_ran_out_moves_an_alert_one_rung_and_not_two() -> None:
    later = LadderFacts(vacant_since={"team_manager": day("5 Sep 26"), "director": day("5 Sep 26")})
    found = stands("safety_alert", "2 Sep 26", "post_vacant 4 Sep 26", "5 Sep 26", facts=later)

    assert [(it.event, it.rung) for it in found.history if it.by_clock] == [
        ("not_acknowledged", "W1"),
        ("post_vacant", "W2"),
    ]


def test_what_is_awaited_is_said() -> None:
    assert stands("dispute", "2 Sep 26", TO_D2, "8 Sep 26").awaits is When.STAGE
    assert stands("dispute", "2 Sep 26", f"{TO_D2}, unresolved 9 Sep 26", "9 Sep 26").awaits is When.REFERRAL
    assert stands("dispute", "2 Sep 26", "withdrawn 2 Sep 26", "9 Sep 26").awaits is None
