"""After any series of moves no rule is broken: S2, S3, A1, A2, A3, the order of reserves, three clocks an audit."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.draws import DrawCaseOutcome
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment
from db.tables.trail import TrailEntry
from rules.eligible_auditors import who_audits
from tests.small_council import POLICY, SmallCouncil, work_on
from tests.usecases.moves import FIRST, audits, opened_council
from usecases.audit_moves import replace_audit, withdraw_audit
from usecases.auditor_changes import change_auditor, suggest_auditors
from usecases.errors import NotAllowedNow

MOVES = 25


@pytest.mark.proves("S2", "S3", "S5", "S9", "A1", "A2", "A3", "A4")
@pytest.mark.parametrize("seed", range(3))
def test_no_rule_is_broken_after_many_moves(session: Session, seed: int) -> None:
    chance = Random(seed)
    council = opened_council(session, capacity=2, practitioners_per_team=5)
    day = FIRST
    for _ in range(MOVES):
        day = min(day + timedelta(days=chance.randrange(3)), date(2026, 10, 28))
        _something_happens(council, chance, day)
        standing = audits(session, state="allocated")
        if standing:
            _move(council, chance, chance.choice(standing), day)

    _nobody_has_two_audits(session)
    _every_auditor_may_and_has_room(session)
    _reserves_were_taken_in_order(session)
    _clocks_are_neither_doubled_nor_lost(session)
    keys = session.scalars(select(Notice.idempotency_key)).all()
    assert len(keys) == len(set(keys))


def _something_happens(council: SmallCouncil, chance: Random, day: date) -> None:
    """Now and then somebody is away."""
    if chance.random() < 0.3:
        person = chance.choice(["CART-P1", "HART-P2", "REV-P3", "review-A2", "home_first-A3", "quality_assurance-A1"])
        first_on = day + timedelta(days=chance.randrange(5))
        council.absent(person, first_on, first_on + timedelta(days=chance.randrange(1, 20)))


def _move(council: SmallCouncil, chance: Random, audit: Audit, day: date) -> None:
    work = work_on(council.session, day)
    match chance.choice(("withdraw", "replace", "replace", "auditor")):
        case "withdraw":
            withdraw_audit(work, audit.id, "case_closed")
        case "replace":
            replace_audit(work, audit.id, "practitioner_absent")
        case _:
            found = suggest_auditors(work, audit.id).suggested
            if found:
                to = council.person_id(chance.choice(found).candidate.auditor.id)
                change_auditor(work, audit.id, to, chance.choice(("sickness", "interest")))
            else:
                with pytest.raises(NotAllowedNow):
                    change_auditor(work, audit.id, audit.auditor_id or audit.id, "leave")


def _nobody_has_two_audits(session: Session) -> None:
    standing = Counter(audit.practitioner_id for audit in audits(session, state="allocated"))
    assert max(standing.values(), default=1) == 1


def _every_auditor_may_and_has_room(session: Session) -> None:
    appointments = {it.person_id: it for it in session.scalars(select(AuditorAppointment))}
    loads = Counter(audit.auditor_id for audit in audits(session, state="allocated"))
    for audit in audits(session, state="allocated"):
        assert audit.auditor_id is not None
        appointed = appointments[audit.auditor_id]
        _, may = who_audits(POLICY.eligibility, audit.service_id, is_re_audit=False)
        assert may.includes(appointed.service_id, appointed.roles)
        assert audit.auditor_id != audit.practitioner_id
        assert loads[audit.auditor_id] <= appointed.capacity


def _reserves_were_taken_in_order(session: Session) -> None:
    """Whoever took a place stands before everybody of their team who is still in reserve, or these were passed over."""
    taken = {audit.case_reference: audit for audit in audits(session) if audit.replaces_id is not None}
    entries = session.scalars(select(TrailEntry).where(TrailEntry.action == "audit_replaced"))
    passed_over = {entry.details["by"]: {line["case"] for line in entry.details["passed_over"]} for entry in entries}
    reserve = session.scalars(select(DrawCaseOutcome).where(DrawCaseOutcome.outcome == "reserve")).all()
    named = {row.case_reference: row for row in reserve}
    assert taken.keys() <= named.keys()
    for case, audit in taken.items():
        row = named[case]
        before = [
            other
            for other in reserve
            if other.team_reference == row.team_reference
            and (other.place or 0) < (row.place or 0)
            and other.case_reference not in taken
        ]
        assert {other.case_reference for other in before} <= passed_over[str(audit.id)]


def _clocks_are_neither_doubled_nor_lost(session: Session) -> None:
    for audit in audits(session):
        clocks = session.scalars(select(Deadline).where(Deadline.audit_id == audit.id)).all()
        assert sorted(clock.rule for clock in clocks) == ["L1", "L5", "L7"]
        assert {clock.state for clock in clocks} == {"withdrawn" if audit.state == "withdrawn" else "running"}
        assert {clock.due_on for clock in clocks} == {date(2026, 10, 29), date(2026, 10, 30)}
