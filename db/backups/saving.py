"""Making a backup: one moment of the whole database, while everybody goes on working."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO

import psycopg
from sqlalchemy import Connection, Engine

from db import schema
from db.backups.archives import FORM, BackupWriter, Manifest, TableKept
from db.backups.catalog import LEFT_OUT, quoted, tables_with_columns
from db.backups.trail_heads import trail_heads
from db.queries import server
from rules.errors import Refusal

# What the text of a value depends on, set to one form whatever the server's own is.
FORMS = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601'; SET LOCAL extra_float_digits = 1; "
FORMS += "SET LOCAL bytea_output = 'hex'; SET LOCAL client_encoding = 'UTF8'; SET LOCAL timezone = 'UTC'"


class NothingToBackUp(Refusal):
    """A database without tables."""

    code = "nothing_to_back_up"

    def __init__(self) -> None:
        super().__init__("The database has no tables yet: there is nothing to back up.")


@dataclass(frozen=True, slots=True)
class AboutBackup:
    """What whoever makes a backup says of it. `policy_files` are those of the edition, by name."""

    release: str
    made_at: str
    made_by: str
    edition: Mapping[str, str]
    policy_files: Mapping[str, bytes]


def save_tables(
    engine: Engine,
    file: IO[bytes],
    about: AboutBackup,
    advance: Callable[[int], None],
) -> tuple[Manifest, str]:
    """Writes a backup into `file`; answers its manifest and the hash of that.

    Everything is read in one snapshot: what was committed when it began is in, whole, and nothing later.
    `advance` is told of every byte.
    """
    with engine.connect() as connection:
        names = list(tables_with_columns(connection))
    if not names:
        raise NothingToBackUp
    isolation = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**isolation) as connection:
        # Before the first question, which takes the snapshot: from then on no migration changes a table.
        locked = ", ".join(map(quoted, [*names, "alembic_version"]))
        connection.exec_driver_sql(f"LOCK TABLE {locked} IN ACCESS SHARE MODE")
        connection.exec_driver_sql(FORMS)
        return _save(connection, BackupWriter(file), about, advance)


def _save(
    connection: Connection,
    writer: BackupWriter,
    about: AboutBackup,
    advance: Callable[[int], None],
) -> tuple[Manifest, str]:
    trail = trail_heads(connection)
    tables: list[TableKept] = []
    for name, columns in tables_with_columns(connection).items():
        tables.append(writer.table(name, columns, _rows(connection, name, columns, advance)))
    files = dict(writer.policy_file(name, content) for name, content in about.policy_files.items())
    manifest = Manifest(
        form=FORM,
        release=about.release,
        made_at=about.made_at,
        made_by=about.made_by,
        postgresql=server.about(connection).version,
        migration=schema.present_revision(connection) or "",
        edition=about.edition,
        trail_chains=trail.chains,
        trail_sha256=trail.sha256,
        tables=tuple(tables),
        left_out=tuple(sorted(LEFT_OUT)),
        policy_files=files,
    )
    return manifest, writer.finish(manifest)


def _rows(
    connection: Connection, name: str, columns: tuple[str, ...], advance: Callable[[int], None]
) -> Iterator[memoryview]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    listed = ", ".join(map(quoted, columns))
    statement = f"COPY (SELECT {listed} FROM {quoted(name)}) TO STDOUT"  # noqa: S608  (names of the catalog, quoted)
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as stream:
        for piece in stream:
            advance(len(piece))
            yield memoryview(piece)
