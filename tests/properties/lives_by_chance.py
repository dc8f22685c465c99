"""An audit that goes through whatever may happen to it, by chance, with a ledger of its clocks kept beside it.

The ledger is kept as a database would: rows that start, are met or are withdrawn. It knows nothing of the table.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rules.allocation_deadlines import allocation_deadlines
from rules.audit_facts import Decider
from rules.decisions import Decision
from rules.lifecycle_roles import roles_that_may
from rules.lifecycles import Actor, Asked, AuditFacts, Event, State, allowed_moves, decide, facts_after
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.programme import audit_year
from rules.timeliness import Timeliness, dates_of, handed_in_on_time, timeliness
from rules.working_days import WorkingDayCalendar

OURS = load_edition("waltham_forest_2023")
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
POLICIES = {"ours": OURS, "northmoor": NORTHMOOR}
CALENDAR = WorkingDayCalendar.of_england()
EVERYBODY = sorted({role for each in Event for role in roles_that_may(each, OURS)})
LAST_DAY = date(2028, 1, 1)
ACTION = "improvement_plan.action_1"

REPORT = "programme.report_due_before_close"
CHECK = "time_limits.quality_check_within"
TO_AMEND = {
    "time_limits.amendment_within",
    "time_limits.amendment_within_after_discussion",
    "time_limits.carried_over_report_before_close",
}
TO_ISSUE = {"time_limits.issue_due_before_close", "time_limits.issue_after_late_acceptance"}
TO_DISCUSS = {"findings_discussions.within_of_audits", "findings_discussions.within_of_re_audits"}
FOLLOW_UP = "time_limits.follow_up_within"
BEFORE_SUBMISSION = ("allocated", "under_way", "discussed")


@dataclass(slots=True)
class Clock:
    """One row: whoever owes it, until it is met or withdrawn."""

    time_limit: str
    owed_by: str
    started_on: date
    due_on: date
    state: str = "open"


# Many lives begin some way along, so that chance is not spent on getting there.
USUAL_WAY = (
    *(Event.MEETING_ARRANGED, Event.DISCUSSION_HELD, Event.REPORT_SUBMITTED, Event.REPORT_RETURNED),
    *(Event.REPORT_AMENDED, Event.REPORT_ACCEPTED, Event.AUDIT_ISSUED),
    *(Event.FINDINGS_DISCUSSED, Event.FINDINGS_NOTE_CHECKED, Event.FINDINGS_CONFIRMED, Event.AUDIT_CLOSED),
)


@dataclass(frozen=True, slots=True)
class Step:
    """What chance decides of one move: how many days pass before it, which of those possible it is, and how."""

    days: int
    choice: int
    may_end: bool


class Walk:
    """What was walked, over all lives: steps taken and refused, and where they led."""

    def __init__(self) -> None:
        self.lives = 0
        self.taken: Counter[Event] = Counter()
        self.refused = 0
        self.reached: Counter[str] = Counter()
        self.edges: set[tuple[str, str, str]] = set()


one_step = st.builds(
    Step, days=st.sampled_from((0, 0, 1, 1, 2, 4, 9, 30)), choice=st.integers(0, 999), may_end=st.booleans()
)


class LifeByChance(RuleBasedStateMachine):
    """Events by anybody at any time, days that pass, work that is done meanwhile."""

    walk = Walk()

    @initialize(data=st.data())
    def begins(self, data: st.DataObject) -> None:
        self.policy: Policy = POLICIES[data.draw(st.sampled_from(sorted(POLICIES)))]
        grades = list(self.policy.gradings.grades)
        sequence = data.draw(st.sampled_from((0, 0, 0, 1, 1, 2, 3)))
        cycle = data.draw(st.sampled_from(audit_year(self.policy, CALENDAR, 2026)))
        clocks = allocation_deadlines(self.policy, CALENDAR, cycle)
        self.ledger = [Clock(clock.time_limit, "auditor", cycle.opens_on, clock.due_on) for clock in clocks]
        is_graded = sequence > 0 or data.draw(st.booleans())
        first = data.draw(st.none() | st.sampled_from(grades))
        self.facts = AuditFacts(
            reference="PA-1",
            state=State.ALLOCATED,
            kind="re_audit" if sequence else "ordinary",
            sequence=sequence,
            is_graded=is_graded,
            allocated_on=cycle.opens_on,
            report_due_on=cycle.report_due_on,
            closes_on=cycle.closes_on,
            grade_before=first if is_graded else None,
            grade_after=first if is_graded else None,
            original_grade=data.draw(st.sampled_from(grades)) if sequence else None,
            previous_grade=data.draw(st.sampled_from(grades)) if sequence > 1 else None,
            open_deadlines=self._open(),
        )
        self.on = cycle.opens_on
        self.told: Counter[str] = Counter()
        self.happened: Counter[Event] = Counter()
        self.judged: Timeliness | None = None
        self.walk.lives += 1
        self.walk.reached[self.facts.state] += 1
        for event in USUAL_WAY[: data.draw(st.integers(0, len(USUAL_WAY)))]:
            if self._by_the_right_one(event).refused is None:
                self._carry_out(event, Step(days=0, choice=0, may_end=False))
            if event is Event.AUDIT_ISSUED and self.facts.issued_on is not None:
                self.report_is_uploaded()

    def _pass(self, days: int) -> None:
        if self.on < LAST_DAY:
            self.on += timedelta(days)

    # What people do beside the moves.

    @precondition(lambda self: self.facts.state in BEFORE_SUBMISSION and self.facts.is_graded)
    @rule(data=st.data())
    def auditor_grades(self, data: st.DataObject) -> None:
        grade = data.draw(st.sampled_from(list(self.policy.gradings.grades)))
        before = self.facts.grade_before if self.facts.state == "discussed" else grade
        self.facts = replace(self.facts, grade_before=before, grade_after=grade)

    @precondition(lambda self: self.facts.state == "issued" and ACTION not in self.facts.open_deadlines)
    @rule(agree=st.booleans())
    def actions_are_agreed(self, agree: bool) -> None:
        self.facts = replace(self.facts, actions_agreed=True)
        if agree and self.facts.is_graded and self.facts.findings_discussed_on is None:
            self.ledger.append(Clock(ACTION, "practitioner", self.on, self.on + timedelta(90)))
            self.facts = replace(self.facts, open_deadlines=self._open())

    @precondition(lambda self: self.facts.issued_on is not None)
    @rule()
    def report_is_uploaded(self) -> None:
        self.facts = replace(self.facts, uploaded_on=self.on)

    @precondition(lambda self: ACTION in self.facts.open_deadlines)
    @rule()
    def action_is_done(self) -> None:
        self._end({ACTION}, "met")
        self.facts = replace(self.facts, open_deadlines=self._open())

    @precondition(lambda self: self.facts.state == "issued")
    @rule()
    def re_audit_is_allocated(self) -> None:
        self.facts = replace(self.facts, re_audit_allocated_on=self.on)

    @precondition(lambda self: self.facts.state == "issued")
    @rule(is_open=st.booleans())
    def dispute(self, is_open: bool) -> None:
        self.facts = replace(self.facts, dispute_open=is_open)

    # The moves.

    @rule(steps=st.lists(one_step, min_size=1, max_size=8))
    def people_do_what_they_may(self, steps: list[Step]) -> None:
        for step in steps:
            self._pass(step.days)
            possible = self._possible()
            # Few audits are withdrawn: most lives go on.
            if len(possible) > 1 and not step.may_end and possible[-1] is Event.AUDIT_WITHDRAWN:
                possible.pop()
            if possible:
                self._carry_out(possible[step.choice % len(possible)], step)

    @rule(
        event=st.sampled_from(list(Event)),
        roles=st.sets(st.sampled_from(EVERYBODY), min_size=1, max_size=3),
        days=st.integers(-40, 5),
        points=st.integers(0, 2),
        reason=st.sampled_from((None, "", "case_closed", "tired")),
    )
    def anybody_tries_anything(self, event: Event, roles: set[str], days: int, points: int, reason: str | None) -> None:
        asked = Asked(on_day=self.on + timedelta(days), points=points, reason=reason, has_text=points > 0)
        actor = Actor(frozenset(roles))
        decision = self._decide(event, actor, asked)
        self._check_who(event, actor, decision)
        if decision.refused is None:
            self._save(decision, asked)
        else:
            self._check_refusal(decision)

    def _possible(self) -> list[Event]:
        return [event for event in Event if self._by_the_right_one(event).refused is None]

    def _carry_out(self, event: Event, step: Step) -> None:
        asked = self._everything(event)
        if event is Event.REPORT_CORRECTED and self.facts.is_graded:
            grades = [None, *self.policy.gradings.grades]
            asked = replace(asked, grade=grades[step.choice % len(grades)])
        if event is Event.REPORT_RETURNED:
            asked = replace(asked, offers_discussion=step.may_end)
        if event is Event.AUDIT_CLOSED:
            by_itself = replace(asked, reason=None)
            if self._decide(event, self._right_one(event), by_itself).refused is None:
                asked = by_itself
            elif not step.may_end:
                return
        decision = self._decide(event, self._right_one(event), asked)
        assert decision.refused is None, decision.reasons
        self._check_later_is_never_refused(event, asked)
        self._save(decision, asked)
        self._check_all()

    def _everything(self, event: Event) -> Asked:
        """All that the event needs, and nothing that speaks against it."""
        reasons = {
            Event.AUDIT_WITHDRAWN: next(iter(self.policy.selection.withdrawal_reasons)),
            Event.AUDIT_CLOSED: next(iter(self.policy.lifecycle.closing_reasons)),
        }
        return Asked(
            on_day=self.on,
            at=None if self.facts.meeting_at else time(10),  # another than is arranged
            reason=reasons.get(event, "a reason"),
            has_text=True,
            points=1,
            team_manager_attended=True,
            changes_domains=self.facts.is_graded,
            decider=Decider("D-001"),
        )

    def _right_one(self, event: Event) -> Actor:
        return Actor.of(roles_that_may(event, self.policy)[0])

    def _by_the_right_one(self, event: Event) -> Decision:
        return self._decide(event, self._right_one(event), self._everything(event))

    def _decide(self, event: Event, actor: Actor, asked: Asked, on: date | None = None) -> Decision:
        return decide(event, self.facts, actor, on=on or self.on, policy=self.policy, calendar=CALENDAR, asked=asked)

    # The ledger.

    def _save(self, decision: Decision, asked: Asked) -> None:
        self._check_clocks(decision)
        before = self.facts.state
        self._end(set(decision.deadlines_met), "met")
        self._end({ended.time_limit for ended in decision.deadlines_withdrawn}, "withdrawn")
        self.ledger += [Clock(s.time_limit, s.owed_by, s.started_on, s.due_on) for s in decision.deadlines_start]
        self.facts = facts_after(self.facts, decision, asked)
        self.told.update(decision.told_of)
        for event in map(Event, decision.events):
            self.happened[event] += 1
            self.walk.taken[event] += 1
            self.walk.edges.add((before, event, self.facts.state))
        self.walk.reached[self.facts.state] += 1

    def _end(self, limits: set[str], state: str) -> None:
        for clock in self.ledger:
            if clock.state == "open" and clock.time_limit in limits:
                clock.state = state

    def _open(self) -> dict[str, date]:
        return {clock.time_limit: clock.due_on for clock in self.ledger if clock.state == "open"}

    # What holds of every move.

    def _check_clocks(self, decision: Decision) -> None:
        standing = self._open()
        assert set(decision.deadlines_met) <= set(standing), "nothing is met that was not owed"
        assert {ended.time_limit for ended in decision.deadlines_withdrawn} <= set(standing)
        assert all(ended.reason.sentence.startswith("Owed no more: ") for ended in decision.deadlines_withdrawn)
        for start in decision.deadlines_start:
            assert start.started_on == self.on <= start.due_on, "no clock starts overdue or in the past"
            assert CALENDAR.is_working_day(start.due_on)
            assert start.length is None or start.due_on == CALENDAR.add(self.on, start.length)
            assert start.reason.rule in self.policy.clauses
        assert len(decision.reasons) >= len(decision.events)

    def _check_refusal(self, decision: Decision) -> None:
        """Nothing happens, and somebody is told why."""
        self.walk.refused += 1
        assert decision.refused == decision.reasons[0]
        assert decision.state == self.facts.state
        assert (decision.events, decision.told_of, decision.records) == ((), (), ())
        assert (decision.deadlines_start, decision.deadlines_met, decision.deadlines_withdrawn) == ((), (), ())

    def _check_who(self, event: Event, actor: Actor, decision: Decision) -> None:
        """Whoever is audited or audits does what is theirs, and judges nothing."""
        may = set(roles_that_may(event, self.policy))
        own = actor.roles & {"practitioner", "auditor"}
        allowed = own & may if own else actor.roles & may
        assert bool(allowed) or decision.refused is not None
        if decision.refused is None and own == {"practitioner"}:
            assert self.facts.state in ("issued", "closed"), (
                "a practitioner acts on what was issued, and on nothing else"
            )

    def _check_later_is_never_refused(self, event: Event, asked: Asked) -> None:
        """What may be done today may be done on any later day: late is late, and never locked out."""
        for days in (1, 9, 40):
            later = self.on + timedelta(days)
            day = later if event in (Event.MEETING_ARRANGED, Event.MEETING_MOVED) else asked.on_day
            # At another hour than is arranged, for the day alone may be the one of the meeting.
            what = replace(asked, on_day=day, at=None if self.facts.meeting_at else time(10))
            decision = self._decide(event, self._right_one(event), what, later)
            assert decision.refused is None, decision.reasons

    # What holds at any time.

    @invariant()
    def everything_holds(self) -> None:
        self._check_all()

    def _check_all(self) -> None:
        self._check_facts_are_those_of_the_ledger()
        self._check_nobody_owes_the_same_twice()
        self._check_no_duty_is_lost()
        self._check_no_notice_is_doubled()
        self._check_an_audit_counts_one_way()
        self._check_there_is_an_effective_grade_from_acceptance_on()

    def _check_facts_are_those_of_the_ledger(self) -> None:
        assert dict(self.facts.open_deadlines) == self._open()

    def _check_nobody_owes_the_same_twice(self) -> None:
        owed = Counter((clock.time_limit, clock.owed_by) for clock in self.ledger if clock.state == "open")
        assert max(owed.values(), default=0) <= 1

    def _check_no_duty_is_lost(self) -> None:
        """In each state somebody owes what comes next, until nothing is owed."""
        standing, facts = set(self._open()), self.facts
        if facts.state in BEFORE_SUBMISSION:
            assert REPORT in standing
        if facts.state == "submitted":
            assert CHECK in standing
        if facts.state == "returned":
            assert len(standing & TO_AMEND) == 1
        if facts.state in (*BEFORE_SUBMISSION, "accepted"):
            assert len(standing & TO_ISSUE) == 1
        if facts.state in ("submitted", "returned"):  # handed in in time, it is for others to check (L12)
            assert len(standing & TO_ISSUE) <= 1
        if facts.state == "submitted" and facts.not_accepted_on is None:
            assert bool(standing & TO_ISSUE) is not handed_in_on_time(dates_of(facts), date.max)
        if facts.state == "issued" and facts.is_graded:
            assert bool(standing & TO_DISCUSS) is (facts.findings_discussed_on is None)
            follows_up = facts.sequence >= self.policy.lifecycle.head_of_service_follows_up_from
            assert (FOLLOW_UP in standing) is (follows_up and facts.findings_confirmed_on is None)
        if facts.state in ("closed", "withdrawn"):
            assert not standing

    def _check_no_notice_is_doubled(self) -> None:
        """What happens once is told once; what comes round again is told once a round."""
        happened = self.happened
        assert self.told["audit_issued"] == happened[Event.AUDIT_ISSUED] <= 1
        assert self.told["report_submitted"] == happened[Event.REPORT_SUBMITTED] <= 1
        assert self.told["report_accepted"] == happened[Event.REPORT_ACCEPTED] <= 1
        assert self.told["meeting_arranged"] == happened[Event.MEETING_ARRANGED] <= 1
        assert self.told["not_accepted"] == happened[Event.NOT_ACCEPTED] <= happened[Event.REPORT_RETURNED]
        rounds = happened[Event.REPORT_RETURNED] - happened[Event.REPORT_AMENDED]
        assert rounds == (self.facts.state == "returned")
        assert self.told["findings_discussed"] <= 1 + happened[Event.REPORT_CORRECTED]
        discussions = happened[Event.DISCUSSION_HELD] + happened[Event.DISCUSSION_NOT_HELD]
        assert self.told["meeting_called_off"] <= min(1, discussions, happened[Event.MEETING_ARRANGED])
        by_their_event = {event: times for event, times in self.told.items() if event != "meeting_called_off"}
        assert all(times <= happened[Event(event)] for event, times in by_their_event.items())

    @rule(role=st.sampled_from(EVERYBODY))
    def what_is_offered_can_be_done_and_nothing_else(self, role: str) -> None:
        actor = Actor.of(role)
        for move in allowed_moves(self.facts, actor, on=self.on, policy=self.policy, calendar=CALENDAR):
            decision = self._decide(move.event, actor, self._everything(move.event))
            if move.event is not Event.AUDIT_CLOSED:
                assert move.is_allowed is (decision.refused is None), decision.reasons

    def _check_an_audit_counts_one_way(self) -> None:
        """Not accepted it stays; and once it is issued, no later day changes how it counts."""
        if self.facts.state == "withdrawn":
            return
        standing = timeliness(dates_of(self.facts), self.on, self.policy, CALENDAR)
        if self.facts.not_accepted_on is not None:
            assert standing is Timeliness.NOT_ACCEPTED
        if self.facts.issued_on is not None:
            assert standing in (Timeliness.ON_TIME, Timeliness.LATE, Timeliness.NOT_ACCEPTED)
            assert self.judged in (None, standing)
            self.judged = standing

    def _check_there_is_an_effective_grade_from_acceptance_on(self) -> None:
        after = self.facts.state in ("accepted", "issued", "closed")
        assert (self.facts.grade is not None) is (after and self.facts.is_graded and self.facts.grade_after is not None)
