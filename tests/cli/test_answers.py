"""Answers for programs have one shape; bars are for people at a terminal and nobody else."""

import enum
import io
import json
import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.answers import answer, counted
from cli.progress import counted_reading, progress
from cli.refusals import sentence_of
from tests.cli.saying import say


class Colour(enum.StrEnum):
    RED = "red"


class Row(NamedTuple):
    line: int
    on: date


@dataclass(frozen=True)
class Report:
    id: uuid.UUID
    rows: tuple[Row, ...]
    colours: frozenset[Colour]
    made_at: datetime
    file: Path
    nothing: None = None


def as_json(facts: object, capsys: pytest.CaptureFixture[str]) -> Any:
    answer(facts, ["for people"], as_json=True)
    return json.loads(capsys.readouterr().out)


def test_objects_and_rows_go_by_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(uuid.UUID(int=1), (Row(3, date(2026, 1, 2)),), frozenset({Colour.RED}), MOMENT, Path("/x"))
    assert as_json({"report": report}, capsys) == {
        "report": {
            "id": "00000000-0000-0000-0000-000000000001",
            "rows": [{"line": 3, "on": "2026-01-02"}],
            "colours": ["red"],
            "made_at": "2026-01-02T09:00:00+00:00",
            "file": "/x",
            "nothing": None,
        }
    }


MOMENT = datetime(2026, 1, 2, 9, tzinfo=UTC)


def test_what_has_no_form_in_json_is_a_fault_and_no_guess(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TypeError, match="object has no form"):
        as_json({"x": object()}, capsys)


def test_people_read_lines(capsys: pytest.CaptureFixture[str]) -> None:
    answer({}, ["one", "two"], as_json=False)
    assert capsys.readouterr().out == "one\ntwo\n"


@pytest.mark.parametrize(("number", "words"), [(0, "0 rows"), (1, "1 row"), (12_000, "12,000 rows")])
def test_numbers_are_told_with_their_noun(number: int, words: str) -> None:
    assert counted(number, "row") == words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "hidden", "shown"), [(Terminal, False, True), (Terminal, True, False)])
@pytest.mark.usefixtures("capsys")
def test_bar_is_shown_on_a_terminal_unless_a_program_asked(
    stream: type[io.StringIO], hidden: bool, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal = stream()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("Loading", 10, hidden=hidden) as advance:
        advance(10)
    assert ("Loading" in terminal.getvalue()) is shown


@pytest.mark.usefixtures("at_the_database")
def test_nothing_but_the_answer_is_written_into_a_pipe(tmp_path: Path) -> None:
    told = say("backup", tmp_path / "audit.zip", "--json")
    assert told.err == ""
    assert told.facts["rows"] == 0


def test_a_file_that_is_read_moves_the_bar(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    moved: list[int] = []
    file.write_bytes(b"a" * 1000)
    with file.open("rb") as content:
        reader = counted_reading(content, moved.append)
        assert reader.read(10) == b"a" * 10
        reader.seek(0)
        assert len(io.TextIOWrapper(reader, encoding="ascii").read()) == 1000
    assert sum(moved) == 1010


def test_a_file_that_cannot_be_used_is_named() -> None:
    with pytest.raises(OSError, match="No such file") as why:
        Path("/nowhere/at/all").read_bytes()
    assert sentence_of(why.value) == "/nowhere/at/all: No such file or directory."
