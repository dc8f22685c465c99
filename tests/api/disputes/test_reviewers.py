"""Whoever is asked for an independent review is told, reads what they review, and reports it themselves (D3)."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select

from db.tables.audits import Audit
from db.tables.disputes import Dispute
from tests.api.disputes.letters import letters
from tests.api.signing_in import link
from tests.audits_under_way import ROLES
from tests.disputes_under_way import DisputeUnderWay
from tests.small_council import SmallCouncil


def linked(dispute: DisputeUnderWay, name: str, reference: str, role: str) -> str:
    """Somebody of the council signs in as that; answers with their id."""
    ROLES.setdefault(name, role)
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        link(council, dispute.audit.provider, name, reference)
        return str(council.person_id(reference))


def seen(dispute: DisputeUnderWay) -> set[str]:
    """The audits that the reviewer sees."""
    answer = dispute.audit.client.get("/v1/audits", headers=dispute.audit.who("reviewer"))
    return {one["id"] for one in answer.json()["items"]}


@pytest.mark.proves("D3")
def test_a_reviewer_is_told_reads_report_and_dispute_and_these_alone_and_reports(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    reviewer = linked(dispute, "reviewer", "HART-P1", "Audit.Practitioner")
    dispute.raised()
    dispute.taken_to("D3")
    report = f"/v1/audits/{dispute.audit.audit_id}/report.html"
    asks = dispute.audit.who("reviewer")
    assert dispute.audit.client.get(report, headers=asks).status_code == 404
    before = seen(dispute)
    asked = dispute.post("psw", "/reviews", {"reviewer_id": reviewer, "brief": "Was the voice on record?"})
    assert asked.status_code == 200, asked.text

    ((subject, sentence),) = letters(dispute, "HART-P1")
    assert subject == f"Dispute {dispute.row().reference}: independent review asked, please act"
    assert "The review is for you: please read report and dispute, and report what you find." in sentence
    assert dispute.audit.client.get(report, headers=asks).status_code == 200
    assert seen(dispute) - before == {dispute.audit.audit_id}
    (mine,) = dispute.audit.client.get("/v1/me", headers=asks).json()["disputes"]
    assert (mine["reference"], mine["asked"]) == (dispute.row().reference, "review")

    told = dispute.get("reviewer").json()
    assert [one["brief"] for one in told["reviews"]] == ["Was the voice on record?"]
    path = f"/reviews/{told['reviews'][0]['id']}/findings"
    reported = dispute.post("reviewer", path, {"findings": "It was, on 12 May."})
    assert reported.status_code == 200, reported.text
    assert dispute.audit.client.get("/v1/me", headers=asks).json()["disputes"] == []
    assert letters(dispute, "PSW")[-1][0].endswith("independent review reported, please act")
    assert dispute.says("reviewer", "course_agreed", summary="I know.").status_code == 409

    dispute.said("psw", "course_agreed", summary="We read it again.")
    dispute.said("psw", "resolved", summary="It stands.")
    assert dispute.audit.client.get(report, headers=asks).status_code == 404


@pytest.mark.proves("D6")
def test_where_no_clock_runs_whoever_decides_finds_the_dispute_among_what_is_theirs(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D6")
    (mine,) = dispute.audit.client.get("/v1/me", headers=dispute.audit.who("divisional")).json()["disputes"]
    assert (mine["id"], mine["asked"], mine["rung"]) == (dispute.id, "decision", "D6")
    assert mine["sentence"] == f"{dispute.row().reference}: decide the dispute for good."
    for name in ("psw", "ad_qa", "director"):
        assert dispute.audit.client.get("/v1/me", headers=dispute.audit.who(name)).json()["disputes"] == [], name


def asked(dispute: DisputeUnderWay) -> tuple[str, dict[str, str]]:
    """A review asked for at D3, of somebody independent: the place of its findings, and these."""
    dispute.audit.day(date(2026, 11, 2))
    reviewer = linked(dispute, "reviewer", "HART-P1", "Audit.Practitioner")
    dispute.raised()
    dispute.taken_to("D3")
    answer = dispute.post("psw", "/reviews", {"reviewer_id": reviewer, "brief": "Was the voice on record?"})
    assert answer.status_code == 200, answer.text
    (review,) = dispute.get("reviewer").json()["reviews"]
    return f"/reviews/{review['id']}/findings", {"findings": "It was, on 12 May."}


@pytest.mark.proves("D3")
def test_a_review_is_reported_while_the_dispute_is_open_and_never_after(dispute: DisputeUnderWay) -> None:
    path, findings = asked(dispute)
    dispute.said("psw", "course_agreed", summary="We read it again.")
    dispute.said("psw", "resolved", summary="It stands.")
    for name in ("reviewer", "psw"):
        refused = dispute.post(name, path, findings)
        assert (refused.status_code, refused.json()["rule"]) == (409, "D3"), refused.text
        assert refused.json()["detail"].endswith("it stands at D4 and is resolved.")
    assert [one["findings"] for one in dispute.get("psw").json()["reviews"]] == [None]


@pytest.mark.proves("D7", "ladders.disputes_never_judged_by")
def test_a_reviewer_who_manages_the_practitioner_by_now_reports_nothing(dispute: DisputeUnderWay) -> None:
    path, findings = asked(dispute)
    with dispute.audit.sessions.begin() as session:
        SmallCouncil(session).post("HART-P1", "team_manager", team="CART")
    refused = dispute.post("reviewer", path, findings)
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7"), refused.text
    assert "manage the practitioner by now" in refused.json()["detail"]
    assert dispute.post("psw", path, findings).status_code == 200


def others(dispute: DisputeUnderWay, *editions: str) -> None:
    """Disputes about other audits, each of that edition, that were opened before and wait without a clock."""
    with dispute.audit.sessions.begin() as session:
        audits = session.scalars(select(Audit).where(Audit.id != dispute.audit.audit_id).limit(len(editions))).all()
        for number, (audit, edition) in enumerate(zip(audits, editions, strict=True), 1):
            session.add(
                Dispute(
                    id=uuid.UUID(int=number),
                    reference=f"{audit.reference}-dispute-1",
                    audit_id=audit.id,
                    report_version=1,
                    raised_by_id=audit.practitioner_id,
                    raised_as="practitioner",
                    raised_on=date(2026, 11, 2),
                    edition_id=edition,
                    state="open",
                    rung="D6",
                )
            )


@pytest.mark.proves("D6")
def test_what_is_ones_own_is_found_behind_disputes_of_others_and_one_that_cannot_be_walked(
    dispute: DisputeUnderWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D6")
    others(dispute, dispute.policy.edition.id, "an edition that is gone")
    monkeypatch.setattr("usecases.my_disputes._PAGE", 1)
    asked_of = {
        name: dispute.audit.client.get("/v1/me", headers=dispute.audit.who(name)) for name in ("divisional", "psw")
    }
    assert [answer.status_code for answer in asked_of.values()] == [200, 200], asked_of["psw"].text
    mine = {name: [one["id"] for one in answer.json()["disputes"]] for name, answer in asked_of.items()}
    assert mine == {"divisional": [dispute.id], "psw": []}
