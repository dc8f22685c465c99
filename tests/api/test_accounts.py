"""Accounts: people are known by their provider's lasting id, and are nobody here until an administrator links them."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.queries.case_system_commands import NewCommand, add_commands
from db.tables.access import Account
from db.tables.aliases import PersonAlias
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.organisation import Absence, Person, PostDeputy
from db.tables.trail import TrailEntry
from tests.api.signing_in import app_of, asking, bearer, link, settings_of, token_for
from tests.integrations.pretend_provider import TENANT, PretendProvider
from tests.small_council import SmallCouncil

SUBJECT = f"{TENANT}/ada"


@pytest.fixture
def app(provider: PretendProvider, tmp_path: Path, clock: Clock, sessions: sessionmaker[Session]) -> FastAPI:
    return app_of(settings_of(provider, tmp_path), clock, sessions)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with asking(app) as client:
        yield client


@pytest.fixture(autouse=True)
def council(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        council = SmallCouncil(session)
        council.team("CART", "home_first")
        council.team("HART", "home_first")
        council.person("ADA", "CART")
        council.person("BEN", "HART")
        council.person("CEM", "HART")
        council.audit("A-ADA", "2026-10", "C-1", "ADA", state="allocated", auditor="CEM")
        council.audit("A-BEN", "2026-10", "C-2", "BEN", state="allocated", auditor="ADA")
        council.audit("A-CEM", "2026-10", "C-3", "CEM", state="allocated", auditor="BEN")


@pytest.fixture
def administrator(provider: PretendProvider, clock: Clock) -> dict[str, str]:
    return bearer(token_for(provider, clock, "boss", "System.Administrator"))


def as_ada(provider: PretendProvider, clock: Clock, *roles: str, **claims: Any) -> dict[str, str]:
    return bearer(token_for(provider, clock, "ada", *(roles or ("Audit.Practitioner",)), **claims))


def person_id(sessions: sessionmaker[Session], reference: str) -> str:
    with sessions() as session:
        return str(SmallCouncil(session).person_id(reference))


def seen(client: TestClient, headers: dict[str, str]) -> list[str]:
    return sorted(row["reference"] for row in client.get("/v1/audits", headers=headers).json()["items"])


def test_whoever_signs_in_first_waits_to_be_linked_and_has_nothing_of_their_own(
    client: TestClient, provider: PretendProvider, clock: Clock, administrator: dict[str, str]
) -> None:
    ada = as_ada(provider, clock, "Audit.Practitioner", "Audit.Auditor", "Audit.TeamManager")

    assert seen(client, ada) == []
    assert client.get("/v1/people", headers=ada).json()["items"] == []
    me = client.get("/v1/me", headers=ada).json()
    assert (me["person"], me["audits"], me["teams"]) == (None, [], [])

    waiting = client.get("/v1/accounts?is_waiting=true", headers=administrator).json()["items"]
    (account,) = [row for row in waiting if row["subject"] == SUBJECT]
    assert (account["kind"], account["person_id"], account["last_seen_on"]) == ("person", None, "2026-10-01")
    assert me["name"] == f"account {account['id']}"
    assert client.get("/v1/audit-cycles", headers=ada).status_code == 200, "what all may see is open to them"


def test_a_linked_account_is_its_person(
    client: TestClient,
    provider: PretendProvider,
    clock: Clock,
    administrator: dict[str, str],
    sessions: sessionmaker[Session],
) -> None:
    linked = {"issuer": provider.issuer, "subject": SUBJECT, "person_id": person_id(sessions, "ADA")}
    answer = client.post("/v1/accounts", json=linked, headers=administrator)

    assert answer.status_code == 201
    assert (answer.json()["person"], answer.json()["linked_by"][:8]) == ("ADA", "account ")
    assert seen(client, as_ada(provider, clock)) == ["A-ADA"]
    assert seen(client, as_ada(provider, clock, "Audit.Auditor")) == ["A-BEN"]
    assert seen(client, as_ada(provider, clock, "Audit.Practitioner", "Audit.Auditor")) == ["A-ADA", "A-BEN"]
    assert client.get("/v1/me", headers=as_ada(provider, clock)).json()["name"] == "person ADA"

    again = client.post("/v1/accounts", json=linked, headers=administrator)
    assert again.status_code == 409
    assert "linked on 01 October 2026" in again.json()["detail"]


def test_linking_and_forgetting_an_account_stand_in_the_trail(
    client: TestClient, provider: PretendProvider, administrator: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    ada = person_id(sessions, "ADA")
    linked = {"issuer": provider.issuer, "subject": SUBJECT, "person_id": ada}
    account_id = client.post("/v1/accounts", json=linked, headers=administrator).json()["id"]

    assert client.delete(f"/v1/accounts/{account_id}", headers=administrator).status_code == 204
    assert client.delete(f"/v1/accounts/{account_id}", headers=administrator).status_code == 404

    with sessions() as session:
        entries = session.scalars(select(TrailEntry).where(TrailEntry.subject_kind == "account")).all()
    assert [entry.action for entry in entries] == ["account_linked", "account_unlinked"]
    assert {entry.details["person_id"] for entry in entries} == {ada}
    assert all(SUBJECT not in str(entry.details) for entry in entries)


def test_a_forgotten_account_waits_again(
    client: TestClient,
    provider: PretendProvider,
    clock: Clock,
    administrator: dict[str, str],
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        link(SmallCouncil(session), provider, "ada", "ADA")
        account_id = session.scalars(select(Account.id).where(Account.subject == SUBJECT)).one()
    assert seen(client, as_ada(provider, clock)) == ["A-ADA"]

    client.delete(f"/v1/accounts/{account_id}", headers=administrator)

    assert seen(client, as_ada(provider, clock)) == []
    waiting = client.get("/v1/accounts?is_waiting=true", headers=administrator).json()["items"]
    assert SUBJECT in {row["subject"] for row in waiting}


def test_nobody_is_linked_by_an_e_mail_address_or_a_name(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        link(SmallCouncil(session), provider, "ada", "ADA")
    claims = {"email": "ada@example.org", "preferred_username": "ada@example.org", "upn": "ada", "sub": SUBJECT}

    forged = bearer(token_for(provider, clock, "mallory", "Audit.Practitioner", **claims))

    assert seen(client, forged) == []


def test_a_machine_is_nobody_and_cannot_be_linked(
    client: TestClient,
    provider: PretendProvider,
    clock: Clock,
    administrator: dict[str, str],
    sessions: sessionmaker[Session],
) -> None:
    machine = as_ada(provider, clock, "Connector.Write", scp=...)
    me = client.get("/v1/me", headers=machine).json()
    assert (me["name"][:8], me["roles"], me["person"]) == ("machine ", ["connector"], None)

    linked = {"issuer": provider.issuer, "subject": SUBJECT, "person_id": person_id(sessions, "ADA")}
    refused = client.post("/v1/accounts", json=linked, headers=administrator)

    assert refused.status_code == 409
    assert "machine" in refused.json()["detail"]
    assert client.get("/v1/accounts?is_waiting=true", headers=administrator).json()["items"][-1]["subject"] != SUBJECT


def test_a_machine_never_acts_as_the_person_of_an_account(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        link(SmallCouncil(session), provider, "ada", "ADA")

    assert seen(client, as_ada(provider, clock, scp=...)) == []


def test_roles_that_the_provider_does_not_give_are_not_had(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        link(SmallCouncil(session), provider, "ada", "ADA")

    for roles in ([], ["administrator"], ["Audit.Admin "], ["audit.admin"]):
        headers = bearer(token_for(provider, clock, "ada", *roles))
        assert client.get("/v1/me", headers=headers).status_code == 403
        assert client.get("/v1/audits", headers=headers).status_code == 403


def merge(client: TestClient, headers: dict[str, str], old: str, present: str) -> Any:
    asked = {"from_reference": old, "to_reference": present, "since_on": "2026-09-01", "reason": "One person twice"}
    return client.post("/v1/person-aliases", json=asked, headers=headers)


@pytest.mark.proves("C4", "S10")
@pytest.mark.parametrize("pair", [("ADA", "HEAD"), ("HEAD", "ADA")], ids="-".join)
def test_nobody_of_the_audit_team_becomes_somebody_else_by_an_alias(
    client: TestClient,
    provider: PretendProvider,
    clock: Clock,
    sessions: sessionmaker[Session],
    pair: tuple[str, str],
) -> None:
    with sessions.begin() as session:
        council = SmallCouncil(session)
        council.person("HEAD", "HART")
        link(council, provider, "ada", "ADA")

    refused = merge(client, as_ada(provider, clock, "Audit.Admin"), *pair)

    assert (refused.status_code, refused.json()["rule"]) == (409, "C4")
    assert client.get("/v1/me", headers=as_ada(provider, clock)).json()["person"] == "ADA"


@pytest.mark.proves("C4", "S10")
def test_two_people_with_accounts_are_not_made_one(
    client: TestClient,
    provider: PretendProvider,
    clock: Clock,
    sessions: sessionmaker[Session],
    administrator: dict[str, str],
) -> None:
    with sessions.begin() as session:
        council = SmallCouncil(session)
        council.person("HEAD", "HART")
        council.person("OLD", "HART")
        link(council, provider, "ada", "ADA")
        link(council, provider, "head", "HEAD")
    assert merge(client, administrator, "OLD", "ADA").status_code == 201, "who has no account is merged"

    refused = merge(client, administrator, "ADA", "HEAD")

    assert (refused.status_code, refused.json()["rule"]) == (409, "C4")
    assert client.get("/v1/me", headers=as_ada(provider, clock)).json()["person"] == "ADA"


@pytest.mark.parametrize("how", ["deputy", "stands in", "gone deputy", "no longer stands in"])
def test_who_manages_a_team_is_asked_of_the_day(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session], how: str
) -> None:
    with sessions.begin() as session:
        council = SmallCouncil(session)
        link(council, provider, "ada", "ADA")
        council.post("BEN", "team_manager", team="HART")
        ben, ada = council.person_id("BEN"), council.person_id("ADA")
        post = (
            session.scalars(select(PostDeputy.post_id)).first()
            or council.session.connection().exec_driver_sql("SELECT id FROM posts").scalar_one()
        )
        last_on = date(2026, 9, 30) if how in ("gone deputy", "no longer stands in") else date(2026, 10, 1)
        if "deputy" in how:
            session.add(PostDeputy(post_id=post, person_id=ada, ended_on=last_on))
        else:
            session.add(Absence(person_id=ben, first_on=date(2026, 9, 1), last_on=last_on, stands_in_id=ada))

    shown = seen(client, as_ada(provider, clock, "Audit.TeamManager"))

    assert shown == ([] if "no longer" in how or "gone" in how else ["A-BEN", "A-CEM"])


def test_whoever_has_left_is_let_in_no_more(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        link(SmallCouncil(session), provider, "ada", "ADA")
        session.get_one(Person, SmallCouncil(session).person_id("ADA")).left_on = date(2026, 9, 30)

    for role in ("Audit.Practitioner", "Audit.Admin", "System.Administrator"):
        assert client.get("/v1/audits", headers=as_ada(provider, clock, role)).status_code == 403


def test_me_tells_what_is_mine_to_do(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        link(SmallCouncil(session), provider, "ada", "ADA")
        for audit in session.scalars(select(Audit).where(Audit.reference.in_(("A-ADA", "A-BEN")))):
            add_commands(session, clock.now(), audit.id, [NewCommand(audit.reference, "upload_document", "issued", 1)])
        session.execute(update(CaseSystemCommand).values(state="manual", next_attempt_at=None))

    me = client.get("/v1/me", headers=as_ada(provider, clock, "Audit.Practitioner", "Audit.Auditor")).json()

    assert [(audit["reference"], audit["mine_as"]) for audit in me["audits"]] == [
        ("A-ADA", "practitioner"),
        ("A-BEN", "auditor"),
    ]
    assert me["teams"] == [{"reference": "CART", "name": "Team CART", "is_managed": False}]
    assert {"permission": "audits:read", "to": ["as auditor", "as practitioner", "in a dispute"]} in me["may"]
    assert [(it["audit"], it["kind"], it["report_version"]) for it in me["reports_to_file"]] == [
        ("A-BEN", "upload_document", 1)
    ]


def test_statements_are_few_and_do_not_grow(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session], engine: Engine
) -> None:
    with sessions.begin() as session:
        link(SmallCouncil(session), provider, "ada", "ADA")
    headers = as_ada(provider, clock, "Audit.Auditor")
    client.get("/v1/me", headers=headers)  # the day's first request notes the day
    asked: list[str] = []

    def count(*told: Any) -> None:
        asked.append(told[2])

    def statements(path: str) -> int:
        asked.clear()
        assert client.get(path, headers=headers).status_code == 200
        return len(asked)

    event.listen(engine, "before_cursor_execute", count)
    few = (statements("/v1/me"), statements("/v1/audits"))
    with sessions.begin() as session:
        council = SmallCouncil(session)
        for number in range(20):
            council.person(f"P-{number}", "HART")
            council.audit(f"A-{number}", "2026-10", f"D-{number}", f"P-{number}", state="allocated", auditor="ADA")
    many = (statements("/v1/me"), statements("/v1/audits"))
    event.remove(engine, "before_cursor_execute", count)

    assert few == many == (6, 2)


def test_an_account_is_noted_once_a_day(
    app: FastAPI, client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    client.get("/v1/me", headers=as_ada(provider, clock))
    later = Clock(ahead=clock.ahead + timedelta(days=2))
    object.__setattr__(app.state.installation, "clock", later)
    client.get("/v1/me", headers=as_ada(provider, later))

    with sessions() as session:
        account = session.scalars(select(Account)).one()
    assert (account.first_seen_on, account.last_seen_on) == (date(2026, 10, 1), date(2026, 10, 3))


def test_anothers_idempotency_key_is_another_key(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    one = {**bearer(token_for(provider, clock, "ada", "System.Operator")), "Idempotency-Key": "the-same"}
    other = {**bearer(token_for(provider, clock, "ben", "System.Operator")), "Idempotency-Key": "the-same"}
    with sessions.begin() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO job_runs (job, began_at, failures_in_a_row, outcome) VALUES ('tick', now(), 0, 'x')"
        )

    answers = [client.post("/v1/jobs/tick/runs", headers=headers) for headers in (one, one, other)]

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert ["idempotency-replayed" in answer.headers for answer in answers] == [False, True, False]


def test_the_figures_of_a_cycle_are_not_for_who_may_see_their_own_alone(
    client: TestClient, provider: PretendProvider, clock: Clock
) -> None:
    """They tell how many re-audits a team has, and shortfalls name people by reference."""
    for role in ("Audit.Practitioner", "Audit.Auditor", "Audit.TeamManager", "Audit.HeadOfService", "Audit.Reader"):
        headers = as_ada(provider, clock, role)
        assert client.get("/v1/audit-cycles", headers=headers).status_code == 200
        assert client.get("/v1/audit-cycles/2026-10", headers=headers).status_code == 403
    assert client.get("/v1/audit-cycles/2026-10", headers=as_ada(provider, clock, "Audit.PSW")).status_code == 200


def test_who_was_renumbered_keeps_what_was_theirs_and_their_account(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    """The account is linked to the old record, and so are an audit and a post; the alias leads to the new one (S10)."""
    with sessions.begin() as session:
        council = SmallCouncil(session)
        link(council, provider, "ada", "ADA")
        council.post("ADA", "team_manager", team="HART")
        new = council.person("ADA-2", "CART")
        council.audit("A-NEW", "2026-09", "C-9", "ADA-2", state="allocated")
        session.add(
            PersonAlias(
                from_reference="ADA",
                to_reference="ADA-2",
                current_reference="ADA-2",
                from_person_id=council.person_id("ADA"),
                current_person_id=new,
                since_on=date(2026, 9, 1),
                reason="renumbered",
                made_by="a test",
                made_at=clock.now(),
            )
        )

    assert client.get("/v1/me", headers=as_ada(provider, clock)).json()["name"] == "person ADA-2"
    assert seen(client, as_ada(provider, clock)) == ["A-ADA", "A-NEW"]
    assert seen(client, as_ada(provider, clock, "Audit.TeamManager")) == ["A-BEN", "A-CEM"]
