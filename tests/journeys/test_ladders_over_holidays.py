"""An alert and a dispute that nobody answers, over Christmas and Easter, as the running product tells them (W6, D7).

Every day at 15:00 UTC the sweeps come by and what is owed goes out; `-rP` prints who got which message on which day.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.safety_alerts import SafetyAlert
from scheduler.jobs import Means
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.disputes_under_way import appoint_judges
from tests.integrations.pretend_provider import pretend_provider
from tests.scheduling import KeptMail, means_on
from tests.small_council import POLICY
from tests.usecases import council
from usecases.dispute_sweep import walk_disputes
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.outbox import deliver_alerts, deliver_due
from usecases.safety_alert_sweep import sweep_alerts
from usecases.safety_alert_timelines import alert_told
from usecases.safety_alerts import look_at
from usecases.sweep import sweep_due
from usecases.work import Work

DUE_SOON = "Practice audits: what is due soon"
ALERTS = [
    (
        date(2026, 12, 23),  # outcome by 24 December; W2 by 5 January (29, 30, 31, 4, 5); W3 by 13 January
        {
            "2026-12-24": "stage 1",
            "2026-12-25": "please act now",
            "2026-12-30": DUE_SOON,
            "2027-01-04": DUE_SOON,
            "2027-01-06": "please act now",
            "2027-01-08": DUE_SOON,
            "2027-01-12": DUE_SOON,
            "2027-01-14": "please act now",
            "2027-01-15": "please act now",
            "2027-01-18": "please act now",
        },
    ),
    (
        date(2027, 3, 25),  # outcome by 30 March; W2 by 7 April; W3 by 15 April
        {
            "2027-03-26": "stage 1",
            "2027-03-31": "please act now",
            "2027-04-02": DUE_SOON,
            "2027-04-06": DUE_SOON,
            "2027-04-08": "please act now",
            "2027-04-12": DUE_SOON,
            "2027-04-14": DUE_SOON,
            "2027-04-16": "please act now",
            "2027-04-19": "please act now",
        },
    ),
]


def told_by_day(
    sessions: sessionmaker[Session], first: date, days: int, deeds: Callable[[Means], object]
) -> dict[str, dict[str, set[str]]]:
    """By day, the subjects of the messages that went out, each with who got it."""
    found: dict[str, dict[str, set[str]]] = {}
    for day in (first + timedelta(days=number) for number in range(days)):
        mail = KeptMail()
        deeds(means_on(day, sessions, hour=15, mail=mail))
        for letter in mail.letters:
            found.setdefault(day.isoformat(), {}).setdefault(letter.subject, set()).add(letter.address)
    for on, subjects in found.items():
        print(f"{date.fromisoformat(on):%A %d %B %Y}")
        for subject, people in sorted(subjects.items()):
            print(f"    {subject}: {', '.join(sorted(people))}")
    return found


def an_alerts_day(means: Means) -> None:
    sweep_alerts(means)
    sweep_due(means)
    deliver_alerts(means)
    deliver_due(means)


@pytest.mark.proves("W1", "W2", "W3", "W4", "W6")
@pytest.mark.parametrize(("raised_on", "expected"), ALERTS, ids=["Christmas 2026", "Easter 2027"])
def test_an_alert_that_nobody_answers_goes_up_over_the_holidays(
    sessions: sessionmaker[Session], raised_on: date, expected: dict[str, str]
) -> None:
    with sessions.begin() as session:
        audit = council.found(session).audit("worker", "auditor")
        now = datetime(raised_on.year, raised_on.month, raised_on.day, 14, 30, tzinfo=UTC)
        work = Work(session, now, council.CALENDAR, POLICY, "auditor")
        alert = raise_alert(work, NewAlert(concern="Alone.", audit_id=audit.id)).alert
        alert_id, reference = alert.id, alert.reference
    last = max(date.fromisoformat(day) for day in expected)

    told = told_by_day(sessions, raised_on, (last - raised_on).days + 1, an_alerts_day)

    assert f"Safety alert {reference}: please act now" in told.pop(raised_on.isoformat())
    assert told.keys() == expected.keys()
    for day, subject in expected.items():
        assert (subject if subject == DUE_SOON else f"Safety alert {reference}: {subject}") in told[day], day
    with sessions() as session:
        alert = session.scalars(select(SafetyAlert)).one()
        assert (alert.state, alert.rung) == ("open", "W3"), "the director is told by nobody's clock"
        print("\nIts timeline:")
        for line in alert_told(look_at(Work(session, now, council.CALENDAR, POLICY, "x"), alert_id)):
            print(f"{line.on:%a %d %b %Y}  {line.kind:<5}  {line.sentence}")


@pytest.fixture
def audit(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with pretend_provider() as provider, audit_under_way(provider, tmp_path, sessions) as audit:
        yield audit


def a_disputes_day(means: Means) -> None:
    walk_disputes(means)
    sweep_due(means)
    deliver_due(means)


@pytest.mark.proves("D1", "D7", "L13")
@pytest.mark.parametrize(
    ("opened_on", "reminded_on", "late_on"),
    [
        # 24, 29, 30 and 31 December and 4 January are its five working days.
        (date(2026, 12, 23), ("2026-12-29", "2026-12-31"), ("2027-01-05", "2027-01-12")),
        # 23, 24, 25, 30 and 31 March.
        (date(2027, 3, 22), ("2027-03-24", "2027-03-30"), ("2027-04-01", "2027-04-08")),
    ],
    ids=["Christmas 2026", "Easter 2027"],
)
def test_a_dispute_that_nobody_answers_waits_over_the_holidays_and_is_said_again(
    audit: AuditUnderWay,
    opened_on: date,
    reminded_on: tuple[str, ...],
    late_on: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    audit.issued(on=date(2026, 10, 28))
    dispute = appoint_judges(audit)
    audit.day(opened_on)
    a_disputes_day(means_on(opened_on, audit.sessions, hour=10))  # what has nothing to do with it
    late = {"audit_id": audit.audit_id, "reason": "They were away."}
    audit.client.post("/v1/disputes/consents", json=late, headers=audit.who("audit_manager"))
    assert dispute.raised().status_code == 201
    capsys.readouterr()

    told = told_by_day(audit.sessions, opened_on, 21, a_disputes_day)
    printed = capsys.readouterr().out

    steps = {day for day in told if any(subject.startswith("Dispute ") for subject in told[day])}
    assert steps == {opened_on.isoformat(), *late_on}
    (again,) = (people for subject, people in told[late_on[-1]].items() if subject.startswith("Dispute "))
    assert again == {"manager@example.org"}, "whose turn it is, and nobody else"
    reminded = {day for day in told if "manager@example.org" in told[day].get(DUE_SOON, ())}
    assert reminded == {*reminded_on}
    assert dispute.row().state == "open"
    timeline = dispute.get("audit_team", "/timeline").json()["entries"]
    capsys.readouterr()
    print(printed, "\nIts timeline:", sep="")
    for entry in timeline:
        print(f"{date.fromisoformat(entry['on']):%a %d %b %Y}  {entry['kind']:<5}  {entry['sentence']}")
