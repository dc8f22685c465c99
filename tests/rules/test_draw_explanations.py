"""What a draw says of a case is true of that case (S5): which rule and clause, and nothing that did not happen."""

from dataclasses import replace

import pytest

from rules.draw_answers import Draw
from rules.lengths import CalendarMonths
from rules.sampling_frames import Team
from tests.rules.draw_facts import POLICY, auditor, case, drawn, frame, practitioner, re_audit, senior

MASH = Team("mash-a", "mash")


def _sentences(answer: Draw, rule: str) -> list[str]:
    """What the first drawn case, or else the first re-audit, is told by that rule."""
    reasons = answer.drawn[0].reasons if answer.drawn else answer.re_audits[0].reasons
    return [reason.sentence for reason in reasons if reason.rule == rule]


@pytest.mark.proves("S2")
def test_a_due_re_audit_that_nobody_does_is_not_told_as_one_that_takes_place() -> None:
    given = frame(practitioner("ann"), re_audits=(re_audit("again", "ann"),), auditors=(senior("q"),))
    refused = replace(given, auditors=(senior("q", capacity=0),))

    assert [row.sentence for row in drawn(given).excluded] == [
        "Practitioner ann has a re-audit due in this cycle, again: nobody has two audits in a month."
    ]
    assert [row.sentence for row in drawn(refused).excluded] == [
        (
            "Practitioner ann has a re-audit due in this cycle, again, for which no auditor was found: "
            "nobody has two audits in a month, and the re-audit goes first."
        )
    ]


@pytest.mark.proves("S9", "S2")
def test_somebody_away_is_told_so_even_if_their_re_audit_found_no_auditor() -> None:
    answer = drawn(frame(practitioner("ann", away=True), re_audits=(re_audit("again", "ann"),), auditors=()))

    assert [row.rule for row in answer.excluded] == ["S9"]


@pytest.mark.proves("A1", "eligibility.auditors_of_re_audits")
@pytest.mark.parametrize(("auditors", "given"), [((auditor("x"),), False), ((senior("x"),), True)])
def test_a_re_audit_names_the_clause_on_who_re_audits(auditors: tuple[object, ...], given: bool) -> None:
    again = re_audit("again", "ann")
    answer = drawn(frame(practitioner("ann"), re_audits=(again,), auditors=auditors))  # type: ignore[arg-type]  # tuples in a table
    reasons = [reason for reason in answer.re_audits[0].reasons if reason.rule == "A1"]

    assert (answer.re_audits[0].auditor_id is not None) == given
    assert [reason.clause for reason in reasons] == ["2.3"]


@pytest.mark.proves("A1", "eligibility.auditors_of_services")
def test_new_audits_of_a_service_with_auditors_of_its_own_name_the_clause_that_says_so() -> None:
    answer = drawn(
        frame(
            practitioner("m", "mash-a"),
            practitioner("r"),
            size=2,
            teams=(MASH, *frame().teams),
            auditors=(senior("q"),),
        )
    )
    told = {
        row.practitioner_id: [(reason.clause, reason.sentence) for reason in row.reasons if reason.rule == "A1"]
        for row in answer.drawn
    }

    assert told == {
        "m": [
            (
                "2.2",
                "New audits of mash are for any manager or senior manager of quality_assurance; q is one of those.",
            )
        ],
        "r": [],
    }


@pytest.mark.proves("S6", "selection.period_covered")
@pytest.mark.parametrize(
    ("began", "sentence"),
    [
        (
            "2026-05-11",
            (
                "The audit covers Monday 11 May 2026 to Wednesday 30 September 2026: "
                "6 months before the cycle opens, or since the involvement began, if that is later."
            ),
        ),
        (
            "2026-10-01",
            (
                "The involvement began on Thursday 1 October 2026: since then there is nothing before the opening day, "
                "Thursday 1 October 2026, to look at."
            ),
        ),
    ],
)
def test_an_audit_says_which_period_it_covers_or_that_there_is_none(began: str, sentence: str) -> None:
    answer = drawn(frame(practitioner("ann"), cases=(case("case", "ann", began=began),)))

    assert _sentences(answer, "S6") == [sentence]


@pytest.mark.proves("S6", "S7")
@pytest.mark.parametrize(
    ("issued", "due", "begins"),
    [
        (
            "2026-08-20",
            "2026-09-20",
            "The re-audit covers Friday 21 August 2026 to Wednesday 30 September 2026: 6 months",
        ),
        ("2026-09-04", "2026-10-04", "In this cycle it would cover Saturday 5 September 2026 to"),
        (
            "2026-09-30",
            "2026-09-30",
            "The previous report was issued on Wednesday 30 September 2026: since then there is",
        ),
        ("2026-10-12", "2026-11-12", "The previous report was issued on Monday 12 October 2026: since then there is"),
    ],
)
def test_a_re_audit_says_which_period_it_covers_or_that_there_is_none(issued: str, due: str, begins: str) -> None:
    again = re_audit("again", "ann", issued=issued, due=due)
    sentence = _sentences(drawn(frame(practitioner("ann"), re_audits=(again,), auditors=(senior("q"),))), "S6")

    assert len(sentence) == 1
    assert sentence[0].startswith(begins)


@pytest.mark.proves("S7")
@pytest.mark.parametrize(
    ("grade", "sentence"),
    [
        ("inadequate", "Due on Sunday 20 September 2026 because the audit before was graded Inadequate."),
        (
            "good",
            (
                "Asked for as due on Sunday 20 September 2026; the audit before was graded Good, which by itself calls "
                "for none."
            ),
        ),
    ],
)
def test_a_re_audit_is_due_for_its_grade_only_if_that_grade_calls_for_one(grade: str, sentence: str) -> None:
    again = re_audit("again", "ann", grade=grade)

    assert _sentences(drawn(frame(practitioner("ann"), re_audits=(again,))), "S7") == [sentence]


@pytest.mark.proves("P7", "S7")
def test_a_re_audit_due_after_a_moderation_month_opens_waits_for_its_day_and_not_for_moderation() -> None:
    later = re_audit("again", "ann", due="2026-06-15")
    answer = drawn(frame(practitioner("ann"), re_audits=(later,), cycle="2026-06"))

    assert answer.re_audits[0].held_over
    assert [reason.rule for reason in answer.re_audits[0].reasons] == ["S7", "S6"]


@pytest.mark.proves("S5")
def test_a_ticket_is_said_to_settle_the_order_only_where_there_are_equals() -> None:
    alone = drawn(frame(practitioner("ann"), practitioner("ben", last="2026-05-01")))
    equals = drawn(
        frame(
            practitioner("ann"),
            practitioner("ben"),
            cases=tuple(case(f"{name} {number}", name) for name in ("ann", "ben") for number in range(2)),
        )
    )
    preferred = drawn(
        frame(practitioner("ann"), cases=(case("old", "ann"), case("new", "ann", allocated="2026-09-30")))
    )

    assert _sentences(alone, "S5")[0].count("there is no equal") == 2
    assert _sentences(equals, "S5")[0].count("it settled the order") == 2
    assert _sentences(preferred, "S5")[0].count("there is no equal") == 2


@pytest.mark.proves("S3", "S5")
def test_who_waited_longer_is_no_equal_although_both_have_work_held_for_long() -> None:
    nearly = (practitioner("ann", last="2026-05-31"), practitioner("ben", last="2026-06-01"))
    same_month = (practitioner("ann", last="2026-05-31"), practitioner("ben", last="2026-05-01"))

    assert "there is no equal), the case's" in _sentences(drawn(frame(*nearly)), "S5")[0]
    assert "it settled the order), the case's" in _sentences(drawn(frame(*same_month)), "S5")[0]


@pytest.mark.proves("S6")
def test_another_period_is_told_in_its_own_length() -> None:
    policy = replace(POLICY, selection=replace(POLICY.selection, period_covered=CalendarMonths(3)))

    assert "3 months before the cycle opens" in _sentences(drawn(frame(practitioner("ann")), policy), "S6")[0]
