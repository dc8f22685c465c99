"""The folders of the embedded server: its data, its socket, and the way its account reaches them."""

import fcntl
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import IO

from db.embedded.accounts import Account
from db.embedded.errors import EmbeddedServerError

LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
SOCKET_PREFIX = "practice-audit-"


def take_hold_of(data: Path) -> IO[str]:
    """Keep a second owner out of the folder; the hold ends with its process, however that ends."""
    hold = (data / "lock").open("a+")
    try:
        fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        hold.seek(0)
        owner = hold.read().strip() or "unknown"
        hold.close()
        raise EmbeddedServerError(
            f"The folder {data} is in use by another Practice Audit (process {owner}). "
            "Stop that one, or choose another folder with --data."
        ) from None
    hold.truncate(0)
    hold.write(str(os.getpid()))
    hold.flush()
    return hold


def is_held(data: Path) -> bool:
    """Is a Practice Audit running in this folder now?"""
    try:
        take_hold_of(data).close()
    except EmbeddedServerError:
        return True
    return False


class WayIn:
    """A path by which the server's account reaches a folder, also below folders that are closed to it.

    Folders above are never opened. Where they are closed, the path goes by an open handle on the folder itself, which
    the server inherits (Linux only).
    """

    def __init__(self, account: Account, data: Path) -> None:
        self.handle: int | None = None
        self.path = data
        if not account.is_other:
            return
        data.chmod(data.stat().st_mode | 0o011)
        if account.can_enter(data):
            return
        if sys.platform != "linux":
            raise EmbeddedServerError(
                f"The folder {data} lies below a folder that is closed to the account {account.name}, which runs "
                "PostgreSQL for root. Choose another folder with --data, or start as an ordinary user."
            )
        self.handle = os.open(data, os.O_PATH | os.O_DIRECTORY)
        self.path = Path(f"/proc/self/fd/{self.handle}")

    def inherit(self) -> tuple[int, ...]:
        return () if self.handle is None else (self.handle,)

    def close(self) -> None:
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None


def make_socket_folder(account: Account, again: Path | None = None) -> Path:
    """A folder with a short name that only the server's account can enter: this is what guards the database.

    `again` is one of before, under the name that everybody who is connected knows: it is made anew if it is gone.
    """
    if again is not None:
        if not again.exists():
            again.mkdir(mode=0o700)
            account.give(again)
        return again
    shared = Path("/tmp")  # noqa: S108  (the folder made in it is ours alone, mode 0700, with a random name)
    own = Path(tempfile.gettempdir())
    parent = shared if account.is_other or len(str(own)) > LONGEST_SOCKET_FOLDER - 24 else own
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))
    account.give(folder)
    return folder


def remove_socket_folder(folder: Path) -> None:
    if folder.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
