"""When an audit may get another auditor (A4)."""

from dataclasses import replace
from datetime import date

import pytest

from rules.audit_withdrawals import AuditStanding
from rules.auditor_changes import auditor_change, is_given_up_for_good
from rules.policy.load import load_edition

POLICY = load_edition()
AUDIT = AuditStanding("PA-2026-0007", "ordinary", "allocated", date(2026, 10, 29))


@pytest.mark.proves("A4", "eligibility.auditor_change_reasons")
@pytest.mark.parametrize("reason", ["leave", "sickness", "workload", "left", "interest"])
def test_for_each_listed_reason_it_may_and_keeps_its_state_and_its_clocks(reason: str) -> None:
    decision = auditor_change(AUDIT, reason, POLICY)

    assert (decision.state, decision.refused, decision.deadlines_end) == ("allocated", None, None)
    assert "Its clocks run on, and none starts anew." in decision.reasons[0].sentence
    assert (decision.reasons[0].rule, decision.reasons[0].clause) == ("A4", "3.13")


@pytest.mark.proves("A4", "eligibility.auditor_change_reasons")
def test_for_no_other_and_those_allowed_are_named() -> None:
    refused = auditor_change(AUDIT, "boredom", POLICY).refused

    assert refused is not None
    assert "allowed are leave, sickness, workload, left, interest" in refused.sentence


@pytest.mark.proves("A4")
@pytest.mark.parametrize(
    ("state", "may_be"),
    [
        *((state, True) for state in ("allocated", "under_way", "discussed", "submitted", "returned", "accepted")),
        *((state, False) for state in ("issued", "closed", "withdrawn")),
    ],
)
def test_until_it_is_issued(state: str, may_be: bool) -> None:
    assert (auditor_change(replace(AUDIT, state=state), "sickness", POLICY).refused is None) is may_be


@pytest.mark.proves("A2", "eligibility.not_given_back_after")
def test_only_an_interest_is_for_good() -> None:
    reasons = POLICY.eligibility.auditor_change_reasons

    assert [reason for reason in reasons if is_given_up_for_good(reason, POLICY)] == ["interest"]
