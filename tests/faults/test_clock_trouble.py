"""Summer time, a clock that jumps, a week without a scheduler: each duty once, on its date (TARGETS, fault 7)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.deadlines import DeadlineCrossing
from db.tables.notices import Message
from tests.sweeping import Duties, found

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def duties(sessions: sessionmaker[Session]) -> Duties:
    return found(sessions)


def days(first: str, last: str) -> Iterator[datetime]:
    """Of each day the hours of the night in which clocks change, and the minutes around eight, as London shows them."""
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        for at in (time(0, 30), time(1, 30), time(2, 30), time(7, 59), time(8)):
            yield datetime.combine(day, at, LONDON).astimezone(UTC)
        day += timedelta(days=1)


def live(duties: Duties, moments: Iterable[datetime]) -> None:
    """Sweeps and delivers at each of these moments."""
    for moment in moments:
        duties.clock.at = moment
        duties.sweep()
        duties.deliver()


def said(duties: Duties) -> list[tuple[str, str, date]]:
    """Kind, the day on which it was to be, and the day in London on which it was said."""
    with duties.sessions() as session:
        rows = session.scalars(select(DeadlineCrossing).order_by(DeadlineCrossing.crossed_at, DeadlineCrossing.kind))
        return [(row.kind, f"{row.crossed_on:%m-%d}", row.crossed_at.astimezone(LONDON).date()) for row in rows]


def sent_at(duties: Duties) -> list[datetime]:
    with duties.sessions() as session:
        moments = session.scalars(select(Message.sent_at).where(Message.sent_at.is_not(None)).order_by(Message.sent_at))
        return [at.astimezone(LONDON) for at in moments if at is not None]


@pytest.mark.parametrize(
    ("first", "due", "last", "said_on"),
    [
        ("2026-03-25", "2026-03-31", "2026-04-02", ["03-26", "03-30", "04-01"]),
        ("2026-10-21", "2026-10-27", "2026-10-29", ["10-22", "10-26", "10-28"]),
    ],
    ids=["summer time begins", "summer time ends"],
)
def test_around_the_night_in_which_the_clocks_change_each_is_said_once_on_its_day(
    duties: Duties, first: str, due: str, last: str, said_on: list[str]
) -> None:
    duties.owe(due, started=f"{due[:8]}01")

    live(duties, days(first, last))

    assert [on for _, on, _ in said(duties)] == said_on
    assert [f"{day:%m-%d}" for _, _, day in said(duties)] == said_on
    assert [f"{at:%m-%d %H}" for at in sent_at(duties)] == [f"{on} 08" for on in said_on]


def test_a_clock_that_jumps_a_day_ahead_and_back_says_nothing_twice(duties: Duties) -> None:
    duties.owe("2026-10-22")
    duties.owe("2026-10-23", rule="L7")
    ahead = ["2026-10-19T10:00+01:00", "2026-10-20T10:00+01:00", "2026-10-19T10:05+01:00", "2026-10-20T10:05+01:00"]
    later = ["2026-10-22T10:00+01:00", "2026-10-21T10:00+01:00", "2026-10-23T10:00+01:00", "2026-10-22T11:00+01:00"]
    live(duties, [datetime.fromisoformat(moment) for moment in (*ahead, *later)])
    live(duties, days("2026-10-24", "2026-10-27"))

    counted = Counter((kind, name) for kind, name, _ in duties.told())
    assert counted["overdue", "auditor"] == 2
    assert len(duties.crossed()) == len(duties.told())
    assert max(Counter(on.date() for on in sent_at(duties)).values()) == 1


def test_a_week_without_a_scheduler_is_made_good_once_and_nothing_is_dated_back(duties: Duties) -> None:
    duties.owe("2026-10-16")  # its reminders and its day fall into the week
    duties.owe("2026-10-21", rule="L7")  # overdue when the scheduler is back
    duties.owe("2026-10-26", rule="L10", by="team manager", role="team_manager", started="2026-10-12")
    live(duties, days("2026-10-13", "2026-10-13"))
    back = datetime.fromisoformat("2026-10-22T09:30+01:00")
    live(duties, [back])

    assert [(kind, on, f"{day:%m-%d}") for kind, on, day in said(duties)] == [
        ("reminder_3", "10-13", "10-13"),
        ("overdue", "10-17", "10-22"),
        ("overdue", "10-22", "10-22"),
        ("reminder_3", "10-21", "10-22"),
    ]
    assert [at.date() for at in sent_at(duties)] == [date(2026, 10, 13), back.date(), back.date()]
    assert [letter.subject for letter in duties.office.letters[1:]].count("Practice audits: what is overdue") == 1


def test_a_sweep_at_night_waits_with_its_letters_for_the_morning_and_a_weekend_for_monday(duties: Duties) -> None:
    duties.owe("2026-10-22")

    live(duties, days("2026-10-18", "2026-10-25"))

    assert [f"{at:%a %d %H}" for at in sent_at(duties)] == ["Mon 19 08", "Wed 21 08", "Fri 23 08"]
