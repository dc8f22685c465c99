"""Merged and renumbered references, at the command line: a file of many, each through the same use case (S10)."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from cli.answers import counted
from cli.house import House
from cli.imported import MOST_TOLD, Asked, Imported
from cli.refusals import WordRefused
from rules.errors import Refusal
from usecases.aliases import AliasFacts, alias_case, alias_person
from usecases.work import Work

_COLUMNS = ("from_reference", "to_reference", "since_on", "reason")


@dataclass(frozen=True, slots=True)
class _Refused:
    line: int
    sentence: str


def load_case_aliases(house: House, asked: Asked) -> Imported:
    """Case references that lead to others."""
    return _load(house, asked, lambda work, facts: alias_case(work, facts)[1])


def load_worker_aliases(house: House, asked: Asked) -> Imported:
    """Workers who are known by another reference."""
    return _load(house, asked, lambda work, facts: alias_person(work, facts).is_new)


def _load(house: House, asked: Asked, take: Callable[[Work, AliasFacts], bool]) -> Imported:
    with asked.content() as content:
        text = content.read()
    refused: list[_Refused] = []
    made = known = 0
    with house.work() as work, work.session.begin_nested() as attempt:
        for line, row in _rows(asked, text):
            try:
                with work.session.begin_nested():
                    is_new = take(work, _facts(row))
            except Refusal as why:
                refused.append(_Refused(line, why.sentence))
            else:
                made, known = made + is_new, known + (not is_new)
        if asked.dry_run:
            attempt.rollback()
    facts = {
        "file_name": asked.file.name,
        "is_dry_run": asked.dry_run,
        "rows_loaded": made,
        "rows_known_already": known,
        "refused": [asdict(each) for each in refused],
    }
    return Imported(facts, _lines(asked, made, known, refused))


def _rows(asked: Asked, text: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""))
        missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise WordRefused(
                f"{asked.file} lacks the columns {', '.join(missing)}: it needs {', '.join(_COLUMNS)}.",
                code="no_columns",
            )
        for row in reader:
            yield reader.line_num, {name: (row[name] or "").strip() for name in _COLUMNS}
    except (UnicodeDecodeError, csv.Error) as why:
        raise WordRefused(f"{asked.file} is no CSV file in UTF-8: {why}.", code="broken_file") from why


def _facts(row: Mapping[str, str]) -> AliasFacts:
    empty = [name for name in _COLUMNS if not row[name]]
    if empty:
        raise Refusal(f"{empty[0]} is empty: say it.", rule="S10")
    try:
        since_on = date.fromisoformat(row["since_on"])
    except ValueError:
        raise Refusal(f"since_on is {row['since_on']!r}: write it as 2026-10-01.", rule="S10") from None
    return AliasFacts(row["from_reference"], row["to_reference"], since_on, row["reason"])


def _lines(asked: Asked, made: int, known: int, refused: list[_Refused]) -> Iterator[str]:
    said = f"{counted(made, 'alias', 'aliases')} made, {known} known already, {len(refused)} refused."
    yield f"{asked.file.name}: {said}{' A dry run: nothing was saved.' if asked.dry_run else ''}"
    for each in refused[:MOST_TOLD]:
        yield f"  line {each.line}: {each.sentence}"
