"""What `practice-audit import` is asked for, and the file that it reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from cli.progress import counted_reading, progress
from cli.refusals import WordRefused
from usecases.extract_ports import DateForm

MOST_TOLD = 10
_READINGS = 2  # first to tell what it is, then row by row


@dataclass(frozen=True, slots=True)
class Asked:
    """A file to be loaded, and how. `on` is the day it was made or of which it speaks; `is_hidden`: without a bar."""

    file: Path
    on: date | None
    date_form: DateForm | None
    confirmed_because: str | None
    good_rows_only: bool
    dry_run: bool
    is_hidden: bool
    headers: Mapping[str, str] = field(default_factory=dict)  # a history's own name of a column, where it differs

    @contextmanager
    def content(self) -> Iterator[BinaryIO]:
        """The file, with a bar that moves as it is read. Raises WordRefused for one that cannot be read."""
        try:
            size = self.file.stat().st_size
            content = self.file.open("rb")
        except OSError as why:
            raise WordRefused(f"{self.file} cannot be read: {why.strerror}.", code="unreadable_file") from why
        with content, progress(f"Loading {self.file.name}", _READINGS * size, hidden=self.is_hidden) as advance:
            yield counted_reading(content, advance)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file, for programs and for people."""

    facts: Any
    lines: Iterable[str]


def lines_told(first: Sequence[int], rows: int) -> str:
    """ "line 3", "lines 3, 5", or "lines 3, 5, 9 …" of more rows than the lines that are kept."""
    words = ", ".join(map(str, first))
    return f"line{'s' if rows > 1 else ''} {words}{' …' if rows > len(first) else ''}"
