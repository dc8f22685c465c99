"""What a letter says about audits that changed hands or were withdrawn (A4, S9; P4: links, never a reason)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any
from urllib.parse import quote

from usecases.letters.audit_events import hours_of, meeting_entry
from usecases.letters.audit_letters import AuditLetter, in_common, one_line, reading_content
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
_OVER = (*_TAKEN_FROM_CALENDARS, "withdrawn")
_NEW_TO_WHO_READS = (*_PUT_INTO_CALENDARS, "in_place")


@dataclass(frozen=True, slots=True)
class MovedAudit:
    """One audit in a list, with the version of its calendar entry."""

    reference: str
    team: str
    link: str
    audit_id: str
    sequence: int
    meeting: CalendarEntry | None  # as it stands for whoever is invited to it


@dataclass(frozen=True, slots=True)
class MoveSection:
    """A heading, what is to be done now, and the audits that it is about."""

    became: str
    heading: str
    what_now: str | None
    lines: Sequence[MovedAudit]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLetter(AuditLetter):
    """All that the templates ask for."""

    sections: Sequence[MoveSection]

    @classmethod
    def of(cls, content: Mapping[str, Any], address: str) -> "MoveLetter":
        """The letter of a notice's content; links begin with `address`. Raises UnreadableContent."""
        with reading_content():
            return _letter(content, address)

    @property
    def subject(self) -> str:
        """What the letter is about, without saying anything about anybody."""
        return f"Changes to practice audits, {self.month}"

    @property
    def has_dates(self) -> bool:
        """Whether something is still to be done by anybody who reads."""
        return any(section.became not in _OVER for section in self.sections)

    def calendar_entries(self) -> list[CalendarEntry]:
        """Put in for whoever does or undergoes an audit from now on, taken back for whoever no longer does."""
        return list(self._entries())

    def _entries(self) -> Iterator[CalendarEntry]:
        for section in self.sections:
            is_over = section.became in _OVER
            for line in section.lines:
                if section.became in (*_PUT_INTO_CALENDARS, *_TAKEN_FROM_CALENDARS):
                    yield self._entry(line, is_cancelled=is_over)
                if line.meeting is not None and (is_over or section.became in _PUT_INTO_CALENDARS):
                    yield replace(line.meeting, is_cancelled=is_over)

    def _entry(self, line: MovedAudit, *, is_cancelled: bool) -> CalendarEntry:
        what = f"Practice audit {line.reference}"
        return self.entry(f"audit-{line.audit_id}", what, line.link, line.sequence, is_cancelled=is_cancelled)


def _letter(content: Mapping[str, Any], address: str) -> MoveLetter:
    letter = MoveLetter(**in_common(content, address), sections=list(_sections(content["audits"], address)))
    is_new = any(section.became in _NEW_TO_WHO_READS for section in letter.sections)
    return letter if is_new else replace(letter, documents=())  # whoever loses an audit, or had it before, needs none


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
    meeting = _meeting(audit, link) if audit.get("meeting") else None
    return MovedAudit(
        one_line(audit["reference"]), one_line(audit["team"]), link, audit["id"], int(audit["sequence"]), meeting
    )


def _meeting(audit: Mapping[str, Any], link: str) -> CalendarEntry:
    meeting = audit["meeting"]
    at = time.fromisoformat(meeting["meets_at"]) if meeting["meets_at"] else None
    when = hours_of(date.fromisoformat(meeting["meets_on"]), at, int(meeting["minutes"]))
    return meeting_entry(audit["id"], one_line(audit["reference"]), link, int(meeting["sequence"]), when)
