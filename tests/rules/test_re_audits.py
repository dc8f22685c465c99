"""When a re-audit falls due (S7)."""

from datetime import date

import pytest

from rules.policy.load import load_edition
from rules.re_audits import calls_for_re_audit, re_audit_due_on

POLICY = load_edition()


@pytest.mark.proves("S7", "gradings.re_audit_grades")
@pytest.mark.parametrize(
    ("grade", "is_due"),
    [("outstanding", False), ("good", False), ("requires_improvement", True), ("inadequate", True), (None, False)],
)
def test_work_below_good_is_audited_again(grade: str | None, is_due: bool) -> None:
    assert calls_for_re_audit(POLICY, grade, 0) is is_due


@pytest.mark.proves("S7", "ladders.re_audit")
def test_a_second_re_audit_comes_by_itself_and_a_third_does_not() -> None:
    assert [calls_for_re_audit(POLICY, "inadequate", sequence) for sequence in (0, 1, 2)] == [True, True, False]


@pytest.mark.proves("S7", "selection.months_before_re_audit")
def test_it_falls_due_a_month_after_the_audit_was_issued_and_the_day_clamps() -> None:
    assert re_audit_due_on(POLICY, date(2026, 9, 15)) == date(2026, 10, 15)
    assert re_audit_due_on(POLICY, date(2026, 1, 31)) == date(2026, 2, 28)
