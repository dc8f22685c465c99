"""Rows of posts, auditors and absences that are new or as they were, taken together (P4, A3, S9).

Whatever changes or ends what is on record is left for the use cases of single changes, as are rows that they refuse.
"""

import uuid
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from db.queries import organisation_at_once as at_once
from db.tables.organisation import Absence, AuditorAppointment, Post, PostDeputy
from rules.dated_facts import Period
from rules.errors import Problem, Refusal
from usecases import appointments, posts
from usecases.appointments import AppointmentFacts, entry_of_absence, entry_of_appointment, problems_of_appointment
from usecases.organisation_lists import ListRow
from usecases.organisation_rows import Known
from usecases.organisation_rows_at_once import HeldDays, RowByRow, Settled, said_once
from usecases.organisation_rows_dated import absence_meant, appointment_said, days_said, facts_of_appointment, meant
from usecases.posts import PostFacts, entry_of_post, problems_of_post
from usecases.trail import record
from usecases.work import Work

Facts = TypeVar("Facts")


def posts_at_once(work: Work, known: Known, rows: Sequence[ListRow]) -> Settled:
    """Who is given a post, perhaps with a deputy, and who goes on as they were."""
    people = _people_of(work, known, rows)
    held, deputies = at_once.posts(work.session, people), at_once.open_deputies(work.session, people)

    def new(row: ListRow) -> tuple[uuid.UUID, PostFacts] | None:
        person_id = known.person_needed(row, "person")
        return _new_post(known, row, person_id, held.get(person_id, ()), deputies)

    settled, given = _settled(rows, ("role", "person", "team", "service"), new)
    ids = at_once.new_ids(work.session, len(given))
    with_ids = list(zip(ids, given, strict=True))
    saved = [{"id": id_, "person_id": person_id, **posts.as_saved(facts)} for id_, (person_id, facts) in with_ids]
    at_once.add_rows(work.session, Post, saved)
    named = [
        {"post_id": id_, "person_id": facts.deputy_id, "began_on": facts.began_on}
        for id_, (_, facts) in with_ids
        if facts.deputy_id is not None
    ]
    at_once.add_rows(
        work.session,
        PostDeputy,
        [{"id": id_, **row} for id_, row in zip(at_once.new_ids(work.session, len(named)), named, strict=True)],
    )
    record(work, *(entry_of_post(work, person_id, id_, facts) for id_, (person_id, facts) in with_ids))
    return settled


def auditors_at_once(work: Work, known: Known, rows: Sequence[ListRow]) -> Settled:
    """Who is appointed, and whose appointment goes on as it was."""
    held = at_once.appointments(work.session, _people_of(work, known, rows))

    def new(row: ListRow) -> tuple[uuid.UUID, AppointmentFacts] | None:
        person_id = known.person_needed(row, "person")
        return _new_appointment(known, row, person_id, held.get(person_id, ()))

    settled, appointed = _settled(rows, ("person",), new)
    with_ids = list(zip(at_once.new_ids(work.session, len(appointed)), appointed, strict=True))
    saved = [{"id": id_, "person_id": who, **appointments.as_saved(facts)} for id_, (who, facts) in with_ids]
    at_once.add_rows(work.session, AuditorAppointment, saved)
    record(work, *(entry_of_appointment(work, who, id_, facts) for id_, (who, facts) in with_ids))
    return settled


def absences_at_once(work: Work, known: Known, rows: Sequence[ListRow]) -> Settled:
    """Who is away, and whose absence is as it was."""
    held = at_once.absences(work.session, _people_of(work, known, rows))

    def new(row: ListRow) -> tuple[uuid.UUID, dict[str, Any]] | None:
        person_id = known.person_needed(row, "person")
        return _new_absence(known, row, person_id, held.get(person_id, ()))

    settled, away = _settled(rows, ("person", "first_on"), new)
    with_ids = list(zip(at_once.new_ids(work.session, len(away)), away, strict=True))
    saved = [{"id": id_, "person_id": who, **facts} for id_, (who, facts) in with_ids]
    at_once.add_rows(work.session, Absence, saved)
    record(work, *(entry_of_absence(work, who, id_, facts) for id_, (who, facts) in with_ids))
    return settled


def _people_of(work: Work, known: Known, rows: Sequence[ListRow]) -> set[uuid.UUID]:
    """Whom the rows are about, kept from others until this is saved."""
    people = {known.people[it] for row in rows if (it := row.text("person") or "") in known.people}
    at_once.people_held(work.session, people)
    return people


def _settled(
    rows: Sequence[ListRow], subject: Sequence[str], new: Callable[[ListRow], Facts | None]
) -> tuple[Settled, list[Facts]]:
    """The rows that are new or as they were, and what is new."""
    settled: Settled = {}
    found: list[Facts] = []

    def about(row: ListRow) -> Hashable:
        return tuple(row.cells.get(column) for column in subject)

    for row in said_once(rows, about):
        try:
            facts = new(row)
        except Refusal:
            continue
        settled[row.line] = "unchanged" if facts is None else "added"
        if facts is not None:
            found.append(facts)
    return settled, found


def _new_post(
    known: Known, row: ListRow, person_id: uuid.UUID, held: Sequence[Post], deputies: dict[uuid.UUID, uuid.UUID]
) -> tuple[uuid.UUID, PostFacts] | None:
    deputy_id, team_id, service_id = known.person(row, "deputy"), known.team(row, "team"), known.service(row, "service")
    role = row.text("role") or ""
    same = [it for it in held if (it.role, it.team_id, it.service_id) == (role, team_id, service_id)]
    present = meant(same, row, known.as_of)
    facts = PostFacts(role, team_id, service_id, None, *days_said(row, present))
    if present is None:
        facts = replace(facts, deputy_id=deputy_id)
        _refuse(problems_of_post(person_id, facts))
        _refuse_overlap(same, facts)
        return person_id, facts
    says_deputy = deputy_id is not None or row.ends("deputy")
    if (facts.began_on, facts.ended_on) != (present.began_on, present.ended_on) or (
        says_deputy and deputies.get(present.id) != deputy_id
    ):
        raise RowByRow("it changes what is on record")
    return None


def _new_appointment(
    known: Known, row: ListRow, person_id: uuid.UUID, held: Sequence[AuditorAppointment]
) -> tuple[uuid.UUID, AppointmentFacts] | None:
    present = meant(held, row, known.as_of)
    facts = appointment_said(row, known, present)
    if present is None:
        _refuse(problems_of_appointment(facts))
        _refuse_overlap(held, facts)
        return person_id, facts
    if facts != facts_of_appointment(present):
        raise RowByRow("it changes what is on record")
    return None


def _new_absence(
    known: Known, row: ListRow, person_id: uuid.UUID, held: Sequence[Absence]
) -> tuple[uuid.UUID, dict[str, Any]] | None:
    stands_in_id, first_on, last_on = known.person(row, "stands_in"), row.day("first_on"), row.day("last_on")
    if first_on is None or last_on is None or row.cells.get("withdrawn") is True:
        raise RowByRow("it is withdrawn")
    present = absence_meant(held, first_on, last_on)
    if present is None:
        _refuse(appointments.problems_of_absence(person_id, first_on, last_on, stands_in_id))
        return person_id, {"first_on": first_on, "last_on": last_on, "stands_in_id": stands_in_id}
    wanted = None if row.ends("stands_in") else stands_in_id or present.stands_in_id
    if (present.last_on, present.stands_in_id) != (last_on, wanted):
        raise RowByRow("it changes what is on record")
    return None


def _refuse(problems: Sequence[Problem]) -> None:
    """Raises RowByRow for what the use case of a single change would refuse."""
    if problems:
        raise RowByRow("it can't be so")


def _refuse_overlap(held: Sequence[HeldDays], facts: PostFacts | AppointmentFacts) -> None:
    """The same for days on which there is one already."""
    period = Period(facts.began_on, facts.ended_on)
    if any(Period(it.began_on, it.ended_on).overlaps(period) for it in held):
        raise RowByRow("those days are taken")
