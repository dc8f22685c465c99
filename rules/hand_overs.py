"""What becomes of each thing that somebody holds when they leave: it ends, passes on or waits (P4, A4, S9).

Nobody is given a duty over their own work (FRAMEWORK, Words): whoever an item concerns never takes it.
"""

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.policy.shape import Policy

_ONE_DAY = timedelta(days=1)


class Holding(enum.StrEnum):
    """What somebody can hold, in the order in which a hand-over goes through it."""

    POST = "post"
    DEPUTY = "deputy"
    LINE_MANAGES = "line_manages"
    STANDS_IN = "stands_in"
    LINE_MANAGED = "line_managed"
    TEAM_MEMBER = "team_member"
    AUDITOR = "auditor"
    ABSENT = "absent"
    AUDITS = "audits"
    MODERATES = "moderates"
    DUTY = "duty"
    AUDITED = "audited"


class Outcome(enum.StrEnum):
    """What becomes of one thing."""

    ENDS = "ends"
    PASSES_ON = "passes_on"
    STAYS = "stays"
    TO_BE_DECIDED = "to_be_decided"


# Each with its rule, whether somebody else can take it, and what happens when nobody does.
_RULES = {
    Holding.POST: "P4",
    Holding.DEPUTY: "N1",
    Holding.LINE_MANAGES: "A2",
    Holding.STANDS_IN: "N1",
    Holding.LINE_MANAGED: "A2",
    Holding.TEAM_MEMBER: "S3",
    Holding.AUDITOR: "A3",
    Holding.ABSENT: "S9",
    Holding.AUDITS: "A4",
    Holding.MODERATES: "M2",
    Holding.DUTY: "A4",
    Holding.AUDITED: "S9",
}
_NEVER_WITHOUT = (Holding.AUDITS, Holding.MODERATES, Holding.DUTY)
_PASSED_ON = (Holding.POST, Holding.DEPUTY, Holding.LINE_MANAGES, Holding.STANDS_IN, *_NEVER_WITHOUT)
_WITHOUT = {
    Holding.POST: "the post is vacant from then on, and the next role up is told instead",
    Holding.DEPUTY: "the post has no deputy from then on",
    Holding.LINE_MANAGES: "their team's manager, or who is next up, is their line manager from then on",
    Holding.STANDS_IN: "the deputies of their posts stand in from then on",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that somebody holds after their last day, in words without names.

    `concerned` are the people whose own work or post it is; `due_on` the day by which an audit or a duty is done.
    """

    holding: Holding
    called: str
    concerned: frozenset[str] = frozenset()
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """What becomes of it, who has it from the day after the last one on (audits and duties: at once), and why."""

    outcome: Outcome
    successor: str | None
    reason: Reason


def passed_on(held: Held, last_day_on: date, successor: str | None, policy: Policy) -> Passed:
    """What becomes of one thing when its holder leaves after that day and `successor` is to have it."""
    outcome, taker, sentence = _decided(held, last_day_on, successor)
    return Passed(outcome, taker, policy.reason(_RULES[held.holding], f"{_capital(held.called)}: {sentence}."))


def _decided(held: Held, last_day_on: date, successor: str | None) -> tuple[Outcome, str | None, str]:
    since = day_in_words(last_day_on + _ONE_DAY)
    if held.holding is Holding.AUDITED:
        return (
            Outcome.TO_BE_DECIDED,
            None,
            "its practitioner leaves, and the audit team withdraws it or has the next in reserve take its place",
        )
    if held.due_on is not None and held.due_on <= last_day_on:
        return Outcome.STAYS, None, f"due on {day_in_words(held.due_on)}, while they are still there"
    if held.holding not in _PASSED_ON:
        return Outcome.ENDS, None, f"ends on {day_in_words(last_day_on)}"
    if successor is not None and successor not in held.concerned:
        when = "at once" if held.holding in _NEVER_WITHOUT else f"on {since}"
        return Outcome.PASSES_ON, successor, f"passes to the successor {when}"
    return _without(held, is_concerned=successor is not None)


def _without(held: Held, *, is_concerned: bool) -> tuple[Outcome, str | None, str]:
    because = "the successor is concerned by it and nobody owes a duty to themselves" if is_concerned else ""
    if held.holding in _NEVER_WITHOUT:
        return Outcome.TO_BE_DECIDED, None, f"{because or 'no successor is named'}, so somebody else is to be found"
    return Outcome.ENDS, None, f"{because}; {_WITHOUT[held.holding]}" if because else f"ends; {_WITHOUT[held.holding]}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
