"""What a move of an audit is decided from: the audit as it stands, who asks, and what they ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from types import MappingProxyType

from rules.audit_events import SCHEDULER, State
from rules.decisions import Reason
from rules.policy.shape import Policy
from rules.roles import Role
from rules.working_days import WorkingDayCalendar

# The time limits by which a clock is found again, each an entry of the policy.
FINDINGS_DISCUSSIONS = ("findings_discussions.within_of_audits", "findings_discussions.within_of_re_audits")
MISSING_NOTE = "time_limits.missing_note_within"

_NONE_OPEN: Mapping[str, date] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFacts:
    """One audit as it stands. Dates are of the newest time that something happened, unless said otherwise.

    `report_due_on` and `closes_on` are those of the cycle that it belongs to, whatever became of it since (Q3).
    `grade` is the effective one: the second grading as accepted, or as corrected since. `is_graded` is false where the
    audit tool has no graded domains, so that there is a percentage only (P8).
    `missing_for_discussion` is what the first grading still lacks (L2), `missing` what the content lacks to be
    submitted (L2, L3, L4).
    `open_deadlines` gives, by time limit, the last day of each clock that is running or overdue; of several holders
    the first.
    """

    reference: str
    state: State
    kind: str = "ordinary"
    sequence: int = 0
    is_graded: bool = True

    allocated_on: date
    report_due_on: date
    closes_on: date
    open_deadlines: Mapping[str, date] = field(default_factory=lambda: _NONE_OPEN)

    grade_before: str | None = None
    grade_after: str | None = None
    grade: str | None = None
    original_grade: str | None = None
    previous_grade: str | None = None
    missing_for_discussion: tuple[Reason, ...] = ()
    missing: tuple[Reason, ...] = ()

    meeting_on: date | None = None  # as arranged
    meeting_at: time | None = None  # the hour, if one was given
    discussed_on: date | None = None  # the reflective discussion, if it was held
    acts_as_team_manager: str | None = None  # in words, where it is not the team manager who does (section 9)
    first_submitted_on: date | None = None
    submitted_on: date | None = None
    returned_on: date | None = None
    discussion_offered: bool = False  # with the newest return (Q1)
    not_accepted_on: date | None = None  # the first time: since then it counts as that (L12)
    carried_over_on: date | None = None  # the newest time: it is completed for the cycle that follows from it (Q3)
    accepted_on: date | None = None
    issued_on: date | None = None
    uploaded_on: date | None = None  # the newest version of the report
    case_note_is_owed: bool = False  # the one that goes with it and alerts, until it is done or done without (L7)
    acknowledged_on: date | None = None

    findings_discussed_on: date | None = None
    plan_is_owed: bool = False  # the grades as they stand ask for an improvement plan (L4)
    actions_agreed: bool = False  # every SMART action has an owner and a day, and both agree (L4)
    findings_note_checked_on: date | None = None  # the audit team saw the case note (L11)
    findings_confirmed_on: date | None = None  # the head of service, on a re-audit (R1)

    re_audit_allocated_on: date | None = None
    case_is_open: bool = True  # its own, asked only while a re-audit is awaited (S7)
    re_audit_case: str | None = None  # the other case that its re-audit looks at, if one was chosen (S7)
    practitioner_left_on: date | None = None  # their last day of work
    further_re_audit_advised_against: bool = False  # by the re-auditor (R2)
    further_re_audit_waived: bool = False  # the audit manager agreed (R2)
    further_re_audit_ordered: bool = False  # by the director, beyond what is due by itself (R2)
    dispute_open: bool = False
    waits_for: str | None = None  # the open dispute about the report before it, while it is not begun (S7)

    def open_among(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these time limits have an open clock, in their order; one that ends in a dot is a whole ladder's."""
        return tuple(
            limit
            for one in wanted
            for limit in ((one,) if not one.endswith(".") else tuple(self.open_deadlines))
            if limit in self.open_deadlines and limit.startswith(one)
        )

    @property
    def is_re_audit(self) -> bool:
        return self.sequence > 0

    @property
    def findings_are_due(self) -> bool:
        """Whether a clock for discussing the findings is open (L10)."""
        return any(limit in self.open_deadlines for limit in FINDINGS_DISCUSSIONS)

    @property
    def note_is_awaited(self) -> bool:
        """Whether the case note of the discussion was found missing and is awaited (L11)."""
        return MISSING_NOTE in self.open_deadlines


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as what they are to this audit on the day: roles, or `scheduler`.

    A manager's role is theirs over the practitioner, with the stand-ins and next roles up of section 9.
    """

    roles: frozenset[str]

    @classmethod
    def of(cls, *roles: str) -> "Actor":
        return cls(frozenset(roles))

    @property
    def is_concerned(self) -> bool:
        """Whether it is their own work, as the one audited or the one who audits."""
        return bool(self.roles & {Role.PRACTITIONER, Role.AUDITOR})


THE_CLOCK = Actor.of(SCHEDULER)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAsked:
    """A case that a re-audit is to look at (S7). `awaited_by` is the audit whose re-audit looks at it already."""

    reference: str
    is_own: bool = False  # the case of the audit itself
    is_open: bool = True
    is_theirs: bool = True  # held by the practitioner of the audit
    is_restricted: bool = False
    awaited_by: str | None = None


@dataclass(frozen=True, slots=True)
class Decider:
    """Who is said to have decided that a further re-audit follows (R2), by today's records of that day.

    `may_decide` is false for somebody who neither held the post then nor took its holder's place; `is_concerned` true
    for one whose own work it is, as the one audited or the one who audits.
    """

    reference: str
    may_decide: bool = True
    stood_in: bool = False
    is_concerned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What comes with a move; each needs some of it only.

    `on_day` is the day for which a meeting is arranged, `at` its hour if one is given; or the day on which a discussion
    was held or something was decided, and `decider` who decided it; `reason` a code where the policy lists them, else a
    text; `points` how many points a returned report is to change; `grade` the effective grade after a correction, None
    where it stays; `changes_domains` says that it changes that of a domain, and `owes_plan` whether the grades as they
    are after it ask for an improvement plan, None with a move that is no change of grades; `case` is the one for a
    re-audit; `is_decided` that a dispute or a moderation has come to what the move records.
    """

    on_day: date | None = None
    at: time | None = None
    reason: str | None = None
    has_text: bool = False
    points: int = 0
    offers_discussion: bool = False
    team_manager_attended: bool = False
    grade: str | None = None
    changes_domains: bool = False
    owes_plan: bool | None = None
    is_decided: bool = False
    case: CaseAsked | None = None
    decider: Decider | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything that a move is decided from, in one hand."""

    facts: AuditFacts
    actor: Actor
    asked: Asked
    on: date
    policy: Policy
    calendar: WorkingDayCalendar

    def reason(self, rule: str, sentence: str) -> Reason:
        """A reason about this audit, by this edition's clause."""
        return self.policy.reason(rule, f"{self.facts.reference}: {sentence}")
