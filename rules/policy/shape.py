"""The shape of an edition: what a council's framework can say, as typed, frozen values.

One class per policy file, one field per entry. The files carry, beside each value, the rule it belongs to, the clause
of the council's text, and whether that text states it or we chose it (`Entry`); the objects here carry the value alone.
The sections stand in modules of their own: the year and the draw, one audit, who is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules.audit_tools import ToolVersion
from rules.decisions import Reason
from rules.lengths import WorkingDays
from rules.policy.audit_shapes import AuditTools, FindingsDiscussions, Gradings, Lifecycle, Reports, TimeLimits
from rules.policy.draw_shapes import Calendar, Eligibility, Programme, Selection
from rules.policy.ladder_shapes import Ladders
from rules.policy.moderation_shapes import AgreementFigures, Moderation
from rules.policy.notice_shapes import Notices, Recipients, Reminders
from rules.policy.sources import Source


@dataclass(frozen=True, slots=True)
class Caseload:
    """What an extract of the case system must be like (C1)."""

    oldest_extract_at_opening: WorkingDays
    largest_fall: Mapping[str, int]  # per cent, by kind of extract
    fall_counted_from: int


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
