"""The product's own files, for tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("rules", "db", "usecases", "integrations", "samples", "api", "scheduler", "cli", "reports", "settings")


def python_files(*folders: str) -> list[Path]:
    """Own Python files below these folders, or below all of the product's."""
    return sorted(path for folder in folders or PACKAGES for path in (ROOT / folder).rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def calls_in(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the dotted name of what is called, such as `session.commit`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def place(path: Path, node: ast.expr | ast.stmt) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"
