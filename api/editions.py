"""Which edition of the framework answers: the installation's, unless `?edition=` names another."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from api.fields import Asked
from api.installation import Installation
from rules.errors import InvalidFacts, Problem
from rules.policy.load import editions, load_edition
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class EditionUsed:
    """An edition with the calendar that it makes."""

    policy: Policy
    calendar: WorkingDayCalendar
    place: str  # its name, or the folder that holds it

    @property
    def id(self) -> str:
        return self.policy.edition.id


class EditionAsked(Asked):
    """A question that may name the edition by which it is answered."""

    edition: Annotated[
        str | None,
        Field(description="Id of an edition; absent: the one in force", examples=["waltham_forest_2023"]),
    ] = None


def edition_used(installation: Installation, asked: str | None) -> EditionUsed:
    """The edition with that id; the installation's own for None. Raises InvalidFacts for an unknown one."""
    if asked is None or asked == installation.policy.edition.id:
        return EditionUsed(installation.policy, installation.calendar, installation.settings.policy)
    if asked not in editions():  # a name only, never a path
        sentence = f"There is no edition {asked[:60]!r}: give one of {', '.join(known_editions(installation))}."
        raise InvalidFacts([Problem("/edition", sentence, asked[:60])])
    return _shipped(asked)


def known_editions(installation: Installation) -> list[str]:
    """The ids that `?edition=` may name."""
    return sorted({installation.policy.edition.id, *editions()})


@lru_cache(maxsize=16)
def _shipped(name: str) -> EditionUsed:
    policy = load_edition(name)
    return EditionUsed(policy, WorkingDayCalendar.of_policy(policy.calendar), name)
