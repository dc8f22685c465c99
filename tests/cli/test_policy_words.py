"""The framework at the command line: shown, searched, compared and checked, without a database."""

import shutil
from pathlib import Path

import pytest

from rules.policy.load import FRAMEWORKS
from rules.policy.problems import problems_of
from tests.cli.saying import say

NORTHMOOR = Path(__file__).parents[1] / "editions" / "northmoor_2026"


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """An edition of a council's own, to be spoilt."""
    folder = tmp_path / "ours"
    shutil.copytree(FRAMEWORKS / "waltham_forest_2023", folder)
    return folder


def spoil(edition: Path, name: str, old: str, new: str) -> None:
    file = edition / f"{name}.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_value_is_shown_with_clause_and_source() -> None:
    [value] = say("policy", "show", "selection.least_months_between_audits", "--json").facts["items"]
    assert (value["value"], value["rule"], value["clause"], value["source"]) == ("2 months", "S3", "2", "text")
    assert "rule S3, clause 2, source: the text" in say("policy", "show", "selection.least_months_between_audits").out


def test_section_and_whole_edition_are_shown() -> None:
    section = say("policy", "show", "selection", "--json").facts["items"]
    whole = say("policy", "show", "--json").facts
    assert {value["path"].split(".")[0] for value in section} == {"selection"}
    assert len(whole["items"]) > len(section)
    assert whole["edition"]["id"] == "waltham_forest_2023"


@pytest.mark.parametrize("path", ["selection.nothing", "selectio", "least_months_between_audits"])
def test_value_that_is_none_is_refused(path: str) -> None:
    assert say("policy", "show", path, "--json").refused["code"] == "no_such_value"


def test_words_are_found_in_names_too() -> None:
    found = say("policy", "search", "moderation", "--json").facts["items"]
    assert "programme.moderation_months" in {value["path"] for value in found}
    assert say("policy", "search", "5", "working", "days").code == 0


def test_words_that_stand_nowhere_end_with_one() -> None:
    told = say("policy", "search", "unicorn", "--json")
    assert (told.code, told.facts["items"]) == (1, [])


def test_editions_are_compared_value_by_value() -> None:
    told = say("policy", "diff", "waltham_forest_2023", NORTHMOOR, "--json").facts
    months = next(each for each in told["differences"] if each["path"] == "programme.cycle_months")
    assert (months["from"]["clause"], months["to"]["clause"]) == ("3", "4.1")
    assert months["from"]["value"] != months["to"]["value"]
    assert say("policy", "diff", NORTHMOOR, NORTHMOOR, "--json").facts["differences"] == []
    assert "northmoor_2026: 1, 4, 7, 10" in say("policy", "diff", "waltham_forest_2023", NORTHMOOR).out


@pytest.mark.parametrize("sound", ["waltham_forest_2023", str(NORTHMOOR)])
def test_sound_edition_is_called_so(sound: str) -> None:
    told = say("policy", "check", sound, "--json")
    assert (told.code, told.facts["is_sound"], told.facts["problems"]) == (0, True, [])


def test_every_problem_of_an_edition_is_listed_at_once(edition: Path) -> None:
    spoil(edition, "selection", '"2 months"', '"2 fortnights"')
    spoil(edition, "selection", '"3 months"', '"soon"')
    spoil(edition, "programme", 'source = "text"', 'source = "hearsay"')
    spoil(edition, "eligibility", "rule = ", "rul = ")
    (edition / "caseload.toml").write_text("not TOML", encoding="utf-8")
    (edition / "gradings.toml").unlink()

    told = say("policy", "check", edition, "--json")

    assert told.code == 1
    files = [problem.split(".toml")[0] for problem in told.facts["problems"]]
    assert sorted(files) == ["caseload", "eligibility", "gradings", "programme", "selection", "selection"]
    assert all(problem in say("policy", "check", edition).out for problem in told.facts["problems"])


def test_unknown_and_missing_keys_are_both_named(edition: Path) -> None:
    spoil(edition, "selection", "[period_covered]", "[period_uncovered]")
    assert sorted("unknown" in problem or "lacks" in problem for problem in problems_of(edition)) == [True, True]


def test_contradictions_are_looked_for_when_each_value_is_sound(edition: Path) -> None:
    spoil(edition, "selection", '"2 months"', '"9 months"')
    [problem] = problems_of(edition)
    assert "least_months_between_audits" in problem


def test_folder_without_an_edition_is_refused(tmp_path: Path) -> None:
    assert "No edition of the framework" in say("policy", "check", tmp_path).err
