"""The first start: a sample council in an empty database, its programme, and this month's cycle (DESIGN §9).

Each step is one transaction that looks first whether it was done already, so a start that was killed is finished by
the next one, and nothing is there twice.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session, sessionmaker

from cli.standing import say_where_things_stand
from clock import Clock
from db.queries import overview
from integrations.wiring import mail_of
from rules.dates_in_words import day_in_words, listed, month_in_words
from rules.errors import Refusal
from rules.policy.shape import Policy
from rules.programme import AuditCycle, cycle_running_on, first_cycle_from, first_day_of
from rules.working_days import WorkingDayCalendar
from samples.loading import LOADED_BY, SampleLoaded, extract_again, load_sample
from samples.programme import sample_programme
from settings import Settings
from usecases.audit_cycles import open_cycle
from usecases.audit_years import programme_of, publish_programme, save_programme
from usecases.letters import Letterhead
from usecases.outbox import deliver_due
from usecases.ports import Mail
from usecases.work import Work

OPENED_BY = "start of the service"


@dataclass(frozen=True, slots=True)
class Start:
    """One start of an installation; `say` tells whoever started it."""

    settings: Settings
    clock: Clock
    sessions: sessionmaker[Session]
    policy: Policy
    calendar: WorkingDayCalendar
    say: Callable[[str], None]

    @property
    def mail(self) -> Mail:
        return mail_of(self.settings)

    @property
    def letterhead(self) -> Letterhead:
        return Letterhead(self.settings.mail_from, self.settings.address)

    @contextmanager
    def work(self, actor: str = LOADED_BY) -> Iterator[Work]:
        """One transaction, saved at the end."""
        with self.sessions.begin() as session:
            yield Work(session, self.clock.now(), self.calendar, self.policy, actor)


def prepare(start: Start, *, empty: bool, open_this_month: bool) -> None:
    """Bring a new installation to where there is something to see, and say where things stand.

    `empty` leaves the database as it is; `open_this_month` opens the cycle of a council's own data too.
    """
    as_of = None if empty else _sample_as_of(start)
    if as_of is not None:
        _publish_programmes(start)
        _extract_again(start, as_of)
    if as_of is not None or open_this_month:
        _open_the_cycle_of_today(start)
        _deliver(start)
    with start.work() as work:
        say_where_things_stand(work, start.say, _mail_goes_to(start.settings))


def _sample_as_of(start: Start) -> date | None:
    """The day for which the sample council was made, loading it into an empty database; None with other data."""
    with start.work() as work:
        loaded_as_of = overview.first_extract_of(work.session, LOADED_BY)
        if loaded_as_of is not None or not overview.is_empty(work.session):
            return loaded_as_of
    began = time.monotonic()
    start.say(f"The database is empty: loading a made-up council as of {day_in_words(start.clock.today())} …")
    with start.work() as work:
        if not overview.is_still_empty(work.session):
            return overview.first_extract_of(work.session, LOADED_BY)
        loaded = load_sample(work, start.say)
    _say_what_was_loaded(start, loaded, time.monotonic() - began)
    return loaded.as_of


def _say_what_was_loaded(start: Start, loaded: SampleLoaded, seconds: float) -> None:
    for report in loaded.extracts:
        start.say(f"  {report.file_name}: {report.rows_loaded:,} of {report.rows_read:,} rows loaded")
        _say_reasons(start, "refused", {found.code: found.rows for found in report.refused})
        _say_reasons(start, "passed over", {found.code: found.rows for found in report.passed_over})
    start.say("  GET /v1/caseload-imports tells of each refused row: its line, the reason and the way out.")
    start.say(f"  Nobody and nothing of this is real. Loaded in {seconds:.1f} s.")


def _say_reasons(start: Start, what: str, rows: Mapping[str, int]) -> None:
    if rows:
        words = ", ".join(f"{count} {code.replace('_', ' ')}" for code, count in rows.items())
        start.say(f"    {sum(rows.values())} {what}: {words}")


def _publish_programmes(start: Start) -> None:
    """The programme of this year and, once a missing one is warned of, of the next (P2)."""
    today = start.clock.today()
    warned_from = start.policy.programme.next_programme_warned_from.in_year(today.year)
    for year in (today.year, today.year + 1) if today >= warned_from else (today.year,):
        try:
            with start.work() as work:
                if programme_of(work, year).row is not None:
                    continue
                plans = sample_programme(start.policy, year)
                save_programme(work, year, plans, version=None)
                publish_programme(work, year)
            themes = listed(
                [f"{plan.topic} ({month_in_words(first_day_of(plan.month))})" for plan in plans if plan.topic]
            )
            start.say(f"Published a programme for {year}: {len(plans)} cycles, of which themed: {themes}.")
        except Refusal as why:
            start.say(f"No programme for {year}: {why.sentence}")


def _extract_again(start: Start, as_of: date) -> None:
    """A cycle is opened from a young extract only (C1): the sample's is made again when it has grown old."""
    with start.work() as work:
        if extract_again(work, as_of):
            start.say("Loaded a new extract of the sample council's cases: the last one had grown old.")


def _open_the_cycle_of_today(start: Start) -> None:
    cycle = cycle_running_on(start.policy, start.calendar, start.clock.today())
    if cycle is None:
        start.say(_no_cycle(start))
        return
    began = time.monotonic()
    try:
        with start.work(OPENED_BY) as work:
            opened = open_cycle(work, cycle.month)
    except Refusal as why:
        start.say(why.sentence)
        return
    if opened.is_new:
        name = month_in_words(first_day_of(cycle.month))
        start.say(f"Drew and opened the cycle of {name} in {time.monotonic() - began:.1f} s.")


def _deliver(start: Start) -> None:
    """What is owed now; what cannot be sent at once is left to the scheduler."""
    delivery = deliver_due(start)
    if delivery.unreachable:
        start.say(f"Messages wait: {delivery.unreachable}")


def _mail_goes_to(settings: Settings) -> str:
    return str(settings.mail_folder) if settings.mail == "file" else f"{settings.smtp_host}:{settings.smtp_port}"


def _no_cycle(start: Start) -> str:
    today = start.clock.today()
    following: AuditCycle = first_cycle_from(start.policy, start.calendar, today)
    return (
        f"There is no audit cycle on {day_in_words(today)}. The next is that of "
        f"{month_in_words(first_day_of(following.month))}, which opens on {day_in_words(following.opens_on)}."
    )
