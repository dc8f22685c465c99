"""The rows of `involvements.csv`: who holds which case, since when (C1)."""

from collections.abc import Mapping

from integrations.case_system.csv_cells import BadCell, flag, reference, worker_or_none
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.csv_records import Columns
from usecases.extract_ports import ExtractRow

COLUMNS = Columns(
    needed=("person_id", "worker_id", "role_code", "team_id", "start_date"),
    optional=("end_date", "restricted", "involvement_start_date"),
    known_but_not_read=("worker_email", "worker_name", "team_name", "involvement_id", "extracted_at"),
    synonyms={"involvement_began": "involvement_start_date", "involvement_began_on": "involvement_start_date"},
)


class InvolvementRows:
    """Reads one row after another into the order of `INVOLVEMENT_FIELDS`."""

    def __init__(self, places: Mapping[str, int], dates: DateCells) -> None:
        self._case = places["person_id"]
        self._worker = places["worker_id"]
        self._team = places["team_id"]
        self._start = places["start_date"]
        self._end = places["end_date"]
        self._restricted = places["restricted"]
        self._began = places["involvement_start_date"]
        self._dates = dates

    def read(self, line: int, cells: list[str]) -> ExtractRow:
        """The row, or BadCell for the first cell that cannot be used."""
        case_reference = reference(cells[self._case], "person_id")
        worker = worker_or_none(cells[self._worker], "worker_id")
        team = reference(cells[self._team], "team_id") if worker else None
        start = self._dates.begin(cells[self._start], "start_date")
        end = self._dates.end(cells[self._end], "end_date")
        if end is not None and end < start:
            raise BadCell("end_date", cells[self._end], "ends_before_it_begins")
        began = self._dates.end(cells[self._began], "involvement_start_date")
        is_restricted = flag(cells[self._restricted], "restricted")
        return line, case_reference, worker, team, start, end, began, is_restricted
