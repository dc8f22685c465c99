"""Whoever holds the post of the audit manager on the day acts in it, whatever application role they have (D3, D7)."""

from datetime import date
from typing import Any

import pytest

from tests.api.signing_in import link
from tests.audits_under_way import ROLES
from tests.disputes_under_way import DisputeUnderWay
from tests.small_council import SmallCouncil


def consented(dispute: DisputeUnderWay, who: str, **more: Any) -> Any:
    """What somebody is answered who consents to a late dispute."""
    body = {"audit_id": dispute.audit.audit_id, "reason": "They were away until yesterday.", **more}
    return dispute.audit.client.post("/v1/disputes/consents", json=body, headers=dispute.audit.who(who))


def successor(dispute: DisputeUnderWay) -> None:
    """Somebody else takes the post over; the one before keeps their application role."""
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        council.person("NEWCOMER")
        council.only_holder("NEWCOMER", "audit_manager")
        ROLES.setdefault("newcomer", "Audit.Manager")
        link(council, dispute.audit.provider, "newcomer", "NEWCOMER")


@pytest.mark.proves("D3", "D7")
def test_after_their_post_ended_an_audit_manager_judges_nothing_and_the_one_who_holds_it_does(
    dispute: DisputeUnderWay,
) -> None:
    successor(dispute)
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D3")
    refused = dispute.says("audit_manager", "course_agreed", summary="I did so for years.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D3"), refused.text
    assert dispute.said("newcomer", "course_agreed", summary="We read it again.")["rung"] == "D4"


@pytest.mark.proves("D7", "ladders.late_disputes_need_consent_of")
def test_nor_do_they_consent_to_a_late_dispute(dispute: DisputeUnderWay) -> None:
    successor(dispute)
    dispute.audit.day(date(2026, 11, 12))
    refused = consented(dispute, "audit_manager")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7"), refused.text
    assert refused.json()["detail"] == (
        "Consent to a late dispute is for the audit manager to give, by their post on the day."
    )
    assert consented(dispute, "newcomer").status_code == 200


@pytest.mark.proves("D3", "D7", "ladders.late_disputes_need_consent_of")
def test_while_the_audit_manager_is_away_their_deputy_consents_and_judges(dispute: DisputeUnderWay) -> None:
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        council.person("CLERK")
        ROLES.setdefault("clerk_of_audits", "Audit.Manager")
        link(council, dispute.audit.provider, "clerk_of_audits", "CLERK")
        council.only_holder("AUDIT_MANAGER", "audit_manager")
        council.deputy("AUDIT_MANAGER", "audit_manager", "CLERK")
        council.absent("AUDIT_MANAGER", date(2026, 11, 12), date(2026, 11, 13))
    dispute.audit.day(date(2026, 11, 12))
    given = consented(dispute, "clerk_of_audits")
    assert given.status_code == 200, given.text
    dispute.raised()
    dispute.taken_to("D3")
    assert dispute.said("clerk_of_audits", "course_agreed", summary="We read it again.")["rung"] == "D4"


@pytest.mark.proves("D7")
def test_consent_is_given_to_the_newest_version_which_alone_is_disputed(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 12))
    for version, words in ((1, "version 1"), (99, "version 99")):
        refused = consented(dispute, "audit_manager", report_version=version)
        assert (refused.status_code, refused.json()["rule"]) == (409, "D7"), refused.text
        assert f"There is no issued {words} of the report" in refused.json()["detail"]
    assert consented(dispute, "audit_manager", report_version=2).status_code == 200

    dispute.raised()
    dispute.taken_to("D2")
    dispute.said("manager", "resolved", summary="We saw it anew.", overall_grade="good")
    refused = consented(dispute, "audit_manager", report_version=2)
    assert refused.status_code == 409
    assert "is the newest, and it alone is disputed" in refused.json()["detail"]
