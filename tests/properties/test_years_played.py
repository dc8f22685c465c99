"""Whatever the council and the seed: a year that is played keeps every rule that a real cycle keeps."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import years_played
from rules.draws import draw
from rules.lengths import months_between
from rules.made_up_councils import CouncilSize, made_up_council, with_auditors
from rules.played_chances import chances_for
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.programme import AuditCycle, first_day_of
from rules.samples import Sample, choose
from rules.sampling_frames import SamplingFrame
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar
from rules.years_played import YearPlayed, play_year

FIRST = load_edition()
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
SIZES = st.builds(
    CouncilSize,
    practitioners=st.integers(1, 40),
    auditors=st.integers(0, 30),
    teams=st.integers(1, 6),
    cases_each=st.integers(1, 5),
    capacity=st.integers(1, 3),
)
CHANCES = st.fixed_dictionaries(
    {name: st.sampled_from((0, 6, 30)) for name in ("leave_in_a_year", "away_in_a_year", "issued_late")}
)
SEEDS = st.text("abc123", min_size=1, max_size=6)


def played(policy: Policy, size: CouncilSize, seed: str, **others: int) -> tuple[SamplingFrame, YearPlayed]:
    chances = chances_for(policy, dict.fromkeys(policy.gradings.re_audit_grades, 20), **others)
    calendar = WorkingDayCalendar.of_policy(policy.calendar)
    council = made_up_council(policy, size, 2027, chances, seed)
    return council, play_year(council, 2027, seed, policy=policy, calendar=calendar, chances=chances)


@pytest.mark.proves("S2", "S3", "S7", "P7", "A1", "A2", "A3")
@settings(max_examples=40, deadline=None)
@given(size=SIZES, seed=SEEDS, others=CHANCES, policy=st.sampled_from((FIRST, NORTHMOOR)))
def test_no_rule_is_broken_in_any_year(size: CouncilSize, seed: str, others: dict[str, int], policy: Policy) -> None:
    council, year = played(policy, size, seed, **others)

    auditors = {auditor.id: auditor for auditor in council.auditors}
    service_of = {team.id: team.service_id for team in council.teams}
    last: dict[str, str] = {}
    for cycle in year.cycles:
        given_to = Counter(audit.auditor_id for audit in cycle.audits)
        assert all(number <= auditors[auditor].capacity for auditor, number in given_to.items())
        assert all(number == 1 for number in Counter(audit.practitioner_id for audit in cycle.audits).values())
        for audit in cycle.audits:
            auditor = auditors[audit.auditor_id]
            assert audit.team_id not in auditor.team_ids
            who = policy.eligibility.auditors_of_services.get(service_of[audit.team_id])
            if audit.is_re_audit:
                who = policy.eligibility.auditors_of_re_audits
                assert not (cycle.cycle.moderation and policy is FIRST)
                assert audit.due_on is not None
                assert audit.due_on <= cycle.cycle.opens_on
            elif audit.practitioner_id in last:
                before = first_day_of(last[audit.practitioner_id])
                least = policy.selection.least_months_between_audits.count
                assert months_between(before, first_day_of(audit.month)) >= least
            if who is not None:
                assert not who.services or auditor.service_id in who.services
                assert not who.roles or set(who.roles) & set(auditor.roles)
        last.update({audit.practitioner_id: audit.month for audit in cycle.audits})


@settings(max_examples=10, deadline=None)
@given(size=SIZES, seed=SEEDS)
def test_same_seed_gives_the_same_year_and_what_is_left_to_chance_follows_from_it(size: CouncilSize, seed: str) -> None:
    assert played(FIRST, size, seed) == played(FIRST, size, seed)


@pytest.mark.proves("S5")
def test_each_cycle_is_what_the_real_draw_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def both(frame: SamplingFrame, cycle: AuditCycle, tickets: Tickets, policy: Policy) -> Sample:
        sample = choose(frame, cycle, tickets, policy)
        calendar = WorkingDayCalendar.of_policy(policy.calendar)
        answer = draw(frame, f"seed {cycle.month}", policy, calendar, least_size=0)
        compared.append((cycle.month, sample, answer))
        return sample

    monkeypatch.setattr(years_played, "choose", both)
    _, year = played(FIRST, CouncilSize(30, 12), "seed")

    answers = {month: answer for month, _, answer in compared}
    assert len(answers) == 20
    for cycle in year.cycles:
        answer = answers[cycle.cycle.month]
        new = [(audit.case_id, audit.auditor_id) for audit in cycle.audits if not audit.is_re_audit]
        assert new == [(drawn.case_id, drawn.auditor_id) for drawn in answer.drawn]
        re_audits = {audit.auditor_id for audit in cycle.audits if audit.is_re_audit}
        assert re_audits == {it.auditor_id for it in answer.re_audits if it.auditor_id is not None}
    assert any(audit.is_re_audit for audit in year.audits)


@settings(max_examples=30, deadline=None)
@given(size=SIZES, fewer=st.integers(1, 40), more=st.integers(0, 20))
def test_more_auditors_always_include_those_that_fewer_have(size: CouncilSize, fewer: int, more: int) -> None:
    council = made_up_council(FIRST, size, 2027, chances_for(FIRST), "1")
    some, all_of_them = (
        {auditor for auditor in with_auditors(council, number).auditors if auditor.capacity > 0}
        for number in (fewer, fewer + more)
    )

    assert some <= all_of_them
    assert len(some) == (fewer if council.auditors else 0)
