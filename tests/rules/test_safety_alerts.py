"""A safety alert needs three fields and no more, at any hour, and says by when it is answered (W1, W7)."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from rules.errors import InvalidFacts
from rules.policy.load import load_edition
from rules.safety_alerts import AlertAsked, AlertRaised, raise_alert
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
ALERT = AlertAsked(case_reference="C-1", concern="No food in the house.", team_id="cart")


def raised(asked: AlertAsked = ALERT, at: str = "2026-09-02T10:15") -> AlertRaised:
    return raise_alert(asked, datetime.fromisoformat(at), POLICY, CALENDAR)


@pytest.mark.proves("W1", "W7")
@pytest.mark.parametrize(
    ("at", "acknowledged_by", "outcome_by"),
    [
        ("2026-09-02T10:15", date(2026, 9, 2), date(2026, 9, 3)),
        ("2026-09-02T23:59", date(2026, 9, 2), date(2026, 9, 3)),
        ("2026-09-05T03:00", date(2026, 9, 7), date(2026, 9, 7)),  # Saturday night
        ("2026-12-25T12:00", date(2026, 12, 29), date(2026, 12, 29)),
        ("2027-03-25T17:30", date(2027, 3, 25), date(2027, 3, 30)),  # the evening before Good Friday
    ],
)
def test_it_is_raised_at_any_hour_and_knows_when_it_is_answered(
    at: str, acknowledged_by: date, outcome_by: date
) -> None:
    found = raised(at=at)

    assert found.acknowledgement is not None
    assert found.outcome is not None
    assert (found.acknowledgement.due_on, found.outcome.due_on) == (acknowledged_by, outcome_by)
    assert found.outcome.passes_at.date().toordinal() == outcome_by.toordinal() + 1
    assert found.outcome.passes_at.time().isoformat() == "00:00:00"
    assert {reason.rule for reason in found.reasons} >= {"W1", "W6"}


@pytest.mark.proves("W7", "ladders.safety_alert_says")
def test_whoever_raises_one_reads_what_it_is_not() -> None:
    assert "emergency services" in raised().says
    assert "safeguarding concern" in raised().says


@pytest.mark.proves("W7")
def test_a_stranger_to_the_case_and_an_unknown_case_or_team_are_said_and_stop_nothing() -> None:
    assert raised().flags == ()
    found = raised(replace(ALERT, case_reference=" ", team_id=None, is_concerned=False))

    assert [reason.rule for reason in found.flags] == ["W7", "W7", "W7"]
    assert "nothing to do with the case" in found.flags[0].sentence
    assert "The case is not known" in found.flags[1].sentence
    assert "The team is not known" in found.flags[2].sentence


@pytest.mark.proves("W7")
@pytest.mark.parametrize(
    ("changed", "pointer"),
    [({"concern": "\n"}, "/concern"), ({"is_staff": False}, "")],
)
def test_only_what_nobody_could_act_on_is_refused(changed: dict[str, object], pointer: str) -> None:
    with pytest.raises(InvalidFacts) as refused:
        raised(replace(ALERT, **changed))  # type: ignore[arg-type]

    assert [(problem.pointer, problem.rule) for problem in refused.value.problems] == [(pointer, "W7")]


def test_another_council_has_its_own_words_and_no_clock() -> None:
    calendar = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)
    found = raise_alert(ALERT, datetime.fromisoformat("2026-09-02T10:00"), NORTHMOOR, calendar)

    assert (found.acknowledgement, found.outcome, found.says) == (None, None, "Dial 999 first.")
