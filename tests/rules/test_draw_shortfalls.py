"""What a draw could not do is a figure and a sentence by name of rule, never silence (S8, P5)."""

from dataclasses import replace

import pytest

from rules.sampling_frames import Team
from tests.rules.draw_facts import (
    POLICY,
    REVIEW,
    auditor,
    drawn,
    frame,
    practitioner,
    re_audit,
    senior,
    shortfall_rules,
)

MASH = Team("mash-a", "mash")


@pytest.mark.proves("S8")
def test_a_size_beyond_the_population_is_a_shortfall() -> None:
    answer = drawn(frame(practitioner("ann"), practitioner("ben"), size=10))

    assert (answer.size_asked, answer.size_drawn) == (10, 2)
    assert [shortfall.sentence for shortfall in answer.shortfalls] == [
        "2 of the 10 new audits asked for are drawn, 8 short: in every team nobody is left to draw."
    ]


@pytest.mark.proves("S8")
def test_re_audits_do_not_count_towards_the_size() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            practitioner("ben"),
            size=1,
            re_audits=(re_audit("again", "ann"),),
            auditors=(senior("q"),),
        )
    )

    assert (answer.size_drawn, len(answer.re_audits)) == (1, 1)
    assert answer.shortfalls == ()


@pytest.mark.proves("P5")
@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ((), "nobody there can be drawn"),
        ((practitioner("m", "mash-a", last="2026-09-01"),), "nobody there can be drawn"),
        ((practitioner("m", "mash-a"),), "no auditor could be found"),
    ],
)
def test_a_service_audited_every_cycle_without_a_seat_is_a_shortfall(people: tuple[object, ...], sentence: str) -> None:
    answer = drawn(frame(*people, practitioner("r"), teams=(MASH, REVIEW)))  # type: ignore[arg-type]  # tuples in a table
    found = [shortfall.sentence for shortfall in answer.shortfalls if shortfall.rule == "P5"]

    assert found == [f"Service mash is audited every cycle but has no seat in this one: {sentence}."]


@pytest.mark.proves("P5")
def test_a_request_without_a_team_of_that_service_lacks_nothing() -> None:
    assert drawn(frame(practitioner("r"))).shortfalls == ()


@pytest.mark.proves("P5")
def test_one_seat_in_one_team_of_the_service_is_enough() -> None:
    answer = drawn(
        frame(practitioner("m", "mash-a"), teams=(MASH, Team("mash-b", "mash")), auditors=(senior("q"),)),
    )

    assert answer.shortfalls == ()


@pytest.mark.proves("S8", "A3")
def test_shortfalls_are_in_the_order_of_rule_and_sentence_and_name_team_and_practitioner() -> None:
    teams = tuple(Team(f"team-{name}", "review") for name in "cab")
    people = tuple(practitioner(f"of {team.id}", team.id) for team in teams)
    answer = drawn(frame(*people, teams=teams, size=3, auditors=(auditor("x", capacity=0),)))

    assert shortfall_rules(answer) == ["A3", "A3", "A3", "S8"]
    assert answer.shortfalls[0].sentence == (
        "Team team-a gets no seat: for its next practitioner, of team-a, every independent auditor "
        "who may do it is absent or full with audits that were admitted before."
    )
    assert answer.shortfalls[3].sentence == (
        "0 of the 3 new audits asked for are drawn, 3 short: for want of auditors 3 teams got no further seat."
    )


@pytest.mark.proves("S8", "A3")
def test_other_teams_are_mentioned_where_there_are_any_and_seats_where_there_are_some() -> None:
    """One audit fits; the team's second practitioner finds nobody, and the other team has nobody at all."""
    people = practitioner("ann"), practitioner("ben")
    teams = (REVIEW, Team("empty", "review"))
    answer = drawn(frame(*people, teams=teams, size=3, auditors=(auditor("x", capacity=1),)))

    assert "Team review-a gets no more than 1 seat: for its next" in answer.shortfalls[0].sentence
    assert answer.shortfalls[1].sentence == (
        "1 of the 3 new audits asked for are drawn, 2 short: for want of auditors 1 team got no further seat, "
        "and in every other nobody is left to draw."
    )


@pytest.mark.proves("P5")
def test_a_service_that_only_the_size_left_without_a_seat_is_not_said_to_lack_auditors() -> None:
    policy = replace(POLICY, programme=replace(POLICY.programme, services_every_cycle=("mash", "review")))
    both = frame(practitioner("m", "mash-a"), practitioner("r"), teams=(MASH, REVIEW), auditors=(senior("q"),))
    answer = drawn(both, policy)

    assert (answer.size_drawn, shortfall_rules(answer)) == (1, ["P5"])
    assert answer.shortfalls[0].sentence.endswith("the size asked for, 1, was reached before its turn.")
