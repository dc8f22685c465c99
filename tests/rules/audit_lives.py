"""Short ways to say what an audit has been through.

Unless a test says otherwise: an audit of October 2026, allocated on Thursday the 1st; its report is due on Thursday the
29th and its cycle closes on Friday the 30th.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rules.allocation_deadlines import allocation_deadlines
from rules.audit_events import CHANGES_OF_GRADES
from rules.audit_facts import THE_CLOCK
from rules.decisions import Decision
from rules.lifecycles import Actor, Asked, AuditFacts, Event, State, decide, facts_after
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.programme import cycle_of
from rules.working_days import WorkingDayCalendar

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
NOTHING = Asked()

# Who does what, where a test does not say.
USUAL = {
    **dict.fromkeys((Event.REPORT_ACCEPTED, Event.REPORT_RETURNED), "audit_team"),
    **dict.fromkeys((Event.FINDINGS_NOTE_CHECKED, Event.FINDINGS_NOTE_MISSING, Event.AUDIT_CLOSED), "audit_team"),
    Event.ANOTHER_CASE_CHOSEN: "audit_team",
    **dict.fromkeys((Event.REPORT_ACKNOWLEDGED, Event.REPORT_COMMENTED), "practitioner"),
    **dict.fromkeys((*CHANGES_OF_GRADES, Event.FURTHER_RE_AUDIT_WAIVED), "audit_manager"),
    Event.FINDINGS_DISCUSSED: "team_manager",
    Event.FINDINGS_CONFIRMED: "head_of_service",
    Event.FURTHER_RE_AUDIT_ORDERED: "director",
    Event.AUDIT_WITHDRAWN: "audit_team",
}


def on(text: str) -> date:
    """A day of 2026 as month and day, "10-07", or any day in full."""
    return date.fromisoformat(text if text.count("-") > 1 else f"2026-{text}")


def october(policy: Policy = POLICY, **changes: Any) -> AuditFacts:
    """An audit on the day on which it was allocated; what its auditor will find is Good, unless said otherwise."""
    cycle = cycle_of(policy, CALENDAR, "2026-10")
    clocks = {clock.time_limit: clock.due_on for clock in allocation_deadlines(policy, CALENDAR, cycle)}
    facts = AuditFacts(
        reference="PA-2026-0412",
        state=State.ALLOCATED,
        allocated_on=cycle.opens_on,
        report_due_on=cycle.report_due_on,
        closes_on=cycle.closes_on,
        open_deadlines=clocks,
        grade_before="good",
        grade_after="good",
    )
    return replace(facts, **changes)


def graded(grade: str, **changes: Any) -> AuditFacts:
    return october(grade_before=grade, grade_after=grade, **changes)


def re_audit(grade: str, sequence: int = 1, original: str = "requires_improvement", **changes: Any) -> AuditFacts:
    previous = original if sequence > 1 else None
    return graded(
        grade, kind="re_audit", sequence=sequence, original_grade=original, previous_grade=previous, **changes
    )


def done(
    facts: AuditFacts,
    event: Event,
    day: str,
    asked: Asked = NOTHING,
    *,
    by: str | Actor | None = None,
    policy: Policy = POLICY,
) -> Decision:
    """What the event comes to on that day, done by whom it is usual unless a test says otherwise."""
    who = by or (THE_CLOCK if event is Event.NOT_ACCEPTED else USUAL.get(event, "auditor"))
    actor = Actor.of(who) if isinstance(who, str) else who
    return decide(event, facts, actor, on=on(day), policy=policy, calendar=CALENDAR, asked=asked)


@dataclass
class Life:
    """An audit that goes through one event after the other; what is refused fails the test."""

    facts: AuditFacts
    policy: Policy = POLICY
    decisions: list[Decision] = field(default_factory=list)

    def then(self, event: Event, day: str, *, by: str | None = None, **asked: Any) -> "Life":
        what = Asked(**asked)
        decision = done(self.facts, event, day, what, by=by, policy=self.policy)
        assert decision.refused is None, [reason.sentence for reason in decision.reasons]
        self.facts = facts_after(self.facts, decision, what)
        self.decisions.append(decision)
        return self

    def uploaded(self, day: str) -> "Life":
        """The case system says that it has the report as it stands."""
        self.facts = replace(self.facts, uploaded_on=on(day))
        return self

    @property
    def last(self) -> Decision:
        return self.decisions[-1]

    @property
    def owed(self) -> dict[str, str]:
        """The open clocks, each with its last day."""
        return {limit: str(due_on) for limit, due_on in sorted(self.facts.open_deadlines.items())}


def discussed(facts: AuditFacts | None = None) -> Life:
    """The meeting was held on Thursday 8 October."""
    return Life(facts or october()).then(Event.DISCUSSION_HELD, "10-08", on_day=on("10-08"), team_manager_attended=True)


def submitted(facts: AuditFacts | None = None, day: str = "10-12") -> Life:
    return discussed(facts).then(Event.REPORT_SUBMITTED, day)


def returned(facts: AuditFacts | None = None, *, offers_discussion: bool = False) -> Life:
    """Submitted on Monday 12 October and returned on Tuesday the 13th."""
    return submitted(facts).then(Event.REPORT_RETURNED, "10-13", points=2, offers_discussion=offers_discussion)


def accepted(facts: AuditFacts | None = None) -> Life:
    return submitted(facts).then(Event.REPORT_ACCEPTED, "10-13")


def issued(facts: AuditFacts | None = None) -> Life:
    """Issued on Wednesday 14 October."""
    return accepted(facts).then(Event.AUDIT_ISSUED, "10-14")
