"""What a letter says about a whole cycle that was withdrawn, cancelled or planned again (S9, P2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from usecases.letters.audit_letters import cycle_sequence, month_of, one_line, reading_content, uid_of
from usecases.letters.calendar_entries import CalendarEntry

_BECAME = {
    "withdrawn": (
        "was withdrawn",
        "Nothing that you were told about it holds any more. If it opens again, you get a new message.",
    ),
    "cancelled": ("is cancelled", "It does not open, and no audit is drawn for it."),
    "reinstated": ("is planned again", "It opens as the programme says."),
}


@dataclass(frozen=True, slots=True)
class CycleLetter:
    """All that the templates ask for; `audits` are one's own: id, reference and version of the entry to take back."""

    cycle: str
    became: str
    closes_on: date
    report_due_on: date
    audits: Sequence[tuple[str, str, int]]
    has_cycle_entry: bool
    opening: int
    passed_on_by: str | None
    link: str
    documents: Sequence[tuple[str, str]] = ()
    standing_in: Sequence[str] = ()
    vacancies: Sequence[str] = ()

    @classmethod
    def of(cls, content: Mapping[str, Any], address: str) -> "CycleLetter":
        """The letter of a notice's content; links begin with `address`. Raises UnreadableContent."""
        with reading_content():
            return _letter(content, address)

    @property
    def month(self) -> str:
        return month_of(self.cycle)

    @property
    def subject(self) -> str:
        return f"The audit cycle of {self.month} {_BECAME[self.became][0]}"

    @property
    def what_now(self) -> str:
        """What it means for whoever reads."""
        return _BECAME[self.became][1]

    def calendar_entries(self) -> list[CalendarEntry]:
        """What was published about the cycle is taken back."""
        if self.became != "withdrawn":
            return []
        entries = [
            self._entry(f"audit-{audit_id}", f"Practice audit {name}", sequence)
            for audit_id, name, sequence in self.audits
        ]
        if self.has_cycle_entry:
            sequence = cycle_sequence(self.opening, is_withdrawn=True)
            entries.append(self._entry(f"cycle-{self.cycle}", f"Practice audits of {self.month}", sequence))
        return entries

    def _entry(self, subject: str, what: str, sequence: int) -> CalendarEntry:
        return CalendarEntry(
            uid=uid_of(subject),
            first_on=min(self.report_due_on, self.closes_on),
            last_on=self.closes_on,
            title=f"{what}: withdrawn",
            description=f"The audit cycle of {self.month} was withdrawn.\n{self.link}",
            link=self.link,
            sequence=sequence,
            is_cancelled=True,
        )


def _letter(content: Mapping[str, Any], address: str) -> CycleLetter:
    if content["became"] not in _BECAME:
        raise ValueError(f"it says {content['became']!r} of a cycle")
    return CycleLetter(
        cycle=content["cycle"],
        became=content["became"],
        closes_on=date.fromisoformat(content["closes_on"]),
        report_due_on=date.fromisoformat(content["report_due_on"]),
        audits=[(audit["id"], one_line(audit["reference"]), int(audit["sequence"])) for audit in content["audits"]],
        has_cycle_entry=bool(content["has_cycle_entry"]),
        opening=int(content["opening"]),
        passed_on_by=one_line(content["passed_on_by"]) if content["passed_on_by"] else None,
        link=f"{address}/v1/audit-cycles/{quote(content['cycle'], safe='')}",
    )
