"""Why a database cannot be used, in a sentence with the way out: for the words that start on one, and for doctor."""

import time

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from cli.refusals import WordRefused
from db import schema
from db.queries import server

SECONDS_FOR_A_STARTING_SERVER = 20.0
_SECONDS_BETWEEN_TRIES = 1.0


def refuse_unusable(engine: Engine, *, patience: float = 0) -> None:
    """Raises WordRefused for a server that does not answer, is too old, or gives us too few rights.

    `patience` is how many seconds to wait for one that is only starting.
    """
    deadline = time.monotonic() + patience
    while (why_not := why_unusable(engine)) is not None:
        if why_not.is_final or time.monotonic() >= deadline:
            raise WordRefused(why_not.sentence, code=why_not.code)
        time.sleep(_SECONDS_BETWEEN_TRIES)


def refuse_newer_schema(engine: Engine) -> None:
    """Raises WordRefused for a database that a later release has migrated."""
    with engine.connect() as connection:
        present = schema.present_revision(connection)
    known = [migration.revision for migration in schema.migrations()]
    if present is not None and present not in known:
        raise WordRefused(
            f"The database has migration {present}, which this release does not know (its newest is {known[-1]}): "
            "install the release that brought it there.",
            code="newer_database",
        )


class Unusable:
    """What is wrong with the server; `is_final` unless waiting may help."""

    def __init__(self, code: str, sentence: str, *, is_final: bool) -> None:
        self.code = code
        self.sentence = sentence
        self.is_final = is_final


def why_unusable(engine: Engine) -> Unusable | None:
    """None for a server that answers, is new enough and lets us make tables."""
    where = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            found = server.about(connection)
    except OperationalError as why:
        return _unreachable(where, why)
    if found.version_number < server.LEAST_VERSION * 10_000:
        return Unusable(
            "old_server",
            f"{where} is PostgreSQL {found.version}, and version {server.LEAST_VERSION} or newer is needed: "
            "name another server with DATABASE_URL, or upgrade this one.",
            is_final=True,
        )
    if not found.may_create:
        return Unusable(
            "no_rights",
            f"The account {found.account!r} may not make tables in the database {found.database!r}: let it own the "
            f"database (ALTER DATABASE {found.database} OWNER TO {found.account}).",
            is_final=True,
        )
    return None


def _unreachable(where: str, why: OperationalError) -> Unusable:
    said = (str(why.orig).strip() or "no answer").splitlines()[0]
    if any(words in said for words in ("authentication failed", "no password supplied", "does not exist")):
        return Unusable(
            "not_let_in",
            f"The database server does not let us in at {where}: {said}. Look at the account, password and database "
            "name in DATABASE_URL and DATABASE_PASSWORD.",
            is_final=True,
        )
    return Unusable(
        "unreachable",
        f"No database answers at {where}: {said}. Is the server running, and the address in DATABASE_URL right?",
        is_final=False,
    )
