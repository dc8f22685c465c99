"""How far somebody's permission reaches, as conditions that list queries and single reads are narrowed by (C4).

A reach is worked out once a request: which relations count is said by the table in api/access.py, and who stands
in them on the day by the database (`db/queries/standings.py`). What lies outside is not there for whoever asks: it is
in no list, no count and no cursor, and reading it by id is answered like an id that nobody has.
"""

import enum
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, false, func, or_, select, true, union

from db.queries import asker
from db.queries.asker import among
from db.queries.organisation_days import line_managers_on, runs_on, services_of_teams_on
from db.tables.aliases import PersonAlias
from db.tables.audit_contents import EarlierFeedback
from db.tables.audits import Audit
from db.tables.moderation import ModeratedAudit
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment, Person, Post, Service, Team, TeamMembership
from db.tables.safety_alerts import SafetyAlert


class Relation(enum.StrEnum):
    """What somebody is to what they ask for, from the nearest to the widest."""

    ONESELF = "oneself"
    AS_PRACTITIONER = "as practitioner"
    AS_AUDITOR = "as auditor"
    AS_MODERATOR = "as moderator"
    AS_AUDITORS_MANAGER = "as the auditor's manager"
    LINE_MANAGED = "line managed"
    OWN_TEAM = "own team"
    OWN_SERVICE = "own service"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is in the organisation on a day: their posts as holder, deputy or stand-in, resolved to ids.

    `teams` are those that they manage, with the teams that were merged into them; `services` those that they head.
    `formerly` are records of them under references that an alias has replaced (S10).
    """

    on: date = date.min
    person_id: uuid.UUID | None = None
    reference: str | None = None
    formerly: tuple[uuid.UUID, ...] = ()
    teams: tuple[uuid.UUID, ...] = ()
    services: tuple[str, ...] = ()

    @property
    def selves(self) -> tuple[uuid.UUID, ...]:
        """Every record of theirs; none for nobody."""
        return () if self.person_id is None else (self.person_id, *self.formerly)

    @property
    def is_nobody(self) -> bool:
        """Whether they are no person of this organisation, so that no relation of theirs counts."""
        return self.person_id is None


NOBODY = Standing()


class _Asker(Standing):
    """Whoever asks, in a statement that is made once and told with each request who that is (`Reach.told`)."""

    __slots__ = ()

    @property
    def selves(self) -> Any:
        return asker.SELVES

    @property
    def is_nobody(self) -> bool:
        return False


_ASKER = _Asker(on=asker.ON, teams=asker.TEAMS, services=asker.SERVICES)


@dataclass(frozen=True, slots=True)
class Reach:
    """The relations that count, and who stands in them."""

    relations: frozenset[Relation]
    standing: Standing = NOBODY

    @property
    def is_all(self) -> bool:
        return Relation.ALL in self.relations

    @property
    def counting(self) -> frozenset[Relation]:
        """What a statement that is made once is made for: the relations that let anything in."""
        if self.is_all:
            return EVERYTHING.relations
        return NOTHING.relations if self.standing.is_nobody else self.relations

    @property
    def told(self) -> dict[str, Any]:
        """Who asks, to be sent with a statement made for `reach_of_asker(self.counting)`."""
        who = self.standing
        return asker.told(who.on, who.selves, who.teams, who.services)


def reach_of_asker(counting: frozenset[Relation]) -> Reach:
    """The reach of whoever asks, for statements that are made once: making these conditions costs more than asking."""
    return Reach(counting, _ASKER)


EVERYTHING = Reach(frozenset({Relation.ALL}))
NOTHING = Reach(frozenset())


def audits_within(reach: Reach) -> ColumnElement[bool]:
    """Audits of oneself, by oneself, that one moderates, by and of whom one manages, of one's teams and services.

    A team or service is one's own if the audit was allocated in it, or if the team belongs to the service today: open
    duties follow today's managers, figures stay where they were.
    """
    who = reach.standing
    return _either(
        reach,
        {
            Relation.AS_PRACTITIONER: among(Audit.practitioner_id, who.selves),
            Relation.AS_AUDITOR: among(Audit.auditor_id, who.selves),
            Relation.AS_MODERATOR: Audit.id.in_(_moderated_by(who)),
            Relation.AS_AUDITORS_MANAGER: _in_the_auditors_line(who),
            Relation.LINE_MANAGED: Audit.practitioner_id.in_(_every_record_of(_line_managed_by(who))),
            Relation.OWN_TEAM: among(Audit.team_id, who.teams),
            Relation.OWN_SERVICE: or_(
                among(Audit.service_id, who.services), Audit.team_id.in_(_teams_of_services(who))
            ),
        },
    )


def people_within(reach: Reach) -> ColumnElement[bool]:
    """Oneself, whom one manages, and who belongs to one's teams or services on the day."""
    who = reach.standing
    members = _members(who)
    of_services = members.where(TeamMembership.team_id.in_(_teams_of_services(who)))
    return _either(
        reach,
        {
            Relation.ONESELF: among(Person.id, who.selves),
            Relation.LINE_MANAGED: Person.id.in_(_line_managed_by(who)),
            Relation.OWN_TEAM: Person.id.in_(_members_of_teams(who)),
            Relation.OWN_SERVICE: Person.id.in_(of_services),
        },
    )


def teams_within(reach: Reach) -> ColumnElement[bool]:
    """The team that one belongs to on the day, the teams that one manages, and those of one's services."""
    who = reach.standing
    belongs_to = select(TeamMembership.team_id).where(
        among(TeamMembership.person_id, who.selves), runs_on(TeamMembership, who.on)
    )
    return _either(
        reach,
        {
            Relation.ONESELF: Team.id.in_(belongs_to),
            Relation.OWN_TEAM: among(Team.id, who.teams),
            Relation.OWN_SERVICE: Team.id.in_(_teams_of_services(who)),
        },
    )


def services_within(reach: Reach) -> ColumnElement[bool]:
    """The services of the teams within reach, and those that one heads."""
    if reach.is_all:
        return true()
    headed = reach.standing.services if Relation.OWN_SERVICE in reach.relations else ()
    return or_(among(Service.id, headed), Service.id.in_(select(Team.service_id).where(teams_within(reach))))


def posts_within(reach: Reach) -> ColumnElement[bool]:
    """One's own posts, and those of the teams and services within reach: so that all know who their managers are."""
    if reach.is_all:
        return true()
    return or_(
        among(Post.person_id, reach.standing.selves),
        Post.team_id.in_(select(Team.id).where(teams_within(reach))),
        Post.service_id.in_(select(Service.id).where(services_within(reach))),
    )


def notices_within(reach: Reach) -> ColumnElement[bool]:
    """The messages to oneself."""
    return _either(reach, {Relation.ONESELF: among(Notice.recipient_id, reach.standing.selves)})


def feedback_within(reach: Reach) -> ColumnElement[bool]:
    """Feedback to oneself, and to one's teams or who belongs to them on the day (L8)."""
    who = reach.standing
    to_team = or_(
        among(EarlierFeedback.to_team_id, who.teams),
        EarlierFeedback.to_person_id.in_(_every_record_of(_members_of_teams(who))),
    )
    return _either(
        reach,
        {Relation.ONESELF: among(EarlierFeedback.to_person_id, who.selves), Relation.OWN_TEAM: to_team},
    )


def safety_alerts_within(reach: Reach) -> ColumnElement[bool]:
    """Alerts that one raised or was told of, from audits that one carries out, of one's teams and services (W1).

    Whoever a message about an alert went to may read it: deputies, stand-ins and the next role up as well.
    """
    who = reach.standing
    return _either(
        reach,
        {
            Relation.ONESELF: or_(
                among(SafetyAlert.raised_by_id, who.selves), SafetyAlert.id.in_(_alerts_told_to(who))
            ),
            Relation.AS_AUDITOR: among(SafetyAlert.auditor_id, who.selves),
            Relation.OWN_TEAM: among(SafetyAlert.team_id, who.teams),
            Relation.OWN_SERVICE: SafetyAlert.team_id.in_(_teams_of_services(who)),
        },
    )


def _alerts_told_to(who: Standing) -> Select[uuid.UUID | None]:
    """The safety alerts that somebody was told of, whatever became of the message."""
    return select(Notice.safety_alert_id).where(
        Notice.safety_alert_id.is_not(None), among(Notice.recipient_id, who.selves)
    )


def _line_managed_by(who: Standing) -> Select[uuid.UUID]:
    """Whose line manager on record somebody is on the day; a team's manager reaches the others as their own team."""
    managed = line_managers_on(who.on)
    return select(managed.c.person_id).where(among(managed.c.manager_id, who.selves))


def _moderated_by(who: Standing) -> Select[uuid.UUID]:
    """The audits that were given to somebody to moderate (M2)."""
    return select(ModeratedAudit.audit_id).where(among(ModeratedAudit.moderator_id, who.selves))


def _in_the_auditors_line(who: Standing) -> ColumnElement[bool]:
    """Audits done by whom one manages as an auditor: the second of the two lines (Words, A4).

    Not those of one's own work, nor done by oneself: the next role up takes those. Nor those of whom one is team or
    line manager, so that nobody picks who audits their people; the head of both their services may.
    """
    managed = (_line_managed_by(who), _members_of_teams(who), _auditors_of_services(who))
    kept_apart = (
        among(Audit.practitioner_id, who.selves),
        among(Audit.auditor_id, who.selves),
        among(Audit.team_id, who.teams),
        Audit.practitioner_id.in_(_every_record_of(_members_of_teams(who))),
        Audit.practitioner_id.in_(_every_record_of(_line_managed_by(who))),
    )
    is_managed = or_(*(Audit.auditor_id.in_(_every_record_of(people)) for people in managed))
    return and_(is_managed, *(~reason for reason in kept_apart))


def _every_record_of(people: Select[uuid.UUID]) -> CompoundSelect[uuid.UUID]:
    """These people as they are known now, and under each reference that an alias has replaced (S10)."""
    given = people.subquery()
    in_force = PersonAlias.undone_at.is_(None)
    (person_id,) = given.columns
    present = (
        select(func.coalesce(PersonAlias.current_person_id, person_id).label("person_id"))
        .select_from(given)
        .outerjoin(PersonAlias, and_(PersonAlias.from_person_id == person_id, in_force))
    )
    former = select(PersonAlias.from_person_id).where(
        in_force, PersonAlias.from_person_id.is_not(None), PersonAlias.current_person_id.in_(present)
    )
    return union(present, former)


def _members(who: Standing) -> Select[uuid.UUID]:
    """Whoever belongs to a team on the day."""
    return select(TeamMembership.person_id).where(runs_on(TeamMembership, who.on))


def _members_of_teams(who: Standing) -> Select[uuid.UUID]:
    """Who belongs to the teams that one manages."""
    return _members(who).where(among(TeamMembership.team_id, who.teams))


def _auditors_of_services(who: Standing) -> Select[uuid.UUID]:
    """Who is appointed on the day to audit for a service that one heads."""
    return select(AuditorAppointment.person_id).where(
        among(AuditorAppointment.service_id, who.services), runs_on(AuditorAppointment, who.on)
    )


def _teams_of_services(who: Standing) -> Select[uuid.UUID]:
    """The teams that belong to one's services on the day, moved ones included."""
    placed = services_of_teams_on(who.on)
    return select(placed.c.team_id).where(among(placed.c.service_id, who.services))


def _either(reach: Reach, conditions: dict[Relation, ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whatever any of the relations that count lets in; nothing for somebody who is nobody here."""
    if reach.is_all:
        return true()
    if reach.standing.is_nobody:
        return false()
    return or_(false(), *(condition for relation, condition in conditions.items() if relation in reach.relations))
