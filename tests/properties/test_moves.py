"""What holds for every move after issue, whoever is suggested and whoever is in reserve (A4, S9)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.absences import Absence
from rules.auditor_suggestions import AuditToGive, Candidate, suggestions, why_not_auditor
from rules.eligible_auditors import EligibleAuditors
from rules.policy.load import load_edition
from rules.programme import cycle_of
from rules.replacements import (
    ReplacementDay,
    ReserveCase,
    ReserveToday,
    TeamSeats,
    in_order_of_replacement,
    why_passed_over,
)
from rules.sampling_frames import Auditor, Case, DueReAudit, Practitioner, SamplingFrame, Team
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
OCTOBER = cycle_of(POLICY, CALENDAR, "2026-10")
SERVICES = ("mash", "home_first", "quality_assurance", "review")
TEAMS = {"M": "mash", "H": "home_first", "R": "review"}
PEOPLE = ("P0", "P1", "A0", "A1", "A2")

candidates = st.builds(
    Candidate,
    st.builds(
        Auditor,
        id=st.sampled_from(PEOPLE),
        service_id=st.sampled_from(SERVICES),
        roles=st.lists(st.sampled_from(("manager", "senior_manager")), max_size=2, unique=True).map(tuple),
        team_ids=st.lists(st.sampled_from(tuple(TEAMS)), max_size=2, unique=True).map(tuple),
        line_manages=st.lists(st.sampled_from(("P0", "P1")), max_size=1).map(tuple),
        capacity=st.integers(0, 3),
        is_cleared_for_restricted=st.booleans(),
    ),
    load=st.integers(0, 3),
    why_unable=st.none() | st.just("they are away today"),
    has_met=st.booleans(),
)


@st.composite
def audits(draw: st.DrawFn) -> AuditToGive:
    team = draw(st.sampled_from(tuple(TEAMS)))
    return AuditToGive(
        reference="PA-1",
        practitioner_id=draw(st.sampled_from(("P0", "P1"))),
        team_ids=frozenset((team,)),
        service_id=TEAMS[team],
        is_re_audit=draw(st.booleans()),
        auditor_id=draw(st.sampled_from(PEOPLE)),
        first_auditor_id=draw(st.none() | st.sampled_from(PEOPLE)),
        area=draw(st.none() | st.sampled_from(SERVICES)),
        takes_room=draw(st.booleans()),
        is_restricted=draw(st.booleans()),
        gave_it_back=draw(st.sets(st.sampled_from(PEOPLE), max_size=1)),
    )


def may_by_the_draw(candidate: Candidate, audit: AuditToGive) -> bool:
    """Whether a draw could give this audit to this auditor, by its own A1, A2 and S10."""
    (team,) = audit.team_ids
    auditor = replace(
        candidate.auditor,
        practitioner_id=candidate.auditor.id if candidate.auditor.id == audit.practitioner_id else None,
        line_manages=tuple(who for who in candidate.auditor.line_manages if who == audit.practitioner_id),
        team_ids=tuple(it for it in candidate.auditor.team_ids if it == team),
    )
    due = DueReAudit("R", "C", audit.practitioner_id, team, "good", date(2026, 9, 1), date(2026, 8, 1))
    frame = SamplingFrame(
        "2026-10",
        1,
        teams=(Team(team, audit.service_id),),
        practitioners=(Practitioner(audit.practitioner_id, team),),
        cases=(Case("C", audit.practitioner_id, date(2026, 1, 5), date(2026, 1, 5), None, audit.is_restricted),),
        auditors=(auditor,),
    )
    eligible = EligibleAuditors(frame, POLICY.eligibility, OCTOBER.opens_on, Tickets("seed"))
    of_new_work = eligible.for_audit("C", audit.practitioner_id, team, 0)
    wanted = eligible.for_re_audit(due, 0, 0) if audit.is_re_audit else of_new_work
    return 0 in eligible.members(wanted.group) and 0 not in wanted.team and wanted.apart.get(0, 0) >= 0


@pytest.mark.proves("A1", "A2", "A3", "A4")
@settings(max_examples=300, deadline=None)
@given(st.lists(candidates, max_size=6), audits(), st.booleans())
def test_whoever_is_suggested_could_have_been_drawn_has_room_and_is_of_the_area(
    everybody: list[Candidate], audit: AuditToGive, beyond: bool
) -> None:
    found = suggestions(everybody, audit, POLICY, Tickets("seed"), beyond_area=beyond)

    for it in (suggestion.candidate for suggestion in found):
        assert may_by_the_draw(it, audit)
        assert it.why_unable is None
        assert not audit.takes_room or it.load < it.auditor.capacity
        assert beyond or audit.area in (None, it.auditor.service_id)
        assert it.auditor.is_cleared_for_restricted or not audit.is_restricted
        assert it.auditor.id not in (audit.auditor_id, *audit.gave_it_back)
    loads = [suggestion.candidate.load for suggestion in found]
    assert loads == sorted(loads)


@pytest.mark.proves("A1", "A2", "S10")
@settings(max_examples=300, deadline=None)
@given(candidates, audits())
def test_whoever_the_draw_could_not_give_it_to_is_refused_by_a1_a2_or_s10(it: Candidate, audit: AuditToGive) -> None:
    anybody = replace(it, load=0, why_unable=None, auditor=replace(it.auditor, capacity=1))
    free = replace(audit, auditor_id=None, area=None, gave_it_back=())
    reason = why_not_auditor(anybody, free, POLICY)

    assert (reason is None) == may_by_the_draw(anybody, free)
    assert reason is None or reason.rule in ("A1", "A2", "S10")


reserves = st.lists(st.tuples(st.sampled_from(tuple(TEAMS)), st.integers(1, 9)), max_size=12, unique=True).map(
    lambda rows: [ReserveCase(f"{team}-{place}", f"P-{team}-{place}", team, place) for team, place in rows]
)


@pytest.mark.proves("S5", "S9")
@settings(max_examples=200, deadline=None)
@given(
    reserves,
    st.sampled_from(tuple(TEAMS)),
    st.dictionaries(st.sampled_from(tuple(TEAMS)), st.builds(TeamSeats, st.integers(0, 9), st.integers(0, 4))),
    st.text(max_size=3),
    st.randoms(use_true_random=False),
)
def test_the_order_of_reserves_is_the_draws_and_loses_nobody(
    rows: list[ReserveCase], team: str, seats: dict[str, TeamSeats], seed: str, chance: st.DataObject
) -> None:
    order = in_order_of_replacement(rows, team, seats, Tickets(seed))
    again = in_order_of_replacement(chance.sample(rows, len(rows)), team, seats, Tickets(seed))  # type: ignore[attr-defined]

    assert order == again
    assert sorted(order, key=lambda it: it.case_id) == sorted(rows, key=lambda it: it.case_id)
    own = [it.team_id == team for it in order]
    assert own == sorted(own, reverse=True)
    for each in TEAMS:
        places = [it.place for it in order if it.team_id == each]
        assert places == sorted(places)


@pytest.mark.proves("S2", "S3", "S6", "S9", "S10")
@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        ReserveToday,
        holder_id=st.sampled_from(["P1", "P2", None]),
        is_restricted=st.booleans(),
        case_last_audited_on=st.none() | st.dates(date(2025, 9, 1), date(2026, 10, 1)),
        is_in_re_audit=st.booleans(),
        audit_this_month=st.none() | st.just("PA-9"),
        unfinished_audit=st.none() | st.just("PA-8"),
        last_audited_on=st.none() | st.dates(date(2026, 6, 1), date(2026, 9, 30)),
        last_day_on=st.none() | st.dates(date(2026, 9, 1), date(2026, 12, 1)),
        absences=st.lists(
            st.tuples(st.dates(date(2026, 9, 20), date(2026, 11, 5)), st.dates(date(2026, 9, 20), date(2026, 11, 5)))
            .map(sorted)
            .map(lambda days: Absence(days[0], days[1])),
            max_size=2,
        ).map(tuple),
    ),
    st.dates(OCTOBER.opens_on, OCTOBER.report_due_on),
)
def test_nobody_takes_a_place_against_a_rule(today: ReserveToday, on: date) -> None:
    reserve = ReserveCase("C1", "P1", "R", 2)
    if why_passed_over(reserve, today, ReplacementDay(on, OCTOBER, POLICY, CALENDAR)) is not None:
        return

    assert (today.holder_id, today.is_restricted, today.is_in_re_audit) == ("P1", False, False)
    assert (today.audit_this_month, today.unfinished_audit) == (None, None)
    assert today.last_audited_on is None or today.last_audited_on < date(2026, 9, 1)
    assert today.case_last_audited_on is None or today.case_last_audited_on < date(2025, 11, 1)
    assert today.last_day_on is None or today.last_day_on > OCTOBER.closes_on
    away = {
        day
        for number in range(31)
        if CALENDAR.is_working_day(day := date(2026, 10, 1 + number))
        and any(absence.first_on <= day <= absence.last_on for absence in today.absences)
    }
    assert len(away) <= POLICY.selection.away_for_more_than.count
