"""Rows of a list that stand in nobody's way, taken together in a fixed number of statements (P4).

Whatever is as it was, plainly new, or follows on from what is on record is settled here, as the use cases of single
changes would settle it. Every other row is left for them: what a rule stands against, what ends, and what the list
says more than once. They refuse it with the reason, or do it.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from db.queries import organisation_at_once as at_once
from db.tables.organisation import LineManagement, Person, TeamMembership
from rules.errors import Refusal
from usecases.line_managers import entry_of_manager
from usecases.organisation import (
    PersonFacts,
    as_saved,
    columns_of_person,
    entry_of_person,
    problems_of_person,
)
from usecases.organisation_lists import ListRow
from usecases.organisation_rows import Known
from usecases.organisation_rows_plain import facts_of_new_person, facts_of_person, person_facts
from usecases.organisation_trail import entries_of_change
from usecases.team_memberships import entry_of_joining
from usecases.trail import record
from usecases.work import Work

_ONE_DAY = timedelta(days=1)
# What became of each row that was settled, by its line.
Settled = dict[int, str]


class RowByRow(Refusal):
    """A row that is for the use case of a single change. Never told to anybody."""

    code = "row_by_row"


class HeldDays(Protocol):
    """A row that belongs to a period."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def began_on(self) -> date | None: ...
    @property
    def ended_on(self) -> date | None: ...


Row = TypeVar("Row", bound=HeldDays)


def people_at_once(work: Work, known: Known, rows: Sequence[ListRow]) -> Settled:
    """Who is new or as they were, or has another name, address or day."""
    named = list(said_once(rows, lambda row: row.text("person_id")))
    ids = {known.people[it] for row in named if (it := row.text("person_id") or "") in known.people}
    on_record = at_once.people_held(work.session, ids)
    settled: Settled = {}
    new: list[PersonFacts] = []
    changed: list[tuple[Person, PersonFacts]] = []
    for row in named:
        person = on_record.get(row.text("person_id") or "")
        present = facts_of_person(person) if person else None
        facts = person_facts(row, present) if present else facts_of_new_person(row)
        if facts != present and problems_of_person(facts):
            continue
        if person is None:
            new.append(facts)
        elif facts != present:
            changed.append((person, facts))
        settled[row.line] = "added" if person is None else "unchanged" if facts == present else "changed"
    known.people |= _add_people(work, new)
    _change_people(work, changed)
    return settled


def places_at_once(work: Work, known: Known, rows: Sequence[ListRow]) -> Settled:
    """Whose team or line manager is the first, follows on from the present one, or is as it was."""
    of_each = {row.line: known.people[row.text("person_id") or ""] for row in rows}
    people = set(of_each.values())
    at_once.people_held(work.session, people)
    teams, managers = at_once.memberships(work.session, people), at_once.line_managements(work.session, people)
    settled: Settled = {}
    begun: list[tuple[uuid.UUID, _Begun | None, _Begun | None]] = []
    for row in said_once(rows, lambda row: row.text("person_id")):
        person_id = of_each[row.line]
        try:
            joined = _joined(known, row, teams.get(person_id, ()))
            managed = _managed(known, row, person_id, managers.get(person_id, ()))
        except Refusal:
            continue
        settled[row.line] = "changed" if joined or managed else "unchanged"
        begun.append((person_id, joined, managed))
    _begin(work, TeamMembership, "team_id", [(who, it) for who, it, _ in begun if it])
    _begin(work, LineManagement, "manager_id", [(who, it) for who, _, it in begun if it])
    joinings = [entry_of_joining(work, who, it.other_id, it.began_on, it.before) for who, it, _ in begun if it]
    managings = [entry_of_manager(work, who, it.other_id, it.began_on, it.before) for who, _, it in begun if it]
    record(work, *joinings, *managings)
    return settled


def said_once(rows: Sequence[ListRow], subject: Callable[[ListRow], Hashable]) -> Iterator[ListRow]:
    """The rows whose subject no other row of the list is about."""
    counted = Counter(map(subject, rows))
    return (row for row in rows if counted[subject(row)] == 1)


@dataclass(frozen=True, slots=True)
class _Begun:
    """Another team or line manager from a day on, and what ends the day before."""

    other_id: uuid.UUID
    began_on: date | None
    ends: uuid.UUID | None
    before: uuid.UUID | None


def _joined(known: Known, row: ListRow, past: Sequence[TeamMembership]) -> _Begun | None:
    team_id, present = known.team(row, "team_id"), _open(past)
    if row.ends("team_id") and present is not None:
        raise RowByRow("they leave their team")
    if team_id is None or (present is not None and present.team_id == team_id):
        return None
    began_on = row.day("team_from") or (known.as_of if past else row.day("started_on"))
    _refuse_what_does_not_follow(past, began_on)
    return _Begun(team_id, began_on, present.id if present else None, present.team_id if present else None)


def _managed(known: Known, row: ListRow, person_id: uuid.UUID, past: Sequence[LineManagement]) -> _Begun | None:
    manager_id, present = known.person(row, "manager"), _open(past)
    if (manager_id is None and not row.ends("manager")) or (present.manager_id if present else None) == manager_id:
        return None
    if manager_id is None or manager_id == person_id:
        raise RowByRow("they have a line manager no more, or would be their own")
    began_on = row.day("manager_from") or (known.as_of if past else None)
    _refuse_what_does_not_follow(past, began_on)
    return _Begun(manager_id, began_on, present.id if present else None, present.manager_id if present else None)


def _open(past: Sequence[Row]) -> Row | None:
    """What has no end in sight."""
    return next((row for row in past if row.ended_on is None), None)


def _refuse_what_does_not_follow(past: Sequence[HeldDays], began_on: date | None) -> None:
    """Raises RowByRow unless that day is after all that is on record, the present one's first day included."""
    last_days = [row.ended_on or row.began_on or date.min for row in past]
    if last_days and (began_on is None or began_on <= max(last_days)):
        raise RowByRow("it does not follow on from what is on record")


def _begin(work: Work, table: type[Any], other: str, begun: Sequence[tuple[uuid.UUID, _Begun]]) -> None:
    """Ends what is followed, then begins what follows: no day has two."""
    at_once.end_rows(
        work.session, table, {it.ends: it.began_on - _ONE_DAY for _, it in begun if it.ends and it.began_on}
    )
    ids = at_once.new_ids(work.session, len(begun))
    at_once.add_rows(
        work.session,
        table,
        [
            {"id": id_, "person_id": person_id, other: it.other_id, "began_on": it.began_on}
            for id_, (person_id, it) in zip(ids, begun, strict=True)
        ],
    )


def _add_people(work: Work, new: Sequence[PersonFacts]) -> dict[str, uuid.UUID]:
    ids = at_once.new_ids(work.session, len(new))
    at_once.add_rows(
        work.session, Person, [{"id": id_, **as_saved(facts)} for id_, facts in zip(ids, new, strict=True)]
    )
    added = {facts.reference: id_ for id_, facts in zip(ids, new, strict=True)}
    record(work, *(entry_of_person(work, id_, reference) for reference, id_ in added.items()))
    return added


def _change_people(work: Work, changed: Sequence[tuple[Person, PersonFacts]]) -> None:
    saved = {person.id: as_saved(facts) for person, facts in changed}
    before = {person.id: columns_of_person(person) for person, _ in changed}
    versions = {person.id: person.version + 1 for person, _ in changed}
    differing = {id_: columns for id_, columns in saved.items() if columns != before[id_]}
    at_once.change_people(work.session, differing)
    entries = [
        entry
        for id_, after in differing.items()
        for entry in entries_of_change(
            work,
            ("person", str(id_)),
            "person",
            "P4",
            before=before[id_],
            after=after,
            version=versions[id_],
        )
    ]
    record(work, *entries)
