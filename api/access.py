"""Who may do what, as one table: role × permission × relation (DESIGN §7, FRAMEWORK C4).

Deny by default: a role may do what its row lists and nothing else, and a route without a permission fails a test. A
role opens the door; the relations say to what: `ALL`, or only what somebody stands in that relation to.

To add a route: choose its permission, or add one to `Permission` and to the rows of `ACCESS` that have it. A route that
is open to less than ALL says `requires(..., is_narrowed=True)`, hands `work.reach` to its query, which narrows by a
condition of db/queries/within_reach.py, and answers what lies outside with NotFound. tests/api/test_access_matrix.py
then asks for what it shows in each relation: add the rows that it should find to `RELATED` there; it fails until then.
"""

from collections.abc import Mapping
from types import MappingProxyType

from api.app_roles import AppRole
from api.permissions import NEVER_GRANTED, Permission
from db.queries.reaches import Relation

_EVERYBODY = (Permission.READ_RULES, Permission.READ_POLICY, Permission.READ_OWN_ACCOUNT)


_ORGANISER = (
    *_EVERYBODY,
    Permission.DRAW_BY_RULES,
    Permission.READ_JOBS,
    Permission.READ_ORGANISATION,
    Permission.CHANGE_ORGANISATION,
    Permission.READ_CASELOAD_IMPORTS,
    Permission.IMPORT_CASELOAD,
    Permission.READ_ALIASES,
    Permission.CHANGE_ALIASES,
    Permission.READ_PROGRAMME,
    Permission.CHANGE_PROGRAMME,
    Permission.CHANGE_AUDIT_TOOLS,
    Permission.READ_CYCLES,
    Permission.READ_CYCLE_FIGURES,
    Permission.ARRANGE_EXTRA_CYCLES,
    Permission.OPEN_CYCLES,
    Permission.CLOSE_CYCLES,
    Permission.WITHDRAW_CYCLES,
    Permission.READ_DRAWS,
    Permission.DRAW,
    Permission.ISSUE_DRAWS,
    Permission.READ_AUDITS,
    Permission.READ_REPORTS,
    Permission.READ_REPORTS_BEFORE_ISSUE,
    Permission.RECORD_PAST_AUDITS,
    Permission.WITHDRAW_AUDITS,
    Permission.CHANGE_AUDITORS,
    Permission.CHECK_QUALITY,
    Permission.READ_DRAFTS,
    Permission.READ_FEEDBACK,
    Permission.CHECK_CASE_NOTES,
    Permission.CHOOSE_RE_AUDIT_CASES,
    Permission.CLOSE_AUDITS,
    Permission.READ_DISPUTES,
    Permission.RAISE_DISPUTES,
    Permission.ACT_ON_DISPUTES,
    Permission.DRAW_MODERATION,
    Permission.READ_MODERATION,
    Permission.READ_NOTICES,
    Permission.RETRY_NOTICES,
    Permission.REPORT_BOUNCES,
    Permission.READ_CASE_COMMANDS,
    Permission.SETTLE_CASE_COMMANDS,
    Permission.RETRY_CASE_COMMANDS,
    Permission.READ_TASKS,
    Permission.CLOSE_TASKS,
    Permission.RAISE_SAFETY_ALERTS,
    Permission.READ_SAFETY_ALERTS,
    Permission.ESCALATE_SAFETY_ALERTS,
)


_ACCESS_KEEPER = (
    Permission.READ_ACCOUNTS,
    Permission.LINK_ACCOUNTS,
    Permission.READ_API_KEYS,
    Permission.MAKE_API_KEYS,
)


Relations = frozenset[Relation]


_ALL: Relations = frozenset({Relation.ALL})


# What the audit manager alone of the audit team may: look beyond a service area (A4), correct an issued report (L15),
# and record the director's word (P2, R2).
_AUDIT_MANAGER = (
    Permission.WIDEN_AUDITOR_SEARCH,
    Permission.CORRECT_REPORTS,
    Permission.CONSENT_TO_DISPUTES,
    Permission.ORDER_RE_AUDITS,
    Permission.CANCEL_CYCLES,
    Permission.PUBLISH_AUDIT_TOOLS,
    Permission.REFER_SAFETY_ALERTS,
)


def _all(*permissions: Permission) -> dict[Permission, Relations]:
    return dict.fromkeys(permissions, _ALL)


def _staff(audits: Relations, people: Relations | None = None) -> dict[Permission, Relations]:
    """What a member of staff may see: these audits, these people beside oneself, one's own notices and alerts.

    To raise a safety alert is for all of them, whosever case it is (W7). Who opens a dispute, and who says a step of
    it, is decided by post on the day, so that a refusal names them (D7): anybody may be a judge's deputy.
    """
    oneself = frozenset({Relation.ONESELF})
    # Anybody may be asked for an independent review, or judge as a deputy: the report and the dispute of it (D3, D7).
    audits = audits if audits == _ALL else audits | {Relation.IN_A_DISPUTE}
    # The figures of a cycle tell of every team, and its shortfalls of people by their references.
    figures = (Permission.READ_CYCLE_FIGURES,) if audits == _ALL else ()
    return {
        **_all(*_EVERYBODY, Permission.READ_PROGRAMME, Permission.READ_CYCLES, *figures),
        Permission.READ_ORGANISATION: _ALL if people == _ALL else oneself | (people or frozenset()),
        Permission.READ_AUDITS: audits,
        Permission.READ_REPORTS: audits,
        **dict.fromkeys((Permission.READ_DISPUTES, Permission.RAISE_DISPUTES, Permission.ACT_ON_DISPUTES), audits),
        Permission.READ_NOTICES: oneself,
        Permission.RAISE_SAFETY_ALERTS: _ALL,
        Permission.READ_SAFETY_ALERTS: oneself,
    }


def _answering(alerts: Relations) -> dict[Permission, Relations]:
    """A manager of some rung of safety alerts: those of their own, and those that they are told of (W1 to W4)."""
    reach = frozenset({Relation.ONESELF}) | alerts
    return {Permission.READ_SAFETY_ALERTS: reach, Permission.ACT_ON_SAFETY_ALERTS: reach}


def _moderating(row: Mapping[Permission, Relations]) -> dict[Permission, Relations]:
    """A role that senior leaders have, who moderate: their own moderations, with audit and report of each (M2)."""
    own = frozenset({Relation.AS_MODERATOR})
    concerned = {
        permission: row[permission] | (frozenset() if row[permission] == _ALL else own)
        for permission in (Permission.READ_AUDITS, Permission.READ_REPORTS)
    }
    return {**row, **concerned, Permission.MODERATE: own, Permission.READ_MODERATION: own}


def _manager(reach: Relations) -> dict[Permission, Relations]:
    """Beside what they see of their people's audits: to discuss the findings (L10), and who audits instead (A4)."""
    return {
        **_staff(reach, reach),
        **_answering(reach - {Relation.LINE_MANAGED}),
        Permission.CHANGE_AUDITORS: frozenset({Relation.AS_AUDITORS_MANAGER}),
        Permission.DISCUSS_FINDINGS: reach,
        Permission.KEEP_PLANS: reach,
        Permission.READ_FEEDBACK: frozenset({Relation.ONESELF, Relation.OWN_TEAM}),
    }


_TEAM: Relations = frozenset({Relation.OWN_TEAM, Relation.LINE_MANAGED})


_SERVICE: Relations = frozenset({Relation.OWN_SERVICE, Relation.LINE_MANAGED})


ACCESS: Mapping[AppRole, Mapping[Permission, Relations]] = MappingProxyType(
    {
        AppRole.ADMINISTRATOR: _all(*Permission),
        AppRole.AUDIT_MANAGER: _all(*_ORGANISER, *_AUDIT_MANAGER, *_ACCESS_KEEPER, Permission.READ_TRAIL),
        AppRole.AUDIT_TEAM: _all(*_ORGANISER),
        AppRole.AUDITOR: {
            **_staff(frozenset({Relation.AS_AUDITOR})),
            Permission.READ_SAFETY_ALERTS: frozenset({Relation.ONESELF, Relation.AS_AUDITOR}),
            Permission.CONDUCT_AUDITS: frozenset({Relation.AS_AUDITOR}),
            Permission.READ_CASE_COMMANDS: frozenset({Relation.AS_AUDITOR}),
            Permission.SETTLE_CASE_COMMANDS: frozenset({Relation.AS_AUDITOR}),
            Permission.READ_REPORTS_BEFORE_ISSUE: frozenset({Relation.AS_AUDITOR}),
            # Once there is feedback on an audit of theirs (M4).
            Permission.READ_MODERATION: frozenset({Relation.AS_AUDITOR}),
        },
        AppRole.PRACTITIONER: {
            **_staff(frozenset({Relation.AS_PRACTITIONER})),
            Permission.RESPOND_TO_REPORTS: frozenset({Relation.AS_PRACTITIONER}),
            Permission.KEEP_PLANS: frozenset({Relation.AS_PRACTITIONER}),
            Permission.READ_FEEDBACK: frozenset({Relation.ONESELF}),
        },
        AppRole.TEAM_MANAGER: _manager(_TEAM),
        AppRole.HEAD_OF_SERVICE: {**_moderating(_manager(_SERVICE)), Permission.CONFIRM_FINDINGS: _SERVICE},
        AppRole.ASSISTANT_DIRECTOR: {
            **_moderating(_staff(_SERVICE, _SERVICE)),
            **_answering(frozenset({Relation.OWN_SERVICE})),
            Permission.REFER_SAFETY_ALERTS: frozenset({Relation.ONESELF, Relation.OWN_SERVICE}),
        },
        AppRole.PRINCIPAL_SOCIAL_WORKER: _moderating(_staff(_ALL, _ALL)),
        # To order is the director's, and of the senior leaders only who has that post, or takes its place, is one (R2).
        AppRole.SENIOR_LEADER: {
            **_moderating(_staff(_ALL, _ALL)),
            Permission.ORDER_RE_AUDITS: _ALL,
            # An assistant director may have this role alone, and then turns to the director too (W3, W4).
            **_answering(frozenset({Relation.OWN_SERVICE})),
            Permission.REFER_SAFETY_ALERTS: frozenset({Relation.ONESELF, Relation.OWN_SERVICE}),
        },
        AppRole.READER: _all(*_EVERYBODY, Permission.READ_PROGRAMME, Permission.READ_CYCLES),
        AppRole.CONNECTOR: _all(
            *_EVERYBODY,
            Permission.READ_CASELOAD_IMPORTS,
            Permission.IMPORT_CASELOAD,
            # Not to read commands: it sees those alone that it leases, and their files (C4).
            Permission.CARRY_OUT_CASE_COMMANDS,
        ),
        AppRole.CONNECTOR_READER: _all(*_EVERYBODY, Permission.READ_CASELOAD_IMPORTS),
        AppRole.OPERATOR: _all(*_EVERYBODY, Permission.READ_JOBS, Permission.RUN_JOBS, Permission.READ_METRICS),
    }
)


def relations_of(roles: frozenset[AppRole], permission: Permission) -> Relations:
    """To what somebody with these roles may do it: the union over them; empty for not at all."""
    return frozenset[Relation]().union(*(ACCESS[role].get(permission, frozenset()) for role in roles))


def roles_with(permission: Permission, *, is_narrowed: bool) -> tuple[AppRole, ...]:
    """The roles that may do it to everything, and where it is narrowed those that may to what is theirs.

    The administrator, who may do everything, is among them where nobody else is.
    """
    may = (role for role in AppRole if (of := ACCESS[role].get(permission)) and (is_narrowed or Relation.ALL in of))
    return tuple(role for role in may if role is not AppRole.ADMINISTRATOR) or (AppRole.ADMINISTRATOR,)


def may_grant(roles: frozenset[AppRole]) -> frozenset[Permission]:
    """What somebody with these roles may give to an API key: what they may do to everything themselves."""
    return frozenset(
        permission
        for permission in Permission
        if Relation.ALL in relations_of(roles, permission) and permission not in NEVER_GRANTED
    )
