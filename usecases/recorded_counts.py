"""The council's own counts of the months before it used the product, and the year's figures that they are part of (C5).

A year-to-date figure (O3) is the sum of what was counted, of past audits in months without counts, and of the
product's own audits: nothing is in two of them.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.queries import first_use
from db.queries import recorded_audits as records
from db.queries.first_use import Counted
from db.queries.organisation import services
from db.tables.first_use import COUNTS
from rules.errors import Refusal
from rules.programme import audit_year, cycle_of, first_day_of, month_of
from usecases.first_use_rows import MonthCounted, RowTold
from usecases.past_audit_checks import told
from usecases.work import Work

_FIRST_MONTH, _LAST_MONTH = 1, 12
Key = tuple[date, str, uuid.UUID | None, uuid.UUID | None]


@dataclass(frozen=True, slots=True)
class CountsRecorded:
    """What became of rows of counts: new ones, others that replace earlier figures, and those there already."""

    recorded: int
    changed: int
    known_already: int
    refused: tuple[RowTold, ...]
    notes: tuple[RowTold, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    teams: dict[str, records.TeamRow]
    people: dict[str, uuid.UUID]
    services: frozenset[str]


def year_to_date(work: Work, year: int) -> list[Counted]:
    """The figures of a year so far by month, service, team and auditor; a month and team may be in several rows (O3).

    Their sum over any of these is right: allocated is completed in time, late, not completed, or still under way.
    """
    closes_on = {first_day_of(it.month): it.closes_on for it in audit_year(work.policy, work.calendar, year)}
    counted = first_use.counts_recorded(work.session, date(year, _FIRST_MONTH, 1), date(year, _LAST_MONTH, 1))
    return [*counted, *first_use.audits_counted(work.session, closes_on, work.today)]


def record_counts(work: Work, rows: Sequence[MonthCounted], import_id: uuid.UUID) -> CountsRecorded:
    """Saves good rows; the figures of a month, team and auditor that are there already are replaced (C5)."""
    people = records.current_people(work.session, {row.auditor for row in rows if row.auditor})
    known = _Known(
        records.teams_by_reference(work.session, {row.team for row in rows if row.team}),
        records.people_by_reference(work.session, {people.get(it, it) for row in rows if (it := row.auditor)}),
        frozenset(service.id for service in services(work.session)),
    )
    good: dict[Key, MonthCounted] = {}
    refused: list[RowTold] = []
    for row in rows:
        faults = _faults_of(work, known, row)
        key = None if faults else _key(known, row, people)
        if key in good:
            sentence = f"line {good[key].line} has the same month, team and auditor; keep one of them."
            refused.append(told(row, "month", "C5", sentence))
        elif key is not None:
            good[key] = row
        refused.extend(faults)
    there = {(it.month, it.service_id, it.team_id, it.auditor_id): tuple(it)[4:] for it in _there(work, good)}
    changed = {key for key, row in good.items() if key in there and there[key] != _figures(row)}
    new = good.keys() - there.keys()
    first_use.save_counts(
        work.session, [_saved(key, row, import_id) for key, row in good.items() if key in changed | new]
    )
    notes = sorted((*_contradictions(work, good), *_counted_twice(good)), key=lambda note: note.line)
    return CountsRecorded(len(new), len(changed), len(good) - len(new) - len(changed), tuple(refused), tuple(notes))


def _there(work: Work, good: dict[Key, MonthCounted]) -> list[Counted]:
    months = [key[0] for key in good]
    return first_use.counts_recorded(work.session, min(months), max(months)) if months else []


def _saved(key: Key, row: MonthCounted, import_id: uuid.UUID) -> dict[str, Any]:
    month, service_id, team_id, auditor_id = key
    return {
        "import_id": import_id,
        "month": month,
        "service_id": service_id,
        "team_id": team_id,
        "auditor_id": auditor_id,
        **dict(zip(COUNTS, _figures(row), strict=True)),
    }


def _figures(row: MonthCounted) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in COUNTS)


def _key(known: _Known, row: MonthCounted, people: dict[str, str]) -> Key:
    team = known.teams.get(row.team or "")
    auditor = known.people[people.get(row.auditor, row.auditor)] if row.auditor else None
    service_id = team.service_id if team else row.service or ""
    return first_day_of(row.month), service_id, team.team_id if team else None, auditor


def _faults_of(work: Work, known: _Known, row: MonthCounted) -> list[RowTold]:
    return [fault for fault in (_month(work, row), _whose(known, row), _sums(row)) if fault is not None]


def _month(work: Work, row: MonthCounted) -> RowTold | None:
    try:
        cycle_of(work.policy, work.calendar, row.month)
    except Refusal as why:
        return told(row, "month", why.rule or "P1", why.sentence)
    if row.month > month_of(work.today):
        return told(row, "month", "C5", "it lies ahead; only months up to this one are counted.")
    return None


def _whose(known: _Known, row: MonthCounted) -> RowTold | None:
    if row.team is not None and row.team not in known.teams:
        return told(row, "team", "C5", "no team has this reference; load the extract of teams first.")
    if row.team is None and row.service is None:
        return told(row, "team", "C5", "say which team was counted, or which service.")
    if row.service is not None and row.service not in known.services:
        return told(row, "service", "P4", f"there is no such service; use one of {', '.join(sorted(known.services))}.")
    if row.team is not None and row.service not in (None, known.teams[row.team].service_id):
        return told(row, "service", "P4", f"the team belongs to {known.teams[row.team].service_id}; leave one out.")
    if row.auditor is not None and row.auditor not in known.people:
        return told(row, "auditor", "C5", "nobody has this reference; add the person, or count without an auditor.")
    return None


def _sums(row: MonthCounted) -> RowTold | None:
    negative = next((name for name in COUNTS if getattr(row, name) < 0), None)
    if negative is not None:
        return told(row, negative, "O3", "a count is 0 or more.")
    accounted = row.completed_on_time + row.completed_late + row.not_completed
    if accounted > row.allocated:
        sentence = f"completed in time, late and not completed are {accounted} together, more than were allocated."
        return told(row, "allocated", "O3", sentence)
    if row.not_accepted > row.allocated:
        return told(row, "not_accepted", "Q2", f"more than were allocated, {row.allocated}.")
    return None


def _contradictions(work: Work, good: dict[Key, MonthCounted]) -> Iterator[RowTold]:
    """Rows whose completed audits are not as many as the past audits on record of that month, where there are any."""
    if not good:
        return
    months = [key[0] for key in good]
    on_record: Counter[Key] = Counter()
    with_audits: set[date] = set()
    apart = {key[:3] for key in good if key[3] is not None}
    for month, service_id, team_id, auditor_id, number in first_use.audits_recorded_in(
        work.session, min(months), max(months)
    ):
        with_audits.add(month)
        whose = auditor_id if (month, service_id, team_id) in apart else None
        on_record[month, service_id, team_id, whose] += number
        on_record[month, service_id, None, None] += number
    for key, row in good.items():
        completed = row.completed_on_time + row.completed_late
        if key[0] in with_audits and on_record[key] != completed:
            sentence = f"{completed} completed are counted, and {on_record[key]} past audits are on record there."
            yield told(row, "completed_on_time", "O3", sentence)


def _counted_twice(good: dict[Key, MonthCounted]) -> Iterator[RowTold]:
    """Rows of a whole service beside rows of its teams: right only if the service's leaves these out."""
    of_teams = {(month, service_id): row.line for (month, service_id, team_id, _), row in good.items() if team_id}
    for (month, service_id, team_id, _), row in good.items():
        line = None if team_id else of_teams.get((month, service_id))
        if line is not None:
            sentence = f"line {line} counts a team of this service in the same month; leave what it counts out of this."
            yield told(row, "service", "O3", sentence)
