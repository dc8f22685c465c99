"""The sweep's questions: deadlines that have something to say, what was said of them, and whom it was owed (L13).

A batch is taken with SKIP LOCKED and written back in one statement, so that any number of sweepers share the work, and
one that dies leaves nothing half done. The key of a crossing sees to it that each happens once. Ids go as text and in
groups of those of which the same is said: making objects of each costs more than the database does.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Row, Text, Uuid, bindparam, cast, func, select, text
from sqlalchemy.orm import Session

from db.queries.aliases import current_person
from db.queries.notices import NO_ADDRESS
from db.queries.safety_alerts import alert_called
from db.tables.audits import Audit
from db.tables.deadlines import Deadline, DeadlineCrossing
from db.tables.organisation import Team
from db.tables.safety_alerts import SafetyAlert

_TO_LOOK_AT = (
    select(
        cast(Deadline.id, Text).label("id"),
        Deadline.rule,
        Deadline.started_on,
        Deadline.due_on,
        Deadline.state,
        cast(current_person(Deadline.owed_by_id), Text).label("asked_of_id"),
        Deadline.owed_by_role,
    )
    .where(Deadline.state.in_(("running", "overdue")), Deadline.next_look_on <= bindparam("today"))
    .order_by(Deadline.next_look_on, Deadline.id)
    .limit(bindparam("at_most"))
    .with_for_update(of=Deadline, skip_locked=True)
)
_IDS = (
    func.unnest(cast(bindparam("ids", type_=ARRAY(Text)), ARRAY(Uuid))).table_valued("id", name="ids").render_derived()
)
_SAID = select(cast(DeadlineCrossing.deadline_id, Text), DeadlineCrossing.due_on, DeadlineCrossing.kind).join(
    _IDS, _IDS.c.id == DeadlineCrossing.deadline_id
)
_CONCERNED = (
    select(
        cast(Deadline.id, Text).label("id"),
        cast(Audit.id, Text).label("audit_id"),
        Deadline.dispute_id.is_not(None).label("is_of_dispute"),
        Deadline.time_limit,
        cast(SafetyAlert.id, Text).label("alert_id"),
        func.coalesce(Audit.reference, alert_called()).label("audit"),
        current_person(func.coalesce(Audit.practitioner_id, SafetyAlert.practitioner_id)).label("practitioner_id"),
        current_person(func.coalesce(Audit.auditor_id, SafetyAlert.raised_by_id)).label("auditor_id"),
        func.coalesce(Audit.team_id, SafetyAlert.team_id).label("team_id"),
        func.coalesce(Audit.service_id, Team.service_id).label("service_id"),
    )
    .outerjoin(Audit, Audit.id == Deadline.audit_id)
    .outerjoin(SafetyAlert, SafetyAlert.id == Deadline.safety_alert_id)
    .outerjoin(Team, Team.id == SafetyAlert.team_id)
    .join(_IDS, _IDS.c.id == Deadline.id)
)


@dataclass(slots=True)
class Looked:
    """How deadlines stand after they were looked at."""

    state: str
    next_look_on: date | None
    ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Said:
    """Something that is said of deadlines with one due date, and how notices of it go out."""

    kind: str
    due_on: date
    crossed_on: date
    rule: str
    clause: str
    event: str
    send_window: str
    due_at: datetime
    is_owed: bool  # to whoever owes the duty: said no more when somebody else does
    ids: list[str] = field(default_factory=list)


class Saved(NamedTuple):
    """How many new crossings there are by event, and who could not be told for want of an address (A5)."""

    crossed: Mapping[str, int]
    without_address: Sequence[UUID]


def deadlines_to_look_at(session: Session, today: date, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Up to `limit` open deadlines whose day has come, the longest due first, held; none that another sweeper holds."""
    return session.execute(_TO_LOOK_AT, {"today": today, "at_most": limit}).all()


def said_of(session: Session, deadline_ids: Sequence[str]) -> dict[tuple[str, date], set[str]]:
    """The kinds of what was said before, by deadline and the due date for which it was said."""
    said: dict[tuple[str, date], set[str]] = defaultdict(set)
    for deadline_id, due_on, kind in session.execute(_SAID, {"ids": deadline_ids}):
        said[deadline_id, due_on].add(kind)
    return said


def audits_concerned(session: Session, deadline_ids: Sequence[str]) -> dict[str, Row[*tuple[Any, ...]]]:
    """Whose audit each of these deadlines is of, by the deadline's id; nobody's where an alert is about no audit."""
    return {row.id: row for row in session.execute(_CONCERNED, {"ids": deadline_ids})}


_ALERT_CALLED = """(SELECT 'SA-' || extract(year FROM s.raised_on) || '-' || lpad(s.number::text, greatest(4,
    length(s.number::text)), '0') FROM safety_alerts s WHERE s.id = d.safety_alert_id)"""
# What was crossed before by another sweeper is told by nobody here: notices follow the crossings that are new.
_SAVE = text(
    f"""
WITH looked AS (
    UPDATE deadlines d SET state = looked.state, next_look_on = looked.next_look_on
    FROM jsonb_to_recordset(CAST(:looked AS jsonb)) AS looked (state text, next_look_on date, ids uuid[]),
        unnest(looked.ids) AS each (id)
    WHERE d.id = each.id
), said AS (
    SELECT * FROM jsonb_to_recordset(CAST(:said AS jsonb))
        AS said (kind text, due_on date, crossed_on date, rule text, clause text, event text, send_window text,
            due_at timestamptz, is_owed boolean, ids uuid[])
), crossed AS (
    INSERT INTO deadline_crossings (deadline_id, kind, due_on, crossed_on, crossed_at, rule, clause)
    SELECT each.id, said.kind, said.due_on, said.crossed_on, :now, said.rule, said.clause
    FROM said, unnest(said.ids) AS each (id)
    ON CONFLICT (deadline_id, kind, due_on) DO NOTHING
    RETURNING id, deadline_id, kind, due_on, rule
), told AS (
    INSERT INTO notices (idempotency_key, event, send_window, recipient_id, address, cycle_id, deadline_id, content,
        state, created_at, next_attempt_at, last_error)
    SELECT concat(crossed.kind, ':', crossed.id, ':', each.whom), said.event, said.send_window, each.whom, each.address,
        a.cycle_id, d.id,
        jsonb_build_object('letter', 'reminder', 'event', said.event, 'kind', said.kind, 'rule', d.rule,
            'due_on', d.due_on, 'dispute_id', d.dispute_id, 'safety_alert_id', d.safety_alert_id,
            'moderated_audit_id', d.moderated_audit_id, 'audit_id', a.id, 'month', a.month,
            'audit', coalesce(a.reference, {_ALERT_CALLED}),
            'as', each.reader, 'is_owed', said.is_owed, 'owed_by_id', d.owed_by_id,
            'standing_in', coalesce(each.standing_in, '[]'),
            'passed_on_by', each.passed_on_by),
        CASE WHEN each.address IS NULL THEN 'parked' ELSE 'pending' END, :now, said.due_at,
        CASE WHEN each.address IS NULL THEN '{NO_ADDRESS}' END
    FROM jsonb_to_recordset(CAST(:told AS jsonb))
        AS each (id uuid, kind text, whom uuid, reader text, address text, standing_in jsonb, passed_on_by text)
    JOIN crossed ON crossed.deadline_id = each.id AND crossed.kind = each.kind
    JOIN said ON said.kind = crossed.kind AND said.due_on = crossed.due_on AND said.rule = crossed.rule
    JOIN deadlines d ON d.id = each.id
    LEFT JOIN audits a ON a.id = d.audit_id
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING recipient_id, state
)
SELECT said.event, count(*) AS times, CAST(NULL AS uuid) AS parked_for
FROM crossed JOIN said ON said.kind = crossed.kind AND said.due_on = crossed.due_on AND said.rule = crossed.rule
GROUP BY said.event
UNION ALL SELECT NULL, 0, recipient_id FROM told WHERE state = 'parked' GROUP BY recipient_id
"""
)


def save_batch(
    session: Session,
    now: datetime,
    looked: Collection[Looked],
    said: Collection[Said],
    told: Sequence[Mapping[str, Any]],
) -> Saved:
    """Saves a batch in one statement.

    Each of `told` is one notice: `id` of the deadline, `kind` of what is said, to `whom`, `reader` as what, at which
    `address`, and if need be why they stand in, and for whose team it is passed on.
    """
    given = {"now": now, "looked": _json(map(_plain, looked)), "said": _json(map(_plain, said)), "told": _json(told)}
    rows = session.execute(_SAVE, given).all()
    return Saved(
        {row.event: row.times for row in rows if row.event}, [row.parked_for for row in rows if row.parked_for]
    )


def _plain(group: Looked | Said) -> dict[str, Any]:
    return {name: getattr(group, name) for name in group.__slots__}


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, default=str)
