"""How far somebody's permission reaches: the relations that count, and who stands in them (C4).

A reach is worked out once a request: which relations count is said by the table in api/access.py, and who stands
in them on the day by the database (`db/queries/standings.py`). What lies outside is not there for whoever asks: it is
in no list, no count and no cursor, and reading it by id is answered like an id that nobody has. The conditions stand in
db/queries/within_reach.py.
"""

import enum
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.queries import asker


class Relation(enum.StrEnum):
    """What somebody is to what they ask for, from the nearest to the widest."""

    ONESELF = "oneself"
    AS_PRACTITIONER = "as practitioner"
    AS_AUDITOR = "as auditor"
    AS_MODERATOR = "as moderator"
    IN_A_DISPUTE = "in a dispute"
    AS_AUDITORS_MANAGER = "as the auditor's manager"
    LINE_MANAGED = "line managed"
    OWN_TEAM = "own team"
    OWN_SERVICE = "own service"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is in the organisation on a day: their posts as holder, deputy or stand-in, resolved to ids.

    `teams` are those that they manage, with the teams that were merged into them; `services` those that they head.
    `formerly` are records of them under references that an alias has replaced (S10).
    """

    on: date = date.min
    person_id: uuid.UUID | None = None
    reference: str | None = None
    formerly: tuple[uuid.UUID, ...] = ()
    teams: tuple[uuid.UUID, ...] = ()
    services: tuple[str, ...] = ()

    @property
    def selves(self) -> tuple[uuid.UUID, ...]:
        """Every record of theirs; none for nobody."""
        return () if self.person_id is None else (self.person_id, *self.formerly)

    @property
    def is_nobody(self) -> bool:
        """Whether they are no person of this organisation, so that no relation of theirs counts."""
        return self.person_id is None


NOBODY = Standing()


class _Asker(Standing):
    """Whoever asks, in a statement that is made once and told with each request who that is (`Reach.told`)."""

    __slots__ = ()

    @property
    def selves(self) -> Any:
        return asker.SELVES

    @property
    def is_nobody(self) -> bool:
        return False


_ASKER = _Asker(on=asker.ON, teams=asker.TEAMS, services=asker.SERVICES)


@dataclass(frozen=True, slots=True)
class Reach:
    """The relations that count, and who stands in them."""

    relations: frozenset[Relation]
    standing: Standing = NOBODY

    @property
    def is_all(self) -> bool:
        return Relation.ALL in self.relations

    @property
    def counting(self) -> frozenset[Relation]:
        """What a statement that is made once is made for: the relations that let anything in."""
        if self.is_all:
            return EVERYTHING.relations
        return NOTHING.relations if self.standing.is_nobody else self.relations

    @property
    def told(self) -> dict[str, Any]:
        """Who asks, to be sent with a statement made for `reach_of_asker(self.counting)`."""
        who = self.standing
        return asker.told(who.on, who.selves, who.teams, who.services)


def reach_of_asker(counting: frozenset[Relation]) -> Reach:
    """The reach of whoever asks, for statements that are made once: making these conditions costs more than asking."""
    return Reach(counting, _ASKER)


EVERYTHING = Reach(frozenset({Relation.ALL}))
NOTHING = Reach(frozenset())
