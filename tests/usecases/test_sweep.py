"""Reminders before a duty is due and when it is overdue, and escalations, each once (L13, L6, L11)."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from db.tables.deadlines import LOOK_AT_ONCE
from db.tables.organisation import Absence, Person, Post
from db.tables.tasks import Task
from tests.sweeping import Duties, found
from usecases.ports import NotNow, Sent


@pytest.fixture
def duties(sessions: sessionmaker[Session]) -> Duties:
    return found(sessions)


@pytest.mark.proves("L13", "reminders.before_due", "notices.send_windows")
def test_whoever_owes_a_report_is_reminded_twice_and_told_when_it_is_overdue(duties: Duties) -> None:
    report = duties.owe("2026-10-29")
    letters = []
    for day in range(1, 32):
        duties.sweep(f"2026-10-{day:02}T00:30+00:00")
        if duties.deliver(f"2026-10-{day:02}T09:30+00:00"):
            letters.append(day)

    assert duties.crossed() == [("reminder_3", "10-26"), ("reminder_1", "10-28"), ("overdue", "10-30")]
    assert letters == [26, 28, 30]
    assert duties.told() == [(kind, "auditor", "sent") for kind, _ in duties.crossed()]
    assert duties.duty(report).state == "overdue"


def test_sweeping_again_and_again_says_nothing_twice(duties: Duties) -> None:
    duties.owe("2026-10-29")

    first, second = duties.sweep("2026-10-26T10:00+00:00"), duties.sweep()

    assert (first.looked_at, first.reminded) == (1, 1)
    assert (second.looked_at, second.reminded) == (0, 0)
    assert duties.told() == [("reminder_3", "auditor", "pending")]


def test_all_that_somebody_owes_is_one_letter_a_day_in_working_hours(duties: Duties) -> None:
    duties.owe("2026-10-29")
    duties.owe("2026-10-29", rule="L7")
    duties.owe("2026-10-23", rule="L1")
    duties.sweep("2026-10-24T03:00+01:00")  # a Saturday
    duties.sweep("2026-10-26T03:00+00:00")

    assert duties.deliver("2026-10-24T12:00+01:00") == 0
    assert duties.deliver("2026-10-26T07:59+00:00") == 0
    assert duties.deliver("2026-10-26T08:00+00:00") == 1
    (letter,) = duties.office.letters
    assert letter.address == "auditor@council.example"
    assert letter.subject == "Practice audits: what is overdue"
    assert letter.text.index("Overdue: yours to do") < letter.text.index("Due soon: yours to do")
    assert letter.text.count("PA-2026-0001 of October 2026, due by") == 3
    meeting = "Hold the meeting with the practitioner: PA-2026-0001 of October 2026, due by Friday 23 October 2026"
    assert meeting in letter.text


def test_a_reminder_says_nothing_of_anybody_and_no_grade(duties: Duties) -> None:
    duties.owe("2026-10-26", rule="L10", by="team manager", role="team_manager", started="2026-10-12")
    duties.sweep("2026-10-29T09:00+00:00")
    duties.deliver()

    assert len(duties.office.letters) == 5  # team manager, practitioner, head of service and audit team
    for letter in duties.office.letters:
        assert not any(word in letter.text + letter.html for word in ("Inadequate", "graded", "worker", "CASE-1"))


@pytest.mark.proves("L6", "reminders.escalations")
def test_a_report_whose_quality_is_not_checked_in_time_goes_to_the_audit_manager(duties: Duties) -> None:
    with duties.sessions.begin() as session:
        session.add(Post(role="audit_manager", person_id=duties.people["other worker"]))
    duties.owe("2026-10-28", rule="L6", by="audit team 1", role="audit_team", started="2026-10-27")

    duties.sweep("2026-10-28T17:00+00:00")
    assert duties.told() == []

    duties.sweep("2026-10-29T00:05+00:00")
    assert sorted(duties.told()) == [
        ("escalation_0", "auditor", "pending"),
        ("escalation_0", "other worker", "pending"),
        ("overdue", "audit team 1", "pending"),
        ("overdue", "audit team 2", "pending"),
    ]


@pytest.mark.proves("L11", "reminders.escalations")
def test_findings_not_discussed_are_shown_at_once_and_go_to_the_head_two_working_days_later(duties: Duties) -> None:
    duties.owe("2026-10-22", rule="L10", by="team manager", role="team_manager", started="2026-10-15")
    for day in ("19", "21", "23", "24", "25", "26"):
        duties.sweep(f"2026-10-{day}T09:00+01:00")
    at_once = {(kind, name) for kind, name, _ in duties.told() if "reminder" not in kind}
    assert at_once == {
        ("overdue", "team manager"),
        ("escalation_0", "worker"),
        ("escalation_0", "audit team 1"),
        ("escalation_0", "audit team 2"),
    }

    duties.sweep("2026-10-27T09:00+00:00")
    assert ("escalation_2", "head", "pending") in duties.told()


def test_after_a_week_without_a_sweep_each_duty_is_told_once_and_dated_right(duties: Duties) -> None:
    duties.owe("2026-10-19", rule="L10", by="team manager", role="team_manager", started="2026-10-05")
    duties.sweep("2026-10-28T09:00+00:00")

    kinds = [kind for kind, _, _ in duties.told()]
    assert kinds.count("overdue") == 1
    assert not any("reminder" in kind for kind in kinds)
    assert duties.crossed() == [("escalation_0", "10-20"), ("overdue", "10-20"), ("escalation_2", "10-22")]
    assert len({name for _, name, _ in duties.told()}) == len(duties.told())


@pytest.mark.parametrize("state", ["met", "withdrawn"])
def test_what_is_done_before_the_morning_is_not_reminded_of(duties: Duties, state: str) -> None:
    report = duties.owe("2026-10-29")
    duties.sweep("2026-10-26T06:00+00:00")
    because = {"withdrawn_on": date(2026, 10, 26), "withdrawn_because": "Moved."} if state == "withdrawn" else {}
    duties.change(report, state=state, **because)

    assert duties.deliver("2026-10-26T09:00+00:00") == 0
    assert duties.told() == [("reminder_3", "auditor", "cancelled")]


def test_a_duty_that_changes_hands_overnight_is_reminded_of_to_the_new_holder_alone(duties: Duties) -> None:
    report = duties.owe("2026-10-29")
    duties.sweep("2026-10-26T06:00+00:00")
    duties.change(report, owed_by_id=duties.people["qa head"])
    with duties.sessions.begin() as session:
        session.execute(update(Person).where(Person.name == "auditor").values(left_on=date(2026, 10, 25)))

    duties.sweep("2026-10-26T08:30+00:00")
    duties.sweep()
    assert duties.deliver() == 1
    assert duties.told() == [("reminder_3", "auditor", "cancelled"), ("reminder_3", "qa head", "sent")]
    assert duties.crossed() == [("reminder_3", "10-26")]


def test_a_duty_whose_day_moves_is_reminded_of_by_its_new_day(duties: Duties) -> None:
    report = duties.owe("2026-10-29")
    duties.sweep("2026-10-26T06:00+00:00")
    duties.change(report, due_on=date(2026, 11, 30), next_look_on=LOOK_AT_ONCE)

    duties.sweep()
    assert duties.deliver("2026-10-26T09:00+00:00") == 0
    duties.sweep("2026-11-25T06:00+00:00")
    assert duties.deliver("2026-11-25T09:00+00:00") == 1
    assert duties.told() == [("reminder_3", "auditor", "cancelled"), ("reminder_3", "auditor", "sent")]


def test_a_message_of_which_one_duty_is_done_while_the_mail_server_is_down_goes_without_it(duties: Duties) -> None:
    report, _ = duties.owe("2026-10-29"), duties.owe("2026-10-29", rule="L7")
    duties.sweep("2026-10-26T06:00+00:00")
    duties.office.answer = lambda _: NotNow("451 come back later")
    duties.deliver("2026-10-26T09:00+00:00")
    duties.change(report, state="met")
    duties.office.answer = lambda _: Sent()

    assert duties.deliver("2026-10-26T15:00+00:00") == 1
    assert "Issue the report" in duties.office.letters[-1].text
    assert "Complete the report" not in duties.office.letters[-1].text


def test_a_post_that_is_handed_over_is_told_as_it_stands_on_the_day(duties: Duties) -> None:
    duties.owe("2026-10-22", rule="L10", by="team manager", role="team_manager")
    with duties.sessions.begin() as session:
        absence = Absence(
            person_id=duties.people["team manager"], first_on=date(2026, 10, 12), last_on=date(2026, 10, 30)
        )
        absence.stands_in_id = duties.people["other worker"]
        session.add(absence)

    duties.sweep("2026-10-19T09:00+01:00")
    duties.deliver()

    assert duties.told() == [("reminder_3", "other worker", "sent")]
    assert "Why some of this comes to you" in duties.office.letters[0].text


def test_a_reminder_to_somebody_without_an_address_waits_as_a_task(duties: Duties) -> None:
    with duties.sessions.begin() as session:
        session.execute(update(Person).where(Person.name == "auditor").values(email=None))
    duties.owe("2026-10-29")

    duties.sweep("2026-10-26T09:00+00:00")

    assert duties.told() == [("reminder_3", "auditor", "parked")]
    with duties.sessions() as session:
        assert list(session.scalars(select(Task.kind))) == ["address_missing"]


def test_a_duty_of_a_post_that_nobody_up_to_the_audit_team_can_act_in_is_a_task(duties: Duties) -> None:
    with duties.sessions.begin() as session:
        session.query(Post).delete()
    duties.owe("2026-10-22", rule="L10", by="team manager", role="team_manager")

    duties.sweep("2026-10-19T09:00+01:00")

    assert duties.told() == []
    with duties.sessions() as session:
        assert list(session.scalars(select(Task.kind))) == ["nobody_to_tell"]


def test_batches_share_the_work_and_lose_nothing(duties: Duties) -> None:
    for number in range(7):
        duties.owe("2026-10-29", rule=f"X{number}")

    swept = duties.sweep("2026-10-26T09:00+00:00", batch=3)

    assert (swept.looked_at, swept.reminded) == (7, 7)
    assert len(duties.told()) == 7
