"""`GET /v1/rules/working-days`: when something is due, or how many working days lie between (FRAMEWORK, Words)."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from api.dependencies import InstallationDep, requires
from api.editions import EditionAsked, EditionUsed, edition_used
from api.examples import answered
from api.fields import IN_DIGITS, IsoDate
from api.permissions import Permission
from api.placed_refusals import placed_at
from api.routers import Router
from rules.errors import InvalidFacts, Problem
from rules.lengths import WorkingDays

MOST_WORKING_DAYS = 10_000

router = Router("rules", "/v1/rules")


class WorkingDaysAsked(EditionAsked):
    """A start, and either how many working days to add or an end to count up to."""

    start_on: Annotated[IsoDate, Field(description="The day of the event: day 0")]
    add: Annotated[
        Annotated[int, Field(ge=0, le=MOST_WORKING_DAYS), IN_DIGITS] | None,
        Field(description="Working days to add; 0 gives start_on", examples=[5]),
    ] = None
    end_on: Annotated[IsoDate | None, Field(description="Count the working days up to and including this day")] = None


class DaySkipped(BaseModel):
    """A bank holiday or closure day that fell on a Monday to Friday."""

    on: date
    why: str


class WorkingDaysAdded(BaseModel):
    """The last day on which something is in time, with its arithmetic."""

    edition: str
    start_on: date
    add: int
    due_on: date
    skipped: list[DaySkipped]
    sentence: str


class WorkingDaysBetween(BaseModel):
    """How many working days there are after the start, up to and including the end."""

    edition: str
    start_on: date
    end_on: date
    working_days: int


_EXAMPLES = {
    "add": {
        "edition": "waltham_forest_2023",
        "start_on": "2026-04-02",
        "add": 5,
        "due_on": "2026-04-13",
        "skipped": [{"on": "2026-04-03", "why": "Good Friday"}, {"on": "2026-04-06", "why": "Easter Monday"}],
        "sentence": "5 working days from Thursday 2 April 2026, skipping Good Friday and Easter Monday: "
        "Monday 13 April 2026",
    },
    "end_on": {
        "edition": "waltham_forest_2023",
        "start_on": "2026-04-02",
        "end_on": "2026-04-13",
        "working_days": 5,
    },
}


@router.get(
    "/working-days",
    operation_id="count_working_days",
    dependencies=[requires(Permission.READ_RULES)],
    responses=answered(_EXAMPLES),
)
def count_working_days(
    asked: Annotated[WorkingDaysAsked, Query()], installation: InstallationDep
) -> WorkingDaysAdded | WorkingDaysBetween:
    """When something is due that many working days after a day (`add`), or how many there are between two (`end_on`).

    Bank holidays are those of England, 2018 to 2040, with the closure days of the edition.
    """
    edition = edition_used(installation, asked.edition)
    match asked.add, asked.end_on:
        case int() as add, None:
            return _added(edition, asked.start_on, add)
        case None, date() as end_on:
            return _between(edition, asked.start_on, end_on)
    raise InvalidFacts([_one_of_the_two(both=asked.add is not None)])


def _added(edition: EditionUsed, start_on: date, add: int) -> WorkingDaysAdded:
    place = ("/add", add) if edition.calendar.covers(start_on) else ("/start_on", start_on)
    with placed_at(*place):
        found = edition.calendar.explain(start_on, WorkingDays(add))
    return WorkingDaysAdded(
        edition=edition.id,
        start_on=start_on,
        add=add,
        due_on=found.due_on,
        skipped=[DaySkipped(on=day.on, why=day.name) for day in found.skipped],
        sentence=found.sentence,
    )


def _between(edition: EditionUsed, start_on: date, end_on: date) -> WorkingDaysBetween:
    place = ("/end_on", end_on) if edition.calendar.covers(start_on) else ("/start_on", start_on)
    with placed_at(*place):
        count = edition.calendar.between(start_on, end_on)
    return WorkingDaysBetween(edition=edition.id, start_on=start_on, end_on=end_on, working_days=count)


def _one_of_the_two(*, both: bool) -> Problem:
    how = "both add and end_on are given" if both else "neither add nor end_on is given"
    return Problem("/end_on", f"Of add and end_on one is needed and {how}: give add to get a date, end_on to count.")
