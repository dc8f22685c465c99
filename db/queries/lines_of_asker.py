"""Whom somebody manages, what they moderate, review and judge, on the day: what a reach is made of (Words, C4, S10)."""

import uuid

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union

from db.queries.asker import among
from db.queries.clocks import RUNNING
from db.queries.organisation_days import line_managers_on, runs_on, services_of_teams_on
from db.queries.reaches import Standing
from db.tables.aliases import PersonAlias
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.disputes import Dispute, IndependentReview
from db.tables.moderation import ModeratedAudit
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment, TeamMembership
from rules.policy.ladder_shapes import LadderState


def alerts_told_to(who: Standing) -> Select[uuid.UUID | None]:
    """The safety alerts that somebody was told of, whatever became of the message."""
    return select(Notice.safety_alert_id).where(
        Notice.safety_alert_id.is_not(None), among(Notice.recipient_id, who.selves)
    )


def line_managed_by(who: Standing) -> Select[uuid.UUID]:
    """Whose line manager on record somebody is on the day; a team's manager reaches the others as their own team."""
    managed = line_managers_on(who.on)
    return select(managed.c.person_id).where(among(managed.c.manager_id, who.selves))


def moderated_by(who: Standing) -> Select[uuid.UUID]:
    """The audits that were given to somebody to moderate (M2)."""
    return select(ModeratedAudit.audit_id).where(among(ModeratedAudit.moderator_id, who.selves))


def reviewed_by(who: Standing) -> Select[uuid.UUID]:
    """The audits of open disputes that somebody was asked to review independently (D3)."""
    asked = select(Dispute.audit_id).join(IndependentReview, IndependentReview.dispute_id == Dispute.id)
    return asked.where(Dispute.state == LadderState.OPEN, among(IndependentReview.reviewer_id, who.selves))


def judged_by(who: Standing) -> Select[uuid.UUID | None]:
    """The audits of open disputes whose clock somebody owes: also as a deputy, or the next role up (D7)."""
    owed = select(Deadline.audit_id).join(Dispute, Dispute.id == Deadline.dispute_id)
    runs = Deadline.state.in_(RUNNING)
    return owed.where(Dispute.state == LadderState.OPEN, runs, among(Deadline.owed_by_id, who.selves))


def in_the_auditors_line(who: Standing) -> ColumnElement[bool]:
    """Audits done by whom one manages as an auditor: the second of the two lines (Words, A4).

    Not those of one's own work, nor done by oneself: the next role up takes those. Nor those of whom one is team or
    line manager, so that nobody picks who audits their people; the head of both their services may.
    """
    managed = (line_managed_by(who), members_of_teams(who), auditors_of_services(who))
    kept_apart = (
        among(Audit.practitioner_id, who.selves),
        among(Audit.auditor_id, who.selves),
        among(Audit.team_id, who.teams),
        Audit.practitioner_id.in_(every_record_of(members_of_teams(who))),
        Audit.practitioner_id.in_(every_record_of(line_managed_by(who))),
    )
    is_managed = or_(*(Audit.auditor_id.in_(every_record_of(people)) for people in managed))
    return and_(is_managed, *(~reason for reason in kept_apart))


def every_record_of(people: Select[uuid.UUID]) -> CompoundSelect[uuid.UUID]:
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


def members(who: Standing) -> Select[uuid.UUID]:
    """Whoever belongs to a team on the day."""
    return select(TeamMembership.person_id).where(runs_on(TeamMembership, who.on))


def members_of_teams(who: Standing) -> Select[uuid.UUID]:
    """Who belongs to the teams that one manages."""
    return members(who).where(among(TeamMembership.team_id, who.teams))


def auditors_of_services(who: Standing) -> Select[uuid.UUID]:
    """Who is appointed on the day to audit for a service that one heads."""
    return select(AuditorAppointment.person_id).where(
        among(AuditorAppointment.service_id, who.services), runs_on(AuditorAppointment, who.on)
    )


def teams_of_services(who: Standing) -> Select[uuid.UUID]:
    """The teams that belong to one's services on the day, moved ones included."""
    placed = services_of_teams_on(who.on)
    return select(placed.c.team_id).where(among(placed.c.service_id, who.services))
