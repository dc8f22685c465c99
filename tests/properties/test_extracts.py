"""Whatever arrives as an extract: it is refused as a whole, or each of its rows is loaded, refused or passed over."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from integrations.case_system.csv_extracts import CsvExtract, read_extract
from integrations.case_system.extract_mappings import load_mapping
from samples.dirty_extract import MAPPING, files
from tests.usecases.extract_files import EXTRACTED_ON, a_council, csv_of, held, involvement, load
from usecases.extract_ports import INVOLVEMENT_FIELDS, BrokenExtract, ExtractKind
from usecases.extract_sentences import FAULTS, PASSED_OVER
from usecases.work import Work

DIRTY_FILES, DIRTY_MAPPING = files(), load_mapping(MAPPING)
GOOD = csv_of(involvement(person_id=f"C{number}", start_date=f"{13 + number % 9}/04/2026") for number in range(12))

# A change of a good file: where, how many bytes go, and which come instead.
CHANGES = st.tuples(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=40))
# Cells as people fill them, and as nobody would.
CELLS = st.one_of(
    st.sampled_from(["", "C1", "C2", "W1", "W2", "W9", "-1", "CART", "HART", "Y", "N", "12345.0", "31/12/9999", "\\N"]),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(lambda day: f"{day:%d/%m/%Y}"),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(involvement(), CELLS)), min_size=1, max_size=12)


@given(changes=st.lists(CHANGES, min_size=1, max_size=3))
def test_damaged_file_is_refused_or_read_row_by_row(changes: list[tuple[int, int, bytes]]) -> None:
    content = bytearray(GOOD)
    for place, gone, instead in changes:
        content[place : place + gone] = instead
    try:
        batches = list(read_extract(ExtractKind.INVOLVEMENTS, io.BytesIO(bytes(content)), None).batches())
    except BrokenExtract:
        return
    for row in (row for batch in batches for row in batch.rows):
        assert len(row) == len(INVOLVEMENT_FIELDS)
        assert date.fromisoformat(str(row[4])).isoformat() == row[4]
    assert all(fault.line > 1 and fault.code for batch in batches for fault in batch.faults)


@settings(deadline=None)
@given(
    kind=st.sampled_from(ExtractKind),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 400), st.binary(max_size=40)), min_size=1, max_size=3),
)
def test_damaged_dirty_file_is_refused_or_read_row_by_row(
    kind: ExtractKind, changes: list[tuple[float, int, bytes]]
) -> None:
    """UTF-16, Windows-1252 and UTF-8; titles, footers, quotation marks and line breaks: nothing breaks the reading."""
    content = bytearray(DIRTY_FILES[kind])
    for share, gone, instead in changes:
        place = int(share * len(content))
        content[place : place + gone] = instead
    with suppress(BrokenExtract):
        for batch in CsvExtract(kind, io.BytesIO(bytes(content)), None, DIRTY_MAPPING).batches():
            assert all(fault.code in FAULTS for fault in batch.faults)
            assert all(code in PASSED_OVER for _, code in batch.left_out)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_every_row_is_accounted_for_and_no_case_has_two_holders(session: Session, rows: list[dict[str, str]]) -> None:
    with taken_back_afterwards(session) as work, suppress(BrokenExtract):
        report = load(work, rows)
        assert report.rows_read == report.rows_loaded + report.rows_refused + report.rows_passed_over
        assert report.rows_refused == len(report.errors)
        cases = [case for case, *_ in held(work)]
        assert len(cases) == len(set(cases)) == report.changes.get("begun", 0)
        assert all(began_on <= allocated_on <= EXTRACTED_ON for *_, allocated_on, began_on in held(work))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_rows_in_any_order_load_the_same(session: Session, rows: list[dict[str, str]], order: Random) -> None:
    turned = list(rows)
    order.shuffle(turned)
    assert outcome(session, rows) == outcome(session, turned)


def outcome(session: Session, rows: list[dict[str, str]]) -> object:
    """What an extract comes to, without the lines it stands in."""
    with taken_back_afterwards(session) as work:
        try:
            report = load(work, rows)
        except BrokenExtract as refused:
            return refused.code
        return held(work), report.changes, sorted((told.code, told.rows) for told in report.refused)


@contextmanager
def taken_back_afterwards(session: Session) -> Iterator[Work]:
    """A council for one example only."""
    attempt = session.begin_nested()
    try:
        yield a_council(session)
    finally:
        attempt.rollback()
        session.expunge_all()
