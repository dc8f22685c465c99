"""`practice-audit simulate`: whom it plays with, what it prints, what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.main import main

NORTHMOOR = Path(__file__).parents[1] / "editions" / "northmoor_2026"
SMALL = ["--year", "2027", "--practitioners", "20", "--auditors", "10"]
COUNCIL: dict[str, Any] = {
    "teams": [{"id": "review-1", "service_id": "review"}],
    "practitioners": [{"id": "p1", "team_id": "review-1"}],
    "cases": [
        {
            "id": "c1",
            "practitioner_id": "p1",
            "allocated_on": "2026-01-05",
            "involvement_began_on": "2026-01-05",
        }
    ],
    "auditors": [{"id": "a1", "service_id": "home_first"}],
}
Said = Callable[..., tuple[Any, str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Says the word `simulate` with these options; answers how it ended and what it printed."""

    def say(*options: str) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["simulate", *options])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return say


def test_same_seed_prints_the_same_to_the_last_byte_and_another_does_not(said: Said) -> None:
    first, again, other = (said(*SMALL, "--no-search", "--seed", seed) for seed in ("a", "a", "b"))

    assert first[0] == 0
    assert first == again
    assert first[1] != other[1]
    assert "Auditors needed" not in first[1]


def test_machine_gets_the_figures_of_every_seed_and_the_ranges(said: Said) -> None:
    code, printed, _ = said(*SMALL, "--seeds", "2", "--json", "--grade", "inadequate=30")

    told = json.loads(printed)
    assert code == 0
    assert [figures["seed"] for figures in told["figures"]] == ["1", "1/2"]
    assert told["chances"]["grades"] == {"requires_improvement": 12, "inadequate": 30}
    assert len(told["needed"]) == 2
    least, most = told["ranges"]["re_audits"]
    assert least <= most


def test_another_councils_framework_is_played_as_readily(said: Said) -> None:
    code, printed, _ = said(*SMALL, "--edition", str(NORTHMOOR))

    assert code == 0
    assert "nobody waits longer than 9 months" in printed
    assert "2027-10" in printed


def test_council_of_a_file_is_played(said: Said, tmp_path: Path) -> None:
    file = tmp_path / "council.json"
    file.write_text(json.dumps(COUNCIL))

    code, printed, _ = said("--year", "2027", "--council", str(file), "--json", "--leave", "0", "--away", "0")

    figures = json.loads(printed)["figures"][0]
    assert code == 0
    assert (figures["auditors"], figures["in_post_all_year"]) == (1, 1)
    assert figures["new_audits"] > 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--year", "2027"], "Name one council"),
        ([*SMALL, "--sample"], "Name one council"),
        (["--year", "2027", "--sample", "--practitioners", "5"], "Name one council"),
        (["--year", "2027", "--sample", "--capacity", "3"], "Name one council"),
        (["--year", "2027", "--practitioners", "5"], "Name one council"),
        ([*SMALL, "--grade", "good"], "inadequate=4"),
        ([*SMALL, "--grade", "good=4"], "no grade that calls for a re-audit"),
        ([*SMALL, "--leave", "101"], "give 0 to 100"),
        ([*SMALL, "--capacity", "0"], "capacity is 0"),
        (["--year", "1950", "--practitioners", "5", "--auditors", "5"], "outside the years"),
        (["--year", "2027", "--from-database", "--edition", "northmoor"], "No edition"),
    ],
)
def test_what_cannot_be_played_is_refused_with_the_way_out(said: Said, options: list[str], words: str) -> None:
    code, printed, complained = said(*options)

    assert (code, printed) == (1, "")
    assert words in complained


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no JSON", "is not a council"),
        ("[]", "is not a council"),
        (json.dumps({**COUNCIL, "auditors": [{"id": "a1"}]}), "is not a council"),
        (json.dumps({**COUNCIL, "practitioners": []}), "there is none in practitioners"),
        (json.dumps({**COUNCIL, "cycle": "soon"}), "is not a month"),
    ],
)
def test_file_that_is_no_council_is_refused(said: Said, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "council.json"
    file.write_text(text)

    code, _, complained = said("--year", "2027", "--council", str(file))

    assert code == 1
    assert words in complained


def test_guides_example_is_what_the_sample_council_gives_today() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulation-guide", "--check"])

    assert ended.value.code == 0
