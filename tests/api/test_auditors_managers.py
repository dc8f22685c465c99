"""The auditor's manager names another auditor and learns nothing of whose work it is; the audited choose none (A4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.tables.audits import AuditorChange
from db.tables.organisation import AuditorAppointment, Post, PostDeputy, TeamMembership
from db.tables.trail import TrailEntry
from tests.api.signing_in import app_of, asking, bearer, link, settings_of, token_for
from tests.integrations.pretend_provider import PretendProvider
from tests.small_council import SmallCouncil, found_council

FIRST = {"If-Match": '"1"'}
OF_TEAM = ("team_manager", "AUD")
SEEN = {
    *("id", "reference", "state", "cycle", "team", "team_name", "auditor", "auditor_name"),
    *("allocated_on", "report_due_on", "issued_on", "version"),
}
MANAGER, HEAD = "Audit.TeamManager", "Audit.HeadOfService"


@dataclass(frozen=True)
class Council:
    """An open cycle: those who audit for Review belong to team AUD."""

    client: TestClient
    provider: PretendProvider
    clock: Clock
    sessions: sessionmaker[Session]

    def who(self, person: str, *roles: str) -> dict[str, str]:
        return bearer(token_for(self.provider, self.clock, person, *roles))

    def admin(self) -> dict[str, str]:
        return self.who("boss", "System.Administrator")

    def audit(self, auditor: str = "review", besides: str = "") -> dict[str, Any]:
        rows = self.client.get("/v1/audits?limit=200&state=allocated", headers=self.admin()).json()["items"]
        found: dict[str, Any] = next(
            row for row in rows if row["auditor"].startswith(auditor) and row["team"] != besides
        )
        return found

    def suggested(self, who: dict[str, str], audit: dict[str, Any], query: str = "") -> Any:
        return self.client.get(f"/v1/audits/{audit['id']}/auditor-suggestions{query}", headers=who)

    def change(self, who: dict[str, str], audit: dict[str, Any], to: str, **more: Any) -> Any:
        body = {"auditor_id": to, "reason": "sickness", **more}
        return self.client.post(f"/v1/audits/{audit['id']}/auditor", json=body, headers={**who, **FIRST})

    def colleague(self, audit: dict[str, Any]) -> str:
        found: str = self.suggested(self.admin(), audit).json()["suggested"][0]["id"]
        return found

    def add(self, person: str, *posts: tuple[str, str]) -> dict[str, str]:
        """Somebody else who signs in as a manager, with these posts: a role, and the team or the service."""
        with self.sessions.begin() as session:
            council = SmallCouncil(session)
            council.person(person)
            link(council, self.provider, person.lower(), person)
            for role, place in posts:
                for_team = role == "team_manager"
                council.post(person, role, team=place if for_team else None, service_id=None if for_team else place)
        return self.who(person.lower(), MANAGER, HEAD)


@pytest.fixture
def council(
    provider: PretendProvider, tmp_path: Path, clock: Clock, sessions: sessionmaker[Session]
) -> Iterator[Council]:
    with sessions.begin() as session:
        made = found_council(session, date(2026, 9, 28), practitioners_per_team=6)
        made.team("AUD", "quality_assurance")
        for number in (1, 2, 3):
            person = made.person_id(f"review-A{number}")
            session.add(TeamMembership(person_id=person, team_id=made.team_id("AUD")))
        for appointment in session.scalars(select(AuditorAppointment)):
            appointment.capacity = 2
    with asking(app_of(settings_of(provider, tmp_path), clock, sessions)) as client:
        council = Council(client, provider, clock, sessions)
        opened = client.post("/v1/audit-cycles/2026-10/open", headers=council.admin())
        assert opened.status_code == 200, opened.text
        yield council


@pytest.mark.proves("A4")
@pytest.mark.parametrize("post", [OF_TEAM, ("head_of_service", "review")])
def test_the_auditors_manager_is_suggested_somebody_and_names_them(council: Council, post: tuple[str, str]) -> None:
    manager, audit = council.add("CHIEF", post), council.audit()

    suggested = council.suggested(manager, audit)
    best = suggested.json()["suggested"][0]
    changed = council.change(manager, audit, best["id"], note="Off until November.")

    assert (suggested.status_code, changed.status_code, changed.headers["ETag"]) == (200, 200, '"2"')
    assert {it["service_id"] for it in suggested.json()["suggested"]} == {"review"}
    assert set(changed.json()["audit"]) == SEEN
    assert changed.json()["audit"]["auditor"] == best["reference"]
    with council.sessions() as session:
        assert session.scalars(select(AuditorChange.changed_by)).one() == "person CHIEF"
        in_trail = select(TrailEntry.actor).where(TrailEntry.action == "auditor_changed")
        assert session.scalars(in_trail).one() == "person CHIEF"


@pytest.mark.proves("A4", "C4")
def test_the_auditors_line_sees_what_is_to_be_done_by_whom_and_nothing_of_whose_work_it_is(council: Council) -> None:
    manager, audit = council.add("CHIEF", OF_TEAM), council.audit()

    listed = council.client.get("/v1/auditors-audits?limit=200", headers=manager).json()["items"]
    one = council.client.get(f"/v1/auditors-audits/{audit['id']}", headers=manager)
    told = council.suggested(manager, audit)

    assert {row["auditor"][:8] for row in listed} == {"review-A"}
    assert one.json() in listed
    assert (set(one.json()), one.headers["ETag"]) == (SEEN, '"1"')
    assert all(it["has_met"] is None for it in told.json()["suggested"])
    for answer in (one, told):
        assert audit["practitioner"] not in answer.text
        assert audit["case_reference"] not in answer.text
    assert council.client.get(f"/v1/audits/{audit['id']}", headers=manager).status_code == 404


@pytest.mark.proves("A4", "C4")
def test_whoever_manages_the_audited_team_picks_no_auditor(council: Council) -> None:
    audit = council.audit()
    manager = council.add("THEIRS", ("team_manager", audit["team"]))
    practitioner = council.who("nobody", "Audit.Practitioner")

    assert council.client.get(f"/v1/audits/{audit['id']}", headers=manager).status_code == 200
    assert council.client.get("/v1/auditors-audits", headers=manager).json()["items"] == []
    assert council.suggested(manager, audit).status_code == 404
    assert council.change(manager, audit, council.colleague(audit)).status_code == 404
    assert council.suggested(practitioner, audit).status_code == 403
    assert council.change(practitioner, audit, council.colleague(audit)).status_code == 403
    assert council.audit()["auditor"] == audit["auditor"]


@pytest.mark.proves("A4", "A2")
def test_of_two_lines_in_one_hand_the_head_of_both_services_may_and_the_teams_manager_may_not(council: Council) -> None:
    audit = council.audit(besides="REV")
    both_teams = council.add("BOTH", OF_TEAM, ("team_manager", audit["team"]))
    head = council.add("HEAD", ("head_of_service", "review"), ("head_of_service", audit["service_id"]))

    assert council.change(both_teams, audit, council.colleague(audit)).status_code == 404
    assert council.change(head, audit, council.colleague(audit)).status_code == 200


@pytest.mark.proves("A4")
def test_only_the_audit_manager_looks_beyond_the_service_area(council: Council) -> None:
    manager, audit = council.add("CHIEF", OF_TEAM), council.audit()
    other = council.audit("home_first")

    assert council.suggested(manager, audit, "?beyond_service_area=true").status_code == 403
    wider = council.change(manager, audit, council.colleague(other), beyond_service_area=True, note="None left.")
    assert wider.status_code == 403
    refused = council.change(manager, audit, council.colleague(other))
    assert (refused.status_code, refused.json()["rule"]) == (409, "A4")
    assert council.suggested(manager, other).status_code == 404


@pytest.mark.proves("A4", "A2", "C4")
def test_a_rule_against_somebody_is_told_without_the_practitioner(council: Council) -> None:
    manager, audit = council.add("CHIEF", OF_TEAM), council.audit()
    to = council.colleague(audit)
    with council.sessions.begin() as session:
        made = SmallCouncil(session)
        reference = next(it for it in ("review-A1", "review-A2", "review-A3") if str(made.person_id(it)) == to)
        made.line_manager(audit["practitioner"], reference)

    refused = council.change(manager, audit, to)
    against = next(
        it for it in council.suggested(manager, audit).json()["not_suggested"] if it["reference"] == reference
    )

    told = f"{reference} may not take {audit['reference']}: they are not independent of it."
    assert (refused.status_code, refused.json()["rule"], refused.json()["detail"]) == (409, "A2", told)
    assert (against["rule"], against["sentence"]) == ("A2", told)
    assert audit["practitioner"] in council.change(council.admin(), audit, to).json()["detail"]


@pytest.mark.proves("A4", "N1")
def test_a_deputy_acts_for_as_long_as_they_are_that(council: Council) -> None:
    audit = council.audit()
    council.add("CHIEF", OF_TEAM)
    deputy, former = council.add("DEPUTY"), council.add("FORMER")
    with council.sessions.begin() as session:
        made = SmallCouncil(session)
        chiefs = session.scalars(select(Post.id).where(Post.person_id == made.person_id("CHIEF"))).one()
        for person, began_on, ended_on in (("FORMER", None, date(2026, 9, 30)), ("DEPUTY", date(2026, 10, 1), None)):
            stands_in = made.person_id(person)
            session.add(PostDeputy(post_id=chiefs, person_id=stands_in, began_on=began_on, ended_on=ended_on))
            session.flush()

    assert council.change(former, audit, council.colleague(audit)).status_code == 404
    assert council.change(deputy, audit, council.colleague(audit)).status_code == 200
