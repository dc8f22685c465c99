"""The ladders can be read, by people who read no code, and what they read is what decides."""

from pathlib import Path

import pytest

from rules.__main__ import main
from rules.ladder_pages import as_markdown
from rules.policy.ladder_shapes import in_words
from rules.policy.load import load_edition

ROOT = Path(__file__).parents[2]
NORTHMOOR = ROOT / "tests" / "editions" / "northmoor_2026"


@pytest.mark.proves("D1", "W1")
def test_the_page_is_current() -> None:
    page = (ROOT / "docs" / "ladders.md").read_text(encoding="utf-8")

    assert page == as_markdown(load_edition()), "write it again: python -m rules ladders > docs/ladders.md"


def test_it_tells_of_every_rung_and_every_event_and_leaves_nothing_unsaid() -> None:
    policy = load_edition()
    page = as_markdown(policy)

    for ladder in (policy.ladders.dispute, policy.ladders.safety_alert, policy.ladders.re_audit):
        for rung in ladder.rungs:
            assert f"| {rung.id} | {rung.stage} |" in page
            assert rung.reading is None or rung.reading in page
        for event in ladder.events:
            assert f"{in_words(event)} →" in page
    assert ": ." not in page
    assert "; ;" not in page


def test_another_councils_ladders_name_its_own_rungs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ladders", "--edition", str(NORTHMOOR)]) == 0

    page = capsys.readouterr().out
    assert "| two | the last word | the director is to decide | within 15 working days |" in page
    assert "within 30 working days of receiving the report" in page
    assert "| D1 |" not in page
