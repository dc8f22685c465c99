"""The records of a CSV file with the lines they begin on."""

import csv
import io
from collections.abc import Iterator
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
        try:
            return self._text().read(_HEAD)
        except UnicodeDecodeError as error:
            raise _neither_encoding(error) from None

    def records(self, layout: Layout) -> Iterator[Record]:
        """What follows the header."""
        lines = islice(self._text(), layout.line - 1, None)
        reader = csv.reader(lines, delimiter=layout.separator, strict=True)
        above = layout.line - 1
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

    def _text(self) -> io.TextIOWrapper:
        """A reader from the beginning; the one before lets go of the file first, or it would close it."""
        self._let_go()
        self._content.seek(0)
        self._wrapper = io.TextIOWrapper(self._content, self._codec, newline="")
        return self._wrapper

    def _let_go(self) -> None:
        wrapper: io.TextIOWrapper | None = getattr(self, "_wrapper", None)
        if wrapper is not None:
            wrapper.detach()


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
