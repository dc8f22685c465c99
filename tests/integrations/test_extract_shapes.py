"""The shapes that extracts come in: how bytes are letters, what separates cells, what stands around the rows."""

import codecs
import io
from collections.abc import Callable, Sequence

import pytest

from integrations.case_system.csv_extracts import CsvExtract, read_extract
from integrations.case_system.extract_mappings import default_mapping
from usecases.extract_ports import BrokenExtract, DateForm, ExtractKind, ExtractRow, RowBatch

pytestmark = pytest.mark.proves("C1")

NAME = "Siân O’Neill – £"
HEADER = ("worker_id", "email", "name", "start_date")
ROWS = (("W1", "w1@x.test", NAME, "13/04/2026"), ("W2", "w2@x.test", "Ben; Ann, both\tof them", ""))
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with its mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16 little-endian": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16 big-endian": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "Windows-1252": lambda text: text.encode("cp1252"),
}
SEPARATORS = {"commas": ",", "tabs": "\t", "semicolons": ";", "bars": "|"}
LINE_ENDS = {"Windows": "\r\n", "Unix": "\n", "an old Mac": "\r"}


def written(rows: Sequence[Sequence[str]], separator: str = ",", end: str = "\r\n") -> str:
    """As CSV, each cell in quotation marks that needs them."""
    return "".join(separator.join(_quoted(cell) for cell in row) + end for row in rows)


def _quoted(cell: str) -> str:
    return f'"{cell}"' if any(mark in cell for mark in ',;\t|"\n') else cell


def extract_of(
    content: str | bytes, kind: ExtractKind = ExtractKind.WORKERS, form: DateForm | None = DateForm.UK
) -> CsvExtract:
    return read_extract(kind, io.BytesIO(content.encode() if isinstance(content, str) else content), form)


def read(content: str | bytes, kind: ExtractKind = ExtractKind.WORKERS) -> RowBatch:
    whole = RowBatch([], [], [])
    for batch in extract_of(content, kind).batches():
        whole.rows += batch.rows
        whole.faults += batch.faults
        whole.left_out += batch.left_out
    return whole


def facts(rows: Sequence[ExtractRow]) -> list[tuple[object, ...]]:
    """Worker, name and start of each row."""
    return [(row[1], row[3], row[7]) for row in rows]


EXPECTED = [("W1", NAME, "2026-04-13"), ("W2", "Ben; Ann, both of them", None)]


@pytest.mark.parametrize("end", LINE_ENDS.values(), ids=LINE_ENDS)
@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
def test_same_rows_are_read_from_every_encoding_separator_and_line_end(
    encode: Callable[[str], bytes], separator: str, end: str
) -> None:
    content = encode(written([HEADER, *ROWS], separator, end))
    assert facts(read(content).rows) == EXPECTED


@pytest.mark.parametrize(
    "above",
    [
        "Staff of all teams\r\n",
        "\r\n\r\nStaff\r\nRun on 30/09/2026;12;3\r\n\r\n",
        '"A title, in quotation marks\r\nover two lines"\r\n',
        "sep=,\r\n",
        "Staff,,,\r\n,,,\r\n",
    ],
    ids=["one line", "blank lines and other separators", "two lines in one cell", "Excel's own", "cells left blank"],
)
def test_titles_above_the_header_are_passed_over_and_lines_still_counted(above: str) -> None:
    lines_above = above.count("\r\n")
    content = above + written([HEADER, *ROWS, ("?", "", "", "")])
    batch = read(content)
    assert facts(batch.rows) == EXPECTED
    assert [fault.line for fault in batch.faults] == [lines_above + 4]


def test_order_of_the_columns_and_the_way_of_writing_them_do_not_matter() -> None:
    rows = [("Start Date", " NAME ", "\N{NO-BREAK SPACE}Worker-ID", "E_mail", "EMAIL")]
    rows.append(("13/04/2026", NAME, "W1", "not read", "w1@x.test"))
    extract = extract_of(written(rows))
    assert facts([row for batch in extract.batches() for row in batch.rows]) == EXPECTED[:1]
    assert extract.columns_not_read == ("e_mail",)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (",,,", "blank"),
        ("", "blank"),
        ("Total,2,,", "footer"),
        ("Grand total: ,,,", "footer"),
        ("(2 rows affected)", "footer"),
        ("2 row(s) affected", "footer"),
        ("Completion time: 2026-09-30T06:00:00.0000000+01:00", "footer"),
        ("---------,-----,----,----------", "footer"),
        ("worker_id,email,name,start_date", "repeated_header"),
        ("Worker ID,E-mail,Name,Start date", None),
        ("WORKER ID,EMAIL,NAME,START DATE", "repeated_header"),
    ],
)
@pytest.mark.parametrize("is_last", [True, False], ids=["at the end", "in the middle"])
def test_lines_that_are_no_rows_are_told_apart(line: str, what: str | None, is_last: bool) -> None:
    first, second = written([ROWS[0]]), written([ROWS[1]])
    content = written([HEADER]) + (first + second + line + "\r\n" if is_last else first + line + "\r\n" + second)
    batch = read(content)
    assert [code for _, code in batch.left_out] == [what] * (what is not None)
    if what is not None:
        assert (facts(batch.rows), batch.faults) == (EXPECTED, [])


def test_rows_with_too_many_or_too_few_cells_are_faults_and_blank_cells_beyond_are_not() -> None:
    content = written([HEADER]) + "W1,w1@x.test,Person, Ann,13/04/2026\r\nW2,w2@x.test\r\nW3,w3@x.test,Cy,,,,\r\n"
    batch = read(content)
    assert [(fault.line, fault.code) for fault in batch.faults] == [(2, "too_many_cells"), (3, "too_few_cells")]
    assert [row[1] for row in batch.rows] == ["W3"]


def test_ragged_quotation_mark_costs_its_own_line_alone() -> None:
    content = written([HEADER]) + 'W1,w1@x.test,"Ann" of CART,\r\n' + written(ROWS)
    batch = read(content)
    assert [(fault.line, fault.code) for fault in batch.faults] == [(2, "ragged_quotes")]
    assert facts(batch.rows) == EXPECTED


def test_cell_may_hold_line_breaks_separators_and_doubled_quotation_marks() -> None:
    content = written([HEADER]) + 'W1,w1@x.test,"Ann ""Annie"",\r\nof CART",13/04/2026\r\n' + "?,,,\r\n"
    batch = read(content)
    assert facts(batch.rows) == [("W1", 'Ann "Annie", of CART', "2026-04-13")]
    assert [fault.line for fault in batch.faults] == [4]


def test_null_of_a_query_tool_is_an_empty_cell() -> None:
    (row,) = read(written([HEADER, ("W1", "NULL", "NULL", "NULL")])).rows
    assert row[2:4] == (None, None)
    assert row[7] is None


def test_file_whose_last_row_is_whole_needs_no_end_of_line() -> None:
    assert facts(read(written([HEADER, *ROWS]).rstrip("\r\n")).rows) == EXPECTED


@pytest.mark.parametrize("cut", range(1, 24))
def test_file_cut_off_within_its_last_row_is_refused_whole(cut: int) -> None:
    """Wherever the end is missing, unless all cells are there: then nobody can tell."""
    content = written([HEADER, ROWS[0], ("W2", "w2@x.test", "Ben", "06/01/2025")])[: -2 - cut]
    if content.rpartition("\n")[2].count(",") == len(HEADER) - 1:
        assert len(read(content).rows) + len(read(content).faults) == 2
    else:
        with pytest.raises(BrokenExtract, match="ends in the middle of a row"):
            read(content)


def test_day_of_the_extract_is_its_own_column() -> None:
    rows = [(*HEADER, "extracted_at"), (*ROWS[0], "30/09/2026 06:00:00"), (*ROWS[1], "30/09/2026 06:00:01")]
    extract = extract_of(written(rows))
    assert [len(batch.rows) for batch in extract.batches()] == [2]
    assert str(extract.extracted_on) == "2026-09-30"
    assert extract.columns_not_read == ()


def test_rows_of_two_extracts_in_one_file_are_refused() -> None:
    rows = [(*HEADER, "extracted_at"), (*ROWS[0], "23/09/2026"), (*ROWS[1], "30/09/2026")]
    with pytest.raises(BrokenExtract, match="made on 2026-09-23 and, from line 3 on, on 2026-09-30"):
        read(written(rows))


def test_mapping_is_named_with_its_hash() -> None:
    extract = extract_of(written([HEADER, *ROWS]))
    assert (extract.mapping, extract.mapping_sha256) == ("default", default_mapping().sha256)
    assert len(extract.mapping_sha256) == 64
