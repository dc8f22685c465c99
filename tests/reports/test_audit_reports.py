"""What is stored of a report is what is read again, years later too."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.audit_reports import AuditReport
from reports.plain_forms import NotOfThisForm
from tests.reports.example_reports import BARE, FULL


@pytest.mark.parametrize("report", [BARE, FULL], ids=["bare", "full"])
def test_a_report_comes_back_from_storage_as_it_was(report: AuditReport) -> None:
    assert AuditReport.from_plain(json.loads(json.dumps(report.as_plain()))) == report


@given(st.from_type(AuditReport))
def test_any_report_comes_back_as_it_was(report: AuditReport) -> None:
    assert AuditReport.from_plain(json.loads(json.dumps(report.as_plain()))) == report


def test_what_an_older_form_did_not_have_is_empty() -> None:
    stored = FULL.as_plain()
    del stored["compared_with"]
    assert AuditReport.from_plain(stored).compared_with == ()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"weather": "fine"}, "/weather"),
        ({"window_from": "yesterday"}, "/window_from"),
        ({"window_from": 3}, "/window_from"),
        ({"sequence": "2"}, "/sequence"),
        ({"checks": {}}, "/checks"),
        ({"checks": [{"question": "?", "answer": "maybe"}]}, "/checks/0/answer"),
        ({"tools": [{"id": "x"}]}, "/tools/0"),
        ({"plan": []}, "/plan"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_does_not_fit_the_form_is_refused_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(NotOfThisForm, match=place):
        AuditReport.from_plain(FULL.as_plain() | change)
