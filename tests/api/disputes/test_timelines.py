"""A dispute in timelines: in one order by time with its audit, and one line for what several owe (D1 to D8)."""

from datetime import date
from typing import Any

import pytest

from tests.disputes_under_way import DisputeUnderWay


def lines_of(dispute: DisputeUnderWay) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The timelines of the audit and of the dispute, as the audit team reads them."""
    of_audit = dispute.audit.get("audit_team", "/timeline")
    return of_audit.json()["entries"], dispute.get("audit_team", "/timeline").json()["entries"]


@pytest.mark.proves("D1", "D2", "D7")
def test_what_happened_on_one_day_stands_in_one_order_by_time(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.said("manager", "meeting_held")
    dispute.said("manager", "resolved", summary="Good after all.", overall_grade="good")
    for lines in lines_of(dispute):
        happened = [it["what"] for it in lines if it["at"] and it["on"] == "2026-11-02"]
        ours = ("dispute_opened", "meeting_held", "resolved", "grades_changed")
        assert [what for what in happened if what in ours] == list(ours)
    of_audit = [
        it["at"] for it in lines_of(dispute)[0] if it["on"] == "2026-11-02" and it["kind"] in ("step", "dispute")
    ]
    assert of_audit == sorted(of_audit)


@pytest.mark.proves("D3")
def test_what_two_roles_owe_at_a_rung_is_one_line_that_names_both(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D3")
    dispute.sweep(date(2026, 11, 10))
    for lines in lines_of(dispute):
        (clock,) = [it for it in lines if it["what"] == "ladders.dispute.D3"]
        assert clock["by"] == "audit_manager, principal_social_worker"
        assert clock["sentence"].endswith("It is owed by the audit manager and the principal social worker.")
