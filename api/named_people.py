"""Who the ids of an answer are, told once at its end, so that a screen need not ask for each (P4)."""

import uuid
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from db.queries.organisation_history import people_named
from usecases.work import Work

NAMED_EXAMPLE = {
    "id": "0199c0de-7a11-7000-8000-000000000003",
    "reference": "SYN-M021",
    "name": "Ada Samplewood",
}


class NamedPerson(BaseModel):
    """Somebody whose id stands in the answer."""

    id: uuid.UUID
    reference: str
    name: str


NamedPeople = Annotated[list[NamedPerson], Field(description="Everybody whose id stands in this answer")]


def named(work: Work, ids: Iterable[uuid.UUID | None]) -> list[NamedPerson]:
    """Everybody with these ids, by reference; None is nobody."""
    found = people_named(work.session, (it for it in ids if it is not None))
    return [NamedPerson(**it._asdict()) for it in found]
