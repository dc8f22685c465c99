"""What a letter says of a step in a dispute: what happened, at which stage, and what is asked of its reader (D1 to D8).

No word of it says who disputes what, or how the audit was graded (P4).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rules.dates_in_words import day_in_words, listed
from rules.names_in_words import words_of
from rules.policy.ladder_shapes import in_words, roles_in_words
from rules.roles import Role

WAITS, REVIEW_ASKED, REVIEW_REPORTED = "waits", "independent_review_asked", "independent_review_reported"
REVIEWER = "reviewer"
_STANDS = "The report stands as it was."
# What happened, after "The dispute PA-2026-0412-dispute-1 about the report of this audit ".
_HAPPENED = {
    "dispute_opened": "was opened.",
    "meeting_held": "was talked over: its meeting was held.",
    "unresolved": "was not resolved at this stage.",
    "referred": "was taken to its next stage.",
    "course_agreed": "goes on: what is done about it is settled.",
    "resolved": "is resolved. A new version of the report says so.",
    "not_exceptional": f"has ended: it is no exceptional case. {_STANDS}",
    "lapsed": f"was not taken further in time and has lapsed. {_STANDS}",
    "withdrawn": f"was withdrawn. {_STANDS}",
    "time_ran_out": "has used up the time for its stage. Nothing moves by itself: a person decides how it goes on.",
    WAITS: "is still open and waits.",
    REVIEW_ASKED: "is to have an independent review.",
    REVIEW_REPORTED: "has had its independent review: what it found is there to read.",
}
_BY_ITS_RAISER = "Whoever raised it resolved it too, and the grade is another: please look at it."
_BEHIND = "What it is about is behind the link."


def dispute_subject(step: Mapping[str, Any], reader: str) -> str:
    """What the letter is about: "Dispute PA-2026-0412-dispute-1: meeting held"."""
    asks = ", please act" if step["is_asked"] or reader == REVIEWER else ""
    return f"Dispute {step['reference']}: {in_words(step['event'])}{asks}"


def dispute_sentence(step: Mapping[str, Any], reader: str) -> str:
    """The sentences of one letter, by what its reader is to the dispute."""
    happened = _HAPPENED.get(step["event"], f"goes on: {in_words(step['event'])}.")
    said = [f"The dispute {step['reference']} about the report of this audit {happened}", _stage(step)]
    if reader == REVIEWER:
        said.append("The review is for you: please read report and dispute, and report what you find.")
    elif step["duty"]:
        said += _duty(step, reader)
    if step["by_its_raiser"] and reader in (Role.AUDIT_TEAM, Role.AUDIT_MANAGER):
        said.append(_BY_ITS_RAISER)
    return " ".join((*said, _BEHIND))


def _stage(step: Mapping[str, Any]) -> str:
    stage = f"{step['rung']} ({step['stage']})"
    return f"It stands at {stage}." if step["is_open"] else f"It had come to {stage}, and nothing more is asked."


def _duty(step: Mapping[str, Any], reader: str) -> list[str]:
    """What is asked of the reader, with its date; of whoever gets a copy nothing is, and no date is theirs."""
    said: list[str] = []
    if step["is_asked"]:
        others = [words_of(role) for role in step["together_with"]]
        also = f" together with the {listed(others)}" if others else ""
        said.append(f"It is for you{also}: {step['duty']}{_by(step)}.")
    else:
        whose = roles_in_words(tuple(step["owed_by"]))
        said.append(f"It is now for {whose} to {step['duty']}; this is for you to know.")
    may = step["may_say"].get(reader)
    if may:
        said.append(f"You may say now: {' or '.join(map(_quoted, may))}.")
    return said


def _quoted(event: str) -> str:
    return f'"{event}"'


def _by(step: Mapping[str, Any]) -> str:
    if not step["due_on"]:
        return ""
    day = day_in_words(date.fromisoformat(step["due_on"]))
    return f"; it was due by {day}" if step["is_overdue"] else f", by {day}"
