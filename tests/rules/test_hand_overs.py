"""What becomes of each thing that a leaver holds, whose last day is Friday 16 October 2026 (P4, A4, S9)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.hand_overs import Held, Holding, Outcome, passed_on
from rules.policy.load import load_edition

POLICY = load_edition()
LAST_DAY = date(2026, 10, 16)

ROWS = [
    # what is held, due on, successor, concerned, becomes, words
    (Holding.POST, None, "W2", "", Outcome.PASSES_ON, "passes to the successor on Saturday 17 October 2026"),
    (Holding.POST, None, None, "", Outcome.ENDS, "vacant from then on, and the next role up is told instead"),
    (Holding.DEPUTY, None, None, "", Outcome.ENDS, "the post has no deputy from then on"),
    (Holding.DEPUTY, None, "W2", "W2", Outcome.ENDS, "concerned by it and nobody owes a duty to themselves"),
    (
        Holding.LINE_MANAGES,
        None,
        None,
        "",
        Outcome.ENDS,
        "their team's manager, or who is next up, is their line manager",
    ),
    (Holding.LINE_MANAGES, None, "W2", "W2", Outcome.ENDS, "nobody owes a duty to themselves"),
    (Holding.STANDS_IN, None, "W2", "", Outcome.PASSES_ON, "passes to"),
    (Holding.LINE_MANAGED, None, "W2", "", Outcome.ENDS, "ends on Friday 16 October 2026"),
    (Holding.TEAM_MEMBER, None, "W2", "", Outcome.ENDS, "ends on Friday 16 October 2026"),
    (Holding.AUDITOR, None, "W2", "", Outcome.ENDS, "ends on Friday 16 October 2026"),
    (Holding.ABSENT, None, "W2", "", Outcome.ENDS, "ends on Friday 16 October 2026"),
    (Holding.AUDITS, date(2026, 10, 29), "W2", "", Outcome.PASSES_ON, "passes to the successor at once"),
    (
        Holding.AUDITS,
        date(2026, 10, 16),
        "W2",
        "",
        Outcome.STAYS,
        "due on Friday 16 October 2026, while they are still",
    ),
    (Holding.AUDITS, date(2026, 10, 29), None, "", Outcome.TO_BE_DECIDED, "no successor is named, so somebody else"),
    (Holding.AUDITS, date(2026, 10, 29), "W2", "W2", Outcome.TO_BE_DECIDED, "the successor is concerned by it"),
    (Holding.DUTY, date(2026, 10, 19), "W2", "", Outcome.PASSES_ON, "passes to the successor at once"),
    (Holding.DUTY, date(2026, 10, 19), None, "", Outcome.TO_BE_DECIDED, "somebody else is to be found"),
    (Holding.AUDITED, None, "W2", "", Outcome.TO_BE_DECIDED, "the audit team withdraws it or has the next in reserve"),
]


@pytest.mark.proves("P4", "A4", "S9")
@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}, {row[4]}: {row[5][:30]}" for row in ROWS])
def test_what_becomes_of_it(row: tuple[Holding, date | None, str | None, str, Outcome, str]) -> None:
    holding, due_on, successor, concerned, becomes, words = row
    held = Held(holding, "it", frozenset(filter(None, [concerned])), due_on)
    passed = passed_on(held, LAST_DAY, successor, POLICY)
    assert passed.outcome is becomes
    assert words in passed.reason.sentence
    assert (passed.successor is not None) is (becomes is Outcome.PASSES_ON)


helds = st.builds(
    Held,
    st.sampled_from(Holding),
    st.just("it"),
    st.frozensets(st.sampled_from("abc")),
    st.none() | st.dates(date(2026, 9, 1), date(2026, 12, 31)),
)


@given(helds, st.dates(date(2026, 9, 1), date(2026, 12, 31)), st.none() | st.sampled_from("abcd"))
def test_whoever_is_concerned_never_takes_it_and_each_outcome_says_why(
    held: Held, last_day_on: date, successor: str | None
) -> None:
    passed = passed_on(held, last_day_on, successor, POLICY)
    assert passed.successor not in held.concerned
    assert passed.successor in (None, successor)
    assert passed.reason.rule
    assert passed.reason.sentence.startswith("It: ")
    assert passed.reason.sentence.endswith(".")
