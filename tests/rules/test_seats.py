"""How the seats are shared among the teams (S1, P5)."""

from collections.abc import Callable

import pytest

from rules.sampling_frames import Practitioner, Team
from rules.seats import share_seats, teams_in_turn
from rules.tickets import Tickets
from tests.rules.draw_facts import (
    SEED,
    auditor,
    by_ticket,
    drawn,
    frame,
    people_drawn,
    practitioner,
    senior,
    shortfall_rules,
)

MASH = Team("mash-a", "mash")
REVIEW_A, REVIEW_B = Team("review-a", "review"), Team("review-b", "review")


def _always(_team: str, _position: int) -> bool:
    return True


def _seats(eligible: dict[str, int], size: int, admit: Callable[[str, int], bool] = _always) -> dict[str, int]:
    turns = by_ticket("team", *eligible)
    return share_seats(turns, eligible, Tickets(SEED), size, admit).by_team


def _turns(teams: list[Team], people: list[Practitioner]) -> list[str]:
    return [team.id for team in teams_in_turn(teams, people, ("mash",), Tickets(SEED))]


@pytest.mark.proves("S1")
@pytest.mark.parametrize(
    ("eligible", "size", "seats"),
    [
        # Quotients of a: 53, 17.67, 10.60, 7.57, 5.89, 4.82; of b: 24, 8, 4.80; of c: 23, 7.67, 4.60.
        ({"a": 53, "b": 24, "c": 23}, 3, {"a": 1, "b": 1, "c": 1}),
        ({"a": 53, "b": 24, "c": 23}, 4, {"a": 2, "b": 1, "c": 1}),
        ({"a": 53, "b": 24, "c": 23}, 6, {"a": 3, "b": 2, "c": 1}),
        ({"a": 53, "b": 24, "c": 23}, 7, {"a": 3, "b": 2, "c": 2}),
        ({"a": 53, "b": 24, "c": 23}, 10, {"a": 6, "b": 2, "c": 2}),
        ({"a": 53, "b": 24, "c": 23}, 11, {"a": 6, "b": 3, "c": 2}),
        # Everyone gets one before anyone gets two, however large.
        ({"a": 1000, "b": 1, "c": 1}, 3, {"a": 1, "b": 1, "c": 1}),
        # Never more seats than eligible practitioners; nobody without one gets any.
        ({"a": 2, "b": 1, "c": 0}, 9, {"a": 2, "b": 1, "c": 0}),
    ],
)
def test_each_team_gets_a_seat_and_then_the_largest_quotient_gets_the_next(
    eligible: dict[str, int], size: int, seats: dict[str, int]
) -> None:
    assert _seats(eligible, size) == seats


@pytest.mark.proves("S1")
def test_equal_quotients_go_by_the_ticket_of_the_team() -> None:
    first, second, third = by_ticket("team", "a", "b", "c")

    # 9 ÷ 3 = 3 for two of them, and 15 ÷ 5 = 3 for the other: 3 seats, one each, and 15 ÷ 3 = 5 comes before.
    assert _seats({first: 9, second: 9, third: 15}, 5) == {first: 2, second: 1, third: 2}
    assert _seats({first: 9, second: 15, third: 9}, 6) == {first: 2, second: 3, third: 1}
    assert _seats({first: 15, second: 9, third: 9}, 6) == {first: 3, second: 2, third: 1}


@pytest.mark.proves("S1")
def test_quotients_that_differ_in_the_twentieth_digit_are_not_equal() -> None:
    # (2⁶⁰ + 1) ÷ 3 against 2⁶⁰ ÷ 3, which floating point cannot tell apart.
    last, first = by_ticket("team", "a", "b")[::-1]

    assert _seats({first: 2**60, last: 2**60 + 1}, 3) == {first: 1, last: 2}


@pytest.mark.proves("S1")
def test_a_size_below_the_number_of_teams_serves_the_first_in_turn() -> None:
    first, second, third = by_ticket("team", "a", "b", "c")

    assert _seats({"a": 5, "b": 5, "c": 5}, 2) == {first: 1, second: 1, third: 0}


@pytest.mark.proves("S1", "P5", "programme.services_every_cycle")
def test_a_service_audited_every_cycle_comes_before_all_others() -> None:
    people = [practitioner("m", "mash-a", last="2026-09-01"), practitioner("r", "review-a")]

    assert _turns([REVIEW_A, MASH], people) == ["mash-a", "review-a"]


@pytest.mark.proves("S1", "P5")
def test_with_one_audit_only_it_is_an_audit_of_mash() -> None:
    answer = drawn(
        frame(
            practitioner("m", "mash-a", last="2026-07-01"),
            practitioner("r", "review-a", started=None),
            teams=(REVIEW_A, MASH),
            auditors=(senior("quinn"), auditor("xena")),
        )
    )

    assert people_drawn(answer) == ["m"]
    assert answer.shortfalls == ()


@pytest.mark.proves("S1")
def test_then_teams_never_audited_then_the_one_audited_longest_ago_then_the_ticket() -> None:
    teams = [Team(name, "review") for name in ("lately", "long ago", "never", "long ago too")]
    people = [
        practitioner("1", "lately", last="2026-07-01"),
        practitioner("2", "lately", last="2024-01-31"),
        practitioner("3", "long ago", last="2026-02-27"),
        practitioner("4", "long ago too", last="2026-02-02"),
        practitioner("5", "never"),
    ]

    assert _turns(teams, people) == ["never", *by_ticket("team", "long ago", "long ago too"), "lately"]


@pytest.mark.proves("S1")
def test_the_latest_audit_of_a_team_counts_people_who_cannot_be_drawn_now() -> None:
    people = [
        practitioner("away but audited", "review-a", last="2026-09-01", away=True),
        practitioner("a", "review-a"),
        practitioner("b", "review-b", last="2026-01-05"),
    ]
    answer = drawn(frame(*people, teams=(REVIEW_A, REVIEW_B)))

    assert people_drawn(answer) == ["b"]


@pytest.mark.proves("S1")
def test_a_team_whose_next_practitioner_finds_no_auditor_is_stopped_and_the_seat_goes_on() -> None:
    def no_second_for_a(team: str, position: int) -> bool:
        return (team, position) != ("a", 1)

    assert _seats({"a": 50, "b": 4, "c": 3}, 6, no_second_for_a) == {"a": 1, "b": 3, "c": 2}


@pytest.mark.proves("S1")
def test_a_team_that_was_stopped_is_not_tried_again() -> None:
    tried: list[str] = []

    def nobody_for_a(team: str, _position: int) -> bool:
        tried.append(team)
        return team != "a"

    assert _seats({"a": 50, "b": 4}, 6, nobody_for_a) == {"a": 0, "b": 4}
    assert tried.count("a") == 1


@pytest.mark.proves("S1", "A2")
def test_the_seat_of_a_team_is_its_next_practitioners_and_nobody_elses() -> None:
    """Ben could be audited, but Ann is next and her manager is the only auditor: the team is stopped."""
    answer = drawn(
        frame(
            practitioner("ann", last="2025-01-06"),
            practitioner("ben", last="2026-01-05"),
            practitioner("cem", "review-b"),
            size=3,
            teams=(REVIEW_A, REVIEW_B),
            auditors=(auditor("xena", manages=("ann",)),),
        )
    )

    assert people_drawn(answer) == ["cem"]
    assert [quota.seats for quota in answer.quotas] == [0, 1]
    assert [row.practitioner_id for row in answer.reserves] == ["ann", "ben"]
    assert shortfall_rules(answer) == ["A2", "S8"]


@pytest.mark.proves("S1")
def test_quotas_list_every_team_even_one_without_practitioners() -> None:
    answer = drawn(frame(practitioner("a"), teams=(REVIEW_B, REVIEW_A)))

    assert [(quota.team_id, quota.eligible_practitioners, quota.seats) for quota in answer.quotas] == [
        ("review-a", 1, 1),
        ("review-b", 0, 0),
    ]
