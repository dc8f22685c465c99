"""Audits are drawn for moderation once a month, from a frozen frame, by anybody's hand or the clock (M1 to M3)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.disputes import Dispute
from db.tables.moderation import ModerationFrame, ModerationRound
from db.tables.notices import Notice
from db.tables.tasks import Task
from rules.errors import InvalidFacts
from tests.guards import take_off
from tests.moderated import MARCH, drawn_round, issued_audit, moderated_of, moderating_council
from tests.small_council import work_on
from usecases.errors import NotAllowedNow
from usecases.moderation_rounds import draw_due_round, draw_round
from usecases.moderation_rounds_kept import verify_round


@pytest.mark.proves("M1", "M2", "M3", "moderation.least_drawn", "moderation.share_drawn")
def test_a_moderation_month_draws_its_audits_with_moderator_clock_and_message(session: Session) -> None:
    moderating_council(session)

    work, drawn, rows = drawn_round(session)

    assert (drawn.month, drawn.drawn_on, drawn.due_on) == (MARCH, MARCH, date(2027, 3, 31))
    assert [row.place for row in rows] == [1, 2, 3, 4, 5]
    assert {row.auditor_grade for row in rows} == {"outstanding", "good", "requires_improvement", "inadequate"}
    assert all(row.report_version == 1 and row.reasons for row in rows)
    clocks = session.scalars(select(Deadline).where(Deadline.moderated_audit_id.is_not(None))).all()
    assert {(it.rule, it.due_on, it.owed_by_role, it.state) for it in clocks} == {
        ("M3", date(2027, 3, 31), "moderator", "running")
    }
    assert {it.owed_by_id for it in clocks} == {row.moderator_id for row in rows}
    told = session.scalars(select(Notice).where(Notice.event == "moderation_given")).all()
    assert len(told) == len({it.recipient_id for it in told}) == 2, "one message a moderator"
    assert sum(len(it.content["audits"]) for it in told) == 5
    assert verify_round(work, drawn.id).differences == ()


def test_a_month_is_drawn_once_whoever_asks(session: Session) -> None:
    moderating_council(session)
    drawn_round(session)

    with pytest.raises(NotAllowedNow, match="drawn for moderation already, once a month: read it through GET") as no:
        draw_round(work_on(session, date(2027, 3, 9)))
    assert no.value.rule == "M1"
    assert draw_due_round(work_on(session, date(2027, 3, 9))) == "The month's audits are drawn for moderation."
    assert session.scalar(select(func.count()).select_from(ModerationRound)) == 1


@pytest.mark.proves("P7", "programme.moderation_months")
def test_a_month_that_does_not_moderate_draws_nothing_and_says_which_do(session: Session) -> None:
    moderating_council(session)
    april = work_on(session, date(2027, 4, 1))

    with pytest.raises(NotAllowedNow, match="April 2027 is no moderation month: senior leaders moderate in"):
        draw_round(april)
    with pytest.raises(InvalidFacts) as other:
        draw_round(april, "2027-03")
    assert other.value.problems[0].sentence.startswith("'2027-03' is not the present month")
    assert draw_due_round(april) == "No moderation month."
    assert session.scalar(select(func.count()).select_from(ModerationFrame)) == 0


def test_the_clock_draws_on_the_first_working_day_and_makes_a_missed_day_good(session: Session) -> None:
    moderating_council(session)

    said = draw_due_round(work_on(session, date(2027, 3, 4)))

    assert said == "Drew 5 audits for moderation, due on 2027-04-02.", "a month later is a Sunday"


def test_disputed_audits_and_those_drawn_before_are_left_out(session: Session) -> None:
    council = moderating_council(session)
    audit = session.scalars(select(Audit.id).where(Audit.reference == "PA-2027-0001")).one()
    session.add(
        Dispute(
            reference="PA-2027-0001-D1",
            audit_id=audit,
            report_version=1,
            raised_by_id=council.person_id("P1"),
            raised_as="practitioner",
            raised_on=MARCH - timedelta(days=1),
            edition_id="waltham_forest_2023",
            state="open",
            rung="D1",
        )
    )
    session.flush()

    _, drawn, rows = drawn_round(session)

    assert audit not in {row.audit_id for row in rows}
    why = {it["audit_id"]: it["reason"]["sentence"] for it in drawn.result["not_drawn"]}
    assert why["PA-2027-0001"] == "Disputed on the day of the draw: disputed audits are left out."


@pytest.mark.proves("M1")
def test_an_issued_audit_whose_grade_the_edition_in_force_has_not_is_left_out_with_a_sentence(session: Session) -> None:
    moderating_council(session)
    audit = session.scalars(select(Audit).where(Audit.reference == "PA-2027-0001")).one()
    audit.overall_grade = "satisfactory"
    session.flush()

    work, drawn, rows = drawn_round(session)

    assert audit.id not in {row.audit_id for row in rows}
    why = {it["audit_id"]: it["reason"]["sentence"] for it in drawn.result["not_drawn"]}
    assert why["PA-2027-0001"].startswith("Graded 'satisfactory', which this edition does not have")
    assert verify_round(work, drawn.id).differences == ()


def test_the_next_round_draws_from_what_was_issued_since(session: Session) -> None:
    council = moderating_council(session)
    drawn_round(session)
    council.person("P9", "CART")
    late = issued_audit(council, 9, "good")
    session.get_one(Audit, late).issued_on = date(2027, 3, 5)
    session.flush()

    work = work_on(session, date(2027, 6, 1))
    rows = moderated_of(session, draw_round(work))

    assert [row.audit_id for row in rows] == [late]


def test_with_nobody_to_moderate_the_audit_team_is_asked_to_name_somebody(session: Session) -> None:
    moderating_council(session, moderators=0)

    _, drawn, rows = drawn_round(session)

    assert [row.moderator_id for row in rows] == [None] * 5
    (task,) = session.scalars(select(Task).where(Task.kind == "moderator_missing")).all()
    assert (task.subject_kind, task.subject_id) == ("moderation_round", str(drawn.id))
    assert task.sentence.startswith("5 of the 5 audits drawn had no moderator when they were drawn in March 2027. GET")
    assert "name one for each (POST /v1/moderation-rounds/audits/ID/moderator), or close them" in task.sentence


def test_a_round_whose_rows_were_changed_does_not_verify(session: Session) -> None:
    moderating_council(session)
    work, drawn, rows = drawn_round(session)
    take_off(session.connection())
    rows[0].place, rows[1].place = 8, rows[0].place
    session.flush()

    assert verify_round(work, drawn.id).differences == (
        "The round's list of audits is not what the frame and the seed give.",
    )
