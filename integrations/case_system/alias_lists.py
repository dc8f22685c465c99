"""Lists of merged and renumbered references as CSV: old, present, since when and why (S10)."""

from collections.abc import Mapping
from typing import BinaryIO

from integrations.case_system.csv_bytes import examine
from integrations.case_system.csv_cells import BadCell, clean, reference
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.csv_layout import Layout, as_name
from integrations.case_system.csv_records import CsvFile
from integrations.case_system.extract_mappings import default_mapping
from integrations.case_system.list_layouts import may_be_headers
from usecases.extract_ports import AliasLine, BrokenExtract, DateForm, RowFault

_COLUMNS = {
    "from_reference": "from_reference",
    "old_reference": "from_reference",
    "old": "from_reference",
    "from": "from_reference",
    "to_reference": "to_reference",
    "new_reference": "to_reference",
    "new": "to_reference",
    "to": "to_reference",
    "since_on": "since_on",
    "since": "since_on",
    "merged_on": "since_on",
    "reason": "reason",
}
_NEEDED = ("from_reference", "to_reference", "since_on", "reason")
_LONGEST_REASON = 500


def read_aliases(content: BinaryIO, date_form: DateForm | None) -> tuple[list[AliasLine], list[RowFault]]:
    """Every row of the list, good ones and faults. Raises BrokenExtract for a file that is no such list."""
    file = CsvFile(content, examine(content))
    layout, places = _header(file.head())
    dates = DateCells(date_form, default_mapping().dates)
    lines: list[AliasLine] = []
    faults: list[RowFault] = []
    for line, cells in file.records(layout):
        if cells is not None and not any(map(clean, cells)):
            continue
        if cells is None or len(cells) < len(layout.names):
            faults.append(RowFault(line, None, None, "too_few_cells" if cells else "ragged_quotes", "not a whole row"))
            continue
        try:
            lines.append(_line(line, {column: cells[place] for column, place in places.items()}, dates))
        except BadCell as bad:
            faults.append(RowFault(line, bad.column, bad.value, bad.code))
    if not lines and not faults:
        raise BrokenExtract("The file has a header line but no rows. Nothing was changed.", rule="S10")
    dates.settle()
    return lines, faults


def _line(line: int, cells: Mapping[str, str], dates: DateCells) -> AliasLine:
    reason = clean(cells["reason"])
    if not reason:
        raise BadCell("reason", "", "missing")
    return AliasLine(
        line,
        reference(cells["from_reference"], "from_reference"),
        reference(cells["to_reference"], "to_reference"),
        dates.begin(cells["since_on"], "since_on"),
        " ".join(reason.split())[:_LONGEST_REASON],
    )


def _header(head: str) -> tuple[Layout, dict[str, int]]:
    for layout in may_be_headers(head):
        columns = [_COLUMNS.get(as_name(name)) for name in layout.cells]
        if all(columns.count(name) == 1 for name in _NEEDED):
            return layout, {name: columns.index(name) for name in _NEEDED}
    raise BrokenExtract(
        f"No line at the beginning of the file names the columns {', '.join(_NEEDED)}. Nothing was changed.", rule="S10"
    )
