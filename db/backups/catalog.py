"""Which tables a database has, with which columns, and in which order they can be filled.

Asked of the database and not of the code: a backup is made of what is there, also before an upgrade.
"""

from collections.abc import Mapping
from graphlib import TopologicalSorter

from sqlalchemy import Connection, text

# What belongs to one running installation and not to the council's records. Whoever restores a backup signs in anew,
# and a scheduler that once ran elsewhere is not heard of here.
LEFT_OUT = frozenset({"alembic_version", "job_runs", "refused_attempts", "sign_in_links", "sign_in_sessions"})

_TABLES = text(
    """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    GROUP BY c.relname
    """
)
_NEEDS = text(
    """
    SELECT f.relname, t.relname
    FROM pg_constraint
    JOIN pg_class f ON f.oid = conrelid
    JOIN pg_class t ON t.oid = confrelid
    WHERE contype = 'f' AND conrelid <> confrelid AND f.relnamespace = current_schema()::regnamespace
    """
)
_SEQUENCES = text(
    """
    SELECT t.relname, a.attname, s.oid::regclass::text
    FROM pg_class s
    JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE s.relkind = 'S' AND t.relnamespace = current_schema()::regnamespace
    """
)


def tables_with_columns(connection: Connection) -> Mapping[str, tuple[str, ...]]:
    """Each table that a backup keeps and its stored columns; whoever is needed by another comes before it."""
    columns = {name: tuple(names) for name, names in connection.execute(_TABLES) if name not in LEFT_OUT}
    order: TopologicalSorter[str] = TopologicalSorter({name: set() for name in sorted(columns)})
    for table, needed in sorted(tuple(row) for row in connection.execute(_NEEDS)):
        if table in columns and needed in columns:
            order.add(table, needed)
    return {name: columns[name] for name in order.static_order()}


def sequences(connection: Connection) -> list[tuple[str, str, str]]:
    """Table, column and name of each sequence that numbers rows."""
    return [(table, column, name) for table, column, name in connection.execute(_SEQUENCES)]


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
