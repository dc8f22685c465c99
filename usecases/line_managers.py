"""Who line-manages whom, from day to day (A2, FRAMEWORK, Words: a line manager defaults to the team's manager)."""

import uuid
from datetime import date, timedelta
from typing import Any

from db.queries import line_managements as questions
from db.queries import organisation_locks
from db.tables.organisation import LineManagement
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem
from usecases.errors import NotAllowedNow, NotFound
from usecases.organisation_checks import held_person, order_problems, person_problems, refuse, refuse_stale
from usecases.organisation_trail import entry_of_new, note, note_change
from usecases.trail import Entry, record
from usecases.work import Work

_ONE_DAY = timedelta(days=1)


def change_line_manager(
    work: Work, person_id: uuid.UUID, manager_id: uuid.UUID | None, began_on: date | None
) -> LineManagement | None:
    """From that day on somebody is line-managed by another, or by nobody by name; until the day before nothing changes.

    `began_on` may be left out for a first line manager. Raises InvalidFacts for oneself, somebody unknown, or a day
    that isn't after the present one's first; NotAllowedNow when a later change is on record already.
    """
    held_person(work, person_id)
    refuse([*_self_problems(person_id, manager_id), *person_problems(work, manager_id, "/manager_id")])
    present = questions.open_management(work.session, person_id)
    if present is not None:
        if present.manager_id == manager_id:
            return present
        _end_before(work, present, began_on)
    _refuse_overlap(work, person_id, began_on, None)
    row = _begin(work, person_id, manager_id, began_on)
    record(work, entry_of_manager(work, person_id, manager_id, began_on, present.manager_id if present else None))
    return row


def entry_of_manager(
    work: Work, person_id: uuid.UUID, manager_id: uuid.UUID | None, began_on: date | None, before: uuid.UUID | None
) -> Entry:
    """What the trail keeps of it; `before` is the line manager until then."""
    facts = {"manager": manager_id, "manager_before": before, "began_on": began_on, "ended_on": None}
    return entry_of_new(work, ("person", str(person_id)), "line_manager_changed", "A2", facts)


def correct_line_manager(
    work: Work,
    person_id: uuid.UUID,
    management_id: uuid.UUID,
    *,
    manager_id: uuid.UUID,
    began_on: date | None,
    ended_on: date | None,
    version: int | None = None,
) -> LineManagement:
    """What is on record was wrong, or ends on another day."""
    held_person(work, person_id)
    row = _known(work, person_id, management_id)
    subject = ("line_management", str(management_id))
    refuse_stale(work, subject, row, version)
    refuse(
        [
            *_self_problems(person_id, manager_id),
            *person_problems(work, manager_id, "/manager_id"),
            *order_problems(began_on, ended_on, "/ended_on"),
        ]
    )
    _refuse_overlap(work, person_id, began_on, ended_on, besides=management_id)
    before = _facts(row)
    row.manager_id, row.began_on, row.ended_on = manager_id, began_on, ended_on
    work.session.flush()
    note_change(work, subject, "line_manager", "A2", before=before, after=_facts(row), version=row.version)
    return row


def withdraw_line_manager(work: Work, person_id: uuid.UUID, management_id: uuid.UUID, version: int | None) -> None:
    """It never was so."""
    held_person(work, person_id)
    row = _known(work, person_id, management_id)
    refuse_stale(work, ("line_management", str(management_id)), row, version)
    work.session.delete(row)
    work.session.flush()
    note(work, ("person", str(person_id)), "line_manager_withdrawn", "A2", **_facts(row))


def _begin(
    work: Work, person_id: uuid.UUID, manager_id: uuid.UUID | None, began_on: date | None
) -> LineManagement | None:
    if manager_id is None:
        return None
    row = LineManagement(person_id=person_id, manager_id=manager_id, began_on=began_on)
    work.session.add(row)
    work.session.flush()
    return row


def _end_before(work: Work, present: LineManagement, began_on: date | None) -> None:
    if began_on is None or (present.began_on is not None and began_on <= present.began_on):
        since = f" ({day_in_words(present.began_on)})" if present.began_on else ""
        sentence = (
            f"They have a line manager: say from which day on another one is that, after the day on which the present "
            f"one began{since}; or correct that one."
        )
        raise InvalidFacts([Problem("/began_on", sentence, began_on.isoformat() if began_on else None, "A2")])
    present.ended_on = began_on - _ONE_DAY
    work.session.flush()


def _refuse_overlap(
    work: Work,
    person_id: uuid.UUID,
    began_on: date | None,
    ended_on: date | None,
    besides: uuid.UUID | None = None,
) -> None:
    other = questions.management_meanwhile(work.session, person_id, began_on, ended_on, besides)
    if other is not None:
        raise NotAllowedNow(
            f"They have another line manager on record {_days(other)}, and one has one at a time: give other days, or "
            "correct that one first.",
            rule="A2",
        )


def _days(row: LineManagement) -> str:
    begun = f"from {day_in_words(row.began_on)}" if row.began_on else "for as long as is known"
    return f"{begun} {f'to {day_in_words(row.ended_on)}' if row.ended_on else 'on'}"


def _known(work: Work, person_id: uuid.UUID, management_id: uuid.UUID) -> LineManagement:
    row = organisation_locks.held(work.session, LineManagement, management_id)
    if row is None or row.person_id != person_id:
        raise NotFound(
            f"They have no line manager on record as {management_id}: GET /v1/people/{person_id} lists them."
        )
    return row


def _self_problems(person_id: uuid.UUID, manager_id: uuid.UUID | None) -> list[Problem]:
    if person_id != manager_id:
        return []
    return [Problem("/manager_id", "Nobody manages themselves: name somebody else, or nobody.", str(person_id), "A2")]


def _facts(row: LineManagement) -> dict[str, Any]:
    return {
        "person": row.person_id,
        "manager": row.manager_id,
        "began_on": row.began_on,
        "ended_on": row.ended_on,
    }
