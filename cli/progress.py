"""How far long work is, on a terminal and nowhere else: a pipe, a log file or `--json` gets none of it."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast

Advance = Callable[[int], None]


@contextmanager
def progress(what: str, total: int | None, *, hidden: bool) -> Iterator[Advance]:
    """A bar on standard error while the work within lasts; call what is yielded with how much was done."""
    if hidden or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # heavy, and only for people at a terminal
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)


class CountedReader(io.BufferedIOBase):
    """A file that tells how much of it was read; it is closed by whoever opened it."""

    def __init__(self, content: IO[bytes], advance: Advance) -> None:
        super().__init__()
        self._content = content
        self._advance = advance

    def read(self, size: int | None = -1, /) -> bytes:
        piece = self._content.read(-1 if size is None else size)
        self._advance(len(piece))
        return piece

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._content.seek(offset, whence)

    def tell(self) -> int:
        return self._content.tell()


def counted_reading(content: IO[bytes], advance: Advance) -> BinaryIO:
    """The same file; whoever reads it moves the bar."""
    return cast("BinaryIO", CountedReader(content, advance))
