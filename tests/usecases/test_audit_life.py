"""Re-audits from discussion to decision, and who acts as what on the day (L3, R1, R2, S7, section 3)."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.audit_contents import save_grading
from db.queries.audits_to_follow import audits_without_re_audit
from db.queries.improvement_plans import newest_plan
from db.queries.invariants import violations
from db.queries.reaches import EVERYTHING, Reach, Relation, Standing
from db.tables.audit_contents import EarlierFeedback
from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.organisation import Person, Post
from db.tables.tasks import Task
from db.tables.trail import TrailEntry, TrailText
from rules.gradings import Stage
from rules.improvement_plans import SmartAction
from rules.lifecycles import Asked, Event
from rules.roles import Role
from tests.grading_contents import after_discussion, whole_grading
from tests.small_council import SmallCouncil, found_council, work_on
from usecases.audit_actors import actor_over, owed_by
from usecases.audit_cycles import open_cycle
from usecases.audit_facts import newest_of
from usecases.audit_life import Move, Moved, move
from usecases.audit_tools import tool_read
from usecases.changed_grades import RE_AUDIT_NO_LONGER_OWED
from usecases.errors import NotAllowedNow
from usecases.improvement_plans import agree_plan, draft_plan
from usecases.re_audit_orders import order_re_audit
from usecases.report_corrections import correct_report

FIRST, TODAY = date(2026, 10, 1), date(2026, 10, 20)
RI = "requires_improvement"
ACTION = SmartAction(
    "Hold the review.", "It is on record.", "A slot is free.", "Reviews are late.", "REV-P1", date(2026, 11, 30)
)
WHY = Asked(reason="Every action is done.", has_text=True)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    council = found_council(session, date(2026, 9, 28))
    council.person("TM")
    council.post("TM", "team_manager", team="REV")
    council.person("HOS")
    council.post("HOS", "head_of_service", service_id="review")
    return council


def re_audited(council: SmallCouncil, sequence: int = 1, **facts: Any) -> Audit:
    """A re-audit of Requires Improvement, allocated in October."""
    months = ("2026-02", "2026-05", "2026-10")[-sequence - 1 :]
    before: uuid.UUID | None = None
    for number, month in enumerate(months):
        is_last = number == sequence
        graded = {"state": "issued", "overall_grade": "requires_improvement", "auditor": "review-A1"}
        now = {"state": "under_way", "overall_grade": None, "issued_on": None, "auditor": "home_first-A1", **facts}
        again = {"kind": "re_audit", "sequence": number, "re_audit_of": before} if number else {}
        before = council.audit(
            f"PA-2026-000{number}", month, "REV-P1-1", "REV-P1", **again, **(now if is_last else graded)
        )
    return council.session.get_one(Audit, before)


def make(session: Session, audit: Audit, event: Event, asked: Asked | None = None, **facts: Any) -> Moved:
    return move(work_on(session, TODAY), audit.id, Move(event=event, asked=asked or Asked(), **facts))


def issued(session: Session, audit: Audit, grade: str, *, attended: bool = True) -> Moved:
    """Everything up to the issue, with an action where one is owed."""
    work = work_on(session, TODAY)
    first = whole_grading(tool_read(work, audit), grade)
    save_grading(session, audit.id, Stage.BEFORE_DISCUSSION, first, at=work.now, by="a test")
    make(session, audit, Event.DISCUSSION_HELD, Asked(on_day=TODAY, team_manager_attended=attended))
    second = after_discussion(first, grade)
    save_grading(session, audit.id, Stage.AFTER_DISCUSSION, second, at=work.now, by="a test")
    if grade != "good":
        draft_plan(work, audit.id, [ACTION], version=0)
    for event in (Event.REPORT_SUBMITTED, Event.REPORT_ACCEPTED):
        make(session, audit, event)
    return make(session, audit, Event.AUDIT_ISSUED)


def awaited(session: Session) -> set[tuple[str, bool]]:
    """The audits that await a re-audit, and whether somebody ordered it."""
    rows = audits_without_re_audit(session, ("requires_improvement", "inadequate"))
    return {(row.audit_reference, row.is_ordered) for row in rows}


def why_not(session: Session, audit: Audit, event: Event, asked: Asked = WHY) -> str | None:
    """The rule against a move."""
    with pytest.raises(NotAllowedNow) as refused:
        make(session, audit, event, asked)
    return refused.value.rule


@pytest.mark.proves("L3", "lifecycle.team_manager_attends_from")
def test_the_team_manager_attends_the_discussion_of_a_second_re_audit(session: Session, council: SmallCouncil) -> None:
    with pytest.raises(NotAllowedNow, match="the team manager attends") as refused:
        issued(session, re_audited(council, 2), "good", attended=False)
    assert refused.value.rule == "L3"


@pytest.mark.proves("L3", "N1")
@pytest.mark.parametrize(
    ("why", "instead"),
    [
        ("the post is vacant", "the head of service of Review"),
        ("the manager is away", "the head of service of Review"),
        ("the manager audits it", "the head of service of Review"),
        ("the manager is the one audited", "the head of service of Review"),
        ("nobody holds any post", "the audit team"),
    ],
)
def test_whoever_acts_in_the_team_managers_place_attends_a_second_re_audit(
    session: Session, council: SmallCouncil, why: str, instead: str
) -> None:
    audit = re_audited(council, 2)
    posts = {it.person_id: it for it in session.scalars(select(Post))}
    manager = council.person_id("TM")
    match why:
        case "the post is vacant":
            posts[manager].ended_on = FIRST
        case "the manager is away":
            council.absent("TM", FIRST, TODAY)
        case "the manager audits it":
            assert audit.auditor_id is not None
            posts[manager].person_id = audit.auditor_id
        case "the manager is the one audited":
            posts[manager].person_id = audit.practitioner_id
        case _:
            for post in posts.values():
                post.ended_on = FIRST
    session.flush()
    with pytest.raises(NotAllowedNow, match=f"attends .*, and in their place {instead} does: hold it with them"):
        issued(session, audit, "good", attended=False)
    told = make(session, audit, Event.DISCUSSION_HELD, Asked(on_day=TODAY, team_manager_attended=True))
    assert told.steps[0].sentence.endswith("; the team manager, or whoever acts in their place, attended.")


@pytest.mark.proves("R1", "L10", "L4", "lifecycle.head_of_service_follows_up_from")
def test_the_head_of_service_follows_up_a_re_audit_and_confirms_its_actions(
    session: Session, council: SmallCouncil
) -> None:
    audit = re_audited(council)
    clocks = {(it.rule, it.owed_by): it.due_on for it in deadlines_of(session, audit, issued(session, audit, RI))}
    assert clocks[("L10", "TM")] == date(2026, 10, 27)
    assert clocks[("R1", "HOS")] == date(2026, 11, 3)

    assert why_not(session, audit, Event.FINDINGS_DISCUSSED, Asked(on_day=TODAY)) == "L10"
    for role in ("team_manager", "practitioner"):
        plan = newest_plan(session, audit.id)
        assert plan is not None
        agree_plan(work_on(session, TODAY), audit.id, role, version=plan.row.version)
    make(session, audit, Event.FINDINGS_DISCUSSED, Asked(on_day=TODAY))
    confirmed = make(session, audit, Event.FINDINGS_CONFIRMED)
    assert confirmed.decision.deadlines_met == ("time_limits.follow_up_within",)
    agreed = newest_plan(session, audit.id)
    assert agreed is not None
    assert "head_of_service" in agreed.agreements


@pytest.mark.proves("R2")
def test_no_second_re_audit_follows_once_re_auditor_and_audit_manager_say_so(
    session: Session, council: SmallCouncil
) -> None:
    audit = re_audited(council)
    issued(session, audit, RI)
    assert awaited(session) == {("PA-2026-0001", False)}
    assert why_not(session, audit, Event.FURTHER_RE_AUDIT_WAIVED) == "R2"
    make(session, audit, Event.FURTHER_RE_AUDIT_ADVISED_AGAINST, WHY, written={"reason": WHY.reason})
    assert awaited(session) == {("PA-2026-0001", False)}
    make(session, audit, Event.FURTHER_RE_AUDIT_WAIVED, WHY)
    assert awaited(session) == set()
    correct_report(
        work_on(session, TODAY),
        audit.id,
        "Mistyped.",
        overall_grade="inadequate",
        is_anyone_unsafe=False,
        domain_grades={},
    )
    assert awaited(session) == {("PA-2026-0001", False)}, "what was decided of one grade does not hold of another"


@pytest.mark.proves("R2")
def test_after_a_second_re_audit_a_third_follows_only_on_the_directors_word(
    session: Session, council: SmallCouncil
) -> None:
    audit = re_audited(council, 2)
    issued(session, audit, RI)
    assert why_not(session, audit, Event.FURTHER_RE_AUDIT_ADVISED_AGAINST) == "R2"
    assert why_not(session, audit, Event.FURTHER_RE_AUDIT_ORDERED) == "R2"
    council.person("DIRECTOR")
    council.post("DIRECTOR", "director")
    director = council.person_id("DIRECTOR")
    order_re_audit(work_on(session, TODAY), audit.id, "No better.", decided_by_id=director, decided_on=TODAY)
    assert awaited(session) == {("PA-2026-0002", True)}


@pytest.mark.proves("L15", "R2", "S7")
@pytest.mark.parametrize(
    ("sequence", "corrected", "is_left"),
    [(1, "good", True), (2, "good", True), (2, "inadequate", False)],  # after a second one it was ordered
)
def test_a_re_audit_under_way_that_a_corrected_grade_no_longer_calls_for_is_left_to_the_audit_team(
    session: Session, council: SmallCouncil, sequence: int, corrected: str, is_left: bool
) -> None:
    audit = re_audited(council, sequence)
    issued(session, audit, RI)
    council.audit(
        "PA-2026-0009",
        "2026-12",
        "REV-P1-1",
        "REV-P1",
        kind="re_audit",
        sequence=sequence + 1,
        re_audit_of=audit.id,
        state="under_way",
        issued_on=None,
    )
    correct_report(
        work_on(session, TODAY),
        audit.id,
        "Mistyped.",
        overall_grade=corrected,
        is_anyone_unsafe=False,
        domain_grades={},
    )
    tasks = session.scalars(select(Task.sentence).where(Task.kind == RE_AUDIT_NO_LONGER_OWED)).all()
    assert [task.startswith(f"PA-2026-0009 re-audits {audit.reference}") for task in tasks] == [True] * is_left
    assert awaited(session) == set()


@pytest.mark.proves("C4", "C3")
def test_what_somebody_writes_stands_apart_from_the_trail_and_from_every_message(
    session: Session, council: SmallCouncil
) -> None:
    audit = re_audited(council)
    issued(session, audit, "good")
    make(session, audit, Event.REPORT_COMMENTED, Asked(has_text=True), written={"comment": "Ann was not rung."})
    entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "report_commented")).one()
    assert "Ann" not in f"{entry.details} {entry.text_hashes}"
    assert [text.text for text in session.scalars(select(TrailText).where(TrailText.entry_id == entry.id))] == [
        "Ann was not rung."
    ]
    told = session.scalars(select(Notice).where(Notice.event == "report_commented")).all()
    assert told, "somebody hears of it, and not what was said"
    assert all("Ann" not in str(notice.content) for notice in session.scalars(select(Notice)))
    assert violations(session) == []


@pytest.mark.proves("L10", "N1")
def test_a_manager_is_one_by_the_post_and_nobody_manages_their_own_matter(
    session: Session, council: SmallCouncil
) -> None:
    audit, work = re_audited(council), work_on(session, TODAY)

    def roles(person: str, relation: Relation, **standing: Any) -> frozenset[str]:
        who = Standing(TODAY, council.person_id(person), person, **standing)
        reach = Reach(frozenset({relation}), who)
        asked = (Role.TEAM_MANAGER, Role.LINE_MANAGER, Role.HEAD_OF_SERVICE, Role.AUDITOR, Role.PRACTITIONER)
        return actor_over(work, audit, dict.fromkeys(asked, reach)).roles

    assert roles("TM", Relation.OWN_TEAM, teams=(audit.team_id,)) == {"team_manager", "line_manager"}
    assert roles("HOS", Relation.OWN_SERVICE, services=("review",)) == {"head_of_service"}
    assert roles("home_first-A1", Relation.AS_AUDITOR, teams=(audit.team_id,)) == {"auditor"}
    assert roles("REV-P1", Relation.OWN_TEAM, teams=(audit.team_id,)) == {"practitioner"}
    assert roles("CART-P1", Relation.OWN_TEAM) == frozenset()
    everything = dict.fromkeys((Role.TEAM_MANAGER, Role.AUDIT_TEAM), EVERYTHING)
    assert actor_over(work, audit, everything).roles == {"team_manager", "audit_team"}


@pytest.mark.proves("N1", "L10")
def test_the_duty_of_a_vacant_post_goes_up_and_is_never_lost(session: Session, council: SmallCouncil) -> None:
    audit, work = re_audited(council), work_on(session, TODAY)
    assert owed_by(work, audit, Role.TEAM_MANAGER) == council.person_id("TM")
    for person, heir in (("TM", "HOS"), ("HOS", "BOSS")):
        session.scalars(select(Post).where(Post.person_id == council.person_id(person))).one().ended_on = FIRST
        session.flush()
        assert owed_by(work, audit, Role.TEAM_MANAGER) == council.person_id(heir)
    for post in session.scalars(select(Post)):
        post.ended_on = FIRST
    session.flush()
    assert owed_by(work, audit, Role.TEAM_MANAGER) == audit.auditor_id


def deadlines_of(session: Session, audit: Audit, moved: Moved) -> list[Any]:
    """The clocks that a move started, with who owes them by reference."""
    limits = [clock.time_limit for clock in moved.decision.deadlines_start]
    question = (
        select(Deadline.rule, Deadline.due_on, Person.reference.label("owed_by"))
        .join(Person, Person.id == Deadline.owed_by_id)
        .where(Deadline.audit_id == audit.id, Deadline.time_limit.in_(limits))
    )
    return list(session.execute(question))


@pytest.mark.proves("S7", "L7", "L15")
def test_an_issued_audit_has_its_re_audit_drawn_in_the_first_cycle_a_month_later(
    session: Session, council: SmallCouncil
) -> None:
    open_cycle(work_on(session, FIRST), "2026-10")
    audits = session.scalars(select(Audit).order_by(Audit.reference)).all()
    weak, strong = [audit for audit in audits if audit.service_id == "review"][:2]
    issued(session, weak, RI)
    issued(session, strong, "good")
    january = date(2027, 1, 4)
    council.extract(january)
    open_cycle(work_on(session, january), "2027-01")

    again = session.scalars(select(Audit).where(Audit.kind == "re_audit")).one()
    assert (again.re_audit_of, again.sequence, again.case_reference) == (weak.id, 1, weak.case_reference)
    assert again.window_from == TODAY + timedelta(days=1)
    assert again.auditor_id != weak.auditor_id


@pytest.mark.proves("L15", "L11")
def test_after_a_correction_only_what_was_done_since_counts_where_it_is_to_be_done_again() -> None:
    done = (Event.FINDINGS_DISCUSSED, Event.FINDINGS_NOTE_CHECKED, Event.REPORT_ACKNOWLEDGED, Event.REPORT_CORRECTED)
    steps = [AuditStep(id=uuid.uuid4(), event=event, happened_on=TODAY) for event in done]
    correction = steps[-1].id

    assert set(newest_of(steps, set())) == set(done)
    assert set(newest_of(steps, {correction})) == {Event.REPORT_ACKNOWLEDGED, Event.REPORT_CORRECTED}
    again = AuditStep(id=uuid.uuid4(), event=Event.FINDINGS_DISCUSSED, happened_on=TODAY)
    assert Event.FINDINGS_DISCUSSED in newest_of([*steps, again], {correction})


@pytest.mark.proves("A5", "L8")
def test_whoever_issues_an_audit_hears_of_those_who_could_not_be_told_of_its_feedback(
    session: Session, council: SmallCouncil
) -> None:
    audit = re_audited(council, 1)
    before = session.scalars(select(Person).where(Person.reference == "REV-P2")).one()
    before.email = None
    row = EarlierFeedback(audit_id=audit.id, to_person_id=before.id, kind="strength", text="Her own words.", version=1)
    row.saved_at, row.saved_by = work_on(session, TODAY).now, "a test"
    session.add(row)
    session.flush()

    untold = issued(session, audit, "good").shortfalls

    sentence = "REV-P2 has no e-mail address, so their message waits: give them one."
    assert [it for it in untold if it["rule"] == "A5"] == [{"rule": "A5", "sentence": sentence}]
