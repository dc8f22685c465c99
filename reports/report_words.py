"""Days, texts and grades in the words in which a report says them, on screen and in the PDF alike."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reports.audit_reports import GradeShown
from rules.dates_in_words import MONTHS

Words = dict[str, Any]
_LONDON = ZoneInfo("Europe/London")


def day(on: date | None) -> str:
    """ "2 April 2026"; nothing for no day."""
    return "" if on is None else f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime) -> str:
    local = at.astimezone(_LONDON)
    return f"{day(local.date())}, {local:%H:%M}"


def grade_in_words(grade: GradeShown | None) -> Words | None:
    """`filled` of `of` segments are drawn beside the title: all of them for the best grade, one for the worst."""
    if grade is None:
        return None
    filled = grade.of - grade.place + 1
    return {"title": grade.title, "filled": filled, "of": grade.of, "tone": _tone(grade)}


def _tone(grade: GradeShown) -> str:
    if grade.place == 1:
        return "best"
    if grade.place == grade.of:
        return "worst"
    return "good" if (grade.place - 1) * 2 < grade.of - 1 else "weak"


def movement(before: GradeShown | None, after: GradeShown | None) -> str:
    if before is None or after is None:
        return ""
    steps = before.place - after.place
    if steps == 0:
        return "Unchanged"
    return f"{abs(steps)} level{'s' if abs(steps) > 1 else ''} {'higher' if steps > 0 else 'lower'}"


def paragraphs(text: str) -> list[str]:
    """What somebody wrote, by its empty lines; line breaks inside a paragraph stay."""
    unified = "\n".join(line.rstrip() for line in text.splitlines())
    return [paragraph for part in unified.split("\n\n") if (paragraph := part.strip("\n"))]
