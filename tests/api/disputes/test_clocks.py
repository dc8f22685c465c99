"""What the clock says of disputes, and that it moves nothing but what lapses (D7, D8, L13)."""

from datetime import date

import pytest
from sqlalchemy import select, text

from db.queries.invariants import violations
from db.tables.deadlines import Deadline
from db.tables.disputes import DisputeStep
from rules.errors import OutsideCalendar
from tests.disputes_under_way import DisputeUnderWay
from usecases.dispute_actors import DisputeKnown


@pytest.mark.proves("D7")
def test_those_of_the_next_rung_hear_that_a_time_ran_out(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D2")
    assert "principal_social_worker" not in dispute.told()
    dispute.sweep(date(2026, 11, 5))  # the two working days of D2 are over
    assert dispute.told() >= {"audit_manager", "principal_social_worker", "team_manager"}


@pytest.mark.proves("D8")
def test_what_nobody_takes_further_lapses_and_the_grade_stands(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D2")
    dispute.said("manager", "unresolved", summary="We see it differently.")
    assert dispute.row().due_on == date(2026, 11, 9)
    dispute.sweep(date(2026, 11, 9))
    assert dispute.row().state == "open"
    dispute.sweep(date(2026, 11, 10))
    dispute.sweep(date(2026, 11, 11))

    assert (dispute.row().state, dispute.row().ended_on) == ("lapsed", date(2026, 11, 10))
    assert dispute.audit.row().overall_grade == "inadequate"
    late = dispute.says("manager", "referred")
    assert (late.status_code, late.json()["rule"]) == (409, "D8")
    with dispute.audit.sessions() as session:
        said = session.scalars(select(DisputeStep).where(DisputeStep.event == "lapsed")).all()
        clocks = session.scalars(select(Deadline).where(Deadline.dispute_id == dispute.id)).all()
        assert (len(said), said[0].by_clock) == (1, True)
        assert {clock.state for clock in clocks} <= {"met", "withdrawn"}
        assert violations(session) == []


@pytest.mark.proves("D7")
def test_one_whose_audit_somebody_holds_is_left_to_the_next_sweep(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    with dispute.audit.sessions.begin() as holding:
        holding.execute(text("SET LOCAL idle_in_transaction_session_timeout = '15s'"))
        holding.execute(text("SELECT 1 FROM audits FOR UPDATE"))
        assert "Looked at 0 disputes" in dispute.sweep(date(2026, 11, 10))

    assert "said 1 things" in dispute.sweep(date(2026, 11, 10))


@pytest.mark.proves("D7")
def test_one_that_ends_while_its_clock_cannot_be_told_holds_up_no_sweep(
    dispute: DisputeUnderWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()

    def ended_meanwhile(*_: object) -> DisputeKnown:
        dispute.said("practitioner", "withdrawn")
        raise OutsideCalendar("No bank holidays of 2099 are known.")

    monkeypatch.setattr("usecases.dispute_sweep.hold_known", ended_meanwhile)

    assert "said 0 things" in dispute.sweep(date(2026, 11, 10))
    assert dispute.row().state == "withdrawn"


@pytest.mark.proves("D7")
def test_a_stage_whose_time_runs_out_stays_and_the_next_rung_is_told_once(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    assert "said 1 things" in dispute.sweep(date(2026, 11, 10))
    assert "Looked at 0" in dispute.sweep(date(2026, 11, 12))
    row = dispute.row()
    assert (row.state, row.rung) == ("open", "D1")
    moves = dispute.get("practitioner", "/allowed-moves").json()["moves"]
    assert [it["event"] for it in moves if it["is_allowed"]] == ["referred", "withdrawn"]
    assert dispute.said("practitioner", "referred")["rung"] == "D3"


@pytest.mark.proves("D1", "P3", "calendar.proclaimed_days")
def test_a_day_off_proclaimed_meanwhile_lengthens_its_clock_and_what_the_clock_says(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.proclaimed(date(2026, 11, 5))
    assert dispute.row().due_on == date(2026, 11, 10)
    for on, said in ((date(2026, 11, 10), "Looked at 0"), (date(2026, 11, 11), "said 1 things")):
        assert said in dispute.sweep(on)
    with dispute.audit.sessions() as session:
        assert violations(session) == []
