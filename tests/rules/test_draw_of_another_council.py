"""Another council's framework goes through the same code, from cycle to draw.

Northmoor (invented, tests/editions): quarterly cycles that open on the third working day, two grades, six months
between two audits, a year's record covered, re-audits by any manager, two audits for each auditor, no moderation.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from rules.certificates import check_certificate
from rules.draw_answers import Draw
from rules.draws import draw
from rules.errors import InvalidFacts, NoSuchCycle
from rules.policy.load import load_edition
from rules.programme import cycle_of
from rules.sample_sizes import size_asked
from rules.sampling_frames import DueReAudit, Pairing, SamplingFrame, Team
from rules.working_days import WorkingDayCalendar
from tests.rules.draw_facts import auditor, case, frame, on, practitioner, rule_for, shortfall_rules

NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
CALENDAR = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)
TEAMS = (Team("reablement-a", "reablement"), Team("community-a", "community"))
COMMUNITY = auditor("of community", "community", capacity=2)
REABLEMENT = auditor("of reablement", "reablement", ("manager",), capacity=2)


def _draw(of: SamplingFrame) -> Draw:
    answer = draw(of, "seed", NORTHMOOR, CALENDAR)
    assert check_certificate(answer, of, NORTHMOOR, CALENDAR) == ()
    return answer


def test_its_opening_day_counts_for_windows_and_allocations() -> None:
    opens_on = cycle_of(NORTHMOOR, CALENDAR, "2026-10").opens_on
    of = frame(
        practitioner("cem", "community-a"),
        teams=TEAMS,
        cases=(case("held a month", "cem", allocated="2026-09-05"), case("too new", "cem", allocated="2026-09-06")),
        auditors=(REABLEMENT,),
    )
    row = _draw(of).drawn[0]

    assert opens_on == on("2026-10-05")
    assert (row.window_from, row.window_to) == (on("2025-10-05"), on("2026-10-04"))
    assert row.case_id == "held a month"


@pytest.mark.parametrize(("last", "rule"), [("2026-05-01", "S3"), ("2026-04-30", None)])
def test_its_practitioners_rest_for_six_months(last: str, rule: str | None) -> None:
    of = frame(practitioner("cem", "community-a", last=last), teams=TEAMS, auditors=(REABLEMENT,))

    assert rule_for(_draw(of), "case of cem") == rule


def test_its_eligibility_decides_who_audits_and_nobody_asks_for_mash() -> None:
    people = (practitioner("rea", "reablement-a"), practitioner("cem", "community-a"))
    answer = _draw(frame(*people, teams=TEAMS, size=2, auditors=(COMMUNITY, REABLEMENT)))
    without = _draw(frame(*people, teams=TEAMS, size=2, auditors=(REABLEMENT,)))

    assert {row.practitioner_id: row.auditor_id for row in answer.drawn}["rea"] == "of community"
    assert shortfall_rules(answer) == []
    assert shortfall_rules(without) == ["A1", "S8"]


def test_its_re_audits_wait_for_no_moderation_and_are_done_by_any_manager() -> None:
    of = frame(
        practitioner("cem", "community-a"),
        teams=TEAMS,
        re_audits=(
            DueReAudit(
                id="again",
                case_id="case of cem",
                practitioner_id="cem",
                team_id="community-a",
                grade="not_met",
                due_on=on("2026-06-01"),
                previous_issued_on=on("2026-04-01"),
            ),
        ),
        auditors=(COMMUNITY, REABLEMENT),
        cycle="2026-07",
    )

    assert _draw(of).re_audits[0].auditor_id == "of reablement"
    with pytest.raises(InvalidFacts, match="no grade of this edition: give one of met, not_met"):
        _draw(replace(of, re_audits=(replace(of.re_audits[0], grade="inadequate"),)))


def test_its_pairs_are_kept_apart_for_two_years() -> None:
    met = Pairing("of community", "cem", on("2024-11-01"))
    of = frame(practitioner("cem", "community-a"), teams=TEAMS, pairings=(met,), auditors=(COMMUNITY,))

    assert _draw(of).objective.repeats == 1
    assert _draw(replace(of, pairings=(replace(met, on=on("2024-10-31")),))).objective.repeats == 0


def test_its_sample_is_two_for_each_auditor() -> None:
    cycle = cycle_of(NORTHMOOR, CALENDAR, "2026-10")
    of = frame(practitioner("cem", "community-a"), teams=TEAMS, auditors=(COMMUNITY, REABLEMENT))

    assert size_asked(of, cycle, NORTHMOOR).size == 4


def test_a_month_of_its_quarter_that_opens_no_cycle_is_refused() -> None:
    with pytest.raises(NoSuchCycle):
        _draw(frame(practitioner("cem", "community-a"), teams=TEAMS, cycle="2026-11"))
