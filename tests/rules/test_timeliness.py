"""On time, in quality assurance, late, not accepted, not completed: each said in one place (L5, L12, Q3).

The audit is one of October 2026: its report is due on Thursday the 29th and its cycle closes on Friday the 30th.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from rules.policy.load import load_edition
from rules.timeliness import ReportDates, Timeliness, dates_of, timeliness, why_non_compliant
from tests.rules.audit_lives import CALENDAR, POLICY, on, returned

NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")

# What happened: submitted / not accepted / accepted / issued, and the last day of an open clock for amending.
NOTHING = ReportDates(report_due_on=on("10-29"), closes_on=on("10-30"))
SUBMITTED = replace(NOTHING, first_submitted_on=on("10-29"))
LATE_SUBMITTED = replace(NOTHING, first_submitted_on=on("10-30"))
RETURNED = replace(SUBMITTED, amendment_due_on=on("11-04"))
NOT_ACCEPTED = replace(SUBMITTED, not_accepted_on=on("11-05"))
ACCEPTED = replace(SUBMITTED, accepted_on=on("10-30"))
ACCEPTED_AFTER = replace(SUBMITTED, accepted_on=on("11-03"))


def issued_on(dates: ReportDates, day: str) -> ReportDates:
    return replace(dates, issued_on=on(day))


TABLE = [
    # what happened                                             on that day                      as of    is
    ("nothing, in the month", NOTHING, "10-15", "not_due_yet"),
    ("nothing, on the day on which the report is due", NOTHING, "10-29", "not_due_yet"),
    ("nothing, on the closing day", NOTHING, "10-30", "not_due_yet"),
    ("nothing, on the day after the close", NOTHING, "10-31", "not_completed"),
    ("submitted on the day it was due, which the audit team has", SUBMITTED, "10-30", "in_quality_assurance"),
    ("the same when the cycle has closed", SUBMITTED, "10-31", "in_quality_assurance"),
    ("the same however long the audit team takes", SUBMITTED, "11-30", "in_quality_assurance"),
    ("submitted a day late, before the close", LATE_SUBMITTED, "10-30", "not_due_yet"),
    ("submitted a day late, after the close", LATE_SUBMITTED, "10-31", "not_completed"),
    ("submitted in time and returned, still to be amended", RETURNED, "11-04", "in_quality_assurance"),
    ("the last day for amending has passed", RETURNED, "11-05", "not_accepted"),
    ("not accepted", NOT_ACCEPTED, "11-05", "not_accepted"),
    ("not accepted, asked about the day before", NOT_ACCEPTED, "11-04", "in_quality_assurance"),
    ("not accepted, and finished in the next cycle", issued_on(NOT_ACCEPTED, "11-30"), "12-01", "not_accepted"),
    ("accepted by the close and not issued", ACCEPTED, "10-31", "not_completed"),
    ("accepted by the close and issued on that day", issued_on(ACCEPTED, "10-30"), "10-30", "on_time"),
    ("accepted by the close and issued after it", issued_on(ACCEPTED, "11-02"), "11-02", "late"),
    ("accepted after the close, to be issued on the next working day", ACCEPTED_AFTER, "11-04", "in_quality_assurance"),
    ("accepted after the close and not issued", ACCEPTED_AFTER, "11-05", "not_completed"),
    ("accepted after the close and issued the next day", issued_on(ACCEPTED_AFTER, "11-04"), "11-04", "on_time"),
    ("accepted after the close and issued two days on", issued_on(ACCEPTED_AFTER, "11-05"), "11-05", "late"),
    ("submitted a day late and issued by the close", issued_on(LATE_SUBMITTED, "10-30"), "10-30", "late"),
    ("never submitted on record, and issued", issued_on(NOTHING, "10-20"), "10-31", "late"),
]  # fmt: skip


@pytest.mark.proves("L5", "L12", "Q3", "time_limits.issue_after_late_acceptance")
@pytest.mark.parametrize(("dates", "as_of", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_how_an_audit_stands_to_the_dates_of_its_cycle(dates: ReportDates, as_of: str, expected: str) -> None:
    assert timeliness(dates, on(as_of), POLICY, CALENDAR) == expected


@pytest.mark.proves("L12")
@pytest.mark.parametrize(
    ("dates", "as_of", "why"),
    [
        (NOTHING, "10-30", None),
        (replace(SUBMITTED, not_accepted_on=on("10-20")), "10-30", None),
        (NOTHING, "10-31", "its report has not been handed in"),
        (SUBMITTED, "10-31", None),
        (RETURNED, "11-04", None),
        (RETURNED, "11-05", "its report was not accepted"),
        (LATE_SUBMITTED, "10-31", "its report came after its date, Thursday 29 October 2026"),
        (ACCEPTED, "10-31", "its report was accepted and not issued"),
        (issued_on(ACCEPTED, "11-02"), "11-02", None),
        (issued_on(NOT_ACCEPTED, "11-30"), "12-01", None),
    ],
)
def test_the_head_of_service_hears_why_an_audit_was_not_issued_at_the_close(
    dates: ReportDates, as_of: str, why: str | None
) -> None:
    reason = why_non_compliant(dates, on(as_of), POLICY, CALENDAR)

    if why is None:
        assert reason is None
    else:
        assert reason is not None
        assert (reason.rule, reason.clause) == ("L12", "3.15.2")
        assert reason.sentence == (
            f"Not issued when its cycle closed on Friday 30 October 2026: {why}. It can still be finished."
        )


@pytest.mark.proves("L7", "time_limits.issue_after_late_acceptance")
def test_another_council_leaves_two_days_for_issuing_what_was_accepted_late() -> None:
    accepted = replace(NOTHING, first_submitted_on=on("10-28"), accepted_on=on("10-30"))

    for day, expected in (("11-03", Timeliness.ON_TIME), ("11-04", Timeliness.LATE)):
        assert timeliness(replace(accepted, issued_on=on(day)), on(day), NORTHMOOR, CALENDAR) == expected


@pytest.mark.proves("Q2")
def test_an_audits_facts_give_its_days_with_the_clock_for_amending() -> None:
    dates = dates_of(returned().facts)

    assert (dates.first_submitted_on, dates.amendment_due_on) == (on("10-12"), on("10-16"))
    assert timeliness(dates, on("10-16"), POLICY, CALENDAR) == Timeliness.IN_QUALITY_ASSURANCE
    assert timeliness(dates, on("10-17"), POLICY, CALENDAR) == Timeliness.NOT_ACCEPTED
