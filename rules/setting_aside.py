"""Which open cases are kept out before a draw, and why: what a draw is told as `set_aside` (S10, S9, P2, P3, S6)."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from rules.absences import leaves_before_close
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.policy.draw_shapes import RestrictedRecords
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.themes import Theme


class OpenCase(Protocol):
    """What is asked of an open case."""

    @property
    def allocated_on(self) -> date: ...
    @property
    def involvement_began_on(self) -> date: ...
    @property
    def is_restricted(self) -> bool: ...
    @property
    def attributes(self) -> Mapping[str, str] | None: ...


class CaseHolder(Protocol):
    """What is asked of the practitioner who holds it. `left_on` is their last day of work."""

    @property
    def reference(self) -> str: ...
    @property
    def service_id(self) -> str: ...
    @property
    def left_on(self) -> date | None: ...


def why_set_aside(policy: Policy, cycle: AuditCycle, theme: Theme, case: OpenCase, holder: CaseHolder) -> Reason | None:
    """The first rule that keeps a case out before the draw; None for one that may be drawn.

    A service that is audited every cycle (P5) is narrowed by no theme, neither by service nor by attributes.
    """
    if case.is_restricted and policy.selection.restricted_records is RestrictedRecords.EXCLUDED:
        return policy.reason("S10", "The record is restricted, and restricted records are left out of draws.")
    if holder.left_on is not None and leaves_before_close(cycle, holder.left_on):
        return policy.reason("S9", _leaves(cycle, holder.reference, holder.left_on))
    if holder.service_id not in cycle.services_every_cycle:
        outside = theme.why_outside(holder.service_id, case.attributes or {})
        if outside is not None:
            return policy.reason("P2", outside)
    if case.allocated_on > cycle.opens_on:
        return policy.reason("P3", _allocated_late(cycle, case.allocated_on))
    if case.involvement_began_on >= cycle.opens_on:
        return policy.reason("S6", _nothing_to_audit(cycle, case.involvement_began_on))
    return None


def _leaves(cycle: AuditCycle, practitioner: str, left_on: date) -> str:
    return (
        f"The last day of practitioner {practitioner} is {day_in_words(left_on)}; "
        f"the cycle closes on {day_in_words(cycle.closes_on)}."
    )


def _allocated_late(cycle: AuditCycle, allocated_on: date) -> str:
    return (
        f"Allocated on {day_in_words(allocated_on)}, after the cycle's opening day, "
        f"{day_in_words(cycle.opens_on)}, whose state of things counts."
    )


def _nothing_to_audit(cycle: AuditCycle, began_on: date) -> str:
    return (
        f"The involvement began on {day_in_words(began_on)}: there is no work before the opening "
        f"day, {day_in_words(cycle.opens_on)}, to audit."
    )
