"""Everything that is wrong with an edition's files at once, for whoever writes one; loading stops at the first."""

import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rules.errors import PolicyError
from rules.policy.audit_tool_checks import problems_of_tools
from rules.policy.contradictions import contradictions_in
from rules.policy.load import SECTIONS, build_entry, folder_of, policy_of, read_clauses, read_table
from rules.policy.shape import Clause, Edition
from rules.policy.values import Where, build, build_fields


def problems_of(name_or_folder: str | Path) -> list[str]:
    """A sentence for each problem, by file and key; none for an edition that loads.

    Raises PolicyError when there is no edition at all. Contradictions between values are looked for once every value
    by itself is sound.
    """
    folder = folder_of(name_or_folder)
    found = [*_of_edition(folder)]
    clauses = _clauses(folder, found)
    for name in SECTIONS:
        found += _of_section(folder, name, clauses)
    if found:
        return found
    policy = policy_of(folder)
    return [*contradictions_in(policy)] or [*problems_of_tools(policy)]


def _of_edition(folder: Path) -> Iterator[str]:
    yield from _told(lambda: build_fields(Edition, read_table(folder, "edition"), Where(folder / "edition.toml")))


def _clauses(folder: Path, found: list[str]) -> Mapping[str, Clause] | None:
    try:
        return read_clauses(folder)
    except PolicyError as problem:
        found.append(str(problem))
        return None


def _of_section(folder: Path, name: str, clauses: Mapping[str, Clause] | None) -> Iterator[str]:
    try:
        tables = read_table(folder, name)
    except PolicyError as problem:
        yield str(problem)
        return
    where = Where(folder / f"{name}.toml")
    hints = typing.get_type_hints(SECTIONS[name])
    for key in tables.keys() - hints.keys():
        yield from _told(lambda key=key: where.refuse_other_keys({key: None}, set(hints)))  # type: ignore[misc]
    for key in sorted(hints.keys() - tables.keys()):
        yield f"{name}.toml: lacks the key {key!r}."
    for key in (key for key in hints if key in tables):
        yield from _told(lambda key=key: build_entry(name, key, tables[key], where.at(key), clauses))  # type: ignore[misc]
        yield from _of_value(hints[key], tables[key], where.at(key, "value"))


def _of_value(hint: Any, table: Any, where: Where) -> Iterator[str]:
    if isinstance(table, dict) and "value" in table:
        yield from _told(lambda: build(hint, table["value"], where))


def _told(attempt: Callable[[], object]) -> Iterator[str]:
    try:
        attempt()
    except PolicyError as problem:
        yield str(problem)
