"""Why something is so, as answers say it."""

from typing import Annotated

from pydantic import BaseModel, Field


class ReasonGiven(BaseModel):
    """The rule, the clause of the council's framework and a sentence; "—" where the text is silent."""

    rule: Annotated[str, Field(examples=["S3"])]
    clause: Annotated[str, Field(examples=["2"])]
    sentence: str


class ShortfallTold(BaseModel):
    """Something that was asked for and could not be had, by the rule in the way."""

    rule: Annotated[str, Field(examples=["A3"])]
    sentence: str
