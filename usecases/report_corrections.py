"""Correcting an issued report: a new version with a reason, and all that follows from the grade anew (L15, D7)."""

import uuid
from collections.abc import Iterator, Mapping

from db.queries import audit_life as life
from db.queries.audit_contents import gradings_of
from db.tables.audits import Audit as AuditRow
from rules.audit_events import Event
from rules.audit_facts import Asked
from rules.errors import InvalidFacts, Problem
from rules.gradings import Stage
from usecases.audit_life import Move, Moved, hold_for, move
from usecases.audit_tools import tool_read
from usecases.tasks import open_task
from usecases.work import Work

RE_AUDIT_NO_LONGER_OWED = "re_audit_no_longer_owed"


def correct_report(
    work: Work,
    audit_id: uuid.UUID,
    reason: str,
    *,
    overall_grade: str | None = None,
    domain_grades: Mapping[str, str],
    version: int | None = None,
) -> Moved:
    """Corrects the grades that are given; those that are left out stay. Whoever had the old report is told.

    A re-audit under way that the new grade no longer calls for is left to the audit team, as a task. Raises as `move`,
    also where no grade would be another than it is, and InvalidFacts for a domain that the audit's form does not grade,
    or a grade that the edition does not have.
    """
    held = hold_for(work, audit_id, Event.REPORT_CORRECTED, version)
    problems = list(_wrong(work, held.row, domain_grades))
    if problems:
        raise InvalidFacts(problems)
    standing = domain_grades_as_they_stand(work, held.row)
    changed = {domain: grade for domain, grade in domain_grades.items() if grade != standing.get(domain)}
    moved = move(
        work,
        audit_id,
        Move(
            event=Event.REPORT_CORRECTED,
            asked=Asked(grade=overall_grade, changes_domains=bool(changed), reason=reason, has_text=True),
            written={"reason": reason},
            domain_grades=changed,
            version=version,
        ),
    )
    _leave_re_audit_to_the_audit_team(work, moved.audit)
    return moved


def domain_grades_as_they_stand(work: Work, row: AuditRow) -> dict[str, str]:
    """The grades of its domains by the second grading, as corrected since; those without a grade are left out."""
    second = gradings_of(work.session, row.id).get(Stage.AFTER_DISCUSSION)
    given = second.content.domains if second else ()
    standing = {it.domain: it.grade for it in given if it.grade is not None}
    for correction in life.corrections(work.session, row.id):
        standing |= correction.domain_grades
    return standing


def _wrong(work: Work, row: AuditRow, domain_grades: Mapping[str, str]) -> Iterator[Problem]:
    known, grades = tool_read(work, row).domains_by_id, work.policy.gradings.grades
    for domain, grade in domain_grades.items():
        pointer = f"/domain_grades/{domain[:60].replace('~', '~0').replace('/', '~1')}"
        if domain not in known:
            sentence = f"The form of {row.reference} has no domain {domain!r:.60}: it has {', '.join(known)}."
            yield Problem(pointer, sentence, domain[:60], "L15")
        elif grade not in grades:
            sentence = f"{grade!r:.60} is no grade of this edition: give one of {', '.join(grades)}."
            yield Problem(pointer, sentence, grade[:60], "L2")


def _leave_re_audit_to_the_audit_team(work: Work, row: AuditRow) -> None:
    if row.overall_grade in work.policy.gradings.re_audit_grades:
        return  # due by itself, or ordered (R2)
    for follower in life.unfinished_re_audits_of(work.session, row.id):
        sentence = (
            f"{follower.reference} re-audits {row.reference}, whose grade was corrected and no longer calls for one: "
            "withdraw it, or let it go on."
        )
        open_task(
            work,
            kind=RE_AUDIT_NO_LONGER_OWED,
            key=str(follower.id),
            sentence=sentence,
            rule="L15",
            subject=("audit", str(follower.id)),
        )
