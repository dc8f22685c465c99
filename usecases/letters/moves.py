"""What a letter says about audits that changed hands or were withdrawn (A4, S9; P4: links, never a reason)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from rules.dates_in_words import day_in_words, month_in_words
from usecases.letters.allocations import UnreadableContent, document_link, one_line, uid_of
from usecases.letters.calendar_entries import CalendarEntry

# What became of an audit for the one who reads: the heading it stands under, in the order in which they are read.
_HEADINGS = {
    "now_yours": "Audits for you to carry out from now on",
    "of_your_work": "Audits of your own work, in place of others",
    "not_yours": "Audits that are no longer yours to carry out",
    "other_auditor_for_you": "Audits of your own work that have another auditor",
    "yours_withdrawn": "Audits of your own work, or for you to carry out, that were withdrawn",
    "other_auditor": "Audits that have another auditor",
    "withdrawn": "Audits that were withdrawn",
    "in_place": "Audits that take the place of others",
}
_WHAT_NOW = {
    "now_yours": "Please get in touch with the practitioner to arrange the meeting. The dates stay as they were.",
    "of_your_work": "The auditor will get in touch to arrange a meeting. Please look through the record beforehand.",
    "not_yours": "There is nothing more for you to do for them.",
    "other_auditor_for_you": "The new auditor will get in touch. The dates stay as they were.",
    "yours_withdrawn": "There is nothing more to do for them.",
}
_PUT_INTO_CALENDARS = ("now_yours", "of_your_work")
_TAKEN_FROM_CALENDARS = ("not_yours", "yours_withdrawn")


@dataclass(frozen=True, slots=True)
class MovedAudit:
    """One audit in a list, with the version of its calendar entry."""

    reference: str
    team: str
    link: str
    audit_id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class MoveSection:
    """A heading, what is to be done now, and the audits that it is about."""

    became: str
    heading: str
    what_now: str | None
    lines: Sequence[MovedAudit]


@dataclass(frozen=True, slots=True)
class MoveLetter:
    """All that the templates ask for."""

    cycle: str
    meeting_due_on: date
    report_due_on: date
    closes_on: date
    sections: Sequence[MoveSection]
    documents: Sequence[tuple[str, str]]
    standing_in: Sequence[str]
    vacancies: Sequence[str]
    passed_on_by: str | None

    @classmethod
    def of(cls, content: Mapping[str, Any], address: str) -> "MoveLetter":
        """The letter of a notice's content; links begin with `address`. Raises UnreadableContent."""
        try:
            return _letter(content, address)
        except (KeyError, TypeError, ValueError) as problem:
            raise UnreadableContent(f"The notice's content can't be read: {problem!r:.200}.") from problem

    @property
    def subject(self) -> str:
        """What the letter is about, without saying anything about anybody."""
        return f"Changes to practice audits, {self.month}"

    @property
    def month(self) -> str:
        return month_in_words(date.fromisoformat(f"{self.cycle}-01"))

    @property
    def has_dates(self) -> bool:
        """Whether something is still to be done by anybody who reads."""
        return any(section.became != "withdrawn" for section in self.sections) and any(
            section.became not in _TAKEN_FROM_CALENDARS for section in self.sections
        )

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
        """Put in for whoever does or undergoes an audit from now on, taken back for whoever no longer does."""
        return list(self._entries())

    def _entries(self) -> Iterator[CalendarEntry]:
        for section in self.sections:
            if section.became in (*_PUT_INTO_CALENDARS, *_TAKEN_FROM_CALENDARS):
                for line in section.lines:
                    yield self._entry(line, is_cancelled=section.became in _TAKEN_FROM_CALENDARS)

    def _entry(self, line: MovedAudit, *, is_cancelled: bool) -> CalendarEntry:
        return CalendarEntry(
            uid=uid_of(f"audit-{line.audit_id}"),
            first_on=min(self.report_due_on, self.closes_on),
            last_on=self.closes_on,
            title=f"Practice audit {line.reference}: report due, cycle closes",
            description=(
                f"Meeting by {self.meeting_due}.\nReport due with the audit team by {self.report_due}.\n"
                f"The cycle closes on {self.closes}.\n{line.link}"
            ),
            link=line.link,
            sequence=line.sequence,
            is_cancelled=is_cancelled,
        )


def _letter(content: Mapping[str, Any], address: str) -> MoveLetter:
    return MoveLetter(
        cycle=content["cycle"],
        meeting_due_on=date.fromisoformat(content["meeting_due_on"]),
        report_due_on=date.fromisoformat(content["report_due_on"]),
        closes_on=date.fromisoformat(content["closes_on"]),
        sections=list(_sections(content["audits"], address)),
        documents=[
            (one_line(document["title"]), document_link(address, document["name"], content.get("edition")))
            for document in content["documents"]
        ],
        standing_in=[one_line(sentence) for sentence in content["standing_in"]],
        vacancies=[one_line(sentence) for sentence in content["vacancies"]],
        passed_on_by=one_line(content["passed_on_by"]) if content["passed_on_by"] else None,
    )


def _sections(audits: Sequence[Mapping[str, Any]], address: str) -> Iterator[MoveSection]:
    unknown = {audit["became"] for audit in audits} - _HEADINGS.keys()
    if unknown:
        raise ValueError(f"it says {min(unknown)!r} of an audit")
    for became, heading in _HEADINGS.items():
        lines = [_line(audit, address) for audit in audits if audit["became"] == became]
        if lines:
            yield MoveSection(became, heading, _WHAT_NOW.get(became), lines)


def _line(audit: Mapping[str, Any], address: str) -> MovedAudit:
    link = f"{address}/v1/audits/{quote(audit['id'], safe='')}"
    return MovedAudit(one_line(audit["reference"]), one_line(audit["team"]), link, audit["id"], int(audit["sequence"]))
