"""What an auditor wrote is not overwritten once it is fixed, whatever code asks: the database refuses (L3, L4, L8)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.queries.audit_contents import gradings_of, save_grading
from db.queries.improvement_plans import newest_plan, save_plan
from db.tables.audit_contents import ActionEvidence, EarlierFeedback, PlanAgreement
from rules.gradings import CheckAnswer, CheckFound, DomainContent, GradingContent, Stage
from rules.improvement_plans import SmartAction
from tests.usecases.council import OPENING, found

CONTENT = GradingContent(
    domains=(DomainContent("risk", "good", "Weighed at each visit."),),
    checks=(CheckFound("supervised", CheckAnswer.YES),),
    overall="good",
)


@pytest.fixture
def drafted(session: Session) -> Session:
    """An audit with a first grading, a plan that one has agreed, evidence, and feedback to an earlier practitioner."""
    council = found(session)
    audit = council.audit("worker", "auditor")
    save_grading(session, audit.id, Stage.BEFORE_DISCUSSION, CONTENT, at=OPENING, by="the auditor")
    plan = save_plan(session, audit.id, [SmartAction("Hold a review.")], {}, at=OPENING, by="the auditor")
    kept = newest_plan(session, audit.id)
    assert kept is not None
    session.add_all(
        [
            PlanAgreement(plan_id=plan.id, role="practitioner", agreed_at=OPENING, agreed_by="person W0"),
            ActionEvidence(
                action_id=kept.actions[0].id,
                done_on=OPENING.date(),
                evidence="Held.",
                recorded_at=OPENING,
                recorded_by="person W0",
            ),
            EarlierFeedback(
                audit_id=audit.id,
                to_person_id=council.people["other worker"].id,
                kind="strength",
                text="Clear letters.",
                version=1,
                saved_at=OPENING,
                saved_by="the auditor",
            ),
        ]
    )
    session.flush()
    return session


@pytest.fixture
def fixed(drafted: Session) -> Session:
    """All of it fixed, agreed and given."""
    drafted.execute(text("UPDATE gradings SET fixed_at = now()"))
    drafted.execute(text("UPDATE improvement_plans SET fixed_at = now()"))
    drafted.execute(text("UPDATE earlier_feedback SET given_at = now()"))
    return drafted


CHANGES = {
    "another overall grade": ("UPDATE gradings SET overall_grade = 'inadequate'", "fixed_stays"),
    "a grading that is open again": ("UPDATE gradings SET fixed_at = NULL", "fixed_stays"),
    "a grading that is gone": ("DELETE FROM gradings", "fixed_stays"),
    "another grade of a domain": ("UPDATE domain_grades SET grade = 'inadequate'", "part_of_fixed_stays"),
    "other evidence": ("UPDATE domain_grades SET evidence = 'None.'", "part_of_fixed_stays"),
    "a domain that is gone": ("DELETE FROM domain_grades", "part_of_fixed_stays"),
    "one domain more": (
        """INSERT INTO domain_grades (grading_id, domain, position, evidence, is_applicable, lines)
        SELECT id, 'carers', 2, '', true, '[]' FROM gradings""",
        "part_of_fixed_stays",
    ),
    "another answer to a check": ("UPDATE check_results SET answer = 'no'", "part_of_fixed_stays"),
    "a check that is gone": ("DELETE FROM check_results", "part_of_fixed_stays"),
    "a plan that is open again": ("UPDATE improvement_plans SET fixed_at = NULL", "fixed_stays"),
    "another action": ("UPDATE smart_actions SET specific = 'Nothing.'", "part_of_fixed_stays"),
    "an action that is gone": ("DELETE FROM smart_actions", "part_of_fixed_stays"),
    "somebody else agreed": ("UPDATE plan_agreements SET agreed_by = 'person W9'", "never_rewritten"),
    "nobody agreed": ("DELETE FROM plan_agreements", "part_of_fixed_stays"),
    "other evidence of what was done": ("UPDATE action_evidence SET evidence = 'Not held.'", "only_added_to"),
    "no evidence of what was done": ("DELETE FROM action_evidence", "only_added_to"),
    "other feedback than was given": ("UPDATE earlier_feedback SET text = 'Late letters.'", "given_stays"),
    "feedback that was never given": ("DELETE FROM earlier_feedback", "given_stays"),
    "everything emptied": ("TRUNCATE gradings, improvement_plans, earlier_feedback CASCADE", "never_emptied"),
}


@pytest.mark.proves("L3")
@pytest.mark.parametrize(("statement", "guard"), CHANGES.values(), ids=CHANGES)
def test_the_database_refuses_to_change_what_is_fixed(fixed: Session, statement: str, guard: str) -> None:
    with pytest.raises(IntegrityError) as refused:
        fixed.execute(text(statement))

    assert refused.value.orig is not None
    assert refused.value.orig.diag.constraint_name == guard  # type: ignore[attr-defined]


ALWAYS = ("never_rewritten", "only_added_to", "never_emptied")


@pytest.mark.parametrize("statement", [it[0] for it in CHANGES.values() if it[1] not in ALWAYS])
def test_a_draft_changes_as_its_author_likes(drafted: Session, statement: str) -> None:
    if statement in ("DELETE FROM gradings", "DELETE FROM smart_actions"):
        drafted.execute(text("DELETE FROM domain_grades"))
        drafted.execute(text("DELETE FROM check_results"))
        drafted.execute(text("ALTER TABLE action_evidence DISABLE TRIGGER USER"))
        drafted.execute(text("DELETE FROM action_evidence"))

    drafted.execute(text(statement))


def test_a_domain_is_not_carried_over_into_a_fixed_grading(fixed: Session) -> None:
    """The whole that a part goes to is looked at, and not only the one that it comes from."""
    (audit_id,) = fixed.scalars(text("SELECT id FROM audits"))
    save_grading(fixed, audit_id, Stage.AFTER_DISCUSSION, CONTENT, at=OPENING, by="the auditor")
    kept = gradings_of(fixed, audit_id)
    drafts, record = kept[Stage.AFTER_DISCUSSION].row.id, kept[Stage.BEFORE_DISCUSSION].row.id

    with pytest.raises(IntegrityError, match="part of what is a record"):
        fixed.execute(
            text("UPDATE domain_grades SET grading_id = :record, domain = 'more' WHERE grading_id = :drafts"),
            {"record": record, "drafts": drafts},
        )


def test_a_backup_brings_back_what_is_fixed_with_its_parts(fixed: Session) -> None:
    fixed.execute(text("SET LOCAL practice_audit.restoring = 'yes'"))

    fixed.execute(
        text(
            "INSERT INTO domain_grades (grading_id, domain, position, evidence, is_applicable, lines)"
            " SELECT id, 'carers', 2, '', true, '[]' FROM gradings"
        )
    )


def test_a_confirmation_is_added_to_a_fixed_plan(fixed: Session) -> None:
    fixed.execute(
        text(
            "INSERT INTO plan_agreements (plan_id, role, agreed_at, agreed_by)"
            " SELECT id, 'head_of_service', now(), 'person W3' FROM improvement_plans"
        )
    )


@pytest.mark.proves("L4")
def test_the_newest_revision_of_a_plan_is_the_one_that_counts(fixed: Session) -> None:
    (audit_id,) = fixed.scalars(text("SELECT id FROM audits"))

    save_plan(fixed, audit_id, [SmartAction("Hold two reviews.")], {}, at=OPENING, by="person W2")

    kept = newest_plan(fixed, audit_id)
    assert kept is not None
    assert (kept.row.revision, kept.row.version, dict(kept.agreements)) == (2, 2, {})
    assert [it.specific for it in kept.smart_actions] == ["Hold two reviews."]
