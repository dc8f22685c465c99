"""Extra themed cycles: their days, their ids, what may be arranged, and what they leave alone (P2, P3, P5, S2, S7)."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.certificates import check_certificate
from rules.draws import draw
from rules.errors import InvalidFacts, OutsideCalendar
from rules.extra_cycles import ExtraCycle, refuse_unfit, why_re_audit_goes_first
from rules.policy.contradictions import contradictions_in
from rules.policy.load import load_edition
from rules.programme import (
    cycle_name,
    cycle_of,
    cycle_with_id,
    extra_id,
    extra_opens_on,
    month_of_cycle,
    why_not_open,
    why_opened_late,
)
from rules.sample_sizes import size_of_extra_cycle
from rules.sampling_frames import DueReAudit, SamplingFrame, Team
from rules.themes import Narrowing
from rules.working_days import WorkingDayCalendar
from tests.rules.draw_facts import REVIEW, auditor, one_case_each, practitioner, senior

POLICY = load_edition("waltham_forest_2023")
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
TODAY = date(2026, 8, 3)
AUGUST = "2026-08-12-extra-1"
ASKED = ExtraCycle(date(2026, 8, 12), "Hospital discharge", "serious_case_review", 8)


@pytest.mark.proves("P2", "programme.extra_cycle_length")
@pytest.mark.parametrize(
    ("cycle", "opens_on", "report_due_on", "closes_on"),
    [
        (AUGUST, "2026-08-12", "2026-09-10", "2026-09-11"),
        ("2026-12-01-extra-1", "2026-12-01", "2026-12-30", "2026-12-31"),
        ("2026-12-14-extra-2", "2026-12-14", "2027-01-12", "2027-01-13"),
        ("2027-01-29-extra-1", "2027-01-29", "2027-02-25", "2027-02-26"),
        ("2026-10-01-extra-1", "2026-10-01", "2026-10-29", "2026-10-30"),
        ("2026-08-31-extra-1", "2026-09-01", "2026-09-29", "2026-09-30"),
    ],
    ids=[
        "in August, where the programme has no cycle",
        "December",
        "over the new year",
        "from a month's end into February",
        "beside October's, on its day: with its days",
        "a day that became a day off opens on the next working day",
    ],
)
def test_an_extra_cycle_runs_a_month_from_its_day(
    cycle: str, opens_on: str, report_due_on: str, closes_on: str
) -> None:
    days = cycle_with_id(POLICY, CALENDAR, cycle)

    assert tuple(map(str, (days.opens_on, days.report_due_on, days.closes_on))) == (opens_on, report_due_on, closes_on)
    assert (days.month, days.is_extra, days.moderation, days.services_every_cycle) == (cycle, True, False, ())


def test_another_council_has_other_lengths() -> None:
    calendar = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)

    # Two months, closed on the last working day but one, the report five working days before.
    assert str(cycle_with_id(NORTHMOOR, calendar, AUGUST).closes_on) == "2026-10-08"


def test_a_cycle_of_the_programme_has_its_month_for_an_id() -> None:
    assert cycle_with_id(POLICY, CALENDAR, "2026-10") == cycle_of(POLICY, CALENDAR, "2026-10")
    assert not cycle_with_id(POLICY, CALENDAR, "2026-10").is_extra


@pytest.mark.parametrize(
    ("cycle", "name", "month"),
    [
        ("2026-10", "October 2026", "2026-10-01"),
        (AUGUST, "12 August 2026 (extra)", "2026-08-01"),
        ("2026-08-12-extra-2", "12 August 2026 (extra 2)", "2026-08-01"),
        ("2026-08-12-extra-13", "12 August 2026 (extra 13)", "2026-08-01"),
    ],
)
def test_a_cycle_is_named_and_counted_in_the_month_in_which_it_opens(cycle: str, name: str, month: str) -> None:
    assert (cycle_name(cycle), str(month_of_cycle(cycle))) == (name, month)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-08-32-extra-1", "2026-02-30-extra-1", "2026-08-12-extra-0", "2026-08-12-extra-01", "2026-08-12-extra-"),
        *("2026-08-12-extra-12345", "2026-08-12", "2026-08-extra-1", "2026-08-12-EXTRA-1", "0000-08-12-extra-1"),
        *("2026-08-12-extra-1 ", "2026-08-12-extra-1\n", "٢٠٢٦-08-12-extra-1", "x", ""),
    ],
)
def test_what_is_no_id_of_a_cycle_is_refused(text: str) -> None:
    assert extra_opens_on(text) is None
    with pytest.raises(InvalidFacts, match="is not a month"):
        cycle_with_id(POLICY, CALENDAR, text)


def test_an_id_is_read_as_it_was_made() -> None:
    assert extra_opens_on(extra_id(ASKED.opens_on, 2)) == ASKED.opens_on


def test_a_year_without_known_bank_holidays_has_no_extra_cycle() -> None:
    with pytest.raises(OutsideCalendar):
        cycle_with_id(POLICY, CALENDAR, "2190-08-12-extra-1")


@pytest.mark.proves("P3")
def test_it_opens_from_its_day_to_its_last_and_keeps_its_days_when_it_opens_late() -> None:
    days = cycle_with_id(POLICY, CALENDAR, AUGUST)
    early = why_not_open(POLICY, days, date(2026, 8, 11))
    past = why_not_open(POLICY, days, date(2026, 9, 14))

    assert early is not None
    assert "The cycle of 12 August 2026 (extra) opens on Wednesday 12 August 2026" in early.sentence
    assert why_not_open(POLICY, days, date(2026, 8, 12)) is None
    assert past is not None
    assert past.sentence.endswith("arrange another.")
    late = why_opened_late(POLICY, CALENDAR, days, date(2026, 8, 14))
    assert late is not None
    assert "2 working days after its nominal day" in late.sentence


@pytest.mark.proves("P2", "P3", "P4", "S8", "selection.largest_extra_sample", "programme.theme_origins")
@pytest.mark.parametrize(
    ("changed", "pointer", "rule", "says"),
    [
        ({"opens_on": date(2026, 7, 31)}, "/opens_on", "P2", "Friday 31 July 2026 is past"),
        ({"opens_on": date(2026, 8, 15)}, "/opens_on", "P3", "the next is Monday 17 August 2026"),
        ({"opens_on": date(2026, 8, 31)}, "/opens_on", "P3", "Monday 31 August 2026 is no working day"),
        ({"topic": " "}, "/topic", "P2", "name a practice topic or a service area"),
        ({"origin": "curiosity"}, "/origin", "P2", "serious_case_review, performance_issue, senior_management"),
        ({"size": 0}, "/size", "S8", "asks for 1 to 20 audits, not for 0"),
        ({"size": 21}, "/size", "S8", "asks for 1 to 20 audits, not for 21"),
        ({"services": ("review", "mars")}, "/services/1", "P4", "There is no service 'mars'"),
        ({"narrowings": (Narrowing("group", ()),)}, "/attributes/group", "P2", "names no code"),
        ({"narrowings": (Narrowing("group", ("Mrs Smith",)),)}, "/attributes/group", "P2", "no short code"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("/") else "",
)
def test_what_cannot_be_arranged_says_where_and_why(
    changed: dict[str, Any], pointer: str, rule: str, says: str
) -> None:
    with pytest.raises(InvalidFacts) as refused:
        refuse_unfit(POLICY, CALENDAR, replace(ASKED, **changed), TODAY, {"review", "mash"})

    (problem,) = refused.value.problems
    assert (problem.pointer, problem.rule) == (pointer, rule)
    assert says in problem.sentence


@pytest.mark.parametrize("size", [1, 20])
@pytest.mark.parametrize("opens_on", [TODAY, date(2026, 12, 30)])
def test_what_can_be_arranged_passes(size: int, opens_on: date) -> None:
    refuse_unfit(POLICY, CALENDAR, replace(ASKED, size=size, opens_on=opens_on), TODAY, {"review"})


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidFacts) as refused:
        refuse_unfit(POLICY, CALENDAR, ExtraCycle(date(2026, 8, 15), "", "", 0, ("x",)), TODAY, ())

    assert [it.pointer for it in refused.value.problems] == ["/opens_on", "/topic", "/origin", "/services/0", "/size"]


@pytest.mark.proves("S8")
def test_its_size_is_what_was_asked_for() -> None:
    asked = size_of_extra_cycle(8, POLICY)

    assert (asked.size, asked.reason.rule) == (8, "S8")
    assert asked.reason.sentence == "8 audits, asked for when this extra cycle was arranged."


@pytest.mark.proves("S2", "S7")
@pytest.mark.parametrize(
    ("issued_on", "goes_first"),
    [("2026-06-10", True), ("2026-07-31", True), ("2026-08-01", False), ("2026-08-12", False)],
    ids=["due in July and held over", "due by the end of August", "due on the first of September", "due later"],
)
def test_a_re_audit_due_by_the_end_of_the_month_goes_first(issued_on: str, goes_first: bool) -> None:
    days = cycle_with_id(POLICY, CALENDAR, AUGUST)
    why = why_re_audit_goes_first(POLICY, days, "P1", "PA-2026-0007", date.fromisoformat(issued_on))

    assert (why is not None) is goes_first
    assert why is None or (why.rule, "re-audit of PA-2026-0007 due on" in why.sentence) == ("S2", True)


@pytest.mark.proves("S7")
def test_a_frame_of_an_extra_cycle_holds_no_re_audits() -> None:
    person = practitioner("P1")
    due = DueReAudit("PA-1", "case of P1", "P1", REVIEW.id, "inadequate", date(2026, 8, 3), date(2026, 7, 3))
    frame = SamplingFrame(AUGUST, 1, (REVIEW,), (person,), one_case_each((person,)), (auditor("A1"),), (due,))

    with pytest.raises(InvalidFacts, match="allocates no re-audits"):
        draw(frame, "seed", POLICY, CALENDAR)
    answer = draw(replace(frame, re_audits=()), "seed", POLICY, CALENDAR)
    assert [it.practitioner_id for it in answer.drawn] == ["P1"]
    assert check_certificate(answer, replace(frame, re_audits=()), POLICY, CALENDAR) == ()


@pytest.mark.proves("P5", "S1", "programme.services_every_cycle")
@pytest.mark.parametrize(("cycle", "drawn"), [("2026-10", "P1"), (AUGUST, "P2")])
def test_no_service_has_its_seat_before_others_in_an_extra_cycle(cycle: str, drawn: str) -> None:
    """P1 of MASH was audited after P2 of Review; in the programme MASH comes first all the same."""
    people = practitioner("P1", "mash-a", last="2026-02-01"), practitioner("P2", last="2026-01-01")
    frame = SamplingFrame(
        cycle, 1, (Team("mash-a", "mash"), REVIEW), people, one_case_each(people), (senior("A1"), auditor("A2"))
    )
    answer = draw(frame, "seed", POLICY, CALENDAR)

    assert [it.practitioner_id for it in answer.drawn] == [drawn]
    assert "P5" not in {it.rule for it in answer.shortfalls}


@pytest.mark.parametrize(
    ("section", "changed", "says"),
    [
        ("programme", {"extra_cycle_length": replace(POLICY.programme.extra_cycle_length, count=0)}, "1 month or more"),
        ("selection", {"largest_extra_sample": 0}, "should be 1 or more"),
    ],
)
def test_a_policy_that_allows_no_extra_cycle_is_refused(section: str, changed: dict[str, Any], says: str) -> None:
    policy = replace(POLICY, **{section: replace(getattr(POLICY, section), **changed)})

    (sentence,) = contradictions_in(policy)
    assert says in sentence
