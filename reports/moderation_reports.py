"""Everything that the moderation template of one audit shows, as it stood when the feedback was given (M3, M4).

As the report of an audit it is read years later, so it holds titles and grades as they were worded. Staff are named by
reference, cases by theirs (C3).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from reports.audit_reports import FormShown, GradeShown
from reports.plain_forms import as_plain, from_plain


@dataclass(frozen=True, slots=True)
class DomainRegraded:
    """A domain with the auditor's grade that counts, the moderator's, and what the moderator found."""

    domain: str
    title: str
    auditor: GradeShown | None = None
    moderator: GradeShown | None = None
    is_applicable: bool = True
    findings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationReport:
    """The moderation of one audit. `given_on` None marks a draft, which is said on every page.

    `report_version` is the version of the audit's report that was looked at; `not_met_because` is why moderator and
    auditor did not meet.
    """

    reference: str
    council: str
    edition: FormShown
    marking: str
    month: str  # "March 2027"
    report_version: int
    case_reference: str
    service_title: str
    auditor: str
    moderator: str
    issued_on: date | None
    drawn_on: date
    due_on: date
    made_at: datetime
    made_by: str
    why_drawn: tuple[str, ...] = ()
    met_on: date | None = None
    not_met_because: str = ""
    given_on: date | None = None
    auditor_overall: GradeShown | None = None
    moderator_overall: GradeShown | None = None
    domains: tuple[DomainRegraded, ...] = ()
    findings: str = ""
    strengths: tuple[str, ...] = ()
    areas_to_improve: tuple[str, ...] = ()
    feedback: str = ""

    def as_plain(self) -> dict[str, Any]:
        """The template as values that JSON has, dates in ISO form."""
        return as_plain(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """The template again. Raises NotOfThisForm for what is not known."""
        return from_plain(cls, plain)
