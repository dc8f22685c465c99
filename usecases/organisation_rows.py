"""What the rows of a list are compared with: everybody and everything known, by reference (P4)."""

import uuid
from dataclasses import dataclass
from datetime import date

from db.queries import organisation_by_reference
from rules.errors import Refusal
from usecases.organisation_checks import SHOWN
from usecases.organisation_lists import ListRow
from usecases.work import Work


class RowFault(Refusal):
    """A cell of a row that names what nobody knows."""

    code = "row_fault"

    def __init__(self, column: str, value: str | None, sentence: str) -> None:
        super().__init__(sentence, rule="P4")
        self.column = column
        self.value = value


@dataclass(slots=True)
class Known:
    """Ids by reference as they are while a list is loaded, and the day for which the list speaks."""

    as_of: date
    people: dict[str, uuid.UUID]
    teams: dict[str, uuid.UUID]
    services: set[str]

    def person(self, row: ListRow, column: str) -> uuid.UUID | None:
        """Whoever the cell names; None for an empty one. Raises RowFault for somebody unknown."""
        reference = row.text(column)
        if reference is None:
            return None
        if reference not in self.people:
            raise RowFault(
                column, reference[:SHOWN], f"{reference} is nobody known here: load the people first, or correct it."
            )
        return self.people[reference]

    def person_needed(self, row: ListRow, column: str) -> uuid.UUID:
        """The same of a cell that is never empty."""
        person_id = self.person(row, column)
        assert person_id is not None, "the reader refuses rows without it"
        return person_id

    def team(self, row: ListRow, column: str) -> uuid.UUID | None:
        """The team that the cell names; None for an empty one. Raises RowFault for one that nobody knows."""
        reference = row.text(column)
        if reference is None:
            return None
        if reference not in self.teams:
            raise RowFault(
                column, reference[:SHOWN], f"{reference} is no team known here: load the teams first, or correct it."
            )
        return self.teams[reference]

    def service(self, row: ListRow, column: str) -> str | None:
        """The service that the cell names; None for an empty one. Raises RowFault for one that nobody knows."""
        service_id = row.text(column)
        if service_id is not None and service_id not in self.services:
            known = ", ".join(sorted(self.services)) or "none yet"
            raise RowFault(column, service_id[:SHOWN], f"{service_id} is no service known here (known: {known}).")
        return service_id


def known_now(work: Work, as_of: date) -> Known:
    """Everybody and everything that is known, in three statements."""
    return Known(
        as_of=as_of,
        people=organisation_by_reference.people(work.session),
        teams=organisation_by_reference.teams(work.session),
        services=organisation_by_reference.services(work.session),
    )
