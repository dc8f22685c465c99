"""`practice-audit serve`: everything on this machine, in the foreground."""

import os
import sys
import time
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from api.main import create_app
from cli import listening
from cli.database import owned_server
from cli.database_faults import SECONDS_FOR_A_STARTING_SERVER, refuse_newer_schema, refuse_unusable
from cli.first_run import Start, prepare
from cli.local_token import read_or_make_token
from cli.stopping import stop_in_order
from cli.word_app import word_app
from clock import Clock
from db import schema
from db.session import make_engine, make_sessions
from logs import write_logs
from rules.policy.load import load_whole_edition
from rules.working_days import WorkingDayCalendar
from scheduler import main as scheduler
from settings import Settings
from usecases.sign_in import offer_sign_in

app = word_app()


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port on this machine")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of database, token and mail")] = None,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Set the clock to this day")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Without the sample council")] = False,
    open_cycle: Annotated[bool, typer.Option("--open-cycle", help="Open this month's cycle now")] = False,
) -> None:
    """Start everything on this machine: database, API, scheduler. Ctrl-C or SIGTERM stops all of it."""
    given: dict[str, Any] = {"port": port, "data": None if data is None else data.absolute()}
    settings = Settings(
        local_mode=True, log_format="text", **{name: value for name, value in given.items() if value is not None}
    )
    clock = Clock() if today is None else Clock.set_to(today.date())
    os.umask(0o077)  # what a local installation writes is its owner's alone
    write_logs(settings.log_format, settings.log_level)
    with stop_in_order():
        _serve(settings, clock, empty=empty, open_cycle=open_cycle)


def _serve(settings: Settings, clock: Clock, *, empty: bool, open_cycle: bool) -> None:
    with ExitStack() as opened:
        taken = opened.enter_context(closing(listening.bind(settings)))
        settings = settings.model_copy(update={"port": taken.getsockname()[1]})
        policy = load_whole_edition(settings.policy)
        engine = _database(settings, opened)
        sessions = make_sessions(engine)
        settings.data.mkdir(parents=True, exist_ok=True)
        token = read_or_make_token(settings.token_file)
        calendar = WorkingDayCalendar.of_policy(policy.calendar)
        prepare(Start(settings, clock, sessions, policy, calendar, _say), empty=empty, open_this_month=open_cycle)
        metronome = scheduler.start(settings, clock, sessions, policy)
        opened.callback(metronome.stop)
        application = create_app(settings, clock, sessions, policy, token=token)
        listening.run(application, taken, lambda: _say(_welcome(settings, clock, sessions)))


def _database(settings: Settings, opened: ExitStack) -> Engine:
    """Start or find the database and bring it up to date."""
    began = time.monotonic()
    url = settings.url_of_database()
    if url is None:
        server = opened.enter_context(owned_server(settings))
        server.keep_running()
        url = server.url()
    engine = make_engine(url, name="serve", pool_size=settings.database_pool_size)
    opened.callback(engine.dispose)
    refuse_unusable(engine, patience=SECONDS_FOR_A_STARTING_SERVER)
    refuse_newer_schema(engine)
    schema.upgrade(engine)
    _say(f"Database ready and up to date after {time.monotonic() - began:.1f} s: {settings.data}")
    return engine


def _welcome(settings: Settings, clock: Clock, sessions: sessionmaker[Session]) -> str:
    with sessions.begin() as session:
        code = offer_sign_in(session, clock.now(), timedelta(minutes=settings.sign_in_minutes))
    moved = " (the clock was set to this day)" if clock.is_moved else ""
    return "\n".join(
        [
            f"Practice Audit is running. It is {clock.today():%A %-d %B %Y}{moved}.",
            f"  Address  {settings.address}",
            f"  Sign in  {settings.address}/sign-in?code={code}",
            f"           (works once, within {settings.sign_in_minutes} minutes; then {settings.address}/docs)",
            f"  Token    {settings.token_file}",
            "Ctrl-C stops everything.",
        ]
    )


def _say(words: str) -> None:
    print(words)
    sys.stdout.flush()
