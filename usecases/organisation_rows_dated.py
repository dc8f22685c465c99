"""Rows of posts, auditors and absences: found again by their days, then begun, changed or ended (P4, A3, S9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from db.queries import organisation_by_reference as on_record
from db.queries.post_deputies import deputy_meanwhile, open_deputy
from db.tables.organisation import Absence, AuditorAppointment, Post
from rules.dated_facts import Period
from usecases.appointments import (
    AppointmentFacts,
    appoint_auditor,
    change_absence,
    change_appointment,
    record_absence,
    withdraw_absence,
)
from usecases.deputies import name_deputy
from usecases.organisation_lists import ListRow
from usecases.organisation_rows import Known
from usecases.posts import PostFacts, change_post, give_post
from usecases.work import Work

_ONE_DAY = timedelta(days=1)
Row = TypeVar("Row", Post, AuditorAppointment)


def post_row(work: Work, known: Known, row: ListRow) -> str:
    """Somebody in a post, and who stands in from a day on."""
    person_id, deputy_id = known.person_needed(row, "person"), known.person(row, "deputy")
    role, team_id, service_id = row.text("role") or "", known.team(row, "team"), known.service(row, "service")
    held = meant(on_record.posts_of(work.session, person_id, role, team_id, service_id), row, known.as_of)
    wanted = PostFacts(role, team_id, service_id, None, *days_said(row, held))
    if held is None:
        give_post(work, person_id, replace(wanted, deputy_id=deputy_id))
        return "added"
    outcome = "unchanged"
    if (wanted.began_on, wanted.ended_on) != (held.began_on, held.ended_on):
        change_post(work, person_id, held.id, wanted)
        outcome = "changed"
    return "changed" if _deputy(work, known, row, held) else outcome


def auditor_row(work: Work, known: Known, row: ListRow) -> str:
    """An appointment as auditor; another capacity or service from a day on begins a new one."""
    person_id = known.person_needed(row, "person")
    held = meant(on_record.appointments_of(work.session, person_id), row, known.as_of)
    wanted = appointment_said(row, known, held)
    if held is None:
        appoint_auditor(work, person_id, wanted)
        return "added"
    present = facts_of_appointment(held)
    if wanted == present:
        return "unchanged"
    says_the_same = replace(wanted, began_on=None, ended_on=None) == replace(present, began_on=None, ended_on=None)
    since = row.day("began_on") or known.as_of
    if (
        says_the_same
        or since <= (held.began_on or date.min)
        or not Period(held.began_on, held.ended_on).holds_on(since)
    ):
        change_appointment(work, person_id, held.id, wanted)
        return "changed"
    change_appointment(work, person_id, held.id, replace(present, ended_on=since - _ONE_DAY))
    appoint_auditor(work, person_id, replace(wanted, began_on=since))
    return "changed"


def absence_row(work: Work, known: Known, row: ListRow) -> str:
    """Somebody is away; the same first day with another last one is the same absence."""
    person_id, stands_in_id = known.person_needed(row, "person"), known.person(row, "stands_in")
    first_on, last_on = row.day("first_on"), row.day("last_on")
    assert first_on is not None, "the reader refuses rows without it"
    assert last_on is not None, "the reader refuses rows without it"
    present = absence_meant(on_record.absences_of(work.session, person_id), first_on, last_on)
    if row.cells.get("withdrawn") is True:
        if present is None:
            return "unchanged"
        withdraw_absence(work, person_id, present.id)
        return "changed"
    if present is None:
        record_absence(work, person_id, first_on, last_on, stands_in_id=stands_in_id)
        return "added"
    wanted = None if row.ends("stands_in") else stands_in_id or present.stands_in_id
    if (present.last_on, present.stands_in_id) == (last_on, wanted):
        return "unchanged"
    change_absence(work, person_id, present.id, first_on, last_on, stands_in_id=wanted)
    return "changed"


def absence_meant(rows: Sequence[Absence], first_on: date, last_on: date) -> Absence | None:
    """The absence that a row is about: that of the same days, else of the same first day."""
    same_start = [it for it in rows if it.first_on == first_on]
    return next((it for it in same_start if it.last_on == last_on), same_start[0] if same_start else None)


def meant(rows: Sequence[Row], row: ListRow, as_of: date) -> Row | None:
    """The record that a row is about: that of the same first day, else the one that it shares a day with.

    Without a first day a row speaks of the day of the list, and of its own last day.
    """
    began_on = row.day("began_on")
    exact = next((it for it in rows if began_on is not None and it.began_on == began_on), None)
    if exact is not None:
        return exact
    until = row.day("ended_on")
    said = Period(began_on or min(as_of, until or as_of), until)
    sharing = [it for it in rows if Period(it.began_on, it.ended_on).overlaps(said)]
    return next(
        (it for it in sharing if Period(it.began_on, it.ended_on).holds_on(as_of)), sharing[-1] if sharing else None
    )


def days_said(row: ListRow, held: Post | AuditorAppointment | None) -> tuple[date | None, date | None]:
    """What the row says, else what is on record; `none` takes an end back."""
    if held is None:
        return row.day("began_on"), row.day("ended_on")
    ended_on = None if row.ends("ended_on") else row.day("ended_on") or held.ended_on
    return row.day("began_on") or held.began_on, ended_on


def _deputy(work: Work, known: Known, row: ListRow, held: Post) -> bool:
    """Whether another deputy was named, or none."""
    deputy_id = known.person(row, "deputy")
    present = open_deputy(work.session, held.id)
    if (deputy_id is None and not row.ends("deputy")) or (present.person_id if present else None) == deputy_id:
        return False
    had_one = deputy_meanwhile(work.session, held.id, None, None) is not None
    since = row.day("deputy_from") or (known.as_of if had_one else held.began_on)
    name_deputy(work, held.person_id, held.id, deputy_id=deputy_id, began_on=since)
    return True


def appointment_said(row: ListRow, known: Known, held: AuditorAppointment | None) -> AppointmentFacts:
    """What the row says, over what is on record."""
    service_id, capacity = known.service(row, "service"), row.cells["capacity"]
    assert service_id is not None, "the reader refuses rows without it"
    assert isinstance(capacity, int), "the reader refuses rows without it"
    grade = row.text("grade")
    kept_roles = tuple(held.roles) if held is not None and not row.ends("grade") else ()
    kept_employment = held.employment if held is not None else "full_time"
    kept_employer = held.employer if held is not None and not row.ends("employer") else None
    return AppointmentFacts(
        service_id,
        capacity,
        (grade,) if grade else kept_roles,
        *days_said(row, held),
        row.text("employment") or kept_employment,
        row.text("employer") or kept_employer,
        _cleared_said(row, held),
    )


def _cleared_said(row: ListRow, held: AuditorAppointment | None) -> bool:
    """Whether they may be given restricted records (S10): yes, no, or where the cell is empty as on record."""
    said = row.cells.get("cleared_for_restricted")
    return said is True or (said is None and held is not None and held.is_cleared_for_restricted)


def facts_of_appointment(held: AuditorAppointment) -> AppointmentFacts:
    """What is on record of an appointment."""
    return AppointmentFacts(
        held.service_id,
        held.capacity,
        tuple(held.roles),
        held.began_on,
        held.ended_on,
        held.employment,
        held.employer,
        held.is_cleared_for_restricted,
    )
