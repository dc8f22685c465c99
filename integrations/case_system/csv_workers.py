"""The rows of `workers.csv`: staff, their teams and their managers. Several rows for several jobs (C1)."""

from collections.abc import Mapping

from integrations.case_system.csv_cells import BadCell, clean, email, flag, reference, words
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.csv_records import Columns
from usecases.extract_ports import ExtractRow

COLUMNS = Columns(
    needed=("worker_id", "email"),
    optional=("name", "job_title", "team_id", "primary_job", "start_date", "end_date", "manager_email"),
    known_but_not_read=(),
    synonyms={"worker_email": "email", "worker_name": "name"},
)


class WorkerRows:
    """Reads one row after another into the order of `WORKER_FIELDS`.

    An address that cannot be one is left out: the worker is known without it, and the import says how many are.
    """

    def __init__(self, places: Mapping[str, int], dates: DateCells) -> None:
        self._at = places
        self._dates = dates

    def read(self, line: int, cells: list[str]) -> ExtractRow:
        """The row, or BadCell for the first cell that cannot be used."""
        at = self._at
        worker = reference(cells[at["worker_id"]], "worker_id")
        if worker == "-1":
            raise BadCell("worker_id", "-1", "no_worker")
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
            reference(team, "team_id") if clean(team) else None,
            flag(cells[at["primary_job"]], "primary_job"),
            start,
            end,
            email(cells[at["manager_email"]]),
        )
