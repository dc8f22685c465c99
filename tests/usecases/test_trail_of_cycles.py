"""Programmes, frames, draws, cycles and audits leave entries in the trail, in the order in which things happened."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.draws import Draw
from db.tables.trail import TrailEntry, TrailText
from rules.programme_publishing import CycleKind, PlannedCycle
from tests.small_council import SmallCouncil, found_council, work_on
from usecases.audit_cycles import close_cycle, open_cycle
from usecases.audit_years import save_programme
from usecases.draws import preview_draw

OPENS_ON = date(2026, 10, 1)


def chain(session: Session, kind: str, subject_id: str) -> list[TrailEntry]:
    of_subject = select(TrailEntry).where(TrailEntry.subject_kind == kind, TrailEntry.subject_id == subject_id)
    return list(session.scalars(of_subject.order_by(TrailEntry.number)))


@pytest.mark.proves("S5")
def test_a_cycles_chain_tells_that_the_frame_was_frozen_before_the_draw_and_the_draw_before_the_opening(
    session: Session,
) -> None:
    found_council(session, OPENS_ON - timedelta(days=1))
    open_cycle(work_on(session, OPENS_ON), "2026-10")
    close_cycle(work_on(session, date(2026, 10, 30)), "2026-10")
    entries = chain(session, "audit_cycle", "2026-10")
    assert [it.action for it in entries] == ["frame_frozen", "draw_made", "draw_issued", "cycle_opened", "cycle_closed"]
    drawn = session.scalars(select(Draw)).one()
    assert {it.details.get("frame", str(drawn.frame_id)) for it in entries} == {str(drawn.frame_id)}
    assert entries[-1].details["figures"]["allocated"] == session.scalar(select(func.count(Audit.id)))


@pytest.mark.proves("A5")
def test_every_audit_begins_its_chain_with_who_audits_whom(session: Session) -> None:
    found_council(session, OPENS_ON - timedelta(days=1))
    open_cycle(work_on(session, OPENS_ON), "2026-10")
    audits = session.scalars(select(Audit)).all()
    assert audits
    for audit in audits:
        (entry,) = chain(session, "audit", str(audit.id))
        assert entry.action == "audit_allocated"
        assert entry.details == {
            "draw": str(audit.draw_id),
            "practitioner": str(audit.practitioner_id),
            "auditor": str(audit.auditor_id),
        }


def test_a_draw_that_replaces_another_is_told_with_the_reason_and_both_seeds(session: Session) -> None:
    council: SmallCouncil = found_council(session, OPENS_ON - timedelta(days=1))
    work = work_on(session, OPENS_ON)
    preview_draw(work, "2026-10")
    council.practitioner("P99", "CART")
    preview_draw(work, "2026-10", reason="Ann came back.")
    made, replaced, made_anew = (it for it in chain(session, "audit_cycle", "2026-10") if it.action != "frame_frozen")
    assert [made.action, replaced.action, made_anew.action] == ["draw_made", "draw_superseded", "draw_made"]
    assert made.details == replaced.details
    assert made.details["seed_hash"] != made_anew.details["seed_hash"]
    told = session.scalars(select(TrailText.text).where(TrailText.entry_id == replaced.id)).one()
    assert told == "Ann came back."


def test_a_saved_programme_is_kept_with_its_topics_beside_the_entry(session: Session) -> None:
    plans = [PlannedCycle("2027-02", CycleKind.THEMED, topic="Mental capacity", origin="performance_issue")]
    save_programme(work_on(session, OPENS_ON), 2027, plans, version=None)
    (entry,) = chain(session, "audit_year", "2027")
    assert (entry.action, entry.details["version"]) == ("programme_saved", 1)
    assert "Mental capacity" in session.scalars(select(TrailText.text)).one()
