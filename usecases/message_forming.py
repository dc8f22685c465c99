"""From notices that are due to the messages that tell of them (DESIGN §5, L13).

Notices of one person and one moment become one message. What goes out in working hours waits for them, and then all
that waited for a person is one message; of reminders nobody gets more than one message a day. A message is formed once:
what is owed later goes into another one.
"""

from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from db.queries import messages
from db.queries.reminders import cancel_reminders_owed_no_more
from usecases.sending_hours import SendingHours
from usecases.work import LONDON

PEOPLE_AT_ONCE = 1_000


def form_alerts(sessions: sessionmaker[Session], now: datetime) -> None:
    """Puts what is due about safety alerts into messages, in a transaction of its own that waits for nobody (W7)."""
    with sessions.begin() as session:
        messages.form_alert_messages(session, now)


def form_due(sessions: sessionmaker[Session], hours: SendingHours, now: datetime) -> None:
    """Puts what is due and may go out now into messages; what may not is put off, and what is owed no more cancelled.

    In transactions of its own, some people at a time. Any number of workers may do this at the same moment: they take
    different people.
    """
    today = now.astimezone(LONDON).date()
    with sessions.begin() as session:
        cancel_reminders_owed_no_more(session)
    with sessions.begin() as session:
        if not hours.are_open(now):
            messages.wait_until_open(session, now, hours.open_at(now))
    is_done = False
    while not is_done:
        with sessions.begin() as session:
            people = messages.people_to_write_to(session, now, PEOPLE_AT_ONCE)
            if people:
                messages.wait_for_next_digest(session, now, today, people, hours.open_next_day(now))
                messages.form_messages(session, now, today, people)
            is_done = not people
