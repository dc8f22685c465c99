"""What the database server is, and what it lets us do."""

from typing import NamedTuple

from sqlalchemy import Connection, text

# The first with uuidv7(), which makes our ids.
LEAST_VERSION = 18

_ABOUT = text(
    """
    SELECT current_setting('server_version'), current_setting('server_version_num')::integer, current_user::text,
           current_database()::text, has_schema_privilege('public', 'CREATE'), current_setting('server_encoding')
    """
)


class Server(NamedTuple):
    """The server behind a connection and the account that we have there."""

    version: str
    version_number: int  # 180004 for 18.4
    account: str
    database: str
    may_create: bool
    encoding: str


def about(connection: Connection) -> Server:
    """Which server this is."""
    return Server(*connection.execute(_ABOUT).one())
