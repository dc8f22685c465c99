"""Who is who to a safety alert on the day: who is told, who owes a stage, who may act, and which posts are vacant."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from db.queries.reaches import Reach
from db.tables.safety_alerts import SafetyAlert
from rules.ladder_actors import LadderActor
from rules.ladders import ladder_named
from rules.matrix import RoleTold
from rules.policy.ladder_shapes import Rung
from rules.post_holders import Line, Taken, who_takes
from rules.recipients import AuditConcerned, Told, told_to
from rules.roles import SERVICE_POSTS, TEAM_POSTS, Role
from rules.safety_alerts import LADDER
from usecases.staff_on_the_day import Staff
from usecases.work import Work

# Who decides in person, by the post alone: a permission for everything makes nobody the director (W4).
_IN_PERSON = (Role.DIRECTOR, Role.DIVISIONAL_DIRECTOR)
_NO_LINE = Line("")
_OF_A_LINE = (*TEAM_POSTS, *SERVICE_POSTS, Role.LINE_MANAGER)


@dataclass(frozen=True, slots=True)
class AlertStaff:
    """One alert among the staff of the day. The practitioner whose work it comes from never acts on it as a manager.

    Nor does whoever raised it take a manager's place in it: they have said what they know, and somebody else decides.
    """

    work: Work
    alert: SafetyAlert
    staff: Staff

    @property
    def line(self) -> Line:
        """Those above the case: of the audit's practitioner and team, of the team that was named, or of nobody."""
        alert = self.alert
        if alert.team_id is None:
            return _NO_LINE
        team = self.staff.teams.get(alert.team_id)
        if alert.practitioner_id is None or team is None:
            return self.staff.line_of_team(alert.team_id)
        return self.staff.line_of_work(alert.practitioner_id, alert.team_id, team.service_id)

    @property
    def concerned(self) -> AuditConcerned:
        """The alert as the matrix sees it: its raiser has the place of the auditor (section 9)."""
        raiser = self.alert.raised_by_id
        known = raiser is not None and str(raiser) in self.staff.members
        return AuditConcerned(self.line, self.staff.line_of(raiser) if raiser and known else _NO_LINE)

    def told(self, roles: Iterable[RoleTold]) -> Told:
        """Who gets a message that is for these roles today.

        While nobody knows the team it is the audit team's, and no manager hears of it who has nothing to do with it:
        unless there is nobody else.
        """
        roles, raiser = tuple(roles), str(self.alert.raised_by_id)
        if self.alert.team_id is None:
            told = self._told(tuple(one for one in roles if one.role not in _OF_A_LINE))
            if any(one.person_id != raiser for one in told.recipients):
                return told
        return self._told(roles)

    def is_asked(self, rung: Rung, role: str) -> bool:
        """Whether a reader in that role is to act at a rung: while nobody knows the team, the audit team."""
        return role in rung.owed_by or (self.alert.team_id is None and role == Role.AUDIT_TEAM)

    def _told(self, roles: tuple[RoleTold, ...]) -> Told:
        return told_to(roles, self.concerned, self.staff.on_the_day, self.work.policy)

    def takes(self, role: str) -> Taken:
        """Who takes that role over the alert today."""
        if self.alert.team_id is None and role in _OF_A_LINE:
            return Taken((), None)
        people = frozenset[str]() if role == Role.AUDIT_TEAM else self.concerned.people
        return who_takes(role, self.line, people, self.staff.on_the_day, self.work.policy)

    def vacant_since(self) -> Mapping[str, date]:
        """The roles in whose own post nobody can act today, deputies included (W6).

        Where the team is not known nobody can say so: the audit team names it first.
        """
        if self.alert.team_id is None:
            return {}
        roles = {role for rung in ladder_named(LADDER, self.work.policy).rungs for role in rung.owed_by}
        return {role: self.work.today for role in roles if self._is_vacant(role)}

    def _is_vacant(self, role: str) -> bool:
        post = self.takes(role).post
        return post is None or post[0] != role

    def owed_by(self, role: str) -> uuid.UUID | None:
        """Who owes a duty of that role: of several the first; else the audit team, else the raiser; None for nobody."""
        for asked in (role, *self.work.policy.notices.also_told_when_vacant):
            taken = self.takes(asked).people
            if taken:
                return uuid.UUID(min(taken))
        return self.alert.raised_by_id

    def actor(self, reaches: Mapping[Role, Reach]) -> LadderActor:
        """What somebody is to the alert, of the roles for which they have a permission that reaches so far."""
        selves = {one for reach in reaches.values() for one in reach.standing.selves}
        is_raiser = self.alert.raised_by_id in selves
        if self.alert.practitioner_id in selves:
            return LadderActor(frozenset(), is_raiser)
        return LadderActor(
            frozenset(role for role, reach in reaches.items() if self._acts_as(role, reach, is_raiser)), is_raiser
        )

    def _acts_as(self, role: Role, reach: Reach, is_raiser: bool) -> bool:
        if reach.is_all and role not in _IN_PERSON and (role == Role.AUDIT_TEAM or not is_raiser):
            return True
        selves = {str(one) for one in reach.standing.selves}
        return bool(reach.relations) and bool(selves & set(self.takes(role).people))
