"""A council through a year of audits, for what looks back on them: the scheduler opens cycles and draws for moderation.

Audits end as rows, with both gradings by chance and a stored report; how one is done is shown by others
(tests/year_of_audits.py).
"""

import random
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from rules.programme import audit_year
from scheduler.runner import run
from tests.moderated import grade_and_report
from tests.scheduling import job, means_on
from tests.small_council import CALENDAR, POLICY, SmallCouncil, at, found_council

BEGINNING, UNTIL = date(2026, 3, 30), date(2027, 3, 1)
JOBS_OF_A_TURN = ("close_cycles", "open_cycles", "draw_moderation")
GRADES = tuple(POLICY.gradings.grades)
ONE_DAY = timedelta(days=1)
# Who moderates: their posts, and whom they line-manage.
MODERATORS = {
    "DIRECTOR": ("director", None, ()),
    "PSW": ("principal_social_worker", None, tuple(f"CART-P{number}" for number in range(1, 8))),
    "HEAD-HOME": ("head_of_service", "home_first", ("home_first-A1", "home_first-A2")),
    "HEAD-MASH": ("head_of_service", "mash", ()),
    "AD-QA": ("assistant_director_qa", None, ("quality_assurance-A1",)),
}


def live_the_year(sessions: sessionmaker[Session], moderate: Callable[[date], object]) -> None:
    """Every day on which something is due, up to the day before the last; `moderate` is told each month's last."""
    chance = random.Random(2027)
    cycles = [cycle for year in (2026, 2027) for cycle in audit_year(POLICY, CALENDAR, year)]
    turns = {on for cycle in cycles for on in (cycle.opens_on, cycle.closes_on, cycle.report_due_on)}
    lasts = {CALENDAR.last_of_month(cycle.opens_on) for cycle in cycles}
    today = BEGINNING
    while today < UNTIL:
        if today.weekday() == 0 or today in turns or today in lasts:
            _one_day(sessions, today, chance)
        if today in lasts:
            moderate(today)
        today += ONE_DAY


def found(session: Session) -> SmallCouncil:
    """The council of that year, with those who moderate."""
    council = found_council(session, BEGINNING, practitioners_per_team=7)
    for team in ("MASH", "CART", "HART", "REV", "SEN"):
        for number in range(1, 8):
            for case in range(3, 8):
                council.case(f"{team}-P{number}-{case}", f"{team}-P{number}", team)
    council.person("TEAM")
    council.post("TEAM", "audit_team")
    for reference, (post, service_id, managed) in MODERATORS.items():
        council.person(reference)
        council.post(reference, "moderator")
        council.post(reference, post, service_id=service_id)
        for person in managed:
            council.line_manager(person, reference)
    return council


def _one_day(sessions: sessionmaker[Session], today: date, chance: random.Random) -> None:
    with sessions.begin() as session:
        if today.weekday() == 0:
            SmallCouncil(session).extract(today)
        due = select(Audit).where(Audit.state == "allocated", Audit.report_due_on <= today).order_by(Audit.reference)
        for audit in session.scalars(due).all():
            _issue(session, audit, today, chance)
    for name in JOBS_OF_A_TURN:
        run(job(name), means_on(today, sessions))


def _issue(session: Session, audit: Audit, today: date, chance: random.Random) -> None:
    """Most work is Good, and one grade in seven moves in the discussion; every third report was checked by the PSW."""
    before = chance.choices(GRADES, (1, 6, 3, 1))[0]
    after = stepped(before, chance.choices((1, 0, -1), (1, 17, 2))[0])
    audit.state, audit.issued_on, audit.overall_grade = "issued", today, after
    audit.version += 1
    checked_by = "person PSW" if chance.random() < 1 / 3 else "person TEAM"
    session.add(
        AuditStep(
            audit_id=audit.id,
            event="report_accepted",
            version=audit.version,
            state="accepted",
            happened_on=today,
            recorded_at=at(today),
            recorded_by=checked_by,
            rule="L6",
            clause="3.7",
            sentence="The report is accepted.",
        )
    )
    session.flush()
    grade_and_report(session, audit.id, before, after, today)


def stepped(grade: str, worse_by: int) -> str:
    """The grade so many levels worse (below 0: better), as far as the ladder goes."""
    return GRADES[min(max(GRADES.index(grade) + worse_by, 0), len(GRADES) - 1)]
