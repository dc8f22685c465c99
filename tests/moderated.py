"""A small council with issued audits and moderators, in a moderation month."""

import uuid
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries import audit_contents
from db.tables.audits import Audit
from db.tables.moderation import ModeratedAudit, ModerationRound
from reports.audit_reports import GradingShown
from rules.gradings import GradingContent, Stage
from tests.grading_contents import after_discussion, whole_grading
from tests.reports.example_reports import BARE
from tests.small_council import SmallCouncil, work_on
from usecases.audit_tools import tool_of_audit
from usecases.moderation_rounds import draw_round
from usecases.report_gradings import grade_shown, grading_shown
from usecases.report_versions import store_version
from usecases.work import Work

MARCH = date(2027, 3, 1)  # a Monday, the first working day of a moderation month
ISSUED = date(2027, 2, 26)
GRADES = ("good", "good", "requires_improvement", "good", "outstanding", "good", "inadequate", "good")


def moderating_council(session: Session, moderators: int = 2) -> SmallCouncil:
    """Eight audits issued in February, by four auditors, and so many moderators of no service."""
    council = SmallCouncil(session)
    council.team("CART", "home_first")
    council.team("REV", "review")
    for number in range(1, 5):
        council.auditor(f"A{number}", "home_first")
    for number in range(1, moderators + 1):
        council.person(f"M{number}")
        council.post(f"M{number}", "moderator")
    council.person("TEAM")
    council.post("TEAM", "audit_team")
    for number, grade in enumerate(GRADES, 1):
        council.person(f"P{number}", "CART" if number % 2 else "REV")
        issued_audit(council, number, grade)
    return council


def issued_audit(council: SmallCouncil, number: int, grade: str) -> uuid.UUID:
    """An audit of that number with both gradings and a stored report."""
    id_ = council.audit(
        f"PA-2027-{number:04}",
        "2027-02",
        f"C-{number}",
        f"P{number}",
        origin="drawn",
        state="issued",
        auditor=f"A{(number - 1) % 4 + 1}",
        issued_on=ISSUED,
        overall_grade=grade,
    )
    grade_and_report(council.session, id_, "good", grade, ISSUED)
    return id_


def grade_and_report(session: Session, audit_id: uuid.UUID, before: str, after: str, on: date) -> None:
    """That audit gets both gradings, and the report that was issued on that day."""
    work, audit = work_on(session, on), session.get_one(Audit, audit_id)
    tool = tool_of_audit(work, audit)
    first = whole_grading(tool, before)
    for stage, content in ((Stage.BEFORE_DISCUSSION, first), (Stage.AFTER_DISCUSSION, after_discussion(first, after))):
        audit_contents.save_grading(session, audit_id, stage, content, at=work.now, by="a test")
    shown: GradingShown | None = grading_shown(work.policy, tool, after_discussion(first, after), on)
    report = replace(
        BARE,
        reference=audit.reference,
        issued_on=on,
        after_discussion=shown,
        effective=grade_shown(work.policy, after),
    )
    store_version(work, audit_id, report, because="issued")


def drawn_round(session: Session, on: date = MARCH) -> tuple[Work, ModerationRound, list[ModeratedAudit]]:
    """The round drawn on that day, with its audits in order."""
    work = work_on(session, on)
    drawn = draw_round(work)
    return work, drawn, moderated_of(session, drawn)


def moderated_of(session: Session, drawn: ModerationRound) -> list[ModeratedAudit]:
    """The audits of a round in the order of its draw."""
    found = select(ModeratedAudit).where(ModeratedAudit.round_id == drawn.id).order_by(ModeratedAudit.place)
    return list(session.scalars(found))


def whole_regrade(work: Work, row: ModeratedAudit, grade: str) -> GradingContent:
    """A regrade that lacks nothing, with that grade throughout."""
    tool = tool_of_audit(work, work.session.get_one(Audit, row.audit_id))
    written = whole_grading(tool, grade)
    domains = tuple(replace(domain, lines=()) for domain in written.domains)
    return GradingContent(
        domains=domains,
        strengths=("The evidence is quoted with its day.",),
        areas_to_improve=("Read to the end of the window.",),
        overall=grade,
        overall_because="The report is fair on the record of the autumn.",
    )
