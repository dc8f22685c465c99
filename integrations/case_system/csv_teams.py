"""The rows of `teams.csv`: the case system's teams, their services and who leads them (C1, P4)."""

from collections.abc import Mapping

from integrations.case_system.csv_cells import BadCell, email, emails, words
from integrations.case_system.csv_columns import Columns
from integrations.case_system.csv_involvements import StaffIds
from integrations.case_system.extract_mappings import ExtractMapping
from usecases.extract_ports import ExtractRow

COLUMNS = Columns(
    needed=("team_id", "name"),
    optional=("service", "employer", "contact_email", "manager_email", "head_of_service_email"),
    known_but_not_read=("parent_id",),
)


class TeamRows:
    """Reads one row after another into the order of `TEAM_FIELDS`."""

    def __init__(self, places: Mapping[str, int], mapping: ExtractMapping) -> None:
        self._at = places
        self._staff = StaffIds(mapping)
        self._services = {word.strip().lower(): service for word, service in mapping.words.services.items()}

    def read(self, line: int, cells: list[str]) -> ExtractRow | None:
        """The row, or BadCell for the first cell that cannot be used."""
        at = self._at
        team = self._staff.team(cells[at["team_id"]])
        name = words(cells[at["name"]])
        if name is None:
            raise BadCell("name", "", "missing")
        service = words(cells[at["service"]])
        return (
            line,
            team,
            name,
            self._services.get(service.lower(), service) if service else None,
            words(cells[at["employer"]]),
            email(cells[at["contact_email"]]),
            emails(cells[at["manager_email"]]),
            emails(cells[at["head_of_service_email"]]),
        )

    def about(self, cells: list[str]) -> str | None:
        """The team of a row that cannot be used, if its id can be read."""
        try:
            return self._staff.team(cells[self._at["team_id"]])
        except (BadCell, IndexError):
            return None
