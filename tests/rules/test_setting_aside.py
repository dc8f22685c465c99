"""Which cases are kept out before a draw (S10, S9, P2, P3, S6)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.policy.load import load_edition
from rules.policy.shape import RestrictedRecords
from rules.programme import cycle_of
from rules.setting_aside import OpenCase, why_set_aside
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
OCTOBER = cycle_of(POLICY, CALENDAR, "2026-10")


def case(**facts: Any) -> OpenCase:
    plain = OpenCase(
        practitioner_id="W1",
        service_id="review",
        allocated_on=date(2026, 1, 5),
        involvement_began_on=date(2026, 1, 5),
        is_restricted=False,
        practitioner_left_on=None,
    )
    return replace(plain, **facts)


def rule_for(theme: tuple[str, ...] = (), **facts: Any) -> str | None:
    why = why_set_aside(POLICY, OCTOBER, theme, case(**facts))
    return why.rule if why else None


def test_an_open_case_like_any_other_is_not_set_aside() -> None:
    assert rule_for() is None


@pytest.mark.proves("S10", "selection.restricted_records")
def test_a_restricted_record_is_set_aside_unless_the_policy_includes_it() -> None:
    included = replace(POLICY, selection=replace(POLICY.selection, restricted_records=RestrictedRecords.INCLUDED))

    assert rule_for(is_restricted=True) == "S10"
    assert why_set_aside(included, OCTOBER, (), case(is_restricted=True)) is None


@pytest.mark.proves("S9")
def test_a_practitioner_who_leaves_in_the_cycle_keeps_their_cases_out_and_the_sentence_says_when() -> None:
    why = why_set_aside(POLICY, OCTOBER, (), case(practitioner_left_on=date(2026, 10, 16)))

    assert why is not None
    assert (why.rule, "Friday 16 October 2026" in why.sentence) == ("S9", True)


@pytest.mark.proves("P2", "P5", "programme.services_every_cycle")
def test_a_theme_keeps_out_other_services_but_not_those_of_every_cycle() -> None:
    assert rule_for(theme=("send",)) == "P2"
    assert rule_for(theme=("review", "send")) is None
    assert rule_for(theme=("send",), service_id="mash") is None


@pytest.mark.proves("P3")
def test_what_was_allocated_after_the_opening_day_is_not_drawn_in_a_cycle_that_opens_late() -> None:
    assert rule_for(allocated_on=date(2026, 10, 2)) == "P3"
    assert rule_for(allocated_on=date(2026, 10, 1)) is None


@pytest.mark.proves("S6")
def test_an_involvement_that_begins_on_the_opening_day_leaves_nothing_to_audit() -> None:
    assert rule_for(involvement_began_on=date(2026, 10, 1), allocated_on=date(2026, 10, 1)) == "S6"
    assert rule_for(involvement_began_on=date(2026, 9, 30), allocated_on=date(2026, 10, 1)) is None


def test_of_several_reasons_the_restricted_record_comes_first() -> None:
    assert rule_for(is_restricted=True, practitioner_left_on=date(2026, 1, 1), theme=("send",)) == "S10"
