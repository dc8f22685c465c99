"""What the roles in an identity provider's tokens mean here.

In Microsoft Entra they are the app roles of the registration (docs/guides/sign-in-with-entra.md); another provider may
name them otherwise, which the setting AUDIT_OIDC_ROLES says.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType

from api.app_roles import AppRole

TOKEN_ROLES: Mapping[str, AppRole] = MappingProxyType(
    {
        "System.Administrator": AppRole.ADMINISTRATOR,
        "System.Operator": AppRole.OPERATOR,
        "Audit.Manager": AppRole.AUDIT_MANAGER,
        "Audit.Admin": AppRole.AUDIT_TEAM,
        "Audit.Auditor": AppRole.AUDITOR,
        "Audit.Practitioner": AppRole.PRACTITIONER,
        "Audit.TeamManager": AppRole.TEAM_MANAGER,
        "Audit.HeadOfService": AppRole.HEAD_OF_SERVICE,
        "Audit.AssistantDirector": AppRole.ASSISTANT_DIRECTOR,
        "Audit.PSW": AppRole.PRINCIPAL_SOCIAL_WORKER,
        "Audit.SeniorLeader": AppRole.SENIOR_LEADER,
        "Audit.Reader": AppRole.READER,
        "Connector.Read": AppRole.CONNECTOR_READER,
        "Connector.Write": AppRole.CONNECTOR,
    }
)


class UnusableRoles(ValueError):
    """The setting does not say which roles are meant; the message says what is wrong with it."""


def token_roles(setting: str | None) -> Mapping[str, AppRole]:
    """What AUDIT_OIDC_ROLES says, or the names above. Raises UnusableRoles."""
    if setting is None:
        return TOKEN_ROLES
    try:
        meant = json.loads(setting)
    except ValueError:
        meant = None
    if not isinstance(meant, dict):
        raise UnusableRoles('AUDIT_OIDC_ROLES is no JSON object: write it like {"Team Lead": "team_manager"}.')
    odd = sorted(str(role) for role in meant.values() if str(role) not in set(AppRole))
    if odd:
        raise UnusableRoles(f"AUDIT_OIDC_ROLES gives the role {odd[0]!r}: the roles are {', '.join(AppRole)}.")
    return MappingProxyType({name: AppRole(role) for name, role in meant.items()})
