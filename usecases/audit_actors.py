"""As what somebody acts on an audit on the day: whose it is, or a manager over the practitioner (section 3, Words)."""

import uuid
from collections.abc import Iterator, Mapping

from db.queries.reaches import Reach
from db.tables.audits import Audit as AuditRow
from rules.audit_facts import Actor
from rules.post_holders import Line, who_takes
from rules.roles import Role
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work

# Who acts as what they are over the practitioner; all other roles but the two concerned are held for everybody.
_MANAGERS = (Role.TEAM_MANAGER, Role.LINE_MANAGER, Role.HEAD_OF_SERVICE)
# Who decides in person, by the post alone: a permission for everything makes nobody the director (R2).
_IN_PERSON = (Role.DIRECTOR, Role.DIVISIONAL_DIRECTOR)


def actor_over(work: Work, row: AuditRow, reaches: Mapping[Role, Reach]) -> Actor:
    """What somebody is to this audit, of the roles for which they have a permission that reaches so far.

    A permission for everything is a role for everything, but not in a matter of one's own: who is audited or audits is
    that alone. Without all, a manager is who the post, a deputy's or a stand-in's place, or the next role up makes one.
    """
    allowed = {role: reach for role, reach in reaches.items() if reach.relations}
    concerned = frozenset(role for reach in reaches.values() for role in _concerned_as(row, reach))
    if concerned:
        return Actor(frozenset(concerned & allowed.keys()))
    roles = {role for role, reach in allowed.items() if reach.is_all and role not in _IN_PERSON}
    managing = {
        role: reach for role, reach in allowed.items() if role in _IN_PERSON or (role in _MANAGERS and not reach.is_all)
    }
    return Actor(frozenset(roles | set(_managing(work, row, managing) if managing else ())))


def owed_by(work: Work, row: AuditRow, role: str, staff: Staff | None = None) -> uuid.UUID:
    """Who owes a duty of that role today: of several holders the first; a vacant post's duty goes up (section 9)."""
    if role == Role.PRACTITIONER:
        return row.practitioner_id
    staff = staff or staff_today(work)
    line = staff.line_of_work(row.practitioner_id, row.team_id, row.service_id)
    for asked in () if role == Role.AUDITOR else (role, *work.policy.notices.also_told_when_vacant):
        taken = who_takes(asked, line, _people(row), staff.on_the_day, work.policy).people
        if taken:
            return uuid.UUID(min(taken))
    # No post is filled at all: a duty is never lost, so that it stays with the audit's own auditor.
    return row.auditor_id or row.practitioner_id


def who_acts_as_team_manager(work: Work, row: AuditRow) -> str | None:
    """Who takes the team manager's place in an audit today, in words; None where the team manager can.

    The next role up, where the post is vacant or its holder away without a deputy, or concerned by the audit; the audit
    team where nobody is found at all (section 9).
    """
    staff = staff_today(work)
    line = staff.line_of_work(row.practitioner_id, row.team_id, row.service_id)
    taken = who_takes(Role.TEAM_MANAGER, line, _people(row), staff.on_the_day, work.policy)
    if taken.because is None:
        return None
    if taken.post is None:
        return "the audit team"
    called = staff.on_the_day.called(taken.post)
    return f"the deputy of the {called}" if taken.post[0] == Role.TEAM_MANAGER else f"the {called}"


def _managing(work: Work, row: AuditRow, reaches: Mapping[Role, Reach]) -> Iterator[Role]:
    staff = staff_today(work)
    line = staff.line_of_work(row.practitioner_id, row.team_id, row.service_id)
    for role, reach in reaches.items():
        who = reach.standing
        taken = who_takes(role, line, _people(row), staff.on_the_day, work.policy).people
        if _holds(role, row, line, reach) or {str(one) for one in who.selves} & set(taken):
            yield role


def _holds(role: Role, row: AuditRow, line: Line, reach: Reach) -> bool:
    """Whether they hold the post itself, also where another holder of it comes first."""
    who = reach.standing
    if role is Role.TEAM_MANAGER:
        return row.team_id in who.teams or line.team_id in {str(team) for team in who.teams}
    return role is Role.HEAD_OF_SERVICE and bool({row.service_id, line.service_id} & set(who.services))


def _concerned_as(row: AuditRow, reach: Reach) -> frozenset[Role]:
    selves = reach.standing.selves
    return frozenset(
        role
        for role, person_id in ((Role.PRACTITIONER, row.practitioner_id), (Role.AUDITOR, row.auditor_id))
        if person_id in selves
    )


def _people(row: AuditRow) -> frozenset[str]:
    return frozenset(str(one) for one in (row.practitioner_id, row.auditor_id) if one is not None)
