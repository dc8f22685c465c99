"""Which cases are kept out before a draw (S10, S9, P2, P3, S6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from rules.decisions import Reason
from rules.policy.draw_shapes import RestrictedRecords
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.programme import cycle_of
from rules.setting_aside import why_set_aside
from rules.themes import EVERYTHING, Theme
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
OCTOBER = cycle_of(POLICY, CALENDAR, "2026-10")


@dataclass(frozen=True)
class HeldCase:
    """A case and who holds it, in one."""

    reference: str = "W1"
    service_id: str = "review"
    left_on: date | None = None
    allocated_on: date = date(2026, 1, 5)
    involvement_began_on: date = date(2026, 1, 5)
    is_restricted: bool = False
    attributes: Mapping[str, str] | None = None


def why(theme: Theme = EVERYTHING, policy: Policy = POLICY, **facts: Any) -> Reason | None:
    held = HeldCase(**facts)
    return why_set_aside(policy, OCTOBER, theme, held, held)


def rule_for(theme: Theme = EVERYTHING, **facts: Any) -> str | None:
    found = why(theme, **facts)
    return found.rule if found else None


def test_an_open_case_like_any_other_is_not_set_aside() -> None:
    assert rule_for() is None


@pytest.mark.proves("S10", "selection.restricted_records")
def test_a_restricted_record_is_set_aside_unless_the_policy_gives_it_to_cleared_auditors() -> None:
    to_the_cleared = RestrictedRecords.CLEARED_AUDITORS
    included = replace(POLICY, selection=replace(POLICY.selection, restricted_records=to_the_cleared))

    assert rule_for(is_restricted=True) == "S10"
    assert why(policy=included, is_restricted=True) is None


@pytest.mark.proves("S9")
def test_a_practitioner_who_leaves_in_the_cycle_keeps_their_cases_out_and_the_sentence_says_when() -> None:
    found = why(left_on=date(2026, 10, 16))

    assert found is not None
    assert (found.rule, "Friday 16 October 2026" in found.sentence) == ("S9", True)


@pytest.mark.proves("P2", "P5", "programme.services_every_cycle")
def test_a_theme_keeps_out_other_services_but_not_those_of_every_cycle() -> None:
    assert rule_for(theme=Theme(("send",))) == "P2"
    assert rule_for(theme=Theme(("review", "send"))) is None
    assert rule_for(theme=Theme(("send",)), service_id="mash") is None


@pytest.mark.proves("P2", "P5")
@pytest.mark.parametrize(
    ("attributes", "service_id", "found"),
    [
        ({"group": "dementia", "setting": "own_home"}, "review", None),
        ({"group": "autism", "setting": "own_home"}, "review", None),
        ({"group": "dementia", "setting": "hospital"}, "review", "setting own_home; this has hospital."),
        ({"group": "frailty", "setting": "own_home"}, "review", "group autism or dementia; this has frailty."),
        ({"setting": "own_home"}, "review", "group autism or dementia; this has none."),
        (None, "review", "group autism or dementia; this has none."),
        ({"group": "dementia", "setting": "own_home"}, "send", "narrows it to review; this case is of send."),
        ({"group": "frailty"}, "mash", None),
    ],
)
def test_a_case_fits_a_theme_by_one_code_of_every_attribute_unless_its_service_is_in_every_cycle(
    attributes: Mapping[str, str] | None, service_id: str, found: str | None
) -> None:
    theme = Theme.of(["review"], {"setting": ["own_home"], "group": ["dementia", "autism"]})
    reason = why(theme, attributes=attributes, service_id=service_id)

    assert (reason is None) is (found is None)
    if reason is not None:
        assert (reason.rule, reason.sentence.endswith(found or "")) == ("P2", True)


@pytest.mark.proves("P3")
def test_what_was_allocated_after_the_opening_day_is_not_drawn_in_a_cycle_that_opens_late() -> None:
    assert rule_for(allocated_on=date(2026, 10, 2)) == "P3"
    assert rule_for(allocated_on=date(2026, 10, 1)) is None


@pytest.mark.proves("S6")
def test_an_involvement_that_begins_on_the_opening_day_leaves_nothing_to_audit() -> None:
    assert rule_for(involvement_began_on=date(2026, 10, 1), allocated_on=date(2026, 10, 1)) == "S6"
    assert rule_for(involvement_began_on=date(2026, 9, 30), allocated_on=date(2026, 10, 1)) is None


def test_of_several_reasons_the_restricted_record_comes_first() -> None:
    assert rule_for(is_restricted=True, left_on=date(2026, 1, 1), theme=Theme(("send",))) == "S10"
