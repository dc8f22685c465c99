"""What the theme of a cycle narrows new audits to: services, and attributes of cases (P2)."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from rules.dates_in_words import listed
from rules.errors import Problem

# As attributes are kept with a case: short codes, never what may be a sentence or a name (C3).
_SHORT_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


class Narrowing(NamedTuple):
    """An attribute of cases with the codes of it that a theme looks at: any of them will do."""

    attribute: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A case fits that is of one of the services, none meaning all, and fits every narrowing."""

    services: tuple[str, ...] = ()
    narrowings: tuple[Narrowing, ...] = ()

    @classmethod
    def of(cls, services: Collection[str], attributes: Mapping[str, Collection[str]]) -> Self:
        """The one value of a theme, in whatever order it was written."""
        return cls(tuple(sorted(services)), narrowings_of(attributes))

    @property
    def attributes(self) -> dict[str, list[str]]:
        """The narrowings by attribute, as they are stored and sent."""
        return {narrowing.attribute: list(narrowing.codes) for narrowing in self.narrowings}

    def why_outside(self, service_id: str, attributes: Mapping[str, str]) -> str | None:
        """In a sentence, why a case of that service with these attributes does not fit; None if it does."""
        if self.services and service_id not in self.services:
            return f"The theme of this cycle narrows it to {', '.join(self.services)}; this case is of {service_id}."
        for name, codes in self.narrowings:
            found = attributes.get(name)
            if found not in codes:
                looked_for = f"{name} {' or '.join(codes)}"
                return f"The theme of this cycle narrows it to cases with {looked_for}; this has {found or 'none'}."
        return None


# A cycle that looks at every open case.
EVERYTHING = Theme()


def narrowings_of(attributes: Mapping[str, Collection[str]]) -> tuple[Narrowing, ...]:
    """Attributes with their codes, each once and in order."""
    return tuple(Narrowing(name, tuple(sorted({*codes}))) for name, codes in sorted(attributes.items()))


def narrowing_problems(pointer: str, narrowings: Collection[Narrowing]) -> Iterator[Problem]:
    """What is wrong with attributes as somebody wrote them: names and codes are short codes, and none lacks codes."""
    for name, codes in narrowings:
        place = f"{pointer}/{name}" if _SHORT_CODE.fullmatch(name) else pointer
        for text in (name, *codes):
            if not _SHORT_CODE.fullmatch(text):
                sentence = (
                    f"{text!r:.60} is no short code: write small letters, digits and . _ - up to 40 characters, as the "
                    "mapping of the extract does."
                )
                yield Problem(place, sentence, text[:40], "P2")
        if not codes:
            yield Problem(place, f"{name:.40} names no code: name one, or leave it out.", None, "P2")


def codes_without_cases(month: str, narrowing: Narrowing, codes: Collection[str]) -> str:
    """That a theme looks for codes that no open case has, in a sentence."""
    return (
        f"The themed cycle {month} narrows by {narrowing.attribute} to {listed(narrowing.codes)}, and no open case of "
        f"the newest extract has {listed(sorted(codes))}: see whether the mapping of the extract writes it so."
    )
