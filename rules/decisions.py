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
