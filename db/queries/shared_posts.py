"""What is owed by whoever holds a post with somebody: any of them may see to it (section 9, L13)."""

from sqlalchemy import ColumnElement, and_, exists, false, func, or_
from sqlalchemy.orm import aliased

from db.queries.organisation_days import runs_on
from db.queries.reaches import Standing
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.organisation import Post


def is_of_a_shared_post(who: Standing) -> ColumnElement[bool]:
    """Owed by another holder of a post of theirs, for an audit of its team or service that is neither of nor by them.

    A clock names one holder, while messages ask all of them.
    """
    theirs, other = aliased(Post), aliased(Post)
    is_shared = exists().where(
        other.person_id == Deadline.owed_by_id,
        other.role == Deadline.owed_by_role,
        theirs.role == other.role,
        theirs.person_id.in_(who.selves),
        or_(
            and_(theirs.team_id == other.team_id, other.team_id == Audit.team_id),
            and_(theirs.service_id == other.service_id, other.service_id == Audit.service_id),
        ),
        runs_on(theirs, who.on),
        runs_on(other, who.on),
    )
    is_own = or_(Audit.practitioner_id.in_(who.selves), func.coalesce(Audit.auditor_id.in_(who.selves), false()))
    return and_(is_shared, ~is_own)
