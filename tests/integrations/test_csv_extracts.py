"""Reading extracts as files: encodings, date forms, and single cells, for whatever stands in them."""

import codecs
import io
import re
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.case_system.csv_cells import BadCell, email, reference, shown, words
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.csv_extracts import BATCH_ROWS, read_extract
from integrations.case_system.extract_mappings import default_mapping
from usecases.extract_ports import BrokenExtract, DateForm, ExtractKind, ExtractRow

HEADER = "worker_id,email,name\r\n"
MEANS_EMPTY = default_mapping().file.empty
# Letters that Windows-1252 has, without the ones that end a line or a cell or stand around it unseen.
WINDOWS_TEXT = st.text(
    st.characters(codec="cp1252", exclude_categories=("Cc", "Zs"), exclude_characters='",\N{SOFT HYPHEN}'), min_size=1
).filter(lambda name: name not in MEANS_EMPTY)
MEANINGS = default_mapping().dates
DAYS = st.dates(date(1900, 1, 2), date(2199, 12, 31))


def rows_of(content: bytes, kind: ExtractKind = ExtractKind.WORKERS) -> list[ExtractRow]:
    return [row for batch in read_extract(kind, io.BytesIO(content), None).batches() for row in batch.rows]


def test_a_name_in_an_extract_is_kept_without_what_nobody_sees_in_it() -> None:
    assert words(" Ada \u202eSample\u200bwood\u0007 \u00a0") == "Ada Samplewood"
    assert words("\u202e\u2069") is None


@given(names=st.lists(WINDOWS_TEXT, min_size=1, max_size=5))
def test_same_text_is_read_from_every_encoding(names: list[str]) -> None:
    """A byte order mark, UTF-8 and Windows-1252 say the same, unless the Windows bytes happen to be good UTF-8."""
    text = HEADER + "".join(f"W{number},w@x.test,{name}\r\n" for number, name in enumerate(names))
    expected = [words(name) for name in names]
    in_windows = text.encode("cp1252")
    for content in (text.encode(), codecs.BOM_UTF8 + text.encode(), in_windows):
        if content is in_windows and is_utf_8(in_windows):
            continue
        assert [row[3] for row in rows_of(content)] == expected


def is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("at", [0, BATCH_ROWS - 1, BATCH_ROWS, 2 * BATCH_ROWS])
def test_one_byte_decides_for_the_whole_file_wherever_it_stands(at: int) -> None:
    """A letter of Windows-1252 in a late row must not leave the rows before it read as something else."""
    lines = [b"W1,w@x.test,Zo\xc3\xab\r\n"] * (2 * BATCH_ROWS + 1)
    lines[at] = b"W2,w@x.test,Zo\xeb\r\n"
    names = {row[1]: row[3] for row in rows_of(HEADER.encode() + b"".join(lines))}
    assert names == {"W1": "ZoÃ«", "W2": "Zoë"}


def test_file_is_read_from_its_beginning_wherever_it_was_left() -> None:
    content = io.BytesIO(HEADER.encode() + b"W1,w@x.test,Ann\r\n")
    content.seek(0, io.SEEK_END)
    extract = read_extract(ExtractKind.WORKERS, content, None)
    assert [len(batch.rows) for batch in extract.batches()] == [1]


def test_no_batch_holds_more_rows_than_memory_was_promised_for() -> None:
    content = HEADER.encode() + b"W1,w@x.test,Ann\r\n" * (3 * BATCH_ROWS) + b"?,w@x.test,Ann\r\n" * BATCH_ROWS
    batches = list(read_extract(ExtractKind.WORKERS, io.BytesIO(content), None).batches())
    assert max(len(batch.rows) + len(batch.faults) for batch in batches) == BATCH_ROWS
    assert sum(len(batch.rows) + len(batch.faults) for batch in batches) == 4 * BATCH_ROWS


@given(days=st.lists(DAYS, min_size=1, max_size=30))
def test_iso_dates_are_read_as_they_are(days: list[date]) -> None:
    cells = DateCells(None, MEANINGS)
    assert [cells.begin(day.isoformat(), "start_date") for day in days] == [day.isoformat() for day in days]
    assert cells.settle() is DateForm.ISO


@given(days=st.lists(DAYS, min_size=1, max_size=30))
def test_day_first_dates_are_believed_only_when_one_of_them_proves_it(days: list[date]) -> None:
    """Without a day after the 12th, 03/02/2026 may be either; a guess could be wrong in every row."""
    cells = DateCells(None, MEANINGS)
    read = [cells.begin(f"{day:%d/%m}/{day.year}", "start_date") for day in days]
    assert read == [day.isoformat() for day in days]
    if any(day.day > 12 for day in days):
        assert cells.settle() is DateForm.UK
    else:
        with pytest.raises(BrokenExtract, match="date_form=uk"):
            cells.settle()


@given(days=st.lists(DAYS, min_size=1, max_size=30))
def test_day_first_dates_are_read_when_that_is_stated(days: list[date]) -> None:
    cells = DateCells(DateForm.UK, MEANINGS)
    read = [cells.begin(f"{day.day}/{day.month}/{day.year} 23:59:59", "start_date") for day in days]
    assert read == [day.isoformat() for day in days]
    assert cells.settle() is DateForm.UK


def test_file_with_the_month_first_is_refused_and_not_turned_around() -> None:
    cells = DateCells(None, MEANINGS)
    cells.begin("04/03/2026", "start_date")
    with pytest.raises(BadCell):
        cells.begin("04/25/2026", "start_date")
    with pytest.raises(BrokenExtract, match=re.escape("04/25/2026 has the day or the month first")):
        cells.settle()


def test_more_different_dates_than_are_remembered_are_read_all_the_same() -> None:
    cells = DateCells(DateForm.ISO, MEANINGS)
    minutes = [
        f"2026-02-{day:02} {hour:02}:{minute:02}:{second:02}"
        for day in range(1, 29)
        for hour in range(24)
        for minute in range(60)
        for second in (0, 30)
    ]
    assert {cells.begin(cell, "start_date") for cell in minutes} == {f"2026-02-{day:02}" for day in range(1, 29)}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12345", "12345"),
        ("00123", "00123"),
        ("12345.0", "12345"),
        ("12345.00", "12345"),
        (" \N{NO-BREAK SPACE}12345\N{NARROW NO-BREAK SPACE} ", "12345"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}AB-1/2", "AB-1/2"),
        ("A.0", "A.0"),
    ],
)
def test_reference_is_read_as_the_case_system_has_it(cell: str, value: str) -> None:
    assert reference(cell, "person_id") == value


@pytest.mark.parametrize("cell", ["", "  ", "A B", "-", "1.2E+05", "Siân", "x" * 65, "=1+1", "A\nB"])
def test_what_is_no_reference_is_refused(cell: str) -> None:
    with pytest.raises(BadCell):
        reference(cell, "person_id")


@given(st.text(st.characters(categories=["L"]), min_size=5))
def test_word_in_a_wrong_column_is_never_shown(name: str) -> None:
    """It may be somebody's name (C3); numbers and dates are shown, so that the cell can be found."""
    assert shown(name) is None
    assert shown(f"{name} 03/02/1941") is None
    assert shown("31/02/2026") == "31/02/2026"


@pytest.mark.parametrize("cell", ["", "to follow", "a@b", "a b@c.d", "two@x.test;more@x.test", "@x.test"])
def test_what_cannot_be_an_address_is_none(cell: str) -> None:
    assert email(cell) is None


SAMPLE_FILES = Path(__file__).parents[2] / "samples" / "files"


@pytest.mark.parametrize(("announced", "sent"), list(permutations(ExtractKind, 2)))
def test_wrong_one_of_the_three_files_is_refused_whole(announced: ExtractKind, sent: ExtractKind) -> None:
    """Involvements hold every column that workers need: read as such they would rewrite names, jobs and addresses."""
    content = io.BytesIO((SAMPLE_FILES / f"{sent}.csv").read_bytes())
    with pytest.raises(BrokenExtract, match=f"extract of {sent}, but {announced} were announced.*kind={sent}"):
        read_extract(announced, content, None)


@pytest.mark.parametrize("kind", ExtractKind)
def test_each_of_the_three_files_is_read_as_what_it_is(kind: ExtractKind) -> None:
    content = io.BytesIO((SAMPLE_FILES / f"{kind}.csv").read_bytes())
    assert any(batch.rows for batch in read_extract(kind, content, DateForm.UK).batches())


def test_worker_list_that_tells_all_about_the_team_stays_a_worker_list() -> None:
    beside = "team_id,team_name,service,employer,contact_email,head_of_service_email,parent_id"
    (row,) = rows_of(f"worker_id,email,{beside}\r\nW1,w@x.test,T1,Team,review,,,,\r\n".encode())
    assert row[1] == "W1"
