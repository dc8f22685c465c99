"""Whoever meddles with a stored version of a report is found out, also who changes its hash with it (L7, L15, C4)."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.queries.invariants import violations
from tests import guards
from tests.reports.example_reports import BARE, FULL
from tests.small_council import found_council, work_on
from usecases.report_versions import store_version
from usecases.trail_checks import check_trail

TODAY = date(2026, 10, 20)
ANOTHER = (
    """UPDATE report_versions SET content = jsonb_set(content, '{effective,title}', '"Outstanding"') WHERE number = 2"""
)
HARMS = [
    ([], set(), set()),
    ([ANOTHER], {"report_changed"}, set()),
    ([ANOTHER, "UPDATE report_versions SET content_hash = 'f00' WHERE number = 2"], {"report_changed"}, {"2"}),
    (["DELETE FROM report_versions WHERE number = 1"], {"report_gone"}, set()),
    (["UPDATE report_versions SET number = 7 WHERE number = 1"], {"report_gone", "report_without_entry"}, {"7"}),
    (["UPDATE report_versions SET content = NULL, cleared_at = now() WHERE number = 1"], set(), set()),  # C3
]


@pytest.mark.proves("L7", "L15", "C4")
@pytest.mark.parametrize(("harms", "faults", "versions"), HARMS)
def test_a_stored_report_is_held_to_its_hash_and_to_the_trail(
    session: Session, harms: list[str], faults: set[str], versions: set[str]
) -> None:
    council = found_council(session, date(2026, 9, 28))
    audit_id = council.audit("PA-2026-0001", "2026-10", "REV-P1-1", "REV-P1", state="issued", auditor="home_first-A1")
    for report in (BARE, FULL):
        store_version(work_on(session, TODAY), audit_id, report, because="issued")
    guards.take_off(session.connection())
    for harm in harms:
        session.execute(text(harm))
    session.expire_all()

    assert {fault.code for fault in check_trail(session)} == faults
    found = [
        it.subjects for it in violations(session) if it.invariant.name == "report_version_other_than_the_trail_says"
    ]
    assert found == ([(f"PA-2026-0001 version {next(iter(versions))}",)] if versions else [])
