"""What every table shares: the naming of constraints, the kinds of columns, and the base class."""

import datetime as dt
import uuid
from typing import Annotated, Any, ClassVar

from sqlalchemy import DateTime, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# UUIDv7 made by the database: unique anywhere, in the order in which rows were made.
Id = Annotated[uuid.UUID, mapped_column(primary_key=True, server_default=text("uuidv7()"))]


class Base(DeclarativeBase):
    """A row. Relations never load silently: what a question needs, its query joins."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        dt.datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
    }
