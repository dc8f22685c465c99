"""`practice-audit backup`: every table as of one moment in one file, while everybody goes on working."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from cli.answers import answer, counted
from cli.house import House, actor, open_house
from cli.progress import progress
from cli.refusals import WordRefused
from cli.word_app import AsJson, DataFolder, examples, word_app
from db.backups import AboutBackup, Manifest, save_tables
from rules.policy.load import folder_of
from version import VERSION

app = word_app()


@app.command(
    epilog=examples(
        "backup audit-2026-10-01.zip", "backup /srv/backups/audit-$(date +%F).zip --json", "backup b.zip --data DIR"
    )
)
def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup is written; a file that is there is not overwritten")],
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write a backup of the whole database into one file, readable by its owner only.

    Nobody need stop working: the file holds one moment, whole. It holds the names and addresses of staff and all that
    the records say, so keep it as safe as the database. Settings, passwords, the token file and the mail folder are
    not in it. `practice-audit restore` reads it, with this release or a later one. A database that still lacks
    migrations can be backed up too: do so before you bring it up to date.
    """
    with open_house("backup", data, may_be_older=True) as house, _new_file(file) as content:
        manifest, digest = _save(house, content, hidden=as_json)
        size = content.tell()
    facts = {
        "file": file.absolute(),
        "bytes": size,
        "manifest_sha256": digest,
        "made_at": manifest.made_at,
        "migration": manifest.migration,
        "edition": manifest.edition,
        "trail": {"chains": manifest.trail_chains, "sha256": manifest.trail_sha256},
        "rows": manifest.rows,
        "tables": {table.name: table.rows for table in manifest.tables},
        "left_out": manifest.left_out,
    }
    answer(facts, _lines(file, size, manifest), as_json=as_json)


def _save(house: House, content: IO[bytes], *, hidden: bool) -> tuple[Manifest, str]:
    edition = house.policy.edition
    about = AboutBackup(
        release=VERSION,
        made_at=house.clock.now().isoformat(),
        made_by=actor(),
        edition={"id": edition.id, "version": edition.version},
        policy_files=dict(_policy_files(folder_of(house.settings.policy))),
    )
    with progress("Writing the backup", None, hidden=hidden) as advance:
        return save_tables(house.engine, content, about, advance)


def _policy_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it is whole, and that nobody else may read."""
    if path.exists():
        raise WordRefused(f"{path} is there already and stays as it is: choose another name.", code="file_exists")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".unfinished", dir=path.absolute().parent)
    except OSError as why:
        raise WordRefused(f"{path} cannot be written: {why.strerror}.", code="file_not_writable") from why
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as content:  # mkstemp makes it with mode 0600
            yield content
            content.flush()
            os.fsync(content.fileno())
        unfinished.rename(path)
    except OSError as why:
        raise WordRefused(f"{path} cannot be written: {why.strerror}.", code="file_not_writable") from why
    finally:
        unfinished.unlink(missing_ok=True)


def _lines(file: Path, size: int, manifest: Manifest) -> list[str]:
    filled = sum(table.rows > 0 for table in manifest.tables)
    rows = f"{counted(manifest.rows, 'row')} of {counted(filled, 'table')}"
    edition = f"edition {manifest.edition['id']} version {manifest.edition['version']}"
    chains = counted(manifest.trail_chains, "chain")
    return [
        f"{file}: {rows}, {size:,} bytes, as of {manifest.made_at}.",
        f"  migration {manifest.migration}, {edition}, {chains} in the trail",
        "  It holds names and addresses of staff: keep it as safe as the database.",
        f"  Try it: practice-audit restore {file} --data ANOTHER-FOLDER",
    ]
