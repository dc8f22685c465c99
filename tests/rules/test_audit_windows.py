"""Which period an audit covers (S6)."""

import pytest

from rules.audit_windows import window_of_audit, window_of_re_audit
from rules.lengths import CalendarMonths
from tests.rules.draw_facts import case, drawn, frame, on, practitioner, re_audit, senior

SIX = CalendarMonths(6)


@pytest.mark.proves("S6", "selection.period_covered")
@pytest.mark.parametrize(
    ("opens", "began", "starts", "ends"),
    [
        ("2026-10-01", "2020-01-01", "2026-04-01", "2026-09-30"),
        ("2026-10-01", "2026-04-01", "2026-04-01", "2026-09-30"),
        ("2026-10-01", "2026-04-02", "2026-04-02", "2026-09-30"),
        ("2026-10-01", "2026-09-30", "2026-09-30", "2026-09-30"),
        # No 31 February, no 31 April: the last day of the shorter month.
        ("2026-08-31", "2020-01-01", "2026-02-28", "2026-08-30"),
        ("2028-08-31", "2020-01-01", "2028-02-29", "2028-08-30"),
        ("2026-10-31", "2020-01-01", "2026-04-30", "2026-10-30"),
        ("2027-01-04", "2020-01-01", "2026-07-04", "2027-01-03"),
    ],
)
def test_an_audit_covers_six_months_or_since_the_involvement_began(
    opens: str, began: str, starts: str, ends: str
) -> None:
    window = window_of_audit(on(opens), on(began), SIX)

    assert (window.starts_on, window.ends_on) == (on(starts), on(ends))


@pytest.mark.proves("S6")
@pytest.mark.parametrize(
    ("issued", "starts"),
    [
        ("2026-08-20", "2026-08-21"),
        ("2026-03-31", "2026-04-01"),
        ("2026-03-30", "2026-04-01"),
        ("2025-01-06", "2026-04-01"),
        ("2026-08-31", "2026-09-01"),
    ],
)
def test_a_re_audit_covers_what_came_after_the_previous_report_six_months_at_most(issued: str, starts: str) -> None:
    window = window_of_re_audit(on("2026-10-01"), on(issued), SIX)

    assert (window.starts_on, window.ends_on) == (on(starts), on("2026-09-30"))


@pytest.mark.proves("S6")
def test_a_draw_gives_both_kinds_of_window_even_to_a_re_audit_held_over() -> None:
    answer = drawn(
        frame(
            practitioner("ann"),
            practitioner("ben"),
            practitioner("cem"),
            cases=(case("new", "ann", began="2026-05-11"), case("case of ben", "ben"), case("case of cem", "cem")),
            re_audits=(re_audit("now", "ben"), re_audit("later", "cem", due="2026-10-05", issued="2026-02-02")),
            auditors=(senior("q"),),
        )
    )

    assert [(row.window_from, row.window_to) for row in answer.drawn] == [(on("2026-05-11"), on("2026-09-30"))]
    assert {row.id: row.window_from for row in answer.re_audits} == {"now": on("2026-08-21"), "later": on("2026-04-01")}
