"""What is written of an audit, what stands in the way of submitting it, and what fixes it (L2, L3, L4)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from db.queries.audit_contents import gradings_of, save_grading
from db.queries.audit_life import add_step
from db.queries.improvement_plans import save_plan
from db.tables.audit_contents import PlanAgreement
from db.tables.audit_life import AuditStep, ReflectiveDiscussion
from db.tables.audits import Audit
from rules.audit_tools import AuditTool, ComplianceCheck, ToolVersion
from rules.gradings import CheckAnswer, CheckFound, DomainContent, GradingContent, Stage
from rules.improvement_plans import SmartAction
from tests.grading_contents import after_discussion, whole_grading
from tests.small_council import work_on
from tests.usecases.council import OPENING, Council, found
from usecases import audit_contents
from usecases.audit_contents import contents_of, fix_first_grading, fix_second_grading
from usecases.audit_tools import tool_of_audit
from usecases.work import Work

TODAY = date(2026, 10, 20)
ACTION = SmartAction(
    "Hold the review.", "It is on record.", "A slot is free.", "Reviews are late.", "W0", date(2026, 11, 30)
)


@pytest.fixture
def council(session: Session) -> Council:
    return found(session)


@pytest.fixture
def work(session: Session) -> Work:
    return work_on(session, TODAY)


@pytest.fixture
def audit(council: Council, session: Session) -> Audit:
    return session.get_one(Audit, council.audit("worker", "auditor").id)


@pytest.fixture
def tool(work: Work, audit: Audit) -> AuditTool:
    return tool_of_audit(work, audit)


@pytest.fixture
def first(tool: AuditTool) -> GradingContent:
    return whole_grading(tool, "good")


@pytest.fixture
def second(first: GradingContent) -> GradingContent:
    return after_discussion(first, "requires_improvement")


def write(work: Work, audit: Audit, stage: Stage, content: GradingContent) -> None:
    save_grading(work.session, audit.id, stage, content, at=OPENING, by="person W4")


def plan(work: Work, audit: Audit, council: Council, *actions: SmartAction) -> None:
    owners = {"W0": council.people["worker"].id}
    save_plan(work.session, audit.id, actions, owners, at=OPENING, by="person W4")


def missing(work: Work, audit: Audit) -> list[str]:
    return [f"{reason.rule} {reason.sentence.split(':')[0]}" for reason in contents_of(work, audit).missing]


def test_what_was_written_is_read_back_to_the_letter(
    work: Work, audit: Audit, first: GradingContent, second: GradingContent
) -> None:
    write(work, audit, Stage.BEFORE_DISCUSSION, first)
    write(work, audit, Stage.AFTER_DISCUSSION, second)

    contents = contents_of(work, audit)

    assert contents.before == first
    assert contents.after == replace(
        second,
        domains=tuple(replace(domain, grade="requires_improvement") for domain in first.domains),
        checks=first.checks,
        strengths=first.strengths,
        areas_to_improve=first.areas_to_improve,
    )
    assert (contents.grade_before, contents.grade_after) == ("good", "requires_improvement")


@pytest.mark.proves("L2", "L3")
def test_a_report_without_a_second_grading_lacks_it_and_every_grade_of_it(
    work: Work, audit: Audit, tool: AuditTool, first: GradingContent
) -> None:
    write(work, audit, Stage.BEFORE_DISCUSSION, first)

    assert contents_of(work, audit).missing_for_discussion == ()
    assert missing(work, audit) == [
        "L3 What the reflective discussion added is not noted",
        "L2 The overall grade after the discussion is not given",
        *(f'L2 "{domain.title}" has no grade after the discussion' for domain in tool.domains),
    ]


@pytest.mark.proves("L2")
def test_a_report_without_evidence_lacks_it(
    work: Work, audit: Audit, tool: AuditTool, first: GradingContent, second: GradingContent
) -> None:
    bare = replace(first.domains[0], evidence="")
    write(work, audit, Stage.BEFORE_DISCUSSION, replace(first, domains=(bare, *first.domains[1:])))
    write(work, audit, Stage.AFTER_DISCUSSION, replace(second, overall="good"))

    assert missing(work, audit)[0].startswith(f'L2 The evidence for "{tool.domains[0].title}" has 0 words')


def test_nothing_written_lacks_a_first_grading_for_the_discussion(
    work: Work, audit: Audit, tool: AuditTool, first: GradingContent
) -> None:
    sentences = [reason.sentence for reason in contents_of(work, audit).missing_for_discussion]
    assert any("The overall grade before the discussion is not given" in sentence for sentence in sentences)
    assert len([sentence for sentence in sentences if "before the discussion has no grade" in sentence]) == len(
        [domain for domain in tool.domains if not domain.may_not_apply]
    )

    later = replace(first, strengths=(), areas_to_improve=(), checks=())
    write(work, audit, Stage.BEFORE_DISCUSSION, replace(later, domains=tuple(map(graded_only, first.domains))))

    assert contents_of(work, audit).missing_for_discussion == (), "what else is missing can still be added after it"


def graded_only(domain: DomainContent) -> DomainContent:
    return DomainContent(domain.domain, domain.grade)


@pytest.mark.proves("L4")
def test_a_report_below_good_lacks_its_plan_until_one_is_written(
    work: Work, audit: Audit, council: Council, first: GradingContent, second: GradingContent
) -> None:
    write(work, audit, Stage.BEFORE_DISCUSSION, first)
    write(work, audit, Stage.AFTER_DISCUSSION, second)
    assert missing(work, audit) == [
        "L4 Graded Requires Improvement overall, so an improvement plan is owed. Write at least one action."
    ]

    plan(work, audit, council, replace(ACTION, measurable=""))
    assert missing(work, audit) == ["L4 Action 1 lacks how one will see that it was done (measurable)."]

    plan(work, audit, council, ACTION)
    assert missing(work, audit) == []


@pytest.mark.proves("L4")
def test_its_actions_are_agreed_once_everybody_has_who_is_to(work: Work, audit: Audit, council: Council) -> None:
    assert not contents_of(work, audit).actions_agreed
    plan(work, audit, council, ACTION)
    kept = contents_of(work, audit).plan
    assert kept is not None
    for role, agreed in (("team_manager", False), ("practitioner", True)):
        work.session.add(PlanAgreement(plan_id=kept.row.id, role=role, agreed_at=OPENING, agreed_by="person W2"))
        work.session.flush()
        assert contents_of(work, audit).actions_agreed is agreed

    plan(work, audit, council, replace(ACTION, specific="Hold two reviews."))

    assert not contents_of(work, audit).actions_agreed, "nobody has agreed what was changed since"


@pytest.mark.proves("L3")
def test_the_first_grading_is_fixed_with_the_discussion_and_the_second_with_the_acceptance(
    work: Work, audit: Audit, council: Council, first: GradingContent, second: GradingContent
) -> None:
    write(work, audit, Stage.BEFORE_DISCUSSION, first)
    fix_first_grading(work, audit)
    write(work, audit, Stage.AFTER_DISCUSSION, second)
    plan(work, audit, council, ACTION)
    written = gradings_of(work.session, audit.id)
    assert [written[stage].row.fixed_at for stage in Stage] == [work.now, None]

    effective = fix_second_grading(work, audit)

    assert effective == "requires_improvement", "the second grading as it was accepted"
    assert [written[stage].row.fixed_at for stage in Stage] == [work.now, work.now]
    kept = contents_of(work, audit).plan
    assert kept is not None
    assert kept.row.fixed_at == work.now


def test_fixing_what_nobody_wrote_does_nothing(work: Work, audit: Audit) -> None:
    fix_first_grading(work, audit)

    assert fix_second_grading(work, audit) is None
    assert gradings_of(work.session, audit.id) == {}


@pytest.mark.proves("P8")
def test_a_tool_without_grades_has_one_grading_and_owes_no_plan(
    work: Work, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = (ComplianceCheck("supervised", "Supervised this month?", "Supervision record"),)
    tool = AuditTool((ToolVersion("checks", 1, "Checks", "", is_module=False, checks=checks),))
    monkeypatch.setattr(audit_contents, "tool_read", lambda _work, _audit: tool)
    words = GradingContent(strengths=("Plain letters.",), areas_to_improve=("None.",))
    write(work, audit, Stage.BEFORE_DISCUSSION, words)
    assert missing(work, audit) == ['P8 The check "Supervised this month?" is not answered'], (
        "no grade, no second grading, no note of a discussion"
    )

    write(work, audit, Stage.BEFORE_DISCUSSION, replace(words, checks=(CheckFound("supervised", CheckAnswer.NO),)))

    contents = contents_of(work, audit)
    assert (contents.missing, contents.missing_for_discussion, contents.plan_owed) == ((), (), None)
    assert (contents.is_graded, contents.final.overall) == (False, None)


@pytest.mark.proves("L3")
@pytest.mark.parametrize(("held_on", "asks"), [(date(2026, 10, 12), True), (None, False)], ids=["held", "not held"])
def test_what_the_discussion_added_is_asked_for_where_it_was_held(
    work: Work, audit: Audit, first: GradingContent, held_on: date | None, asks: bool
) -> None:
    write(work, audit, Stage.BEFORE_DISCUSSION, first)
    write(work, audit, Stage.AFTER_DISCUSSION, replace(after_discussion(first, "good"), added_by_discussion=""))
    recorded(work, audit, held_on)

    assert missing(work, audit) == (["L3 What the reflective discussion added is not noted"] if asks else [])


@pytest.mark.proves("L3", "gradings.change_without_discussion")
@pytest.mark.parametrize(("held_on", "asks"), [(date(2026, 10, 12), False), (None, True)], ids=["held", "not held"])
def test_a_grade_that_changes_without_a_discussion_has_its_reason_before_the_report_is_submitted(
    work: Work, audit: Audit, first: GradingContent, held_on: date | None, asks: bool
) -> None:
    write(work, audit, Stage.BEFORE_DISCUSSION, first)
    better = after_discussion(first, "good", **{first.domains[0].domain: "outstanding"})
    write(work, audit, Stage.AFTER_DISCUSSION, better)
    recorded(work, audit, held_on)
    asked = [it for it in missing(work, audit) if "No reflective discussion was held" in it]
    assert len(asked) == (1 if asks else 0)

    said = replace(better.domains[0], changed_because="A second record was found.")
    write(work, audit, Stage.AFTER_DISCUSSION, replace(better, domains=(said, *better.domains[1:])))
    assert missing(work, audit) == []
    assert contents_of(work, audit).final.domains[0].changed_because == "A second record was found."


def recorded(work: Work, audit: Audit, held_on: date | None) -> None:
    """The discussion was held on that day, or not at all."""
    step = AuditStep(
        audit_id=audit.id,
        event="discussion_held" if held_on else "discussion_not_held",
        version=2,
        state="discussed",
        happened_on=TODAY,
        recorded_at=OPENING,
        recorded_by="person W4",
        rule="L3",
        clause="3.5",
        sentence="The discussion is recorded.",
    )
    add_step(work.session, step, {}, ReflectiveDiscussion(audit_id=audit.id, held_on=held_on))
