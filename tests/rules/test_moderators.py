"""Who moderates which audit (M2)."""

from collections import Counter

import pytest

from rules.moderation_frames import Moderator
from rules.moderators import why_may_not_moderate
from rules.policy.moderation_shapes import ModerationConflict
from rules.tickets import Tickets
from tests.rules.moderation_facts import POLICY, audit, audits, drawn, frame, policy_with


@pytest.mark.proves("M2")
def test_nobody_moderates_an_audit_that_they_did() -> None:
    """Morgan did four of the five: Noor has those, and for level load Morgan the one that Noor did."""
    given = [*(audit(f"m{place}", auditor="morgan") for place in range(4)), audit("n", auditor="noor")]
    answer = drawn(frame(given, [Moderator("morgan"), Moderator("noor")]))

    assert {it.audit_id: it.moderator_id for it in answer.drawn} == {
        **{f"m{place}": "noor" for place in range(4)},
        "n": "morgan",
    }
    assert answer.moderators == (("morgan", 1), ("noor", 4))
    assert answer.shortfalls == ()


@pytest.mark.proves("M2")
@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("auditor of x", "Nobody moderates an audit that they did."),
        ("practitioner of x", "Nobody moderates an audit of their own work."),
        ("morgan", None),
    ],
)
def test_a_moderator_named_by_hand_is_held_to_the_same(who: str, sentence: str | None) -> None:
    found = why_may_not_moderate(audit("x"), who, POLICY)

    assert (None if found is None else found.reason.sentence) == sentence
    assert found is None or (found.reason.rule, found.reason.clause) == ("M2", "3.14")


CONFLICTS = {
    "earlier_auditor": "that they began",
    "practitioners_manager": "of the work of somebody whom they manage",
    "auditors_manager": "by somebody whom they manage",
    "quality_checker": "whose report they accepted or returned",
}


@pytest.mark.proves("M2", "moderation.never_moderated_by")
@pytest.mark.parametrize(("conflict", "words"), CONFLICTS.items())
def test_nobody_moderates_an_audit_in_which_they_are_concerned(conflict: str, words: str) -> None:
    """Noor takes it, however loaded, and it is said why Morgan does not; a council that does not mind lets Morgan."""
    given = [audit("x", conflicts={"morgan": conflict}), *audits(4, auditor="morgan")]
    moderators = [Moderator("morgan"), Moderator("noor")]
    answer = drawn(frame(given, moderators))

    found = next(it for it in answer.drawn if it.audit_id == "x")
    assert found.moderator_id == "noor"
    assert [(it.moderator_id, it.conflict, it.reason.sentence) for it in found.barred] == [
        ("morgan", conflict, f"Nobody moderates an audit {words}.")
    ]
    lenient = policy_with(never_moderated_by=(ModerationConflict.AUDITOR, ModerationConflict.PRACTITIONER))
    assert drawn(frame(given, moderators), lenient).moderators == (("morgan", 1), ("noor", 4))


@pytest.mark.proves("M2")
def test_audits_are_shared_evenly() -> None:
    answer = drawn(frame(audits(110), [Moderator(name) for name in ("a", "b", "c")]))

    assert answer.size_drawn == 11
    assert sorted(load for _, load in answer.moderators) == [3, 4, 4]


@pytest.mark.proves("M2")
def test_where_possible_nobody_moderates_their_own_service() -> None:
    """Three of mash and two of send: the heads of the two change places, although that is less even."""
    heads = [Moderator("head of mash", ("mash",)), Moderator("head of send", ("send",))]
    answer = drawn(frame([*audits(3, "mash"), *audits(2, "send")], heads))

    assert answer.moderators == (("head of mash", 2), ("head of send", 3))
    assert not any(it.is_own_service for it in answer.drawn)
    assert {it.reasons[-1].sentence for it in answer.drawn} == {
        "The moderator is not concerned in this audit and does not belong to mash.",
        "The moderator is not concerned in this audit and does not belong to send.",
    }


@pytest.mark.proves("M2")
def test_that_comes_before_level_load() -> None:
    moderators = [Moderator("director"), Moderator("head of mash", ("mash",))]
    answer = drawn(frame(audits(110, "mash"), moderators))

    assert answer.moderators == (("director", 11), ("head of mash", 0))


@pytest.mark.proves("M2", "S5")
def test_among_equals_the_ticket_of_the_moderator_decides() -> None:
    moderators = [Moderator(name) for name in ("a", "b", "c")]
    for seed in ("one", "two", "three", "four", "five"):
        first = min(("a", "b", "c"), key=lambda it: Tickets(seed).of("moderator", it))

        assert [it.moderator_id for it in drawn(frame([audit("x")], moderators), seed=seed).drawn] == [first]


@pytest.mark.proves("M2")
def test_where_nobody_else_can_they_do_and_it_is_said() -> None:
    heads = [Moderator("head of mash", ("mash",)), Moderator("head of send", ("send",), capacity=1)]
    answer = drawn(frame(audits(4, "mash"), heads))

    assert Counter(it.is_own_service for it in answer.drawn) == {True: 3, False: 1}
    own = next(it for it in answer.drawn if it.is_own_service)
    assert own.moderator_id == "head of mash"
    assert own.reasons[-1].sentence == ("The moderator belongs to mash: nobody of another service could take it.")


NOBODY = [
    ([], "there are no moderators"),
    ([Moderator("auditor of x"), Moderator("practitioner of x")], "everybody who moderates is concerned in it"),
    ([Moderator("morgan", capacity=0)], "nobody who may moderate it has room for one more"),
    ([Moderator("morgan", capacity=0), Moderator("auditor of x")], "nobody who may moderate it has room for one more"),
]


@pytest.mark.proves("M2")
@pytest.mark.parametrize(("moderators", "why"), NOBODY)
def test_an_audit_that_nobody_can_moderate_stays_drawn_and_is_a_shortfall(
    moderators: list[Moderator], why: str
) -> None:
    answer = drawn(frame([audit("x")], moderators))

    assert [(it.audit_id, it.moderator_id) for it in answer.drawn] == [("x", None)]
    shortfall = answer.shortfalls[-1]
    assert (shortfall.rule, shortfall.sentence) == ("M2", f"Nobody moderates audit x: {why}.")


@pytest.mark.proves("M2")
def test_with_too_little_room_the_last_drawn_go_without() -> None:
    answer = drawn(frame(audits(5), [Moderator("morgan", capacity=2), Moderator("noor", capacity=1)]))

    assert [it.moderator_id is not None for it in answer.drawn] == [True, True, True, False, False]
    assert answer.moderators == (("morgan", 2), ("noor", 1))
