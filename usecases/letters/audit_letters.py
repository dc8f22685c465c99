"""What letters about audits have in common: the cycle's dates, documents, who stands in, and the calendar entry."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts
from rules.programme import cycle_name
from usecases.letters.calendar_entries import CalendarEntry


class UnreadableContent(ValueError):
    """A notice whose content is none that this version of the product can read; the message names what is wrong."""


@contextmanager
def reading_content() -> Iterator[None]:
    """Raises UnreadableContent for content that lacks something or has it in another form."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as problem:
        raise UnreadableContent(f"The notice's content can't be read: {problem!r:.200}.") from problem


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLetter:
    """What each template about audits asks for."""

    cycle: str
    meeting_due_on: date
    report_due_on: date
    closes_on: date
    documents: Sequence[tuple[str, str]]
    standing_in: Sequence[str]
    vacancies: Sequence[str]
    passed_on_by: str | None

    @property
    def month(self) -> str:
        return month_of(self.cycle)

    @property
    def meeting_due(self) -> str:
        return day_in_words(self.meeting_due_on)

    @property
    def report_due(self) -> str:
        return day_in_words(self.report_due_on)

    @property
    def closes(self) -> str:
        return day_in_words(self.closes_on)

    def entry(
        self, subject: str, what: str, link: str, sequence: int = 0, *, is_cancelled: bool = False
    ) -> CalendarEntry:
        """From the day the report is due to the day the cycle closes."""
        return CalendarEntry(
            uid=uid_of(subject),
            sequence=sequence,
            first_on=min(self.report_due_on, self.closes_on),
            last_on=self.closes_on,
            title=f"{what}: report due, cycle closes",
            description=(
                f"Meeting by {self.meeting_due}.\nReport due with the audit team by {self.report_due}.\n"
                f"The cycle closes on {self.closes}.\n{link}"
            ),
            link=link,
            is_cancelled=is_cancelled,
        )


def in_common(content: Mapping[str, Any], address: str) -> dict[str, Any]:
    """The fields of every letter about audits, from a notice's content; links begin with `address`."""
    return {
        "cycle": content["cycle"],
        "meeting_due_on": date.fromisoformat(content["meeting_due_on"]),
        "report_due_on": date.fromisoformat(content["report_due_on"]),
        "closes_on": date.fromisoformat(content["closes_on"]),
        "documents": [
            (one_line(document["title"]), _document_link(address, document["name"], content.get("edition")))
            for document in content["documents"]
        ],
        "standing_in": [one_line(sentence) for sentence in content["standing_in"]],
        "vacancies": [one_line(sentence) for sentence in content["vacancies"]],
        "passed_on_by": one_line(content["passed_on_by"]) if content["passed_on_by"] else None,
    }


def month_of(cycle: str) -> str:
    """A cycle's month in words, of an extra one its day. Raises UnreadableContent for what is no cycle's id."""
    try:
        return cycle_name(cycle)
    except InvalidFacts as problem:
        raise UnreadableContent(f"The notice's content can't be read: {problem.sentence}") from problem


def uid_of(subject: str) -> str:
    """What a calendar knows an entry by: the same in every message about that audit or cycle."""
    return f"{subject}@practice-audit.invalid"


def cycle_sequence(opening: int, *, is_withdrawn: bool = False) -> int:
    """Which version of a cycle's one entry it is: published, taken back, published again as often as it opened."""
    return 2 * opening + is_withdrawn


def one_line(text: str) -> str:
    """Within one line: names come from extracts, and a line break must not begin a line of its own in a letter."""
    return " ".join(text.split())


def _document_link(address: str, name: str, edition: str | None) -> str:
    """To the document as the edition has it that the cycle is pinned to, whatever is in force when somebody looks."""
    pinned = f"?{urlencode({'edition': edition})}" if edition else ""
    return f"{address}/v1/policy/documents/{quote(name, safe='')}{pinned}"
