"""A played year's figures: what is counted, where the promise breaks and why, and how many auditors would keep it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rules.__main__ import main
from rules.auditors_needed import auditors_needed
from rules.errors import InvalidFacts
from rules.made_up_councils import CouncilSize, made_up_council, with_auditors
from rules.played_chances import Chances, chances_for
from rules.policy.load import load_edition
from rules.promise_breaks import MENDED_BY_AUDITORS, WHY_IT_BROKE
from rules.sampling_frames import Auditor, Case, DueReAudit, Practitioner, SamplingFrame, Team
from rules.working_days import WorkingDayCalendar
from rules.year_figures import YearFigures, figures_of
from rules.years_played import play_year

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
NORTHMOOR = Path(__file__).parents[1] / "editions" / "northmoor_2026"
NOTHING_HAPPENS = chances_for(
    POLICY,
    {"requires_improvement": 0, "inadequate": 0},
    leave_in_a_year=0,
    away_in_a_year=0,
    issued_late=0,
)


def people(number: int, last_audited_on: date | None, team: str = "review-1") -> list[Practitioner]:
    return [
        Practitioner(f"p{place}", team, last_audited_on=last_audited_on, started_on=date(2020, 1, 6))
        for place in range(number)
    ]


def council(practitioners: list[Practitioner], *auditors: Auditor, **others: object) -> SamplingFrame:
    began_on = date(2026, 1, 5)
    cases = [Case(f"{who.id}-{n}", who.id, began_on, began_on) for who in practitioners for n in range(6)]
    frame = SamplingFrame(
        cycle="2027-01",
        size=1,
        teams=(Team("review-1", "review"),),
        practitioners=tuple(practitioners),
        cases=tuple(cases),
        auditors=auditors,
    )
    return replace(frame, **others)  # type: ignore[arg-type]


def figures(frame: SamplingFrame, chances: Chances = NOTHING_HAPPENS) -> YearFigures:
    return figures_of(play_year(frame, 2027, "1", policy=POLICY, calendar=CALENDAR, chances=chances), POLICY)


def of_size(practitioners: int, seed: str = "1") -> Callable[[int], YearFigures]:
    chances = chances_for(POLICY)
    frame = made_up_council(POLICY, CouncilSize(practitioners, 10, teams=4), 2027, chances, seed)

    def play(auditors: int) -> YearFigures:
        year = play_year(with_auditors(frame, auditors), 2027, seed, policy=POLICY, calendar=CALENDAR, chances=chances)
        return figures_of(year, POLICY)

    return play


@pytest.mark.proves("S3", "selection.target_months_between_audits")
def test_with_room_for_all_everybody_is_audited_every_three_months() -> None:
    found = figures(council(people(4, date(2026, 10, 1)), *(Auditor(f"a{n}", "send") for n in range(4))))

    assert found.months_between == {3: 16}
    assert (found.kept_percent, found.intervals_broken, found.practitioners_kept) == (100.0, 0, 4)
    assert [(row.audits, row.practitioners) for row in found.audits_each] == [(4, 4)]
    assert (found.least_load, found.most_load) == (4, 4)


@pytest.mark.proves("P1", "programme.cycle_months")
def test_whoever_would_be_due_in_august_waits_for_september_and_the_break_says_why() -> None:
    found = figures(council(people(1, date(2026, 11, 2)), Auditor("a1", "send")))

    # February, May, then August without a cycle: September, and then December without one.
    assert found.months_between == {3: 2, 4: 1}
    assert found.broken_by_month == {"2027-08": {"P1": 1}, "2027-12": {"P1": 1}}


@pytest.mark.proves("A2", "eligibility.months_before_meeting_again")
def test_who_met_lately_is_not_paired_again_where_possible() -> None:
    frame = council(people(1, date(2026, 10, 1)), *(Auditor(f"a{n}", "send") for n in range(4)))

    year = play_year(frame, 2027, "1", policy=POLICY, calendar=CALENDAR, chances=NOTHING_HAPPENS)

    assert len(year.audits) == len({audit.auditor_id for audit in year.audits}) == 4


@pytest.mark.proves("S8", "A3")
def test_too_few_auditors_break_it_for_want_of_room() -> None:
    found = figures(council(people(3, date(2026, 10, 1)), Auditor("a1", "send")))

    assert found.broken_by_month["2027-01"] == {"S8": 2}
    assert (found.new_audits, found.most_load) == (10, 10)


@pytest.mark.proves("P7", "programme.moderation_months", "S7")
def test_re_audits_that_moderation_held_over_take_the_room_of_others() -> None:
    waiting = DueReAudit("r1", "p0-0", "p0", "review-1", "inadequate", date(2027, 3, 1), date(2027, 1, 29))
    senior = Auditor("a1", "home_first", ("senior_manager",))
    began = [Practitioner("p0", "review-1", date(2027, 1, 4)), Practitioner("p1", "review-1", date(2027, 1, 4))]

    found = figures(council(began, senior, cycle="2027-03", re_audits=(waiting,)))

    assert [(cycle.month, cycle.re_audits) for cycle in found.cycles][:2] == [("2027-03", 0), ("2027-04", 1)]
    assert found.re_audits_held_over_by_rule == {"P7": 1}
    assert found.broken_by_month["2027-04"] == {"P7": 1}
    assert found.re_audits_cycles_late == {1: 1}


def test_nobody_who_may_audit_a_service_is_named_as_the_reason() -> None:
    frame = council(people(2, date(2026, 10, 1), "mash-1"), Auditor("a1", "send"), teams=(Team("mash-1", "mash"),))

    found = figures(frame)

    assert found.broken_by_rule == {"A1": 2}
    assert auditors_needed(lambda number: figures(with_auditors(frame, number)), 2).number is None


def test_every_rule_that_can_stand_in_the_way_has_words() -> None:
    assert WHY_IT_BROKE.keys() >= MENDED_BY_AUDITORS


@pytest.mark.parametrize("seed", ["1", "2"])
def test_search_finds_the_least_number_from_which_on_nobody_waits_for_want_of_an_auditor(seed: str) -> None:
    play = of_size(24, seed)

    found = auditors_needed(play, 24)

    assert found.number is not None
    wanting = {
        number: sum(broken for rule, broken in play(number).waiting_by_rule.items() if rule in MENDED_BY_AUDITORS)
        for number in range(1, found.number + 12)
    }
    assert wanting[found.number - 1] > 0
    assert [wanting[number] for number in range(found.number, found.number + 4)] == [0, 0, 0, 0]
    # One number after the other, more auditors never make it much worse: the halving may rely on it.
    assert all(wanting[number + 8] <= wanting[number] for number in range(1, found.number + 4))


def test_number_above_which_the_goal_is_missed_again_is_not_the_answer() -> None:
    some = figures(council(people(1, date(2026, 10, 1)), Auditor("a1", "send")))

    def play(auditors: int) -> YearFigures:
        return replace(some, waiting_by_rule={} if auditors in (9, 10) or auditors > 12 else {"S8": 1})

    found = auditors_needed(play, 20)

    assert found.number == 13
    assert {10, 11, 12} <= {tried.auditors for tried in found.tried}


def test_search_for_a_share_tells_what_it_tried_and_says_when_no_number_reaches_it() -> None:
    steps: list[tuple[int, int]] = []
    play = of_size(24)

    reached = auditors_needed(play, 24, 60, lambda done, of: steps.append((done, of)))
    never = auditors_needed(play, 24, 100)

    assert reached.number is not None
    assert (play(reached.number).kept_percent or 0) >= 60
    assert (play(reached.number - 1).kept_percent or 0) < 60
    assert [done for done, _ in steps] == list(range(1, len(reached.tried) + 1))
    assert never.number is None
    assert not never.keeps_for_everybody
    assert "P1" in never.still_broken or "S9" in never.still_broken


def test_leavers_are_followed_and_newcomers_wait_their_turn() -> None:
    chances = replace(NOTHING_HAPPENS, leave_in_a_year=60)
    found = figures(council(people(20, date(2026, 11, 2)), *(Auditor(f"a{n}", "send") for n in range(30))), chances)

    assert found.people > 20
    assert found.in_post_all_year < 20
    assert found.months_to_first.keys() & {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (CouncilSize(0, 5), "practitioners is 0"),
        (CouncilSize(10, -1), "auditors is -1"),
        (CouncilSize(10, 5, cases_each=101), "cases_each is 101"),
    ],
)
def test_impossible_council_is_refused_with_the_number(size: CouncilSize, words: str) -> None:
    with pytest.raises(InvalidFacts, match=words):
        made_up_council(POLICY, size, 2027, chances_for(POLICY), "1")


@pytest.mark.parametrize(
    ("grades", "words"),
    [
        ({"good": 5}, "'good' is no grade that calls for a re-audit"),
        ({"inadequate": -1}, "give 0 to 100"),
        ({"inadequate": 60, "requires_improvement": 60}, "more than 100 per cent"),
    ],
)
def test_impossible_shares_are_refused(grades: dict[str, int], words: str) -> None:
    with pytest.raises(InvalidFacts, match=words):
        chances_for(POLICY, grades)


def test_year_before_the_council_is_refused() -> None:
    with pytest.raises(InvalidFacts, match="give a year from 2027"):
        play_year(council([]), 2026, "1", policy=POLICY, calendar=CALENDAR, chances=NOTHING_HAPPENS)


def test_rules_alone_play_a_year_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    size = ["play-year", "--year", "2027", "--practitioners", "30", "--auditors", "12", "--seeds", "2"]

    assert main(size) == 0
    told = capsys.readouterr().out
    assert main([*size, "--edition", str(NORTHMOOR), "--json", "--no-search"]) == 0
    machine = capsys.readouterr().out
    assert main([*size, "--year", "2099"]) == 2

    assert "Auditors needed" in told
    assert "From the least to the most over 2 seeds" in told
    assert '"edition": "northmoor_2026"' in machine
    assert "outside the years" in capsys.readouterr().err
