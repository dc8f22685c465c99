"""Which audits are moderated, and by when (M1, M3)."""

import dataclasses
from datetime import date
from hashlib import sha256

import pytest

from rules.errors import InvalidFacts
from rules.lengths import CalendarMonths
from rules.moderation import moderation_due, verify_moderation, why_no_moderation_month
from rules.moderation_frames import (
    AuditToModerate,
    Moderator,
    canonical_moderation_text,
    moderation_frame_from_text,
    moderation_frame_hash,
)
from rules.policy.load import load_edition
from rules.policy.moderation_checks import moderation_contradictions
from rules.policy.moderation_shapes import Moderation, ModerationSpread
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from tests.rules.moderation_facts import (
    CALENDAR,
    POLICY,
    SEED,
    audit,
    audits,
    by_ticket,
    drawn,
    frame,
    grades,
    ids,
    services,
)

NORTHMOOR = load_edition("tests/editions/northmoor_2026")
JUNE = date(2026, 6, 1)


def policy_with(**changed: object) -> Policy:
    values = {field.name: getattr(POLICY.moderation, field.name) for field in dataclasses.fields(POLICY.moderation)}
    return dataclasses.replace(POLICY, moderation=Moderation(**{**values, **changed}))


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
def test_a_frame_has_one_text_one_hash_and_a_way_back() -> None:
    of = frame([audit("b", grade=None), audit("a")], [Moderator("n", ("send", "mash"), 2)], moderated=("z", "y"))
    text = canonical_moderation_text(of, "waltham_forest_2023")

    assert moderation_frame_from_text(text) == (of.in_order(), "waltham_forest_2023")
    other_way = dataclasses.replace(of, moderators=(Moderator("n", ("mash", "send", "mash"), 2),))
    assert canonical_moderation_text(other_way, "waltham_forest_2023") == text
    assert moderation_frame_hash(of, "waltham_forest_2023") == sha256(text.encode()).hexdigest()
    assert text.startswith(
        '{"auditors_moderated":["y","z"],"audits":[{"auditor_id":"auditor of a","grade":"good","id":"a",'
    )


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


DUE = [
    # drawn on, due on
    ("2026-03-02", "2026-03-31"),  # the first working day of March: its last
    ("2026-06-01", "2026-06-30"),
    ("2026-09-01", "2026-09-30"),
    ("2027-03-01", "2027-03-31"),
    ("2028-09-01", "2028-09-29"),  # 30 September is a Saturday
    ("2026-03-03", "2026-04-02"),  # one month later is Good Friday, and the Thursday before it a working day
    ("2026-06-02", "2026-07-02"),
    ("2026-09-11", "2026-10-09"),  # 11 October is a Sunday
    ("2027-03-31", "2027-04-30"),  # 31 March + 1 month
    ("2027-03-02", "2027-04-02"),
    ("2026-04-01", "2026-05-01"),  # the first working day of a month without moderation
]


@pytest.mark.proves("M3", "moderation.within")
@pytest.mark.parametrize(("drawn_on", "due_on"), DUE)
def test_moderators_have_one_working_month(drawn_on: str, due_on: str) -> None:
    found = moderation_due(date.fromisoformat(drawn_on), POLICY, CALENDAR)

    assert found.due_on == date.fromisoformat(due_on)
    assert CALENDAR.is_working_day(found.due_on)
    assert (found.reason.rule, found.reason.clause) == ("M3", "3.14")


def test_the_due_date_says_how_it_was_reckoned() -> None:
    assert [moderation_due(on, POLICY, CALENDAR).reason.sentence for on in (JUNE, date(2026, 9, 11))] == [
        "Drawn on the first working day of June 2026: until the last of June 2026, Tuesday 30 June 2026.",
        (
            "Drawn on Friday 11 September 2026: 1 month from then, moved back from Sunday 11 October 2026 to a working "
            "day, Friday 9 October 2026."
        ),
    ]


@pytest.mark.proves("M1", "P7")
def test_a_month_without_moderation_says_which_have_it() -> None:
    assert why_no_moderation_month(JUNE, POLICY) is None
    assert why_no_moderation_month(date(2026, 7, 1), POLICY) == POLICY.reason(
        "M1", "July 2026 is no moderation month: senior leaders moderate in March, June, September."
    )
    assert why_no_moderation_month(JUNE, NORTHMOOR) == NORTHMOOR.reason(
        "M1", "June 2026 is no moderation month: senior leaders moderate in no month."
    )


def test_facts_that_cannot_be_are_refused_all_at_once_with_their_places() -> None:
    wrong = dataclasses.replace(audit("b"), grade="fine", auditor_id=" ")
    of = frame([audit("a"), audit("a"), wrong], [Moderator("m", capacity=-1), Moderator("m")], last_drawn_on=JUNE)

    with pytest.raises(InvalidFacts) as refusal:
        drawn(of, seed="")

    assert [problem.pointer for problem in refusal.value.problems] == [
        "/seed",
        "/last_drawn_on",
        "/audits/1/id",
        "/moderators/1/id",
        "/audits/2/auditor_id",
        "/audits/2/grade",
        "/moderators/0/capacity",
    ]


@pytest.mark.proves(
    "M1",
    "M3",
    "moderation.share_drawn",
    "moderation.least_drawn",
    "moderation.spread_over",
    "moderation.within",
)
def test_another_council_draws_a_quarter_by_service_alone_and_gives_two_months() -> None:
    """Twenty audits, so five; a rare grade has no place of its own."""
    given = [dataclasses.replace(it, grade="met") for it in [*audits(12, "north"), *audits(8, "south")]]
    rare = dataclasses.replace(given[0], grade="not_met")
    answers = [drawn(frame([rare, *given[1:]]), NORTHMOOR, seed) for seed in "abcdefgh"]

    assert {answer.size_drawn for answer in answers} == {5}
    assert all(services(answer) == {"north": 3, "south": 2} for answer in answers)
    assert any(rare.id not in ids(answer) for answer in answers)
    calendar = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)
    assert moderation_due(JUNE, NORTHMOOR, calendar).due_on == date(2026, 7, 31)


@pytest.mark.proves("moderation.within")
def test_two_months_from_the_first_working_day_of_a_moderation_month_end_with_the_month_after() -> None:
    assert moderation_due(JUNE, policy_with(within=CalendarMonths(2)), CALENDAR).due_on == date(2026, 7, 31)


@pytest.mark.proves("moderation.spread_over")
def test_without_any_spread_it_is_by_ticket_alone() -> None:
    given = [*audits(30, "mash"), *audits(3, "send", grade="I"), *audits(20, "review", auditor="one")]
    answer = drawn(frame(given), policy_with(spread_over=()))

    assert ids(answer) == by_ticket(*(it.id for it in given))[:6]
    assert answer.drawn[0].reasons[0].sentence == "One of the other places: the first in turn of 53."


SPOILT = [
    ({"share_drawn": 101}, "moderation.share_drawn (101) should be 0 to 100 per cent."),
    ({"share_drawn": -1}, "moderation.share_drawn (-1) should be 0 to 100 per cent."),
    ({"least_drawn": 0}, "moderation.least_drawn (0) should be 1 or more."),
    ({"spread_over": (ModerationSpread.GRADES,) * 2}, "moderation.spread_over should name each thing once."),
    ({"within": CalendarMonths(0)}, "moderation.within (0 months) should be 1 month or more."),
]


@pytest.mark.parametrize(("changed", "sentence"), SPOILT)
def test_an_edition_that_cannot_hold_says_why(changed: dict[str, object], sentence: str) -> None:
    assert list(moderation_contradictions(policy_with(**changed))) == [sentence]
    assert list(moderation_contradictions(POLICY)) == []
