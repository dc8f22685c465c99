"""Opening a dispute about the newest version of an issued report (D1, D7)."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from db.queries import audit_life as life
from db.queries import disputes as queries
from db.queries.reaches import EVERYTHING, Relation
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute
from rules.audit_events import Event
from rules.disputes import Challenge, DisputeAsked, EarlierDispute, Opening, may_open, wrong_in_challenges
from rules.errors import InvalidFacts, Problem
from rules.ladders import LadderState, ladder_named
from rules.roles import Role
from usecases.audit_contents import contents_of
from usecases.audit_tools import tool_read
from usecases.dispute_actors import LADDER, DisputeKnown, team_managers_of
from usecases.dispute_standings import by_its_edition, standing_of
from usecases.dispute_walks import DisputeMoved, save_standing
from usecases.errors import refused_for
from usecases.held_audits import hold_audits, look_at_audit, refuse_own
from usecases.trail import Entry, record
from usecases.waiting_re_audits import let_re_audits_wait
from usecases.work import LONDON, Work

FINDINGS, OVERALL = "findings", "overall_grade"


@dataclass(frozen=True, slots=True)
class Ground:
    """One part of the report that is challenged, with why."""

    part: str
    reasons: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDispute:
    """What is challenged, part by part; `version` of the report, else the newest, which alone can be."""

    audit_id: uuid.UUID
    grounds: Sequence[Ground]
    version: int | None = None


def raise_dispute(work: Work, asked: NewDispute) -> DisputeMoved:
    """Opens a dispute about an issued report; its first clock runs from today.

    Raises NotFound; NotAllowedNow with every reason against it: by somebody else than the policy names, too late
    without consent, disputed before; and InvalidFacts for another version than the newest, a part that there is not or
    that stands twice, and one without reasons or evidence.
    """
    audit = _hold(work, asked.audit_id)
    number = newest_version(work, audit)
    roles, person = _raiser(work, audit)
    _refuse(_opening(work, audit, number, roles))
    _refuse_unfit(work, audit, asked, number)
    assert person is not None, "whoever may open one is somebody"
    row = Dispute(
        reference=f"{audit.reference}-dispute-{len(queries.disputes_of(work.session, audit.id)) + 1}",
        audit_id=audit.id,
        report_version=number,
        raised_by_id=person,
        raised_as=next(role for role in work.policy.ladders.disputes_opened_by if role in roles),
        raised_on=work.today,
        edition_id=work.policy.edition.id,
        state=LadderState.OPEN.value,
        rung=ladder_named(LADDER, work.policy).rungs[0].id,
        grade_before=audit.overall_grade,
    )
    work.session.add(row)
    work.session.flush()
    grounds = {one.part: {"reasons": one.reasons, "evidence": one.evidence} for one in asked.grounds}
    queries.add_grounds(work.session, row.id, grounds)
    known = DisputeKnown(row, audit, ())
    moved = save_standing(work, known, standing_of(work, known))
    entry = Entry(
        ("audit", str(audit.id)),
        "dispute_opened",
        rule="D1",
        details={"dispute": str(row.id), "report_version": number, "parts": sorted(grounds)},
    )
    record(work, entry)
    waiting = let_re_audits_wait(work, audit, row)
    return replace(moved, shortfalls=(*moved.shortfalls, *waiting))


def parts_of(work: Work, audit: AuditRow) -> tuple[str, ...]:
    """What of its report may be disputed: the overall grade and the domains that are graded, and the findings."""
    if not contents_of(work, audit).is_graded:
        return (FINDINGS,)
    return (OVERALL, FINDINGS, *(domain.id for domain in tool_read(work, audit).domains))


def _hold(work: Work, audit_id: uuid.UUID) -> AuditRow:
    """The audit, for those who may have a matter of their own in it, and the re-audits that are to wait (S7)."""
    audit = look_at_audit(work, audit_id).row
    refuse_own(work, audit, as_own=(Relation.AS_PRACTITIONER, Relation.AS_AUDITOR))
    followers = [follower.id for follower in life.unfinished_re_audits_of(work.session, audit_id)]
    return next(iter(list(hold_audits(replace(work, reach=EVERYTHING), [audit_id, *followers])))).row


def newest_version(work: Work, audit: AuditRow) -> int:
    """The number of the newest version of an issued report; 0 where none was issued."""
    newest = queries.newest_issued(work.session, audit.id)
    return newest[0] if newest else 0


def _raiser(work: Work, audit: AuditRow) -> tuple[frozenset[str], uuid.UUID | None]:
    """As what somebody opens it, and which record of theirs it is."""
    selves = work.reach.standing.selves
    if audit.practitioner_id in selves:
        return frozenset({Role.PRACTITIONER}), audit.practitioner_id
    if audit.auditor_id not in selves:
        managing = {uuid.UUID(person) for person in team_managers_of(work, audit)} & set(selves)
        if managing:
            return frozenset({Role.TEAM_MANAGER}), min(managing)
    return frozenset(), None


def _opening(work: Work, audit: AuditRow, number: int, roles: Collection[str]) -> Opening:
    received_at = queries.issued_at(work.session, audit.id, number)
    wanted = DisputeAsked(
        roles=frozenset(roles),
        received_on=received_at.astimezone(LONDON).date() if received_at else None,
        earlier=tuple(_earlier(work, audit, number)),
        has_consent=queries.consent_to(work.session, audit.id, number) is not None,
    )
    return may_open(wanted, on=work.today, policy=work.policy, calendar=work.calendar)


def _earlier(work: Work, audit: AuditRow, number: int) -> Iterator[EarlierDispute]:
    """The disputes that there were about an audit, as one about that version of its report is compared with them."""
    disputes = queries.disputes_of(work.session, audit.id)
    resolved = [one for one in disputes if one.state == LadderState.RESOLVED]
    is_unchanged = bool(resolved) and _came_of_an_outcome_without_change(work, audit)
    for one in disputes:
        yield EarlierDispute(
            reference=one.reference,
            state=one.state,
            is_final=one in resolved and one.rung == _last_rung(work, one),
            is_about_this_version=one.report_version == number,
            left_this_version_unchanged=is_unchanged and one is resolved[-1],  # no two are open at once
        )


def _last_rung(work: Work, dispute: Dispute) -> str:
    """The rung whose word is final, by the edition under which the dispute was opened."""
    return ladder_named(LADDER, by_its_edition(work, dispute).policy).rungs[-1].id


def _came_of_an_outcome_without_change(work: Work, audit: AuditRow) -> bool:
    """Whether the report reads as it does by the resolution of a dispute that left every grade as it was."""
    changes = life.corrections(work.session, audit.id)
    newest = changes[-1] if changes else None
    if newest is None or newest.domain_grades or newest.grade_before != newest.grade_after:
        return False
    step = next(it for it in life.steps_of(work.session, audit.id) if it.id == newest.step_id)
    return step.event == Event.DISPUTE_RESOLVED


def _refuse(opening: Opening) -> None:
    if not opening.is_allowed:
        raise refused_for(opening.reasons)


def _refuse_unfit(work: Work, audit: AuditRow, asked: NewDispute, newest: int) -> None:
    """Raises InvalidFacts for a version, or for grounds, that cannot be disputed."""
    problems = []
    if asked.version not in (None, newest):
        sentence = f"report_version is {asked.version}: the newest is {newest}, and it alone is disputed. Leave it out."
        problems.append(Problem("/report_version", sentence, str(asked.version), "D7"))
    challenges = [Challenge(one.part, bool(one.reasons.strip()), bool(one.evidence.strip())) for one in asked.grounds]
    problems += wrong_in_challenges(challenges, parts_of(work, audit))
    if problems:
        raise InvalidFacts(problems)
