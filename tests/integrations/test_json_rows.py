"""Rows as JSON become what the same rows of a file become, and are numbered from one (C1)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from integrations.case_system.extract_mappings import IdMeanings, StatedDateForm, default_mapping
from integrations.case_system.json_rows import JsonExtract
from usecases.extract_ports import BrokenExtract, DateForm, ExtractKind

ROW: dict[str, Any] = {"person_id": "C1", "worker_id": 990017, "role_code": "ALLWKR", "team_id": "CART"}
ROW["start_date"] = "2026-04-13"


def read(*rows: dict[str, Any]) -> tuple[JsonExtract, list[Any], list[tuple[int, str | None, str]], list[Any]]:
    extract = JsonExtract(ExtractKind.INVOLVEMENTS, rows, default_mapping())
    batches = list(extract.batches())
    return (
        extract,
        [row for batch in batches for row in batch.rows],
        [(fault.line, fault.column, fault.code) for batch in batches for fault in batch.faults],
        [left for batch in batches for left in batch.left_out],
    )


@pytest.mark.proves("C1")
def test_numbers_truths_and_nulls_mean_what_they_say() -> None:
    extract, rows, faults, _ = read(
        ROW,
        {**ROW, "person_id": 4711.0, "restricted": True, "end_date": None},
        {**ROW, "person_id": "004711", "worker_id": None, "restricted": False, "extracted_at": "2026-09-30"},
    )

    assert faults == []
    assert [(row[0], row[1], row[2], row[7]) for row in rows] == [
        (1, "C1", "990017", False),
        (2, "4711", "990017", True),
        (3, "004711", None, False),
    ]
    assert (extract.date_form, extract.extracted_on) == (DateForm.ISO, date(2026, 9, 30))


@pytest.mark.proves("C1")
def test_a_bad_row_is_told_by_its_number_and_the_others_load() -> None:
    _, rows, faults, left_out = read(
        {**ROW, "start_date": "13/04/2026"},
        {**ROW, "person_id": 'a\nb\r\n,"c;'},
        {},
        {**ROW, "person_id": "x\x00y"},
        {**ROW, "restricted": "perhaps"},
        {**ROW, "person_id": 10**300},
        ROW,
    )

    assert [row[0] for row in rows] == [7]
    assert left_out == [(3, "blank")]
    assert faults == [
        (1, "start_date", "other_date_form"),
        (2, "person_id", "no_reference"),
        (4, "person_id", "no_reference"),
        (5, "restricted", "no_flag"),
        (6, "person_id", "no_reference"),
    ]


@pytest.mark.proves("C1", "C3")
def test_fields_that_are_not_read_are_named_and_nothing_of_them_is_kept() -> None:
    extract, rows, _, _ = read({**ROW, "Full name": "Ann Example", "worker_name": "Ben"})

    assert extract.columns_not_read == ("full_name",)
    assert "Ann Example" not in repr(rows)


@pytest.mark.proves("C1")
def test_the_mapping_holds_for_ids_and_codes_and_not_for_how_a_file_writes_dates() -> None:
    usual = default_mapping()
    mapping = replace(
        usual,
        ids=IdMeanings(no_worker=("-1",), widths={"person_id": 6}),
        involvements=replace(usual.involvements, date_form=StatedDateForm.UK),
    )
    (batch,) = JsonExtract(ExtractKind.INVOLVEMENTS, [{**ROW, "person_id": 4711, "worker_id": -1}], mapping).batches()

    assert batch.rows[0][:5] == (1, "004711", None, None, "2026-04-13")


@pytest.mark.proves("C1")
def test_one_fields_name_in_two_spellings_is_refused() -> None:
    with pytest.raises(BrokenExtract, match="person_id more than once"):
        read({**ROW, "Person ID": "C2"})


def test_the_hash_is_that_of_the_rows_whatever_the_order_of_their_fields() -> None:
    other_order = dict(reversed(ROW.items()))
    assert read(ROW)[0].sha256 == read(other_order)[0].sha256 != read({**ROW, "person_id": "C2"})[0].sha256
