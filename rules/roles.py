"""The roles that the framework gives people, in the order in which answers list them."""

import enum


class Role(enum.StrEnum):
    """Who somebody is to an audit, or which post they hold."""

    PRACTITIONER = "practitioner"
    AUDITOR = "auditor"
    LINE_MANAGER = "line_manager"
    TEAM_MANAGER = "team_manager"
    HEAD_OF_SERVICE = "head_of_service"
    PRINCIPAL_SOCIAL_WORKER = "principal_social_worker"
    ASSISTANT_DIRECTOR = "assistant_director"
    ASSISTANT_DIRECTOR_QA = "assistant_director_qa"
    DIRECTOR = "director"
    DIVISIONAL_DIRECTOR = "divisional_director"
    AUDIT_TEAM = "audit_team"
    AUDIT_MANAGER = "audit_manager"
    MODERATOR = "moderator"


# What an auditor can be beside an auditor (A1). Fixed by the shape of `POST /v1/rules/draw`, so that no edition can
# name another.
AUDITOR_ROLES = ("manager", "senior_manager")

# Posts held for one team, for one service, and for the whole council.
TEAM_POSTS = (Role.TEAM_MANAGER,)
SERVICE_POSTS = (Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR)
COUNCIL_POSTS = (
    Role.PRINCIPAL_SOCIAL_WORKER,
    Role.ASSISTANT_DIRECTOR_QA,
    Role.DIRECTOR,
    Role.DIVISIONAL_DIRECTOR,
    Role.AUDIT_TEAM,
    Role.AUDIT_MANAGER,
    Role.MODERATOR,
)
