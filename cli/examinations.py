"""What doctor finds: one part of an installation after the other, each well, worth knowing or wrong."""

import enum
from dataclasses import dataclass


class Verdict(enum.StrEnum):
    """How a part is: `wrong` ends doctor with 1."""

    WELL = "well"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Examined:
    """One part: how it is, in a sentence, and what to do if it isn't well. `rule` where the framework asks for it."""

    part: str
    verdict: Verdict
    sentence: str
    way_out: str | None = None
    rule: str | None = None


def well(part: str, sentence: str) -> Examined:
    return Examined(part, Verdict.WELL, sentence)


def note(part: str, sentence: str, way_out: str | None = None, rule: str | None = None) -> Examined:
    return Examined(part, Verdict.NOTE, sentence, way_out, rule)


def wrong(part: str, sentence: str, way_out: str, rule: str | None = None) -> Examined:
    return Examined(part, Verdict.WRONG, sentence, way_out, rule)
