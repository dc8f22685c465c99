"""Sending in tests: its means, and the Message-IDs that messages have from when they are formed."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.notices import Message
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from tests.usecases import council
from usecases.letters import Letterhead
from usecases.message_forming import form_due
from usecases.ports import Clock, Mail
from usecases.sending_hours import SendingHours

LETTERHEAD = Letterhead("practice.audit@council.example", "https://audit.council.example")


@dataclass(frozen=True, slots=True)
class Means:
    """What sending works with."""

    sessions: sessionmaker[Session]
    clock: Clock
    mail: Mail
    letterhead: Letterhead = LETTERHEAD
    policy: Policy = council.POLICY
    calendar: WorkingDayCalendar = council.CALENDAR


def form(sessions: sessionmaker[Session], clock: Clock) -> dict[str, str]:
    """Forms the messages that are due; the Message-ID of each by its address."""
    form_due(sessions, SendingHours.of_policy(council.POLICY, council.CALENDAR), clock.now())
    return {message.address: message.message_id for message in messages(sessions)}


def messages(sessions: sessionmaker[Session]) -> list[Message]:
    with sessions() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))
