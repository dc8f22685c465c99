"""What the rules library refuses, as a tree:

RulesError
├── PolicyError          a policy file that cannot be used; names file, key and what is allowed
└── Refusal              something that the framework, or plain sense, does not allow; has a code and a rule
    ├── InvalidFacts     facts that contradict themselves: every problem at once, each with a JSON pointer
    ├── OutsideCalendar  a date for which no bank holidays are known
    ├── NoSuchCycle      a month in which the programme has no audit cycle
    └── UnreadableLength a text that is no length of time (rules/lengths.py)
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was handed in.

    `pointer` is a JSON pointer (RFC 6901) into it, such as `/cases/3/practitioner_id`; `value` the offending value
    as text, cut short; `rule` the id of the rule it breaks, or None where it is plain sense.
    """

    pointer: str
    sentence: str
    value: str | None = None
    rule: str | None = None


class RulesError(Exception):
    """Anything that the rules library raises on purpose."""


class PolicyError(RulesError):
    """A policy file that cannot be used."""


class Refusal(RulesError):
    """Something that is not allowed; the sentence says what, why and the way out."""

    code = "refused"
    # Where in what was asked, once somebody who knows how it was asked has said so.
    place: Problem | None = None

    def __init__(self, sentence: str, *, rule: str | None = None, clause: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.rule = rule
        self.clause = clause


class InvalidFacts(Refusal):
    """Facts that contradict themselves, with every problem found."""

    code = "invalid_facts"

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0].sentence}{more}", rule=problems[0].rule)
        self.problems = tuple(problems)  # last: what else a refusal is may have problems of its own


class OutsideCalendar(Refusal):
    """A date for which no bank holidays are known: an error, never a guess."""

    code = "outside_calendar"


class NoSuchCycle(Refusal):
    """A month in which the programme has no audit cycle (P1)."""

    code = "no_such_cycle"
