"""Who takes the place of a case that falls out after issue: the next reserve who is still eligible that day (S9, S5).

The order is the draw's: first the rest of the same team's order (S3, S4, ticket), then the teams by what S1 says of
one more seat. Whoever is passed over is named with the rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rules.absences import Absence, is_away, is_away_for_the_rest, leaves_before_close
from rules.dates_in_words import day_in_words, month_in_words
from rules.decisions import Reason
from rules.exclusions import first_month_within
from rules.policy.draw_shapes import RestrictedRecords
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class ReserveCase:
    """A case in reserve, as the draw left it: `place` is its practitioner's in the team's order."""

    case_id: str
    practitioner_id: str
    team_id: str
    place: int


@dataclass(frozen=True, slots=True)
class ReserveToday:
    """The same case and its practitioner as they stand on the day of the replacement.

    `fell_out_before` is the audit with which this reserve took a place before, and which was withdrawn too.
    `holder_id` is who holds the case now, None for a case that is not open; `audit_this_month` and `unfinished_audit`
    are references of other audits of the practitioner; days of audits are those of their months.
    """

    holder_id: str | None
    is_restricted: bool = False
    case_last_audited_on: date | None = None
    is_in_re_audit: bool = False
    audit_this_month: str | None = None
    unfinished_audit: str | None = None
    last_audited_on: date | None = None
    last_day_on: date | None = None
    absences: tuple[Absence, ...] = ()
    fell_out_before: str | None = None


@dataclass(frozen=True, slots=True)
class TeamSeats:
    """What a team could have given at the draw, and how many audits it has now."""

    eligible: int
    seats: int


@dataclass(frozen=True, slots=True)
class ReplacementDay:
    """The day on which a replacement is looked for, in its cycle and by its edition."""

    on: date
    cycle: AuditCycle
    policy: Policy
    calendar: WorkingDayCalendar


def in_order_of_replacement(
    reserves: Iterable[ReserveCase], team_id: str, teams: Mapping[str, TeamSeats], tickets: Tickets
) -> list[ReserveCase]:
    """The team's own reserves first, then one team after the other as S1 would give them one more seat.

    That is: teams without a seat, then the largest eligible ÷ (2 × seats + 1), ties by the team's ticket.
    """

    def turn(other: str) -> tuple[bool, bool, Fraction, str]:
        standing = teams.get(other, TeamSeats(0, 0))
        claim = Fraction(standing.eligible, 2 * standing.seats + 1)
        return other != team_id, standing.seats > 0, -claim, tickets.of("team", other)

    reserves = list(reserves)
    turns = {other: turn(other) for other in {reserve.team_id for reserve in reserves}}
    return sorted(reserves, key=lambda reserve: (turns[reserve.team_id], reserve.place, reserve.case_id))


def why_passed_over(reserve: ReserveCase, today: ReserveToday, day: ReplacementDay) -> Reason | None:
    """The first rule against this reserve on the day; None for one who can be audited."""
    return (
        _case_has_gone(reserve, today, day.policy)
        or _practitioner_is_away(reserve, today, day)
        or _practitioner_is_audited(reserve, today, day)
        or _case_was_audited(reserve, today, day)
    )


def _case_has_gone(reserve: ReserveCase, today: ReserveToday, policy: Policy) -> Reason | None:
    case_id = reserve.case_id
    if today.fell_out_before is not None:
        return policy.reason("S9", f"Case {case_id} took a place before and fell out again, {today.fell_out_before}.")
    if today.holder_id is None:
        return policy.reason("S5", f"Case {case_id} is no longer open.")
    if today.holder_id != reserve.practitioner_id:
        sentence = f"Case {case_id} is with {today.holder_id} by now, not with {reserve.practitioner_id}."
        return policy.reason("S5", sentence)
    if today.is_restricted and policy.selection.restricted_records is RestrictedRecords.EXCLUDED:
        return policy.reason("S10", f"The record of case {case_id} is restricted by now.")
    return None


def _practitioner_is_away(reserve: ReserveCase, today: ReserveToday, day: ReplacementDay) -> Reason | None:
    policy, cycle = day.policy, day.cycle
    who = f"Practitioner {reserve.practitioner_id}"
    if today.last_day_on is not None and leaves_before_close(cycle, today.last_day_on):
        return policy.reason("S9", f"{who} leaves on {day_in_words(today.last_day_on)}, before the cycle has closed.")
    if is_away(policy, day.calendar, cycle, today.absences):
        return policy.reason("S9", f"{who} is away for more than {policy.selection.away_for_more_than} of the cycle.")
    if is_away_for_the_rest(day.calendar, cycle, day.on, today.absences):
        return policy.reason("S9", f"{who} is away until the cycle closes.")
    return None


def _practitioner_is_audited(reserve: ReserveCase, today: ReserveToday, day: ReplacementDay) -> Reason | None:
    policy, cycle = day.policy, day.cycle
    who = f"Practitioner {reserve.practitioner_id}"
    if today.audit_this_month is not None:
        sentence = f"{who} has an audit in this month, {today.audit_this_month}: nobody has two."
        return policy.reason("S2", sentence)
    if today.unfinished_audit is not None:
        return policy.reason("S2", f"{who} has the unfinished audit {today.unfinished_audit} of another cycle.")
    least = policy.selection.least_months_between_audits
    last_on = today.last_audited_on
    if last_on is not None and last_on >= first_month_within(least, cycle.opens_on):
        sentence = f"{who} was audited in {month_in_words(last_on)}: there are at least {least} between two audits."
        return policy.reason("S3", sentence)
    return None


def _case_was_audited(reserve: ReserveCase, today: ReserveToday, day: ReplacementDay) -> Reason | None:
    policy, cycle = day.policy, day.cycle
    if today.is_in_re_audit:
        return policy.reason("S6", f"Case {reserve.case_id} awaits a re-audit.")
    before = policy.selection.months_before_same_case
    last_on = today.case_last_audited_on
    if last_on is not None and last_on >= first_month_within(before, cycle.opens_on):
        sentence = f"Case {reserve.case_id} was audited in {month_in_words(last_on)}: not again for {before}."
        return policy.reason("S6", sentence)
    return None


def why_this_reserve(reserve: ReserveCase, team_id: str, replaced: str, passed_over: int, policy: Policy) -> Reason:
    """Why this case and no other takes the place."""
    whose = f"the next in reserve, number {reserve.place} in the order of team {reserve.team_id}"
    if reserve.team_id != team_id:
        whose = f"{whose} because team {team_id} has no reserve left who can be audited"
    over = {0: "", 1: "; 1 reserve before it was passed over"}.get(
        passed_over, f"; {passed_over} reserves before it were passed over"
    )
    return policy.reason("S9", f"Takes the place of {replaced}: {whose}{over}.")
