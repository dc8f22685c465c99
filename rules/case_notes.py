"""What goes on the record in the case system when a report is issued: the case note, and who is alerted (L7, C2).

A note names staff by role and the audit by reference: no name, and nothing of what was found but the overall grade.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rules.dates_in_words import day_in_words, listed
from rules.errors import InvalidFacts, Problem
from rules.names_in_words import words_of
from rules.policy.shape import Policy
from rules.post_holders import StaffOnTheDay, who_takes
from rules.recipients import AuditConcerned
from rules.roles import Role


class Occasion(enum.StrEnum):
    """Why a version of the report goes on the record."""

    ISSUED = "issued"  # L7
    CORRECTED = "corrected"  # L15
    RESOLVED = "resolved"  # D7: a dispute was resolved
    MODERATED = "moderated"  # M6: the audit team recorded the grade that moderators gave


@dataclass(frozen=True, slots=True)
class ReportOnRecord:
    """A version of the report that was uploaded. `filed_at` is the wall clock of Europe/London.

    `grade` is None for an audit without graded domains, which has a `percentage`, None where no check applies (P8).
    """

    reference: str
    kind: str
    version: int
    grade: str | None
    occasion: Occasion
    filed_at: datetime
    percentage: int | None = None


@dataclass(frozen=True, slots=True)
class Alerted:
    """Somebody who is alerted with the case note, and as what: the nearest of their roles first."""

    person_id: str
    roles: tuple[str, ...]

    @property
    def role(self) -> str:
        """The one that they are alerted in."""
        return self.roles[0]


@dataclass(frozen=True, slots=True)
class CaseNote:
    """A case note as the case system asks for it; `contact_at` has the date and the time, shown in 24 hours."""

    note_type: str
    title: str
    contact_at: datetime
    is_significant: bool
    text: str


_KINDS = {"ordinary": "Practice audit", "themed": "Themed practice audit", "re_audit": "Practice re-audit"}
_BECAUSE = {
    Occasion.ISSUED: "was completed on {when}",
    Occasion.CORRECTED: "was corrected on {when}, and this version takes the place of the one before",
    Occasion.RESOLVED: "has had a new version since {when}, after a dispute was resolved",
    Occasion.MODERATED: "was changed after moderation on {when}, and this version takes the place of the one before",
}


def alerted(audit: AuditConcerned, grade: str | None, staff: StaffOnTheDay, policy: Policy) -> tuple[Alerted, ...]:
    """Who is alerted with the case note: each once, in the nearest of their roles, with the others that they hold.

    A post in which nobody can act passes to the deputy, else to the next role up (N1).
    """
    found: dict[str, tuple[str, ...]] = {}
    for role in (*policy.case_system.alerted, *policy.case_system.alerted_too.get(grade or "", ())):
        for person in _people(role, audit, staff, policy):
            found[person] = (*found.get(person, ()), role)
    return tuple(Alerted(person, roles) for person, roles in found.items())


def roles_alerted(alerts: Sequence[Alerted]) -> tuple[str, ...]:
    """Every role that is alerted, once: a team manager who is line manager too was alerted as both."""
    return tuple(dict.fromkeys(role for one in alerts for role in one.roles))


def _people(role: str, audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy) -> tuple[str, ...]:
    if role == Role.PRACTITIONER:
        return (audit.practitioner.person_id,)
    if role == Role.AUDITOR:
        return (audit.auditor.person_id,)
    concerned = frozenset[str]() if role == Role.AUDIT_TEAM else audit.people
    return who_takes(role, audit.practitioner, concerned, staff, policy).people


def case_note(report: ReportOnRecord, roles: Sequence[str], policy: Policy) -> CaseNote:
    """The note that goes with an uploaded report. `roles` are those that are alerted with it.

    Raises InvalidFacts for a grade that the edition does not have.
    """
    if report.grade is not None and report.grade not in policy.gradings.grades:
        known = ", ".join(policy.gradings.grades)
        sentence = f"The grade {report.grade!r} is none of the grades {known}, so no case note can say it."
        raise InvalidFacts([Problem("/grade", sentence, report.grade, "L2")])
    return CaseNote(
        note_type=policy.case_system.note_type,
        title=_title(report, policy.case_system.most_title_characters),
        contact_at=report.filed_at,
        is_significant=report.grade in policy.case_system.significant_grades,
        text=_text(report, list(dict.fromkeys(roles)), policy),
    )


def document_name(reference: str, version: int) -> str:
    """What an uploaded report is called, without what its kind of file adds: "PA-2026-0412-version-1"."""
    return f"{reference}-version-{version}"


def _title(report: ReportOnRecord, most_characters: int) -> str:
    """The reference comes first, so that it stays when the rest is too long: by it people find a note made twice."""
    return f"{report.reference} {_KINDS[report.kind]}, version {report.version}"[:most_characters].rstrip(" ,")


def _text(report: ReportOnRecord, roles: Sequence[str], policy: Policy) -> str:
    name = document_name(report.reference, report.version)
    happened = _BECAUSE[report.occasion].format(
        when=f"{day_in_words(report.filed_at.date())} at {report.filed_at:%H:%M}"
    )
    words = [words_of(role) for role in roles]
    return "\n".join(
        [
            f"{_KINDS[report.kind]} {report.reference} {happened}.",
            _result(report, policy),
            f"The report is with the documents of this record as {name}, under {policy.case_system.document_category}.",
            f"Alerted: {listed(words)}." if words else "Nobody is alerted.",
        ]
    )


def _result(report: ReportOnRecord, policy: Policy) -> str:
    if report.grade is not None:
        return f"Overall grade: {policy.gradings.grades[report.grade]}."
    if report.percentage is None:
        return "No overall grade: the audit is of compliance checks, and none of them applies."
    return f"No overall grade: the audit is of compliance checks, of which {report.percentage} % are met."
