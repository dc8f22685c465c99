"""How Alembic runs our migrations: on the connection handed in by db/schema.py, one runner at a time."""

from alembic import context
from sqlalchemy import text

from db.tables import Base

ONE_RUNNER = 0x5041_0001  # any number that nothing else in this database locks

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit(
        "Run migrations with ./run migrate, and make one with ./run new-migration 'What it changes'; "
        "both find or start the database that Alembic alone is not told of."
    )

context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ONE_RUNNER})
    context.run_migrations()
