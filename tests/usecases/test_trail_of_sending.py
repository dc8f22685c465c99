"""What was sent, what was settled and what was taken over from before leaves entries in the trail (C4)."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.notices import Message, Notice
from db.tables.tasks import Task
from db.tables.trail import TrailEntry, TrailText
from tests.scheduling import KeptMail, means_on
from tests.small_council import work_on
from tests.usecases import council
from usecases.notices import owe_allocation_notices
from usecases.outbox import deliver_due
from usecases.tasks import close_by_hand, open_task

DAY = date(2026, 10, 1)


@pytest.mark.proves("A5")
def test_every_message_that_was_sent_is_in_one_entry_with_its_notices(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        home = council.found(session)
        audits = [home.audit("worker", "auditor"), home.audit("other worker", "auditor", number=2)]
        owe_allocation_notices(council.work(session), home.cycle, audits)
    mail = KeptMail()
    deliver_due(means_on(DAY, sessions, mail=mail))
    assert deliver_due(means_on(DAY, sessions, mail=mail)).sent == 0
    with sessions() as session:
        entries = session.scalars(select(TrailEntry).where(TrailEntry.action == "messages_sent")).all()
        sent = [it for entry in entries for it in entry.details["messages"]]
        told = [it for entry in entries for it in entry.details["notices"]]
        assert sorted(sent) == sorted(str(it) for it in session.scalars(select(Message.id)))
        assert sorted(told) == sorted(str(it) for it in session.scalars(select(Notice.id)))
        assert {entry.actor for entry in entries} == {"scheduler"}
        assert None not in {entry.correlation_id for entry in entries}


def test_how_somebody_settled_a_task_is_on_record(session: Session) -> None:
    work = work_on(session, DAY)
    open_task(work, kind="address_refused", key="W1", sentence="Correct it.", rule="A5", subject=("notice", "N1"))
    task = session.scalars(select(Task)).one()
    close_by_hand(work, task.id, "Ann gave another address.", task.version)
    entry = session.scalars(select(TrailEntry)).one()
    assert (entry.subject_kind, entry.subject_id, entry.action) == ("task", str(task.id), "task_closed")
    assert session.scalars(select(TrailText.text)).one() == "Ann gave another address."
