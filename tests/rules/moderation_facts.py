"""Short ways to say what a moderation draw is made from.

Unless a test says otherwise: drawn on Monday 1 June 2026, after the last draw on 2 March; audits issued on 30 April.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date

from rules.moderation import ModerationDraw, draw_moderation
from rules.moderation_frames import AuditToModerate, Conflict, ModerationFrame, Moderator
from rules.policy.load import load_edition
from rules.policy.moderation_shapes import Moderation, ModerationConflict
from rules.policy.shape import Policy
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
GRADES = dict(zip("OGRI", POLICY.gradings.grades, strict=True))
SEED = "a seed"
DRAWN_ON, LAST_DRAWN_ON = date(2026, 6, 1), date(2026, 3, 2)


def policy_with(**changed: object) -> Policy:
    values = {field.name: getattr(POLICY.moderation, field.name) for field in dataclasses.fields(POLICY.moderation)}
    return dataclasses.replace(POLICY, moderation=Moderation(**{**values, **changed}))


def audit(
    id_: str,
    service: str = "review",
    auditor: str = "",
    grade: str | None = "G",
    issued: str = "2026-04-30",
    *,
    disputed: bool = False,
    conflicts: Mapping[str, str] | None = None,
) -> AuditToModerate:
    """`grade` by its letter; without a name each audit has an auditor of its own. `conflicts` by who has them."""
    return AuditToModerate(
        id=id_,
        issued_on=date.fromisoformat(issued),
        grade=None if grade is None else GRADES[grade],
        service_id=service,
        auditor_id=auditor or f"auditor of {id_}",
        practitioner_id=f"practitioner of {id_}",
        is_disputed=disputed,
        conflicts=tuple(Conflict(who, ModerationConflict(kind)) for who, kind in (conflicts or {}).items()),
    )


def audits(number: int, service: str = "review", auditor: str = "", grade: str = "G") -> list[AuditToModerate]:
    return [audit(f"{service}-{auditor}{grade}{place:02}", service, auditor, grade) for place in range(number)]


def frame(
    given: Iterable[AuditToModerate],
    moderators: Iterable[Moderator] = (Moderator("morgan"),),
    *,
    drawn_on: date = DRAWN_ON,
    last_drawn_on: date | None = LAST_DRAWN_ON,
    moderated: tuple[str, ...] = (),
) -> ModerationFrame:
    return ModerationFrame(drawn_on, last_drawn_on, tuple(given), tuple(moderators), moderated)


def drawn(of: ModerationFrame, policy: Policy = POLICY, seed: str = SEED) -> ModerationDraw:
    return draw_moderation(of, seed, policy, CALENDAR)


def ids(answer: ModerationDraw) -> list[str]:
    return [it.audit_id for it in answer.drawn]


def by_ticket(*ids_: str, seed: str = SEED) -> list[str]:
    return sorted(ids_, key=lambda it: Tickets(seed).of("audit", it))


def services(answer: ModerationDraw) -> dict[str, int]:
    return {part.name: part.drawn for part in answer.services}


def grades(answer: ModerationDraw) -> dict[str, int]:
    letters = {grade: letter for letter, grade in GRADES.items()}
    return {letters[part.name]: part.drawn for part in answer.grades}
