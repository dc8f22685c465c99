"""The file of a backup: a ZIP with one member a table, the edition's files, and a manifest with the hash of each.

The manifest is written last, so that a file that was cut short has none.
"""

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import IO

from rules.errors import Refusal

FORM = 1
MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 10_000_000
_PIECE = 1 << 20
_OPENED_ON = (1980, 1, 1, 0, 0, 0)  # members carry no time of their own: the manifest says when


class BrokenBackup(Refusal):
    """A file that is no backup, was cut short or changed, or was made by a release that we do not know."""

    code = "broken_backup"


@dataclass(frozen=True, slots=True)
class TableKept:
    """One table in a backup: what its member must hold to the last byte."""

    name: str
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `made_at` is the moment that the database was as it is in the file."""

    form: int
    release: str
    made_at: str
    made_by: str
    postgresql: str
    migration: str
    edition: Mapping[str, str]
    trail_chains: int
    trail_sha256: str  # of the newest entry of every chain
    tables: tuple[TableKept, ...]
    left_out: tuple[str, ...]
    policy_files: Mapping[str, str]  # name of member, SHA-256

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """Of all tables, unpacked."""
        return sum(table.bytes for table in self.tables)


class BackupWriter:
    """Writes the members of a new backup."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def table(self, name: str, columns: tuple[str, ...], pieces: Iterable[bytes | memoryview]) -> TableKept:
        """One table as COPY writes it, one row a line."""
        digest, size, rows = sha256(), 0, 0
        with self._zip.open(_info(member_of(name)), "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
                rows += bytes(piece).count(b"\n")  # COPY writes a line's end within a value as \n
        return TableKept(name, columns, rows, size, digest.hexdigest())

    def policy_file(self, name: str, content: bytes) -> tuple[str, str]:
        """A file of the edition in force, to read beside the records."""
        member = f"policy/{name}"
        self._zip.writestr(_info(member), content)
        return member, sha256(content).hexdigest()

    def finish(self, manifest: Manifest) -> str:
        """The manifest, last of all; answers its SHA-256."""
        content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        self._zip.writestr(_info(MANIFEST), content)
        self._zip.close()
        return sha256(content).hexdigest()


class BackupFile:
    """A backup that was opened for reading; `sha256` is its manifest's."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, digest: str) -> None:
        self._zip = archive
        self.manifest = manifest
        self.sha256 = digest

    def pieces(self, table: TableKept) -> Iterator[bytes]:
        """A table's bytes. Raises BrokenBackup, at the latest at the end, if they are not those of the manifest."""
        digest, size = sha256(), 0
        try:
            with self._zip.open(member_of(table.name)) as member:
                while piece := member.read(_PIECE):
                    size += len(piece)
                    if size > table.bytes:
                        break
                    digest.update(piece)
                    yield piece
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError) as why:
            raise BrokenBackup(f"The backup's table {table.name} cannot be read ({why}): {_WAY_OUT}") from why
        if (size, digest.hexdigest()) != (table.bytes, table.sha256):
            raise BrokenBackup(f"The backup's table {table.name} is not what was written: {_WAY_OUT}")

    def verify(self) -> Iterator[TableKept]:
        """Reads every table to its end and answers each that is whole. Raises BrokenBackup."""
        for table in self.manifest.tables:
            for _ in self.pieces(table):
                pass
            yield table


_WAY_OUT = "the file was damaged or changed; nothing was restored. Take another copy of it."


@contextmanager
def open_backup(path: Path) -> Iterator[BackupFile]:
    """Opens a backup and reads its manifest. Raises BrokenBackup for a file that is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            content = _manifest_in(archive, path)
            yield BackupFile(archive, _manifest_from(content, path), sha256(content).hexdigest())
    except FileNotFoundError:
        raise BrokenBackup(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise BrokenBackup(f"{path} is a folder: name the file that `practice-audit backup` wrote.") from None
    except PermissionError:
        raise BrokenBackup(f"{path} may not be read by this account.") from None
    except zipfile.BadZipFile:
        raise BrokenBackup(f"{path} is no backup, or was cut short: take another copy of it.") from None


def member_of(table: str) -> str:
    """Where a table is in the file."""
    return f"tables/{table}.copy"


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _OPENED_ON)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _manifest_in(archive: zipfile.ZipFile, path: Path) -> bytes:
    try:
        with archive.open(MANIFEST) as member:
            return member.read(_LARGEST_MANIFEST)
    except KeyError:
        raise BrokenBackup(f"{path} is no backup of Practice Audit: it has no {MANIFEST}.") from None


def _manifest_from(content: bytes, path: Path) -> Manifest:
    try:
        plain = json.loads(content)
        if plain["form"] > FORM:
            raise BrokenBackup(f"{path} was made by a newer release ({plain['release']}): install that one.")
        tables = tuple(TableKept(**{**table, "columns": tuple(table["columns"])}) for table in plain.pop("tables"))
        manifest = Manifest(tables=tables, **plain)
    except (ValueError, TypeError, KeyError) as why:
        raise BrokenBackup(f"The manifest of {path} cannot be read ({why}): {_WAY_OUT}") from why
    return replace(manifest, left_out=tuple(manifest.left_out))
