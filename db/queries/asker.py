"""Whoever asks, in statements that are made once and told with each request who that is (C4).

To make the conditions of a reach costs several times as much as to ask the database with them.
"""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Date, Text, Uuid, any_, bindparam, literal
from sqlalchemy.orm import InstrumentedAttribute

# Any, for they stand where those who ask with values have a date or ids.
ON: Any = bindparam("asker_on", type_=Date)
SELVES: Any = bindparam("asker_selves", type_=ARRAY(Uuid))
TEAMS: Any = bindparam("asker_teams", type_=ARRAY(Uuid))
SERVICES: Any = bindparam("asker_services", type_=ARRAY(Text))


def told(
    on: date, selves: Sequence[uuid.UUID], teams: Sequence[uuid.UUID], services: Sequence[str]
) -> dict[str, object]:
    """What is sent with a statement that knows the asker by the names above."""
    return {
        "asker_on": on,
        "asker_selves": list(selves),
        "asker_teams": list(teams),
        "asker_services": list(services),
    }


def among(what: ColumnElement[Any] | InstrumentedAttribute[Any], these: Any) -> ColumnElement[bool]:
    """Whether it is one of these; as an array, so that the statement is the same for however many."""
    values = these if isinstance(these, BindParameter) else literal(list(these), ARRAY(what.type))
    return what == any_(values)
