"""No message says who anybody is, whose case it is, or how an audit was graded (P4, C3): shown for every kind."""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.queries.moderated_audits import Moderated
from db.queries.outbox import LeasedMessage, NoticeInMessage
from db.tables.audits import Audit
from db.tables.moderation import ModeratedAudit, ModerationRound
from db.tables.notices import Notice
from db.tables.organisation import Person
from db.tables.programme import AuditCycle
from rules.matrix import EventFacts
from rules.policy.load import load_edition
from rules.programme import AuditCycle as Days
from rules.programme import cycle_of
from tests.sending import LETTERHEAD
from tests.small_council import work_on
from tests.usecases.moves import FIRST, THIRD, audits, opened_council
from usecases import audit_notices, cycle_notices, moderation_draw_notices, moderation_notices, move_notices
from usecases.letters import letter_for
from usecases.letters.writing import _KINDS
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.ports import Letter
from usecases.reminders import Reminding
from usecases.sweep import Swept, sweep_batch
from usecases.work import Work

GRADES = [words for pair in load_edition().gradings.grades.items() for words in pair]
SAYS_HOW_IT_WENT = re.compile(r"\bgraded?\b|inadequate|outstanding|re-?_?audit|finding|unsafe|safety", re.IGNORECASE)
# Titles of documents and headings that every message of a kind has, whatever happened.
ALIKE_FOR_ALL = ("Audit grading criteria", "grading-criteria")


@pytest.fixture
def told(session: Session) -> list[Notice]:
    """What people were told of an opening, of audits that moved, of what they owed, and of whole cycles."""
    opened_council(session)
    work = work_on(session, THIRD)
    row = session.scalars(select(AuditCycle)).one()
    days = cycle_of(work.policy, work.calendar, row.month)
    _moved(work, row, days)
    _lived(work)
    overdue = work_on(session, row.closes_on + timedelta(days=1))
    assert sweep_batch(overdue, Reminding(overdue), Swept()) > 0
    raise_alert(work, NewAlert(concern="Nobody feeds her.", audit_id=audits(session)[0].id))
    _moderated(work)
    for became in ("cancelled", "reinstated"):
        cycle_notices.owe_board_notices(work, row, became)
    session.execute(update(Notice).where(Notice.state == "pending").values(state="sent"))
    versions = {str(audit.id): 1 for audit in audits(session)}
    cycle_notices.owe_withdrawal_notices(work_on(session, FIRST), row, 0, versions)
    return list(session.scalars(select(Notice)))


def _moderated(work: Work) -> None:
    """What a moderator and those whom feedback is for are told; the rows are as a draw makes them."""
    drawn = ModerationRound(id=uuid4(), month=FIRST, due_on=THIRD, result={"shortfalls": []})
    row = ModeratedAudit(id=uuid4(), moderator_id=work.session.scalars(select(Person.id)).first(), version=1)
    one = Moderated(row, audits(work.session)[0], drawn, "M1", "A1")
    moderation_notices.tell_moderators(work, drawn, [one])
    moderation_draw_notices.tell_of_draw(work, drawn, [one])
    moderation_notices.tell_of_replacement(work, one, row.moderator_id)
    moderation_notices.tell_of_feedback(work, one)


def _lived(work: Work) -> None:
    """Everything that can be told of the life of an audit, of a second re-audit graded Inadequate."""
    facts = EventFacts(audit_kind="re_audit", sequence=2, grade="inadequate")
    news = audit_notices.AuditNews(meets_on=THIRD, meets_at=time(10), earlier_grades=("outstanding",))
    for event in audit_notices.WHAT:
        audit_notices.owe_audit_notices(work, event, audits(work.session)[3], facts, news)


def _moved(work: Work, row: AuditCycle, days: Days) -> None:
    one, two, three = audits(work.session)[:3]
    earlier = two.auditor_id
    for event, move in (
        (move_notices.AUDIT_WITHDRAWN, move_notices.was_withdrawn(one)),
        (move_notices.AUDITOR_CHANGED, move_notices.got_another_auditor(two, earlier)),
        (move_notices.AUDIT_REPLACED, move_notices.takes_the_place(three)),
    ):
        move_notices.owe_move_notices(work, event, days, row.id, [move])


def letters(told: list[Notice]) -> Iterator[tuple[Notice, Letter]]:
    for notice in told:
        part = NoticeInMessage(notice.id, notice.event, notice.content, notice.created_at)
        message = LeasedMessage(notice.id, notice.recipient_id, "R", "a@b.example", "<i@x>", "at_once", 1, [part])
        yield notice, letter_for(message, LETTERHEAD, notice.created_at)


def said_in(notice: Notice, letter: Letter) -> str:
    """All that leaves the house, and what it is made of."""
    said = " ".join(
        [letter.subject, letter.text, letter.html, (letter.calendar or b"").decode(), _texts(notice.content)]
    )
    for words in ALIKE_FOR_ALL:
        said = said.replace(words, "")
    return said


def _texts(content: Any) -> str:
    if isinstance(content, dict):
        return " ".join(_texts(value) for value in content.values())
    return " ".join(map(_texts, content)) if isinstance(content, list) else str(content)


@pytest.mark.proves("P4", "C3")
def test_no_message_of_any_kind_holds_a_name_an_address_a_case_or_a_grade(session: Session, told: list[Notice]) -> None:
    people = list(session.scalars(select(Person)))
    forbidden = {person.name for person in people} | {str(person.email) for person in people if person.email}
    forbidden |= set(session.scalars(select(Audit.case_reference))) | set(GRADES)

    kinds = set()
    for notice, letter in letters(told):
        said = said_in(notice, letter)
        assert [words for words in forbidden if words in said] == [], notice.event
        if notice.safety_alert_id is not None:
            assert "feeds" not in said
            said = re.sub("safety", "", said, flags=re.IGNORECASE)  # what it is about, and all that it says of it
        assert SAYS_HOW_IT_WENT.findall(said) == [], notice.event
        kinds.add(notice.content.get("letter", "allocation"))

    assert kinds == set(_KINDS), "each kind of letter is shown here"
    assert "cycle_withdrawn" in {notice.event for notice in told}
