"""Names of the code as people read them: states, events, roles."""

import pytest

from rules.names_in_words import any_of
from rules.policy.ladder_shapes import roles_in_words


@pytest.mark.proves("P4")
def test_a_role_is_called_as_people_call_it() -> None:
    assert roles_in_words(("assistant_director", "assistant_director_qa")) == (
        "the assistant director and the assistant director for quality assurance"
    )
    assert any_of(["head_of_service", "assistant_director_qa"]) == (
        "head of service or assistant director for quality assurance"
    )
