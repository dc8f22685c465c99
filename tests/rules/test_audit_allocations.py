"""Which auditor is given what (A1, A2, A3)."""

import pytest

from rules.draw_answers import Objective
from rules.sampling_frames import Auditor, CarriedOver, Pairing, Team
from tests.rules.draw_facts import (
    REVIEW,
    auditor,
    drawn,
    frame,
    on,
    practitioner,
    re_audit,
    senior,
    shortfall_rules,
)

MASH = Team("mash-a", "mash")
TEAMS = (MASH, REVIEW, Team("home-a", "home_first"))


@pytest.mark.proves("A1", "P5", "eligibility.auditors_of_services", "eligibility.auditors_of_the_rest")
@pytest.mark.parametrize(
    ("service", "roles", "may_audit_mash"),
    [
        ("quality_assurance", ("manager",), True),
        ("quality_assurance", ("senior_manager",), True),
        ("quality_assurance", (), False),
        ("home_first", ("senior_manager",), False),
        ("mash", ("manager", "senior_manager"), False),
    ],
)
def test_mash_is_audited_by_managers_and_senior_managers_of_quality_assurance(
    service: str, roles: tuple[str, ...], may_audit_mash: bool
) -> None:
    one = auditor("xena", service, roles)
    of_mash = drawn(frame(practitioner("m", "mash-a"), teams=TEAMS, auditors=(one,)))
    of_review = drawn(frame(practitioner("r", "review-a"), teams=TEAMS, auditors=(one,)))

    assert [row.auditor_id for row in of_mash.drawn] == (["xena"] if may_audit_mash else [])
    assert shortfall_rules(of_mash) == ([] if may_audit_mash else ["A1", "P5", "S8"])
    assert [row.auditor_id for row in of_review.drawn] == ["xena"]


@pytest.mark.proves("A1", "P6", "eligibility.auditors_of_re_audits")
@pytest.mark.parametrize("team", ["mash-a", "review-a"])
@pytest.mark.parametrize(
    ("service", "roles", "may_re_audit"),
    [
        ("home_first", ("senior_manager",), True),
        ("care_and_support", ("senior_manager",), True),
        ("quality_assurance", ("manager", "senior_manager"), True),
        ("quality_assurance", ("manager",), False),
        ("quality_assurance", (), False),
        ("send", ("senior_manager",), False),
    ],
)
def test_re_audits_even_of_mash_are_done_by_senior_managers_of_three_services(
    team: str, service: str, roles: tuple[str, ...], may_re_audit: bool
) -> None:
    answer = drawn(
        frame(
            practitioner("ann", team),
            teams=TEAMS,
            re_audits=(re_audit("again", "ann", team=team),),
            auditors=(auditor("xena", service, roles),),
        )
    )

    assert answer.re_audits[0].auditor_id == ("xena" if may_re_audit else None)
    assert ("A1" in shortfall_rules(answer)) == (not may_re_audit)


@pytest.mark.proves("A2")
@pytest.mark.parametrize(
    "dependent",
    [
        auditor("own case", is_practitioner="ann"),
        auditor("line manager", manages=("ben", "ann")),
        auditor("member or manager of the team", teams=("home-a", "review-a")),
    ],
    ids=lambda it: it.id,
)
def test_nobody_audits_their_own_work_or_that_of_their_people_or_team(dependent: Auditor) -> None:
    people = (practitioner("ann"), practitioner("ben", "home-a", last="2026-08-03"))
    alone = drawn(frame(*people, teams=TEAMS, auditors=(dependent,)))
    with_another = drawn(frame(*people, teams=TEAMS, auditors=(dependent, auditor("independent"))))

    assert "ann" not in [row.practitioner_id for row in alone.drawn]
    assert "A2" in shortfall_rules(alone)
    assert [row.auditor_id for row in with_another.drawn if row.practitioner_id == "ann"] == ["independent"]


@pytest.mark.proves("A2")
def test_independence_of_a_re_audit_looks_at_its_own_team_even_if_the_practitioner_has_moved() -> None:
    answer = drawn(
        frame(
            practitioner("ann", "home-a"),
            teams=TEAMS,
            re_audits=(re_audit("again", "ann", team="review-a"),),
            auditors=(senior("of the old team", teams=("review-a",)),),
        )
    )

    assert answer.re_audits[0].auditor_id is None
    assert "A2" in shortfall_rules(answer)


@pytest.mark.proves("A3")
def test_the_load_is_level() -> None:
    people = tuple(practitioner(f"p{number}") for number in range(7))
    answer = drawn(frame(*people, size=7, auditors=(auditor("x"), auditor("y"), auditor("z"))))
    given = [row.auditor_id for row in answer.drawn]

    assert sorted(given.count(who) for who in ("x", "y", "z")) == [2, 2, 3]
    assert answer.objective == Objective(2 * 2 + 2 * 2 + 3 * 3, 0, 0)


@pytest.mark.proves("A3")
def test_capacity_is_hard_and_an_absent_auditor_gets_nothing() -> None:
    people = tuple(practitioner(f"p{number}") for number in range(7))
    auditors = (auditor("full time", capacity=3), auditor("part time", capacity=1), auditor("absent", capacity=0))
    answer = drawn(frame(*people, size=7, auditors=auditors))
    given = [row.auditor_id for row in answer.drawn]

    assert [given.count(who.id) for who in auditors] == [3, 1, 0]
    assert (answer.size_asked, answer.size_drawn) == (7, 4)
    assert shortfall_rules(answer) == ["A3", "S8"]


@pytest.mark.proves("A3")
def test_earlier_audits_move_to_make_room_for_one_that_only_one_auditor_may_do() -> None:
    """MASH comes first and takes whoever; what matters is that all fit in the end."""
    answer = drawn(
        frame(
            practitioner("m", "mash-a"),
            practitioner("r", "review-a"),
            practitioner("h", "home-a"),
            size=3,
            teams=TEAMS,
            auditors=(
                auditor("manager", "quality_assurance", ("manager",), capacity=1),
                auditor("of review", "review", teams=("review-a",), capacity=1),
                auditor("of home", "home_first", teams=("home-a",), capacity=1),
            ),
        )
    )

    assert {row.practitioner_id: row.auditor_id for row in answer.drawn} == {
        "m": "manager",
        "r": "of home",
        "h": "of review",
    }


@pytest.mark.proves("A2", "A3")
def test_a_re_audit_goes_to_somebody_else_than_the_first_auditor_where_that_keeps_the_load_level() -> None:
    again = re_audit("again", "ann", first="quinn")
    of_two = drawn(frame(practitioner("ann"), re_audits=(again,), auditors=(senior("quinn"), senior("rosa"))))
    alone = drawn(frame(practitioner("ann"), re_audits=(again,), auditors=(senior("quinn"),)))

    assert (of_two.re_audits[0].auditor_id, of_two.objective.first_auditors) == ("rosa", 0)
    assert (alone.re_audits[0].auditor_id, alone.objective.first_auditors) == ("quinn", 1)
    assert "also did the first audit" in alone.re_audits[0].reasons[-1].sentence


@pytest.mark.proves("A2", "eligibility.months_before_meeting_again")
@pytest.mark.parametrize(("met", "kept_apart"), [("2025-11-01", True), ("2026-10-30", True), ("2025-10-31", False)])
def test_an_auditor_and_a_practitioner_who_met_within_twelve_months_are_kept_apart(met: str, kept_apart: bool) -> None:
    pairings = (Pairing("xena", "ann", on(met)), Pairing("yuri", "ann", on("2020-01-06")))
    alone = drawn(
        frame(practitioner("ann"), pairings=pairings, auditors=(auditor("xena"), auditor("yuri", capacity=0)))
    )
    both = [
        drawn(frame(practitioner("ann"), pairings=pairings, auditors=(auditor("xena"), auditor("yuri"))), seed=seed)
        for seed in "abcdefgh"
    ]

    assert alone.objective.repeats == (1 if kept_apart else 0)
    assert {answer.drawn[0].auditor_id for answer in both} == ({"yuri"} if kept_apart else {"xena", "yuri"})


@pytest.mark.proves("A3")
def test_level_load_outweighs_any_number_of_first_auditors_and_repeats() -> None:
    """Three re-audits for three auditors: two would be with their first auditor, and still each gets one."""
    people = tuple(practitioner(name) for name in ("ann", "ben", "cem"))
    answer = drawn(
        frame(
            *people,
            re_audits=tuple(re_audit(f"again {it.id}", it.id, first="q") for it in people),
            pairings=tuple(Pairing(who, it.id, on("2026-05-01")) for who in "qrs" for it in people),
            auditors=(senior("q"), senior("r"), senior("s")),
        )
    )

    assert answer.objective == Objective(load=3, first_auditors=1, repeats=3)


@pytest.mark.proves("A3")
def test_one_first_auditor_outweighs_any_number_of_repeats() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            re_audits=(re_audit("again", "ann", first="q"),),
            pairings=(Pairing("r", "ann", on("2026-05-01")),),
            auditors=(senior("q"), senior("r")),
        )
    )

    assert answer.objective == Objective(load=1, first_auditors=0, repeats=1)
    assert answer.re_audits[0].auditor_id == "r"


@pytest.mark.proves("A3")
def test_audits_carried_over_count_neither_for_capacity_nor_for_load() -> None:
    carried = tuple(CarriedOver(f"old {number}", "zoe", "xena") for number in range(3))
    people = (practitioner("ann"), practitioner("ben"), practitioner("zoe"))
    answer = drawn(
        frame(
            *people, size=2, carried_over=carried, auditors=(auditor("xena", capacity=1), auditor("yuri", capacity=1))
        )
    )

    assert {row.auditor_id for row in answer.drawn} == {"xena", "yuri"}
    assert answer.objective.load == 2


@pytest.mark.proves("A3")
def test_of_equal_auditors_nobody_is_favoured_by_the_alphabet() -> None:
    auditors = tuple(auditor(name) for name in ("adam", "bert", "carl", "dora"))
    first = [drawn(frame(practitioner("ann"), auditors=auditors), seed=str(n)).drawn[0].auditor_id for n in range(60)]

    assert all(5 <= first.count(it.id) <= 25 for it in auditors)


@pytest.mark.proves("A1", "A2", "A3")
@pytest.mark.parametrize(
    ("auditors", "rule"),
    [
        ((), "A1"),
        ((auditor("x", "review", ("manager",)),), "A1"),
        ((auditor("x", "quality_assurance", ("manager",), teams=("mash-a",)),), "A2"),
        ((auditor("x", "quality_assurance", ("manager",), manages=("m",), capacity=0),), "A2"),
        ((auditor("x", "quality_assurance", ("manager",), capacity=0),), "A3"),
    ],
)
def test_a_shortfall_names_who_may_before_independence_before_capacity(
    auditors: tuple[Auditor, ...], rule: str
) -> None:
    answer = drawn(frame(practitioner("m", "mash-a"), teams=TEAMS, auditors=auditors))

    assert shortfall_rules(answer) == [rule, "P5", "S8"]


def test_no_auditor_at_all_is_a_shortfall_and_no_error() -> None:
    answer = drawn(frame(practitioner("ann"), re_audits=(re_audit("again", "ann"),), auditors=(), size=3))

    assert answer.size_drawn == 0
    assert shortfall_rules(answer) == ["A1", "S8"]
    assert answer.objective == Objective(0, 0, 0)
