"""Giving an issued report other grades: one new version, and all that follows from a grade anew (D7, M6, L15).

A mistake put right, a dispute and a moderation change a report alike. What is not carried out yet for the version
before is owed no more, and so are duties that followed from the grade; new ones count from the day of the change.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from db.queries import audit_life as life
from db.queries import safety_alerts
from db.queries.reaches import EVERYTHING
from db.tables.audits import Audit as AuditRow
from rules.audit_events import Event, State
from rules.audit_facts import Asked
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.gradings import DomainContent, GradingContent
from rules.improvement_plans import why_plan_is_owed
from rules.policy.shape import Policy
from rules.safety_questions import unanswered, why_alert_first
from usecases.action_clocks import withdraw_action_clocks
from usecases.audit_life import Move, Moved, hold_for, move
from usecases.audit_moves import withdraw_re_audit_no_longer_owed
from usecases.audit_tools import tool_read
from usecases.effective_grades import domain_grades_as_they_stand
from usecases.errors import NotAllowedNow
from usecases.held_audits import hold_audits
from usecases.tasks import open_task
from usecases.work import Work

RE_AUDIT_NO_LONGER_OWED = "re_audit_no_longer_owed"
# By event the rule that it is said with.
RULES_OF_CHANGES = {Event.REPORT_CORRECTED: "L15", Event.DISPUTE_RESOLVED: "D7", Event.MODERATED_GRADE_RECORDED: "M6"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeChange:
    """Which grades a report gets, and why: `event` is one of `CHANGES_OF_GRADES`, `reason` what people read.

    `by` is the role in which somebody decided it where the decision was made elsewhere, in a dispute or a moderation;
    None for whoever asks here and now. Grades that are left out stay. `is_anyone_unsafe` answers what a grade such as
    Inadequate asks (L2). `version` is the audit's that they read.
    """

    event: Event
    reason: str
    by: str | None = None
    overall_grade: str | None = None
    domain_grades: Mapping[str, str] = field(default_factory=dict)
    is_anyone_unsafe: bool | None = None
    version: int | None = None


def change_grade(work: Work, audit_id: uuid.UUID, change: GradeChange) -> Moved:
    """Keeps the changed report as a new version, owes it to the case system, and works out anew what follows today.

    A re-audit that the new grade no longer calls for is withdrawn with notices while nothing has begun; one under way
    is left to the audit team, as a task. Whoever had the old report is told. Raises as `move`, also for a change that
    changes nothing where one is asked for, or while somebody is unsafe and no safety alert says so; and InvalidFacts
    for a domain that the audit's form does not grade, a grade that the edition does not have, or no word on whether
    anyone is unsafe where a grade asks it.
    """
    anybody = replace(work, reach=EVERYTHING)
    if change.by is not None:
        work = anybody
    _hold_with_its_re_audits(anybody, audit_id)
    held = hold_for(work, audit_id, change.event, change.version)
    rule = RULES_OF_CHANGES[change.event]
    problems = list(wrong_grades(work, held.row, change.overall_grade, change.domain_grades, rule))
    if problems:
        raise InvalidFacts(problems)
    standing = domain_grades_as_they_stand(work, held.row)
    changed = {domain: grade for domain, grade in change.domain_grades.items() if grade != standing.get(domain)}
    _ask_about_safety(work, held.row, change, changed)
    earlier = held.row.overall_grade
    owes_plan = _is_plan_owed(work, held.row, change.overall_grade or earlier, standing | changed)
    moved = move(work, audit_id, _move(change, changed, owes_plan=owes_plan))
    _leave_the_plan(work, moved.audit, rule, standing | changed)
    if moved.audit.overall_grade == earlier:
        return moved
    return replace(moved, shortfalls=(*moved.shortfalls, *_leave_the_re_audit(work, moved.audit, change)))


def _move(change: GradeChange, changed: Mapping[str, str], *, owes_plan: bool) -> Move:
    asked = Asked(
        grade=change.overall_grade,
        changes_domains=bool(changed),
        owes_plan=owes_plan,
        reason=change.reason,
        has_text=True,
        is_decided=change.by is not None,
    )
    return Move(
        event=change.event,
        by=change.by,
        asked=asked,
        written={"reason": change.reason},
        domain_grades=changed,
        is_anyone_unsafe=change.is_anyone_unsafe,
        version=change.version,
    )


def _hold_with_its_re_audits(work: Work, audit_id: uuid.UUID) -> None:
    """All that may be withdrawn with it is held at once, so that no two wait for each other."""
    followers = [follower.id for follower in life.unfinished_re_audits_of(work.session, audit_id)]
    if followers:
        list(hold_audits(work, [audit_id, *followers]))


def _ask_about_safety(work: Work, row: AuditRow, change: GradeChange, changed: Mapping[str, str]) -> None:
    """Nobody changes a grade to one that asks about somebody's safety without having looked (L2, W7)."""
    if row.issued_on is None:
        return  # which the move itself refuses
    overall = {change.overall_grade} - {None, row.overall_grade}
    given = {grade for grade in (*overall, *changed.values()) if grade is not None}
    problem = unanswered(given, change.is_anyone_unsafe, work.policy)
    if problem is not None:
        raise InvalidFacts([problem])
    is_raised = change.is_anyone_unsafe is True and safety_alerts.is_raised_since(work.session, row.id, row.issued_on)
    against = why_alert_first(change.is_anyone_unsafe, work.policy, is_raised=is_raised)
    if against is not None:
        raise NotAllowedNow(against.sentence, rule=against.rule, clause=against.clause)


def wrong_grades(
    work: Work, row: AuditRow, overall: str | None, domain_grades: Mapping[str, str], rule: str
) -> Iterator[Problem]:
    """What is wrong with grades that are to be given: a domain that there is not, a grade that there is not."""
    if overall is not None:
        yield from _wrong_grade("/overall_grade", overall, work.policy)
    known = tool_read(work, row).domains_by_id
    for domain, grade in domain_grades.items():
        pointer = f"/domain_grades/{domain[:60].replace('~', '~0').replace('/', '~1')}"
        if domain not in known:
            sentence = f"The form of {row.reference} has no domain {domain!r:.60}: it has {', '.join(known)}."
            yield Problem(pointer, sentence, domain[:60], rule)
        else:
            yield from _wrong_grade(pointer, grade, work.policy)


def _wrong_grade(pointer: str, grade: str, policy: Policy) -> Iterator[Problem]:
    grades = policy.gradings.grades
    if grade not in grades:
        sentence = f"{grade!r:.60} is no grade of this edition: give one of {', '.join(grades)}."
        yield Problem(pointer, sentence, grade[:60], "L2")


def _leave_the_plan(work: Work, row: AuditRow, rule: str, domains: Mapping[str, str]) -> None:
    """The actions of a plan that these grades no longer ask for are owed no more (L4)."""
    if row.issued_on is not None and not _is_plan_owed(work, row, row.overall_grade, domains):
        clause = work.policy.clause_of(rule)
        because = f"Owed no more: the grades of {row.reference} changed and ask for no improvement plan ({clause})."
        withdraw_action_clocks(work, row, because)


def _is_plan_owed(work: Work, row: AuditRow, overall: str | None, domains: Mapping[str, str]) -> bool:
    graded = tuple(
        DomainContent(domain=domain.id, grade=domains[domain.id])
        for domain in tool_read(work, row).domains
        if domain.id in domains
    )
    return why_plan_is_owed(GradingContent(overall=overall, domains=graded), work.policy) is not None


def _leave_the_re_audit(work: Work, row: AuditRow, change: GradeChange) -> Iterator[dict[str, str]]:
    if row.overall_grade in work.policy.gradings.re_audit_grades:
        return  # due by itself, or ordered (R2)
    rule = RULES_OF_CHANGES[change.event]
    for follower in life.unfinished_re_audits_of(work.session, row.id):
        if follower.state == State.ALLOCATED and follower.auditor_id is not None:
            why = work.policy.reason(
                rule,
                f"{follower.reference} re-audits {row.reference}, whose grade was changed and no longer calls for one",
            )
            yield from withdraw_re_audit_no_longer_owed(replace(work, reach=EVERYTHING), follower.id, why)
        else:
            _ask_the_audit_team(work, row, follower, work.policy.reason(rule, ""))


def _ask_the_audit_team(work: Work, row: AuditRow, follower: AuditRow, why: Reason) -> None:
    sentence = (
        f"{follower.reference} re-audits {row.reference}, whose grade was changed and no longer calls for one: "
        "withdraw it, or let it go on."
    )
    open_task(
        work,
        kind=RE_AUDIT_NO_LONGER_OWED,
        key=str(follower.id),
        sentence=sentence,
        rule=why.rule,
        subject=("audit", str(follower.id)),
    )
