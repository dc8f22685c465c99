"""Cycles in a row to open in a hurry, and what must hold after each, whatever happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from db.queries.programme import cycle_in
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.draws import Draw, DrawCaseOutcome, SamplingFrame
from db.tables.notices import Notice
from rules.programme import AuditCycle, audit_year
from tests.small_council import CALENDAR, POLICY, SmallCouncil

FIRST_YEAR = 2027
CASES = 60  # of the council below: 5 teams, 6 practitioners each, 2 cases each
CLOCKS = 3  # of each audit


def cycles() -> Iterator[AuditCycle]:
    """One cycle after the other, as long as bank holidays are known."""
    for year in range(FIRST_YEAR, 2040):
        yield from audit_year(POLICY, CALENDAR, year)


def prepare_for(sessions: sessionmaker[Session], on: date) -> None:
    """A new extract; and all audits before are withdrawn, so that everybody can be drawn again."""
    with sessions.begin() as session:
        SmallCouncil(session).extract(on)
        session.execute(update(Audit).values(state="withdrawn"))


@dataclass(frozen=True)
class Found:
    """What is in the database of one cycle."""

    state: str
    draws: int
    issued: int
    frames: int
    outcomes: int
    audits: int
    owed: int
    clocks: int
    notices: int


def what_is_there(session: Session, month: str) -> Found:
    row = cycle_in(session, month)
    if row is None:
        return Found("none", 0, 0, 0, 0, 0, 0, 0, 0)
    draws = session.scalars(select(Draw).where(Draw.cycle_id == row.id)).all()
    issued = [drawn for drawn in draws if drawn.state == "issued"]
    audits = select(Audit.id).where(Audit.cycle_id == row.id)
    return Found(
        state=row.state,
        draws=len(draws),
        issued=len(issued),
        frames=_count(session, SamplingFrame, SamplingFrame.cycle_id == row.id),
        outcomes=_count(session, DrawCaseOutcome, DrawCaseOutcome.draw_id.in_([drawn.id for drawn in draws])),
        audits=_count(session, Audit, Audit.cycle_id == row.id),
        owed=sum(drawn.result["size_drawn"] for drawn in issued),
        clocks=_count(session, Deadline, Deadline.audit_id.in_(audits)),
        notices=_count(session, Notice, Notice.cycle_id == row.id),
    )


def is_untouched(found: Found) -> bool:
    return found == Found("none", 0, 0, 0, 0, 0, 0, 0, 0)


def is_wholly_open(found: Found) -> bool:
    """One issued draw, and all that follows from it once."""
    once = (found.state, found.draws, found.issued, found.frames) == ("open", 1, 1, 1)
    all_of_it = found.audits == found.owed > 0 and found.clocks == CLOCKS * found.audits
    return once and all_of_it and found.outcomes == CASES and found.notices > found.audits


def _count(session: Session, table: type, condition: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(condition)) or 0  # type: ignore[arg-type]
