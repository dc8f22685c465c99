"""A safety alert from its first minute to its end: who is told, who answers, and what moves it up by itself (W1–W7)."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.queries import safety_alerts
from db.queries.reaches import EVERYTHING, NOTHING, Reach, Relation, Standing
from db.tables.case_system import CaseSystemCommand, CaseSystemText
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.organisation import LineManagement, Person, Post
from db.tables.safety_alerts import SafetyAlert, SafetyAlertStep
from db.tables.tasks import Task
from rules.errors import InvalidFacts
from rules.policy.load import load_edition
from rules.roles import Role
from rules.working_days import WorkingDayCalendar
from tests.usecases.council import CALENDAR, POLICY, Council, found
from usecases.errors import AlreadyDifferent, NotAllowedNow
from usecases.letters.safety_alerts import SafetyAlertLetter
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.reminders import Reminding
from usecases.safety_alert_steps import AlertOnItsWay
from usecases.safety_alert_timelines import alert_told
from usecases.safety_alerts import Named, Said, look_at, name, say
from usecases.staff_on_the_day import staff_today
from usecases.sweep import Swept, sweep_batch
from usecases.work import Work

NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
THURSDAY = datetime(2026, 10, 1, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 10, 2, 9, tzinfo=UTC)
MONDAY = datetime(2026, 10, 5, 7, tzinfo=UTC)
CONCERN = "Cold, hungry, alone."


@pytest.fixture
def council(session: Session) -> Council:
    return found(session)


def work_at(council: Council, moment: datetime, person: str | None = None) -> Work:
    standing = Standing(moment.date(), council.people[person].id if person else None)
    reach = Reach(frozenset({Relation.ALL}), standing)
    return Work(council.session, moment, CALENDAR, POLICY, person or "an administrator", reach=reach)


def raised(council: Council, moment: datetime = THURSDAY, person: str = "auditor", **asked: object) -> SafetyAlert:
    audit = council.audit("worker", "auditor", number=9)
    facts = {"concern": CONCERN, "audit_id": audit.id, **asked}
    return raise_alert(work_at(council, moment, person), NewAlert(**facts)).alert  # type: ignore[arg-type]


def as_holder(council: Council, person: str, *roles: Role) -> dict[Role, Reach]:
    reach = Reach(frozenset({Relation.ONESELF}), Standing(THURSDAY.date(), council.people[person].id))
    return dict.fromkeys(roles or tuple(Role), reach)


def tick(council: Council, moment: datetime) -> list[str]:
    """What the clock says by then, on a morning on which the sweep comes by."""
    work = work_at(council, moment)
    alert = council.session.scalars(select(SafetyAlert)).one()
    way = AlertOnItsWay.of(work, alert, staff_today(work))
    way.catch_up()
    way.remind()
    return [step.event for step in way.added]


def told(council: Council, what: str) -> set[str]:
    notices = council.session.scalars(select(Notice).where(Notice.event == "safety_alert"))
    names = {person.id: name for name, person in council.people.items()}
    return {names[notice.recipient_id] for notice in notices if notice.content["what"] == what}


@pytest.mark.proves("W1", "W7", "recipients.safety_alert")
def test_the_team_manager_and_the_audit_team_are_told_at_any_hour(council: Council) -> None:
    alert = raised(council, datetime(2026, 10, 3, 22, 40, tzinfo=UTC))  # a Saturday, late

    assert told(council, "alert_raised") == {"team manager", "auditor", "audit team 1", "audit team 2"}
    notices = council.session.scalars(select(Notice).where(Notice.safety_alert_id == alert.id)).all()
    assert {(notice.send_window, notice.next_attempt_at) for notice in notices} == {("at_once", alert.raised_at)}
    assert (alert.state, alert.rung, str(alert.due_on)) == ("open", "W1", "2026-10-05")


@pytest.mark.proves("W7")
def test_nothing_but_a_case_and_a_concern_is_needed(council: Council) -> None:
    asked = NewAlert(concern=CONCERN, case_reference="C-7", team="T1")

    answer = raise_alert(work_at(council, THURSDAY, "other worker"), asked)

    assert answer.alert.audit_id is None
    assert not answer.alert.is_concerned
    assert [flag.sentence for flag in answer.began.flags if "nothing to do with the case" in flag.sentence]
    with pytest.raises(InvalidFacts):
        raise_alert(work_at(council, THURSDAY), NewAlert(concern=" ", case_reference="C-7"))


@pytest.mark.proves("W7")
def test_an_audit_or_a_team_that_nobody_knows_stops_nothing(council: Council) -> None:
    asked = NewAlert(concern=CONCERN, case_reference="C-7", team="Upstairs", audit_id=uuid.uuid4())

    alert = raise_alert(work_at(council, THURSDAY, "auditor"), asked).alert

    assert (alert.state, alert.rung, alert.team_id, alert.audit_id) == ("open", "W1", None, None)
    texts = safety_alerts.texts_of(council.session, alert.id)
    assert any("Upstairs" in words.get("where", "") for words in texts.values())
    assert {task.kind for task in council.session.scalars(select(Task))} == {"safety_alert_without_team"}
    before = told(council, "team_named")

    name(work_at(council, FRIDAY, "audit team 1"), alert.id, Named(team="T1"), alert.version)

    assert before == set()
    assert "team manager" in told(council, "team_named")
    assert council.session.scalars(select(Task.state)).all() == ["closed"]


@pytest.mark.proves("W6", "W7")
def test_what_the_clock_had_to_say_stands_before_the_team_that_is_named_later(council: Council) -> None:
    """Whoever names it comes before the sweep does, some days on."""
    alert = raise_alert(work_at(council, THURSDAY, "auditor"), NewAlert(concern=CONCERN, team="Upstairs")).alert

    name(work_at(council, MONDAY, "audit team 1"), alert.id, Named(team="T1"), alert.version)

    steps = safety_alerts.steps_of(council.session, alert.id)
    assert [(step.event, step.rung) for step in steps] == [
        ("alert_raised", "W1"),
        ("not_acknowledged", "W1"),
        ("time_ran_out", "W2"),
        ("team_named", "W2"),
    ]


@pytest.mark.proves("W1", "W5")
def test_the_team_manager_acknowledges_and_resolves_with_a_note_for_the_record(council: Council) -> None:
    alert = raised(council)
    manager = as_holder(council, "team manager")
    work = work_at(council, THURSDAY, "team manager")
    say(work, alert.id, Said(event="acknowledged", version=alert.version), manager)

    with pytest.raises(NotAllowedNow, match="goes on record") as refused:
        say(work, alert.id, Said(event="resolved", version=alert.version), manager)
    say(work, alert.id, Said(event="resolved", version=alert.version, summary="Moved to her sister."), manager)

    assert refused.value.rule == "W5"
    assert (alert.state, alert.due_on, alert.ended_on) == ("resolved", None, THURSDAY.date())
    clocks = council.session.scalars(select(Deadline).where(Deadline.safety_alert_id == alert.id))
    assert {clock.state for clock in clocks} == {"met"}
    note, words = council.session.execute(select(CaseSystemCommand, CaseSystemText).join(CaseSystemText)).one()
    assert (note.kind, note.safety_alert_id, note.audit_id) == ("record_note", alert.id, None)
    assert "Moved to her sister." in words.text
    with pytest.raises(NotAllowedNow):
        say(work, alert.id, Said(event="unresolved", version=alert.version, summary="No."), manager)


@pytest.mark.proves("W1", "W2", "W4")
def test_what_is_for_others_to_say_is_refused_with_their_role(council: Council) -> None:
    alert = raised(council)
    worker = as_holder(council, "other worker")
    said = Said(event="resolved", version=alert.version, summary="All is well.")

    with pytest.raises(NotAllowedNow, match="for the team manager"):
        say(work_at(council, THURSDAY), alert.id, said, worker)
    with pytest.raises(NotAllowedNow, match="possible is"):
        say(work_at(council, THURSDAY), alert.id, replace(said, event="referred", reason="Now."), worker)
    with pytest.raises(AlreadyDifferent):
        say(work_at(council, THURSDAY), alert.id, replace(said, version=99), worker)


@pytest.mark.proves("W1", "W4")
def test_whoever_raised_it_answers_in_no_managers_place_whatever_they_may_do_besides(council: Council) -> None:
    alert = raised(council, person="audit team 1")
    by_raiser = work_at(council, THURSDAY, "audit team 1")
    everything = dict.fromkeys(Role, by_raiser.reach)
    resolved = Said(event="resolved", version=alert.version, summary="All is well.")

    with pytest.raises(NotAllowedNow, match="for the team manager"):
        say(by_raiser, alert.id, resolved, everything)
    say(by_raiser, alert.id, replace(resolved, event="unresolved"), everything)

    assert alert.rung == "W2", "as the audit team they may take it further"
    by_another = work_at(council, THURSDAY, "audit team 2")
    last = replace(resolved, version=alert.version)
    say(by_another, alert.id, last, dict.fromkeys(Role, by_another.reach))
    assert alert.state == "resolved"


@pytest.mark.proves("W2", "W3", "W6")
def test_an_alert_that_nobody_answers_moves_up_by_itself_and_says_so(council: Council) -> None:
    alert = raised(council)

    days = [datetime(2026, 10, day, 7, tzinfo=UTC) for day in range(2, 21)]
    said = {day.date().isoformat(): events for day in days if (events := tick(council, day))}

    assert said == {
        "2026-10-02": ["not_acknowledged"],
        "2026-10-03": ["time_ran_out"],
        "2026-10-10": ["time_ran_out"],
        "2026-10-17": ["time_ran_out"],
    }
    assert (alert.state, alert.rung) == ("open", "W3"), "the director is never told by the clock"
    assert "head" in told(council, "time_ran_out")
    sentences = [line.sentence for line in alert_told(look_at(work_at(council, days[-1]), alert.id))]
    assert any("it moved up to W2 by itself on Saturday 3 October 2026" in sentence for sentence in sentences)


@pytest.mark.proves("W6")
def test_after_a_night_without_a_scheduler_each_rung_still_has_its_whole_time(council: Council) -> None:
    alert = raised(council)

    assert tick(council, datetime(2026, 10, 14, 7, tzinfo=UTC)) == ["not_acknowledged", "time_ran_out"]

    assert (alert.rung, str(alert.due_on)) == ("W2", "2026-10-21")


@pytest.mark.proves("W6", "W1")
def test_a_vacant_post_moves_the_alert_up_at_once(council: Council) -> None:
    manager = council.session.scalars(select(Post).where(Post.role == "team_manager")).one()
    council.session.delete(manager)
    council.session.flush()

    alert = raised(council)

    assert alert.rung == "W2"
    steps = safety_alerts.steps_of(council.session, alert.id)
    assert [step.event for step in steps] == ["alert_raised", "post_vacant"]
    assert "Nobody can act at W1 as the team manager" in steps[1].sentence
    assert "head" in told(council, "post_vacant")


@pytest.mark.proves("W3", "W4")
def test_the_director_hears_of_it_by_a_persons_word_alone_and_is_reminded_every_working_day(council: Council) -> None:
    alert = raised(council)
    for day in (2, 3, 10):
        tick(council, datetime(2026, 10, day, 7, tzinfo=UTC))
    assert alert.rung == "W3"
    manager = {Role.AUDIT_MANAGER: EVERYTHING}
    twelfth = work_at(council, datetime(2026, 10, 12, 9, tzinfo=UTC))
    with pytest.raises(NotAllowedNow, match="needs a reason"):
        say(twelfth, alert.id, Said(event="referred", version=alert.version), manager)

    say(twelfth, alert.id, Said(event="referred", version=alert.version, reason="Nobody else can."), manager)

    assert (alert.rung, alert.due_on) == ("W4", None)
    for _ in range(2):
        tick(council, datetime(2026, 10, 13, 7, tzinfo=UTC))
    reminded = [
        notice for notice in council.session.scalars(select(Notice)) if notice.content.get("what") == "reminded"
    ]
    assert len({notice.recipient_id for notice in reminded}) == len(reminded) > 0, "once a day, however often one looks"


@pytest.mark.proves("L13", "W4", "W6")
def test_nobody_hears_twice_in_one_day_that_an_answer_is_overdue(council: Council) -> None:
    raised(council)
    for day in (2, 3, 10):
        tick(council, datetime(2026, 10, day, 7, tzinfo=UTC))

    for _ in range(2):  # the first look after days without a scheduler, when both are due
        tick(council, datetime(2026, 10, 21, 7, tzinfo=UTC))
    on_that_day = "ad" in told(council, "time_ran_out"), told(council, "reminded")
    tick(council, datetime(2026, 10, 22, 7, tzinfo=UTC))

    assert on_that_day == (True, set())
    assert "ad" in told(council, "reminded")


@pytest.mark.proves("W1")
def test_an_alert_that_nobody_could_be_told_of_is_a_task_and_shown(council: Council) -> None:
    for person in council.session.scalars(select(Person)):
        person.email = None
    council.session.flush()

    alert = raised(council)

    assert safety_alerts.alerts_nobody_told(council.session) == [alert]
    assert "safety_alert_told_to_nobody" in council.session.scalars(select(Task.kind)).all()


@pytest.mark.proves("W1", "C4")
def test_steps_stay_as_they_were_recorded(council: Council) -> None:
    alert = raised(council)
    for statement in (
        "UPDATE safety_alert_steps SET sentence = 'Other.'",
        "DELETE FROM safety_alert_steps",
        "UPDATE safety_alert_step_texts SET text = 'Other.'",
        "UPDATE safety_alerts SET case_reference = 'X'",
        "DELETE FROM safety_alerts",
    ):
        with pytest.raises(Exception, match="is refused"), council.session.begin_nested():
            council.session.execute(text(statement))
    assert alert.version == len(council.session.scalars(select(SafetyAlertStep)).all())


@pytest.mark.proves("C4", "W7")
def test_whoever_was_told_may_read_it_and_nobody_else_may(council: Council) -> None:
    alert = raised(council)

    def reads(person: str, *relations: Relation) -> bool:
        reach = Reach(frozenset(relations), Standing(THURSDAY.date(), council.people[person].id))
        return safety_alerts.alert_seen(council.session, alert.id, reach) is not None

    assert reads("team manager", Relation.ONESELF)
    assert reads("auditor", Relation.ONESELF)
    assert not reads("other worker", Relation.ONESELF, Relation.AS_AUDITOR)
    assert safety_alerts.alert_seen(council.session, alert.id, NOTHING) is None


@pytest.mark.proves("L13", "W2")
def test_clocks_of_an_alert_without_audit_or_team_are_reminded_of_like_any_other(council: Council) -> None:
    asked = NewAlert(concern=CONCERN, case_reference="C-7")
    raise_alert(work_at(council, THURSDAY, "other worker"), asked)
    tick(council, datetime(2026, 10, 3, 9, tzinfo=UTC))
    tuesday = work_at(council, datetime(2026, 10, 6, 9, tzinfo=UTC))  # three working days before it is due

    assert sweep_batch(tuesday, Reminding(tuesday), Swept()) > 0

    reminders = council.session.scalars(select(Notice).where(Notice.deadline_id.is_not(None))).all()
    assert {(notice.event, notice.content["audit"][:3]) for notice in reminders} == {("reminder", "SA-")}


@pytest.mark.proves("L13", "W6")
def test_what_the_alert_tells_itself_is_told_by_no_other_message(council: Council) -> None:
    raised(council)
    overdue = work_at(council, FRIDAY)
    assert tick(council, FRIDAY) == ["not_acknowledged"]

    sweep_batch(overdue, Reminding(overdue), Swept())

    states = council.session.scalars(select(Deadline.state).where(Deadline.safety_alert_id.is_not(None)))
    assert "overdue" in set(states)
    assert council.session.scalars(select(Notice).where(Notice.deadline_id.is_not(None))).all() == []


@pytest.mark.proves("W2", "W6", "P4")
def test_whoever_takes_a_stage_over_later_is_told_then(council: Council) -> None:
    raised(council)
    tick(council, datetime(2026, 10, 3, 9, tzinfo=UTC))
    of_the_service = Post.role == "head_of_service", Post.service_id == "home_first"
    head = council.session.scalars(select(Post).where(*of_the_service)).one()
    head.person_id = council.people["other worker"].id
    council.session.flush()
    assert "other worker" not in told(council, "time_ran_out")

    work = work_at(council, MONDAY)
    alert = council.session.scalars(select(SafetyAlert)).one()
    for _ in range(2):
        AlertOnItsWay.of(work, alert, staff_today(work)).tell_newcomers()

    assert "other worker" in told(council, "time_ran_out")


@pytest.mark.proves("W1", "W6")
def test_of_a_stage_that_is_skipped_everybody_hears_in_one_message(council: Council) -> None:
    line = LineManagement(person_id=council.people["worker"].id, manager_id=council.people["other worker"].id)
    council.session.add(line)
    manager = council.session.scalars(select(Post).where(Post.role == "team_manager")).one()
    council.session.delete(manager)
    council.session.flush()

    raised(council)

    notices = council.session.scalars(select(Notice)).all()
    heard = [notice.recipient_id for notice in notices]
    assert len(set(heard)) == len(heard), "one message each"
    assert "other worker" in told(council, "post_vacant"), "the line manager of stage 1, too"
    assert {notice.content["what"] for notice in notices} == {"post_vacant"}


@pytest.mark.proves("W7", "P4", "ladders.safety_alert_without_link")
def test_a_message_says_what_to_do_where_its_link_does_not_open(council: Council) -> None:
    raised(council)

    (notice, *_) = council.session.scalars(select(Notice)).all()
    letter = SafetyAlertLetter.of(notice.content, "https://audit.council.example")

    assert letter.without_link == POLICY.ladders.safety_alert_without_link
    assert "ring the audit team" in letter.without_link


@pytest.mark.proves("W4", "W5")
def test_of_the_end_everybody_hears_who_heard_before(council: Council) -> None:
    alert = raised(council)
    tick(council, datetime(2026, 10, 3, 9, tzinfo=UTC))
    say(
        work_at(council, MONDAY, "head"),
        alert.id,
        Said(event="resolved", version=alert.version, summary="With her sister."),
        as_holder(council, "head"),
    )

    assert told(council, "resolved") >= {"team manager", "head", "audit team 1", "audit team 2"}


@pytest.mark.proves("W1", "W7")
def test_another_councils_alert_runs_on_its_own_ladder(council: Council) -> None:
    """One rung without a clock, reminded of every second working day, and seen to without a note for the record."""

    def work_of_northmoor(moment: datetime) -> Work:
        calendar = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)
        return replace(work_at(council, moment, "other worker"), policy=NORTHMOOR, calendar=calendar)

    asked = NewAlert(concern=CONCERN, case_reference="C-7", team="T1")
    alert = raise_alert(work_of_northmoor(THURSDAY), asked).alert
    assert (alert.rung, alert.due_on) == ("now", None)
    for day in (2, 5, 6, 7):
        work = work_of_northmoor(datetime(2026, 10, day, 8, tzinfo=UTC))
        AlertOnItsWay.of(work, alert, staff_today(work)).remind()
    reminders = council.session.scalars(select(Notice).where(Notice.idempotency_key.contains(":reminded:"))).all()
    assert sorted(notice.created_at.day for notice in reminders) == [5, 7]

    manager = as_holder(council, "team manager")
    say(work_of_northmoor(MONDAY), alert.id, Said(event="seen_to", version=alert.version), manager)

    assert alert.state == "resolved"
    assert council.session.scalars(select(CaseSystemCommand)).all() == []
