"""What somebody can be to the service."""

import enum


class AppRole(enum.StrEnum):
    """What somebody is to the service. A role opens the door; how far it reaches is said by its relations."""

    ADMINISTRATOR = "administrator"
    AUDIT_MANAGER = "audit_manager"
    AUDIT_TEAM = "audit_team"
    AUDITOR = "auditor"
    PRACTITIONER = "practitioner"
    TEAM_MANAGER = "team_manager"
    HEAD_OF_SERVICE = "head_of_service"
    ASSISTANT_DIRECTOR = "assistant_director"
    PRINCIPAL_SOCIAL_WORKER = "principal_social_worker"
    SENIOR_LEADER = "senior_leader"
    READER = "reader"
    CONNECTOR = "connector"
    CONNECTOR_READER = "connector_reader"
    OPERATOR = "operator"
