"""How many rows a page has, told to PostgreSQL in a way that lets it plan well.

The number stands in the statement itself. As a parameter it would leave open how much is asked, and PostgreSQL would
plan each request anew.
"""

from typing import Any, Final

from sqlalchemy import BindParameter, Integer, bindparam, literal

# For statements that are made once: `.limit(AT_MOST)`, and `limit` among what is sent with them.
AT_MOST: Final[BindParameter[int]] = bindparam("limit", type_=Integer, literal_execute=True)


def at_most(rows: int) -> BindParameter[Any]:
    """For statements that are made with each request: `.limit(at_most(51))`."""
    return literal(rows, Integer, literal_execute=True)
