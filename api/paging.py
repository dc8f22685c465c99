"""Lists come in pages: `limit` rows, and a cursor that continues where the page ended.

A cursor is opaque to clients. It holds the id of the last row; ids are UUIDv7, so their order is the order in which
the rows were made, and a row added meanwhile never shifts a page.
"""

import base64
import binascii
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Protocol, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from rules.errors import InvalidFacts, Problem

DEFAULT_LIMIT = 50
MOST_ROWS = 200

Item = TypeVar("Item", bound=BaseModel)
Row = TypeVar("Row")


class NamedColumns(Protocol):
    """A row as the database gave it."""

    @property
    def _fields(self) -> tuple[str, ...]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Page(BaseModel, Generic[Item]):
    """A page of a list; `next` is the cursor of the page after it, null on the last."""

    items: list[Item]
    next: Annotated[str | None, Field(description="Give it as `cursor` to read on; null on the last page")] = None


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which page was asked for: the rows after `after`. Queries fetch one more than `limit` to see if there is more."""

    after: uuid.UUID | None
    limit: int
    request: Request
    response: Response

    @property
    def rows_to_fetch(self) -> int:
        return self.limit + 1

    def page(
        self, rows: Sequence[Row], to_item: Callable[[Row], Item], id_of: Callable[[Row], uuid.UUID]
    ) -> Page[Item]:
        """The page from the rows that a query with `after` and `rows_to_fetch` gave; sets the Link header."""
        cursor, headers = self._following(rows, id_of)
        self.response.headers.update(headers)
        return Page[Any](items=[to_item(row) for row in rows[: self.limit]], next=cursor)

    def page_as_stored(self, rows: Sequence[NamedColumns], id_of: Callable[[Any], uuid.UUID]) -> Response:
        """The same answer, of rows whose columns are the fields of the model, in its order.

        For long lists: a model made of each row and written out again costs more than all the rest of the request.
        """
        cursor, headers = self._following(rows, id_of)
        items = [dict(zip(row._fields, row, strict=True)) for row in rows[: self.limit]]
        return Response(to_json({"items": items, "next": cursor}), headers=headers, media_type="application/json")

    def _following(
        self, rows: Sequence[Row], id_of: Callable[[Row], uuid.UUID]
    ) -> tuple[str | None, Mapping[str, str]]:
        """The cursor of the page after this one, and the header that leads there."""
        if len(rows) <= self.limit:
            return None, {}
        cursor = cursor_after(id_of(rows[self.limit - 1]))
        following = self.request.url.include_query_params(cursor=cursor)
        return cursor, {"Link": f'<{following.path}?{following.query}>; rel="next"'}


def cursor_after(last: uuid.UUID) -> str:
    """The cursor of the page that begins after this row."""
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def _row_of(cursor: str) -> uuid.UUID:
    try:
        return uuid.UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        sentence = "The cursor is not one of ours: give the `next` of the page before, or leave it out to begin."
        raise InvalidFacts([Problem("/cursor", sentence, cursor[:60])]) from None


async def _page_asked(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(description="The `next` of the page before")] = None,
) -> PageAsked:
    return PageAsked(_row_of(cursor) if cursor else None, limit, request, response)


PageDep = Annotated[PageAsked, Depends(_page_asked)]
