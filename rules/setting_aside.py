"""Which open cases are kept out before a draw, and why: what a draw is told as `set_aside` (S10, S9, P2, P3, S6)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from rules.absences import leaves_before_close
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.policy.shape import Policy, RestrictedRecords
from rules.programme import AuditCycle


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What is known of an open case before a draw. `practitioner_left_on` is its practitioner's last day of work."""

    practitioner_id: str
    service_id: str
    allocated_on: date
    involvement_began_on: date
    is_restricted: bool
    practitioner_left_on: date | None


def why_set_aside(
    policy: Policy, cycle: AuditCycle, services_of_theme: Collection[str], case: OpenCase
) -> Reason | None:
    """The first rule that keeps a case out before the draw; None for one that may be drawn.

    `services_of_theme` is empty for a cycle that looks at all services.
    """
    for check in _CHECKS:
        sentence = check(policy, cycle, services_of_theme, case)
        if sentence is not None:
            return policy.reason(*sentence)
    return None


_Found = tuple[str, str] | None


def _restricted(policy: Policy, _cycle: AuditCycle, _theme: Collection[str], case: OpenCase) -> _Found:
    if not case.is_restricted or policy.selection.restricted_records is RestrictedRecords.INCLUDED:
        return None
    return "S10", "The record is restricted, and restricted records are left out of draws."


def _leaving(_policy: Policy, cycle: AuditCycle, _theme: Collection[str], case: OpenCase) -> _Found:
    left_on = case.practitioner_left_on
    if left_on is None or not leaves_before_close(cycle, left_on):
        return None
    sentence = (
        f"The last day of practitioner {case.practitioner_id} is {day_in_words(left_on)}; "
        f"the cycle closes on {day_in_words(cycle.closes_on)}."
    )
    return "S9", sentence


def _outside_theme(_policy: Policy, cycle: AuditCycle, theme: Collection[str], case: OpenCase) -> _Found:
    if not theme or case.service_id in theme or case.service_id in cycle.services_every_cycle:
        return None
    return "P2", f"The theme of this cycle narrows it to {', '.join(sorted(theme))}; this case is of {case.service_id}."


def _allocated_late(_policy: Policy, cycle: AuditCycle, _theme: Collection[str], case: OpenCase) -> _Found:
    if case.allocated_on <= cycle.opens_on:
        return None
    sentence = (
        f"Allocated on {day_in_words(case.allocated_on)}, after the cycle's opening day, "
        f"{day_in_words(cycle.opens_on)}, whose state of things counts."
    )
    return "P3", sentence


def _nothing_to_audit(_policy: Policy, cycle: AuditCycle, _theme: Collection[str], case: OpenCase) -> _Found:
    if case.involvement_began_on < cycle.opens_on:
        return None
    sentence = (
        f"The involvement began on {day_in_words(case.involvement_began_on)}: there is no work before the opening "
        f"day, {day_in_words(cycle.opens_on)}, to audit."
    )
    return "S6", sentence


_CHECKS: tuple[Callable[[Policy, AuditCycle, Collection[str], OpenCase], _Found], ...] = (
    _restricted,
    _leaving,
    _outside_theme,
    _allocated_late,
    _nothing_to_audit,
)
