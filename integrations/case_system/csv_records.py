"""The records of a CSV file with the lines they begin on, and the columns that its header names."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from integrations.case_system.csv_cells import clean
from usecases.extract_ports import BrokenExtract

Record = tuple[int, list[str]]

_BETWEEN_WORDS = re.compile(r"[ -]+")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that an extract must have, may have, and has in vain; other names for some of them."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    known_but_not_read: tuple[str, ...]
    synonyms: Mapping[str, str]


class CsvRecords:
    """Reads the header at once and the records when asked. Raises BrokenExtract for what is no CSV."""

    def __init__(self, content: BinaryIO, encoding: str) -> None:
        self._reader = csv.reader(io.TextIOWrapper(content, encoding, newline=""), strict=True)
        self.header = self._header()

    def __iter__(self) -> Iterator[Record]:
        line = self._reader.line_num + 1
        try:
            for cells in self._reader:
                yield line, cells
                line = self._reader.line_num + 1
        except csv.Error as error:
            raise _unreadable(line, error) from None
        except UnicodeDecodeError as error:
            raise _neither_encoding(error) from None

    def _header(self) -> list[str]:
        try:
            cells = next(self._reader, [])
        except csv.Error as error:
            raise _unreadable(1, error) from None
        except UnicodeDecodeError as error:
            raise _neither_encoding(error) from None
        return [_as_name(cell) for cell in cells]


def places_of(header: Sequence[str], columns: Columns) -> dict[str, int]:
    """Where each column that is read stands; one that the file lacks stands behind the last.

    Raises BrokenExtract when one that is needed is missing, or one stands there twice.
    """
    names = [columns.synonyms.get(name, name) for name in header]
    _refuse_other_separators(header)
    missing = [name for name in columns.needed if name not in names]
    if missing:
        raise BrokenExtract(
            f"The header line lacks {_listed(missing)}; it has {_listed(header)}. "
            "Nothing was loaded: export the file with these columns, the header in its first line.",
            rule="C1",
        )
    twice = sorted({name for name in names if name in (*columns.needed, *columns.optional) and names.count(name) > 1})
    if twice:
        raise BrokenExtract(
            f"The header line has {_listed(twice)} more than once, so that nobody can say which is meant. "
            "Nothing was loaded: export the file with each column once.",
            rule="C1",
        )
    return {name: names.index(name) if name in names else len(names) for name in (*columns.needed, *columns.optional)}


def not_read(header: Sequence[str], columns: Columns) -> tuple[str, ...]:
    """The columns that the product has no use for: they are passed over, and nothing of them is stored (C3)."""
    known = {*columns.needed, *columns.optional, *columns.known_but_not_read}
    return tuple(name for name in header if name and columns.synonyms.get(name, name) not in known)


def _as_name(cell: str) -> str:
    return _BETWEEN_WORDS.sub("_", clean(cell)).lower()[:_SHOWN]


def _refuse_other_separators(header: Sequence[str]) -> None:
    whole = header[0] if len(header) == 1 else ""
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if separator in whole:
            raise BrokenExtract(f"The columns are separated by {name}: export the file with commas.", rule="C1")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name or "(a column without a name)" for name in names) or "nothing"


def _unreadable(line: int, error: csv.Error) -> BrokenExtract:
    return BrokenExtract(
        f"The file cannot be read from line {line} on ({error}): a quotation mark is missing there, or the file was "
        "cut off. Nothing was loaded: export it again.",
        rule="C1",
    )


def _neither_encoding(error: UnicodeDecodeError) -> BrokenExtract:
    return BrokenExtract(
        f"The file is neither UTF-8 nor Windows-1252 text (byte {error.object[error.start]:#04x}). "
        "Nothing was loaded: export it as CSV (UTF-8).",
        rule="C1",
    )
