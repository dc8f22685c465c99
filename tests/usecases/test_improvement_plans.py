"""An improvement plan from the auditor's draft to the evidence of each action (L4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.improvement_plans import plans_of
from db.queries.reaches import Reach, Relation, Standing
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from rules.errors import InvalidFacts
from rules.improvement_plans import SmartAction
from tests.small_council import work_on
from tests.usecases.council import Council, found
from usecases.audit_contents import contents_of, fix_second_grading
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.improvement_plans import agree_plan, confirm_plan, draft_plan, record_evidence, revise_plan
from usecases.work import Work

TODAY = date(2026, 11, 3)
ACTION = SmartAction(
    "Hold the review.", "It is on record.", "A slot is free.", "Reviews are late.", "W0", date(2026, 11, 30)
)
SECOND = replace(ACTION, specific="Ask the sister.", owner="W2", due_on=date(2026, 12, 18))


@pytest.fixture
def council(session: Session) -> Council:
    return found(session)


@pytest.fixture
def audit(council: Council, session: Session) -> Audit:
    return session.get_one(Audit, council.audit("worker", "auditor").id)


def as_of(council: Council, person: str, relation: Relation, on: date = TODAY) -> Work:
    """Somebody's request, reaching what stands in that relation to them."""
    work = work_on(council.session, on, actor=f"person {council.people[person].reference}")
    teams = (council.teams["CART"].id,) if relation is Relation.OWN_TEAM else ()
    standing = Standing(on, council.people[person].id, council.people[person].reference, teams=teams)
    return replace(work, reach=Reach(frozenset({relation}), standing))


@pytest.fixture
def auditor(council: Council) -> Work:
    return as_of(council, "auditor", Relation.AS_AUDITOR)


@pytest.fixture
def practitioner(council: Council) -> Work:
    return as_of(council, "worker", Relation.AS_PRACTITIONER)


@pytest.fixture
def manager(council: Council) -> Work:
    return as_of(council, "team manager", Relation.OWN_TEAM)


@pytest.fixture
def issued(auditor: Work, audit: Audit) -> Audit:
    """The audit with the auditor's plan of two actions, accepted and issued."""
    draft_plan(auditor, audit.id, [ACTION, SECOND], version=0)
    fix_second_grading(auditor, audit)
    audit.state, audit.issued_on = "issued", TODAY - timedelta(days=1)
    auditor.session.flush()
    return audit


def clocks(session: Session) -> list[tuple[str, str, date]]:
    rows = session.scalars(select(Deadline).where(Deadline.rule == "L4").order_by(Deadline.id)).all()
    return [(row.time_limit, row.state, row.due_on) for row in rows]


def test_the_auditor_drafts_it_and_it_may_lack_anything(auditor: Work, audit: Audit) -> None:
    saved = draft_plan(auditor, audit.id, [SmartAction("Hold a review.")], version=0)

    assert (saved.plan.row.revision, saved.plan.row.version, saved.plan.row.saved_by) == (1, 1, "person W4")
    assert saved.plan.smart_actions == (SmartAction("Hold a review."),)

    again = draft_plan(auditor, audit.id, [ACTION, SECOND], version=1)

    assert (again.plan.row.revision, again.plan.row.version) == (1, 2)
    assert again.plan.smart_actions == (ACTION, SECOND)


def test_an_owner_whom_nobody_knows_or_who_has_left_is_refused_and_nothing_is_lost(
    auditor: Work, audit: Audit, council: Council
) -> None:
    draft_plan(auditor, audit.id, [ACTION], version=0)
    council.people["other worker"].left_on = TODAY - timedelta(days=1)
    council.session.flush()

    for owner in ("nobody", "W1"):
        with pytest.raises(InvalidFacts, match=f"nobody with the reference '{owner}'"):
            draft_plan(auditor, audit.id, [ACTION, replace(SECOND, owner=owner)], version=1)

    plan = contents_of(auditor, audit).plan
    assert plan is not None
    assert plan.smart_actions == (ACTION,)


def test_who_read_an_older_version_is_told_who_saved_meanwhile(auditor: Work, audit: Audit) -> None:
    draft_plan(auditor, audit.id, [ACTION], version=0)

    for version in (0, 2):
        with pytest.raises(AlreadyDifferent, match="saved meanwhile by person W4"):
            draft_plan(auditor, audit.id, [], version=version)


@pytest.mark.parametrize("state", ["submitted", "accepted", "issued", "closed", "withdrawn"])
def test_nobody_drafts_what_is_submitted(auditor: Work, audit: Audit, state: str) -> None:
    audit.state = state
    auditor.session.flush()

    with pytest.raises(NotAllowedNow, match="improvement plan of PA-2026-0001"):
        draft_plan(auditor, audit.id, [ACTION], version=0)


@pytest.mark.proves("L4", "gradings.improvement_plan_agreed_by")
def test_manager_and_practitioner_agree_it_and_then_its_clocks_run(
    issued: Audit, manager: Work, practitioner: Work
) -> None:
    agree_plan(practitioner, issued.id, "practitioner", version=1)
    assert clocks(manager.session) == []

    agreed = agree_plan(manager, issued.id, "team_manager", version=1)

    assert {role: it.agreed_by for role, it in agreed.plan.agreements.items()} == {
        "practitioner": "person W0",
        "team_manager": "person W2",
    }
    assert clocks(manager.session) == [
        ("improvement_plan.action_1", "running", date(2026, 11, 30)),
        ("improvement_plan.action_2", "running", date(2026, 12, 18)),
    ]
    owed = manager.session.scalars(select(Deadline).where(Deadline.rule == "L4").order_by(Deadline.id)).all()
    assert [clock.owed_by_role for clock in owed] == ["practitioner", "team_manager"]
    assert owed[0].sentence == (
        "Action 1 of 2 of the improvement plan of PA-2026-0001, agreed on Tuesday 3 November 2026, is to be done by "
        "Monday 30 November 2026."
    )


def test_nobody_agrees_for_somebody_else(issued: Audit, manager: Work, practitioner: Work, auditor: Work) -> None:
    with pytest.raises(NotAllowedNow, match="For the practitioner of PA-2026-0001, which is not what you are"):
        agree_plan(manager, issued.id, "practitioner", version=1)
    with pytest.raises(NotAllowedNow, match="For the team manager"):
        agree_plan(practitioner, issued.id, "team_manager", version=1)
    with pytest.raises(NotAllowedNow, match="agreed by team manager and practitioner, not by the head of service"):
        agree_plan(manager, issued.id, "head_of_service", version=1)
    with pytest.raises(NotAllowedNow, match="nobody decides in a matter of their own"):
        agree_plan(auditor, issued.id, "team_manager", version=1)


def test_it_is_agreed_once_and_only_as_it_was_read(issued: Audit, manager: Work) -> None:
    with pytest.raises(AlreadyDifferent):
        agree_plan(manager, issued.id, "team_manager", version=2)
    agree_plan(manager, issued.id, "team_manager", version=1)

    with pytest.raises(NotAllowedNow, match="agreed by the team manager before, on Tuesday 3 November 2026"):
        agree_plan(manager, issued.id, "team_manager", version=1)


@pytest.mark.proves("L4")
def test_what_the_manager_changes_is_a_revision_of_its_own_that_nobody_has_agreed(
    issued: Audit, manager: Work, practitioner: Work
) -> None:
    agree_plan(practitioner, issued.id, "practitioner", version=1)

    saved = revise_plan(manager, issued.id, [replace(ACTION, specific="Hold two reviews.")], version=1)

    assert (saved.plan.row.revision, saved.plan.row.version, dict(saved.plan.agreements)) == (2, 2, {})
    first, _ = plans_of(manager.session, issued.id)
    assert first.smart_actions == (ACTION, SECOND)
    assert list(first.agreements) == ["practitioner"]
    with pytest.raises(NotAllowedNow, match="For the team manager"):
        revise_plan(practitioner, issued.id, [], version=2)


def test_a_plan_agreed_anew_takes_the_place_of_the_clocks_before(
    issued: Audit, manager: Work, practitioner: Work
) -> None:
    agree_plan(practitioner, issued.id, "practitioner", version=1)
    agree_plan(manager, issued.id, "team_manager", version=1)
    revise_plan(manager, issued.id, [replace(ACTION, due_on=date(2026, 12, 1))], version=1)
    assert [state for _, state, _ in clocks(manager.session)] == ["running", "running"], "until the new one is agreed"

    agree_plan(practitioner, issued.id, "practitioner", version=2)
    agree_plan(manager, issued.id, "team_manager", version=2)

    assert clocks(manager.session) == [
        ("improvement_plan.action_1", "withdrawn", date(2026, 11, 30)),
        ("improvement_plan.action_2", "withdrawn", date(2026, 12, 18)),
        ("improvement_plan.action_1", "running", date(2026, 12, 1)),
    ]


def test_an_action_that_lacks_something_is_not_agreed(issued: Audit, manager: Work) -> None:
    revise_plan(manager, issued.id, [replace(ACTION, owner=None, measurable="")], version=1)

    with pytest.raises(NotAllowedNow) as refused:
        agree_plan(manager, issued.id, "team_manager", version=2)

    assert [problem.sentence for problem in refused.value.problems] == [
        "Action 1 lacks how one will see that it was done (measurable).",
        "Action 1 lacks its owner.",
    ]


@pytest.mark.proves("L4")
def test_evidence_ends_the_clock_of_its_action_and_more_is_added_to_it(
    issued: Audit, manager: Work, practitioner: Work
) -> None:
    agree_plan(practitioner, issued.id, "practitioner", version=1)
    agree_plan(manager, issued.id, "team_manager", version=1)

    record_evidence(practitioner, issued.id, 1, TODAY, "Held on the 3rd, both there.", version=1)
    issued.state = "closed"
    manager.session.flush()
    saved = record_evidence(manager, issued.id, 1, TODAY, "Minutes are with the record.", version=1)

    assert [it.evidence for it in saved.plan.actions[0].evidence] == [
        "Held on the 3rd, both there.",
        "Minutes are with the record.",
    ]
    assert [action.done_on for action in saved.plan.actions] == [TODAY, None]
    assert [(limit, state) for limit, state, _ in clocks(manager.session)] == [
        ("improvement_plan.action_1", "met"),
        ("improvement_plan.action_2", "running"),
    ]


def test_evidence_is_of_an_action_that_there_is_on_a_day_that_has_come(
    issued: Audit, manager: Work, practitioner: Work
) -> None:
    with pytest.raises(NotAllowedNow, match="not agreed by the team manager yet"):
        record_evidence(practitioner, issued.id, 1, TODAY, "Held.", version=1)
    agree_plan(practitioner, issued.id, "practitioner", version=1)
    agree_plan(manager, issued.id, "team_manager", version=1)

    with pytest.raises(NotFound, match="has 2 actions, and none numbered 3"):
        record_evidence(practitioner, issued.id, 3, TODAY, "Held.", version=1)
    before = issued.allocated_on - timedelta(days=1)
    with pytest.raises(InvalidFacts, match="when the audit was allocated: give the day"):
        record_evidence(practitioner, issued.id, 1, before, "It was done.", version=1)
    with pytest.raises(InvalidFacts, match="Wednesday 4 November 2026 is still to come"):
        record_evidence(practitioner, issued.id, 1, TODAY + timedelta(days=1), "Held.", version=1)


def test_nothing_is_agreed_or_done_before_the_report_is_issued(auditor: Work, manager: Work, audit: Audit) -> None:
    draft_plan(auditor, audit.id, [ACTION], version=0)

    attempts: list[Callable[[], object]] = [
        lambda: agree_plan(manager, audit.id, "team_manager", version=1),
        lambda: revise_plan(manager, audit.id, [], version=1),
        lambda: record_evidence(manager, audit.id, 1, TODAY, "Held.", version=1),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowedNow, match="once the report is issued: the audit is allocated"):
            attempt()


@pytest.mark.proves("L4", "gradings.improvement_plan_confirmed_for")
def test_the_head_of_service_confirms_the_plan_of_a_re_audit_once(issued: Audit, manager: Work) -> None:
    confirm_plan(manager, issued)
    assert "head_of_service" not in plans_of(manager.session, issued.id)[0].agreements

    issued.kind, issued.sequence = "re_audit", 1
    manager.session.flush()
    confirm_plan(manager, issued)
    confirm_plan(manager, issued)

    assert "head_of_service" in plans_of(manager.session, issued.id)[0].agreements
