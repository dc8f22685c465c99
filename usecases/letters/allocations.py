"""What a letter about allocated audits says, in plain English (A5, P4: links and dates, never a finding or a name)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from rules.names_in_words import words_of
from usecases.letters.audit_letters import AuditLetter, cycle_sequence, in_common, one_line, reading_content
from usecases.letters.calendar_entries import CalendarEntry

OWN_SECTIONS = ("practitioner", "auditor")
WHOLE_CYCLE = "audit_team"

_HEADINGS = {
    "practitioner": "Audits of your own work",
    "auditor": "Audits for you to carry out",
    "team_manager": "Audits in the team you manage",
    "head_of_service": "Audits in your service",
    "line_manager": "Audits of the work of people you line-manage",
    "auditors_manager": "Audits that people you line-manage carry out",
    "audit_team": "All audits of this cycle",
}


_STANDING_IN_HEADINGS = {
    "team_manager": "Audits in a team whose manager you stand in for",
    "head_of_service": "Audits in a service whose head you stand in for",
    "line_manager": "Audits of the work of people whose line manager you stand in for",
    "auditors_manager": "Audits carried out by people whose line manager you stand in for",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One audit in a list: what it is called, whose team's work it looks at, and where it is to be found."""

    reference: str
    team: str
    link: str
    audit_id: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with audits; `totals` instead of `lines` where the list would be too long, then with its `link`."""

    role: str
    heading: str
    lines: Sequence[Line]
    totals: Sequence[tuple[str, int]]
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationLetter(AuditLetter):
    """All that the templates ask for."""

    sections: Sequence[Section]
    link: str
    opening: int

    @classmethod
    def of(cls, content: Mapping[str, Any], address: str) -> "AllocationLetter":
        """The letter of a notice's content; links begin with `address`. Raises UnreadableContent."""
        with reading_content():
            return _letter(content, address)

    @property
    def subject(self) -> str:
        """What the letter is about, without saying anything about anybody."""
        return f"{self._about}, {self.month}"

    @property
    def _about(self) -> str:
        roles = {section.role for section in self.sections}
        own, others = roles & set(OWN_SECTIONS), roles - {*OWN_SECTIONS, WHOLE_CYCLE}
        if own and others:
            return "Audits allocated to you and your teams"
        if own or others:
            return "Audits that concern you" if own else "Audits allocated in your teams"
        return "All audits allocated"

    @property
    def opening_sentence(self) -> str:
        """What follows, or that nothing does."""
        return "These are the audits that concern you." if self.sections else "No audit was allocated in it."

    def calendar_entries(self) -> list[CalendarEntry]:
        """An entry for each audit that somebody does or undergoes; for those who manage, one for the cycle."""
        own = {
            line.audit_id: line for section in self.sections if section.role in OWN_SECTIONS for line in section.lines
        }
        entries = [self.entry(f"audit-{id_}", f"Practice audit {own[id_].reference}", own[id_].link) for id_ in own]
        if any(section.role not in OWN_SECTIONS for section in self.sections):
            title = f"Practice audits of {self.month}"
            entries.append(self.entry(f"cycle-{self.cycle}", title, self.link, cycle_sequence(self.opening)))
        return entries


def _letter(content: Mapping[str, Any], address: str) -> AllocationLetter:
    link = f"{address}/v1/audits?{urlencode({'cycle': content['cycle']})}"
    return AllocationLetter(
        **in_common(content, address),
        sections=[_section(section, address, link) for section in content["sections"]],
        link=link,
        opening=content.get("opening", 0),
    )


def _section(section: Mapping[str, Any], address: str, link: str) -> Section:
    role = section["as"]
    return Section(
        role=role,
        heading=_heading(role, section["stands_in"]),
        lines=[
            Line(
                one_line(audit["reference"]),
                one_line(audit["team"]),
                f"{address}/v1/audits/{quote(audit['id'], safe='')}",
                audit["id"],
            )
            for audit in section["audits"]
        ],
        totals=[(one_line(team["team"]), team["audits"]) for team in section["teams"]],
        link=link,
    )


def _heading(role: str, stands_in: bool) -> str:
    if stands_in and role in _STANDING_IN_HEADINGS:
        return _STANDING_IN_HEADINGS[role]
    return _HEADINGS.get(role, f"Audits that you are told of as {words_of(role)}")
