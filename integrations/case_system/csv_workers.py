"""The rows of `workers.csv`: staff, their teams and their managers. Several rows for several jobs (C1)."""

from collections.abc import Mapping

from integrations.case_system.csv_cells import BadCell, clean, email, flag, words
from integrations.case_system.csv_columns import Columns
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.csv_involvements import StaffIds
from integrations.case_system.extract_mappings import ExtractMapping
from usecases.extract_ports import ExtractRow

COLUMNS = Columns(
    needed=("worker_id", "email"),
    optional=("name", "job_title", "team_id", "primary_job", "start_date", "end_date", "manager_email"),
)


class WorkerRows:
    """Reads one row after another into the order of `WORKER_FIELDS`.

    An address that cannot be one is left out: the worker is known without it, and the import says how many are.
    """

    def __init__(self, places: Mapping[str, int], dates: DateCells, mapping: ExtractMapping) -> None:
        self._at = places
        self._dates = dates
        self._staff = StaffIds(mapping)

    def read(self, line: int, cells: list[str]) -> ExtractRow | None:
        """The row, or BadCell for the first cell that cannot be used."""
        at = self._at
        worker = self._staff.worker_or_none(cells[at["worker_id"]])
        if worker is None:
            cell = cells[at["worker_id"]]
            raise BadCell("worker_id", cell, "no_worker" if clean(cell) else "missing")
        team = cells[at["team_id"]]
        start = self._dates.end(cells[at["start_date"]], "start_date")
        end = self._dates.end(cells[at["end_date"]], "end_date")
        if start is not None and end is not None and end < start:
            raise BadCell("end_date", cells[at["end_date"]], "ends_before_it_begins")
        return (
            line,
            worker,
            email(cells[at["email"]]),
            words(cells[at["name"]]),
            words(cells[at["job_title"]]),
            self._staff.team(team) if clean(team) else None,
            flag(cells[at["primary_job"]], "primary_job"),
            start,
            end,
            email(cells[at["manager_email"]]),
        )

    def about(self, cells: list[str]) -> str | None:
        """The worker of a row that cannot be used, if their id can be read."""
        try:
            return self._staff.worker_or_none(cells[self._at["worker_id"]])
        except (BadCell, IndexError):
            return None
