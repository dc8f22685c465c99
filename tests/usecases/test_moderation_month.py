"""The month of a moderation: reminded of, run out, lengthened, and passed on by whoever leaves (M2, M3)."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.tasks import Task
from rules.clock_names import MODERATION, what_is_owed
from rules.hand_overs import Outcome
from rules.matrix import NoticeEvent
from rules.named_days import NamedDay
from tests.moderated import drawn_round, moderating_council
from tests.small_council import POLICY, SmallCouncil, work_on
from usecases.hand_overs import HandedOver, HandOver, hand_over
from usecases.lengthenings import lengthen_clocks
from usecases.letters.reminders import ReminderLetter
from usecases.reminders import Reminding
from usecases.sweep import Swept, sweep_batch

RAN_OUT_ON, LAST = date(2027, 4, 1), date(2027, 3, 31)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    return moderating_council(session)


def swept_on(session: Session, day: date) -> list[Notice]:
    work, known = work_on(session, day), {it.id for it in session.scalars(select(Notice))}
    reminding = Reminding(work)
    reminding.begin(work)
    sweep_batch(work, reminding, Swept())
    session.expire_all()
    return [it for it in session.scalars(select(Notice)) if it.id not in known]


@pytest.mark.proves("M3", "L13")
def test_a_reminder_is_the_moderators_alone_and_leads_to_what_is_moderated(
    session: Session, council: SmallCouncil
) -> None:
    _, _, rows = drawn_round(session)

    told = swept_on(session, date(2027, 3, 26))  # three working days before the last of March

    assert {it.recipient_id for it in told} == {row.moderator_id for row in rows}
    links = {_letter(it).sections[0].lines[0].link for it in told}
    assert links <= {f"https://x/v1/moderation-rounds/audits/{row.id}" for row in rows}
    assert {_letter(it).sections[0].lines[0].what for it in told} == {"Moderate the audit, and give written feedback"}
    assert what_is_owed(MODERATION) == "moderating the audit (M3)"


@pytest.mark.proves("M3", "reminders.escalations", "recipients.moderation_overdue")
def test_when_the_month_has_run_out_the_audit_team_hears_of_it_and_it_can_still_be_done(
    session: Session, council: SmallCouncil
) -> None:
    _, _, rows = drawn_round(session)

    told = swept_on(session, RAN_OUT_ON)

    heard = {(it.recipient_id, it.event) for it in told}
    assert {who for who, event in heard if event == "overdue"} == {row.moderator_id for row in rows}
    assert {who for who, event in heard if event == "escalation"} == {council.person_id("TEAM")}
    taken_further = next(it for it in told if it.event == "escalation")
    assert _letter(taken_further).sections[0].lines[0].what == "The moderation of the audit"
    assert {row.state for row in rows} == {"allocated"}


@pytest.mark.proves("M3", "P3")
def test_a_day_off_that_is_proclaimed_on_its_last_day_lengthens_the_month(
    session: Session, council: SmallCouncil
) -> None:
    _, drawn, rows = drawn_round(session)
    calendar = replace(POLICY.calendar, proclaimed_days=(NamedDay(LAST, "A day of joy"),))
    policy = replace(POLICY, calendar=calendar)
    work = work_on(session, date(2027, 3, 10), policy)

    lengthen_clocks(work)

    session.expire_all()
    clocks = session.scalars(select(Deadline).where(Deadline.moderated_audit_id.is_not(None))).all()
    assert {it.due_on for it in clocks} == {row.due_on for row in rows} == {date(2027, 4, 1)}
    assert drawn.due_on == LAST, "the round stays as it was drawn"


@pytest.mark.proves("M2", "P4")
def test_whoever_leaves_hands_their_moderations_over_with_clock_and_messages(
    session: Session, council: SmallCouncil
) -> None:
    _, _, rows = drawn_round(session)
    leaver = rows[0].moderator_id
    assert leaver is not None
    council.person("NEXT")

    done = _leave(session, leaver, council.person_id("NEXT"), {})

    theirs = [row for row in rows if row.moderator_id == council.person_id("NEXT")]
    assert sorted(it.key for it in done if it.holding == "moderates") == sorted(f"moderates:{row.id}" for row in theirs)
    assert {it.outcome for it in done} == {Outcome.PASSES_ON}
    assert rows[0] in theirs
    assert not [it for it in done if it.holding == "duty"], "the clock goes with the moderation"
    clock = session.scalars(select(Deadline).where(Deadline.moderated_audit_id == rows[0].id)).one()
    assert (clock.owed_by_id, clock.due_on) == (council.person_id("NEXT"), LAST)
    told = {(it.event, it.recipient_id) for it in session.scalars(select(Notice)) if str(rows[0].id) in str(it.content)}
    assert told >= {
        (NoticeEvent.MODERATION_GIVEN, council.person_id("NEXT")),
        (NoticeEvent.MODERATION_TAKEN, leaver),
    }


@pytest.mark.proves("M2", "P4")
@pytest.mark.parametrize("to", ["nobody", "its auditor", "somebody without the post"])
def test_a_moderation_that_nobody_may_take_over_waits_for_the_audit_team(
    session: Session, council: SmallCouncil, to: str
) -> None:
    _, _, rows = drawn_round(session)
    row = rows[0]
    assert row.moderator_id is not None
    others = {"nobody": None, "its auditor": session.get_one(Audit, row.audit_id).auditor_id}
    successor = others.get(to, council.person("STRANGER") if to not in others else None)
    posts = [it.key for it in _leave(session, row.moderator_id, None, {}, dry_run=True) if it.holding == "post"]

    done = _leave(session, row.moderator_id, successor, dict.fromkeys(posts))

    (found,) = [it for it in done if it.key == f"moderates:{row.id}"]
    assert found.outcome is Outcome.TO_BE_DECIDED
    task = session.scalars(select(Task).where(Task.kind == "moderator_missing", Task.key == str(row.id))).one()
    assert (task.subject_kind, task.rule) == ("moderated_audit", "M2")


def _letter(notice: Notice) -> ReminderLetter:
    return ReminderLetter.of(notice.content, "https://x")


def _leave(
    session: Session, who: uuid.UUID, to: uuid.UUID | None, others: dict[str, None], *, dry_run: bool = False
) -> list[HandedOver]:
    asked = HandOver(date(2027, 3, 12), to, {**others})
    return hand_over(work_on(session, date(2027, 3, 8)), who, asked, dry_run=dry_run)
