"""Loads an edition from its folder of TOML files, and refuses with a sentence whatever it cannot use."""

import dataclasses
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from rules.errors import PolicyError
from rules.policy.audit_tool_checks import problems_of_tools
from rules.policy.audit_tool_files import AuditToolFiles
from rules.policy.contradictions import contradictions_in
from rules.policy.ladder_shapes import Ladder, clauses_of
from rules.policy.shape import Clause, Edition, Entry, Policy
from rules.policy.sources import Source
from rules.policy.values import Where, as_text, build, build_fields

FRAMEWORKS = Path(__file__).parent / "frameworks"
DEFAULT_EDITION = "waltham_forest_2023"

SECTIONS = {
    name: section
    for name, section in typing.get_type_hints(Policy).items()
    if dataclasses.is_dataclass(section) and section is not Edition
}
_ENTRY_KEYS = {"value", "rule", "clause", "source", "reading"}


def load_edition(name_or_folder: str | Path = DEFAULT_EDITION) -> Policy:
    """The edition of that name under `frameworks/`, or in that folder.

    Raises PolicyError naming file, key and what is allowed: for a missing, unknown or malformed key,
    a value without clause or source, and values that contradict each other.
    """
    folder = folder_of(name_or_folder)
    return _shipped(folder) if folder.parent == FRAMEWORKS else _without_contradictions(folder)


@cache
def _shipped(folder: Path) -> Policy:
    """What comes with the library stays as it is while we run, so it is read once; a council's own folder may not."""
    return _without_contradictions(folder)


def _without_contradictions(folder: Path) -> Policy:
    policy = policy_of(folder)
    _refuse_contradictions(policy, folder)
    return policy


def load_whole_edition(name_or_folder: str | Path = DEFAULT_EDITION) -> Policy:
    """The same with every audit tool read, for a service that is to find no fault in one on an opening day.

    Raises PolicyError as `load_edition`, and naming what is wrong with the tools.
    """
    policy = load_edition(name_or_folder)
    found = list(problems_of_tools(policy))
    if found:
        raise PolicyError(f"The audit tools of {policy.edition.id} cannot be used: {' '.join(found)}")
    return policy


def policy_of(folder: Path) -> Policy:
    """The edition in that folder, whose values may still contradict each other. Raises PolicyError."""
    edition = build_fields(Edition, read_table(folder, "edition"), Where(folder / "edition.toml"))
    clauses = read_clauses(folder)
    sections: dict[str, Any] = {}
    entries: list[Entry] = []
    for name, shape in SECTIONS.items():
        sections[name], found = _section(folder, name, typing.cast(type[Any], shape), clauses)
        entries.extend(found)
    tools = AuditToolFiles(folder)
    return Policy(edition=edition, tool_files=tools, clauses=clauses, entries=tuple(entries), **sections)


def editions() -> list[str]:
    """The names of the editions that come with the library."""
    return sorted(found.parent.name for found in FRAMEWORKS.glob("*/edition.toml"))


def folder_of(name_or_folder: str | Path) -> Path:
    """Where an edition's files are. Raises PolicyError naming the editions there are."""
    for folder in (FRAMEWORKS / name_or_folder, Path(name_or_folder)):
        if (folder / "edition.toml").is_file():
            return folder
    raise PolicyError(
        f"No edition of the framework at {str(name_or_folder)!r}: name one of {', '.join(editions())}, "
        "or a folder that holds an edition.toml."
    )


def read_table(folder: Path, name: str) -> dict[str, Any]:
    """One file of an edition as TOML holds it. Raises PolicyError for one that is missing or none."""
    file = folder / f"{name}.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PolicyError(f"{file.name} is missing from the edition in {folder.name}.") from None
    except UnicodeDecodeError as error:
        raise PolicyError(f"{file.name} is not UTF-8 text (byte {error.start}): save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{file.name} is not valid TOML: {error}.") from None


def read_clauses(folder: Path) -> Mapping[str, Clause]:
    """The rules that an edition has, with the clause of each."""
    where = Where(folder / "clauses.toml")
    return types.MappingProxyType(
        {rule: build_fields(Clause, table, where.at(rule)) for rule, table in read_table(folder, "clauses").items()}
    )


def _section(folder: Path, name: str, shape: type[Any], clauses: Mapping[str, Clause]) -> tuple[Any, list[Entry]]:
    tables = read_table(folder, name)
    where = Where(folder / f"{name}.toml")
    hints = typing.get_type_hints(shape)
    where.refuse_other_keys(tables, set(hints))
    values: dict[str, Any] = {}
    entries = []
    for field, hint in hints.items():
        entry = build_entry(name, field, tables[field], where.at(field), clauses)
        values[field] = build(hint, tables[field]["value"], where.at(field, "value"))
        entries.append(dataclasses.replace(entry, value=as_text(values[field])))
        entries.extend(_entries_within(entry.path, values[field]))
    return shape(**values), entries


def _entries_within(path: str, value: Any) -> Iterator[Entry]:
    """A ladder has an entry for each of its rungs and their clocks, so that each can be signed off by itself."""
    for rung in value.rungs if isinstance(value, Ladder) else ():
        for name, part in clauses_of(rung):
            yield Entry(f"{path}.{name}", str(part), part.rule, part.clause, part.source, part.reading)


def build_entry(section: str, field: str, table: Any, where: Where, clauses: Mapping[str, Clause] | None) -> Entry:
    """What stands beside a value: rule, clause, source, reading. Without clauses its rule is not looked up."""
    if not isinstance(table, dict):
        raise where.error("is a bare value; write it as a table with value, rule, clause and source")
    where.refuse_other_keys(table, _ENTRY_KEYS, optional={"reading"})
    source = build(Source, table["source"], where.at("source"))
    reading = table.get("reading")
    if (source is Source.LOCAL_DECISION) != bool(reading):
        raise where.error('needs a `reading` in a sentence when source is "local_decision", and none when it is "text"')
    rule, clause = (build(str, table[key], where.at(key)) for key in ("rule", "clause"))
    if clauses is not None and rule not in clauses:
        raise where.at("rule").error(f"names rule {rule!r}, which clauses.toml does not list")
    return Entry(f"{section}.{field}", "", rule, clause, source, reading)


def _refuse_contradictions(policy: Policy, folder: Path) -> None:
    found = list(contradictions_in(policy))
    if found:
        raise PolicyError(f"The edition in {folder.name} contradicts itself: {' '.join(found)}")
