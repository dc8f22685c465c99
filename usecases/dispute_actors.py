"""As what somebody acts on a dispute on the day, and who owes its clocks: never whoever it judges (D7, section 9)."""

import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from db.queries.aliases import people_meant
from db.queries.reaches import Reach
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute, DisputeStep
from rules.disputes import barred_from_judging, who_judges
from rules.ladder_actors import LadderActor
from rules.ladders import Standing, ladder_named
from rules.policy.ladder_shapes import RAISER
from rules.post_holders import Line, Taken, who_takes
from rules.recipients import AuditConcerned
from rules.roles import Role
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work

LADDER = "dispute"
_NOT_BY_POST = (RAISER, Role.PRACTITIONER, Role.AUDIT_TEAM)


@dataclass(frozen=True, slots=True)
class DisputeKnown:
    """A dispute with its audit and its steps so far."""

    row: Dispute
    audit: AuditRow
    steps: tuple[DisputeStep, ...]


def concerned_by(audit: AuditRow, staff: Staff) -> AuditConcerned:
    """The audit as the rules look at it: who is audited and who audited, with those above them."""
    auditor = staff.line_of(audit.auditor_id) if audit.auditor_id else Line("")
    return AuditConcerned(staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id), auditor)


def actor_over(work: Work, known: DisputeKnown, standing: Standing, reaches: Mapping[Role, Reach]) -> LadderActor:
    """Who says something of a dispute. `reaches` are the roles that follow from a permission for everything."""
    staff = staff_today(work)
    involved = involved_in(work, known)
    judged = standing.rung.is_judgement
    roles = roles_of(work, known.audit, staff, is_judgement=judged, reaches=reaches, involved=involved)
    barred = barred_from_judging(concerned_by(known.audit, staff), staff.on_the_day, work.policy, involved)
    selves = _selves(work)
    return LadderActor(roles, is_raiser=str(known.row.raised_by_id) in selves, is_barred=bool(selves & barred))


def involved_in(work: Work, known: DisputeKnown) -> frozenset[str]:
    """Who raised it, and who said a step of it that is for those who never judge it, whatever they are by now (D7)."""
    exits = [way_out for rung in ladder_named(LADDER, work.policy).rungs for way_out in rung.exits]
    never = set(work.policy.ladders.disputes_never_judged_by)
    theirs = {way_out.event for way_out in exits if set(way_out.by) <= never}
    informal = {rung.id for rung in ladder_named(LADDER, work.policy).rungs if not rung.is_judgement}
    said = {step.recorded_by_id for step in known.steps if step.event in theirs and step.rung_before in informal}
    people = {known.row.raised_by_id, *(person for person in said if person is not None)}
    return frozenset(str(one) for one in {*people, *people_meant(work.session, people).values()})


def roles_of(
    work: Work,
    audit: AuditRow,
    staff: Staff,
    *,
    is_judgement: bool,
    reaches: Mapping[Role, Reach],
    involved: Collection[str] = (),
) -> frozenset[str]:
    """What they are to it: whoever is audited or audited it is that alone, and a post goes up from those concerned."""
    selves = _selves(work)
    if str(audit.practitioner_id) in selves:
        return frozenset({Role.PRACTITIONER})
    if str(audit.auditor_id) in selves:
        return frozenset({Role.AUDITOR})
    by_post = {
        role
        for role in _roles_by_post(work)
        if selves & set(takers(work, audit, role, staff, is_judgement=is_judgement, involved=involved))
    }
    return frozenset(by_post | {role for role, reach in reaches.items() if reach.is_all})


def owed_by(
    work: Work, audit: AuditRow, role: str, staff: Staff, *, is_judgement: bool, involved: Collection[str] = ()
) -> uuid.UUID:
    """Who owes a clock of that role: of several the first; nobody's goes to the audit team's posts, else stays put."""
    if role == Role.PRACTITIONER:
        return audit.practitioner_id
    for asked in (role, *work.policy.notices.also_told_when_vacant):
        taken = takers(work, audit, asked, staff, is_judgement=is_judgement, involved=involved)
        if taken:
            return uuid.UUID(min(taken))
    return audit.auditor_id or audit.practitioner_id  # no post is filled at all: a duty is never lost


def team_managers_of(work: Work, audit: AuditRow) -> tuple[str, ...]:
    """Who takes the team manager's place over an audit today."""
    return takers(work, audit, Role.TEAM_MANAGER, staff_today(work), is_judgement=False)


def takers(
    work: Work, audit: AuditRow, role: str, staff: Staff, *, is_judgement: bool, involved: Collection[str] = ()
) -> tuple[str, ...]:
    """Who acts in a role over an audit today; where a dispute is judged never those who are barred from it."""
    return taken_by(work, audit, role, staff, is_judgement=is_judgement, involved=involved).people


def taken_by(
    work: Work, audit: AuditRow, role: str, staff: Staff, *, is_judgement: bool, involved: Collection[str] = ()
) -> Taken:
    """The same, with the reason where it is not the post's own holder."""
    concerned = concerned_by(audit, staff)
    if is_judgement:
        return who_judges(role, concerned, staff.on_the_day, work.policy, involved)
    return who_takes(role, concerned.practitioner, concerned.people, staff.on_the_day, work.policy)


def who_act(work: Work, known: DisputeKnown, standing: Standing) -> Iterator[tuple[str, str]]:
    """Everybody whose turn it is by post, each with the role in which; several where a post is shared."""
    staff = staff_today(work)
    involved, judged = involved_in(work, known), standing.rung.is_judgement
    for role in standing.owed_by:
        for person in takers(work, known.audit, role, staff, is_judgement=judged, involved=involved):
            yield role, person


def _roles_by_post(work: Work) -> frozenset[str]:
    ladder = ladder_named(LADDER, work.policy)
    named = {role for rung in ladder.rungs for way_out in rung.exits for role in way_out.by}
    return frozenset(named - set(_NOT_BY_POST))


def _selves(work: Work) -> frozenset[str]:
    return frozenset(str(one) for one in work.reach.standing.selves)
