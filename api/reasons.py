"""Why something is so, as answers say it."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from rules.decisions import Reason


class ReasonGiven(BaseModel):
    """The rule, the clause of the council's framework and a sentence; "—" where the text is silent."""

    rule: Annotated[str, Field(examples=["S3"])]
    clause: Annotated[str, Field(examples=["2"])]
    sentence: str


class ShortfallTold(BaseModel):
    """Something that was asked for and could not be had, by the rule in the way."""

    rule: Annotated[str, Field(examples=["A3"])]
    sentence: str


def reasons_given(reasons: Iterable[Reason]) -> list[ReasonGiven]:
    """The rules' reasons in their order."""
    return [ReasonGiven(rule=reason.rule, clause=reason.clause, sentence=reason.sentence) for reason in reasons]
