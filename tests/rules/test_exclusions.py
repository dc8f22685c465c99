"""Who and what is kept out of a draw, and by which rule (S2, S3, S6, S9)."""

from dataclasses import replace
from typing import Any

import pytest

from rules.exclusions import first_month_within
from rules.lengths import CalendarMonths
from rules.sampling_frames import CarriedOver, SetAside
from tests.rules.draw_facts import (
    POLICY,
    case,
    drawn,
    frame,
    on,
    people_drawn,
    practitioner,
    re_audit,
    rule_for,
    senior,
)

CASE = "case of ann"


@pytest.mark.proves("S3", "selection.least_months_between_audits")
@pytest.mark.parametrize(
    ("last", "rule"),
    [
        ("2026-10-01", "S3"),
        ("2026-09-01", "S3"),
        ("2026-08-31", None),
        ("2026-08-01", None),
        ("2025-10-31", None),
        (None, None),
        ("2026-11-02", "S3"),
    ],
)
def test_nobody_is_drawn_sooner_than_two_calendar_months_after_the_last_audit(
    last: str | None, rule: str | None
) -> None:
    assert rule_for(drawn(frame(practitioner("ann", last=last))), CASE) == rule


@pytest.mark.proves("selection.least_months_between_audits")
def test_another_least_time_between_audits_needs_no_change_of_code() -> None:
    policy = replace(POLICY, selection=replace(POLICY.selection, least_months_between_audits=CalendarMonths(3)))
    answer = drawn(frame(practitioner("ann", last="2026-08-31")), policy)

    assert rule_for(answer, CASE) == "S3"
    assert answer.excluded[0].sentence == (
        "Practitioner ann was last audited in August 2026, 2 months before this cycle: "
        "there are at least 3 months between two audits."
    )


@pytest.mark.proves("S6", "selection.months_before_same_case")
@pytest.mark.parametrize(
    ("last", "rule"),
    [("2025-10-31", None), ("2025-11-01", "S6"), ("2026-09-30", "S6"), (None, None)],
)
def test_a_case_is_not_drawn_again_within_twelve_calendar_months(last: str | None, rule: str | None) -> None:
    answer = drawn(frame(practitioner("ann"), cases=(case(CASE, "ann", last=last),)))

    assert rule_for(answer, CASE) == rule


@pytest.mark.proves("S6")
def test_somebody_with_one_case_audited_lately_is_drawn_with_another() -> None:
    answer = drawn(frame(practitioner("ann"), cases=(case(CASE, "ann", last="2026-05-01"), case("other", "ann"))))

    assert [row.case_id for row in answer.drawn] == ["other"]
    assert rule_for(answer, CASE) == "S6"


@pytest.mark.proves("S9", "selection.away_for_more_than")
def test_somebody_away_for_most_of_the_cycle_is_not_drawn() -> None:
    answer = drawn(frame(practitioner("ann", away=True)))

    assert rule_for(answer, CASE) == "S9"
    assert answer.excluded[0].sentence == "Practitioner ann is away for more than 10 working days of the cycle."


@pytest.mark.proves("S2")
def test_somebody_with_a_re_audit_in_this_cycle_is_not_drawn_with_any_case() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            cases=(case(CASE, "ann"), case("other", "ann")),
            re_audits=(re_audit("again", "ann"),),
            auditors=(senior("quinn"),),
        )
    )

    assert {rule_for(answer, CASE), rule_for(answer, "other")} == {"S2"}
    assert answer.re_audits[0].auditor_id == "quinn"


@pytest.mark.proves("S2", "A3")
def test_a_re_audit_that_is_due_but_not_admitted_keeps_its_practitioner_out_all_the_same() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            cases=(case(CASE, "ann"), case("other", "ann")),
            re_audits=(re_audit("again", "ann"),),
            auditors=(senior("quinn", capacity=0),),
        )
    )

    assert answer.re_audits[0].auditor_id is None
    assert not answer.re_audits[0].held_over
    assert rule_for(answer, "other") == "S2"


@pytest.mark.proves("S2", "S6")
def test_a_re_audit_held_over_keeps_only_its_case_out() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            cases=(case(CASE, "ann"), case("other", "ann")),
            re_audits=(re_audit("again", "ann", due="2026-10-02"),),
        )
    )

    assert answer.re_audits[0].held_over
    assert rule_for(answer, CASE) == "S6"
    assert [row.case_id for row in answer.drawn] == ["other"]


@pytest.mark.proves("S2")
def test_one_held_over_and_one_due_now_keep_the_practitioner_out() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            cases=(case(CASE, "ann"), case("other", "ann"), case("third", "ann")),
            re_audits=(re_audit("later", "ann", due="2026-10-02"), re_audit("now", "ann", case_id="other")),
        )
    )

    assert rule_for(answer, "third") == "S2"


@pytest.mark.proves("S2")
def test_somebody_with_an_audit_carried_over_is_not_drawn() -> None:
    carried = (CarriedOver("PA-2026-0001", "ann", "xena"),)
    answer = drawn(frame(practitioner("ann"), practitioner("ben"), carried_over=carried))

    assert rule_for(answer, CASE) == "S2"
    assert people_drawn(answer) == ["ben"]
    assert "PA-2026-0001" in answer.excluded[0].sentence


@pytest.mark.proves("S2")
def test_a_due_re_audit_is_not_held_back_by_an_audit_carried_over() -> None:
    carried = (CarriedOver("PA-2026-0001", "ann", "xena"),)
    answer = drawn(
        frame(
            practitioner("ann"),
            carried_over=carried,
            re_audits=(re_audit("again", "ann"),),
            auditors=(senior("xena"),),
        )
    )

    assert answer.re_audits[0].auditor_id == "xena"


@pytest.mark.proves("S9", "S2")
def test_being_away_or_set_aside_binds_new_audits_and_not_re_audits() -> None:
    answer = drawn(
        frame(
            practitioner("ann", away=True),
            re_audits=(re_audit("again", "ann"),),
            set_aside=(SetAside(CASE, "S10", "Restricted record."),),
            auditors=(senior("quinn"),),
        )
    )

    assert answer.re_audits[0].auditor_id == "quinn"


@pytest.mark.parametrize(
    ("rule", "clause"),
    [("S10", "—"), ("P2", "3"), ("local rule 7", "—")],
)
def test_a_case_set_aside_is_echoed_in_its_own_words_with_the_clause_if_the_edition_knows_it(
    rule: str, clause: str
) -> None:
    answer = drawn(frame(practitioner("ann"), set_aside=(SetAside(CASE, rule, "We know why."),)))
    row = answer.excluded[0]

    assert (row.case_id, row.rule, row.clause, row.sentence) == (CASE, rule, clause, "We know why.")


@pytest.mark.proves("S2", "S3", "S6", "S9")
@pytest.mark.parametrize(
    ("holds", "rule"),
    [
        (("set aside", "S9", "S2", "S3", "S6"), "S10"),
        (("S9", "S2", "S3", "S6"), "S9"),
        (("S2", "S3", "S6"), "S2"),
        (("S3", "S6"), "S3"),
        (("S6",), "S6"),
        ((), None),
    ],
)
def test_of_several_reasons_the_first_in_their_order_is_given(holds: tuple[str, ...], rule: str | None) -> None:
    last = {"last": "2026-09-01"} if "S3" in holds else {}
    ann = practitioner("ann", away="S9" in holds, **last)
    facts: dict[str, Any] = {"cases": (case(CASE, "ann", last="2026-01-05" if "S6" in holds else None),)}
    if "set aside" in holds:
        facts["set_aside"] = (SetAside(CASE, "S10", "Restricted record."),)
    if "S2" in holds:
        facts["carried_over"] = (CarriedOver("unfinished", "ann", "xena"),)

    assert rule_for(drawn(frame(ann, **facts)), CASE) == rule


@pytest.mark.parametrize(
    ("months", "opens", "first"),
    [
        (2, "2026-10-01", "2026-09-01"),
        (12, "2026-10-01", "2025-11-01"),
        (12, "2027-01-04", "2026-02-01"),
        (1, "2027-01-04", "2027-01-01"),
        (0, "2026-10-01", "2026-11-01"),
    ],
)
def test_too_soon_begins_with_the_first_day_of_a_month(months: int, opens: str, first: str) -> None:
    assert first_month_within(CalendarMonths(months), on(opens)) == on(first)
