"""The entry script: what it needs, and what it says when that is missing."""

import ast
import importlib.machinery
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = (ROOT / "run").read_text(encoding="utf-8")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, set to a folder of the test's own."""
    loader = importlib.machinery.SourceFileLoader("run_script", str(ROOT / "run"))
    spec = importlib.util.spec_from_loader("run_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    for name, path in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv" / "bin" / "python",
        "STAMP": tmp_path / ".venv" / "practice-audit.json",
    }.items():
        monkeypatch.setattr(module, name, str(path))
    for lock in ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt"):
        (tmp_path / lock).write_text(f"{lock}==1\n")
    return module


def set_up_as_if(script: ModuleType, highest: int) -> None:
    python = Path(script.PYTHON)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    script.write_stamp(highest)


def test_python_of_ten_years_ago_can_read_it() -> None:
    """It must be able to say that it is too old."""
    ast.parse(SOURCE, feature_version=(3, 4))


def test_it_needs_the_standard_library_only() -> None:
    imported = {name.split(".")[0] for name in re.findall(r"^\s*(?:import|from) ([\w.]+)", SOURCE, re.MULTILINE)}
    assert imported - sys.stdlib_module_names == set()


def test_python_that_is_too_old_is_told_what_to_install(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 0))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit) as ended:
        script.main([])
    assert ended.value.code == 1
    assert "needs Python 3.11 or newer and this is 3.8" in capsys.readouterr().err


def test_missing_venv_package_is_answered_with_the_line_that_installs_it(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit):
        script.make_venv()
    assert "sudo apt install python3-venv" in capsys.readouterr().err


def test_nothing_is_set_up_again_while_the_lock_is_the_same(script: ModuleType) -> None:
    assert not script.is_set_up("runtime")
    set_up_as_if(script, highest=1)
    assert script.is_set_up("runtime")
    assert script.is_set_up("dev")
    assert not script.is_set_up("bench")


def test_changed_lock_is_installed(script: ModuleType, tmp_path: Path) -> None:
    set_up_as_if(script, highest=1)
    (tmp_path / "requirements.txt").write_text("requirements.txt==2\n")
    assert not script.is_set_up("runtime")
    assert script.is_set_up("dev")


def test_environment_of_a_folder_that_was_moved_is_made_anew(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up_as_if(script, highest=1)
    monkeypatch.setattr(script, "ROOT", "/elsewhere")
    assert not script.venv_is_usable()


def test_environment_whose_python_is_gone_is_made_anew(script: ModuleType) -> None:
    set_up_as_if(script, highest=1)
    Path(script.PYTHON).unlink()
    assert not script.is_set_up("runtime")
    assert not script.venv_is_usable()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ([], ["serve", "--open-cycle"]),
        (["commands"], ["--help"]),
        (["serve", "--port", "8123"], ["serve", "--port", "8123"]),
    ],
)
def test_words_go_to_the_command_line(script: ModuleType, said: list[str], meant: list[str]) -> None:
    assert script.command_words(said) == meant


def test_help_tells_every_word(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    script.main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"./run {word}" in shown for word in ("serve", "test", "check", "bench", "lock", "compose-init"))
