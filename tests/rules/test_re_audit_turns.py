"""Which re-audits have their turn in a cycle, and which of them are admitted first (S2, S7, P7, A3)."""

from dataclasses import replace

import pytest

from rules.draw_answers import Draw
from rules.policy.draw_shapes import ReAuditsInModerationMonth
from rules.policy.shape import Policy
from tests.rules.draw_facts import (
    POLICY,
    by_ticket,
    case,
    drawn,
    frame,
    practitioner,
    re_audit,
    rule_for,
    senior,
    shortfall_rules,
)


def _moderation(choice: ReAuditsInModerationMonth) -> Policy:
    return replace(POLICY, programme=replace(POLICY.programme, reaudits_in_moderation_month=choice))


def _held_over(answer: Draw) -> set[str]:
    return {row.id for row in answer.re_audits if row.held_over}


def _given(answer: Draw) -> set[str]:
    return {row.id for row in answer.re_audits if row.auditor_id}


@pytest.mark.proves("S7", "P6")
@pytest.mark.parametrize(("due", "waits"), [("2026-09-30", False), ("2026-10-01", False), ("2026-10-02", True)])
def test_a_re_audit_due_after_the_opening_day_waits(due: str, waits: bool) -> None:
    answer = drawn(frame(practitioner("ann"), re_audits=(re_audit("again", "ann", due=due),), auditors=(senior("q"),)))

    assert answer.re_audits[0].held_over == waits
    assert (answer.re_audits[0].auditor_id is None) == waits
    assert answer.re_audits[0].reasons[0].rule == "S7"


@pytest.mark.proves("P7", "programme.reaudits_in_moderation_month", "programme.moderation_months")
@pytest.mark.parametrize(
    ("choice", "held_over"),
    [
        (ReAuditsInModerationMonth.DEFER, {"inadequate", "requires improvement"}),
        (ReAuditsInModerationMonth.INADEQUATE_ONLY, {"requires improvement"}),
        (ReAuditsInModerationMonth.ALLOW, set()),
    ],
)
def test_in_a_moderation_month_re_audits_wait_as_the_policy_says(
    choice: ReAuditsInModerationMonth, held_over: set[str]
) -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            practitioner("ben"),
            re_audits=(
                re_audit("inadequate", "ann", grade="inadequate", due="2026-05-20"),
                re_audit("requires improvement", "ben", due="2026-05-20"),
            ),
            auditors=(senior("q"),),
            cycle="2026-06",
        ),
        _moderation(choice),
    )

    assert _held_over(answer) == held_over
    assert all(row.reasons[0].rule == "P7" for row in answer.re_audits if row.held_over)


@pytest.mark.proves("S2", "P7")
def test_in_a_moderation_month_a_held_over_re_audit_leaves_its_practitioner_free_for_another_case() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            cases=(case("case of ann", "ann"), case("other", "ann")),
            re_audits=(re_audit("again", "ann", due="2026-05-20"),),
            cycle="2026-06",
        )
    )

    assert [row.case_id for row in answer.drawn] == ["other"]


@pytest.mark.proves("S2")
@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (("2026-09-01", "requires_improvement"), ("2026-09-02", "inadequate"), "one"),
        (("2026-09-02", "inadequate"), ("2026-09-01", "requires_improvement"), "other"),
        (("2026-09-02", "requires_improvement"), ("2026-09-02", "inadequate"), "other"),
    ],
)
def test_of_two_re_audits_of_one_practitioner_the_earlier_due_goes_first_then_inadequate(
    one: tuple[str, str], other: tuple[str, str], first: str
) -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            cases=(case("a", "ann"), case("b", "ann")),
            re_audits=(
                re_audit("one", "ann", "a", due=one[0], grade=one[1]),
                re_audit("other", "ann", "b", due=other[0], grade=other[1]),
            ),
            auditors=(senior("q"),),
        )
    )

    assert _given(answer) == {first}
    assert _held_over(answer) == {"one", "other"} - {first}
    assert {rule_for(answer, "a"), rule_for(answer, "b")} == {"S2"}


@pytest.mark.proves("S2")
def test_of_two_re_audits_alike_the_ticket_decides() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            cases=(case("a", "ann"), case("b", "ann")),
            re_audits=(re_audit("one", "ann", "a"), re_audit("other", "ann", "b")),
            auditors=(senior("q"),),
        )
    )

    assert _given(answer) == {by_ticket("re_audit", "one", "other")[0]}


@pytest.mark.proves("S2")
def test_a_re_audit_that_is_not_due_yet_does_not_hold_up_another_of_the_same_practitioner() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            cases=(case("a", "ann"), case("b", "ann")),
            re_audits=(re_audit("later", "ann", "a", due="2026-10-05"), re_audit("now", "ann", "b")),
            auditors=(senior("q"),),
        )
    )

    assert _given(answer) == {"now"}
    assert _held_over(answer) == {"later"}


@pytest.mark.proves("A3", "eligibility.admitted_first")
def test_where_auditors_are_few_inadequate_is_admitted_first_then_the_earlier_due_then_the_ticket() -> None:
    people = ("ann", "ben", "cem", "dee", "eve")
    tied = by_ticket("re_audit", "tied one", "tied two")
    re_audits = (
        re_audit("inadequate, late", "ann", grade="inadequate", due="2026-09-30"),
        re_audit("early", "ben", due="2026-08-03"),
        re_audit(tied[1], "cem", due="2026-09-01"),
        re_audit(tied[0], "dee", due="2026-09-01"),
        re_audit("late", "eve", due="2026-09-02"),
    )
    order = ["inadequate, late", "early", *tied, "late"]
    for room in range(6):
        answer = drawn(
            frame(
                *map(practitioner, people),
                re_audits=re_audits,
                auditors=(senior("q", capacity=room),),
            )
        )

        assert _given(answer) == set(order[:room])
        assert shortfall_rules(answer).count("A3") == 5 - room


@pytest.mark.proves("A3")
def test_re_audits_are_admitted_before_any_new_audit_gets_a_seat() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            practitioner("ben"),
            re_audits=(re_audit("again", "ann"),),
            auditors=(senior("q", capacity=1),),
        )
    )

    assert _given(answer) == {"again"}
    assert answer.drawn == ()
    assert shortfall_rules(answer) == ["A3", "S8"]
