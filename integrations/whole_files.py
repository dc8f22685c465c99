"""Files that are there whole or not at all: whoever watches a folder never reads half of one."""

import os
import tempfile
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Writes beside it, to the disk, and only then under its name; for its owner alone. Raises OSError."""
    handle, unfinished = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(unfinished).replace(file)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
