"""As what somebody acts on a dispute on the day, and who owes its clocks: never whoever it judges (D7, section 9)."""

import uuid
from collections.abc import Mapping

from db.queries.reaches import Reach
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute
from rules.disputes import barred_from_judging, who_judges
from rules.ladder_actors import LadderActor
from rules.ladders import Standing, ladder_named
from rules.policy.ladder_shapes import RAISER
from rules.post_holders import Line, who_takes
from rules.recipients import AuditConcerned
from rules.roles import Role
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work

LADDER = "dispute"
_NOT_BY_POST = (RAISER, Role.PRACTITIONER, Role.AUDIT_TEAM)


def concerned_by(audit: AuditRow, staff: Staff) -> AuditConcerned:
    """The audit as the rules look at it: who is audited and who audited, with those above them."""
    auditor = staff.line_of(audit.auditor_id) if audit.auditor_id else Line("")
    return AuditConcerned(staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id), auditor)


def actor_over(
    work: Work, audit: AuditRow, dispute: Dispute, standing: Standing, reaches: Mapping[Role, Reach]
) -> LadderActor:
    """Who says something of a dispute. `reaches` are the roles that follow from a permission for everything."""
    roles = roles_of(work, audit, is_judgement=standing.rung.is_judgement, reaches=reaches)
    selves, staff = _selves(work), staff_today(work)
    barred = barred_from_judging(concerned_by(audit, staff), staff.on_the_day, work.policy)
    return LadderActor(roles, is_raiser=str(dispute.raised_by_id) in selves, is_barred=bool(selves & barred))


def roles_of(work: Work, audit: AuditRow, *, is_judgement: bool, reaches: Mapping[Role, Reach]) -> frozenset[str]:
    """What they are to it: whoever is audited or audited it is that alone, and a post goes up from those concerned."""
    selves = _selves(work)
    if str(audit.practitioner_id) in selves:
        return frozenset({Role.PRACTITIONER})
    if str(audit.auditor_id) in selves:
        return frozenset({Role.AUDITOR})
    staff = staff_today(work)
    by_post = {
        role
        for role in _roles_by_post(work)
        if selves & set(_takers(work, audit, role, staff, is_judgement=is_judgement))
    }
    return frozenset(by_post | {role for role, reach in reaches.items() if reach.is_all})


def owed_by(work: Work, audit: AuditRow, role: str, *, is_judgement: bool, staff: Staff) -> uuid.UUID:
    """Who owes a clock of that role: of several the first; nobody's goes to the audit team's posts, else stays put."""
    if role == Role.PRACTITIONER:
        return audit.practitioner_id
    for asked in (role, *work.policy.notices.also_told_when_vacant):
        taken = _takers(work, audit, asked, staff, is_judgement=is_judgement)
        if taken:
            return uuid.UUID(min(taken))
    return audit.auditor_id or audit.practitioner_id  # no post is filled at all: a duty is never lost


def team_managers_of(work: Work, audit: AuditRow) -> tuple[str, ...]:
    """Who takes the team manager's place over an audit today."""
    return _takers(work, audit, Role.TEAM_MANAGER, staff_today(work), is_judgement=False)


def _takers(work: Work, audit: AuditRow, role: str, staff: Staff, *, is_judgement: bool) -> tuple[str, ...]:
    concerned = concerned_by(audit, staff)
    if is_judgement:
        return who_judges(role, concerned, staff.on_the_day, work.policy).people
    return who_takes(role, concerned.practitioner, concerned.people, staff.on_the_day, work.policy).people


def _roles_by_post(work: Work) -> frozenset[str]:
    ladder = ladder_named(LADDER, work.policy)
    named = {role for rung in ladder.rungs for way_out in rung.exits for role in way_out.by}
    return frozenset(named - set(_NOT_BY_POST))


def _selves(work: Work) -> frozenset[str]:
    return frozenset(str(one) for one in work.reach.standing.selves)
