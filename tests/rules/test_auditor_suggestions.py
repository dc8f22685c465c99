"""Who may take over an audit, who should first, and the rule against everybody else (A4 by A1–A3)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules.auditor_suggestions import (
    AuditToGive,
    Candidate,
    suggestions,
    why_not_auditor,
    why_not_widened,
    without_the_practitioner,
)
from rules.policy.load import load_edition
from rules.sampling_frames import Auditor
from rules.tickets import Tickets

POLICY = load_edition()
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
AUDIT = AuditToGive("PA-1", "P1", frozenset({"CART"}), "home_first", auditor_id="OLD", area="review")


def candidate(who: str = "NEW", service: str = "review", *roles: str, **facts: Any) -> Candidate:
    beside = {name: facts.pop(name) for name in ("load", "why_unable", "has_met") if name in facts}
    return Candidate(Auditor(who, service, roles, **facts), **beside)


def rule_against(it: Candidate, audit: AuditToGive = AUDIT) -> str | None:
    reason = why_not_auditor(it, audit, POLICY)
    return reason.rule if reason else None


@pytest.mark.proves("A4")
def test_a_colleague_of_the_service_area_with_room_may() -> None:
    assert rule_against(candidate()) is None


@pytest.mark.proves("A1", "A2", "A3", "A4")
@pytest.mark.parametrize(
    ("it", "rule", "words"),
    [
        (candidate("OLD"), "A4", "is with OLD already"),
        (candidate("P1"), "A2", "own work"),
        (candidate(practitioner_id="P1"), "A2", "own work"),
        (candidate(line_manages=("P1",)), "A2", "line-manages P1"),
        (candidate(team_ids=("HART", "CART")), "A2", "manages or belongs to team CART"),
        (candidate(load=1), "A3", "1 of at most 1 audits"),
        (candidate(capacity=0), "A3", "0 of at most 0 audits"),
        (candidate(why_unable="away on most days of the cycle"), "A3", "away on most days"),
        (candidate(service="send"), "A4", "beyond the service area"),
    ],
)
def test_the_rule_against_is_named(it: Candidate, rule: str, words: str) -> None:
    reason = why_not_auditor(it, AUDIT, POLICY)

    assert reason is not None
    assert reason.rule == rule
    assert words in reason.sentence


@pytest.mark.proves("A4", "S10")
def test_a_restricted_record_is_for_the_cleared_whether_they_have_room_or_not() -> None:
    restricted = replace(AUDIT, is_restricted=True)
    reason = why_not_auditor(candidate(load=1), restricted, POLICY)

    assert reason is not None
    assert reason.sentence == "The record of PA-1 is restricted, and NEW is not cleared for that: name somebody who is."
    in_short = without_the_practitioner(reason, candidate(), restricted, POLICY)
    assert (in_short.rule, in_short.sentence) == ("S10", "NEW may not take PA-1: they are not cleared for its record.")
    assert rule_against(candidate(), restricted) == "S10"
    assert rule_against(candidate(team_ids=("CART",)), restricted) == "A2"
    assert rule_against(candidate(is_cleared_for_restricted=True), restricted) is None


@pytest.mark.proves("A1", "eligibility.auditors_of_services", "eligibility.auditors_of_re_audits")
def test_who_may_audit_what_binds_here_too_with_the_clause_of_its_entry() -> None:
    mash = replace(AUDIT, service_id="mash", area=None)
    re_audit = replace(AUDIT, is_re_audit=True, area=None)

    assert rule_against(candidate("NEW", "quality_assurance", "manager"), mash) is None
    assert rule_against(candidate("NEW", "quality_assurance", "senior_manager"), re_audit) is None
    for audit, clause in ((mash, "2.2"), (re_audit, "2.3")):
        reason = why_not_auditor(candidate("NEW", "quality_assurance"), audit, POLICY)
        assert reason is not None
        assert (reason.rule, reason.clause) == ("A1", clause)


@pytest.mark.proves("A4")
def test_beyond_the_service_area_all_but_the_area_still_binds() -> None:
    assert why_not_auditor(candidate(service="send"), AUDIT, POLICY, beyond_area=True) is None
    assert why_not_auditor(candidate(service="send", line_manages=("P1",)), AUDIT, POLICY, beyond_area=True) is not None


@pytest.mark.proves("A4")
def test_the_search_is_widened_only_when_nobody_of_the_area_can() -> None:
    reason = why_not_widened([candidate(), candidate("OTHER")], AUDIT, POLICY)

    assert reason is not None
    assert "2 auditors of its service area can take over PA-1" in reason.sentence
    assert why_not_widened([candidate(load=1), candidate("OUT", "send")], AUDIT, POLICY) is None


@pytest.mark.proves("A3")
def test_an_audit_carried_over_takes_no_room() -> None:
    assert rule_against(candidate(load=1), replace(AUDIT, takes_room=False)) is None


@pytest.mark.proves("A2", "eligibility.not_given_back_after", "eligibility.auditor_change_reasons")
def test_whoever_declared_an_interest_does_not_get_it_back() -> None:
    assert rule_against(candidate(), replace(AUDIT, gave_it_back={"NEW"})) == "A2"
    assert set(POLICY.eligibility.not_given_back_after) < set(POLICY.eligibility.auditor_change_reasons)
    assert NORTHMOOR.eligibility.not_given_back_after == ("conflict",)


@pytest.mark.proves("A3", "A2", "A4")
def test_suggested_are_those_with_the_least_load_then_not_the_first_auditor_then_who_has_not_met() -> None:
    audit = replace(AUDIT, first_auditor_id="FIRST")
    able = [
        candidate("BUSY", load=1, capacity=2),
        candidate("MET", capacity=2, has_met=True),
        candidate("FIRST", capacity=2),
        candidate("BEST", capacity=2),
        candidate("FULL", load=2, capacity=2),
    ]

    found = suggestions(able, audit, POLICY, Tickets("seed"))
    assert [it.candidate.auditor.id for it in found] == ["BEST", "MET", "FIRST", "BUSY"]
    assert "did the first audit" in found[2].reasons[0].sentence
    assert "met P1 lately" in found[1].reasons[0].sentence


@pytest.mark.proves("S5", "A4")
def test_among_equals_the_ticket_decides_and_not_the_alphabet() -> None:
    equals = [candidate(f"A{number}") for number in range(6)]

    orders = {
        tuple(it.candidate.auditor.id for it in suggestions(equals, AUDIT, POLICY, Tickets(str(seed))))
        for seed in range(5)
    }
    assert len(orders) > 1


@pytest.mark.proves("A3", "S9")
def test_the_auditor_whose_audit_fell_out_goes_first_unless_they_met_the_practitioner_lately() -> None:
    def first(freed: Candidate) -> str:
        free = replace(AUDIT, auditor_id=None, area=None)
        found = suggestions([candidate("IDLE", capacity=2), freed], free, POLICY, Tickets("seed"), freed="FREED")
        return found[0].candidate.auditor.id

    assert first(candidate("FREED", capacity=2, load=1)) == "FREED"
    assert first(candidate("FREED", capacity=2, load=1, has_met=True)) == "IDLE"
    assert first(candidate("FREED", capacity=2, line_manages=("P1",))) == "IDLE"
