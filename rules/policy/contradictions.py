"""Values of an edition that cannot all hold: each found one as a sentence that names the keys."""

from collections.abc import Callable, Collection, Iterator
from itertools import pairwise

from rules.audit_events import State
from rules.bank_holidays import bank_holidays_of_england
from rules.draft_readers import Part, Reader
from rules.policy.agreement_checks import agreement_contradictions
from rules.policy.audit_tool_checks import tool_contradictions
from rules.policy.draw_shapes import SampleSize
from rules.policy.follow_up_checks import follow_up_contradictions
from rules.policy.ladder_checks import ladder_contradictions
from rules.policy.lifecycle_checks import lifecycle_contradictions
from rules.policy.moderation_checks import moderation_contradictions
from rules.policy.reminder_checks import reminder_contradictions
from rules.policy.shape import Policy
from rules.roles import AUDITOR_ROLES, Role

_ROLES = {role.value for role in Role}

# What each kind of sample size needs beside its name.
SAMPLE_SIZE_NEEDS = {
    "fixed": {"number"},
    "per_team": {"number"},
    "per_auditor": {"number"},
    "per_practitioner": {"number"},
    "percentage": {"number"},
    "statistical": {"confidence", "margin"},
    "who_is_due": {"number"},
}


_ALL = 100
LEAST_TITLE_CHARACTERS = 40
_STATES = tuple(state for state in State if state is not State.WITHDRAWN)
_EXTRACTS = ("involvements", "workers", "teams")


def contradictions_in(policy: Policy) -> Iterator[str]:
    for check in _CHECKS:
        yield from check(policy)


def _programme_months(policy: Policy) -> Iterator[str]:
    programme = policy.programme
    yield from _unknown("programme.cycle_months", programme.cycle_months, range(1, 13), "months 1 to 12")
    yield from _unknown(
        "programme.moderation_months", programme.moderation_months, programme.cycle_months, "cycle_months"
    )
    if list(programme.cycle_months) != sorted(set(programme.cycle_months)):
        yield "programme.cycle_months should be in order, each month once."
    if programme.ordinary_cycles + programme.themed_cycles != len(programme.cycle_months):
        yield (
            f"programme.ordinary_cycles ({programme.ordinary_cycles}) and themed_cycles "
            f"({programme.themed_cycles}) should add up to the {len(programme.cycle_months)} cycle_months."
        )


def _cycle_lengths(policy: Policy) -> Iterator[str]:
    months, length = policy.programme.cycle_months, policy.programme.cycle_length
    if not months:
        yield "programme.cycle_months should name at least one month."
        return
    # From each cycle to the next, the last one's next being the first of the following year.
    gaps = [(later - earlier) % 12 or 12 for earlier, later in pairwise((*months, months[0]))]
    if not 1 <= length.count <= min(gaps):
        yield (
            f"programme.cycle_length ({length}) should be 1 month or more, and no longer than the {min(gaps)} "
            "from one of cycle_months to the next: cycles do not overlap."
        )


def _extra_cycles(policy: Policy) -> Iterator[str]:
    if policy.programme.extra_cycle_length.count < 1:
        yield f"programme.extra_cycle_length ({policy.programme.extra_cycle_length}) should be 1 month or more."
    if policy.selection.largest_extra_sample < 1:
        yield f"selection.largest_extra_sample ({policy.selection.largest_extra_sample}) should be 1 or more."


def _days_off(policy: Policy) -> Iterator[str]:
    known = bank_holidays_of_england()
    for key in ("closure_days", "proclaimed_days"):
        for day in getattr(policy.calendar, key):
            if not known.first_year <= day.on.year <= known.last_year:
                yield (
                    f"calendar.{key} names {day.on} ({day.name}), outside the years {known.first_year} to "
                    f"{known.last_year} of the calendar."
                )


def _cycle_days(policy: Policy) -> Iterator[str]:
    programme = policy.programme
    for key in ("opens_on_working_day", "closes_on_working_day_from_end"):
        if not 1 <= getattr(programme, key) <= 10:
            yield f"programme.{key} ({getattr(programme, key)}) should be 1 to 10: a month has few working days."


def _grades(policy: Policy) -> Iterator[str]:
    grades = policy.gradings.grades
    if len(grades) < 2:
        yield "gradings.grades should name at least two grades, from best to worst."
    yield from _unknown("gradings.re_audit_grades", policy.gradings.re_audit_grades, grades, "gradings.grades")
    yield from _unknown("eligibility.admitted_first", policy.eligibility.admitted_first, grades, "the grades")
    for key in ("safety_question_grades", "improvement_plan_grades"):
        yield from _unknown(f"gradings.{key}", getattr(policy.gradings, key), grades, "gradings.grades")


def _contents_of_audits(policy: Policy) -> Iterator[str]:
    """Every part of what an auditor writes is read by everybody from a state that there is (L3)."""
    gradings = policy.gradings
    yield from _unknown("gradings.improvement_plan_agreed_by", gradings.improvement_plan_agreed_by, _ROLES, "roles")
    if sorted(gradings.seen_from) != sorted(Part):
        yield f"gradings.seen_from should say it of each of {', '.join(Part)}."
    for part, states in gradings.seen_from.items():
        if sorted(states) != sorted(Reader):
            yield f"gradings.seen_from.{part} should name a state for each of {', '.join(Reader)}."
        yield from _unknown(f"gradings.seen_from.{part}", states.values(), _STATES, "the states of an audit")


def _months_between_audits(policy: Policy) -> Iterator[str]:
    selection = policy.selection
    if selection.least_months_between_audits > selection.target_months_between_audits:
        yield (
            f"selection.least_months_between_audits ({selection.least_months_between_audits}) is longer than "
            f"target_months_between_audits ({selection.target_months_between_audits})."
        )


def _sample_size(policy: Policy) -> Iterator[str]:
    size = policy.selection.sample_size
    needs = SAMPLE_SIZE_NEEDS.get(size.kind)
    if needs is None:
        yield f"selection.sample_size has the kind {size.kind!r}; allowed are {', '.join(SAMPLE_SIZE_NEEDS)}."
        return
    has = {name for name in ("number", "confidence", "margin") if getattr(size, name) is not None}
    if has != needs:
        yield f"selection.sample_size of kind {size.kind!r} needs {', '.join(sorted(needs))} and nothing else."
        return
    yield from _sample_size_figures(size)


def _sample_size_figures(size: SampleSize) -> Iterator[str]:
    for name in ("number", "confidence", "margin"):
        figure = getattr(size, name)
        most = 99 if size.kind == "statistical" else 100 if size.kind == "percentage" else None
        if figure is not None and (figure < 1 or (most is not None and figure > most)):
            yield f"selection.sample_size has the {name} {figure}; allowed is 1{f' to {most}' if most else ' or more'}."


def _auditors(policy: Policy) -> Iterator[str]:
    eligibility = policy.eligibility
    groups = {
        "auditors_of_re_audits": eligibility.auditors_of_re_audits,
        "auditors_of_the_rest": eligibility.auditors_of_the_rest,
        **{f"auditors_of_services.{name}": who for name, who in eligibility.auditors_of_services.items()},
    }
    for key, who in groups.items():
        yield from _unknown(f"eligibility.{key}", who.roles, AUDITOR_ROLES, "roles of an auditor")


def _reasons_for_moves(policy: Policy) -> Iterator[str]:
    """What may be given as a reason for a move after issue (S9, A4)."""
    kinds = {
        "selection.withdrawal_reasons": policy.selection.withdrawal_reasons,
        "eligibility.auditor_change_reasons": policy.eligibility.auditor_change_reasons,
    }
    for key, reasons in kinds.items():
        if not reasons:
            yield f"{key} should name at least one reason, each with its words."
    yield from _unknown(
        "selection.only_while_nobody_is_cleared",
        policy.selection.only_while_nobody_is_cleared,
        policy.selection.withdrawal_reasons,
        "selection.withdrawal_reasons",
    )
    changes = policy.eligibility.auditor_change_reasons
    yield from _unknown(
        "eligibility.not_given_back_after",
        policy.eligibility.not_given_back_after,
        changes,
        "eligibility.auditor_change_reasons",
    )


def _told(policy: Policy) -> Iterator[str]:
    notices = policy.notices
    yield from _unknown("notices.also_told_when_vacant", notices.also_told_when_vacant, _ROLES, "roles")
    up = notices.next_role_up
    yield from _unknown("notices.next_role_up", [*up, *up.values()], _ROLES, "roles")
    for role in up:
        walked = {role}
        while (role := up.get(role, "")) and role not in walked:
            walked.add(role)
        if role:
            yield f"notices.next_role_up goes round in a circle at {role!r}."
            return


def _unknown(key: str, found: Collection[object], allowed: Collection[object], called: str) -> Iterator[str]:
    strange = [item for item in found if item not in allowed]
    if strange:
        yield f"{key} names {', '.join(map(repr, strange))}, not among {called} ({', '.join(map(str, allowed))})."


def _working_hours(policy: Policy) -> Iterator[str]:
    hours = policy.notices.working_hours
    if hours.opens >= hours.closes:
        yield f"notices.working_hours should open ({hours.opens}) before they close ({hours.closes})."


def _falls(policy: Policy) -> Iterator[str]:
    falls = policy.caseload.largest_fall
    if sorted(falls) != sorted(_EXTRACTS) or not all(0 <= share <= _ALL for share in falls.values()):
        yield f"caseload.largest_fall should give a share of 0 to {_ALL} per cent for each of {', '.join(_EXTRACTS)}."


def _case_system(policy: Policy) -> Iterator[str]:
    """Roles and grades are known, and a title has room for the audit's reference."""
    owed, grades = policy.case_system, policy.gradings.grades
    yield from _unknown("case_system.alerted", owed.alerted, _ROLES, "roles")
    yield from _unknown("case_system.alerted_too", owed.alerted_too, grades, "the grades")
    too = [role for roles in owed.alerted_too.values() for role in roles]
    yield from _unknown("case_system.alerted_too", too, _ROLES, "roles")
    yield from _unknown("case_system.significant_grades", owed.significant_grades, grades, "the grades")
    if owed.most_title_characters < LEAST_TITLE_CHARACTERS:
        yield (
            f"case_system.most_title_characters ({owed.most_title_characters}) should be {LEAST_TITLE_CHARACTERS} or "
            "more: the title holds the audit's reference."
        )


_CHECKS: tuple[Callable[[Policy], Iterator[str]], ...] = (
    _programme_months,
    follow_up_contradictions,
    lifecycle_contradictions,
    _cycle_lengths,
    _extra_cycles,
    _cycle_days,
    _days_off,
    _grades,
    tool_contradictions,
    _contents_of_audits,
    _months_between_audits,
    _sample_size,
    _auditors,
    _reasons_for_moves,
    _told,
    _case_system,
    _working_hours,
    reminder_contradictions,
    moderation_contradictions,
    agreement_contradictions,
    ladder_contradictions,
    _falls,
)
