"""Whatever the grades and days: what follows from an issued report is in time and explained (L10, S7, P7)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.findings_discussions import GradedReport, findings_discussion
from rules.matrix import EventFacts, NoticeEvent, roles_told
from rules.policy.load import load_edition
from rules.programme import audit_year
from rules.re_audits import IssuedAudit, further_audit
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
GRADES = list(POLICY.gradings.grades)

grades = st.sampled_from(GRADES)
days = st.dates(date(2018, 1, 1), date(2039, 6, 30))


@pytest.mark.proves("L10")
@given(grades, grades, st.none() | grades, days)
def test_a_discussion_is_due_on_a_working_day_and_sooner_with_smart_actions(
    grade: str, original: str, previous: str | None, received_on: date
) -> None:
    found = findings_discussion(GradedReport("re_audit", grade, original, previous), received_on, POLICY, CALENDAR)

    assert CALENDAR.is_working_day(found.due_on)
    assert CALENDAR.between(received_on, found.due_on) == found.within.count
    assert found.smart_actions_required == (found.within.count == 5)
    assert found.smart_actions_required or GRADES.index(grade) <= GRADES.index(original)


@pytest.mark.proves("S7", "P7")
@given(grades, st.integers(0, 2), st.none() | st.booleans(), st.booleans(), days)
def test_a_re_audit_has_the_first_cycle_that_may_have_it(
    grade: str, sequence: int, said: bool | None, disputed: bool, issued_on: date
) -> None:
    audit = IssuedAudit(
        issued_on=issued_on,
        grade=grade,
        sequence=sequence,
        original_grade="inadequate",
        further_re_audit=said,
        dispute_open=disputed,
    )
    found = further_audit(audit, POLICY, CALENDAR)

    assert found.reasons
    assert (found.earliest_on is not None) == found.required
    assert (found.cycle is not None) == (found.required and not disputed)
    if found.cycle is not None and found.earliest_on is not None:
        years = (issued_on.year, issued_on.year + 1)
        cycles = [cycle for year in years for cycle in audit_year(POLICY, CALENDAR, year) if not cycle.moderation]
        assert found.cycle == next(cycle for cycle in cycles if cycle.opens_on >= found.earliest_on)


@pytest.mark.proves("R1", "R3", "R4")
@given(st.integers(0, 3), grades, grades)
def test_a_worse_grade_or_a_later_re_audit_tells_nobody_less(sequence: int, one: str, other: str) -> None:
    better, worse = sorted((one, other), key=GRADES.index)

    def told(sequence: int, grade: str) -> set[str]:
        kind = "re_audit" if sequence else "ordinary"
        facts = EventFacts(audit_kind=kind, sequence=sequence, grade=grade)
        return {found.role for found in roles_told(NoticeEvent.AUDIT_ISSUED, facts, POLICY)}

    assert told(sequence, better) <= told(sequence, worse)
    assert told(sequence, worse) <= told(sequence + 1, worse)
