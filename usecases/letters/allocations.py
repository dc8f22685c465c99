"""What a letter about allocated audits says, in plain English (A5, P4: links and dates, never a finding or a name)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from rules.dates_in_words import day_in_words, month_in_words
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


class UnreadableContent(ValueError):
    """A notice whose content is none that this version of the product can read; the message names what is wrong."""


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


@dataclass(frozen=True, slots=True)
class AllocationLetter:
    """All that the templates ask for."""

    cycle: str
    month: str
    meeting_due_on: date
    report_due_on: date
    closes_on: date
    sections: Sequence[Section]
    documents: Sequence[tuple[str, str]]
    standing_in: Sequence[str]
    vacancies: Sequence[str]
    passed_on_by: str | None
    link: str
    opening: int

    @classmethod
    def of(cls, content: Mapping[str, Any], address: str) -> "AllocationLetter":
        """The letter of a notice's content; links begin with `address`. Raises UnreadableContent."""
        try:
            return _letter(content, address)
        except (KeyError, TypeError, ValueError) as problem:
            raise UnreadableContent(f"The notice's content can't be read: {problem!r:.200}.") from problem

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

    @property
    def meeting_due(self) -> str:
        return day_in_words(self.meeting_due_on)

    @property
    def report_due(self) -> str:
        return day_in_words(self.report_due_on)

    @property
    def closes(self) -> str:
        return day_in_words(self.closes_on)

    def calendar_entries(self) -> list[CalendarEntry]:
        """An entry for each audit that somebody does or undergoes; for those who manage, one for the cycle."""
        own = {
            line.audit_id: line for section in self.sections if section.role in OWN_SECTIONS for line in section.lines
        }
        entries = [self._entry(f"audit-{id_}", f"Practice audit {own[id_].reference}", own[id_].link) for id_ in own]
        if any(section.role not in OWN_SECTIONS for section in self.sections):
            title = f"Practice audits of {self.month}"
            entries.append(self._entry(f"cycle-{self.cycle}", title, self.link, cycle_sequence(self.opening)))
        return entries

    def _entry(self, uid: str, what: str, link: str, sequence: int = 0) -> CalendarEntry:
        return CalendarEntry(
            uid=uid_of(uid),
            sequence=sequence,
            first_on=min(self.report_due_on, self.closes_on),
            last_on=self.closes_on,
            title=f"{what}: report due, cycle closes",
            description=(
                f"Meeting by {self.meeting_due}.\nReport due with the audit team by {self.report_due}.\n"
                f"The cycle closes on {self.closes}.\n{link}"
            ),
            link=link,
        )


def uid_of(subject: str) -> str:
    """What a calendar knows an entry by: the same in every message about that audit or cycle."""
    return f"{subject}@practice-audit.invalid"


def cycle_sequence(opening: int, *, is_withdrawn: bool = False) -> int:
    """Which version of a cycle's one entry it is: published, taken back, published again as often as it opened."""
    return 2 * opening + is_withdrawn


def _letter(content: Mapping[str, Any], address: str) -> AllocationLetter:
    cycle = content["cycle"]
    link = f"{address}/v1/audits?{urlencode({'cycle': cycle})}"
    return AllocationLetter(
        cycle=cycle,
        month=month_in_words(date.fromisoformat(f"{cycle}-01")),
        meeting_due_on=date.fromisoformat(content["meeting_due_on"]),
        report_due_on=date.fromisoformat(content["report_due_on"]),
        closes_on=date.fromisoformat(content["closes_on"]),
        sections=[_section(section, address, link) for section in content["sections"]],
        documents=[
            (one_line(document["title"]), document_link(address, document["name"], content.get("edition")))
            for document in content["documents"]
        ],
        standing_in=[one_line(sentence) for sentence in content["standing_in"]],
        vacancies=[one_line(sentence) for sentence in content["vacancies"]],
        passed_on_by=one_line(content["passed_on_by"]) if content["passed_on_by"] else None,
        link=link,
        opening=content.get("opening", 0),
    )


def document_link(address: str, name: str, edition: str | None) -> str:
    """To the document as the edition has it that the cycle is pinned to, whatever is in force when somebody looks."""
    pinned = f"?{urlencode({'edition': edition})}" if edition else ""
    return f"{address}/v1/policy/documents/{quote(name, safe='')}{pinned}"


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
    return _HEADINGS.get(role, f"Audits that you are told of as {role.replace('_', ' ')}")


def one_line(text: str) -> str:
    """Within one line: names come from extracts, and a line break must not begin a line of its own in a letter."""
    return " ".join(text.split())
