"""The local administrator's token: made once, kept in a file that its owner alone can read."""

import os
import secrets
from pathlib import Path


def read_or_make_token(path: Path) -> str:
    """The token of this installation. A file that others could read is closed to them first."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        return path.read_text(encoding="ascii").strip()
    token = secrets.token_urlsafe(32)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token)
    return token
