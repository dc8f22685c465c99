"""Of which tools the form of an audit is made (P8, P2)."""

from dataclasses import replace

import pytest

from rules.audit_tool_choice import tools_for
from rules.audit_tools import ToolVersion
from rules.policy.load import load_edition

POLICY = load_edition()
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
THEME = ToolVersion("hoarding", 1, "Hoarding", "…", is_module=True)


@pytest.mark.proves("P8", "audit_tools.parts")
@pytest.mark.parametrize(
    ("service", "kind", "tools"),
    [
        ("care_management", "ordinary", ("adult_social_care",)),
        ("mash", "ordinary", ("adult_social_care", "mash")),
        ("home_first", "ordinary", ("adult_social_care", "home_first")),
        ("send", "ordinary", ("adult_social_care", "send")),
        ("nelft", "ordinary", ("adult_social_care", "mental_health")),
        ("mash", "re_audit", ("adult_social_care", "mash", "re_audit")),
        ("review", "themed", ("adult_social_care", "themed")),
    ],
)
def test_audit_has_the_form_and_the_modules_of_its_service_and_kind(
    service: str, kind: str, tools: tuple[str, ...]
) -> None:
    assert tools_for(service, kind, POLICY) == tools


def test_another_council_has_its_own_parts() -> None:
    assert tools_for("community", "ordinary", NORTHMOOR) == ("one_page",)
    assert tools_for("reablement", "themed", NORTHMOOR) == ("one_page", "hospital")
    assert tools_for("reablement", "re_audit", NORTHMOOR) == ("one_page",)


def test_module_of_a_theme_takes_the_place_of_the_one_for_all_themes() -> None:
    assert tools_for("mash", "themed", POLICY, THEME) == ("adult_social_care", "mash", "hoarding")


def test_form_of_a_theme_stands_alone() -> None:
    assert tools_for("mash", "themed", POLICY, replace(THEME, is_module=False)) == ("hoarding",)


def test_theme_changes_nothing_for_the_re_audits_of_its_cycle() -> None:
    assert tools_for("mash", "re_audit", POLICY, THEME) == tools_for("mash", "re_audit", POLICY)
