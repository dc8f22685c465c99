"""Why something is so: the rule, the clause of the council's framework and a sentence a person can read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a date, a choice or a refusal.

    `rule` is the stable id of FRAMEWORK.md ("S3"); `clause` is where the council's own text says it,
    or "—" where the text is silent and we decided; `sentence` holds the arithmetic in plain English.
    """

    rule: str
    clause: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a move comes to: refused, with the rule against it; or the new state and what follows from it.

    `deadlines_end` says why the running clocks are owed no more, None where they run on; `told` are the roles that hear
    of it.
    """

    state: str
    reasons: tuple[Reason, ...]
    refused: Reason | None = None
    deadlines_end: Reason | None = None
    told: tuple[str, ...] = ()
