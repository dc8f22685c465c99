"""Extracts loaded at the command line, as over HTTP."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.aliases import CaseAlias
from db.tables.audits import Audit
from db.tables.caseload import CaseloadImport
from db.tables.organisation import Service, Team
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


def test_a_list_of_the_councils_own_is_loaded(council: sessionmaker[Session], tmp_path: Path) -> None:
    file = tmp_path / "services.csv"
    file.write_text("service_id,name\nmash,The Front Door\nhome_first,Home First\n", encoding="utf-8")
    told = say("import", "services", file, "--json")
    assert told.code == 0, told.err
    assert told.facts["rows_read"] == 2
    assert told.facts["rows_changed"] + told.facts["rows_added"] >= 1
    with council() as session:
        assert session.scalars(select(Service.name).where(Service.id == "mash")).one() == "The Front Door"


def test_merged_references_are_loaded_from_a_file_and_bad_rows_told(
    council: sessionmaker[Session], tmp_path: Path
) -> None:
    file = tmp_path / "aliases.csv"
    good = f"OLD-1,MASH-P1-1,{TODAY},merged in the case system\n"
    file.write_text(f"from_reference,to_reference,since_on,reason\n{good}OLD-2,OLD-2,{TODAY},x\nOLD-3,,{TODAY},x\n")
    tried = say("import", "case-aliases", file, "--dry-run", "--json")
    told = say("import", "case-aliases", file, "--json")
    again = say("import", "case-aliases", file, "--json")

    assert (tried.facts["rows_loaded"], told.facts["rows_loaded"], again.facts["rows_loaded"]) == (1, 1, 0)
    assert again.facts["rows_known_already"] == 1
    assert [refused["line"] for refused in told.facts["refused"]] == [3, 4]
    with council() as session:
        assert session.scalars(select(CaseAlias.from_reference)).all() == ["OLD-1"]


@pytest.mark.usefixtures("council")
def test_merged_references_are_read_as_over_http_whatever_a_spreadsheet_made_of_them(tmp_path: Path) -> None:
    file = tmp_path / "aliases.csv"
    day = "/".join(reversed(TODAY.split("-")))
    file.write_bytes(f"Old\tNew\tSince\tReason\nOLD-1\tMASH-P1-1\t{day}\tmerged\n".encode("utf-16"))

    told = say("import", "case-aliases", file, "--date-form", "uk")

    assert "1 alias made, 0 known already, 0 refused." in told.out, told.err


@pytest.mark.usefixtures("council")
def test_of_many_rows_the_first_lines_are_told_with_a_sign_that_there_are_more(tmp_path: Path) -> None:
    file = tmp_path / "teams.csv"
    file.write_text(HEADER + "".join(f"N{row},Team {row},nowhere\n" for row in range(6)) + "N6,Team 6,\n")

    told = say("import", "teams", file, "--extracted-on", TODAY)

    assert "refused 6 rows, unknown service: lines 2, 3, 4, 5, 6 …\n" in told.out
    assert "refused 1 row, no service: line 8\n" in told.out


def test_history_is_tried_before_it_is_recorded(council: sessionmaker[Session], tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text("nonsense\n1\n", encoding="utf-8")
    told = say("import", "past-audits", file, "--dry-run", "--json")
    assert told.code == 1
    assert told.refused["code"] in ("broken_extract", "broken_list")
    with council() as session:
        assert session.scalars(select(CaseloadImport).where(CaseloadImport.kind == "past_audits")).all() == []


def test_history_with_headers_of_its_own_is_recorded_and_what_is_bad_is_told(
    council: sessionmaker[Session], tmp_path: Path
) -> None:
    file = tmp_path / "history.csv"
    good = "March 2026,OLD-1,MASH-P1,Good,27/03/2026"
    file.write_text(f"month,case,worker,How well,issued\n{good}\nJune 2026,OLD-2,NOBODY,Good,26/06/2026\n")
    words = ("import", "past-audits", file, "--header", "grade=How well")

    refused = say(*words, "--json")
    recorded = say(*words, "--good-rows-only", "--json")

    assert (refused.code, refused.refused["code"]) == (1, "list_refused")
    assert (recorded.facts["rows_loaded"], recorded.facts["rows_refused"]) == (1, 1)
    assert [note["column"] for note in recorded.facts["notes"]] == ["case_reference"]
    with council() as session:
        assert session.scalars(select(Audit.case_reference).where(Audit.origin == "recorded")).all() == ["OLD-1"]


@pytest.mark.parametrize(
    "words",
    [
        ("workers", "x.csv", "--header", "grade=How well"),
        ("people", "x.csv", "--extracted-on", TODAY),
        ("people", "x.csv", "--confirm-fall", "x"),
        ("workers", "x.csv", "--as-of", TODAY),
        ("workers", "x.csv", "--good-rows-only"),
    ],
)
def test_option_that_does_not_belong_to_the_kind_is_a_mistake(words: tuple[str, ...]) -> None:
    told = say("import", *words)
    assert told.code == 2
    assert "only, not for" in told.err
