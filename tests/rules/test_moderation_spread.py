"""Over which grades, services and auditors the audits are spread that are moderated (M1)."""

import pytest

from tests.rules.moderation_facts import audit, audits, by_ticket, drawn, frame, grades, ids, policy_with, services


@pytest.mark.proves("M1", "moderation.spread_over")
def test_one_of_each_grade_comes_first_the_worst_before_the_better() -> None:
    """Of 57 audits six are drawn: without this rule the one Inadequate would be left out nine times in ten."""
    answer = drawn(frame([*audits(40), *audits(13, grade="O"), *audits(3, grade="R"), *audits(1, grade="I")]))

    assert answer.size_drawn == 6
    assert ids(answer)[0] == "review-I00"
    assert [it.reasons[0].sentence for it in answer.drawn[:4]] == [
        "One of each grade there is: Inadequate, the only one left.",
        "One of each grade there is: Requires Improvement, the first in turn of 3.",
        "One of each grade there is: Good, the first in turn of 40.",
        "One of each grade there is: Outstanding, the first in turn of 13.",
    ]
    assert all(number >= 1 for number in grades(answer).values())


@pytest.mark.proves("M1")
def test_with_fewer_places_than_grades_the_worst_are_looked_at() -> None:
    policy = policy_with(least_drawn=2, share_drawn=0)
    answer = drawn(frame([audit(letter, grade=letter) for letter in "OGRI"]), policy)

    assert ids(answer) == ["I", "R"]


SHARES = [
    # audits by service, places, drawn by service: places × audits ÷ all, the rest by largest remainder
    ({"mash": 26, "review": 12, "send": 12}, 5, {"mash": 3, "review": 1, "send": 1}),  # 2.60 1.20 1.20
    ({"mash": 50, "review": 30, "send": 20}, 10, {"mash": 5, "review": 3, "send": 2}),  # as they are
    ({"mash": 41, "review": 41, "send": 18}, 10, {"mash": 4, "review": 4, "send": 2}),  # 4.10 4.10 1.80
    ({"mash": 70, "review": 28, "send": 2}, 10, {"mash": 7, "review": 3, "send": 0}),  # 7.00 2.80 0.20
    ({"mash": 1, "review": 1, "send": 1}, 3, {"mash": 1, "review": 1, "send": 1}),
]


@pytest.mark.proves("M1", "moderation.spread_over")
@pytest.mark.parametrize(("issued", "places", "expected"), SHARES)
def test_services_have_places_in_proportion_by_largest_remainder(
    issued: dict[str, int], places: int, expected: dict[str, int]
) -> None:
    given = [it for service, number in issued.items() for it in audits(number, service)]
    answer = drawn(frame(given), policy_with(share_drawn=0, least_drawn=places))

    assert services(answer) == expected


@pytest.mark.proves("M1")
def test_audits_taken_for_their_grade_count_for_their_service() -> None:
    """Shares of 3 and 2 in a draw of five; both low grades come from send, which so has its two places."""
    given = [*audits(30, "mash"), *audits(18, "send"), *audits(1, "send", grade="R"), *audits(1, "send", grade="I")]
    answer = drawn(frame(given))

    assert services(answer) == {"mash": 3, "send": 2}
    assert ids(answer)[:2] == ["send-I00", "send-R00"]
    assert answer.drawn[2].audit_id.startswith("mash-G")
    assert answer.drawn[4].reasons[0].sentence == (
        "mash was furthest below its share, with 2 of 3.00 in a draw of 5: the first in turn of 28."
    )


@pytest.mark.proves("M1")
def test_a_grade_is_taken_where_its_service_has_places_left() -> None:
    """Outstanding work is in both services; send's one place went to its Inadequate, so it is taken from mash."""
    given = [
        *audits(38, "mash"),
        audit("mash-O", "mash", grade="O"),
        *(audit(f"send-O{place}", "send", grade="O") for place in range(8)),
        audit("send-I", "send", grade="I"),
    ]
    for seed in ("one", "two", "three", "four"):
        answer = drawn(frame(given), policy_with(least_drawn=5, share_drawn=0), seed)

        assert ids(answer)[0] == "send-I"
        assert "mash-O" in ids(answer)
        assert services(answer) == {"mash": 4, "send": 1}


@pytest.mark.proves("M1", "moderation.spread_over")
def test_auditors_who_were_not_moderated_yet_come_first() -> None:
    given = [*audits(30, auditor="known"), audit("new-1", auditor="new"), audit("newer-1", auditor="newer")]
    answer = drawn(frame(given, moderated=("known",)))

    assert set(ids(answer)[:2]) == {"new-1", "newer-1"}
    assert answer.drawn[0].reasons[1].sentence == (
        "Its auditor was not moderated yet and has no other audit in this draw so far."
    )


@pytest.mark.proves("M1")
def test_nobody_has_a_second_audit_in_a_draw_while_others_have_none() -> None:
    given = [*audits(40, auditor="busy"), *(audit(f"a{place}", auditor=f"auditor {place}") for place in range(4))]
    answer = drawn(frame(given, moderated=("auditor 0", "auditor 1")))

    auditors = {it.id: it.auditor_id for it in given}
    assert len({auditors[name] for name in ids(answer)}) == 5


@pytest.mark.proves("moderation.spread_over")
def test_without_any_spread_it_is_by_ticket_alone() -> None:
    given = [*audits(30, "mash"), *audits(3, "send", grade="I"), *audits(20, "review", auditor="one")]
    answer = drawn(frame(given), policy_with(spread_over=()))

    assert ids(answer) == by_ticket(*(it.id for it in given))[:6]
    assert answer.drawn[0].reasons[0].sentence == "One of the other places: the first in turn of 53."
