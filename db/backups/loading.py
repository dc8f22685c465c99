"""Restoring a backup into a database that holds nothing yet."""

from collections.abc import Callable, Mapping

import psycopg
from sqlalchemy import Connection, text

from db.backups.archives import BackupFile, BrokenBackup, TableKept
from db.backups.catalog import quoted, sequences, tables_with_columns
from db.backups.saving import FORMS


def is_unused(connection: Connection) -> bool:
    """Whether nobody has put anything into any table that a backup would keep."""
    names = list(tables_with_columns(connection))
    if not names:
        return True
    anything = " OR ".join(f"EXISTS (SELECT 1 FROM {quoted(name)})" for name in names)  # noqa: S608  (of the catalog)
    return not connection.execute(text(f"SELECT {anything}")).scalar_one()


def load_tables(connection: Connection, backup: BackupFile, advance: Callable[[int], None]) -> None:
    """Fills the tables, in the transaction of the connection; the schema must be that of the backup's migration.

    Raises BrokenBackup where the file is not what its manifest says: then nothing is kept.
    """
    tables = backup.manifest.tables
    present = tables_with_columns(connection)
    _refuse_other_tables({table.name: set(table.columns) for table in tables}, present)
    connection.exec_driver_sql(FORMS)
    connection.exec_driver_sql("SET LOCAL practice_audit.restoring = 'yes'")  # what was before a merger may be again
    by_name = {table.name: table for table in tables}
    for name in present:  # in the order that this database asks for
        _load(connection, backup, by_name[name], advance)
    _continue_numbers(connection)


def _refuse_other_tables(kept: dict[str, set[str]], present: Mapping[str, tuple[str, ...]]) -> None:
    here = {name: set(columns) for name, columns in present.items()}
    if kept == here:
        return
    differing = sorted(name for name in kept.keys() | here.keys() if kept.get(name) != here.get(name))
    raise BrokenBackup(
        f"The backup's tables are not those of its migration ({', '.join(differing)} differ): nothing was restored. "
        "Was it made with a release that is not the one whose migration it names?"
    )


def _load(connection: Connection, backup: BackupFile, table: TableKept, advance: Callable[[int], None]) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    statement = f"COPY {quoted(table.name)} ({', '.join(map(quoted, table.columns))}) FROM STDIN"
    with driver.cursor() as cursor:
        with cursor.copy(statement.encode()) as stream:
            for piece in backup.pieces(table):
                stream.write(piece)
                advance(len(piece))
        if cursor.rowcount != table.rows:
            raise BrokenBackup(
                f"The backup's table {table.name} should have {table.rows} rows and had {cursor.rowcount}: "
                "nothing was restored."
            )


def _continue_numbers(connection: Connection) -> None:
    """What counts rows goes on behind the last one."""
    for table, column, name in sequences(connection):
        highest = f"SELECT max({quoted(column)}) FROM {quoted(table)}"  # noqa: S608  (names of the catalog, quoted)
        connection.execute(
            text(f"SELECT setval(CAST(:name AS regclass), coalesce(({highest}), 1), ({highest}) IS NOT NULL)"),
            {"name": name},
        )
