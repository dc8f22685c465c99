"""The rows of `teams.csv`: the case system's teams, their services and who leads them (C1, P4)."""

from collections.abc import Mapping

from integrations.case_system.csv_cells import BadCell, email, emails, reference, words
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.csv_records import Columns
from usecases.extract_ports import ExtractRow

COLUMNS = Columns(
    needed=("team_id", "name"),
    optional=("service", "employer", "contact_email", "manager_email", "head_of_service_email"),
    known_but_not_read=("parent_id",),
    synonyms={"team_name": "name", "service_id": "service"},
)


class TeamRows:
    """Reads one row after another into the order of `TEAM_FIELDS`."""

    def __init__(self, places: Mapping[str, int], dates: DateCells) -> None:
        self._at = places
        self._dates = dates  # teams have none; the readers of all kinds are made alike

    def read(self, line: int, cells: list[str]) -> ExtractRow:
        """The row, or BadCell for the first cell that cannot be used."""
        at = self._at
        team = reference(cells[at["team_id"]], "team_id")
        name = words(cells[at["name"]])
        if name is None:
            raise BadCell("name", "", "missing")
        return (
            line,
            team,
            name,
            words(cells[at["service"]]),
            words(cells[at["employer"]]),
            email(cells[at["contact_email"]]),
            emails(cells[at["manager_email"]]),
            emails(cells[at["head_of_service_email"]]),
        )
