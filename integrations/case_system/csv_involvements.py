"""The rows of `involvements.csv`: who holds which case, since when (C1)."""

import json
import re
from collections.abc import Mapping

from integrations.case_system.csv_cells import BadCell, Remembered, clean, code_or_none, filled_up, flag, reference
from integrations.case_system.csv_columns import Columns
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.extract_mappings import ANY_CODE, AttributeColumn, ExtractMapping
from usecases.extract_ports import ExtractRow

_A_CODE = re.compile(r"[A-Z0-9]+(?:[._/-][A-Z0-9]+)*")

COLUMNS = Columns(
    needed=("person_id", "worker_id", "role_code", "team_id", "start_date"),
    optional=("end_date", "restricted", "involvement_start_date"),
    known_but_not_read=("worker_email", "worker_name", "team_name", "involvement_id"),
)


class InvolvementRows:
    """Reads one row after another into the order of `INVOLVEMENT_FIELDS`.

    `attributes` says where the columns of the mapping's attributes stand.
    """

    def __init__(
        self, places: Mapping[str, int], dates: DateCells, mapping: ExtractMapping, attributes: Mapping[str, int]
    ) -> None:
        self._case = places["person_id"]
        self._worker = places["worker_id"]
        self._role = places["role_code"]
        self._team = places["team_id"]
        self._start = places["start_date"]
        self._end = places["end_date"]
        self._restricted = places["restricted"]
        self._began = places["involvement_start_date"]
        self._dates = dates
        self._case_width = mapping.ids.widths.get("person_id", 0)
        self._staff = StaffIds(mapping)
        self._yes = frozenset(word.lower() for word in mapping.restricted.yes)
        self._no = frozenset(word.lower() for word in mapping.restricted.no)
        self._ranks = mapping.role_ranks()
        # The same few cells stand in very many rows.
        self._workers = Remembered(self._staff.worker_or_none)
        self._teams = Remembered(self._staff.team)
        self._rank_of = Remembered(self._rank)
        self._flags = Remembered(lambda cell: flag(cell, "restricted", self._yes, self._no))
        columns = mapping.involvements.attributes
        self._attributes = [(name, place, _Codes(columns[name])) for name, place in attributes.items()]

    def read(self, line: int, cells: list[str]) -> ExtractRow | None:
        """The row, None for one whose role is left out, or BadCell for the first cell that cannot be used."""
        case_reference = reference(cells[self._case], "person_id")
        if self._case_width:
            case_reference = filled_up(case_reference, self._case_width)
        worker = self._workers[cells[self._worker]]
        team = self._teams[cells[self._team]] if worker else None
        rank = self._rank_of[cells[self._role]] if worker else 0
        if rank is None:
            return None
        start = self._dates.begin(cells[self._start], "start_date")
        end = self._dates.end(cells[self._end], "end_date")
        if end is not None and end < start:
            raise BadCell("end_date", cells[self._end], "ends_before_it_begins")
        began = self._dates.end(cells[self._began], "involvement_start_date")
        is_restricted = self._flags[cells[self._restricted]]
        attributes = self._codes(cells) if self._attributes else None
        return line, case_reference, worker, team, start, end, began, is_restricted, rank, attributes

    def about(self, cells: list[str]) -> str | None:
        """Case and worker of a row that cannot be used, as far as they can be read."""
        try:
            case_reference = filled_up(reference(cells[self._case], "person_id"), self._case_width)
            return f"{case_reference}|{self._staff.worker_or_none(cells[self._worker]) or ''}"
        except (BadCell, IndexError):
            return None

    def _rank(self, cell: str) -> int | None:
        """Rows of a role that the mapping does not know are refused, unless it says what all others mean."""
        code = clean(cell).upper()
        known = code if code in self._ranks else ANY_CODE
        if known not in self._ranks:
            raise BadCell("role_code", cell, "unknown_role", shown_as=_code_as_shown(clean(cell)))
        return self._ranks[known]

    def _codes(self, cells: list[str]) -> str:
        filled = ((name, codes, cells[place]) for name, place, codes in self._attributes if clean(cells[place]))
        return json.dumps({name: codes.of(cell) for name, codes, cell in filled})


def _code_as_shown(cell: str) -> str | None:
    """A code in capitals is worth showing and no name that slipped; else what any cell shows of itself."""
    return cell if _A_CODE.fullmatch(cell) else None


class _Codes:
    """The codes that stand for the values of one column."""

    def __init__(self, column: AttributeColumn) -> None:
        self._values = {value.strip().lower(): code for value, code in column.values.items()}

    def of(self, cell: str) -> str | None:
        return self._values.get(clean(cell).lower()) if self._values else code_or_none(cell)


class StaffIds:
    """Ids of workers and teams, as the mapping reads them."""

    def __init__(self, mapping: ExtractMapping) -> None:
        self._nobody = frozenset({"", *mapping.ids.no_worker, *(f"{word}.0" for word in mapping.ids.no_worker)})
        self._worker_width = mapping.ids.widths.get("worker_id", 0)
        self._team_width = mapping.ids.widths.get("team_id", 0)
        self._teams = mapping.words.teams

    def worker_or_none(self, cell: str) -> str | None:
        """The worker's id; None for a row that gives a team but no worker, which case systems write as blank or -1."""
        value = clean(cell)
        if value in self._nobody:
            return None
        found = reference(value, "worker_id")
        return filled_up(found, self._worker_width) if self._worker_width else found

    def team(self, cell: str) -> str:
        """The team's id, by the one known here if the mapping has another."""
        found = reference(cell, "team_id")
        if self._team_width:
            found = filled_up(found, self._team_width)
        return self._teams.get(found, found)
