"""How many audits somebody can be given in a cycle by their appointment, and why not, if it begins or ends in it (A3).

An audit takes the cycle from its first day to its last, so only who is appointed on both gets a new one. Whoever begins
within the cycle can take over an audit from the day on which they begin (A4); whoever ends within it can finish what
they have until then. A gap between two appointments of one person does not count, as long as both days are covered.
"""

from dataclasses import dataclass
from datetime import date

from rules.absences import leaves_before_close
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.policy.shape import Policy
from rules.programme import AuditCycle


@dataclass(frozen=True, slots=True)
class Appointment:
    """Somebody's appointment on the opening day, or else their newest one.

    `last_day_on` is None while it goes on or another one follows; `is_away` tells of most of the cycle (S9).
    """

    auditor_id: str
    capacity: int
    began_on: date | None
    last_day_on: date | None
    is_away: bool = False


def new_audits_in(cycle: AuditCycle, appointment: Appointment) -> int:
    """How many new audits they can be given in the cycle (A3)."""
    begins_later = appointment.began_on is not None and appointment.began_on > cycle.opens_on
    if begins_later or leaves_before_close(cycle, appointment.last_day_on) or appointment.is_away:
        return 0
    return appointment.capacity


def why_no_new_audits(cycle: AuditCycle, appointment: Appointment, policy: Policy) -> Reason | None:
    """What to know of an appointment that begins or ends within the cycle; None for any other."""
    who, began_on, last_day_on = appointment.auditor_id, appointment.began_on, appointment.last_day_on
    if appointment.capacity == 0:
        return None
    if began_on is not None and cycle.opens_on < began_on <= cycle.closes_on:
        return policy.reason(
            "A3",
            f"Auditor {who} begins on {day_in_words(began_on)}, within the cycle, so no new audit is given to them in "
            "it; from that day on they can take over one (A4).",
        )
    if last_day_on is not None and cycle.opens_on <= last_day_on <= cycle.closes_on:
        return policy.reason(
            "A3",
            f"Auditor {who} ends on {day_in_words(last_day_on)}, before the cycle is over, so no new audit is given to "
            "them in it.",
        )
    return None
