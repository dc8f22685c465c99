"""Who runs the database server: PostgreSQL refuses root, so root lends it an account without rights."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.embedded.errors import EmbeddedServerError

ACCOUNT_LENT_BY_ROOT = "nobody"


@dataclass(frozen=True)
class Account:
    """The account that the server runs as, and whether it is another than ours."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def run_as(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make a child run as this account, knowing nothing of our environment."""
        quiet: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C"}, "stdin": subprocess.DEVNULL}
        if self.is_other:
            quiet |= {"user": self.uid, "group": self.gid, "extra_groups": ()}
        return quiet

    def can(self, *command: str) -> bool:
        """Does the command succeed when this account runs it?"""
        try:
            done = subprocess.run(
                command, **self.run_as(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            )
        except OSError:
            return False
        return done.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        return self.can("/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder))

    def give(self, folder: Path) -> None:
        """Make the folder this account's own, closed to all others."""
        folder.chmod(0o700)
        if self.is_other:
            os.chown(folder, self.uid, self.gid)


def account_for(cluster: Path) -> Account:
    """Ourselves; or as root the account that owns the data already, or else one without rights."""
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid(), is_other=False)
    if cluster.exists() and cluster.stat().st_uid != 0:
        owner = cluster.stat()
        return Account(str(owner.st_uid), owner.st_uid, owner.st_gid, is_other=True)
    try:
        entry = pwd.getpwnam(ACCOUNT_LENT_BY_ROOT)
    except KeyError:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root and this machine has no account {ACCOUNT_LENT_BY_ROOT!r} to lend it. "
            "Start as an ordinary user, or name a database server with DATABASE_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, is_other=True)
