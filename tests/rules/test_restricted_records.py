"""A restricted record is given to an auditor cleared for it, or to nobody (S10)."""

import json
from dataclasses import replace

import pytest

from rules.canonical_frames import canonical_text, frame_from_text, frame_hash
from rules.certificates import check_certificate
from rules.draw_answers import Draw
from rules.sampling_frames import Auditor, SamplingFrame
from tests.rules.draw_facts import (
    CALENDAR,
    POLICY,
    auditor,
    case,
    drawn,
    frame,
    practitioner,
    re_audit,
    shortfall_rules,
)

ANN, BEN = practitioner("ann"), practitioner("ben", last="2026-05-01")
SECRET, OPEN = case("secret", "ann", restricted=True), case("open", "ben")
CLEARED = auditor("cleared", cleared=True)


def with_auditors(*auditors: Auditor) -> SamplingFrame:
    """Ann, whose turn it is, holds a restricted record, and Ben, who is next, one that is open to all."""
    return frame(ANN, BEN, size=2, cases=(SECRET, OPEN), auditors=auditors)


def given_to(answer: Draw) -> dict[str, str]:
    return {row.case_id: row.auditor_id for row in answer.drawn}


@pytest.mark.proves("S10", "A3")
@pytest.mark.parametrize("seed", list("abcdefgh"))
def test_of_many_auditors_the_one_who_is_cleared_gets_the_restricted_record(seed: str) -> None:
    everybody = with_auditors(CLEARED, *(auditor(f"x{number}") for number in range(6)))
    answer = drawn(everybody, seed=seed)

    assert given_to(answer)["secret"] == "cleared"
    assert given_to(answer)["open"] != "cleared"  # the load is level
    assert check_certificate(answer, everybody, POLICY, CALENDAR) == ()


@pytest.mark.proves("S10", "A3")
def test_what_a_cleared_auditor_has_already_moves_on_to_make_room_for_a_restricted_record() -> None:
    """Ben's turn comes first and takes whoever has the lower ticket; in the end both are audited."""
    ben_first = frame(
        practitioner("ann", last="2026-05-01"),
        practitioner("ben"),
        size=2,
        cases=(SECRET, OPEN),
        auditors=(replace(CLEARED, capacity=1), auditor("other", capacity=1)),
    )

    for seed in "abcdefgh":
        assert given_to(drawn(ben_first, seed=seed)) == {"secret": "cleared", "open": "other"}


@pytest.mark.proves("S10", "A1", "A2", "A3")
@pytest.mark.parametrize(
    ("auditors", "rule", "words"),
    [
        ((), "A1", "no auditor in this request may do it"),
        ((auditor("x", teams=("review-a",), cleared=True),), "A2", "is of the same team"),
        ((auditor("x", manages=("ann",)),), "A2", "manages the practitioner"),
        ((auditor("x"),), "S10", "its record is restricted, and no independent auditor who is cleared"),
        ((auditor("x"), auditor("y", manages=("ann",), cleared=True)), "S10", "its record is restricted"),
        ((auditor("x"), auditor("y", cleared=True, capacity=0)), "S10", "its record is restricted"),
        ((auditor("y", cleared=True, capacity=0),), "A3", "absent or full"),
    ],
)
def test_without_a_cleared_auditor_the_team_is_stopped_with_the_rule_in_the_way(
    auditors: tuple[Auditor, ...], rule: str, words: str
) -> None:
    answer = drawn(with_auditors(*auditors))

    assert given_to(answer) == {}
    assert shortfall_rules(answer) == sorted([rule, "S8"])
    assert any("for its next practitioner, ann, " in it.sentence and words in it.sentence for it in answer.shortfalls)
    assert check_certificate(answer, with_auditors(*auditors), POLICY, CALENDAR) == ()


@pytest.mark.proves("S10")
def test_only_the_restricted_record_says_that_its_auditor_is_cleared() -> None:
    answer = drawn(with_auditors(CLEARED, auditor("x")))
    why = {row.case_id: [it.sentence for it in row.reasons if it.rule == "S10"] for row in answer.drawn}

    assert why == {"secret": ["The record of case secret is restricted, and cleared is cleared for that."], "open": []}


@pytest.mark.proves("S10", "A3")
@pytest.mark.parametrize(("cleared", "rules"), [(True, []), (False, ["S10"])])
def test_a_re_audit_of_a_restricted_record_is_for_the_cleared_too(cleared: bool, rules: list[str]) -> None:
    senior = auditor("rosa", "quality_assurance", ("senior_manager",), cleared=cleared)
    answer = drawn(frame(ANN, cases=(SECRET,), re_audits=(re_audit("again", "ann", "secret"),), auditors=(senior,)))

    assert answer.re_audits[0].auditor_id == ("rosa" if cleared else None)
    assert [it.rule for it in answer.re_audits[0].reasons if it.rule == "S10"] == ["S10"]
    assert [rule for rule in shortfall_rules(answer) if rule != "S8"] == rules


@pytest.mark.proves("S10", "A3")
def test_a_certificate_is_refused_that_gives_a_restricted_record_to_somebody_else() -> None:
    of = with_auditors(replace(CLEARED, capacity=1), auditor("x", capacity=1))
    answer = drawn(of)
    swapped = {"cleared": "x", "x": "cleared"}
    changed = replace(answer, drawn=tuple(replace(it, auditor_id=swapped[it.auditor_id]) for it in answer.drawn))

    assert check_certificate(changed, of, POLICY, CALENDAR) == ("The audit of ann is with x, who may not do it.",)


@pytest.mark.proves("S5", "S10")
def test_the_text_of_a_frame_tells_who_is_cleared_and_what_is_restricted_and_of_nothing_else() -> None:
    of = with_auditors(CLEARED, auditor("x"))
    text = canonical_text(of, "e")
    plain = json.loads(text)

    assert [it.get("is_restricted") for it in plain["cases"]] == [None, True]
    assert [it.get("is_cleared_for_restricted") for it in plain["auditors"]] == [True, None]
    assert [list(row) for row in (*plain["cases"], *plain["auditors"])] == [
        sorted(row) for row in (*plain["cases"], *plain["auditors"])
    ]
    assert frame_from_text(text) == (of.in_order(), "e")
    assert frame_hash(replace(of, cases=(replace(SECRET, is_restricted=False), OPEN)), "e") != frame_hash(of, "e")


@pytest.mark.proves("S5", "S10")
def test_clearance_changes_no_draw_in_which_nothing_is_restricted() -> None:
    plain = frame(ANN, BEN, size=2, auditors=(auditor("x"), auditor("y")))
    cleared = replace(plain, auditors=tuple(replace(it, is_cleared_for_restricted=True) for it in plain.auditors))

    for seed in "abcd":
        assert replace(drawn(cleared, seed=seed), frame_hash="") == replace(drawn(plain, seed=seed), frame_hash="")
