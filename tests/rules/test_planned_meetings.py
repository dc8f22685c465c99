"""A meeting may be planned for any day to come; what may be a slip of the pen is said (L1)."""

from datetime import time

import pytest

from rules.lifecycles import Asked, Event
from tests.rules.audit_lives import done, october, on


def flagged(event: Event, day: str) -> list[str]:
    facts = october() if event is Event.MEETING_ARRANGED else october(state="under_way", meeting_on=on("10-12"))
    decision = done(facts, event, "10-05", Asked(on_day=on(day)))
    assert decision.refused is None
    return [flag.sentence for flag in decision.flags]


@pytest.mark.proves("L1")
@pytest.mark.parametrize("event", [Event.MEETING_ARRANGED, Event.MEETING_MOVED])
def test_a_meeting_planned_for_after_its_last_day_is_arranged_and_said_to_be(event: Event) -> None:
    (said,) = flagged(event, "11-20")

    assert said == (
        "PA-2026-0412: the meeting is due by Thursday 29 October 2026, and Friday 20 November 2026 is after that."
    )


@pytest.mark.proves("L1")
@pytest.mark.parametrize(
    ("day", "named"), [("10-10", "Saturday 10 October 2026 is"), ("12-28", "2026 (Boxing Day (substitute day)) is")]
)
def test_a_meeting_planned_for_a_day_off_is_said_to_be(day: str, named: str) -> None:
    assert f"{named} no working day." in flagged(Event.MEETING_ARRANGED, day)[-1]


def test_a_meeting_on_its_last_day_is_nothing_to_speak_of() -> None:
    assert flagged(Event.MEETING_ARRANGED, "10-29") == []


@pytest.mark.proves("L1", "L3")
@pytest.mark.parametrize(
    ("event", "planned", "held", "told"),
    [
        (Event.DISCUSSION_NOT_HELD, "10-12", None, True),
        (Event.DISCUSSION_NOT_HELD, "10-08", None, True),  # today
        (Event.DISCUSSION_NOT_HELD, "10-07", None, False),  # a day gone by stays in calendars
        (Event.DISCUSSION_NOT_HELD, None, None, False),
        (Event.DISCUSSION_HELD, "10-12", "10-08", True),  # before the day for which it was arranged
        (Event.DISCUSSION_HELD, "10-08", "10-07", True),
        (Event.DISCUSSION_HELD, "10-08", "10-08", False),
        (Event.DISCUSSION_HELD, "10-07", "10-08", False),
    ],
)
def test_a_meeting_still_to_come_that_nobody_needs_is_called_off(
    event: Event, planned: str | None, held: str | None, told: bool
) -> None:
    facts = october(state="under_way", meeting_on=on(planned) if planned else None)
    decision = done(facts, event, "10-08", Asked(on_day=on(held) if held else None, reason="nobody had time"))

    assert decision.refused is None
    assert decision.told_of == (("meeting_called_off",) if told else ())


@pytest.mark.proves("L1")
@pytest.mark.parametrize(
    ("day", "hour", "is_refused"),
    [("10-12", 10, True), ("10-12", 11, False), ("10-12", None, False), ("10-13", 10, False)],
)
def test_a_meeting_is_moved_to_another_day_or_hour_only(day: str, hour: int | None, is_refused: bool) -> None:
    facts = october(state="under_way", meeting_on=on("10-12"), meeting_at=time(10))
    decision = done(facts, Event.MEETING_MOVED, "10-08", Asked(on_day=on(day), at=None if hour is None else time(hour)))

    assert (decision.refused is not None) is is_refused
    if decision.refused:
        assert decision.refused.rule == "L1"
        assert "is arranged for Monday 12 October 2026 at 10:00 already: " in decision.refused.sentence
