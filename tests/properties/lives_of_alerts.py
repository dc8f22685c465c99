"""Safety alerts that live by chance, through the use cases, in a small council whose posts fall vacant (W1 to W7).

After each move the rows are compared with the walk of the rules; a life is rolled back when it ends.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.invariants import violations
from db.queries.reaches import Reach, Relation, Standing
from db.tables.case_system import CaseSystemCommand
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.organisation import Post
from db.tables.safety_alerts import SafetyAlert, SafetyAlertStep
from rules.errors import Refusal
from rules.ladders import ladder_named
from rules.roles import Role
from tests.usecases.council import CALENDAR, POLICY, Council
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.reminders import Reminding
from usecases.safety_alert_steps import AlertOnItsWay
from usecases.safety_alerts import Named, Said, name, say
from usecases.staff_on_the_day import staff_today
from usecases.sweep import Swept, sweep_batch
from usecases.work import Work

LADDER = ladder_named("safety_alert", POLICY)
PEOPLE = ("worker", "team manager", "head", "ad", "audit team 1", "auditor", "other worker", "qa head")
ON_RECORD = {way_out.event for rung in LADDER.rungs for way_out in rung.exits if way_out.records}
IN_POST = {
    "team_manager": "team manager",
    "head_of_service": "head",
    "assistant_director": "ad",
    "audit_team": "audit team 1",
    "audit_manager": "audit team 1",
    "director": "qa head",
}
# A third is the clock, a third what may happen by whom it is for, and the rest anything by anybody.
ANYTHING = (*LADDER.events, *LADDER.events, "team_named", "team_named", "vacant")
# The council has an audit that nobody drew, in a cycle that nobody opened.
_OF_THE_SCENE = {"open_cycle_without_issued_draw", "audit_that_nobody_owes"}
Choice = tuple[int, int, int]


@dataclass
class Walked:
    """What all lives together came to."""

    lives: int = 0
    refused: int = 0
    events: Counter[str] = field(default_factory=Counter)
    stood: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __str__(self) -> str:
        taken = sum(self.events.values())
        return (
            f"{self.lives} lives of alerts: {taken} steps, {self.refused} refusals; reached "
            f"{sorted('/'.join(it) for it in self.stood)} by {dict(sorted(self.events.items()))}"
        )


def live(session: Session, council: Council, chosen: Sequence[Choice], walked: Walked) -> None:
    """One alert from its beginning to wherever the choices lead."""
    life = _Life(session, council, walked)
    life.begin(*chosen[0])
    for what, who, wait in chosen[1:]:
        life.on += timedelta(days=wait)
        life.move(*life.chosen(what, who))
        life.check()
        if life.alert.state != "open" and what % 5:
            break  # now and then somebody has more to say, which is refused
    found = {it.invariant.name for it in violations(session)}
    assert found <= _OF_THE_SCENE, found
    walked.lives += 1


@dataclass
class _Life:
    session: Session
    council: Council
    walked: Walked
    on: date = date(2026, 12, 14)
    alert: SafetyAlert = field(init=False)

    def begin(self, what: int, who: int, wait: int) -> None:
        """From an audit, about a team, or about nobody knows which."""
        self.on += timedelta(days=wait)
        audit = self.council.audit("worker", "auditor", number=9)
        place = ({"audit_id": audit.id}, {"case_reference": "C-7", "team": "T1"}, {"case_reference": "C-7"})[what % 3]
        asked = NewAlert(concern="Alone, and no heating.", **place)
        self.alert = raise_alert(self._work(PEOPLE[who % len(PEOPLE)]), asked).alert
        self.check()

    def chosen(self, what: int, who: int) -> tuple[str, str]:
        if what % 3 == 0:
            return "clock", ""
        standing = AlertOnItsWay.of(self._work(None), self.alert, staff_today(self._work(None))).standing()
        if what % 3 == 1 and standing.possible:
            way_out = standing.possible[what // 3 % len(standing.possible)]
            return way_out.event, IN_POST[way_out.by[who % len(way_out.by)]]
        return ANYTHING[what // 3 % len(ANYTHING)], PEOPLE[who % len(PEOPLE)]

    def move(self, what: str, who: str) -> None:
        if what == "vacant":
            self._vacate(who)
        elif what == "clock":
            self.sweep()
            self.sweep()  # whoever comes again says nothing more
        else:
            self._say(what, who)

    def sweep(self) -> None:
        work = self._work(None)
        way = AlertOnItsWay.of(work, self.alert, staff_today(work))
        way.catch_up()
        way.remind()
        reminding = Reminding(work)
        reminding.begin(work)
        sweep_batch(work, reminding, Swept(), 1_000)

    def check(self) -> None:
        """The rows are what the rules make of the steps, as of the day of whoever looked last."""
        steps = self._steps()
        self.walked.stood[self.alert.state, self.alert.rung] += 1
        last_on = max(self.alert.raised_on, *(step.recorded_at.date() for step in steps))
        way = AlertOnItsWay.of(self._work(None, last_on), self.alert, staff_today(self._work(None, last_on)))
        standing = way.standing()
        recorded = [step.event for step in steps if step.event != "team_named"]
        assert [it.event for it in standing.history][: len(recorded)] == recorded
        assert (self.alert.rung, self.alert.state) == (steps[-1].rung, steps[-1].state)
        if len(standing.history) == len(recorded):
            assert (standing.rung.id, standing.state) == (self.alert.rung, self.alert.state)
            self._check_clocks({(it.time_limit, it.owed_by, it.due_on) for it in standing.deadlines})
        waits = standing.due_on is not None or standing.next_reminder_on is not None
        assert (bool(standing.possible) and waits) is (standing.state == "open"), "a dead end"
        self._check_days(steps)
        self._check_told(steps)

    def _check_clocks(self, walked: set[tuple[str, str, date]]) -> None:
        rows = self.session.scalars(select(Deadline).where(Deadline.safety_alert_id == self.alert.id)).all()
        open_rows = [
            (row.time_limit, row.owed_by_role, row.due_on) for row in rows if row.state in ("running", "overdue")
        ]
        assert len(open_rows) == len(set(open_rows))
        assert set(open_rows) == walked
        assert all(self.alert.raised_on <= row.started_on <= row.due_on for row in rows)
        assert all(row.met_on is None or row.met_on >= row.started_on for row in rows)

    def _check_days(self, steps: Sequence[SafetyAlertStep]) -> None:
        days = [step.happened_on for step in steps]
        assert days == sorted(days)
        assert all(self.alert.raised_on <= step.happened_on <= step.recorded_at.date() for step in steps)
        by_word = [step for step in steps if not step.by_clock]
        judged = {step.recorded_by for step in by_word if step.event in ("resolved", "unresolved", "referred")}
        assert self.alert.practitioner_id is None or "worker" not in judged, (
            "the audited judges an alert about their work"
        )

    def _check_told(self, steps: Sequence[SafetyAlertStep]) -> None:
        notices = self.session.scalars(select(Notice).where(Notice.safety_alert_id == self.alert.id)).all()
        said = Counter(
            (it.recipient_id, it.content.get("what"), it.content.get("rung"), it.created_at) for it in notices
        )
        assert not [key for key, times in said.items() if times > 1], "somebody is told twice of one thing"
        commands = select(CaseSystemCommand).where(CaseSystemCommand.safety_alert_id == self.alert.id)
        on_record = [step for step in steps if (step.moves if step.by_clock else step.event in ON_RECORD)]
        assert len(self.session.scalars(commands).all()) == len(on_record), "of each stage one note (W5)"

    def _say(self, what: str, who: str) -> None:
        reach = Reach(frozenset({Relation.ONESELF}), Standing(self.on, self.council.people[who].id))
        version, work = self.alert.version, self._work(who)
        try:
            with self.session.begin_nested():
                if what == "team_named":
                    name(work, self.alert.id, Named(team="T1"), version)
                else:
                    said = Said(event=what, version=version, summary="We went there.", reason="Nobody else can.")
                    say(work, self.alert.id, said, dict.fromkeys(Role, reach))
                self.walked.events[what] += 1
        except Refusal:
            self.session.refresh(self.alert)
            assert self.alert.version == version, "what was refused has left something"
            self.walked.refused += 1

    def _vacate(self, who: str) -> None:
        for post in self.session.scalars(select(Post).where(Post.person_id == self.council.people[who].id)):
            if post.role != Role.AUDIT_TEAM and post.ended_on is None:
                post.ended_on = self.on - timedelta(days=1)
        self.session.flush()

    def _steps(self) -> Sequence[SafetyAlertStep]:
        question = select(SafetyAlertStep).where(SafetyAlertStep.safety_alert_id == self.alert.id)
        steps = self.session.scalars(question.order_by(SafetyAlertStep.version)).all()
        self.walked.events.update(step.event for step in steps[self._seen :] if step.by_clock)
        self._seen = max(self._seen, len(steps))
        return steps

    _seen: int = 0

    def _work(self, person: str | None, on: date | None = None) -> Work:
        standing = Standing(on or self.on, self.council.people[person].id if person else None)
        moment = datetime.combine(on or self.on, time(9), UTC)
        reach = Reach(frozenset({Relation.ALL}), standing)
        return Work(self.session, moment, CALENDAR, POLICY, person or "scheduler", reach=reach)
