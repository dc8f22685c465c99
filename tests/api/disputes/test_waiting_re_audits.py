"""A re-audit that is allocated and not begun waits while the report before it is disputed (S7, D7)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from db.queries.invariants import violations
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.organisation import Person
from tests.api.signing_in import link
from tests.audits_under_way import ROLES
from tests.disputes_under_way import DisputeUnderWay, re_audit_drawn
from tests.small_council import SmallCouncil
from usecases.cycle_closings import report_closings
from usecases.due_cycles import close_due_cycles
from usecases.sweep import sweep_due
from usecases.work import Work

RAISED, ENDED = date(2027, 1, 6), date(2027, 1, 27)


@pytest.fixture
def follower(dispute: DisputeUnderWay) -> str:
    """Its re-audit, drawn in January 2027; the audit manager has consented to a dispute that comes after that."""
    found = re_audit_drawn(dispute.audit)
    with dispute.audit.sessions.begin() as session:
        council, row = SmallCouncil(session), session.get_one(Audit, found)
        ROLES.setdefault("re_auditor", "Audit.Auditor")
        if row.auditor_id != dispute.audit.row().auditor_id:
            link(council, dispute.audit.provider, "re_auditor", session.get_one(Person, row.auditor_id).reference)
    consent = {"audit_id": dispute.audit.audit_id, "reason": "They were ill."}
    client, dispute.audit.on = dispute.audit.client, RAISED
    dispute.audit.day(RAISED)
    given = client.post("/v1/disputes/consents", json=consent, headers=dispute.audit.who("audit_manager"))
    assert given.status_code == 200, given.text
    return found


def clocks(dispute: DisputeUnderWay, follower: str) -> dict[str, set[tuple[str, date]]]:
    """The clocks of the re-audit by time limit, each with its state and day."""
    with dispute.audit.sessions() as session:
        found: dict[str, set[tuple[str, date]]] = {}
        for clock in session.scalars(select(Deadline).where(Deadline.audit_id == follower)):
            found.setdefault(clock.time_limit, set()).add((clock.state, clock.due_on))
        return found


def begun(dispute: DisputeUnderWay, follower: str) -> Any:
    """What its auditor is answered who arranges the meeting."""
    with dispute.audit.sessions() as session:
        row = session.get_one(Audit, follower)
        who = "auditor" if row.auditor_id == dispute.audit.row().auditor_id else "re_auditor"
        headers = {**dispute.audit.who(who), "If-Match": f'"{row.version}"'}
    body = {"meets_on": dispute.audit.on.replace(month=2).isoformat(), "meets_at": "10:00"}
    return dispute.audit.client.post(f"/v1/audits/{follower}/meeting", json=body, headers=headers)


def told_late(dispute: DisputeUnderWay) -> set[str]:
    """January closes; the audits of which people hear that they were not issued."""
    dispute.audit.day(date(2027, 2, 1))
    means = dispute.means()
    with dispute.audit.sessions.begin() as session:
        work = Work(session, means.clock.now(), means.calendar, means.policy, "scheduler")
        close_due_cycles(work)
        report_closings(work)
    with dispute.audit.sessions() as session:
        contents = session.scalars(select(Notice.content).where(Notice.event == "not_issued_at_close"))
        return {content["audit"] for content in contents}


def timeline(dispute: DisputeUnderWay, follower: str) -> list[dict[str, Any]]:
    answer = dispute.audit.client.get(f"/v1/audits/{follower}/timeline", headers=dispute.audit.who("audit_team"))
    lines: list[dict[str, Any]] = answer.json()["entries"]
    return lines


REPORT = "programme.report_due_before_close"


@pytest.mark.proves("S7", "D7")
def test_it_waits_with_its_clocks_stopped_and_nobody_begins_it_or_is_reminded(
    dispute: DisputeUnderWay, follower: str
) -> None:
    assert dispute.raised().status_code == 201
    assert clocks(dispute, follower)[REPORT] == {("withdrawn", date(2027, 1, 28))}
    refused = begun(dispute, follower)
    assert (refused.status_code, refused.json()["rule"]) == (409, "S7")
    waits_for = f"{dispute.audit.row().reference}-dispute-1"
    assert f"it waits while the dispute {waits_for} about the report before it is open" in refused.json()["detail"]
    (line,) = [it["sentence"] for it in timeline(dispute, follower) if it["what"] == "re_audit_waits"]
    assert line == (
        f"It waits while the dispute {waits_for} about the report of {dispute.audit.row().reference} is open. Nobody "
        "begins it, none of its dates runs, and nobody is reminded of them."
    )

    for day in (25, 27, 29, 31):
        dispute.audit.day(date(2027, 1, day))
        sweep_due(dispute.means())
    late = told_late(dispute)
    with dispute.audit.sessions() as session:
        said = session.scalars(select(Notice.content).where(Notice.event.in_(("reminder", "overdue", "escalation"))))
        assert [it for it in said if follower in str(it)] == []
        assert late
        assert follower not in late
        assert violations(session) == []


@pytest.mark.proves("S7", "D8")
def test_it_goes_on_with_as_many_working_days_as_it_had_left_where_the_grade_stands(
    dispute: DisputeUnderWay, follower: str
) -> None:
    dispute.raised()
    with dispute.audit.sessions.begin() as session:  # as another edition would have worded it
        waits = update(Deadline).where(Deadline.audit_id == follower, Deadline.state == "withdrawn")
        session.execute(waits.values(withdrawn_because="Not for now.", sentence="In other words."))
    dispute.audit.day(ENDED)
    dispute.said("practitioner", "withdrawn")

    # Fifteen working days from 6 to 27 January, so from 28 January to 18 February.
    assert clocks(dispute, follower)[REPORT] == {("withdrawn", date(2027, 1, 28)), ("running", date(2027, 2, 18))}
    with dispute.audit.sessions() as session:
        row = session.get_one(Audit, follower)
        assert (row.state, row.report_due_on) == ("allocated", date(2027, 2, 18))
        whats = set(session.scalars(select(Notice.content["what"].astext).where(Notice.event == "dispute_step")))
        assert whats >= {"re_audit_waits", "re_audit_goes_on"}
        assert violations(session) == []
    (line,) = [it for it in timeline(dispute, follower) if it["what"] == "re_audit_goes_on"]
    assert (line["on"], line["rule"]) == ("2027-01-27", "S7")
    assert "is withdrawn, and the re-audit goes on: its report is due by Thursday 18 February 2027." in line["sentence"]
    assert begun(dispute, follower).status_code == 200
    late = told_late(dispute)
    assert late
    assert follower not in late


@pytest.mark.proves("S7")
def test_one_that_has_begun_goes_on(dispute: DisputeUnderWay, follower: str) -> None:
    assert begun(dispute, follower).status_code == 200
    dispute.raised()
    assert clocks(dispute, follower)[REPORT] == {("running", date(2027, 1, 28))}
    assert [it for it in timeline(dispute, follower) if it["what"] == "re_audit_waits"] == []


@pytest.mark.proves("S7", "D7")
def test_a_better_grade_withdraws_it_and_one_that_still_calls_for_it_lets_it_go_on(
    dispute: DisputeUnderWay, follower: str
) -> None:
    dispute.raised()
    dispute.taken_to("D2")
    dispute.said("manager", "resolved", summary="We saw it anew.", overall_grade="requires_improvement")
    assert clocks(dispute, follower)[REPORT] == {("withdrawn", date(2027, 1, 28)), ("running", date(2027, 1, 28))}
    dispute.raised("practitioner")
    dispute.taken_to("D2")
    dispute.said("manager", "resolved", summary="We saw more.", overall_grade="good")
    assert {state for state, _ in clocks(dispute, follower)[REPORT]} == {"withdrawn"}
    with dispute.audit.sessions() as session:
        row = session.get_one(Audit, follower)
        assert (row.state, row.withdrawn_because) == ("withdrawn", "re_audit_no_longer_owed")
        assert violations(session) == []
