"""Which records are rows that count: not headers once more, not totals, not what the mapping leaves out."""

import re
from collections.abc import Mapping, Sequence

from integrations.case_system.csv_cells import clean
from integrations.case_system.csv_layout import Layout, as_name
from integrations.case_system.extract_mappings import FileShape, KindMapping
from usecases.extract_ports import BrokenExtract

_MOST_CELLS_OF_A_FOOTER = 2


class Surroundings:
    """Tells what stands around rows: titles once more, totals, counts of rows, rulers."""

    def __init__(self, shape: FileShape, layout: Layout) -> None:
        self._header = list(layout.cells)
        self._names = list(layout.names)
        self._footer = re.compile("|".join(shape.footers) or r"(?!)", re.IGNORECASE)

    def what_it_is(self, cells: Sequence[str]) -> str | None:
        """`blank`, `repeated_header`, `footer`, or None for what should be a row."""
        filled = [text for cell in cells if (text := clean(cell))]
        if not filled:
            return "blank"
        if cells == self._header or [as_name(cell) for cell in cells] == self._names:
            return "repeated_header"
        is_ruler = all(not text.strip("-=") for text in filled)
        is_footer = len(filled) <= _MOST_CELLS_OF_A_FOOTER and self._footer.fullmatch(filled[0])
        return "footer" if is_ruler or is_footer else None


class RowsWanted:
    """What the mapping says of rows by a column's value: `only` these, and none that match `left_out`.

    The value is looked at and forgotten: names of people who use services may stand there (C3).
    """

    def __init__(self, mapping: KindMapping, layout: Layout) -> None:
        self.places = {name: _place(layout, name) for name in (*mapping.only, *mapping.left_out)}
        self._only = [
            (self.places[name], frozenset(value.strip().lower() for value in values))
            for name, values in mapping.only.items()
        ]
        self._left_out = [
            (self.places[name], re.compile(pattern, re.IGNORECASE)) for name, pattern in mapping.left_out.items()
        ]

    def __bool__(self) -> bool:
        return bool(self.places)

    def includes(self, cells: Sequence[str]) -> bool:
        """Whether the row counts."""
        return all(clean(cells[place]).lower() in values for place, values in self._only) and not any(
            pattern.search(clean(cells[place])) for place, pattern in self._left_out
        )


def places_of_attributes(columns: Mapping[str, str], layout: Layout) -> dict[str, int]:
    """Where the column of each attribute stands."""
    return {attribute: _place(layout, header) for attribute, header in columns.items()}


def _place(layout: Layout, header: str) -> int:
    name = as_name(header)
    if name not in layout.names:
        raise BrokenExtract(
            f"The mapping looks at the column {header}, which the file lacks. Nothing was loaded: export the file with "
            "it, or take it out of the mapping.",
            rule="C1",
        )
    return layout.names.index(name)
