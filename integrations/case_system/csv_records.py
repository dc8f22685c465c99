"""The records of a CSV file with the lines they begin on."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO

from integrations.case_system.csv_bytes import Examined
from integrations.case_system.csv_layout import Layout
from usecases.extract_ports import BrokenExtract

# None where a quotation mark stands within a cell, so that nobody can say where its cells end.
Record = tuple[int, list[str] | None]

_HEAD = 1 << 17


class CsvFile:
    """A file that was examined: its head, then its records. Raises BrokenExtract for what is no CSV."""

    def __init__(self, content: BinaryIO, examined: Examined) -> None:
        self._content = content
        self._codec = examined.codec

    def head(self) -> str:
        """The beginning as text, where the header must stand."""
        with self._text() as text:
            try:
                return text.read(_HEAD)
            except UnicodeDecodeError as error:
                raise _neither_encoding(error) from None

    def records(self, layout: Layout) -> Iterator[Record]:
        """What follows the header."""
        with self._text() as text:
            yield from _records(text, layout)

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        """A reader from the beginning, which lets go of the file at the end: whoever opened it closes it."""
        self._content.seek(0)
        wrapper = io.TextIOWrapper(self._content, self._codec, newline="")
        try:
            yield wrapper
        finally:
            if not self._content.closed:
                wrapper.detach()


def _records(text: io.TextIOWrapper, layout: Layout) -> Iterator[Record]:
    above = layout.line - 1
    reader = csv.reader(islice(text, above, None), delimiter=layout.separator, strict=True)
    line = layout.line
    while True:
        try:
            for cells in reader:
                if line > layout.line:
                    yield line, cells
                line = above + reader.line_num + 1
        except csv.Error as error:
            last = above + reader.line_num
            if last > line or "expected after" not in str(error):
                raise _unreadable(line, error) from None
            yield line, None
            line = last + 1
        except UnicodeDecodeError as error:
            raise _neither_encoding(error) from None
        else:
            return


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
