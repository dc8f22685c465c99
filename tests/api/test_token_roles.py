"""What the provider's roles mean here: a sensible table, or the council's own."""

import pytest

from api.app_roles import AppRole
from api.token_roles import TOKEN_ROLES, UnusableRoles, token_roles


def test_without_a_setting_the_roles_are_those_of_the_guide() -> None:
    assert token_roles(None) is TOKEN_ROLES
    assert TOKEN_ROLES["Audit.Admin"] is AppRole.AUDIT_TEAM


def test_a_council_names_its_own_instead() -> None:
    meant = token_roles('{"Team Lead": "team_manager", "Deputy Lead": "team_manager"}')

    assert meant == {"Team Lead": AppRole.TEAM_MANAGER, "Deputy Lead": AppRole.TEAM_MANAGER}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("", "no JSON object"),
        ("[]", "no JSON object"),
        ("{", "no JSON object"),
        ('{"Team Lead": "boss"}', "gives the role 'boss'"),
        ('{"Team Lead": ["team_manager"]}', "gives the role"),
    ],
)
def test_what_names_no_role_is_refused(setting: str, said: str) -> None:
    with pytest.raises(UnusableRoles, match=said):
        token_roles(setting)
