"""The words of the command line."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

from cli.main import main
from cli.words import WORDS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_its_module(word: str) -> None:
    assert isinstance(import_module(WORDS[word].module).app, typer.Typer)


def test_help_lists_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(f"  {word} " in shown for word in WORDS)


def test_help_answers_without_reading_the_product() -> None:
    """What is imported decides how long people wait for help."""
    code = "import sys; sys.argv[1:] = ['--help']\ntry:\n    import cli.__main__\nexcept SystemExit: pass\n"
    code += "print([m for m in sys.modules if m in ('sqlalchemy', 'fastapi', 'pydantic', 'typer')])"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [["--help"], ["policy", "show", "--json"]], ids=" ".join)
def test_a_reader_who_has_had_enough_meets_no_fault(words: list[str]) -> None:
    command = [sys.executable, "-P", "-m", "cli", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as told:
        assert told.stdout is not None
        assert told.stderr is not None
        told.stdout.close()
        assert told.stderr.read() == ""


def test_word_that_is_none_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["migrat"])
    assert ended.value.code == 2
    assert "Did you mean 'migrate'?" in capsys.readouterr().err


def test_refusal_ends_in_a_sentence_and_not_in_a_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", "/nowhere")
    with pytest.raises(SystemExit) as ended:
        main(["migrate"])
    assert ended.value.code == 1
    assert "practice-audit migrate: DATABASE_URL_FILE names /nowhere" in capsys.readouterr().err
