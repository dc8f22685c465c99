"""Documents that point into the repository point to what is there."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "rules" / "README.md"])
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
# What stands in backticks and looks like a file or a folder of ours.
_PATH = re.compile(
    r"`((?:api|cli|db|docs|integrations|migrations|reports|rules|samples|scheduler|tests|usecases)/[\w./-]+)`"
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_names_files_that_exist(document: Path) -> None:
    words = document.read_text(encoding="utf-8")
    linked = {target for target in _LINK.findall(words) if not (document.parent / target).exists()}
    named = {target for target in _PATH.findall(words) if not _found(target)}

    assert linked | named == set()


def _found(target: str) -> bool:
    """Tables of tests leave out `tests/` before their names."""
    return (ROOT / target).exists() or (ROOT / "tests" / target).exists()


def test_decisions_are_numbered_one_after_the_other_and_each_names_what_holds_it() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    for number, decision in enumerate(decisions, start=1):
        words = decision.read_text(encoding="utf-8")
        assert decision.name.startswith(f"{number:04}-"), f"{decision.name}: two with one number, or one left out"
        assert words.startswith(f"# {number}. "), f"{decision.name}: its title has another number"
        assert "\n**Decided** " in words, f"{decision.name}: when was it decided?"
        assert "\n**Held by** " in words, f"{decision.name}: which tests hold it?"


def test_publiccode_tells_the_version_and_licence_of_the_project() -> None:
    described = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert described["softwareVersion"] == project["version"]
    assert described["legal"]["license"] == project["license"]
    assert {
        "publiccodeYmlVersion",
        "name",
        "url",
        "developmentStatus",
        "softwareType",
        "description",
        "maintenance",
    } <= (described.keys())
