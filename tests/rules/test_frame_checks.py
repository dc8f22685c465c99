"""A frame that contradicts itself is refused, with every problem and its place (RULES-API, draw)."""

from dataclasses import replace
from typing import Any

import pytest

from rules.draws import draw
from rules.errors import InvalidFacts, NoSuchCycle
from rules.sampling_frames import CarriedOver, Case, DueReAudit, Pairing, SamplingFrame, SetAside, Team
from tests.rules.draw_facts import CALENDAR, POLICY, auditor, case, drawn, frame, on, practitioner, re_audit

GOOD = frame(practitioner("ann"), practitioner("ben"))
ANN, BEN = GOOD.practitioners
LATE = on("2026-09-01")


def _problems(of: SamplingFrame, seed: str = "seed") -> list[str]:
    with pytest.raises(InvalidFacts) as refused:
        draw(of, seed, POLICY, CALENDAR)
    return [problem.pointer for problem in refused.value.problems]


def _re_audit(**changes: Any) -> tuple[DueReAudit, ...]:
    return (replace(re_audit("again", "ann"), **changes),)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"teams": (*GOOD.teams, Team("review-a", "send"))}, "/teams/1/id"),
        ({"practitioners": (ANN, BEN, ANN)}, "/practitioners/2/id"),
        ({"cases": (*GOOD.cases, case("case of ann", "ben"))}, "/cases/2/id"),
        ({"auditors": (auditor("x"), auditor("y"), auditor("x"))}, "/auditors/2/id"),
        ({"re_audits": _re_audit() * 2}, "/re_audits/1/id"),
        (
            {"carried_over": (CarriedOver("old", "ann", "xena"), CarriedOver("old", "ben", "xena"))},
            "/carried_over/1/audit_id",
        ),
        (
            {"set_aside": (SetAside("case of ann", "S10", "a"), SetAside("case of ann", "P2", "b"))},
            "/set_aside/1/case_id",
        ),
        ({"practitioners": (ANN, replace(BEN, team_id="gone"))}, "/practitioners/1/team_id"),
        ({"cases": (GOOD.cases[0], Case("c", "gone", LATE, LATE))}, "/cases/1/practitioner_id"),
        ({"auditors": (auditor("x", teams=("review-a", "gone")),)}, "/auditors/0/team_ids/1"),
        ({"auditors": (auditor("x", manages=("gone",)),)}, "/auditors/0/line_manages/0"),
        ({"auditors": (auditor("x", is_practitioner="gone"),)}, "/auditors/0/practitioner_id"),
        ({"auditors": (auditor("x", capacity=-1),)}, "/auditors/0/capacity"),
        ({"auditors": (auditor("x", roles=("manager", "king")),)}, "/auditors/0/roles/1"),
        ({"re_audits": _re_audit(case_id="gone")}, "/re_audits/0/case_id"),
        ({"re_audits": _re_audit(practitioner_id="gone")}, "/re_audits/0/practitioner_id"),
        ({"re_audits": _re_audit(team_id="gone")}, "/re_audits/0/team_id"),
        ({"re_audits": _re_audit(first_auditor_id="gone")}, "/re_audits/0/first_auditor_id"),
        ({"re_audits": _re_audit(grade="poor")}, "/re_audits/0/grade"),
        ({"carried_over": (CarriedOver("old", "gone", "xena"),)}, "/carried_over/0/practitioner_id"),
        ({"carried_over": (CarriedOver("old", "ann", "gone"),)}, "/carried_over/0/auditor_id"),
        ({"pairings": (Pairing("gone", "ann", LATE),)}, "/pairings/0/auditor_id"),
        ({"pairings": (Pairing("xena", "gone", LATE),)}, "/pairings/0/practitioner_id"),
        ({"set_aside": (SetAside("gone", "S10", "why"),)}, "/set_aside/0/case_id"),
        ({"set_aside": (SetAside("case of ann", "", "why"),)}, "/set_aside/0/rule"),
        ({"set_aside": (SetAside("case of ann", " ", "why"),)}, "/set_aside/0/rule"),
        ({"size": 0}, "/size"),
        ({"size": -3}, "/size"),
        ({"teams": (replace(GOOD.teams[0], service_id="half \ud800"),)}, "/teams/0/service_id"),
        ({"teams": (Team("", "review"), *GOOD.teams)}, "/teams/0/id"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_duplicate_and_dangling_ids_and_impossible_values_are_refused_where_they_stand(
    changes: dict[str, Any], pointer: str
) -> None:
    assert _problems(replace(GOOD, **changes)) == [pointer]


@pytest.mark.parametrize("seed", ["", "x" * 1_001, "half \udfff"], ids=["empty", "too long", "half a character"])
def test_a_seed_is_1_to_1000_characters_of_text(seed: str) -> None:
    assert _problems(GOOD, seed) == ["/seed"]


@pytest.mark.parametrize("seed", ["x", "x" * 1_000, "ä 漢 🎲\n\t\0"])
def test_any_text_of_that_length_is_a_seed(seed: str) -> None:
    assert draw(GOOD, seed, POLICY, CALENDAR).seed == seed


def test_all_problems_are_told_at_once() -> None:
    broken = replace(
        GOOD,
        size=0,
        cases=(*GOOD.cases, Case("c", "gone", LATE, LATE), Case("c", "gone too", LATE, LATE)),
    )

    assert set(_problems(broken, "")) == {
        "/seed",
        "/size",
        "/cases/3/id",
        "/cases/2/practitioner_id",
        "/cases/3/practitioner_id",
    }


def test_a_problem_names_field_value_and_way_out() -> None:
    with pytest.raises(InvalidFacts) as refused:
        drawn(replace(GOOD, cases=(Case("c", "gone", LATE, LATE),)))

    assert refused.value.sentence == (
        "practitioner_id names the practitioner 'gone', but there is none in practitioners: "
        "add the row there or correct the reference."
    )
    assert refused.value.problems[0].value == "gone"


def test_what_is_shown_of_a_long_id_is_cut_short() -> None:
    with pytest.raises(InvalidFacts) as refused:
        drawn(replace(GOOD, cases=(Case("c", "gone" * 100_000, LATE, LATE),)))

    assert len(refused.value.sentence) < 250


@pytest.mark.proves("P1")
@pytest.mark.parametrize("cycle", ["2026-08", "2026-12"])
def test_a_month_without_a_cycle_is_refused(cycle: str) -> None:
    with pytest.raises(NoSuchCycle):
        drawn(replace(GOOD, cycle=cycle))


def test_identical_pairings_are_harmless() -> None:
    pairing = Pairing("xena", "ann", LATE)

    assert drawn(replace(GOOD, pairings=(pairing, pairing))) == drawn(replace(GOOD, pairings=(pairing,)))


@pytest.mark.proves("S8")
def test_a_cycle_in_which_nobody_is_due_still_gives_out_its_re_audits() -> None:
    answer = draw(replace(GOOD, size=0), "seed", POLICY, CALENDAR, least_size=0)

    assert (answer.size_drawn, answer.shortfalls) == (0, ())
