"""The page of all words says what the words say of themselves, and the README leads to it."""

from pathlib import Path

import pytest

from cli.command_line import as_markdown
from cli.words import WORDS
from tests.cli.saying import say

ROOT = Path(__file__).parents[2]
ANSWER_NOTHING = {"serve", "api", "scheduler"}
FOR_MAINTAINERS = {name for name, word in WORDS.items() if word.group.startswith("For those")}


def test_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "guides" / "command-line.md").read_text(encoding="utf-8")
    assert page == as_markdown(), "renew it with ./run command-line"


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_stands_on_the_page_and_tells_of_itself(word: str) -> None:
    told = say(word, "--help")
    assert told.code == 0
    assert f"practice-audit {word}" in told.out
    assert f"### {word}\n" in as_markdown()


@pytest.mark.parametrize("word", sorted(set(WORDS) - ANSWER_NOTHING - FOR_MAINTAINERS))
def test_every_word_that_answers_something_can_answer_as_json_and_shows_examples(word: str) -> None:
    section = as_markdown().split(f"### {word}\n")[1].split("\n### ")[0]
    assert "--json" in section
    assert "Examples:" in section


def test_readme_leads_to_the_page() -> None:
    assert "docs/guides/command-line.md" in (ROOT / "README.md").read_text(encoding="utf-8")
