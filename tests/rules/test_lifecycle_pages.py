"""The life of an audit can be read, by people who read no code, and what they read is what decides."""

from pathlib import Path

import pytest

from rules.__main__ import main
from rules.lifecycle_pages import as_markdown
from rules.lifecycles import Event, State
from rules.policy.load import load_edition

ROOT = Path(__file__).parents[2]
NORTHMOOR = ROOT / "tests" / "editions" / "northmoor_2026"


@pytest.mark.proves("L1", "lifecycle.who_may")
def test_the_page_is_current() -> None:
    page = (ROOT / "docs" / "the-life-of-an-audit.md").read_text(encoding="utf-8")

    assert page == as_markdown(load_edition()), (
        "write it again: python -m rules life-of-an-audit > docs/the-life-of-an-audit.md"
    )


def test_it_tells_of_every_event_and_every_state_and_leaves_nothing_unsaid() -> None:
    page = as_markdown(load_edition())

    for event in Event:
        assert f"### {event.replace('re_audit', 're-audit').replace('_', ' ').capitalize()}\n" in page
    for state in State:
        assert f"- **{state.replace('_', ' ')}**:" in page
    assert "- **withdrawn**: the end." in page
    assert ": ." not in page
    assert "; ;" not in page


def test_another_councils_life_of_an_audit_names_its_own_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["life-of-an-audit", "--edition", str(NORTHMOOR)]) == 0

    page = capsys.readouterr().out
    assert "| audit issued | L7 | 8.4 | accepted | issued | audit team |" in page
    assert "`time_limits.quality_check_within` = 3 working days" in page
