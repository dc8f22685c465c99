"""Audits: made from a draw, listed, and read one by one."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    UUID,
    Date,
    Integer,
    Row,
    Select,
    Text,
    bindparam,
    case,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from db.queries.audits_to_follow import is_disputed
from db.queries.page_sizes import AT_MOST
from db.queries.programme import cycle_of_audit
from db.queries.reaches import Reach, Relation, reach_of_asker
from db.queries.within_reach import audits_within
from db.tables.audits import Audit
from db.tables.organisation import Person, Team
from db.tables.programme import AuditCycle

# What differs between the audits of one draw, in the words of the frame: people, teams and audits by reference.
_EACH = {
    "reference": Text,
    "kind": Text,
    "case_reference": Text,
    "practitioner": Text,
    "team": Text,
    "auditor": Text,
    "window_from": Date,
    "window_to": Date,
    "re_audit_of": Text,
    "reasons": JSONB,
    "audit_tool_id": UUID,
}


class AuditMade(NamedTuple):
    """An audit that a draw made, with who is concerned by it."""

    id: uuid.UUID
    reference: str
    practitioner_id: uuid.UUID
    auditor_id: uuid.UUID
    team_id: uuid.UUID
    service_id: str


_practitioner, _auditor, _previous = aliased(Person), aliased(Person), aliased(Audit)
_replaced, _in_place = aliased(Audit), aliased(Audit)

_LISTED: Select[*tuple[Any, ...]] = (
    select(
        Audit.id,
        Audit.reference,
        Audit.kind,
        Audit.state,
        cycle_of_audit.label("cycle"),
        Audit.case_reference,
        _practitioner.reference.label("practitioner"),
        _practitioner.name.label("practitioner_name"),
        Team.reference.label("team"),
        Team.name.label("team_name"),
        Audit.service_id,
        _auditor.reference.label("auditor"),
        _auditor.name.label("auditor_name"),
        Audit.allocated_on,
        Audit.report_due_on,
        Audit.issued_on,
        Audit.sequence,
    )
    .join(_practitioner, _practitioner.id == Audit.practitioner_id)
    .join(Team, Team.id == Audit.team_id)
    .outerjoin(_auditor, _auditor.id == Audit.auditor_id)
    .outerjoin(AuditCycle, AuditCycle.id == Audit.cycle_id)
)

# Each filter of the list with the condition it adds.
_FILTERS = {
    "month": Audit.month == bindparam("month", type_=Date),
    "cycle": bindparam("cycle", type_=Text) == cycle_of_audit,
    "team": Team.reference == bindparam("team", type_=Text),
    "service": Audit.service_id == bindparam("service", type_=Text),
    "auditor": _auditor.reference == bindparam("auditor", type_=Text),
    "practitioner": _practitioner.reference == bindparam("practitioner", type_=Text),
    "state": Audit.state == bindparam("state", type_=Text),
    "kind": Audit.kind == bindparam("kind", type_=Text),
    "after": Audit.id < bindparam("after", type_=UUID),
}

_ONE = (
    _LISTED.add_columns(
        Audit.origin,
        Audit.draw_id,
        Audit.window_from,
        Audit.window_to,
        # Before it is issued a grade is a draft, which a practitioner never sees (3.5): nobody is told it here.
        case((Audit.issued_on.is_not(None), Audit.overall_grade)).label("overall_grade"),
        _previous.reference.label("re_audit_of"),
        Audit.reasons,
        Audit.version,
        Audit.withdrawn_at,
        Audit.withdrawn_by,
        Audit.withdrawn_because,
        _replaced.reference.label("replaces"),
        _in_place.reference.label("replaced_by"),
        Audit.re_audit_case_reference,
        is_disputed().label("is_disputed"),
    )
    .outerjoin(_previous, _previous.id == Audit.re_audit_of)
    .outerjoin(_replaced, _replaced.id == Audit.replaces_id)
    .outerjoin(_in_place, _in_place.replaces_id == Audit.id)
    .where(Audit.id == bindparam("id", type_=UUID))
)


def audits(session: Session, limit: int, reach: Reach, **filters: object) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the list within reach, the newest first; filters that are None are left out."""
    given = {name: value for name, value in filters.items() if value is not None}
    question = _page(frozenset(given), reach.counting)
    return session.execute(question, {**given, **reach.told, "limit": limit}).all()


@cache
def _page(filters: frozenset[str], counting: frozenset[Relation]) -> Select[*tuple[Any, ...]]:
    """The statement for these filters and reaches: made once, because making it costs as much as sending it."""
    narrowed = _within(_LISTED, counting).where(*(_FILTERS[name] for name in sorted(filters)))
    return narrowed.order_by(Audit.id.desc()).limit(AT_MOST)


def _within(question: Select[*tuple[Any, ...]], counting: frozenset[Relation]) -> Select[*tuple[Any, ...]]:
    return question if Relation.ALL in counting else question.where(audits_within(reach_of_asker(counting)))


def one_audit(session: Session, audit_id: uuid.UUID, reach: Reach) -> Row[*tuple[Any, ...]] | None:
    """One audit with everything that is told of it but its deadlines; None for one that is out of reach."""
    return session.execute(_one(reach.counting), {"id": audit_id, **reach.told}).first()


@cache
def _one(counting: frozenset[Relation]) -> Select[*tuple[Any, ...]]:
    return _within(_ONE, counting)


def make_audits(
    session: Session,
    alike: Mapping[str, Any],
    each: Sequence[Mapping[str, Any]],
) -> list[AuditMade]:
    """Makes the audits of a draw in one statement; one that names somebody unknown is not made.

    `alike` has what is the same for all (cycle, draw, month, allocated_on, report_due_on), `each` what differs.
    """
    made = session.execute(
        insert(Audit)
        .from_select(_MADE_COLUMNS, _to_make(alike, each))
        .returning(
            Audit.id,
            Audit.reference,
            Audit.practitioner_id,
            type_coerce(Audit.auditor_id, UUID),
            Audit.team_id,
            Audit.service_id,
        )
    )
    return [AuditMade(*row) for row in made]


def _to_make(alike: Mapping[str, Any], each: Sequence[Mapping[str, Any]]) -> Select[*tuple[Any, ...]]:
    """The rows of the new audits, in the order of `_MADE_COLUMNS`."""
    rows = func.jsonb_to_recordset(cast(literal(json.dumps(each, default=date.isoformat), Text), JSONB)).table_valued(
        *(column(name, kind) for name, kind in _EACH.items()), name="each"
    )
    each_row = rows.render_derived(with_types=True)
    practitioner, auditor, previous = aliased(Person), aliased(Person), aliased(Audit)
    return (
        select(
            each_row.c.reference,
            literal("drawn"),
            each_row.c.kind,
            literal("allocated"),
            *(literal(alike[name], Audit.__table__.c[name].type) for name in _ALIKE),
            each_row.c.case_reference,
            practitioner.id,
            Team.id,
            Team.service_id,
            auditor.id,
            each_row.c.window_from,
            each_row.c.window_to,
            previous.id,
            func.coalesce(previous.sequence + 1, literal(0, Integer)),
            each_row.c.reasons,
            each_row.c.audit_tool_id,
        )
        .join(practitioner, practitioner.reference == each_row.c.practitioner)
        .join(auditor, auditor.reference == each_row.c.auditor)
        .join(Team, Team.reference == each_row.c.team)
        .outerjoin(previous, previous.reference == each_row.c.re_audit_of)
        .order_by(each_row.c.reference)
    )


_ALIKE = ("cycle_id", "draw_id", "month", "allocated_on", "report_due_on")
_MADE_COLUMNS = [
    *("reference", "origin", "kind", "state", *_ALIKE, "case_reference", "practitioner_id", "team_id", "service_id"),
    *("auditor_id", "window_from", "window_to", "re_audit_of", "sequence", "reasons"),
    "audit_tool_id",
]
