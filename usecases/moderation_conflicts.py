"""What somebody is to an issued audit beside its auditor and practitioner, by records and posts of the day (M2).

Managers are those of the day: the line manager on record, and whoever holds the post of the team's manager.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from db.queries import moderation_conflicts as questions
from rules.moderation_frames import Conflict
from rules.policy.moderation_shapes import ModerationConflict
from rules.post_holders import Line
from rules.roles import Role
from usecases.staff_on_the_day import Staff
from usecases.work import Work


def conflicts_of(
    work: Work, staff: Staff, audits: Sequence[Any], among: Collection[str]
) -> dict[uuid.UUID, tuple[Conflict, ...]]:
    """Of those people, by reference, whoever is concerned in one of these audits, and how."""
    ids = [audit.id for audit in audits]
    found: dict[uuid.UUID, list[Conflict]] = defaultdict(list)
    for audit_id, reference in questions.earlier_auditors(work.session, ids):
        found[audit_id].append(Conflict(reference, ModerationConflict.EARLIER_AUDITOR))
    for audit_id, reference in questions.quality_checkers(work.session, ids):
        found[audit_id].append(Conflict(reference, ModerationConflict.QUALITY_CHECKER))
    for audit in audits:
        found[audit.id] += _managers(audit, staff)
    return {id_: tuple(it for it in theirs if it.person_id in among) for id_, theirs in found.items()}


def _managers(audit: Any, staff: Staff) -> Iterator[Conflict]:
    lines = {
        ModerationConflict.PRACTITIONERS_MANAGER: staff.line_of_work(
            audit.practitioner_id, audit.team_id, audit.service_id
        ),
        ModerationConflict.AUDITORS_MANAGER: staff.line_of(audit.auditor_id),
    }
    for kind, line in lines.items():
        yield from (Conflict(staff.members[id_].reference, kind) for id_ in _managing(line, staff))


def _managing(line: Line, staff: Staff) -> Iterator[str]:
    if line.line_manager_id is not None:
        yield line.line_manager_id
    if line.team_id is not None:
        yield from (it.person_id for it in staff.on_the_day.holders.get((Role.TEAM_MANAGER, line.team_id), ()))
