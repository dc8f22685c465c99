"""How many new audits a cycle asks for (S8)."""

from dataclasses import replace

import pytest

from rules.policy.draw_shapes import SampleSize
from rules.policy.shape import Policy
from rules.programme import cycle_of
from rules.sample_sizes import size_asked, statistical_size
from rules.sampling_frames import Auditor, CarriedOver, SamplingFrame, SetAside, Team
from rules.who_is_due import practitioners_due
from tests.rules.draw_facts import (
    CALENDAR,
    POLICY,
    REVIEW,
    auditor,
    case,
    frame,
    practitioner,
    re_audit,
)

CYCLE = cycle_of(POLICY, CALENDAR, "2026-10")
# 3 teams, 4 practitioners of whom 3 have cases, 7 cases, 2 available auditors and one absent.
COUNCIL = frame(
    practitioner("ann"),
    practitioner("ben"),
    practitioner("cem", last="2026-08-03"),
    practitioner("no cases"),
    teams=(REVIEW, Team("b", "send"), Team("c", "send")),
    cases=(
        *(case(f"a{number}", "ann") for number in range(4)),
        *(case(f"b{number}", "ben") for number in range(2)),
        case("c0", "cem"),
    ),
    auditors=(auditor("x", capacity=3), auditor("y", capacity=1), auditor("absent", capacity=0)),
)


def _policy(size: SampleSize) -> Policy:
    return replace(POLICY, selection=replace(POLICY.selection, sample_size=size))


def _asked(size: SampleSize, of: SamplingFrame = COUNCIL) -> int:
    return size_asked(of, CYCLE, _policy(size)).size


@pytest.mark.proves("S8", "selection.sample_size")
@pytest.mark.parametrize(
    ("size", "asked"),
    [
        (SampleSize("fixed", number=40), 40),
        (SampleSize("per_team", number=2), 6),
        (SampleSize("per_auditor", number=2), 4),
        (SampleSize("per_practitioner", number=1), 3),
        (SampleSize("percentage", number=10), 1),
        (SampleSize("percentage", number=50), 4),
        (SampleSize("percentage", number=100), 7),
        (SampleSize("statistical", confidence=95, margin=5), 7),
        (SampleSize("who_is_due", number=1), 2),
        (SampleSize("who_is_due", number=3), 2),
    ],
)
def test_each_kind_of_sample_size_is_worked_out_from_the_frame(size: SampleSize, asked: int) -> None:
    assert _asked(size) == asked


@pytest.mark.proves("S8", "S3", "selection.target_months_between_audits")
@pytest.mark.parametrize(
    ("last", "is_due"),
    [("2026-07-31", True), ("2026-08-01", False), ("2025-10-01", True), (None, True)],
)
def test_somebody_is_due_three_calendar_months_after_the_last_audit(last: str | None, is_due: bool) -> None:
    of = frame(practitioner("ann", last=last))

    assert [person.id for person in practitioners_due(of, CYCLE, POLICY)] == (["ann"] if is_due else [])


@pytest.mark.proves("S3", "S8")
def test_a_newcomer_is_due_three_months_after_the_start_and_somebody_of_unknown_start_at_once() -> None:
    of = frame(
        practitioner("new", started="2026-08-03"),
        practitioner("three months here", started="2026-07-31"),
        practitioner("unknown", started=None),
    )

    assert {person.id for person in practitioners_due(of, CYCLE, POLICY)} == {"three months here", "unknown"}


@pytest.mark.proves("S8", "A3")
def test_who_is_due_is_asked_for_up_to_the_room_that_re_audits_leave() -> None:
    people = [practitioner(f"p{number}") for number in range(9)]
    auditors = (auditor("x"), auditor("y"), auditor("z"), auditor("absent", capacity=0))
    size = SampleSize("who_is_due", number=2)
    without = frame(*people, auditors=auditors)
    one_again = replace(without, re_audits=(re_audit("again", "p0"), re_audit("later", "p1", due="2026-10-05")))
    seven_again = replace(without, re_audits=tuple(re_audit(f"again {n}", f"p{n}") for n in range(7)))

    assert [_asked(size, of) for of in (without, one_again, seven_again)] == [6, 5, 0]


@pytest.mark.proves("S8")
def test_part_time_auditors_are_counted_with_the_room_they_have() -> None:
    people = [practitioner(f"p{number}") for number in range(9)]
    of = frame(*people, auditors=(auditor("full time", capacity=5), auditor("part time", capacity=1)))

    assert _asked(SampleSize("who_is_due", number=3), of) == 4


@pytest.mark.proves("S8")
@pytest.mark.parametrize(
    ("population", "confidence", "margin", "size"),
    # Textbook values of Cochran's formula for a share of one half.
    [
        (10**9, 95, 5, 385),
        (1_000, 95, 5, 278),
        (2_500, 95, 5, 334),
        (500, 90, 10, 60),
        (10_000, 99, 5, 623),
        (1, 95, 5, 1),
        (0, 95, 5, 0),
    ],
)
def test_a_statistical_size_is_cochrans_corrected_for_a_finite_population(
    population: int, confidence: int, margin: int, size: int
) -> None:
    assert statistical_size(population, confidence, margin) == size


@pytest.mark.proves("S8")
def test_the_size_comes_with_its_arithmetic() -> None:
    reason = size_asked(COUNCIL, CYCLE, POLICY).reason

    assert reason.rule == "S8"
    assert reason.sentence == (
        "2 practitioners due after 3 months or more; room for 2 new audits, which is 2 at 1 for each available "
        "auditor less 0 re-audits."
    )


def _short(of: SamplingFrame, size: SampleSize) -> list[tuple[str, str]]:
    asked = size_asked(of, CYCLE, _policy(size))
    assert asked.warnings == ()
    return [(shortfall.rule, shortfall.sentence) for shortfall in asked.shortfalls]


@pytest.mark.proves("S8", "A3")
def test_whoever_is_due_and_finds_no_room_is_a_shortfall_in_figures() -> None:
    people = [practitioner(f"p{number}") for number in range(9)]
    of = frame(
        *people, auditors=(auditor("x"), auditor("y"), auditor("away", capacity=0)), re_audits=(re_audit("r", "p0"),)
    )

    sentence = (
        "5 of the 8 practitioners due get no audit in this cycle: there is room for 3 (the auditors' capacity at up to "
        "2 each, 4, less 1 re-audit due)."
    )
    assert _short(of, SampleSize("who_is_due", number=2)) == [("S8", sentence)]
    assert _short(of, SampleSize("who_is_due", number=5)) == []


@pytest.mark.proves("S8", "A3")
def test_re_audits_that_take_all_the_room_leave_none_for_whoever_is_due() -> None:
    of = frame(practitioner("ann"), practitioner("ben"), re_audits=(re_audit("r", "ann"),))

    ((_, sentence),) = _short(of, SampleSize("who_is_due", number=1))
    assert sentence == (
        "The one practitioner due gets no audit in this cycle: there is room for none (the auditors' capacity at up to "
        "1 each, 1, less 1 re-audit due)."
    )


@pytest.mark.proves("S8", "A3")
@pytest.mark.parametrize(
    ("auditors", "why"),
    [
        ((), "no auditor is appointed."),
        ((auditor("x", capacity=0),), "the only auditor is away, leaving before its close or no longer appointed."),
        (
            (auditor("x", capacity=0), auditor("y", capacity=0)),
            "all 2 auditors are away, leaving before its close or no longer appointed.",
        ),
    ],
)
@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("who_is_due", "All 2 practitioners due get no audit in this cycle"),
        ("per_auditor", "No new audit is asked for in this cycle"),
    ],
)
def test_auditors_without_any_room_are_named_as_what_lacks(
    auditors: tuple[Auditor, ...], why: str, kind: str, what: str
) -> None:
    of = frame(practitioner("ann"), practitioner("ben"), auditors=auditors)

    assert _short(of, SampleSize(kind, number=1)) == [("S8", f"{what}: {why}")]


@pytest.mark.proves("S8")
def test_nobody_due_is_no_shortfall_and_said_all_the_same() -> None:
    asked = size_asked(frame(practitioner("ann", last="2026-08-03")), CYCLE, POLICY)

    assert (asked.size, asked.shortfalls) == (0, ())
    assert [(warning.rule, warning.sentence) for warning in asked.warnings] == [
        (
            "S8",
            "Nobody who can be drawn is due after 3 months or more, so this cycle asks for no new audit.",
        )
    ]


@pytest.mark.proves("S8", "S2")
def test_audits_carried_over_are_named_when_they_are_why_nobody_is_due() -> None:
    """Ann's has an auditor, ben's has none any more; cem would not be due anyway."""
    of = frame(
        practitioner("ann"),
        practitioner("ben"),
        practitioner("cem", last="2026-08-03"),
        carried_over=(CarriedOver("PA-1", "ann", "xena"), CarriedOver("PA-3", "cem", "xena")),
        set_aside=(SetAside("case of ben", "S2", "Practitioner ben has the unfinished audit PA-2."),),
    )
    asked = size_asked(of, CYCLE, POLICY)

    assert (asked.size, asked.shortfalls) == (0, ())
    ((rule, sentence),) = [(warning.rule, warning.sentence) for warning in asked.warnings]
    assert rule == "S2"
    assert "2 practitioners are due but kept out by an audit carried over from an earlier cycle" in sentence
