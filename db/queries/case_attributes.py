"""Which codes of an attribute the open cases have (P2, C1)."""

from collections.abc import Collection

from sqlalchemy import Text, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from db.tables.caseload import Involvement


def codes_in_use(session: Session, attribute: str, codes: Collection[str]) -> set[str]:
    """Those of the codes that at least one case of the newest extract has."""
    code = func.unnest(literal([*codes], ARRAY(Text))).column_valued("code")
    has_it = select(Involvement.id).where(
        Involvement.gone_import_id.is_(None),
        Involvement.attributes != literal({}, JSONB),
        Involvement.attributes.contains(func.jsonb_build_object(literal(attribute, Text), code)),
    )
    return set(session.scalars(select(code).where(has_it.exists())))
