"""What the lists that a council writes itself have in common: where a header may stand, and rows out of shape."""

from collections.abc import Iterator

from integrations.case_system.csv_cells import clean
from integrations.case_system.csv_layout import Layout, lines_of
from integrations.case_system.extract_mappings import Delimiter, default_mapping


def may_be_headers(head: str) -> Iterator[Layout]:
    """The first lines of a file, as each separator divides them."""
    most = default_mapping().file.header_within_lines
    for separator in Delimiter.DETECTED.characters:
        yield from lines_of(head, separator, most)


def why_ragged(record: list[str] | None, width: int) -> str | None:
    """Why nobody can say which cell of a record stands in which column; None for a sound one."""
    if record is None:
        return "a quotation mark stands within a cell, so that nobody can say where its cells end: correct it."
    if len(record) < width:
        return f"the row has {len(record)} cells for {width} columns: it was cut off, or a line break stands in a cell."
    if any(map(clean, record[width:])):
        return f"the row has {len(record)} cells for {width} columns: put cells that hold a comma in quotation marks."
    return None
