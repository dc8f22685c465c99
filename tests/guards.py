"""The guards of records, taken off: what a superuser can do, and what checks have to find out afterwards."""

from sqlalchemy import Connection, text

GUARDED = (
    *("trail_entries", "trail_heads", "trail_texts", "trail_roots", "trail_root_heads"),
    *("sampling_frames", "draws", "draw_case_outcomes", "report_versions"),
    *("moderation_frames", "moderation_rounds", "moderated_audits"),
)


def take_off(connection: Connection) -> None:
    """From now on no change of a record is refused: until they are put back, or what the test did is rolled back."""
    _turn(connection, "DISABLE")


def put_back(connection: Connection) -> None:
    """For a database that the next test is lent."""
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # what waits for the commit holds its table
    _turn(connection, "ENABLE")


def _turn(connection: Connection, to: str) -> None:
    for table in GUARDED:
        connection.execute(text(f"ALTER TABLE {table} {to} TRIGGER USER"))
