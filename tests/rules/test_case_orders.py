"""Who in a team comes first, and which of their cases (S3, S4, S5)."""

import pytest

from rules.case_orders import latest_long_held
from rules.lengths import CalendarMonths
from rules.tickets import Tickets
from tests.rules.draw_facts import (
    SEED,
    auditor,
    by_ticket,
    case,
    drawn,
    frame,
    on,
    people_in_order,
    practitioner,
)


@pytest.mark.proves("S3")
def test_who_has_waited_longest_comes_first() -> None:
    answer = drawn(
        frame(
            practitioner("audited in June", last="2026-06-01"),
            practitioner("audited in March", last="2026-03-31"),
            practitioner("audited last year", last="2025-11-03"),
        )
    )

    assert people_in_order(answer) == ["audited last year", "audited in March", "audited in June"]


@pytest.mark.proves("S3")
def test_somebody_never_audited_waits_from_the_month_they_started() -> None:
    answer = drawn(
        frame(
            practitioner("newcomer of September", started="2026-09-07"),
            practitioner("audited in July", last="2026-07-01", started="2015-01-05"),
            practitioner("newcomer of May", started="2026-05-29"),
        )
    )

    assert people_in_order(answer) == ["newcomer of May", "audited in July", "newcomer of September"]


@pytest.mark.proves("S3")
def test_an_unknown_start_is_the_longest_wait_of_all() -> None:
    answer = drawn(frame(practitioner("here since 1999", started="1999-01-04"), practitioner("unknown", started=None)))

    assert people_in_order(answer) == ["unknown", "here since 1999"]
    assert "no known start" in answer.drawn[0].reasons[1].sentence


@pytest.mark.proves("S3")
def test_waiting_is_counted_in_months_so_the_day_of_the_month_decides_nothing() -> None:
    first, second, third = by_ticket("practitioner", "ann", "ben", "cem")
    days = {first: "2026-03-31", second: "2026-03-16", third: "2026-03-01"}
    answer = drawn(frame(*(practitioner(name, last=last) for name, last in days.items())))

    assert people_in_order(answer) == [first, second, third]


@pytest.mark.proves("S4", "selection.preferred_allocation")
@pytest.mark.parametrize(
    ("allocated", "long_held"),
    [("2026-07-01", True), ("2026-06-30", True), ("2026-07-02", False), ("2026-09-30", False)],
)
def test_work_is_held_for_long_enough_three_months_after_it_was_allocated(allocated: str, long_held: bool) -> None:
    answer = drawn(frame(practitioner("ann"), cases=(case("case", "ann", allocated=allocated),)))
    sentence = answer.drawn[0].reasons[2].sentence

    assert ("at least 3 months" in sentence) == long_held
    assert ("less than 3 months" in sentence) == (not long_held)


@pytest.mark.proves("S4")
@pytest.mark.parametrize(
    ("opens", "latest"),
    # 30 November + 3 months is 28 February where there is no 30th, so it is early enough for an opening on the 28th.
    [
        ("2026-10-01", "2026-07-01"),
        ("2027-02-28", "2026-11-30"),
        ("2028-02-29", "2027-11-30"),
        ("2027-05-31", "2027-02-28"),
    ],
)
def test_the_latest_allocation_that_counts_follows_the_clamping_of_months(opens: str, latest: str) -> None:
    assert latest_long_held(on(opens), CalendarMonths(3)) == on(latest)


@pytest.mark.proves("S4")
def test_of_two_who_waited_equally_long_the_one_with_work_held_for_three_months_comes_first() -> None:
    first, second = by_ticket("practitioner", "ann", "ben")
    answer = drawn(
        frame(
            practitioner("ann"),
            practitioner("ben"),
            cases=(case("new", first, allocated="2026-08-03"), case("old", second, allocated="2026-05-01")),
        )
    )

    assert people_in_order(answer) == [second, first]


@pytest.mark.proves("S4")
def test_a_longer_wait_beats_work_held_for_longer() -> None:
    answer = drawn(
        frame(
            practitioner("ann", last="2026-03-02"),
            practitioner("ben", last="2026-04-01"),
            cases=(case("new", "ann", allocated="2026-08-03"), case("old", "ben", allocated="2020-05-01")),
        )
    )

    assert people_in_order(answer) == ["ann", "ben"]


@pytest.mark.proves("S4", "S5")
def test_of_ones_own_cases_those_held_for_three_months_come_first_then_the_ticket() -> None:
    old = by_ticket("case", "old 1", "old 2", "old 3")
    cases = [case(name, "ann", allocated="2026-02-02") for name in old]
    cases += [case(f"new {number}", "ann", allocated="2026-08-03") for number in range(20)]

    assert drawn(frame(practitioner("ann"), cases=tuple(cases))).drawn[0].case_id == old[0]


@pytest.mark.proves("S4")
def test_a_long_held_case_that_is_out_does_not_help_its_practitioner() -> None:
    first, second = by_ticket("practitioner", "ann", "ben")
    answer = drawn(
        frame(
            practitioner("ann"),
            practitioner("ben"),
            cases=(
                case("new", first, allocated="2026-08-03"),
                case("old but audited", second, last="2026-02-02"),
                case("also new", second, allocated="2026-08-03"),
            ),
        )
    )

    assert people_in_order(answer) == [first, second]


@pytest.mark.proves("S5")
def test_a_ticket_is_the_hash_of_seed_kind_and_id() -> None:
    # Worked out with another program: printf 'a seed\npractitioner\nann' | sha256sum
    expected = "60b842281e323f736d8be9499969598d584a941c81dae4546bd0e15911a2de5d"

    assert Tickets(SEED).of("practitioner", "ann") == expected
    assert drawn(frame(practitioner("ann"))).drawn[0].ticket == expected


@pytest.mark.proves("S5")
def test_another_seed_gives_another_order_among_equals() -> None:
    people = [practitioner(f"p{number}") for number in range(12)]

    assert people_in_order(drawn(frame(*people), seed="one")) != people_in_order(drawn(frame(*people), seed="two"))


@pytest.mark.proves("S5")
def test_reserves_continue_the_order_with_one_case_each() -> None:
    people = [practitioner(f"p{number}") for number in range(5)]
    cases = tuple(case(f"{person.id} case {number}", person.id) for person in people for number in range(3))
    answer = drawn(frame(*people, size=2, cases=cases, auditors=(auditor("xena"),)))

    assert [row.order for row in answer.drawn] == [1, 2]
    assert [row.order for row in answer.reserves] == [3, 4, 5]
    assert people_in_order(answer) == by_ticket("practitioner", *(person.id for person in people))
    assert len(answer.not_reached) == 10


@pytest.mark.proves("S3")
def test_the_reasons_of_a_case_say_how_long_its_practitioner_waited() -> None:
    answer = drawn(frame(practitioner("ann", last="2026-06-15")))

    assert answer.drawn[0].reasons[1].sentence == "Practitioner ann was last audited 4 months before this cycle."
