"""What each person is told of each move in each state: true of them, of use to them, and without a word of the code."""

from dataclasses import replace

import pytest

from rules.audit_contents import why_not_written
from rules.clock_names import FOLLOW_UP, what_they_owe
from rules.draft_readers import Part
from rules.lifecycle_deeds import DEEDS
from rules.lifecycles import Actor, AuditFacts, Event, State, allowed_moves
from rules.quality_checks import QUALITY_CHECK
from rules.roles import Role
from tests.rules.audit_lives import CALENDAR, POLICY, graded, october, on, re_audit

KINDS = {
    "an audit": graded("inadequate"),
    "a good one": graded("good"),
    "one without grades": october(is_graded=False, grade_before=None, grade_after=None),
    "a re-audit": re_audit("inadequate"),
    "a second re-audit": re_audit("inadequate", 2),
    "a good re-audit": re_audit("good"),
}
WHO = [(), *((role,) for role in Role), ("auditor", "audit_team"), ("practitioner", "team_manager")]
ISSUED = (State.ISSUED, State.CLOSED)
Told = dict[Event, tuple[str, ...]]


def told(facts: AuditFacts, state: State, *roles: str) -> Told:
    """By event what stands against it; nothing where it may be done."""
    grade = facts.grade_after if state in (State.ACCEPTED, *ISSUED) else None
    at_that_time = replace(facts, state=state, grade=grade, issued_on=on("10-14") if state in ISSUED else None)
    moves = allowed_moves(at_that_time, Actor.of(*roles), on=on("10-19"), policy=POLICY, calendar=CALENDAR)
    return {move.event: tuple(f"{it.rule} {it.sentence}" for it in move.reasons) for move in moves}


@pytest.mark.proves("A2", "L1", "L14", "P8")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", WHO)
def test_no_sentence_speaks_the_language_of_the_code(kind: str, who: tuple[str, ...]) -> None:
    for state in State:
        for event, sentences in told(KINDS[kind], state, *who).items():
            for sentence in sentences:
                words = sentence.partition(": ")[2]
                assert "_" not in words
                assert '"' not in words
                assert "scheduler" not in words
                assert "the case system does" not in words
                assert ("whoever is audited" in words) <= (
                    sentence.startswith("A2") and bool({*who} & {"auditor", "practitioner"})
                )
            assert len(set(sentences)) == len(sentences), f"{event} is answered twice with the same"


@pytest.mark.proves("L14", "A2")
def test_what_is_the_practitioners_or_the_auditors_is_told_as_that_and_not_as_a_matter_of_their_own() -> None:
    as_practitioner, as_auditor = (told(KINDS["an audit"], State.ISSUED, one) for one in ("practitioner", "auditor"))

    assert as_practitioner[Event.REPORT_ACKNOWLEDGED] == as_practitioner[Event.REPORT_COMMENTED] == ()
    assert as_auditor[Event.REPORT_COMMENTED] == (
        "L14 PA-2026-0412: commenting on the report is for the practitioner.",
    )
    assert as_practitioner[Event.AUDIT_ISSUED] == ("L7 PA-2026-0412: issuing the report is for the auditor.",)
    never = "and never for whoever is audited or audits: where they hold that post,"
    of_a_manager = f"is for the team manager or the line manager, {never} the next role up does it."
    of_the_team = f"is for the audit team or the audit manager, {never} somebody else of them does it."
    (discussing,) = as_practitioner[Event.FINDINGS_DISCUSSED]
    assert discussing == f"A2 PA-2026-0412: recording the discussion of the findings {of_a_manager}"
    assert as_auditor[Event.REPORT_ACCEPTED] == (f"A2 PA-2026-0412: accepting the report {of_the_team}",)


@pytest.mark.proves("P8", "L10", "S7", "R1", "R2")
@pytest.mark.parametrize(
    ("event", "role"),
    [
        (Event.FINDINGS_DISCUSSED, "team_manager"),
        (Event.FINDINGS_NOTE_CHECKED, "audit_team"),
        (Event.FINDINGS_NOTE_MISSING, "audit_team"),
        (Event.FURTHER_RE_AUDIT_ADVISED_AGAINST, "auditor"),
        (Event.FURTHER_RE_AUDIT_WAIVED, "audit_manager"),
        (Event.FURTHER_RE_AUDIT_ORDERED, "director"),
        (Event.ANOTHER_CASE_CHOSEN, "audit_team"),
    ],
)
def test_of_an_audit_without_grades_one_sentence_says_that_nothing_of_this_follows(event: Event, role: str) -> None:
    (sentence,) = told(KINDS["one without grades"], State.ISSUED, role)[event]

    assert sentence.startswith(
        "P8 PA-2026-0412: its audit tool has no graded domains, so that there is a percentage only"
    )


@pytest.mark.proves("R2", "S7")
@pytest.mark.parametrize(
    ("kind", "event", "role", "said"),
    [
        ("an audit", Event.FURTHER_RE_AUDIT_WAIVED, "audit_manager", "only after a re-audit can a further one be done"),
        ("a good re-audit", Event.FURTHER_RE_AUDIT_WAIVED, "audit_manager", "the required outcome is reached"),
        ("a second re-audit", Event.FURTHER_RE_AUDIT_WAIVED, "audit_manager", "it is the last re-audit that is due by"),
        ("a re-audit", Event.FURTHER_RE_AUDIT_WAIVED, "audit_manager", "the re-auditor has not advised against"),
        ("a good one", Event.ANOTHER_CASE_CHOSEN, "audit_team", "no re-audit of it is awaited"),
        ("an audit", Event.ANOTHER_CASE_CHOSEN, "audit_team", "its case is open, so its re-audit looks at that one"),
        ("a good one", Event.FURTHER_RE_AUDIT_ORDERED, "director", "the required outcome is reached"),
        ("a re-audit", Event.FURTHER_RE_AUDIT_ORDERED, "director", "a re-audit of it is due by itself"),
    ],
)
def test_only_what_is_true_of_the_audit_stands_in_the_way(kind: str, event: Event, role: str, said: str) -> None:
    (sentence,) = told(KINDS[kind], State.ISSUED, role)[event]

    assert said in sentence


def test_each_event_has_its_deed_in_words() -> None:
    assert set(DEEDS) == set(Event)


@pytest.mark.proves("R1", "L10")
def test_of_an_audit_that_is_not_followed_up_the_head_of_service_hears_that_and_no_more() -> None:
    (reason,) = told(KINDS["an audit"], State.ISSUED, "head_of_service")[Event.FINDINGS_CONFIRMED]

    assert reason.startswith("R1 PA-2026-0412: only re-audits are followed up")


@pytest.mark.proves("L8")
@pytest.mark.parametrize("state", [state for state in State if state is not State.WITHDRAWN])
def test_feedback_may_be_given_in_those_states_in_which_it_is_taken(state: State) -> None:
    is_taken = why_not_written(Part.EARLIER_FEEDBACK, "PA-2026-0412", state, POLICY) is None

    assert (told(KINDS["an audit"], state, "auditor")[Event.FEEDBACK_GIVEN] == ()) == is_taken


@pytest.mark.proves("L6", "R1")
def test_nobody_is_named_twice_in_what_they_owe() -> None:
    assert what_they_owe(FOLLOW_UP, "the head of service") == "the follow-up (R1)"
    assert what_they_owe(QUALITY_CHECK, "the audit team") == "the check of the report (L6)"
    assert what_they_owe(QUALITY_CHECK, "the audit manager") == "the audit team's check of the report (L6)"
