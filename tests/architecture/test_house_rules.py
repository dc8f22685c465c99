"""Rules of the house that no tool off the shelf knows. Each names what it found, and why it matters."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_files import ROOT, calls_in, place, python_files, tree_of

NAMES_THAT_HIDE = re.compile(r"^(utils?|helpers?|common|misc|base_.*|base)$")
DOORS_THAT_COMMIT = ("api/dependencies.py", "api/idempotency.py", "scheduler/runner.py", "cli/")
CLOCK_CALLS = re.compile(r"^((datetime|dt|date|time)\.)*(now|utcnow|today|time|time_ns|monotonic|localtime|gmtime)$")
TIME_IN_SQL = re.compile(r"\b(current_timestamp|current_date|clock_timestamp|now\(\))", re.IGNORECASE)
UNITS_OF_TIME = ("days", "weeks", "months", "years")


def test_no_file_hides_its_content_behind_its_name() -> None:
    """ "Utils" attracts what has no home; a noun of the field says what is inside."""
    parts = {part for path in python_files() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert sorted(part for part in parts if NAMES_THAT_HIDE.match(part)) == []


def test_only_doors_commit() -> None:
    """One request or job is one transaction: decision, deadlines, notices are saved together or not at all."""
    found = [
        place(path, call)
        for path in python_files()
        for name, call in calls_in(path)
        if name.split(".")[-1] == "commit" and not _is_below(path, DOORS_THAT_COMMIT)
    ]
    assert found == []


def test_nobody_behind_the_doors_asks_the_clock() -> None:
    """`now` and `today` are handed in, so that any day can be tried and none depends on when it ran."""
    found = [
        place(path, call)
        for path in python_files("rules", "db", "usecases", "integrations")
        if "embedded" not in path.parts
        for name, call in calls_in(path)
        if CLOCK_CALLS.match(name)
    ]
    assert found == []


def test_the_database_is_not_asked_for_the_time_either() -> None:
    found = [
        place(path, node)
        for path in python_files("db", "usecases", "migrations")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.expr) and _is_time_of_the_database(node)
    ]
    assert found == []


def test_lengths_of_time_come_from_the_policy() -> None:
    """A number of days in code is a rule that nobody can find, cite or change."""
    found = [
        place(path, call)
        for path in python_files("rules", "db", "usecases", "scheduler", "api", "integrations")
        if path.relative_to(ROOT).as_posix() != "rules/working_days.py"
        for name, call in calls_in(path)
        if name.split(".")[-1] == "timedelta" and any(_is_a_rule(word) for word in call.keywords)
    ]
    assert found == []


def test_questions_to_the_tables_stand_in_one_place() -> None:
    found = [
        place(path, call)
        for path in python_files()
        if not _is_below(path, ("db/queries/",))
        for name, call in calls_in(path)
        if name in ("select", "sqlalchemy.select", "sa.select")
    ]
    assert found == []


def test_errors_are_caught_by_name() -> None:
    """A broad except belongs to the runner of jobs alone, where the failure is recorded and the job tried again."""
    found = [
        place(path, handler.type or node)
        for path in python_files()
        if path.relative_to(ROOT).as_posix() != "scheduler/runner.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Try)
        for handler in node.handlers
        if handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")
        if not _raises_again(handler)
    ]
    assert found == []


def test_files_and_functions_stay_small_enough_to_read() -> None:
    files = [_lines(path) for path in python_files()]
    functions = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.median(files) <= 100
    assert _of_twenty_the_second_longest(files) <= 300
    assert statistics.median(functions) <= 10
    assert _of_twenty_the_second_longest(functions) <= 40


def _is_time_of_the_database(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return TIME_IN_SQL.search(node.value) is not None
    return ast.unparse(node) == "func.now"


def _is_below(path: Path, places: tuple[str, ...]) -> bool:
    return path.relative_to(ROOT).as_posix().startswith(places)


def _is_a_rule(word: ast.keyword) -> bool:
    """One day is arithmetic (the day before); more is a length of time that somebody decided."""
    return word.arg in UNITS_OF_TIME and isinstance(word.value, ast.Constant) and word.value.value not in (0, 1)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in _nodes(handler))


def _nodes(handler: ast.ExceptHandler) -> Iterator[ast.AST]:
    for statement in handler.body:
        yield from ast.walk(statement)


def _of_twenty_the_second_longest(lengths: list[int]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(lengths, n=20)[18]


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
