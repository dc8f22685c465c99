"""Disputes that live by chance, through the use cases, each about one of eight issued audits (D1 to D8).

After each move the rows are compared with the walk of the rules; a life is rolled back when it ends.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.queries.invariants import violations
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.disputes import Dispute, DisputeStep
from db.tables.notices import Notice
from rules.errors import Refusal
from rules.ladders import ladder_named
from rules.policy.ladder_shapes import ENDS
from rules.roles import Role
from tests.faults.disagreements import TODAY, Disagreements
from tests.small_council import POLICY
from usecases.dispute_standings import standing_of
from usecases.dispute_sweep import walk_disputes
from usecases.dispute_walks import look_at_dispute
from usecases.disputes import Said, say_of_dispute
from usecases.sweep import sweep_due

LADDER = ladder_named("dispute", POLICY)
IN_POST = {
    "team_manager": "TM",
    "audit_team": "TEAM",
    "audit_manager": "AM",
    "principal_social_worker": "PSW",
    "assistant_director": "AD",
    "assistant_director_qa": "QA",
    "divisional_director": "DIVISIONAL",
    "practitioner": "P1",
    "raiser": "P1",
}
PEOPLE = (*dict.fromkeys(IN_POST.values()), "A1")
Choice = tuple[int, int, int]
_OF_THE_SCENE = {"issued_report_never_owed_to_the_case_system"}


@dataclass
class Walked:
    """What all lives together came to."""

    lives: int = 0
    refused: int = 0
    events: Counter[str] = field(default_factory=Counter)
    stood: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.lives} lives of disputes: {sum(self.events.values())} steps, {self.refused} refusals; reached "
            f"{sorted('/'.join(it) for it in self.stood)} by {dict(sorted(self.events.items()))}"
        )


def live(session: Session, here: Disagreements, chosen: Sequence[Choice], walked: Walked) -> None:
    """One dispute from its beginning to wherever the choices lead."""
    here.reference = "PA-2027-0001"
    here.raised(session, "P1")
    life = _Life(session, here, here.dispute(session), walked)
    life.check()
    for what, who, wait in chosen:
        life.on += timedelta(days=wait)
        life.move(what, who)
        life.check()
        if life.row.state != "open" and what % 5:
            break
    assert {it.invariant.name for it in violations(session)} <= _OF_THE_SCENE
    walked.lives += 1


@dataclass
class _Life:
    session: Session
    here: Disagreements
    row: Dispute
    walked: Walked
    on: date = TODAY
    seen: int = 0

    def move(self, what: int, who: int) -> None:
        """A third is the clock, a third what may happen by whom it is for, the rest anything by anybody."""
        if what % 3 == 0:
            self._sweep()
            self._sweep()
            return
        work = self.here.work(self.session, "TEAM", self.on)
        standing = standing_of(work, look_at_dispute(work, self.row.id))
        # Ends are rare, so that a life gets anywhere.
        possible = [it for it in standing.possible if it.to not in ENDS or what % 10 == 1]
        event, role = LADDER.events[what // 3 % len(LADDER.events)], tuple(IN_POST)[who % len(IN_POST)]
        person = PEOPLE[who % len(PEOPLE)]
        if what % 3 == 1 and possible:
            way_out = possible[what // 3 % len(possible)]
            event, role = way_out.event, way_out.by[who % len(way_out.by)]
            person = IN_POST[role]
        self._say(event, role, person, grade=(None, "outstanding", "splendid")[who % 3])

    def _say(self, event: str, role: str, person: str, grade: str | None) -> None:
        version, work = self.row.version, self.here.work(self.session, person, self.on)
        graded = grade if event == "resolved" else None
        said = Said(event=event, version=version, summary="As we found it.", reason="So.", overall_grade=graded)
        reaches = {Role(role): work.reach} if role in tuple(Role) else {}
        try:
            with self.session.begin_nested():
                say_of_dispute(work, self.row.id, said, reaches)
        except Refusal:
            self.session.expire_all()
            assert self.row.version == version, "what was refused has left something"
            self.walked.refused += 1
            return
        assert person != "A1", "whoever audited judges the dispute about it"

    def _sweep(self) -> None:
        held = sessionmaker(self.session.connection(), expire_on_commit=False, join_transaction_mode="create_savepoint")
        self.session.flush()
        means = Disagreements(held).means(self.on)
        walk_disputes(means)
        sweep_due(means)
        self.session.expire_all()

    def check(self) -> None:
        """The rows are what the rules make of the steps, on the day of the newest."""
        question = select(DisputeStep).where(DisputeStep.dispute_id == self.row.id).order_by(DisputeStep.number)
        steps = self.session.scalars(question).all()
        self.walked.events.update(step.event for step in steps[self.seen :])
        self.seen = len(steps)
        self.walked.stood[self.row.state, self.row.rung] += 1
        work = self.here.work(self.session, "TEAM", steps[-1].happened_on)
        standing = standing_of(work, look_at_dispute(work, self.row.id), as_of=steps[-1].happened_on)
        assert [it.event for it in standing.history] == [step.event for step in steps]
        assert (standing.rung.id, standing.state) == (self.row.rung, self.row.state)
        waits = standing.due_on is not None or standing.next_reminder_on is not None
        assert (bool(standing.possible) and waits) is (self.row.state == "open"), "a dead end"
        self._check_days(steps)
        self._check_clocks({(it.time_limit, it.owed_by, it.due_on) for it in standing.deadlines})

    def _check_days(self, steps: Sequence[DisputeStep]) -> None:
        days = [step.happened_on for step in steps]
        assert days == sorted(days)
        assert all(self.row.raised_on <= step.happened_on <= step.recorded_at.date() for step in steps)
        notices = self.session.scalars(select(Notice).where(Notice.event == "dispute_step")).all()
        told = Counter((it.recipient_id, it.idempotency_key.rpartition(":")[0]) for it in notices)
        assert not [key for key, times in told.items() if times > 1], "somebody is told twice of one step"

    def _check_clocks(self, walked: set[tuple[str, str, date]]) -> None:
        rows = self.session.scalars(select(Deadline).where(Deadline.dispute_id == self.row.id)).all()
        running = [(it.time_limit, it.owed_by_role, it.due_on) for it in rows if it.state in ("running", "overdue")]
        assert (len(running), set(running)) == (len(set(running)), walked)
        assert all(self.row.raised_on <= it.started_on <= it.due_on for it in rows)
        audit = self.session.get_one(Audit, self.row.audit_id)
        judged = [it for it in rows if it.owed_by_role in LADDER.rung("D3").owed_by]
        assert not [it for it in judged if it.owed_by_id in (audit.auditor_id, audit.practitioner_id)]
