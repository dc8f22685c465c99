"""What is looked at before a move is asked for: which of two it is, and whether its days can be."""

import uuid
from datetime import date, time

from db.queries import audit_life as life
from rules.audit_events import Event, State
from rules.audit_facts import Asked
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem
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
    return move(work, audit_id, Move(event=event, asked=Asked(on_day=meets_on, at=meets_at), version=version))


def hand_in_report(work: Work, audit_id: uuid.UUID, version: int | None = None) -> Moved:
    """Submits the report, or hands a returned one in again as amended (L5, Q1). Raises as `move`."""
    held = hold_for(work, audit_id, Event.REPORT_SUBMITTED, version)
    event = Event.REPORT_AMENDED if held.row.state == State.RETURNED else Event.REPORT_SUBMITTED
    return move(work, audit_id, Move(event=event, version=version))


def discuss_findings(
    work: Work,
    audit_id: uuid.UUID,
    held_on: date,
    note: str | None,
    *,
    case_note_on: date | None = None,
    version: int | None = None,
) -> Moved:
    """Records the discussion of the findings (L10), and the day of the case note that tells of it (L11).

    Raises as `move`, and InvalidFacts for a note that is still to be written or older than what it tells of.
    """
    hold_for(work, audit_id, Event.FINDINGS_DISCUSSED, version)
    if case_note_on is not None:
        _refuse_day_of_no_note(case_note_on, held_on, work.today)
    asked = Asked(on_day=held_on, has_text=note is not None)
    wanted = Move(
        event=Event.FINDINGS_DISCUSSED, asked=asked, written={"note": note}, case_note_on=case_note_on, version=version
    )
    return move(work, audit_id, wanted)


def _refuse_day_of_no_note(case_note_on: date, held_on: date, today: date) -> None:
    why = ""
    if case_note_on > today:
        why = "is still to come: leave it out until the case note is written"
    elif case_note_on < held_on:
        why = f"lies before {day_in_words(held_on)}, when the findings were discussed: give the day of its case note"
    if why:
        sentence = f"{day_in_words(case_note_on)} {why}."
        raise InvalidFacts([Problem("/case_note_on", sentence, case_note_on.isoformat(), "L11")])
