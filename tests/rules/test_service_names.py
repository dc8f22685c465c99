"""A service that is nearly one which the policy names is refused; any other may be called anything (P4, P5, A1)."""

from dataclasses import replace

import pytest

from rules.errors import InvalidFacts
from rules.sampling_frames import Team
from rules.service_names import services_named
from tests.rules.draw_facts import POLICY, auditor, drawn, frame, practitioner


@pytest.mark.proves("P4", "P5", "A1")
@pytest.mark.parametrize("service", ["MASH", "Mash", " mash", "mash\n", "mash_"])
def test_a_team_whose_service_is_nearly_one_with_rules_of_its_own_is_refused(service: str) -> None:
    of = frame(practitioner("ann", "team"), teams=(Team("other", "review"), Team("team", service)))

    with pytest.raises(InvalidFacts) as refused:
        drawn(of)

    assert [problem.pointer for problem in refused.value.problems] == ["/teams/1/service_id"]
    assert "write 'mash' if it is that service" in refused.value.sentence


@pytest.mark.proves("P4", "A1")
@pytest.mark.parametrize(
    "service", ["Home First", "home-first", "QUALITY_ASSURANCE", "care  and-support", "quality assurance"]
)
def test_an_auditor_whose_service_is_nearly_one_that_audits_is_refused(service: str) -> None:
    with pytest.raises(InvalidFacts) as refused:
        drawn(frame(practitioner("ann"), auditors=(auditor("x"), auditor("y", service))))

    assert [problem.pointer for problem in refused.value.problems] == ["/auditors/1/service_id"]


@pytest.mark.proves("P4")
@pytest.mark.parametrize("service", ["mash", "Review", "a service of 2031", "mashed", "homefirst", "-", "été"])
def test_services_are_data_so_one_that_the_policy_does_not_know_is_no_error(service: str) -> None:
    answer = drawn(
        frame(practitioner("ann", "team"), teams=(Team("team", service),), auditors=(auditor("x", service),))
    )

    assert [quota.team_id for quota in answer.quotas] == ["team"]


@pytest.mark.proves("P4", "P5", "A1")
def test_the_names_are_those_of_the_edition_wherever_it_uses_one() -> None:
    elsewhere = replace(POLICY, programme=replace(POLICY.programme, services_every_cycle=("front_door",)))

    assert services_named(POLICY) == {"mash", "home_first", "care_and_support", "quality_assurance"}
    assert "front_door" in services_named(elsewhere)
    with pytest.raises(InvalidFacts, match="'front_door'"):
        drawn(frame(practitioner("ann", "team"), teams=(Team("team", "Front Door"),)), elsewhere)
