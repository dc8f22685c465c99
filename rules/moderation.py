"""The moderation draw: which issued audits senior leaders look at again, who of them, by when, and why (M1–M3).

The same frame, seed and edition give the same answer, whatever the order of the facts. Tickets are those of a cycle's
draw, with the kinds `audit`, `service` and `moderator` (S5).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from rules.dates_in_words import day_in_words, month_in_words
from rules.decisions import Reason
from rules.draw_answers import Shortfall
from rules.errors import InvalidFacts
from rules.frame_checks import seed_problems
from rules.lengths import CalendarMonths
from rules.moderation_choices import Chosen, choose_audits, size_of_draw, why_not_in_draw
from rules.moderation_frames import AuditToModerate, ModerationFrame, moderation_frame_hash, problems_of_moderation
from rules.moderators import Barred, Moderating, moderators_for
from rules.policy.shape import Policy
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class ModerationDue:
    """By when moderators regrade, record their findings and meet the auditor (M3)."""

    due_on: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class AuditDrawn:
    """An audit that is moderated: `order` counts from 1; `moderator_id` is None where nobody could be found.

    `barred` are the moderators who could not take it, each with the reason.
    """

    audit_id: str
    order: int
    ticket: str
    moderator_id: str | None
    is_own_service: bool
    reasons: tuple[Reason, ...]
    barred: tuple[Barred, ...]


@dataclass(frozen=True, slots=True)
class AuditNotDrawn:
    """An audit that is not moderated; `was_in_draw` where it could have been drawn and others came before."""

    audit_id: str
    was_in_draw: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class PartDrawn:
    """A grade, a service or an auditor: how many of its audits could be drawn and how many were."""

    name: str
    could_be_drawn: int
    drawn: int


@dataclass(frozen=True, slots=True)
class ModerationDraw:
    """A moderation draw. Every audit of the frame is either drawn (in order) or not drawn (by id)."""

    edition: str
    frame_hash: str
    seed: str
    due: ModerationDue
    size_asked: int
    size_drawn: int
    drawn: tuple[AuditDrawn, ...]
    not_drawn: tuple[AuditNotDrawn, ...]
    grades: tuple[PartDrawn, ...]
    services: tuple[PartDrawn, ...]
    moderators: tuple[tuple[str, int], ...]
    shortfalls: tuple[Shortfall, ...]


def draw_moderation(frame: ModerationFrame, seed: str, policy: Policy, calendar: WorkingDayCalendar) -> ModerationDraw:
    """Draws the audits to moderate and finds a moderator for each (M1, M2).

    Raises `InvalidFacts` with every problem of frame and seed. What is asked for and cannot be had is a shortfall.
    """
    problems = [*seed_problems(seed), *problems_of_moderation(frame)]
    if problems:
        raise InvalidFacts(problems)
    ordered, tickets = frame.in_order(), Tickets(seed)
    why_out = {it.id: why_not_in_draw(it, ordered, policy) for it in ordered.audits}
    eligible = [it for it in ordered.audits if why_out[it.id] is None]
    size = size_of_draw(ordered, policy)
    chosen = choose_audits(eligible, size, ordered, policy, tickets)
    moderating = moderators_for([it.audit for it in chosen], ordered.moderators, policy, tickets)
    taken = {it.audit.id for it in chosen}
    services = _parts([(it.service_id, it.id in taken) for it in eligible])
    return ModerationDraw(
        edition=policy.edition.id,
        frame_hash=moderation_frame_hash(ordered, policy.edition.id),
        seed=seed,
        due=moderation_due(frame.drawn_on, policy, calendar),
        size_asked=size,
        size_drawn=len(chosen),
        drawn=tuple(map(_drawn, range(1, len(chosen) + 1), chosen, moderating)),
        not_drawn=tuple(
            _not_drawn(it, why_out[it.id], services, policy) for it in ordered.audits if it.id not in taken
        ),
        grades=_parts_by_grade(eligible, taken, policy),
        services=services,
        moderators=_loads(ordered, moderating),
        shortfalls=tuple(_shortfalls(len(eligible), size, moderating)),
    )


def verify_moderation(
    answer: ModerationDraw, frame: ModerationFrame, policy: Policy, calendar: WorkingDayCalendar
) -> tuple[str, ...]:
    """Draws again from the frame and the answer's seed. The sentences say what differs; none means that it holds."""
    again = draw_moderation(frame, answer.seed, policy, calendar)
    return tuple(
        f"The draw's {field.name} is not what the frame ({again.frame_hash}) and the seed give."
        for field in fields(ModerationDraw)
        if getattr(again, field.name) != getattr(answer, field.name)
    )


def why_no_moderation_month(on: date, policy: Policy) -> Reason | None:
    """Why no audits are drawn for moderation in that month (M1, P7); None in a moderation month."""
    months = policy.programme.moderation_months
    if on.month in months:
        return None
    named = ", ".join(f"{date(on.year, month, 1):%B}" for month in months) or "no month"
    return policy.reason("M1", f"{month_in_words(on)} is no moderation month: senior leaders moderate in {named}.")


def moderation_due(drawn_on: date, policy: Policy, calendar: WorkingDayCalendar) -> ModerationDue:
    """The last working day of the month (of the last of several) if drawn on its first, else so long after the draw.

    What would fall on a day off is moved back to a working day. Raises `OutsideCalendar`.
    """
    within = policy.moderation.within
    if why_no_moderation_month(drawn_on, policy) is None and drawn_on == calendar.first_of_month(drawn_on):
        last_month = CalendarMonths(within.count - 1).after(drawn_on.replace(day=1))
        due_on = calendar.last_of_month(last_month)
        how = f"the first working day of {month_in_words(drawn_on)}: until the last of {month_in_words(last_month)}"
    else:
        nominal = within.after(drawn_on)
        due_on = calendar.nth_back_from(nominal, 1)
        moved = "" if due_on == nominal else f", moved back from {day_in_words(nominal)} to a working day"
        how = f"{day_in_words(drawn_on)}: {within} from then{moved}"
    return ModerationDue(due_on, policy.reason("M3", f"Drawn on {how}, {day_in_words(due_on)}."))


def _drawn(order: int, chosen: Chosen, moderating: Moderating) -> AuditDrawn:
    reasons = (*chosen.reasons, moderating.reason)
    return AuditDrawn(
        chosen.audit.id,
        order,
        chosen.ticket,
        moderating.moderator_id,
        moderating.is_own_service,
        reasons,
        moderating.barred,
    )


def _not_drawn(
    audit: AuditToModerate, why_out: Reason | None, services: tuple[PartDrawn, ...], policy: Policy
) -> AuditNotDrawn:
    if why_out is not None:
        return AuditNotDrawn(audit.id, was_in_draw=False, reason=why_out)
    own = next(it for it in services if it.name == audit.service_id)
    sentence = f"Others came before it: of {own.name}'s {own.could_be_drawn} audits {own.drawn} were drawn."
    return AuditNotDrawn(audit.id, was_in_draw=True, reason=policy.reason("M1", sentence))


def _parts(audits: list[tuple[str, bool]]) -> tuple[PartDrawn, ...]:
    could, were = Counter(name for name, _ in audits), Counter(name for name, was_drawn in audits if was_drawn)
    return tuple(PartDrawn(name, could[name], were[name]) for name in sorted(could))


def _parts_by_grade(eligible: list[AuditToModerate], taken: set[str], policy: Policy) -> tuple[PartDrawn, ...]:
    found = {it.name: it for it in _parts([(it.grade or "", it.id in taken) for it in eligible])}
    return tuple(found[grade] for grade in policy.gradings.grades if grade in found)


def _loads(frame: ModerationFrame, moderating: list[Moderating]) -> tuple[tuple[str, int], ...]:
    given = Counter(it.moderator_id for it in moderating)
    return tuple((it.id, given[it.id]) for it in frame.moderators)


def _shortfalls(eligible: int, size: int, moderating: list[Moderating]) -> Iterator[Shortfall]:
    if eligible < size:
        yield Shortfall("M1", f"{size} audits were asked for and {eligible} could be drawn: all of them are.")
    yield from sorted(
        (Shortfall(it.reason.rule, it.reason.sentence) for it in moderating if it.moderator_id is None),
        key=lambda it: it.sentence,
    )
