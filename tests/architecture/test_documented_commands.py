"""Every command line that the documents print is one that the product understands."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.words import WORDS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
SAID = re.compile(r"(?:\./run|practice-audit) ([a-z][a-z-]*|[A-Z_]+=)([^`\n|&;]*)")
OF_RUN_ITSELF = {"test", "check", "bench", "lock", "compose-init", "commands"}


def options_of(command: Any) -> set[str]:
    own = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    below = getattr(command, "commands", {}).values()
    return own.union({"--help"}, *(options_of(each) for each in below))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_words_and_options_that_a_document_prints_are_there(document: Path) -> None:
    for said in SAID.finditer(document.read_text(encoding="utf-8")):
        word, rest = said.groups()
        if word in OF_RUN_ITSELF:
            continue
        assert word in WORDS, said[0]
        known = options_of(typer.main.get_command(import_module(WORDS[word].module).app))
        assert set(re.findall(r"(?<!\S)--[a-z][a-z-]*", rest)) <= known, said[0]
