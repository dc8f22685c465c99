"""How many audits are moderated, of which (M1), and that anybody can draw them again (S5)."""

import dataclasses
from datetime import date
from hashlib import sha256

import pytest

from rules.moderation import verify_moderation
from rules.moderation_frames import AuditToModerate, Moderator
from tests.rules.moderation_facts import CALENDAR, POLICY, SEED, audit, audits, by_ticket, drawn, frame, grades, ids

JUNE = date(2026, 6, 1)


@pytest.mark.proves("M1", "moderation.share_drawn", "moderation.least_drawn")
@pytest.mark.parametrize(
    ("issued", "asked", "number"),
    [
        # At least five, and all if fewer.
        (0, 5, 0),
        (3, 5, 3),
        (5, 5, 5),
        (6, 5, 5),
        # From fifty-one on ten per cent, rounded up, are more than five.
        (50, 5, 5),
        (51, 6, 6),
        (60, 6, 6),
        (61, 7, 7),
        (180, 18, 18),
    ],
)
def test_ten_per_cent_are_drawn_at_least_five_and_all_if_fewer(issued: int, asked: int, number: int) -> None:
    answer = drawn(frame(audits(issued)))

    assert (answer.size_asked, answer.size_drawn, len(answer.drawn)) == (asked, number, number)
    assert [shortfall.rule for shortfall in answer.shortfalls] == (["M1"] if number < asked else [])


@pytest.mark.proves("M1")
def test_disputed_audits_count_for_the_size_and_are_left_out() -> None:
    """Sixty-one were issued, so seven are drawn; of the ten disputed ones none."""
    disputed = [audit(f"disputed-{place}", grade="I", disputed=True) for place in range(10)]
    answer = drawn(frame([*audits(51), *disputed]))

    assert answer.size_drawn == 7
    assert not any(name.startswith("disputed") for name in ids(answer))
    assert grades(answer) == {"G": 7}


@pytest.mark.proves("M1")
def test_an_audit_with_a_grade_of_another_edition_is_left_out_and_stops_no_draw() -> None:
    other = dataclasses.replace(audit("other"), grade="fine")
    answer = drawn(frame([*audits(50), other]))

    assert (answer.size_asked, answer.size_drawn) == (6, 6), "it was issued, so it counts for the size"
    (why,) = [it for it in answer.not_drawn if it.audit_id == "other"]
    assert (why.was_in_draw, why.reason.rule) == (False, "M1")
    assert why.reason.sentence.startswith("Graded 'fine', which this edition does not have")


@pytest.mark.proves("M1")
def test_the_size_is_of_those_issued_from_the_day_of_the_last_draw_to_the_day_before_this_one() -> None:
    """Fifty, the one of 2 March and the one of 31 May: 52, so six. Those of 1 March and 1 June make no difference."""
    given = [*audits(50), audit("a", issued="2026-03-02"), audit("b", issued="2026-05-31")]
    others = [audit(f"x{place}-{day}", issued=day) for place in range(20) for day in ("2026-03-01", "2026-06-01")]

    assert drawn(frame(given[:-1])).size_asked == 6
    assert drawn(frame([*given, *others])).size_asked == 6
    assert drawn(frame(given[:-2])).size_asked == 5


NOT_IN_THE_DRAW = [
    (audit("x", issued="2026-03-01"), "M1", "Issued on 2026-03-01, before the last draw on 2026-03-02"),
    (audit("x", issued="2026-06-01"), "M1", "Issued on 2026-06-01, not before the day of the draw"),
    (audit("x", issued="2026-06-12"), "M1", "it is among those of the next"),
    (audit("x", disputed=True), "M1", "Disputed on the day of the draw"),
    (audit("x", grade=None), "P8", "compliance checks only"),
]


@pytest.mark.proves("M1")
@pytest.mark.parametrize(("given", "rule", "why"), NOT_IN_THE_DRAW)
def test_an_audit_that_is_not_drawn_from_says_why(given: AuditToModerate, rule: str, why: str) -> None:
    answer = drawn(frame([given, audit("y")]))

    assert ids(answer) == ["y"]
    assert [(it.audit_id, it.was_in_draw, it.reason.rule) for it in answer.not_drawn] == [("x", False, rule)]
    assert why in answer.not_drawn[0].reason.sentence


@pytest.mark.proves("M1")
def test_an_audit_issued_on_the_day_of_a_draw_is_in_the_next_and_in_no_other() -> None:
    on_the_day = audit("x", issued="2026-06-01")
    june = frame([on_the_day])
    september = frame([on_the_day], drawn_on=date(2026, 9, 1), last_drawn_on=JUNE)
    next_march = frame([on_the_day], drawn_on=date(2027, 3, 1), last_drawn_on=date(2026, 9, 1))

    assert [ids(drawn(it)) for it in (june, september, next_march)] == [[], ["x"], []]


def test_the_first_draw_of_all_looks_at_all_that_was_issued() -> None:
    assert ids(drawn(frame([audit("x", issued="2024-04-30")], last_drawn_on=None))) == ["x"]


@pytest.mark.proves("M1", "S5")
def test_equals_go_by_ticket_which_anybody_can_work_out() -> None:
    names = [f"PA-2026-{number:04}" for number in range(1, 9)]
    answer = drawn(frame([audit(name) for name in names]))

    assert ids(answer) == by_ticket(*names)[:5]
    first = answer.drawn[0]
    assert first.ticket == sha256(f"{SEED}\naudit\n{first.audit_id}".encode()).hexdigest()
    assert answer.not_drawn[0].was_in_draw
    assert answer.not_drawn[0].reason.sentence == "Others came before it: of review's 8 audits 5 were drawn."


@pytest.mark.proves("M1", "S5")
def test_the_example_of_the_published_method() -> None:
    """docs/moderation.md, for whoever writes the draw again."""
    given = [audit(f"PA-{n}", "mash", grade="I" if n == 7 else "G") for n in range(1, 9)]
    answer = drawn(frame(given), seed="2026-06 moderation")

    assert ids(answer) == ["PA-7", "PA-2", "PA-3", "PA-6", "PA-4"]
    assert answer.drawn[1].ticket.startswith("043cdd03")


@pytest.mark.proves("M1", "S5")
def test_the_same_frame_and_seed_give_the_same_draw_and_another_seed_another() -> None:
    of = frame(audits(60), [Moderator("morgan"), Moderator("noor")])
    turned = dataclasses.replace(of, audits=of.audits[::-1], moderators=of.moderators[::-1])

    assert drawn(turned) == drawn(of)
    assert ids(drawn(of, seed="another")) != ids(drawn(of))


@pytest.mark.proves("S5")
def test_a_draw_is_verified_by_drawing_again() -> None:
    of = frame(audits(60))
    answer = drawn(of)
    bent = dataclasses.replace(answer, drawn=answer.drawn[1:], size_drawn=answer.size_drawn - 1)

    assert verify_moderation(answer, of, POLICY, CALENDAR) == ()
    assert [sentence.split()[2] for sentence in verify_moderation(bent, of, POLICY, CALENDAR)] == [
        "size_drawn",
        "drawn",
    ]
