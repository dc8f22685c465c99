"""A small council in the middle of October 2026, for tests of what happens after issue."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment, Person
from tests.small_council import SmallCouncil, found_council, work_on
from usecases.audit_cycles import open_cycle

FIRST = date(2026, 10, 1)
THIRD = date(2026, 10, 5)  # the third working day
FIFTH = date(2026, 10, 7)


def opened_council(session: Session, *, capacity: int = 2, practitioners_per_team: int = 3) -> SmallCouncil:
    """Five teams with an open cycle of 13 audits, one for each auditor, who each have room for so many."""
    council = found_council(session, date(2026, 9, 28), practitioners_per_team=practitioners_per_team)
    open_cycle(work_on(session, FIRST), "2026-10")
    for appointment in session.scalars(select(AuditorAppointment)):
        appointment.capacity = capacity
    session.flush()
    return council


def audits(session: Session, **facts: object) -> list[Audit]:
    """The audits with these facts, by reference."""
    return list(session.scalars(select(Audit).filter_by(**facts).order_by(Audit.reference)))


def reference_of(session: Session, person_id: object) -> str:
    return session.scalars(select(Person.reference).where(Person.id == person_id)).one()


def audit_of_auditor(session: Session, *services: str) -> Audit:
    """The first audit whose auditor audits for one of these services."""
    return next(
        audit
        for audit in audits(session, state="allocated")
        if reference_of(session, audit.auditor_id).rpartition("-")[0] in services
    )


def clocks_of(session: Session, audit: Audit) -> list[tuple[str, date, str]]:
    """Rule, due day and state of each clock of an audit."""
    question = select(Deadline).where(Deadline.audit_id == audit.id).order_by(Deadline.rule)
    return [(clock.rule, clock.due_on, clock.state) for clock in session.scalars(question)]


def told(session: Session, event: str) -> dict[str, dict[str, str]]:
    """Who was told what of which audit: recipient → audit's reference → what became of it."""
    found: dict[str, dict[str, str]] = {}
    for notice in session.scalars(select(Notice).where(Notice.event == event)):
        lines = {line["reference"]: line["became"] for line in notice.content["audits"]}
        assert reference_of(session, notice.recipient_id) not in found, "one message a person"
        found[reference_of(session, notice.recipient_id)] = lines
    return found
