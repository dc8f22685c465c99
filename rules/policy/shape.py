"""The shape of an edition: what a council's framework can say, as typed, frozen values.

One class per policy file, one field per entry. The files carry, beside each value, the rule it belongs to, the clause
of the council's text, and whether that text states it or we chose it (`Entry`); the objects here carry the value alone.
"""

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time

from rules.audit_tools import ToolVersion
from rules.dates_in_words import listed
from rules.decisions import Reason
from rules.lengths import CalendarMonths, WorkingDays
from rules.named_days import NamedDay
from rules.policy.ladder_shapes import Ladders
from rules.policy.sources import Source


class ReAuditsInModerationMonth(enum.StrEnum):
    """What becomes of re-audits that fall due in a month in which senior leaders moderate (P7)."""

    DEFER = "defer"
    INADEQUATE_ONLY = "inadequate_only"
    ALLOW = "allow"


class RestrictedRecords(enum.StrEnum):
    """Whether a restricted record may be drawn, and for whom (S10)."""

    EXCLUDED = "excluded"
    CLEARED_AUDITORS = "cleared_auditors"  # for auditors whose appointment clears them for it, and for nobody else


class ChangeWithoutDiscussion(enum.StrEnum):
    """Whether the second grading may differ from the first where no reflective discussion was held (L3)."""

    WITH_REASON = "with_reason"  # each grade that changes says why
    REFUSED = "refused"


class Weighting(enum.StrEnum):
    """How much less than full agreement two different grades are (M5)."""

    QUADRATIC = "quadratic"  # by the square of the levels between them
    LINEAR = "linear"
    EQUAL = "equal"  # any two different grades alike


class ModerationSpread(enum.StrEnum):
    """Over what the audits that are moderated are spread, in this order (M1)."""

    GRADES = "grades"  # one of each grade there is
    SERVICES = "services"  # in proportion, by largest remainder
    AUDITORS = "auditors"  # those not moderated yet first


class SendWindow(enum.StrEnum):
    """When a message may go out (L13)."""

    AT_ONCE = "at_once"  # at any hour of any day
    WORKING_HOURS = "working_hours"  # what waits for the morning goes out as one message a person
    DAILY_DIGEST = "daily_digest"  # in working hours, one message a person and day


class Channel(enum.StrEnum):
    """How somebody is told of an event (section 9)."""

    MESSAGE = "message"
    SPREADSHEET = "spreadsheet"  # in the reports of the month, without a message of its own


@dataclass(frozen=True, slots=True)
class TellingRow:
    """Roles that are told of an event, by which rule, and of which audits: where nothing is named, of all.

    `over` says whose managers are meant, the `practitioner`'s or the `auditor`'s. `stages` are those of a dispute or a
    safety alert.
    """

    rule: str
    roles: tuple[str, ...]
    over: str = "practitioner"
    kinds: tuple[str, ...] = ()
    from_sequence: int = 0  # 1 for a first re-audit
    grades: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    channel: Channel = Channel.MESSAGE


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of a working day in Europe/London: from `opens` to before `closes`."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of any year, such as 1 November."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.day} {date(2000, self.month, 1):%B}"

    def in_year(self, year: int) -> date:
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class WhoMayAudit:
    """Auditors of these services who hold one of these roles; an empty list means any."""

    services: tuple[str, ...]
    roles: tuple[str, ...]

    def includes(self, service_id: str, roles: Collection[str]) -> bool:
        """Whether an auditor of that service with these roles is one of them."""
        in_service = not self.services or service_id in self.services
        return in_service and (not self.roles or any(role in self.roles for role in roles))

    def in_words(self) -> str:
        """ "any manager or senior manager of quality_assurance"."""
        roles = " or ".join(role.replace("_", " ") for role in self.roles) or "auditor"
        return f"any {roles} of {listed(self.services) or 'any service'}"


@dataclass(frozen=True, slots=True)
class Document:
    """A document that goes with a notice: its title and where to find it below the product's own address."""

    title: str
    name: str


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many new audits a cycle asks for (S8).

    `kind` is one of `fixed`, `per_team`, `per_auditor`, `per_practitioner` (`number` of audits each),
    `percentage` (`number` per cent of open cases), `statistical` (`confidence` and `margin` in per cent)
    and `who_is_due` (everyone due by S3, up to `number` audits per available auditor).
    """

    kind: str
    number: int | None = None
    confidence: int | None = None
    margin: int | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """The year (P1–P7, L5)."""

    cycle_months: tuple[int, ...]
    cycle_length: CalendarMonths
    opens_on_working_day: int
    closes_on_working_day_from_end: int
    report_due_before_close: WorkingDays
    cycle_withdrawn_within: WorkingDays
    ordinary_cycles: int
    themed_cycles: int
    theme_origins: tuple[str, ...]
    extra_cycle_length: CalendarMonths
    next_programme_warned_from: MonthDay
    services_every_cycle: tuple[str, ...]
    moderation_months: tuple[int, ...]
    reaudits_in_moderation_month: ReAuditsInModerationMonth


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off beside the bank holidays of England (FRAMEWORK, Words)."""

    closure_days: tuple[NamedDay, ...]
    proclaimed_days: tuple[NamedDay, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases (S2–S9)."""

    least_months_between_audits: CalendarMonths
    target_months_between_audits: CalendarMonths
    preferred_allocation: CalendarMonths
    period_covered: CalendarMonths
    months_before_same_case: CalendarMonths
    months_before_re_audit: CalendarMonths
    re_audits_by_themselves: int
    sample_size: SampleSize
    largest_extra_sample: int
    away_for_more_than: WorkingDays
    restricted_records: RestrictedRecords
    withdrawal_reasons: Mapping[str, str]
    only_while_nobody_is_cleared: tuple[str, ...]
    preview_stands_for: WorkingDays


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who is told of what: the matrix of section 9, one entry for each of its lines (`rules/matrix.py`)."""

    allocation: tuple[TellingRow, ...]
    auditor_changed: tuple[TellingRow, ...]
    audit_withdrawn: tuple[TellingRow, ...]
    cycle_cancelled: tuple[TellingRow, ...]
    meeting_arranged: tuple[TellingRow, ...]
    report_checked: tuple[TellingRow, ...]
    quality_check_overdue: tuple[TellingRow, ...]
    not_accepted: tuple[TellingRow, ...]
    audit_issued: tuple[TellingRow, ...]
    report_corrected: tuple[TellingRow, ...]
    report_commented: tuple[TellingRow, ...]
    report_to_file: tuple[TellingRow, ...]
    feedback_given: tuple[TellingRow, ...]
    findings_discussed: tuple[TellingRow, ...]
    findings_confirmed: tuple[TellingRow, ...]
    findings_discussion_overdue: tuple[TellingRow, ...]
    findings_not_discussed: tuple[TellingRow, ...]
    further_re_audit_ordered: tuple[TellingRow, ...]
    not_issued_at_close: tuple[TellingRow, ...]
    dispute_step: tuple[TellingRow, ...]
    safety_alert: tuple[TellingRow, ...]
    moderation_feedback: tuple[TellingRow, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Which auditors (A1–A3)."""

    auditors_of_re_audits: WhoMayAudit
    auditors_of_services: Mapping[str, WhoMayAudit]
    auditors_of_the_rest: WhoMayAudit
    months_before_meeting_again: CalendarMonths
    admitted_first: tuple[str, ...]
    auditor_change_reasons: Mapping[str, str]
    not_given_back_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingsDiscussions:
    """How soon the findings of an issued report are discussed, by grade and by how a re-audit compares (L10)."""

    within_of_audits: Mapping[str, WorkingDays]
    within_of_re_audits: Mapping[str, WorkingDays]
    within_when_lower: WorkingDays
    within_when_kept: Mapping[str, WorkingDays]
    smart_actions_within: WorkingDays
    achievement_grades: tuple[str, ...]
    owed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gradings:
    """The grades from best to worst, what follows from them, and who reads what an auditor writes when (L2–L4, S7).

    `seen_from` names, by part and reader (`rules/audit_contents.py`), the state of the audit from which on it is read.
    """

    grades: Mapping[str, str]
    re_audit_grades: tuple[str, ...]
    levels_that_need_a_reason: int
    safety_question_grades: tuple[str, ...]
    least_strengths: int
    least_areas_to_improve: int
    change_without_discussion: ChangeWithoutDiscussion
    improvement_plan_grades: tuple[str, ...]
    improvement_plan_for_domains: bool
    improvement_plan_agreed_by: tuple[str, ...]
    improvement_plan_confirmed_for: tuple[str, ...]
    seen_from: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ToolPart:
    """A tool that is part of the form of audits of these services and kinds; an empty list means any."""

    tool: str
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def is_for(self, service_id: str, kind: str) -> bool:
        """Whether an audit of that service and kind has it."""
        return (not self.services or service_id in self.services) and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class AuditTools:
    """Of which parts the form of an audit is made, and how much an auditor writes at least (P8, L2)."""

    parts: tuple[ToolPart, ...]
    least_words_of_evidence: int
    least_words_of_answer: int


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Clocks of one audit from its allocation to its close (L1, L6, L7, L11, Q1, Q3, R1)."""

    meeting_due_before_close: WorkingDays
    issue_due_before_close: WorkingDays
    quality_check_within: WorkingDays
    amendment_aimed_at: WorkingDays
    amendment_within: WorkingDays
    amendment_within_after_discussion: WorkingDays
    carried_over_report_before_close: WorkingDays
    issue_after_late_acceptance: WorkingDays
    missing_note_within: WorkingDays
    follow_up_within: WorkingDays


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Who may do what with an audit after its allocation, and what differs by kind (L1–L15, Q2, R1, R2)."""

    who_may: Mapping[str, tuple[str, ...]]  # by event
    team_manager_attends_from: int  # the sequence: 1 for a first re-audit
    head_of_service_follows_up_from: int
    closing_reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Caseload:
    """What an extract of the case system must be like (C1)."""

    oldest_extract_at_opening: WorkingDays
    largest_fall: Mapping[str, int]  # per cent, by kind of extract
    fall_counted_from: int


@dataclass(frozen=True, slots=True)
class Notices:
    """Who stands in, what goes with an allocation, and at which hours messages go out (A5, L13, N1)."""

    next_role_up: Mapping[str, str]
    also_told_when_vacant: tuple[str, ...]
    allocation_documents: tuple[Document, ...]
    send_windows: Mapping[str, SendWindow]
    working_hours: WorkingHours
    meeting_minutes: int


@dataclass(frozen=True, slots=True)
class CaseSystem:
    """What is put on the record in the case system: upload, case note and alerts (L7, C2).

    `alerted_too` are roles alerted of audits of that grade, beside those of all.
    """

    note_type: str
    most_title_characters: int
    document_category: str
    alerted: tuple[str, ...]
    alerted_too: Mapping[str, tuple[str, ...]]
    significant_grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Escalation:
    """That a duty is overdue is an event of section 9, `after` the first working day on which it is (L6, L11).

    `of` is the rule that it is owed by and `by` the role that owes it; `rule` says that it goes on to others, and the
    recipients of `event` who they are.
    """

    of: str
    by: str
    event: str
    rule: str
    after: WorkingDays


@dataclass(frozen=True, slots=True)
class Reminders:
    """Reminders of what is due, and who hears of what is overdue (L13)."""

    before_due: tuple[WorkingDays, ...]
    escalations: tuple[Escalation, ...]


@dataclass(frozen=True, slots=True)
class Moderation:
    """Which audits senior leaders look at again, and by when (M1, M3)."""

    share_drawn: int  # per cent of the audits issued since the last draw
    least_drawn: int
    spread_over: tuple[ModerationSpread, ...]
    within: CalendarMonths


@dataclass(frozen=True, slots=True)
class AgreementFigures:
    """How agreement between two gradings is worked out (M5, O8)."""

    least_pairs: int
    weighting: Weighting
    confidence_level: int  # per cent


@dataclass(frozen=True, slots=True)
class Reports:
    """What stands on every page of a report (L7)."""

    marking: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One dated version of a council's framework."""

    id: str
    version: str
    title: str
    council: str
    applies_from: date


@dataclass(frozen=True, slots=True)
class Clause:
    """Where the council's text states a rule; "—" where it is silent."""

    clause: str
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the policy register: a value, where it comes from and, if we decided it, how we read the text."""

    path: str
    value: str
    rule: str
    clause: str
    source: Source
    reading: str | None


@dataclass(frozen=True, slots=True)
class Policy:
    """An edition, loaded. `entries` is the register: one entry for each field of each section.

    `tool_files` are the audit tools that come with the edition, each read when it is asked for.
    """

    edition: Edition
    programme: Programme
    calendar: Calendar
    selection: Selection
    eligibility: Eligibility
    findings_discussions: FindingsDiscussions
    gradings: Gradings
    audit_tools: AuditTools
    time_limits: TimeLimits
    lifecycle: Lifecycle
    caseload: Caseload
    notices: Notices
    recipients: Recipients
    case_system: CaseSystem
    reminders: Reminders
    moderation: Moderation
    agreement: AgreementFigures
    reports: Reports
    ladders: Ladders
    tool_files: Mapping[str, ToolVersion]
    clauses: Mapping[str, Clause]
    entries: tuple[Entry, ...]

    def reason(self, rule: str, sentence: str) -> Reason:
        """The sentence with its rule and the clause in which this edition's text states that rule."""
        return Reason(rule, self.clause_of(rule), sentence)

    def reason_by_entry(self, path: str, sentence: str) -> Reason:
        """The sentence with rule and clause of one entry, for a rule that stands in several clauses (A1)."""
        entry = next(entry for entry in self.entries if entry.path == path)
        return Reason(entry.rule, entry.clause, sentence)

    def clause_of(self, rule: str) -> str:
        """The clause of a rule, "—" for a rule on which this edition's text is silent."""
        known = self.clauses.get(rule)
        return known.clause if known else "—"
