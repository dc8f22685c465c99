"""A council with issued audits in which people disagree, and what two of them want of one thing at the same moment."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.queries.reaches import Reach, Relation, Standing
from db.tables.audits import Audit
from db.tables.disputes import Dispute
from db.tables.moderation import ModeratedAudit
from db.tables.safety_alerts import SafetyAlert
from rules.roles import Role
from tests.moderated import MARCH, drawn_round, moderating_council, whole_regrade
from tests.sending import Means
from tests.small_council import SmallCouncil, work_on
from tests.usecases.test_outbox import HeldClock, PostOffice
from usecases.dispute_openings import Ground, NewDispute, raise_dispute
from usecases.disputes import Said, say_of_dispute
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.regrades import record_meeting, save_regrade
from usecases.safety_alerts import Said as SaidOfAlert
from usecases.safety_alerts import say
from usecases.work import Work

TODAY = MARCH
POSTS = {
    "TM": ("team_manager", {"team": "CART"}),
    "HEAD": ("head_of_service", {"service_id": "home_first"}),
    "AM": ("audit_manager", {}),
    "PSW": ("principal_social_worker", {}),
    "DIRECTOR": ("director", {}),
}
WHY = (Ground("overall_grade", "The visit of May is not counted.", "Case note of 12 May."),)


@dataclass
class Disagreements:
    """Eight audits issued in February, of which those of odd numbers are CART's, each used by one pair."""

    sessions: sessionmaker[Session]
    free: Iterator[int] = field(default_factory=lambda: iter((1, 3, 5, 7)))
    reference: str = ""
    place: int = 0

    @classmethod
    def found(cls, sessions: sessionmaker[Session], *, is_drawn: bool) -> "Disagreements":
        with sessions.begin() as session:
            council = moderating_council(session)
            for name, (role, place) in POSTS.items():
                council.person(name)
                council.post(name, role, **place)
            if is_drawn:
                drawn_round(session)
        return cls(sessions)

    def next_audit(self) -> None:
        """From now on it is about another one."""
        self.reference = f"PA-2027-{next(self.free):04}"

    def next_moderated(self) -> None:
        """The same of those that were drawn for moderation."""
        self.place += 1
        with self.sessions() as session:
            drawn = select(Audit.reference).join(ModeratedAudit, ModeratedAudit.audit_id == Audit.id)
            self.reference = session.scalars(drawn.where(ModeratedAudit.place == self.place)).one()

    def work(self, session: Session, person: str, on: date = TODAY) -> Work:
        standing = Standing(on, SmallCouncil(session).person_id(person))
        work = work_on(session, on, actor=f"person {person}")
        return Work(session, work.now, work.calendar, work.policy, work.actor, reach=_all(standing))

    def means(self, on: date = TODAY) -> Means:
        """What a scheduler works with on that day."""
        return Means(self.sessions, HeldClock(datetime(on.year, on.month, on.day, 9, tzinfo=UTC)), PostOffice())

    def audit(self, session: Session) -> Audit:
        return session.scalars(select(Audit).where(Audit.reference == self.reference)).one()

    def raised(self, session: Session, person: str) -> object:
        work = self.work(session, person)
        return raise_dispute(work, NewDispute(audit_id=self.audit(session).id, grounds=WHY))

    def dispute(self, session: Session) -> Dispute:
        return session.scalars(select(Dispute).where(Dispute.audit_id == self.audit(session).id)).one()

    def said(self, session: Session, person: str, role: Role, event: str, version: int, **more: Any) -> object:
        """A step of the dispute by somebody in that role, who read that version of it."""
        work, dispute = self.work(session, person), self.dispute(session)
        said = Said(event=event, version=version, **more)
        return say_of_dispute(work, dispute.id, said, {role: work.reach})

    def disputed(self, session: Session) -> None:
        """A dispute at D2, after its meeting."""
        self.raised(session, f"P{int(self.reference[-4:])}")
        self.said(session, "TM", Role.TEAM_MANAGER, "meeting_held", self.dispute(session).version)

    def alerted(self, session: Session) -> None:
        work = self.work(session, "TEAM")
        raise_alert(work, NewAlert(concern="Alone, and no heating.", case_reference=self.reference, team="CART"))

    def alert(self, session: Session) -> SafetyAlert:
        return session.scalars(select(SafetyAlert).where(SafetyAlert.case_reference == self.reference)).one()

    def answered(self, session: Session, event: str, version: int) -> object:
        work = self.work(session, "TM")
        said = SaidOfAlert(event=event, version=version, summary="We went there.", reason="So it is.")
        return say(work, self.alert(session).id, said, {Role.TEAM_MANAGER: work.reach})

    def moderated(self, session: Session) -> ModeratedAudit:
        question = select(ModeratedAudit).join(Audit, Audit.id == ModeratedAudit.audit_id)
        return session.scalars(question.where(Audit.reference == self.reference)).one()

    def regraded(self, session: Session, version: int, grade: str = "inadequate") -> object:
        work, row = self.work(session, "M1"), self.moderated(session)
        return save_regrade(work, row.id, whole_regrade(work, row, grade), version=version)

    def ready_for_feedback(self, session: Session) -> None:
        row = self.moderated(session)
        self.regraded(session, row.version)
        record_meeting(self.work(session, "M1"), row.id, TODAY, None, version=row.version)


def _all(standing: Standing) -> Reach:
    return Reach(frozenset({Relation.ALL}), standing)


Change = Callable[[Session], object]


def person_of(session: Session, reference: str) -> uuid.UUID:
    return SmallCouncil(session).person_id(reference)
