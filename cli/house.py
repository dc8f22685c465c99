"""The house that a word opens: settings, policy and a database that is up to date, and one transaction of work."""

import os
import pwd
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from cli.database import open_database
from cli.database_faults import refuse_newer_schema, refuse_unusable
from cli.refusals import WordRefused
from cli.word_app import clock_of
from clock import Clock
from db import schema
from db.session import make_sessions
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from settings import Settings
from usecases.work import Work

SECONDS_FOR_LONG_STATEMENTS = 3600


@dataclass(frozen=True, slots=True)
class House:
    """One installation, opened for one word."""

    settings: Settings
    clock: Clock
    engine: Engine
    sessions: sessionmaker[Session]
    policy: Policy
    calendar: WorkingDayCalendar

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One transaction, saved at the end or not at all; recorded as done at the command line."""
        with self.sessions.begin() as session:
            yield Work(session, self.clock.now(), self.calendar, self.policy, actor(), correlation_id=uuid.uuid4().hex)


@contextmanager
def open_house(
    word: str, data: Path | None = None, *, today: datetime | None = None, may_be_older: bool = False
) -> Iterator[House]:
    """The installation that settings and `--data` name.

    Raises WordRefused for a database that lacks migrations, unless the word can do with an older one, and for a newer.
    """
    settings = settings_of(data)
    clock = _clock(settings, today)
    policy = load_edition(settings.policy)
    with open_database(settings, word, statement_seconds=SECONDS_FOR_LONG_STATEMENTS) as engine:
        refuse_unusable(engine)
        refuse_newer_schema(engine) if may_be_older else refuse_other_schema(engine)
        calendar = WorkingDayCalendar.of_policy(policy.calendar)
        yield House(settings, clock, engine, make_sessions(engine), policy, calendar)


def settings_of(data: Path | None) -> Settings:
    """The environment's settings, with the folder that was named instead of theirs."""
    return Settings() if data is None else Settings(data=data.absolute())


def actor() -> str:
    """How the records name whoever works at the command line: by the account of this machine alone."""
    try:
        account = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        account = str(os.getuid())
    return f"command line ({account})"


def refuse_other_schema(engine: Engine) -> None:
    """Raises WordRefused when the database has other migrations than this release knows."""
    refuse_newer_schema(engine)
    with engine.connect() as connection:
        present = schema.present_revision(connection)
    newest = schema.newest_revision()
    if present is None:
        raise WordRefused("The database is empty: run `practice-audit migrate` first.", code="not_migrated")
    if present != newest:
        raise WordRefused(
            f"The database has migration {present} and this release needs {newest}: run `practice-audit migrate`.",
            code="not_migrated",
        )


def _clock(settings: Settings, today: datetime | None) -> Clock:
    if today is None:
        return Clock()
    if settings.database_url is not None:
        raise WordRefused("The day can be set with the embedded database only: leave --today out.", code="usage")
    return clock_of(today)
