"""Another case for a re-audit whose own has closed: when it may be chosen, and which one (S7)."""

from dataclasses import replace
from typing import Any

import pytest

from rules.audit_facts import AuditFacts, CaseAsked
from rules.lifecycles import Asked, Event
from rules.policy.draw_shapes import RestrictedRecords
from tests.rules.audit_lives import POLICY, Life, done, graded, issued, on, re_audit

CHOSEN = Event.ANOTHER_CASE_CHOSEN
# Its case closed before its re-audit was allocated.
WAITS = replace(issued(graded("inadequate")).facts, case_is_open=False)


def case(**facts: Any) -> CaseAsked:
    return CaseAsked(**{"reference": "C-2", **facts})


REFUSED: list[tuple[str, AuditFacts, CaseAsked | None, str, str]] = [
    ("while its own is open", replace(WAITS, case_is_open=True), case(), "S7", "its case is open, so its re-audit"),
    ("of good work", replace(issued().facts, case_is_open=False), case(), "S7", "no re-audit of it is awaited"),
    ("of what is re-audited", replace(WAITS, re_audit_allocated_on=on("10-14")), case(), "S7", "no re-audit of it is"),
    ("of what is waived", replace(WAITS, further_re_audit_waived=True), case(), "S7", "no re-audit of it is awaited"),
    ("after a second re-audit", replace(issued(re_audit("inadequate", 2)).facts, case_is_open=False), case(), "S7",
     "no re-audit of it is awaited"),
    ("of who has left", replace(WAITS, practitioner_left_on=on("10-14")), case(), "S7",
     "last day was Wednesday 14 October 2026, so no case of theirs can be audited: close the audit with a reason"),
    ("not named", WAITS, None, "S7", "is missing: name one"),
    ("that has closed", WAITS, case(is_open=False, is_theirs=False), "S7", "case C-2 is not open"),
    ("its own, still closed", WAITS, case(is_own=True, is_open=False), "S7", "case C-2 is not open"),
    ("of somebody else", WAITS, case(is_theirs=False), "S7", "case C-2 is somebody else's"),
    ("that is restricted", WAITS, case(is_restricted=True), "S10", "the record of case C-2 is restricted"),
    ("in another chain", WAITS, case(awaited_by="PA-9"), "S6", "has an open re-audit already, PA-9"),
    ("chosen before", replace(WAITS, re_audit_case="C-2"), case(), "S7", "is the one that was chosen before"),
    ("once its own is open again", replace(WAITS, case_is_open=True, re_audit_case="C-3"), case(), "S7",
     "its own case is open again: name that one"),
]  # fmt: skip


@pytest.mark.proves("S7", "S6", "S10", "selection.restricted_records", "ladders.re_audit")
@pytest.mark.parametrize(
    ("facts", "asked", "rule", "sentence"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_another_case_is_refused_with_the_rule(
    facts: AuditFacts, asked: CaseAsked | None, rule: str, sentence: str
) -> None:
    refused = done(facts, CHOSEN, "10-15", Asked(case=asked)).refused
    assert refused is not None
    assert refused.rule == rule
    assert sentence in refused.sentence


@pytest.mark.proves("S7")
def test_a_choice_can_be_made_again_and_taken_back_once_the_own_case_is_open_again() -> None:
    life = Life(WAITS).then(CHOSEN, "10-15", case=case())
    assert life.facts.re_audit_case == "C-2"
    life.then(CHOSEN, "10-16", case=case(reference="C-3"))
    assert life.facts.re_audit_case == "C-3"

    back = Life(replace(life.facts, case_is_open=True)).then(CHOSEN, "10-19", case=case(is_own=True))
    assert back.facts.re_audit_case is None


@pytest.mark.proves("S7", "S10", "selection.restricted_records")
def test_a_restricted_record_can_be_chosen_where_cleared_auditors_audit_such() -> None:
    selection = replace(POLICY.selection, restricted_records=RestrictedRecords.CLEARED_AUDITORS)
    Life(WAITS, policy=replace(POLICY, selection=selection)).then(CHOSEN, "10-15", case=case(is_restricted=True))


@pytest.mark.proves("S7")
def test_a_practitioner_on_their_last_day_is_still_there() -> None:
    Life(replace(WAITS, practitioner_left_on=on("10-15"))).then(CHOSEN, "10-15", case=case())
