"""Merged and renumbered references, at the command line: a list is read as over HTTP (S10)."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import BinaryIO

from cli.answers import counted
from cli.house import House
from cli.imported import MOST_TOLD, Asked, Imported
from integrations.wiring import alias_reader
from usecases.alias_lists import AliasesImported, import_case_aliases, import_person_aliases
from usecases.extract_ports import AliasReader, DateForm
from usecases.work import Work

_Taking = Callable[[Work, AliasReader, BinaryIO, DateForm | None], AliasesImported]


def load_case_aliases(house: House, asked: Asked) -> Imported:
    """Case references that lead to others."""
    return _load(house, asked, import_case_aliases)


def load_worker_aliases(house: House, asked: Asked) -> Imported:
    """Workers who are known by another reference."""
    return _load(house, asked, import_person_aliases)


def _load(house: House, asked: Asked, take: _Taking) -> Imported:
    with asked.content() as content, house.work() as work, work.session.begin_nested() as attempt:
        found = take(work, alias_reader(), content, asked.date_form)
        if asked.dry_run:
            attempt.rollback()
    facts = {
        "file_name": asked.file.name,
        "is_dry_run": asked.dry_run,
        "rows_loaded": found.made,
        "rows_known_already": found.known,
        "refused": [asdict(each) for each in found.refused],
    }
    return Imported(facts, _lines(asked, found))


def _lines(asked: Asked, found: AliasesImported) -> Iterator[str]:
    said = f"{counted(found.made, 'alias', 'aliases')} made, {found.known} known already, {len(found.refused)} refused."
    yield f"{asked.file.name}: {said}{' A dry run: nothing was saved.' if asked.dry_run else ''}"
    for each in found.refused[:MOST_TOLD]:
        yield f"  line {each.line}: {each.sentence}"
    if len(found.refused) > MOST_TOLD:
        yield f"  … and {len(found.refused) - MOST_TOLD} more; --json has all of them."
