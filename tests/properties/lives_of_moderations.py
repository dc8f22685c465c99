"""Moderated audits that live by chance, through the use cases (M1 to M4, M6).

After each move the row is compared with what its steps make of it; a life is rolled back when it ends.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from db.queries.invariants import violations
from db.queries.reaches import Reach, Relation, Standing
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.deadlines import Deadline
from db.tables.moderation import ModeratedAudit, ModerationStep, Regrade
from db.tables.notices import Notice
from rules.errors import Refusal
from rules.regrades import ModerationEvent
from tests.moderated import MARCH, whole_regrade
from tests.small_council import SmallCouncil, work_on
from usecases.moderated_audits import close_moderation, replace_moderator
from usecases.moderated_grades import record_moderated_grade
from usecases.regrades import give_feedback, record_meeting, save_regrade
from usecases.reminders import Reminding
from usecases.sweep import Swept, sweep_batch
from usecases.work import Work

PEOPLE = ("M1", "M2", "A1", "A2", "P1", "P2", "TEAM")
GRADES = ("outstanding", "good", "requires_improvement", "inadequate", "splendid")
EVENTS = tuple(ModerationEvent)
Choice = tuple[int, int, int]
# Its audits were put there as issued, by nobody's doing.
_OF_THE_SCENE = {"issued_report_never_owed_to_the_case_system"}


@dataclass
class Walked:
    """What all lives together came to."""

    lives: int = 0
    refused: int = 0
    events: Counter[str] = field(default_factory=Counter)
    stood: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.lives} lives of moderations: {sum(self.events.values())} moves, {self.refused} refusals; reached "
            f"{sorted(self.stood)} by {dict(sorted(self.events.items()))}"
        )


def live(council: SmallCouncil, chosen: Sequence[Choice], walked: Walked) -> None:
    """One moderated audit of a round drawn on the first of March."""
    rows = council.session.scalars(select(ModeratedAudit).order_by(ModeratedAudit.place)).all()
    life = _Life(council, walked, rows[chosen[0][0] % len(rows)])
    for what, who, wait in chosen[1:]:
        life.on += timedelta(days=wait)
        life.move(what, who)
        life.check()
    found = {it.invariant.name for it in violations(council.session)}
    assert found <= _OF_THE_SCENE, found
    walked.lives += 1


@dataclass
class _Life:
    council: SmallCouncil
    walked: Walked
    row: ModeratedAudit
    on: date = MARCH
    is_grade_recorded: bool = False

    def __post_init__(self) -> None:
        self.audit = self.council.session.get_one(Audit, self.row.audit_id)
        self.grade = self.audit.overall_grade

    def move(self, what: int, who: int) -> None:
        """Half of it as it is meant to go, the rest anything by anybody."""
        moves: list[tuple[str, Callable[[Work], Any]]] = [
            ("clock", self._sweep),
            (
                EVENTS[0],
                lambda work: replace_moderator(work, self.row.id, self._person(who), "Ill.", version=self._read),
            ),
            (EVENTS[1], lambda work: self._regrade(work, GRADES[who % len(GRADES)], is_whole=what % 2 == 0)),
            (EVENTS[2], lambda work: self._meet(work, who)),
            (EVENTS[3], lambda work: give_feedback(work, self.row.id, "Thank you.", version=self._read)),
            (
                EVENTS[4],
                lambda work: close_moderation(work, self.row.id, ("It ends.", None)[who % 2], version=self._read),
            ),
            ("moderated_grade_recorded", lambda work: self._change_grade(work, changes_domains=bool(what % 2))),
        ]
        order = (2, 3, 4, 6) if what % 2 else (0, 1, 2, 3, 4, 5, 6, 0)
        name, made = moves[order[what // 2 % len(order)]]
        person = (self._moderator(), "TEAM")[who % 2] if what % 3 else PEOPLE[who % len(PEOPLE)]
        self._read = self.row.version if what % 11 else self.row.version - 1
        before = self.row.version, self.row.state, self._grade_now()
        try:
            with self.council.session.begin_nested():
                made(self._work(person))
        except Refusal:
            self.council.session.expire_all()
            assert (self.row.version, self.row.state, self._grade_now()) == before, "a refusal left something"
            self.walked.refused += 1
            return
        assert not (
            name != "clock" and self.council.person_id(person) in (self.audit.auditor_id, self.audit.practitioner_id)
        )
        if name == "moderated_grade_recorded":
            self.grade, self.is_grade_recorded = self.audit.overall_grade, True
        self.walked.events[str(name)] += 1

    def check(self) -> None:
        """The row is what its steps make of it; the audit's own grade stands until the audit team records another."""
        session = self.council.session
        steps = session.scalars(
            select(ModerationStep)
            .where(ModerationStep.moderated_audit_id == self.row.id)
            .order_by(ModerationStep.version)
        ).all()
        events = [step.event for step in steps]
        is_fed_back = ModerationEvent.FEEDBACK_GIVEN in events
        walked = "closed" if ModerationEvent.MODERATION_CLOSED in events else "fed_back" if is_fed_back else "allocated"
        self.walked.stood[walked] += 1
        assert (self.row.state, self.row.fed_back_on is not None) == (walked, is_fed_back)
        assert events.count(ModerationEvent.FEEDBACK_GIVEN) <= 1
        assert events.count(ModerationEvent.MODERATION_CLOSED) <= 1
        assert [step.recorded_at for step in steps] == sorted(step.recorded_at for step in steps)
        assert all(MARCH <= step.happened_on <= step.recorded_at.date() for step in steps)
        assert self._grade_now() == self.grade, "a moderation changes no grade by itself (M6)"
        assert self.row.moderator_id not in (self.audit.auditor_id, self.audit.practitioner_id)
        self._check_clock(walked)
        self._check_told(is_fed_back=is_fed_back)

    def _check_clock(self, walked: str) -> None:
        session = self.council.session
        clocks = session.scalars(select(Deadline).where(Deadline.moderated_audit_id == self.row.id)).all()
        running = [it for it in clocks if it.state in ("running", "overdue")]
        assert len(running) == (1 if walked == "allocated" and self.row.moderator_id else 0)
        assert all(it.owed_by_id == self.row.moderator_id and it.due_on == self.row.due_on for it in running)
        fixed = session.scalars(select(Regrade.fixed_at).where(Regrade.moderated_audit_id == self.row.id)).first()
        assert (fixed is not None) is (self.row.fed_back_on is not None)

    def _check_told(self, *, is_fed_back: bool) -> None:
        session = self.council.session
        feedback = session.scalars(select(Notice).where(Notice.event == "moderation_feedback")).all()
        told = Counter(it.recipient_id for it in feedback)
        assert all(times == 1 for times in told.values()), "somebody is told twice of one feedback"
        assert ({self.audit.auditor_id, self.council.person_id("TEAM")} == set(told)) is is_fed_back
        uploads = select(CaseSystemCommand).where(CaseSystemCommand.moderated_audit_id == self.row.id)
        assert len(session.scalars(uploads).all()) == int(is_fed_back)

    _read: int = 0

    def _grade_now(self) -> str | None:
        return self.council.session.scalars(select(Audit.overall_grade).where(Audit.id == self.row.audit_id)).one()

    def _moderator(self) -> str:
        """Whoever has it, so that many lives go as they are meant to; anybody of the leaders where nobody has."""
        people = {self.council.person_id(person): person for person in PEOPLE}
        return people.get(self.row.moderator_id or self._person(0), "M1")

    def _person(self, who: int) -> Any:
        return self.council.person_id(PEOPLE[who % len(PEOPLE)])

    def _regrade(self, work: Work, grade: str, *, is_whole: bool) -> None:
        content = whole_regrade(work, self.row, grade)
        save_regrade(work, self.row.id, content if is_whole else replace(content, overall=None), version=self._read)

    def _meet(self, work: Work, who: int) -> None:
        met_on, why = ((self.on, None), (None, "Away."), (self.on, "Both."), (self.on + timedelta(days=9), None))[
            who % 4
        ]
        record_meeting(work, self.row.id, met_on, why, version=self._read)

    def _change_grade(self, work: Work, *, changes_domains: bool) -> None:
        record_moderated_grade(work, self.row.id, "As found.", changes_domains=changes_domains, version=self._read)

    def _sweep(self, work: Work) -> None:
        for _ in range(2):
            reminding = Reminding(work)
            reminding.begin(work)
            sweep_batch(work, reminding, Swept(), 1_000)

    def _work(self, person: str) -> Work:
        reach = Reach(frozenset({Relation.ALL}), Standing(self.on, self.council.person_id(person)))
        return replace(work_on(self.council.session, self.on, actor=f"person {person}"), reach=reach)
