"""Nobody gets more than one message a day about the same duty, whatever tells of it (L13, section 9)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audits import Audit
from db.tables.deadlines import Deadline, DeadlineCrossing
from db.tables.notices import Message, Notice
from rules.duties_asked import ASKS
from rules.matrix import EventFacts, NoticeEvent
from rules.policy.notice_shapes import SendWindow
from rules.programme import cycle_of
from rules.roles import Role
from rules.send_windows import window_of
from tests.sweeping import Duties, found
from tests.usecases import council
from usecases.audit_notices import WHAT, AuditNews, owe_audit_notices
from usecases.move_notices import AUDITOR_CHANGED, got_another_auditor, owe_move_notices

PERSON = {
    Role.AUDITOR: "auditor",
    Role.AUDIT_TEAM: "audit team 1",
    Role.TEAM_MANAGER: "team manager",
    Role.PRACTITIONER: "worker",
    Role.HEAD_OF_SERVICE: "head",
}
OF_A_RE_AUDIT = EventFacts(audit_kind="re_audit", sequence=1, grade="good")
# What can be told while the duty that it asks for runs already; the others start it, and nobody is reminded that day.
PAIRS = [(event, *asked) for event, asks in ASKS.items() if event in WHAT for asked in asks if asked[1] in PERSON]
# At which rung of a dispute somebody is asked for what this rule asks for.
STAGES = {"D1": "D1", "D2": "D2", "D8": "D2"}


@pytest.fixture
def duties(sessions: sessionmaker[Session]) -> Duties:
    return found(sessions)


def tell(duties: Duties, event: NoticeEvent, rule: str, at: str) -> None:
    duties.at(at)
    with duties.sessions.begin() as session:
        audit = session.get_one(Audit, duties.audit_id)
        audit.version += 1
        session.flush()
        news = AuditNews(meets_on=date(2026, 10, 28) if "meeting" in event else None)
        facts = replace(OF_A_RE_AUDIT, stage=STAGES.get(rule))
        owe_audit_notices(council.work(session, duties.clock.at), event, audit, facts, news)


def heard(duties: Duties, role: Role) -> int:
    """How many letters this person was sent about the audit so far."""
    address = f"{PERSON[role].replace(' ', '.')}@council.example"
    return sum(letter.address == address for letter in duties.office.letters)


def begin_again(duties: Duties, rule: str, role: Role) -> None:
    with duties.sessions.begin() as session:
        for table in (Notice, Message, DeadlineCrossing, Deadline):
            session.execute(delete(table))
    duties.office.letters.clear()
    duties.owe("2026-10-29", rule=rule, by=PERSON[role], role=role)


def days(duties: Duties, role: Role, *moments: str) -> Iterator[int]:
    """Delivers at these moments; answers how many letters the person got at each."""
    for moment in moments:
        before = heard(duties, role)
        duties.sweep(moment)
        duties.deliver(moment)
        yield heard(duties, role) - before


@pytest.mark.proves("L13")
def test_who_was_reminded_this_morning_hears_tomorrow_of_what_asks_for_the_same(duties: Duties) -> None:
    for event, rule, role in PAIRS:
        begin_again(duties, rule, role)
        assert list(days(duties, role, "2026-10-26T06:00+00:00", "2026-10-26T09:00+00:00")) == [0, 1], (event, rule)
        tell(duties, event, rule, "2026-10-26T11:00+00:00")
        told = list(days(duties, role, "2026-10-26T11:01+00:00", "2026-10-27T09:00+00:00"))
        assert told == [0, 1], (event, rule, role)


@pytest.mark.proves("L13")
@pytest.mark.parametrize("swept", ["06:00", "12:00"], ids=["the reminder waits already", "the sweep comes later"])
def test_who_is_asked_for_something_today_is_reminded_of_it_tomorrow(duties: Duties, swept: str) -> None:
    for event, rule, role in PAIRS:
        begin_again(duties, rule, role)
        if swept == "06:00":
            duties.sweep("2026-10-26T06:00+00:00")
        tell(duties, event, rule, "2026-10-26T06:30+00:00")
        moments = ("2026-10-26T10:00+00:00", "2026-10-26T12:00+00:00", "2026-10-27T09:00+00:00")
        morning, noon, tomorrow = days(duties, role, *moments)
        in_digest = window_of(council.POLICY, event) is SendWindow.DAILY_DIGEST
        assert (morning, noon, tomorrow) == ((1, 0, 0) if in_digest else (1, 0, 1)), (event, rule, role)


@pytest.mark.proves("A4", "L13")
def test_a_new_auditor_hears_today_that_a_duty_is_theirs_and_is_reminded_of_it_tomorrow(duties: Duties) -> None:
    duty = duties.owe("2026-10-29", by="other worker")
    duties.sweep("2026-10-26T06:00+00:00")
    duties.at("2026-10-26T06:30+00:00")
    with duties.sessions.begin() as session:
        audit, work = session.get_one(Audit, duties.audit_id), council.work(session, duties.clock.at)
        session.execute(update(Deadline).where(Deadline.id == duty).values(owed_by_id=duties.people["auditor"]))
        cycle = cycle_of(work.policy, work.calendar, "2026-10")
        moved = got_another_auditor(audit, duties.people["other worker"])
        owe_move_notices(work, AUDITOR_CHANGED, cycle, None, [moved])

    moments = [f"2026-10-26T{at}+00:00" for at in ("06:31", "09:00", "12:00")]
    assert list(days(duties, Role.AUDITOR, *moments, "2026-10-27T09:00+00:00")) == [1, 0, 0, 1]


@pytest.mark.proves("L13")
def test_a_reminder_that_never_went_out_is_not_sent_once_the_duty_is_overdue(duties: Duties) -> None:
    """After days without mail nobody reads of something overdue that it is due soon."""
    begin_again(duties, "L5", Role.AUDITOR)
    duties.sweep("2026-10-26T06:00+00:00")  # the reminder waits, and no mail goes out

    duties.sweep("2026-11-05T06:00+00:00")
    duties.deliver("2026-11-05T09:00+00:00")

    assert len(duties.office.letters) == 1
    with duties.sessions() as session:
        states = {notice.content["kind"]: notice.state for notice in session.scalars(select(Notice))}
    assert states == {"reminder_3": "cancelled", "overdue": "sent"}
