"""The directions of DESIGN's table: held by contracts, and for the rules by a Python that has nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_files import PACKAGES, ROOT, place, python_files, tree_of

RULES_MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in python_files("rules")
    if path.name not in ("__main__.py", "__init__.py")
)


def test_import_contracts_hold() -> None:
    lint_imports = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [lint_imports, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_contract_breaks_when_a_rule_reaches_for_the_database(tmp_path: Path) -> None:
    for package in ("rules", "db", "reports", "usecases", "integrations", "samples", "api", "scheduler", "cli"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "rules" / "draws.py").write_text("from db import session\n")
    (tmp_path / "db" / "session.py").touch()
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache", "--contract", "rules"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "rules.draws -> db.session" in done.stdout


def test_every_module_of_the_rules_is_found() -> None:
    assert "rules.working_days" in RULES_MODULES


def test_rules_import_in_a_python_that_has_nothing_else() -> None:
    """No site-packages, no environment, nothing on the path but the repository: each module in a fresh state."""
    names = ", ".join(map(repr, RULES_MODULES))
    code = f"""
import importlib, sys
sys.path = [{str(ROOT)!r}] + [p for p in sys.path if "site-packages" not in p]
for name in [{names}]:
    for known in [m for m in sys.modules if m == "rules" or m.startswith("rules.")]:
        del sys.modules[known]
    importlib.import_module(name)
strangers = [m for m in sys.modules if m.split(".")[0] in {set(PACKAGES) - {"rules"} | {"settings", "clock"}!r}]
assert not strangers, strangers
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", [name for name in PACKAGES if (ROOT / name).exists()])
def test_own_code_is_imported_at_the_top_of_a_file(package: str) -> None:
    """Libraries that are heavy may be imported where used; hiding our own imports hides circles."""
    own = {*PACKAGES, "settings", "clock", "logs"}
    hidden = [
        place(path, node)
        for path in python_files(package)
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in own)
        or (isinstance(node, ast.Import) and any(name.name.split(".")[0] in own for name in node.names))
    ]
    assert hidden == []
