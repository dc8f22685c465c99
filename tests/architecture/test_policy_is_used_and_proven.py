"""A policy value that no rule uses is decoration, and one that no test proves is a rumour."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.policy.load import load_edition

ROOT = Path(__file__).parents[2]
ENTRIES = load_edition().entries
USERS = [
    *(file for file in sorted(ROOT.glob("rules/*.py"))),
    *(file for file in sorted(ROOT.glob("usecases/*.py"))),
]


def attributes_read() -> set[str]:
    return {
        node.attr
        for file in USERS
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }


def proofs_claimed() -> Iterator[str]:
    """The texts inside every `@pytest.mark.proves(...)` below tests/."""
    for file in sorted(ROOT.glob("tests/**/test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.proves"):
                yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


@pytest.fixture(scope="module")
def read() -> set[str]:
    """With those by which the rungs of a ladder are counted, whose names are data."""
    return attributes_read() | {name.rpartition(".")[2] for name in clocks_of_ladders()}


def clocks_of_ladders() -> Iterator[str]:
    ladders = load_edition().ladders
    for ladder in (ladders.dispute, ladders.safety_alert, ladders.re_audit, ladders.quality_of_reports):
        for rung in ladder.rungs:
            yield from filter(None, (rung.counted_by, rung.counted_by_after_discussion))


@pytest.fixture(scope="module")
def proven() -> set[str]:
    return set(proofs_claimed())


@pytest.mark.parametrize("path", [entry.path for entry in ENTRIES])
def test_every_policy_value_is_used_by_a_rule_and_proven_by_a_test(path: str, read: set[str], proven: set[str]) -> None:
    # A ladder has an entry for each of its rungs (ladders.dispute.D1); the walker reads it as one.
    assert path.split(".")[1] in read, f"{path} is read by nothing in rules/ or usecases/"
    assert path in proven, f"no test says @pytest.mark.proves({path!r})"


@pytest.mark.parametrize("rule", sorted({entry.rule for entry in ENTRIES}))
def test_every_rule_of_the_policy_is_proven_by_a_test(rule: str, proven: set[str]) -> None:
    assert rule in proven, f"no test says @pytest.mark.proves({rule!r})"


def test_no_test_claims_to_prove_what_is_not_there(proven: set[str]) -> None:
    known = {entry.path for entry in ENTRIES} | set(load_edition().clauses)

    assert proven - known == set()
