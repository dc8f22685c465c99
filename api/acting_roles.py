"""As what somebody acts on an audit, by their permissions; how far each reaches (DESIGN §7)."""

from collections.abc import Mapping

from api.bearers import Actor
from api.permissions import Permission
from db.queries.reaches import Reach
from rules.roles import Role

_ACTING_WITH: Mapping[Role, Permission] = {
    Role.AUDITOR: Permission.CONDUCT_AUDITS,
    Role.PRACTITIONER: Permission.RESPOND_TO_REPORTS,
    Role.TEAM_MANAGER: Permission.DISCUSS_FINDINGS,
    Role.LINE_MANAGER: Permission.DISCUSS_FINDINGS,
    Role.HEAD_OF_SERVICE: Permission.CONFIRM_FINDINGS,
    Role.AUDIT_TEAM: Permission.CHECK_QUALITY,
    Role.AUDIT_MANAGER: Permission.CORRECT_REPORTS,
    Role.DIRECTOR: Permission.ORDER_RE_AUDITS,
}


def reaches_by_role(actor: Actor) -> dict[Role, Reach]:
    """How far somebody reaches as each role that moves audits."""
    return {role: actor.reach_of(permission) for role, permission in _ACTING_WITH.items()}
