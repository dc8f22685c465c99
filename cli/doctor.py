"""`practice-audit doctor`: what is wrong with an installation, in plain sentences, and the way out of each."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cli.answers import answer
from cli.database import open_database
from cli.examinations import Examined, Verdict, note, well, wrong
from cli.examine_database import examine_database
from cli.examine_machine import examine_machine
from cli.examine_policy import examine_edition, examine_programme, load_or_tell
from cli.examine_records import (
    examine_case_system,
    examine_extract,
    examine_outbox,
    examine_records,
    examine_safety_alerts,
    examine_scheduler,
)
from cli.examine_settings import examine_settings
from cli.house import actor, settings_of
from cli.refusals import sentence_of
from cli.word_app import AsJson, DataFolder, Today, clock_of, examples, word_app
from clock import Clock
from db.embedded import EmbeddedServerError
from integrations.wiring import why_no_case_system, why_no_identities, why_no_mail
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from settings import Settings, SettingsError
from usecases.work import Work

app = word_app()

_MARKS = {Verdict.WELL: "ok   ", Verdict.NOTE: "note ", Verdict.WRONG: "WRONG"}


@app.command(epilog=examples("doctor", "doctor --data DIR --thorough", "doctor --json"))
def doctor(
    thorough: Annotated[
        bool,
        typer.Option("--thorough", help="Also draw every issued draw again and read the whole trail"),
    ] = False,
    today: Today = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Look at everything this installation needs, and say what is wrong and what to do about it.

    Machine, settings, edition, database, migrations, clocks, programme, extract, scheduler, outbox, mail server,
    case system, identity provider, trail, and what must never be. Changes nothing, sends nothing. Ends with 1 if
    anything is wrong.
    """
    found: list[Examined] = []
    for examined in _examined(data, Clock() if today is None else clock_of(today), thorough=thorough):
        found.append(examined)
        if not as_json:
            print(_line(examined), flush=True)
    is_wrong = any(examined.verdict is Verdict.WRONG for examined in found)
    answer({"is_well": not is_wrong, "items": found}, [_last(found)], as_json=as_json)
    if is_wrong:
        sys.exit(1)


def _examined(data: Path | None, clock: Clock, *, thorough: bool) -> Iterator[Examined]:
    try:
        settings = settings_of(data)
    except (SettingsError, ValidationError) as why:
        yield wrong("settings", sentence_of(why), "docs/settings.md lists every setting.")
        return
    yield from examine_machine(settings)
    yield from examine_settings(settings)
    policy, problems = load_or_tell(settings.policy)
    yield from problems
    if policy is not None:
        yield from examine_edition(policy, clock.today())
    yield from _outside(settings, clock)
    yield from _inside(settings, policy, clock, thorough=thorough)


def _outside(settings: Settings, clock: Clock) -> Iterator[Examined]:
    no_mail = why_no_mail(settings)
    if no_mail is not None:
        yield wrong("mail", f"No message could be sent: {no_mail}.", "Look at AUDIT_SMTP_HOST and its companions.")
    elif settings.mail == "smtp":
        yield well("mail", f"{settings.smtp_host} port {settings.smtp_port} lets us in")
    no_case_system = why_no_case_system(settings, clock)
    if no_case_system is not None:
        way_out = "Look at AUDIT_CASE_SYSTEM_URL and its companions; nothing that is owed is lost."
        yield wrong("case_system", f"Nothing gets on the record now: {no_case_system}", way_out, "C2")
    elif settings.case_system == "push":
        yield well("case_system", f"{settings.case_system_url} says what it can do")
    no_identities = why_no_identities(settings, clock)
    if no_identities is not None:
        yield wrong("sign_in", f"Nobody could sign in: {no_identities}.", "Look at AUDIT_OIDC_ISSUER and the network.")
    elif settings.oidc_issuer is not None:
        yield well("sign_in", f"{settings.oidc_issuer} answers")


def _inside(settings: Settings, policy: Policy | None, clock: Clock, *, thorough: bool) -> Iterator[Examined]:
    """The database and what it holds, as far as can be asked."""
    if settings.database_url is None and not (settings.data / "postgres").exists():
        yield note("database", f"There is none in {settings.data} yet.", "./run makes one; or set DATABASE_URL.")
        return
    try:
        with open_database(settings, "doctor", statement_seconds=600) as engine:
            is_usable, found = examine_database(engine)
            yield from found
            if is_usable and policy is not None:
                yield from _records(engine, policy, clock, thorough=thorough)
    except SettingsError as why:
        yield wrong("database", str(why), "docs/settings.md lists every setting.")
    except EmbeddedServerError as why:
        yield wrong("database", str(why), f"{settings.data / 'postgres.log'} has the server's own words.")


def _records(engine: Engine, policy: Policy, clock: Clock, *, thorough: bool) -> Iterator[Examined]:
    with _work(engine, policy, clock) as work:
        yield from examine_programme(work)
        yield examine_extract(work)
        yield from examine_scheduler(work)
        yield from examine_outbox(work)
        yield from examine_safety_alerts(work)
        yield from examine_case_system(work)
        yield from examine_records(work, thorough=thorough)


@contextmanager
def _work(engine: Engine, policy: Policy, clock: Clock) -> Iterator[Work]:
    """One look at everything, of which nothing is kept."""
    with Session(engine) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield Work(session, clock.now(), WorkingDayCalendar.of_policy(policy.calendar), policy, actor())


def _line(examined: Examined) -> str:
    rule = f" ({examined.rule})" if examined.rule else ""
    line = f"{_MARKS[examined.verdict]} {examined.part:<16}{examined.sentence}{rule}"
    return f"{line}\n{'':<22}→ {examined.way_out}" if examined.way_out else line


def _last(found: list[Examined]) -> str:
    count = sum(examined.verdict is Verdict.WRONG for examined in found)
    return f"\n{count} of {len(found)} wrong." if count else "\nAll is well."
