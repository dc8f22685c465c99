"""What follows from an issued audit, by hand-worked cases: its re-audit, and who hears (S7, P7, R1–R4)."""

from dataclasses import replace
from datetime import date

import pytest

from rules.errors import InvalidFacts, OutsideCalendar
from rules.policy.draw_shapes import ReAuditsInModerationMonth
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.re_audits import FurtherAudit, IssuedAudit, further_audit
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
GRADES = dict(zip("OGRI", POLICY.gradings.grades, strict=True))


def following(issued: str, grade: str, sequence: int = 0, policy: Policy = POLICY, **more: bool | None) -> FurtherAudit:
    """`issued` is "2026-01-30"; of a re-audit the original was Inadequate."""
    audit = IssuedAudit(
        issued_on=date.fromisoformat(issued),
        grade=GRADES.get(grade, grade),
        sequence=sequence,
        original_grade=list(policy.gradings.grades)[-1] if sequence else None,
    )
    return further_audit(replace(audit, **more), policy, WorkingDayCalendar.of_policy(policy.calendar))  # type: ignore[arg-type]


ALLOCATED = [
    # issued, earliest, cycle, the day on which it opens, why
    ("2026-01-30", "2026-02-28", "2026-04", "2026-04-01", "January: February opens too early, March moderates"),
    ("2026-01-31", "2026-02-28", "2026-04", "2026-04-01", "31 January + 1 month is the last day of February"),
    ("2028-01-31", "2028-02-29", "2028-04", "2028-04-03", "a leap year"),
    ("2026-01-02", "2026-02-02", "2026-02", "2026-02-02", "exactly a month before a cycle opens"),
    ("2026-01-05", "2026-02-05", "2026-04", "2026-04-01", "a working day later it is too late for February"),
    ("2026-02-27", "2026-03-27", "2026-04", "2026-04-01", "February: April"),
    ("2026-03-31", "2026-04-30", "2026-05", "2026-05-01", "31 March + 1 month is 30 April"),
    ("2026-04-30", "2026-05-30", "2026-07", "2026-07-01", "June moderates"),
    ("2026-05-29", "2026-06-29", "2026-07", "2026-07-01", "May: July"),
    ("2026-06-30", "2026-07-30", "2026-10", "2026-10-01", "June: August has no cycle, September moderates"),
    ("2026-07-31", "2026-08-31", "2026-10", "2026-10-01", "July: September moderates"),
    ("2026-08-14", "2026-09-14", "2026-10", "2026-10-01", "a late one of August"),
    ("2026-09-30", "2026-10-30", "2026-11", "2026-11-02", "September: November"),
    ("2026-10-30", "2026-11-30", "2027-01", "2027-01-04", "October: December has no cycle"),
    ("2026-11-30", "2026-12-30", "2027-01", "2027-01-04", "November: January"),
    ("2026-12-03", "2027-01-03", "2027-01", "2027-01-04", "3 January 2027 is a Sunday: the cycle opens after it"),
    ("2026-12-04", "2027-01-04", "2027-01", "2027-01-04", "a late one of December, just in time"),
    ("2026-12-07", "2027-01-07", "2027-02", "2027-02-01", "too late for January"),
]


@pytest.mark.proves("S7", "P7", "selection.months_before_re_audit", "programme.reaudits_in_moderation_month")
@pytest.mark.parametrize("grade", ["R", "I"])
@pytest.mark.parametrize(
    ("issued", "earliest", "cycle", "opens"),
    [row[:4] for row in ALLOCATED],
    ids=[f"{row[0]} {row[4]}" for row in ALLOCATED],
)
def test_it_is_allocated_in_the_first_cycle_a_month_later_that_does_not_moderate(
    issued: str, earliest: str, cycle: str, opens: str, grade: str
) -> None:
    found = following(issued, grade)

    assert found.required
    assert found.earliest_on == date.fromisoformat(earliest)
    assert found.cycle is not None
    assert (found.cycle.month, found.cycle.opens_on.isoformat()) == (cycle, opens)


REQUIRED = [
    # grade, sequence, what was said of a further one, whether one is due
    *[(grade, sequence, None, False) for grade in "OG" for sequence in (0, 1, 2)],
    *[(grade, 0, said, True) for grade in "RI" for said in (None, True, False)],  # nobody can waive the first
    ("R", 1, None, True),
    ("I", 1, True, True),
    ("R", 1, False, False),
    ("I", 1, False, False),
    *[(grade, 2, said, False) for grade in "RI" for said in (None, True, False)],  # no third by itself
]


@pytest.mark.proves("S7", "R2", "ladders.re_audit", "gradings.re_audit_grades")
@pytest.mark.parametrize(("grade", "sequence", "said", "required"), REQUIRED)
def test_a_shortcoming_is_audited_again_twice_at_most_unless_it_is_waived(
    grade: str, sequence: int, said: bool | None, required: bool
) -> None:
    found = following("2026-04-10", grade, sequence, further_re_audit=said)

    assert found.required is required
    assert (found.earliest_on is None) is (found.cycle is None) is not required


TOLD = [
    ("O", 0, []),
    ("G", 0, []),
    ("R", 0, []),
    ("I", 0, ["head_of_service"]),
    *[(grade, sequence, ["head_of_service"]) for grade in "OG" for sequence in (1, 2)],
    *[(grade, 1, ["head_of_service", "principal_social_worker"]) for grade in "RI"],
    *[(grade, 2, ["head_of_service", "principal_social_worker", "assistant_director", "director"]) for grade in "RI"],
]


@pytest.mark.proves("R1", "R3", "R4", "recipients.audit_issued")
@pytest.mark.parametrize(("grade", "sequence", "tell"), TOLD)
def test_grade_and_sequence_say_who_hears_beside_those_who_always_do(
    grade: str, sequence: int, tell: list[str]
) -> None:
    assert list(following("2026-04-10", grade, sequence).tell) == tell


@pytest.mark.proves("S7")
def test_while_a_dispute_is_open_it_waits_without_a_cycle() -> None:
    found = following("2026-04-10", "I", dispute_open=True)

    assert (found.required, found.earliest_on, found.cycle) == (True, date(2026, 5, 10), None)
    assert "While a dispute on the audit is open" in found.reasons[2].sentence
    assert not following("2026-04-10", "G", dispute_open=True).required


def test_it_explains_itself_from_the_grade_to_the_day() -> None:
    found = following("2026-06-30", "I")

    by_rule = [f"{reason.rule} ({reason.clause})" for reason in found.reasons]
    assert by_rule == ["S7 (3)", "S7 (3)", "P7 (3.2)", "S7 (3)", "L7 (3.7)"]
    grade, earliest, waits, allocated, told = (reason.sentence for reason in found.reasons)
    assert grade == "An audit graded Inadequate calls for a first re-audit."
    assert earliest == "At least 1 month after it was issued on Tuesday 30 June 2026: Thursday 30 July 2026."
    assert waits.startswith("September 2026 is a moderation month")
    assert "is October 2026: it is allocated on Thursday 1 October 2026." in allocated
    assert told == "The head of service is told of an audit that was issued, for it is graded Inadequate."


@pytest.mark.parametrize(
    ("rule", "grade", "cycle"),
    [
        (ReAuditsInModerationMonth.ALLOW, "I", "2026-03"),
        (ReAuditsInModerationMonth.ALLOW, "R", "2026-03"),
        (ReAuditsInModerationMonth.INADEQUATE_ONLY, "I", "2026-03"),
        (ReAuditsInModerationMonth.INADEQUATE_ONLY, "R", "2026-04"),
    ],
)
def test_another_reading_of_moderation_months_gives_another_cycle(
    rule: ReAuditsInModerationMonth, grade: str, cycle: str
) -> None:
    policy = replace(POLICY, programme=replace(POLICY.programme, reaudits_in_moderation_month=rule))

    found = following("2026-01-30", grade, policy=policy).cycle
    assert found is not None
    assert found.month == cycle


@pytest.mark.proves("S7")
def test_another_council_has_other_cycles_grades_and_readers() -> None:
    found = following("2026-01-30", "not_met", policy=NORTHMOOR)

    assert found.cycle is not None
    assert found.cycle.month in {"2026-04", "2026-07"}
    assert list(found.tell) == ["director"]
    assert not following("2026-01-30", "met", policy=NORTHMOOR).required


@pytest.mark.parametrize(
    ("audit", "pointers"),
    [
        (IssuedAudit(issued_on=date(2026, 1, 30), grade="poor"), ["/grade"]),
        (IssuedAudit(issued_on=date(2026, 1, 30), grade="good", sequence=1), ["/original_grade"]),
        (IssuedAudit(issued_on=date(2026, 1, 30), grade="poor", sequence=2), ["/grade", "/original_grade"]),
        (IssuedAudit(issued_on=date(2026, 1, 30), grade="good", sequence=1, original_grade="x"), ["/original_grade"]),
    ],
)
def test_facts_that_contradict_themselves_are_refused_with_their_places(
    audit: IssuedAudit, pointers: list[str]
) -> None:
    with pytest.raises(InvalidFacts) as refusal:
        further_audit(audit, POLICY, WorkingDayCalendar.of_policy(POLICY.calendar))

    assert [problem.pointer for problem in refusal.value.problems] == pointers


@pytest.mark.parametrize(("issued", "grade"), [("2017-12-29", "G"), ("2041-01-02", "I"), ("2040-12-14", "I")])
def test_a_date_beyond_the_calendar_is_refused_never_guessed(issued: str, grade: str) -> None:
    with pytest.raises(OutsideCalendar):
        following(issued, grade)
