"""What is asked alike for two moves: to meet on a day, and to hand the report in."""

import uuid
from datetime import date, time

from db.queries import audit_life as life
from rules.audit_events import Event, State
from rules.audit_facts import Asked
from usecases.audit_life import Move, Moved, hold_for, move
from usecases.work import Work


def arrange_meeting(
    work: Work, audit_id: uuid.UUID, meets_on: date, meets_at: time | None, version: int | None = None
) -> Moved:
    """Arranges the meeting, or moves the one that is arranged (L1).

    Raises as `move`, and OutsideCalendar for a day so far ahead that nobody knows its bank holidays.
    """
    work.calendar.is_working_day(meets_on)
    held = hold_for(work, audit_id, Event.MEETING_ARRANGED, version)
    is_arranged = life.planned_meeting(work.session, held.row.id) is not None
    event = Event.MEETING_MOVED if is_arranged else Event.MEETING_ARRANGED
    return move(work, audit_id, Move(event=event, asked=Asked(on_day=meets_on), meets_at=meets_at, version=version))


def hand_in_report(work: Work, audit_id: uuid.UUID, version: int | None = None) -> Moved:
    """Submits the report, or hands a returned one in again as amended (L5, Q1). Raises as `move`."""
    held = hold_for(work, audit_id, Event.REPORT_SUBMITTED, version)
    event = Event.REPORT_AMENDED if held.row.state == State.RETURNED else Event.REPORT_SUBMITTED
    return move(work, audit_id, Move(event=event, version=version))
