"""Everything that the report of one audit shows, as it stood when a version of it was stored (L3, L7, L15).

A report is read years later, when the edition, the form and the people have changed: it holds titles, grades and
questions as they were worded, and looks nothing up. Staff are named by reference, cases by theirs (C3).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from reports.plain_forms import as_plain, from_plain
from rules.gradings import CheckAnswer


@dataclass(frozen=True, slots=True)
class GradeShown:
    """A grade with its place among the grades of its edition, 1 for the best: it is never told by colour alone."""

    id: str
    title: str
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class LineAnswered:
    """A key line of enquiry and what the auditor found."""

    question: str
    answer: str = ""
    is_applicable: bool = True


@dataclass(frozen=True, slots=True)
class DomainGraded:
    """What one of the two gradings says of one domain; `grade` is None for a domain that does not apply.

    `changed_because` says of the second, where no discussion was held, why its grade is another than the first (L3).
    """

    domain: str
    title: str
    grade: GradeShown | None = None
    is_applicable: bool = True
    evidence: str = ""
    lines: tuple[LineAnswered, ...] = ()
    changed_because: str = ""


@dataclass(frozen=True, slots=True)
class GradingShown:
    """One of the two gradings (L2, L3). Strengths and areas to improve are one text each entry.

    `why_above_worst` is the reason for an overall grade well above the worst domain; `is_anyone_unsafe` is the answer
    to the question that an Inadequate grade asks, None where it was not asked. `changed_because` is as in a domain.
    """

    graded_on: date | None = None
    overall: GradeShown | None = None
    domains: tuple[DomainGraded, ...] = ()
    strengths: tuple[str, ...] = ()
    areas_to_improve: tuple[str, ...] = ()
    why_above_worst: str = ""
    is_anyone_unsafe: bool | None = None
    changed_because: str = ""


@dataclass(frozen=True, slots=True)
class CheckAnswered:
    """A compliance check with its answer; where a timescale is checked, the days from which and until which."""

    question: str
    answer: CheckAnswer | None = None
    note: str = ""
    began_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class ActionShown:
    """A SMART action of the plan. `owner` is a role or a person's reference, never a name."""

    specific: str
    owner: str
    due_on: date | None = None
    measurable: str = ""
    achievable: str = ""
    relevant: str = ""
    evidence: str = ""
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanShown:
    """The improvement plan (L4); the dates are those on which it was agreed and confirmed, None for not yet."""

    actions: tuple[ActionShown, ...] = ()
    agreed_on: date | None = None
    confirmed_on: date | None = None


# What a report says of a mistake that was put right (L15).
CORRECTED = "Corrected"


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """Grades of an issued report that were changed, and why (L15, D7, M6). `domains` are those that changed.

    `how` is what happened in words, of a mistake that was put right, `CORRECTED`: then `corrected_by` says by whom.
    """

    corrected_on: date
    reason: str
    overall: GradeShown | None = None
    domains: tuple[DomainGraded, ...] = ()
    corrected_by: str = ""
    how: str = CORRECTED


@dataclass(frozen=True, slots=True)
class CommentShown:
    """What the practitioner wrote on the report (L14)."""

    by: str
    written_on: date
    text: str


@dataclass(frozen=True, slots=True)
class EarlierGrade:
    """The original or the previous audit that a re-audit is compared with (R2)."""

    reference: str
    what: str  # "original audit", "first re-audit"
    grade: GradeShown | None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class DiscussionShown:
    """The reflective discussion: when, what it added, or why it was not held (L3)."""

    held_on: date | None = None
    what_it_added: str = ""
    not_held_because: str = ""
    team_manager_attended: bool | None = None


@dataclass(frozen=True, slots=True)
class VersionShown:
    """Which version this is, and why there is one; `made_by` is an actor as the trail names it."""

    number: int
    because: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class FormShown:
    """A thing with versions: the edition of the framework, a part of the audit tool."""

    id: str
    version: str
    title: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The report of one audit in one version. Required is what every audit has from its allocation.

    `kind` is ordinary, themed or re_audit, `sequence` 1 or 2 for re-audits. `issued_on` None marks a draft, which is
    said on every page. `effective` is the grade that all else follows from: the second, or as changed later.
    """

    reference: str
    council: str
    edition: FormShown
    version: VersionShown
    kind: str
    cycle: str
    case_reference: str
    practitioner: str
    auditor: str
    team: str
    team_title: str
    service: str
    service_title: str
    window_from: date
    window_to: date
    allocated_on: date
    sequence: int = 0
    theme: str = ""
    marking: str = ""  # a protective marking, such as OFFICIAL-SENSITIVE
    tools: tuple[FormShown, ...] = ()  # the form, then the modules that were added to it
    submitted_on: date | None = None
    accepted_on: date | None = None
    issued_on: date | None = None
    effective: GradeShown | None = None
    before_discussion: GradingShown | None = None
    after_discussion: GradingShown | None = None
    discussion: DiscussionShown | None = None
    checks: tuple[CheckAnswered, ...] = ()
    plan: PlanShown | None = None
    corrections: tuple[CorrectionShown, ...] = ()
    feedback_points: int = 0  # given to others about earlier work: theirs to read, and no part of this report (L8)
    comments: tuple[CommentShown, ...] = ()
    compared_with: tuple[EarlierGrade, ...] = ()

    def as_plain(self) -> dict[str, Any]:
        """The report as values that JSON has, dates in ISO form."""
        return as_plain(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """The report again. What an older form did not have is empty; raises NotOfThisForm for what is not known."""
        return from_plain(cls, plain)
