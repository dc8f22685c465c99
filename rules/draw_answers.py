"""What a draw answers: the shapes of `POST /v1/rules/draw`, every list in a fixed order.

Of the cases in a frame each is in exactly one of `drawn`, `reserves`, `excluded` and `not_reached`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.decisions import Reason


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """A case that is audited. `order` is the practitioner's position in their team's order, `ticket` their ticket."""

    case_id: str
    practitioner_id: str
    team_id: str
    auditor_id: str
    order: int
    ticket: str
    window_from: date
    window_to: date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ReAuditAnswer:
    """A re-audit of the list: given to an auditor, held over, or (neither) due and not admitted."""

    id: str
    auditor_id: str | None
    held_over: bool
    window_from: date
    window_to: date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Reserve:
    """A case that would be next, with the order continued from those drawn."""

    case_id: str
    practitioner_id: str
    team_id: str
    order: int
    ticket: str


@dataclass(frozen=True, slots=True)
class Excluded:
    """A case that could not be drawn, and the rule that kept it out."""

    case_id: str
    rule: str
    clause: str
    sentence: str


@dataclass(frozen=True, slots=True)
class NotReached:
    """A further case of a practitioner who is drawn or in reserve with another."""

    case_id: str


@dataclass(frozen=True, slots=True)
class Quota:
    """What a team could have given and what it gives."""

    team_id: str
    eligible_practitioners: int
    seats: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Something that was asked for and could not be done, by name of the rule in the way."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Objective:
    """What an assignment costs, in order of weight (A3); as weights, what one of each counts."""

    load: int
    first_auditors: int
    repeats: int

    def weighed(self, weights: "Objective") -> int:
        """The cost as one number."""
        return self.load * weights.load + self.first_auditors * weights.first_auditors + self.repeats * weights.repeats


@dataclass(frozen=True, slots=True)
class AuditorPrice:
    """The price of an auditor in the certificate."""

    auditor_id: str
    price: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why no other assignment of the same audits costs less, and why more could not be assigned.

    `prices` has every auditor with capacity; `exhausted` those full with audits that nobody outside it may do.
    """

    weights: Objective
    prices: tuple[AuditorPrice, ...]
    exhausted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw: what was chosen, for whom, and why everything else was not."""

    edition: str
    frame_hash: str
    seed: str
    size_asked: int
    size_drawn: int
    drawn: tuple[DrawnCase, ...]
    re_audits: tuple[ReAuditAnswer, ...]
    reserves: tuple[Reserve, ...]
    excluded: tuple[Excluded, ...]
    not_reached: tuple[NotReached, ...]
    quotas: tuple[Quota, ...]
    shortfalls: tuple[Shortfall, ...]
    objective: Objective
    certificate: Certificate


def as_plain(answer: Any) -> Any:
    """The answer in dictionaries, lists, texts and numbers, ready for JSON; dates as ISO 8601."""
    if isinstance(answer, str | int | None):
        return answer
    if isinstance(answer, tuple | list):
        return [as_plain(item) for item in answer]
    if isinstance(answer, date):
        return answer.isoformat()
    return {name: as_plain(getattr(answer, name)) for name in answer.__dataclass_fields__}
