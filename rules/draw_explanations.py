"""A sample put into words: every case with its reason, what fell short, and the rows in their fixed order (S5)."""

from collections.abc import Iterator

from rules.audit_windows import AuditWindow, window_of_audit, window_of_re_audit
from rules.auditor_reasons import why_no_re_auditor, why_this_auditor, why_this_re_auditor
from rules.case_orders import Place, latest_long_held
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.draw_answers import Draw, DrawnCase, Excluded, NotReached, Quota, ReAuditAnswer, Reserve
from rules.draw_shortfalls import shortfalls_of
from rules.exclusions import audited_too_lately, re_audited_by_nobody
from rules.lengths import CalendarMonths
from rules.names_in_words import words_of
from rules.policy.shape import Policy
from rules.re_audit_orders import who_orders
from rules.samples import Sample
from rules.sampling_frames import Case, DueReAudit


def explain(sample: Sample, frame_hash: str, seed: str, policy: Policy) -> Draw:
    """The whole answer of a draw."""
    cases = {case.id: case for case in sample.frame.cases}
    chosen = {
        team.id: [place.case_to_draw(sample.tickets) for place in sample.candidates.of_team(team.id)]
        for team in sample.frame.teams
    }
    return Draw(
        edition=policy.edition.id,
        frame_hash=frame_hash,
        seed=seed,
        size_asked=sample.frame.size,
        size_drawn=sample.seats.given,
        drawn=tuple(_drawn(sample, chosen, cases, policy)),
        re_audits=tuple(_re_audit(sample, re_audit, policy) for re_audit in sample.frame.re_audits),
        reserves=tuple(_reserves(sample, chosen)),
        excluded=tuple(_excluded(sample, policy)),
        not_reached=tuple(_not_reached(sample, chosen)),
        quotas=tuple(
            Quota(team.id, len(sample.candidates.of_team(team.id)), sample.seats.by_team[team.id])
            for team in sample.frame.teams
        ),
        shortfalls=shortfalls_of(sample),
        objective=sample.allocations.objective(),
        certificate=sample.allocations.certificate(),
    )


def _drawn(sample: Sample, chosen: dict[str, list[str]], cases: dict[str, Case], policy: Policy) -> Iterator[DrawnCase]:
    for team in sample.frame.teams:
        seats = sample.seats.by_team[team.id]
        for position, place in enumerate(sample.candidates.of_team(team.id)[:seats]):
            case = cases[chosen[team.id][position]]
            window = window_of_audit(sample.cycle.opens_on, case.involvement_began_on, policy.selection.period_covered)
            auditor_id = sample.allocations.auditor_of_audit(place.practitioner.id)
            yield DrawnCase(
                case_id=case.id,
                practitioner_id=place.practitioner.id,
                team_id=team.id,
                auditor_id=auditor_id,
                order=position + 1,
                ticket=place.ticket,
                window_from=window.starts_on,
                window_to=window.ends_on,
                reasons=(
                    _why_a_seat(sample, team.id, position, policy),
                    _why_now(sample, place, policy),
                    _why_this_case(sample, case, policy),
                    _by_ticket(sample, position, place, case, policy),
                    _why_this_period(sample, case, window, policy),
                    *why_this_auditor(sample, team, case, auditor_id, policy),
                ),
            )


def _why_a_seat(sample: Sample, team_id: str, position: int, policy: Policy) -> Reason:
    seats, eligible = sample.seats.by_team[team_id], len(sample.candidates.of_team(team_id))
    sentence = (
        f"Team {team_id} has {seats} of the {sample.seats.given} seats for its {eligible} eligible "
        f"practitioner{'' if eligible == 1 else 's'}; this is number {position + 1} in its order."
    )
    return policy.reason("S1", sentence)


def _why_now(sample: Sample, place: Place, policy: Policy) -> Reason:
    practitioner = place.practitioner
    waited = place.waiting_months(sample.cycle.opens_on)
    if waited is None:
        sentence = f"Practitioner {practitioner.id} was never audited and has no known start: longest wait of all."
    elif practitioner.last_audited_on is not None:
        sentence = f"Practitioner {practitioner.id} was last audited {CalendarMonths(waited)} before this cycle."
    else:
        started = f"{CalendarMonths(waited)} before" if waited >= 0 else "after"
        sentence = f"Practitioner {practitioner.id} was never audited and started {started} this cycle."
    return policy.reason("S3", sentence)


def _why_this_case(sample: Sample, case: Case, policy: Policy) -> Reason:
    preferred = policy.selection.preferred_allocation
    allocated = day_in_words(case.allocated_on)
    if case.allocated_on <= latest_long_held(sample.cycle.opens_on, preferred):
        sentence = f"Case {case.id} was allocated on {allocated}, at least {preferred} before the cycle opens."
    else:
        sentence = (
            f"Case {case.id} was allocated on {allocated}, less than {preferred} before the cycle opens: "
            f"{case.practitioner_id} has no eligible case allocated for longer."
        )
    return policy.reason("S4", sentence)


def _by_ticket(sample: Sample, position: int, place: Place, case: Case, policy: Policy) -> Reason:
    order = sample.candidates.of_team(place.practitioner.team_id)
    beside = (*order[max(0, position - 1) : position], *order[position + 1 : position + 2])
    has_equal = any(other.standing() == place.standing() for other in beside)
    of_case, among_cases = sample.tickets.of("case", case.id), len(place.cases_ahead()) > 1
    sentence = (
        f"Among equals the lower ticket goes first: the practitioner's begins {place.ticket[:12]} "
        f"({_what_it_settled(has_equal)}), the case's {of_case[:12]} ({_what_it_settled(among_cases)})."
    )
    return policy.reason("S5", sentence)


def _what_it_settled(has_equals: bool) -> str:
    return "it settled the order" if has_equals else "there is no equal"


def _why_this_period(sample: Sample, case: Case, window: AuditWindow, policy: Policy) -> Reason:
    if window.is_empty:
        return _nothing_to_look_at(
            sample, f"The involvement began on {day_in_words(case.involvement_began_on)}", policy
        )
    return _covers("The audit covers", window, "the involvement began", policy)


def _why_this_period_again(sample: Sample, re_audit: DueReAudit, window: AuditWindow, policy: Policy) -> Reason:
    if window.is_empty:
        issued_on = day_in_words(re_audit.previous_issued_on)
        return _nothing_to_look_at(sample, f"The previous report was issued on {issued_on}", policy)
    covers = "In this cycle it would cover" if re_audit.id in sample.turns.held_over else "The re-audit covers"
    return _covers(covers, window, "the day after the previous report", policy)


def _covers(covers: str, window: AuditWindow, since: str, policy: Policy) -> Reason:
    sentence = (
        f"{covers} {day_in_words(window.starts_on)} to {day_in_words(window.ends_on)}: "
        f"{policy.selection.period_covered} before the cycle opens, or since {since}, if that is later."
    )
    return policy.reason("S6", sentence)


def _nothing_to_look_at(sample: Sample, what_began: str, policy: Policy) -> Reason:
    sentence = (
        f"{what_began}: since then there is nothing before the opening day, {day_in_words(sample.cycle.opens_on)}, "
        "to look at."
    )
    return policy.reason("S6", sentence)


def _re_audit(sample: Sample, re_audit: DueReAudit, policy: Policy) -> ReAuditAnswer:
    window = window_of_re_audit(sample.cycle.opens_on, re_audit.previous_issued_on, policy.selection.period_covered)
    auditor_id = sample.allocations.auditor_of_re_audit(re_audit.id)
    held_over = sample.turns.held_over.get(re_audit.id)
    return ReAuditAnswer(
        id=re_audit.id,
        auditor_id=auditor_id,
        held_over=held_over is not None,
        window_from=window.starts_on,
        window_to=window.ends_on,
        reasons=(
            *(held_over or (_why_due(re_audit, policy),)),
            _why_this_period_again(sample, re_audit, window, policy),
            *(() if held_over else _who_re_audits(sample, re_audit, auditor_id, policy)),
        ),
    )


def _why_due(re_audit: DueReAudit, policy: Policy) -> Reason:
    due_on, grade = day_in_words(re_audit.due_on), policy.gradings.grades[re_audit.grade]
    if re_audit.ordered_on is not None:
        sentence = (
            f"Due on {due_on} by decision of the {words_of(who_orders(policy))} on "
            f"{day_in_words(re_audit.ordered_on)}: {re_audit.id} was graded {grade}, and no further one follows by "
            "itself."
        )
        return policy.reason("R2", sentence)
    if re_audit.grade in policy.gradings.re_audit_grades:
        return policy.reason("S7", f"Due on {due_on} because the audit before was graded {grade}.")
    sentence = f"Asked for as due on {due_on}; the audit before was graded {grade}, which by itself calls for none."
    return policy.reason("S7", sentence)


def _who_re_audits(sample: Sample, re_audit: DueReAudit, auditor_id: str | None, policy: Policy) -> Iterator[Reason]:
    if auditor_id is None:
        yield why_no_re_auditor(sample, re_audit, policy)
    else:
        yield from why_this_re_auditor(sample, re_audit, auditor_id, policy)


def _reserves(sample: Sample, chosen: dict[str, list[str]]) -> Iterator[Reserve]:
    for team in sample.frame.teams:
        seats = sample.seats.by_team[team.id]
        for position, place in enumerate(sample.candidates.of_team(team.id)[seats:], seats):
            case_id = chosen[team.id][position]
            yield Reserve(case_id, place.practitioner.id, team.id, position + 1, place.ticket)


def _excluded(sample: Sample, policy: Policy) -> Iterator[Excluded]:
    """Every case that could not be drawn, with the first of its reasons: set aside, S9, S2, S3, S6."""
    candidates = sample.candidates
    practitioners_out = {**candidates.practitioners_out, **_out_for_nothing(sample, policy)}
    eligible = _eligible_ids(sample)
    for case in sample.frame.cases:
        if case.id in eligible:
            continue
        reason = (
            candidates.set_aside.get(case.id)
            or practitioners_out.get(case.practitioner_id)
            or candidates.in_re_audit.get(case.id)
        )
        if reason is None:
            assert case.last_audited_on is not None, "what else could have kept it out?"
            reason = audited_too_lately(case, case.last_audited_on, sample.cycle.opens_on, policy)
        yield Excluded(case.id, reason.rule, reason.clause, reason.sentence)


def _out_for_nothing(sample: Sample, policy: Policy) -> dict[str, Reason]:
    """Practitioners whose re-audit is due, and keeps them out (S2), although nobody does it."""
    return {
        it.practitioner_id: re_audited_by_nobody(it.practitioner_id, it.id, policy)
        for it in sample.turns.due
        if it.id in sample.refused_re_audits and sample.candidates.practitioners_out[it.practitioner_id].rule == "S2"
    }


def _not_reached(sample: Sample, chosen: dict[str, list[str]]) -> Iterator[NotReached]:
    taken = {case_id for case_ids in chosen.values() for case_id in case_ids}
    return map(NotReached, sorted(_eligible_ids(sample) - taken))


def _eligible_ids(sample: Sample) -> set[str]:
    places = sample.candidates.places.values()
    return {case_id for order in places for place in order for case_id in (*place.long_held, *place.newer)}
