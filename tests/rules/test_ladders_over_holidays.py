"""Ladders fast-forwarded over Christmas 2026 and Easter 2027 with nobody answering: day by day, who is told what.

The days were counted by hand on a wall calendar. `python -m pytest -n 0 -rP tests/rules/test_ladders_over_holidays.py`
prints them with the reasons; `tests/journeys/test_ladders_over_holidays.py` as the product tells them.
"""

from datetime import date, timedelta

import pytest

from rules.ladder_days import DayTold, day_by_day
from rules.ladders import Step
from rules.policy.load import load_edition
from rules.re_audits import IssuedAudit, further_audit
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
SHORT = {
    "practitioner": "P",
    "auditor": "A",
    "line_manager": "LM",
    "team_manager": "TM",
    "head_of_service": "HoS",
    "principal_social_worker": "PSW",
    "assistant_director": "AD",
    "assistant_director_qa": "AD-QA",
    "director": "D",
    "audit_team": "AT",
    "audit_manager": "AM",
}


def reminded(rung: str, who: str, *days: str) -> list[tuple[str, str, str, str]]:
    """Reminders on each of these days, such as "Mon 18 Jan 27"."""
    return [(day, rung, "reminder", who) for day in days]


def told_day_by_day(ladder: str, began: date, until: date, *steps: Step) -> list[tuple[str, str, str, str]]:
    found = list(day_by_day(ladder, began, steps, until=until, policy=POLICY, calendar=CALENDAR))
    print(f"\n{ladder}, from {began}:")
    for line in found:
        print(line)
    return [_row(line) for line in found]


def _row(line: DayTold) -> tuple[str, str, str, str]:
    return f"{line.on:%a %d %b %y}", line.rung, line.what, " ".join(SHORT[role] for role in line.told)


@pytest.mark.proves("W1", "W2", "W3", "W6", "L13")
def test_an_alert_of_christmas_eve_that_nobody_answers_is_with_the_assistant_director_by_8_january() -> None:
    assert told_day_by_day("safety_alert", date(2026, 12, 24), date(2027, 1, 20)) == [
        ("Thu 24 Dec 26", "W1", "alert raised", "A LM TM AT AM"),
        ("Fri 25 Dec 26", "W1", "not acknowledged", "A LM TM AT AM"),
        # 25 December and 28 December (for Boxing Day) are no working days: the outcome was due on Tuesday 29.
        ("Wed 30 Dec 26", "W2", "time ran out", "A HoS AT AM"),
        ("Mon 04 Jan 27", "W2", "reminder", "HoS"),
        ("Wed 06 Jan 27", "W2", "reminder", "HoS"),
        ("Fri 08 Jan 27", "W3", "time ran out", "A AD AT AM"),
        ("Tue 12 Jan 27", "W3", "reminder", "AD"),
        ("Thu 14 Jan 27", "W3", "reminder", "AD"),
        # The Director only hears of it by a person's word.
        ("Sat 16 Jan 27", "W3", "time ran out", "A AD AT AM"),
        *reminded("W3", "AD", "Mon 18 Jan 27", "Tue 19 Jan 27", "Wed 20 Jan 27"),
    ]


@pytest.mark.proves("W1", "W2", "W3", "W6", "L13")
def test_an_alert_of_the_thursday_before_easter_that_nobody_answers() -> None:
    assert told_day_by_day("safety_alert", date(2027, 3, 25), date(2027, 4, 21)) == [
        ("Thu 25 Mar 27", "W1", "alert raised", "A LM TM AT AM"),
        ("Fri 26 Mar 27", "W1", "not acknowledged", "A LM TM AT AM"),
        # Good Friday and Easter Monday lie between: the outcome was due on Tuesday 30.
        ("Wed 31 Mar 27", "W2", "time ran out", "A HoS AT AM"),
        ("Fri 02 Apr 27", "W2", "reminder", "HoS"),
        ("Tue 06 Apr 27", "W2", "reminder", "HoS"),
        ("Thu 08 Apr 27", "W3", "time ran out", "A AD AT AM"),
        ("Mon 12 Apr 27", "W3", "reminder", "AD"),
        ("Wed 14 Apr 27", "W3", "reminder", "AD"),
        ("Fri 16 Apr 27", "W3", "time ran out", "A AD AT AM"),
        *reminded("W3", "AD", "Mon 19 Apr 27", "Tue 20 Apr 27", "Wed 21 Apr 27"),
    ]


@pytest.mark.proves("D1", "D7", "L13")
@pytest.mark.parametrize(
    ("began", "until", "days"),
    [
        (
            date(2026, 12, 23),
            date(2027, 2, 1),
            [
                ("Wed 23 Dec 26", "D1", "dispute opened", "P A LM TM AT"),
                ("Tue 29 Dec 26", "D1", "reminder", "TM"),
                ("Thu 31 Dec 26", "D1", "reminder", "TM"),
                ("Tue 05 Jan 27", "D1", "time ran out", "P A LM TM AT"),
                *reminded("D1", "TM", "Tue 12 Jan 27", "Tue 19 Jan 27", "Tue 26 Jan 27"),
            ],
        ),
        (
            date(2027, 3, 22),
            date(2027, 5, 4),
            [
                ("Mon 22 Mar 27", "D1", "dispute opened", "P A LM TM AT"),
                ("Wed 24 Mar 27", "D1", "reminder", "TM"),
                ("Tue 30 Mar 27", "D1", "reminder", "TM"),
                ("Thu 01 Apr 27", "D1", "time ran out", "P A LM TM AT"),
                *reminded("D1", "TM", "Thu 08 Apr 27", "Thu 15 Apr 27", "Thu 22 Apr 27", "Thu 29 Apr 27"),
            ],
        ),
    ],
    ids=["Christmas 2026", "Easter 2027"],
)
def test_a_dispute_that_nobody_answers_stays_where_it_is_and_is_said_again_every_five_working_days(
    began: date, until: date, days: list[tuple[str, str, str, str]]
) -> None:
    assert told_day_by_day("dispute", began, until) == days


@pytest.mark.proves("D2", "D8", "L13")
def test_a_dispute_left_unresolved_before_christmas_lapses_on_new_years_day() -> None:
    met, left = Step("meeting_held", date(2026, 12, 18)), Step("unresolved", date(2026, 12, 22))

    assert told_day_by_day("dispute", date(2026, 12, 14), date(2027, 2, 1), met, left) == [
        ("Mon 14 Dec 26", "D1", "dispute opened", "P A LM TM AT"),
        ("Wed 16 Dec 26", "D1", "reminder", "TM"),
        ("Fri 18 Dec 26", "D2", "meeting held", "P A LM TM AT"),
        ("Mon 21 Dec 26", "D2", "reminder", "TM"),
        ("Tue 22 Dec 26", "D2", "unresolved", "P A LM TM AT"),
        ("Thu 24 Dec 26", "D2", "reminder", "TM"),
        ("Wed 30 Dec 26", "D2", "reminder", "TM"),
        ("Fri 01 Jan 27", "D2", "lapsed", "P A LM TM AT"),
    ]


@pytest.mark.proves("D3", "D4", "D7", "D8", "L13")
def test_a_dispute_answered_late_before_easter_and_not_escalated_lapses_after_it() -> None:
    steps = (
        Step("meeting_held", date(2027, 3, 5)),
        Step("unresolved", date(2027, 3, 8)),
        Step("referred", date(2027, 3, 10)),
        Step("course_agreed", date(2027, 3, 16)),
        Step("unresolved", date(2027, 3, 24)),
    )

    found = told_day_by_day("dispute", date(2027, 3, 1), date(2027, 5, 4), *steps)

    assert found[-7:] == [
        ("Mon 22 Mar 27", "D4", "reminder", "AM"),
        ("Mon 22 Mar 27", "D4", "reminder", "PSW"),
        ("Wed 24 Mar 27", "D4", "time ran out", "P A LM TM HoS PSW AD AD-QA AT AM"),
        ("Wed 24 Mar 27", "D4", "unresolved", "P A LM TM HoS PSW AT AM"),
        ("Tue 30 Mar 27", "D4", "reminder", "PSW"),
        ("Thu 01 Apr 27", "D4", "reminder", "PSW"),
        ("Sat 03 Apr 27", "D4", "lapsed", "P A LM TM HoS PSW AT AM"),
    ]


@pytest.mark.proves("Q1", "Q2", "Q3", "L13")
@pytest.mark.parametrize(
    ("returned_on", "days"),
    [
        (
            date(2026, 12, 22),
            [
                ("Tue 22 Dec 26", "Q1", "report returned", "A AT"),
                # Three working days are 23, 24 and 29 December.
                ("Thu 24 Dec 26", "Q1", "reminder", "A"),
                ("Wed 30 Dec 26", "Q3", "time ran out", "A HoS AT"),
            ],
        ),
        (
            date(2027, 3, 24),
            [
                ("Wed 24 Mar 27", "Q1", "report returned", "A AT"),
                # Three working days are 25, 30 and 31 March.
                ("Tue 30 Mar 27", "Q1", "reminder", "A"),
                ("Thu 01 Apr 27", "Q3", "time ran out", "A HoS AT"),
            ],
        ),
    ],
    ids=["Christmas 2026", "Easter 2027"],
)
def test_a_report_returned_before_a_holiday_and_not_amended_is_not_accepted_after_it(
    returned_on: date, days: list[tuple[str, str, str, str]]
) -> None:
    assert told_day_by_day("quality_of_reports", returned_on, returned_on + timedelta(days=40)) == days


@pytest.mark.proves("S7", "P7", "R2")
@pytest.mark.parametrize(
    ("issued_on", "allocated_on"),
    [
        (date(2026, 12, 22), date(2027, 2, 1)),  # a month later is 22 January, and the cycle after it February's
        (date(2027, 3, 24), date(2027, 5, 4)),  # 3 May is the early May bank holiday
    ],
    ids=["Christmas 2026", "Easter 2027"],
)
def test_a_re_audit_has_no_clock_and_waits_for_its_cycle_whatever_holidays_lie_between(
    issued_on: date, allocated_on: date
) -> None:
    found = told_day_by_day("re_audit", issued_on, issued_on + timedelta(days=40))
    assert found == [(f"{issued_on:%a %d %b %y}", "S7", "audit issued below good", "P LM TM AT")]

    follows = further_audit(IssuedAudit(issued_on=issued_on, grade="requires_improvement"), POLICY, CALENDAR)
    for reason in follows.reasons:
        print(f"    {reason.sentence}")
    assert follows.cycle is not None
    assert follows.cycle.opens_on == allocated_on


@pytest.mark.proves("W4", "D6")
def test_who_has_the_last_word_is_reminded_while_there_is_none() -> None:
    steps = (
        Step("unresolved", date(2026, 12, 21)),
        Step("unresolved", date(2026, 12, 21)),
        Step("referred", date(2026, 12, 22)),
    )

    found = told_day_by_day("safety_alert", date(2026, 12, 21), date(2027, 1, 5), *steps)

    assert [row[0] for row in found if row[1:] == ("W4", "reminder", "D")] == [
        *("Wed 23 Dec 26", "Thu 24 Dec 26", "Tue 29 Dec 26", "Wed 30 Dec 26", "Thu 31 Dec 26"),
        *("Mon 04 Jan 27", "Tue 05 Jan 27"),
    ]
