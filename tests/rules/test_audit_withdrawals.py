"""When one audit may be withdrawn, or replaced by the next in reserve, after it was issued (S9)."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rules.audit_withdrawals import AuditStanding, replacement, why_dates_stay, why_kept, withdrawal
from rules.policy.load import load_edition
from rules.policy.shape import Policy

POLICY = load_edition()
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
AUDIT = AuditStanding("PA-2026-0007", "ordinary", "allocated", date(2026, 10, 29))
ON = date(2026, 10, 7)


@pytest.mark.proves("S9", "selection.withdrawal_reasons", "recipients.audit_withdrawn")
@pytest.mark.parametrize("reason", list(POLICY.selection.withdrawal_reasons))
def test_each_listed_reason_withdraws_and_says_what_follows(reason: str) -> None:
    decision = withdrawal(AUDIT, reason, ON, POLICY)

    words = POLICY.selection.withdrawal_reasons[reason]
    assert (decision.state, decision.refused) == ("withdrawn", None)
    assert decision.reasons[0].sentence == f"PA-2026-0007 was withdrawn on Wednesday 7 October 2026: {words}."
    assert decision.deadlines_end is not None
    assert decision.deadlines_end.sentence.startswith("Owed no more: PA-2026-0007 was withdrawn")
    assert decision.told == ("practitioner", "auditor", "line_manager", "team_manager", "audit_team")


@pytest.mark.proves("S9", "selection.withdrawal_reasons")
def test_no_other_reason_does_and_those_allowed_are_named() -> None:
    decision = withdrawal(AUDIT, "no_time", ON, POLICY)

    assert decision.refused is not None
    assert (decision.state, decision.refused.rule) == ("allocated", "S9")
    assert "allowed are case_closed, person_died, record_restricted" in decision.refused.sentence


@pytest.mark.proves("S9", "selection.withdrawal_reasons")
def test_another_council_has_other_reasons() -> None:
    assert withdrawal(AUDIT, "worker_gone", ON, NORTHMOOR).refused is None
    assert withdrawal(AUDIT, "person_died", ON, NORTHMOOR).refused is not None
    assert withdrawal(AUDIT, "worker_gone", ON, NORTHMOOR).told == ("auditor", "practitioner")


@pytest.mark.proves("S9", "S10", "selection.only_while_nobody_is_cleared", "selection.restricted_records")
@pytest.mark.parametrize(
    ("policy", "reason", "cleared", "is_kept"),
    [
        (NORTHMOOR, "file_sealed", ("ANN",), True),
        (NORTHMOOR, "file_sealed", (), False),
        (NORTHMOOR, "case_closed", ("ANN",), False),
        (POLICY, "record_restricted", ("ANN",), False),
    ],
    ids=["somebody is cleared", "nobody is", "another reason", "restricted records are left out"],
)
def test_for_want_of_clearance_nothing_is_withdrawn_while_somebody_is_cleared(
    policy: Policy, reason: str, cleared: tuple[str, ...], is_kept: bool
) -> None:
    why = why_kept(AUDIT, reason, cleared, policy)

    assert (why is not None) == is_kept
    if why is not None:
        assert (why.rule, why.clause) == ("S10", policy.clause_of("S10"))
        assert f"{AUDIT.reference} is not withdrawn for {reason!r}" in why.sentence
        assert "ANN can do it. Leave it with them, or change its auditor (A4)." in why.sentence


@pytest.mark.proves("S9")
@pytest.mark.parametrize(
    ("state", "may_be"),
    [
        ("allocated", True),
        ("under_way", True),
        ("discussed", True),
        ("submitted", False),
        ("returned", False),
        ("accepted", False),
        ("issued", False),
        ("closed", False),
        ("withdrawn", False),
    ],
)
def test_until_the_report_is_submitted_and_not_after(state: str, may_be: bool) -> None:
    audit = replace(AUDIT, state=state)

    for move in (withdrawal, replacement):
        decision = move(audit, "case_closed", ON, POLICY)
        assert (decision.refused is None) is may_be
        assert decision.state == ("withdrawn" if may_be else state)


@pytest.mark.proves("P3", "S9")
@pytest.mark.parametrize(("on", "may_be"), [(date(2026, 10, 29), True), (date(2026, 10, 30), False)])
def test_nobody_takes_the_place_once_the_report_was_due_because_the_cycles_dates_stay(on: date, may_be: bool) -> None:
    decision = replacement(AUDIT, "case_closed", on, POLICY)

    assert (decision.refused is None) is may_be
    assert withdrawal(AUDIT, "case_closed", on, POLICY).refused is None
    assert may_be or "the cycle's dates do not move" in decision.reasons[0].sentence


@pytest.mark.proves("S7", "S9")
def test_a_re_audit_has_no_reserve_and_is_withdrawn_only() -> None:
    re_audit = replace(AUDIT, kind="re_audit")

    refused = replacement(re_audit, "case_closed", ON, POLICY).refused
    assert refused is not None
    assert refused.rule == "S7"
    assert "another case of the same practitioner" in refused.sentence
    assert withdrawal(re_audit, "case_closed", ON, POLICY).refused is None


@pytest.mark.proves("S9")
def test_an_audit_from_before_has_no_reserve() -> None:
    assert replacement(replace(AUDIT, is_drawn=False), "case_closed", ON, POLICY).refused is not None


@pytest.mark.proves("P3")
def test_a_replacement_says_that_its_dates_are_the_cycles() -> None:
    assert why_dates_stay(AUDIT, ON, POLICY).sentence == (
        "Allocated on Wednesday 7 October 2026 in place of PA-2026-0007: the dates of the cycle do not move, so the "
        "report is due on Thursday 29 October 2026."
    )
