"""What lies within somebody's reach, as conditions that list queries and single reads are narrowed by (C4)."""

from sqlalchemy import ColumnElement, false, or_, select, true

from db.queries.asker import among
from db.queries.lines_of_asker import (
    alerts_told_to,
    every_record_of,
    in_the_auditors_line,
    judged_by,
    line_managed_by,
    members,
    members_of_teams,
    moderated_by,
    reviewed_by,
    teams_of_services,
)
from db.queries.organisation_days import runs_on
from db.queries.reaches import Reach, Relation
from db.tables.audit_contents import EarlierFeedback
from db.tables.audits import Audit
from db.tables.notices import Notice
from db.tables.organisation import Person, Post, Service, Team, TeamMembership
from db.tables.safety_alerts import SafetyAlert


def audits_within(reach: Reach) -> ColumnElement[bool]:
    """Audits of and by oneself, moderated, reviewed or judged, by and of whom one manages, of one's teams and services.

    A team or service is one's own if the audit was allocated in it, or if the team belongs to the service today: open
    duties follow today's managers, figures stay where they were.
    """
    who = reach.standing
    return _either(
        reach,
        {
            Relation.AS_PRACTITIONER: among(Audit.practitioner_id, who.selves),
            Relation.AS_AUDITOR: among(Audit.auditor_id, who.selves),
            Relation.AS_MODERATOR: Audit.id.in_(moderated_by(who)),
            Relation.IN_A_DISPUTE: or_(Audit.id.in_(reviewed_by(who)), Audit.id.in_(judged_by(who))),
            Relation.AS_AUDITORS_MANAGER: in_the_auditors_line(who),
            Relation.LINE_MANAGED: Audit.practitioner_id.in_(every_record_of(line_managed_by(who))),
            Relation.OWN_TEAM: among(Audit.team_id, who.teams),
            Relation.OWN_SERVICE: or_(among(Audit.service_id, who.services), Audit.team_id.in_(teams_of_services(who))),
        },
    )


def people_within(reach: Reach) -> ColumnElement[bool]:
    """Oneself, whom one manages, and who belongs to one's teams or services on the day."""
    who = reach.standing
    of_services = members(who).where(TeamMembership.team_id.in_(teams_of_services(who)))
    return _either(
        reach,
        {
            Relation.ONESELF: among(Person.id, who.selves),
            Relation.LINE_MANAGED: Person.id.in_(line_managed_by(who)),
            Relation.OWN_TEAM: Person.id.in_(members_of_teams(who)),
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
            Relation.OWN_SERVICE: Team.id.in_(teams_of_services(who)),
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
        EarlierFeedback.to_person_id.in_(every_record_of(members_of_teams(who))),
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
            Relation.ONESELF: or_(among(SafetyAlert.raised_by_id, who.selves), SafetyAlert.id.in_(alerts_told_to(who))),
            Relation.AS_AUDITOR: among(SafetyAlert.auditor_id, who.selves),
            Relation.OWN_TEAM: among(SafetyAlert.team_id, who.teams),
            Relation.OWN_SERVICE: SafetyAlert.team_id.in_(teams_of_services(who)),
        },
    )


def _either(reach: Reach, conditions: dict[Relation, ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whatever any of the relations that count lets in; nothing for somebody who is nobody here."""
    if reach.is_all:
        return true()
    if reach.standing.is_nobody:
        return false()
    return or_(false(), *(condition for relation, condition in conditions.items() if relation in reach.relations))
