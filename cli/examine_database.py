"""The database that doctor looks at: the server, its clock, the migrations."""

from collections.abc import Iterator

from sqlalchemy import Engine, text

from cli.database_faults import why_unusable
from cli.examinations import Examined, note, well, wrong
from clock import Clock
from db import schema
from db.queries import server

_SECONDS_OFF, _SECONDS_TOO_FAR_OFF = 2.0, 30.0
_ITS_CLOCK = text("SELECT clock_timestamp()")  # to compare it with ours, never to decide by


def examine_database(engine: Engine) -> tuple[bool, list[Examined]]:
    """Whether the rest can be asked, and what was found."""
    unusable = why_unusable(engine)
    if unusable is not None:
        sentence, _, way_out = unusable.sentence.partition(": ")
        return False, [wrong("database", sentence + ".", way_out)]
    found = [*_server(engine), *_clock(engine), *_migrations(engine)]
    return found[-1].verdict.value == "well", found


def _server(engine: Engine) -> Iterator[Examined]:
    with engine.connect() as connection:
        about = server.about(connection)
    yield well("database", f"PostgreSQL {about.version}, database {about.database}, as {about.account}")
    if about.encoding != "UTF8":
        yield wrong(
            "database",
            f"The database is encoded in {about.encoding}, which cannot hold every name.",
            "Make one with ENCODING 'UTF8' and restore a backup into it.",
        )


def _clock(engine: Engine) -> Iterator[Examined]:
    with engine.connect() as connection:
        connection.execute(_ITS_CLOCK)  # so that the next answer comes at once
        before = Clock().now()
        theirs = connection.execute(_ITS_CLOCK).scalar_one()
        after = Clock().now()
    off = (theirs - (before + (after - before) / 2)).total_seconds()
    said = f"The database's clock is {abs(off):.1f} s {'ahead of' if off > 0 else 'behind'} this machine's"
    way_out = "Let both machines take the time from one server (NTP)."
    if abs(off) > _SECONDS_TOO_FAR_OFF:
        yield wrong("clock", f"{said}: leases and heartbeats cannot be judged.", way_out)
    elif abs(off) > _SECONDS_OFF:
        yield note("clock", f"{said}.", way_out)
    else:
        yield well("clock", said)


def _migrations(engine: Engine) -> Iterator[Examined]:
    with engine.connect() as connection:
        present = schema.present_revision(connection)
    newest = schema.newest_revision()
    if present == newest:
        yield well("migrations", f"All, up to {newest}")
    elif present is None:
        yield wrong("migrations", "The database is empty.", "Run `practice-audit migrate`.")
    elif present in {migration.revision for migration in schema.migrations()}:
        yield wrong(
            "migrations", f"The database is at {present}, this release at {newest}.", "Run `practice-audit migrate`."
        )
    else:
        yield wrong(
            "migrations",
            f"The database is at {present}, which this release does not know.",
            "Install the release that brought it there.",
        )
