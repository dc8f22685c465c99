"""The facts of a moderation draw: the issued audits and the moderators as they are on the day (M1, M2)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.queries import moderation
from rules.moderation import moderation_due
from rules.moderation_frames import AuditToModerate, Conflict, ModerationFrame, Moderator
from rules.roles import SERVICE_POSTS
from usecases.moderation_conflicts import conflicts_of
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class FrameGathered:
    """A frame, in which everybody is named by reference, and what those references stand for."""

    frame: ModerationFrame
    audits: Mapping[str, Any]
    moderators: Mapping[str, uuid.UUID]


def gather_frame(work: Work) -> FrameGathered:
    """The frame of a draw today, in a fixed number of statements."""
    due_on = moderation_due(work.today, work.policy, work.calendar).due_on
    last_drawn_on = moderation.last_drawn_on(work.session)
    audits = {row.reference: row for row in moderation.issued_since(work.session, last_drawn_on, work.today)}
    moderators = {row.reference: row.id for row in moderation.moderators_on(work.session, work.today, due_on)}
    return FrameGathered(_frame(work, last_drawn_on, audits, moderators), audits, moderators)


def audit_and_moderator(
    work: Work, audit_id: uuid.UUID, moderator_id: uuid.UUID, reference: str
) -> tuple[AuditToModerate, Moderator]:
    """One issued audit with what that moderator is to it today, and the services that they belong to."""
    row, staff = moderation.issued_audit(work.session, audit_id), staff_today(work)
    conflicts = conflicts_of(work, staff, [row], {reference})
    return _audit_to_moderate(row, conflicts.get(audit_id, ())), Moderator(reference, services_of(staff, moderator_id))


def _audit_to_moderate(row: Any, conflicts: tuple[Conflict, ...]) -> AuditToModerate:
    """An issued audit as the rules ask for it."""
    return AuditToModerate(
        id=row.reference,
        issued_on=row.issued_on,
        grade=row.grade,
        service_id=row.service_id,
        auditor_id=row.auditor,
        practitioner_id=row.practitioner,
        is_disputed=row.is_disputed,
        conflicts=conflicts,
    )


def services_of(staff: Staff, person_id: uuid.UUID) -> tuple[str, ...]:
    """The services that somebody belongs to: by their team or appointment, and by the posts they hold."""
    own = staff.line_of(person_id).service_id
    held = {
        scope
        for (role, scope), holders in staff.on_the_day.holders.items()
        if role in SERVICE_POSTS and scope and any(it.person_id == str(person_id) for it in holders)
    }
    return tuple(sorted(held | ({own} if own else set())))


def _frame(
    work: Work, last_drawn_on: date | None, audits: Mapping[str, Any], moderators: Mapping[str, uuid.UUID]
) -> ModerationFrame:
    staff = staff_today(work)
    conflicts = conflicts_of(work, staff, list(audits.values()), moderators.keys())
    return ModerationFrame(
        drawn_on=work.today,
        last_drawn_on=last_drawn_on,
        audits=tuple(_audit_to_moderate(row, conflicts.get(row.id, ())) for row in audits.values()),
        moderators=tuple(Moderator(reference, services_of(staff, id_)) for reference, id_ in moderators.items()),
        auditors_moderated=tuple(moderation.auditors_moderated(work.session)),
    ).in_order()
