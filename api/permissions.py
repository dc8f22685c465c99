"""Who may do what, as data: a table of roles, what each may do, and how far that reaches (DESIGN §7, FRAMEWORK C4).

Deny by default: a role may do what its row lists and nothing else, and a route without a permission fails a test.
"""

import enum
from collections.abc import Mapping
from types import MappingProxyType


class AppRole(enum.StrEnum):
    """What somebody is to the service. A role opens the door; how far it reaches is its scope."""

    ADMINISTRATOR = "administrator"
    AUDIT_MANAGER = "audit_manager"
    AUDIT_TEAM = "audit_team"
    AUDITOR = "auditor"
    PRACTITIONER = "practitioner"
    TEAM_MANAGER = "team_manager"
    HEAD_OF_SERVICE = "head_of_service"
    SENIOR_LEADER = "senior_leader"
    READER = "reader"
    CONNECTOR = "connector"
    OPERATOR = "operator"


class Permission(enum.StrEnum):
    """One thing that can be done over HTTP."""

    READ_RULES = "rules:read"
    DRAW_BY_RULES = "rules:draw"
    READ_POLICY = "policy:read"
    READ_OWN_ACCOUNT = "me:read"
    READ_JOBS = "jobs:read"
    RUN_JOBS = "jobs:run"
    READ_METRICS = "metrics:read"
    READ_ORGANISATION = "organisation:read"
    CHANGE_ORGANISATION = "organisation:change"
    READ_CASELOAD_IMPORTS = "caseload_imports:read"
    IMPORT_CASELOAD = "caseload_imports:make"
    READ_PROGRAMME = "programme:read"
    CHANGE_PROGRAMME = "programme:change"
    READ_CYCLES = "audit_cycles:read"
    OPEN_CYCLES = "audit_cycles:open"
    CLOSE_CYCLES = "audit_cycles:close"
    READ_DRAWS = "draws:read"
    DRAW = "draws:make"
    ISSUE_DRAWS = "draws:issue"
    READ_AUDITS = "audits:read"
    RECORD_PAST_AUDITS = "audits:record_past"
    READ_NOTICES = "notices:read"
    RETRY_NOTICES = "notices:retry"
    READ_TASKS = "tasks:read"
    CLOSE_TASKS = "tasks:close"


class Scope(enum.StrEnum):
    """How far a permission reaches, from the nearest to the widest."""

    OWN = "own"
    TEAM = "team"
    SERVICE = "service"
    ALL = "all"


_EVERYBODY = (Permission.READ_RULES, Permission.READ_POLICY, Permission.READ_OWN_ACCOUNT)
_ORGANISER = (
    *_EVERYBODY,
    Permission.DRAW_BY_RULES,
    Permission.READ_JOBS,
    Permission.READ_ORGANISATION,
    Permission.CHANGE_ORGANISATION,
    Permission.READ_CASELOAD_IMPORTS,
    Permission.IMPORT_CASELOAD,
    Permission.READ_PROGRAMME,
    Permission.CHANGE_PROGRAMME,
    Permission.READ_CYCLES,
    Permission.OPEN_CYCLES,
    Permission.CLOSE_CYCLES,
    Permission.READ_DRAWS,
    Permission.DRAW,
    Permission.ISSUE_DRAWS,
    Permission.READ_AUDITS,
    Permission.RECORD_PAST_AUDITS,
    Permission.READ_NOTICES,
    Permission.RETRY_NOTICES,
    Permission.READ_TASKS,
    Permission.CLOSE_TASKS,
)


def _all(*permissions: Permission) -> dict[Permission, Scope]:
    return dict.fromkeys(permissions, Scope.ALL)


def _staff(reach: Scope) -> dict[Permission, Scope]:
    """What a member of staff may see, as far as their post reaches."""
    return {
        **_all(*_EVERYBODY, Permission.READ_PROGRAMME, Permission.READ_CYCLES),
        Permission.READ_ORGANISATION: reach,
        Permission.READ_AUDITS: reach,
        Permission.READ_NOTICES: Scope.OWN,
    }


ACCESS: Mapping[AppRole, Mapping[Permission, Scope]] = MappingProxyType(
    {
        AppRole.ADMINISTRATOR: _all(*Permission),
        AppRole.AUDIT_MANAGER: _all(*_ORGANISER),
        AppRole.AUDIT_TEAM: _all(*_ORGANISER),
        AppRole.AUDITOR: _staff(Scope.OWN),
        AppRole.PRACTITIONER: _staff(Scope.OWN),
        AppRole.TEAM_MANAGER: _staff(Scope.TEAM),
        AppRole.HEAD_OF_SERVICE: _staff(Scope.SERVICE),
        AppRole.SENIOR_LEADER: _staff(Scope.ALL),
        AppRole.READER: _all(*_EVERYBODY, Permission.READ_PROGRAMME, Permission.READ_CYCLES),
        AppRole.CONNECTOR: _all(*_EVERYBODY, Permission.READ_CASELOAD_IMPORTS, Permission.IMPORT_CASELOAD),
        AppRole.OPERATOR: _all(*_EVERYBODY, Permission.READ_JOBS, Permission.RUN_JOBS, Permission.READ_METRICS),
    }
)

_WIDTH = {scope: width for width, scope in enumerate(Scope)}


def reach_of(roles: frozenset[AppRole], permission: Permission) -> Scope | None:
    """How far somebody with these roles may do it: as far as the widest of them says; None for not at all."""
    scopes = [ACCESS[role][permission] for role in roles if permission in ACCESS[role]]
    return max(scopes, key=_WIDTH.__getitem__, default=None)


def as_markdown() -> str:
    """The table as the page `docs/permissions.md`."""
    roles = list(AppRole)
    rows = (
        f"| `{permission.value}` | "
        + " | ".join(str(reach_of(frozenset({role}), permission) or "") for role in roles)
        + " |"
        for permission in Permission
    )
    return "\n".join(
        [
            "# Who may do what",
            "",
            "Made by `practice-audit permissions` from `api/permissions.py`; do not edit by hand. Empty: no.",
            "How far a permission reaches: `own` (oneself), `team`, `service`, `all`. Each path's permission stands in",
            "`docs/openapi.json` as `x-permission`.",
            "",
            "| permission | " + " | ".join(role.value.replace("_", " ") for role in roles) + " |",
            "|---|" + "---|" * len(roles),
            *rows,
            "",
        ]
    )
