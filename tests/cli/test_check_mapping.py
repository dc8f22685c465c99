"""`practice-audit check-mapping`: what a mapping makes of a file, before anything is loaded."""

import json
from pathlib import Path

import pytest

from samples.dirty_extract import MAPPING, files
from tests.cli.saying import say

pytestmark = pytest.mark.proves("C1", "C3")


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    file = tmp_path / "cases.csv"
    file.write_bytes(files()["involvements"])
    return file


def test_mapping_is_tried_on_a_file_without_any_database(dirty: Path) -> None:
    said = say("check-mapping", "involvements", str(dirty), "--mapping", str(MAPPING), "--rows", "2")
    assert said.code == 0
    for words in (
        "Read by the mapping dirty: utf-16, dates named_month, 49 rows.",
        "made on 2026-09-30",
        "case_reference 100001, worker 501, team CART, allocated_on 2026-03-02",
        "case_reference 001002",
        "Refused 1 row: unknown role.",
        "Passed over 3 rows: Rows that the mapping leaves out",
    ):
        assert words in said.out
    assert "100003" not in said.out


def test_nobody_is_named_on_the_screen(dirty: Path, tmp_path: Path) -> None:
    said = say("check-mapping", "involvements", str(dirty), "--mapping", str(MAPPING), "--rows", "100")
    staff = tmp_path / "staff.csv"
    staff.write_bytes(files()["workers"])
    said_of_staff = say("check-mapping", "workers", str(staff), "--mapping", str(MAPPING))
    assert (said.code, said_of_staff.code) == (0, 0)
    told = said.out + said_of_staff.out
    assert [name for name in ("Person", "Siân", "sian.oneill") if name in told] == []


def test_answer_is_json_for_programs(dirty: Path) -> None:
    told = json.loads(say("check-mapping", "involvements", str(dirty), "--mapping", str(MAPPING), "--json").out)
    assert (told["mapping"], told["rows_read"], told["first_rows"][0]["worker"]) == ("dirty", 49, "501")


def test_wrong_mapping_is_refused_with_its_key(dirty: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "ours.toml"
    mapping.write_text('[file]\ndelimiter = ";"', encoding="utf-8")
    said = say("check-mapping", "involvements", str(dirty), "--mapping", str(mapping))
    assert said.code == 1
    assert "ours.toml: [file.delimiter]" in said.err
    assert "semicolon" in said.err
