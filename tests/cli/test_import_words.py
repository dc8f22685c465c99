"""Extracts loaded at the command line, as over HTTP."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.caseload import CaseloadImport
from db.tables.organisation import Team
from tests.cli.saying import say

TODAY = datetime.now(UTC).date().isoformat()
HEADER = "team_id,name,service\n"


@pytest.fixture
def teams(tmp_path: Path) -> Path:
    file = tmp_path / "teams.csv"
    file.write_text(f"{HEADER}T1,Riverside,mash\nT2,Hillside,nowhere\n", encoding="utf-8")
    return file


def test_good_rows_are_loaded_and_bad_ones_told(council: sessionmaker[Session], teams: Path) -> None:
    told = say("import", "teams", teams, "--extracted-on", TODAY, "--json")

    assert (told.code, told.facts["rows_loaded"], told.facts["rows_refused"]) == (0, 1, 1)
    assert told.facts["imported_by"].startswith("command line (")
    with council() as session:
        assert session.scalars(select(Team.name).where(Team.reference == "T1")).all() == ["Riverside"]


def test_dry_run_changes_nothing(council: sessionmaker[Session], teams: Path) -> None:
    told = say("import", "teams", teams, "--extracted-on", TODAY, "--dry-run")

    assert told.code == 0
    assert "A dry run: nothing was saved." in told.out
    with council() as session:
        assert session.scalars(select(CaseloadImport).where(CaseloadImport.kind == "teams")).all() == []


@pytest.mark.usefixtures("council")
def test_people_read_each_refused_row_with_its_line(teams: Path) -> None:
    told = say("import", "teams", teams, "--extracted-on", TODAY)
    assert "line 3" in told.out
    assert "nowhere" in told.out


@pytest.mark.usefixtures("council")
def test_same_file_twice_changes_nothing(teams: Path) -> None:
    say("import", "teams", teams, "--extracted-on", TODAY)
    assert "nothing was changed" in say("import", "teams", teams, "--extracted-on", TODAY).out


@pytest.mark.usefixtures("council")
@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("teams", "/nowhere.csv", "--extracted-on", TODAY), 1, "/nowhere.csv cannot be read"),
        (("horses", "teams.csv", "--extracted-on", TODAY), 2, "horses"),
        (("teams", "teams.csv", "--extracted-on", "1.9.2026"), 2, "%Y-%m-%d"),
        (("teams",), 2, "Missing argument"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], code: int, sentence: str) -> None:
    told = say("import", *words)
    assert told.code == code
    assert sentence in told.err


@pytest.mark.usefixtures("council")
def test_broken_file_is_refused_to_programs_as_json(tmp_path: Path) -> None:
    (tmp_path / "teams.csv").write_bytes(b"\x00\x01\x02")
    told = say("import", "teams", tmp_path / "teams.csv", "--extracted-on", TODAY, "--json")
    assert (told.code, told.refused["code"]) == (1, "broken_extract")
