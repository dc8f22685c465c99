"""A safety alert that nobody answers, over Christmas and over Easter: day by day, who was told what and why (W1–W6).

`-rP` prints the days.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.safety_alerts import SafetyAlert
from tests.scheduling import KeptMail, means_on
from tests.small_council import POLICY
from tests.usecases import council
from usecases.outbox import deliver_alerts
from usecases.safety_alert_sweep import sweep_alerts
from usecases.safety_alert_timelines import alert_told
from usecases.safety_alerts import NewAlert, look_at, raise_alert
from usecases.work import Work

HOLIDAYS = [
    (
        date(2026, 12, 23),
        {
            "2026-12-24": "Safety alert {}: stage 1",
            "2026-12-25": "Safety alert {}: please act now",
            "2027-01-06": "Safety alert {}: please act now",
            "2027-01-14": "Safety alert {}: please act now",
        },
    ),
    (
        date(2027, 3, 25),
        {
            "2027-03-26": "Safety alert {}: stage 1",
            "2027-03-31": "Safety alert {}: please act now",
            "2027-04-08": "Safety alert {}: please act now",
            "2027-04-16": "Safety alert {}: please act now",
        },
    ),
]


@pytest.mark.proves("W1", "W2", "W3", "W4", "W6")
@pytest.mark.parametrize(("raised_on", "expected"), HOLIDAYS, ids=["Christmas 2026", "Easter 2027"])
def test_an_alert_that_nobody_answers_goes_up_over_the_holidays(
    sessions: sessionmaker[Session], raised_on: date, expected: dict[str, str]
) -> None:
    with sessions.begin() as session:
        audit = council.found(session).audit("worker", "auditor")
        now = datetime(raised_on.year, raised_on.month, raised_on.day, 16, 30, tzinfo=UTC)
        work = Work(session, now, council.CALENDAR, POLICY, "auditor")
        alert = raise_alert(work, NewAlert(concern="Alone.", audit_id=audit.id)).alert
        alert_id, reference = alert.id, alert.reference

    told: dict[str, set[str]] = {}
    for day in (raised_on + timedelta(days=number) for number in range(30)):
        mail = KeptMail()
        means = means_on(day, sessions, hour=17, mail=mail)
        sweep_alerts(means)
        deliver_alerts(means)
        if mail.letters:
            told[day.isoformat()] = {letter.subject for letter in mail.letters}

    assert told.pop(raised_on.isoformat()) >= {f"Safety alert {reference}: please act now"}
    assert set(told) == set(expected)
    for day_told, subject in expected.items():
        assert subject.format(reference) in told[day_told], day_told
    with sessions() as session:
        alert = session.scalars(select(SafetyAlert)).one()
        assert (alert.state, alert.rung) == ("open", "W3"), "the director is told by nobody's clock"
        for line in alert_told(look_at(Work(session, now, council.CALENDAR, POLICY, "x"), alert_id)):
            print(f"{line.on:%a %d %b %Y}  {line.kind:<5}  {line.sentence}")
