"""A safety alert is raised by any member of staff, from any audit in whatever state and without one (W1, W7)."""

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from db.queries.invariants import violations
from db.tables.audits import Audit
from db.tables.notices import Notice
from db.tables.safety_alerts import SafetyAlert, SafetyAlertStepText
from rules.audit_events import State
from tests.api.signing_in import bearer, token_for
from tests.audits_under_way import AuditUnderWay
from tests.disputes_under_way import appoint_judges
from tests.usecases import council

ALERTS = "/v1/safety-alerts"
SAYS = "neither of the emergency services (999) nor of a statutory safeguarding concern"
WITHDRAWN = {"withdrawn_at": council.OPENING, "withdrawn_because": "person_died"}


@pytest.fixture
def audit_id(sessions: sessionmaker[Session]) -> uuid.UUID:
    with sessions.begin() as session:
        return council.found(session).audit("worker", "auditor").id


def set_audit(sessions: sessionmaker[Session], **facts: Any) -> None:
    with sessions.begin() as session:
        session.execute(update(Audit).values(**facts))


def told(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return len(session.scalars(select(Notice).where(Notice.event == "safety_alert")).all())


@pytest.mark.proves("W7")
@pytest.mark.parametrize("state", State)
def test_an_alert_is_raised_from_an_audit_in_any_state(
    client: TestClient, sessions: sessionmaker[Session], audit_id: uuid.UUID, state: State
) -> None:
    issued = {"issued_on": date(2026, 10, 1)} if state in (State.ISSUED, State.CLOSED) else {}
    set_audit(sessions, state=state, **issued, **(WITHDRAWN if state is State.WITHDRAWN else {}))

    answer = client.post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)})

    assert answer.status_code == 201, answer.text
    assert (answer.json()["audit"], answer.json()["team"], answer.json()["flags"]) != (None, None, None)
    assert told(sessions) == 3
    with sessions() as session:
        assert session.get_one(Audit, audit_id).state == state, "the audit itself is not touched"
        assert not [it for it in violations(session) if "safety_alert" in it.invariant.name]


@pytest.mark.proves("W7", "C5")
def test_an_alert_is_raised_from_a_past_audit_that_was_only_recorded(
    client: TestClient, sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    set_audit(sessions, origin="recorded", auditor_id=None, state="closed", issued_on=date(2024, 3, 1))

    answer = client.post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)})

    assert (answer.status_code, answer.json()["case_reference"]) == (201, "CASE-1")
    assert told(sessions) == 3


@pytest.mark.proves("W1", "W7")
@pytest.mark.usefixtures("audit_id")
@pytest.mark.parametrize(
    ("typed", "audit", "team", "where"),
    [
        ({"audit": "pa-2026-0001"}, "PA-2026-0001", "T1", None),
        ({"audit_id": "PA-2026-0001"}, "PA-2026-0001", "T1", None),
        ({"audit_id": "PA-1"}, None, None, "PA-1"),
        ({"case_reference": "C-7", "team": "T1"}, None, "T1", None),
        ({"case_reference": "C-7", "team": "cart"}, None, "T1", None),
        ({"case_reference": "C-7", "team": "Upstairs"}, None, None, "Upstairs"),
        ({"case_reference": "C-7"}, None, None, None),
        ({"audit": "PA-2026-9999"}, None, None, "PA-2026-9999"),
        ({"audit": "PA-2026-0001", "case_reference": "P-99", "team": "HART"}, "PA-2026-0001", "T1", "HART P-99"),
    ],
)
def test_what_is_typed_is_taken_as_people_say_it_and_kept_where_nobody_knows_it(
    client: TestClient, typed: dict[str, str], audit: str | None, team: str | None, where: str | None
) -> None:
    answer = client.post(ALERTS, json={"concern": "Alone.", **typed})

    assert answer.status_code == 201, answer.text
    assert tuple(answer.json()[name] for name in ("audit", "team", "where")) == (audit, team, where)
    assert {flag["rule"] for flag in answer.json()["flags"]} <= {"W7"}
    untold = [one["sentence"] for one in answer.json()["shortfalls"]]
    assert any("no team manager is told" in sentence for sentence in untold) == (team is None)


@pytest.mark.proves("W1", "W7")
@pytest.mark.usefixtures("audit_id")
def test_while_nobody_knows_the_team_the_audit_team_is_asked_and_no_manager_who_has_nothing_to_do_with_it(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    client.post(ALERTS, json={"concern": "Alone.", "case_reference": "C-7", "team": "Home Frist"})

    with sessions() as session:
        contents = [notice.content for notice in session.scalars(select(Notice))]
    assert {(it["as"], it["is_asked"]) for it in contents} == {("audit_team", True)}


@pytest.mark.proves("W7")
@pytest.mark.usefixtures("audit_id")
def test_what_is_missing_has_its_sentence_and_only_without_a_concern_is_an_alert_refused(client: TestClient) -> None:
    alone = client.post(ALERTS, json={"concern": "Alone."})
    said = [flag["sentence"] for flag in alone.json()["flags"]]
    refused = client.post(ALERTS, json={"case_reference": "C-7"})
    blank = client.post(ALERTS, json={"case_reference": "C-7", "concern": " "})

    assert (alone.status_code, alone.json()["case_reference"]) == (201, "")
    assert any("The case is not known" in sentence for sentence in said)
    assert any("The team is not known" in sentence for sentence in said)
    for each in (refused, blank):
        assert (each.status_code, each.json()["errors"][0]["pointer"]) == (422, "/concern")


@pytest.mark.proves("W7")
@pytest.mark.usefixtures("audit_id")
def test_the_audit_team_names_the_case_and_the_team_of_an_alert_that_came_with_neither(client: TestClient) -> None:
    alert = client.post(ALERTS, json={"concern": "Alone.", "audit": "PA-2026-9999"}).json()
    kinds = {task["kind"] for task in client.get("/v1/tasks?state=open").json()["items"]}
    assert kinds == {"safety_alert_without_team", "safety_alert_without_case"}

    def name(**named: str) -> Any:
        version = client.get(f"{ALERTS}/{alert['id']}").headers["etag"]
        return client.post(f"{ALERTS}/{alert['id']}/team", json=named, headers={"If-Match": version})

    assert name().status_code == 409
    assert name(case_reference="CASE-1").json()["case_reference"] == "CASE-1"
    assert name(case_reference="CASE-2").status_code == 409, "what is named stays"
    assert name(team="Cart").json()["team"] == "T1"
    assert client.get("/v1/tasks?state=open").json()["items"] == []


@pytest.mark.proves("W7", "C4")
def test_a_stranger_to_the_case_raises_one_if_they_are_staff_and_it_is_on_record(audit: AuditUnderWay) -> None:
    appoint_judges(audit)
    asked = {"concern": "Alone.", "audit_id": str(audit.audit_id)}

    answer = audit.client.post(ALERTS, json=asked, headers=audit.who("psw"))
    no_role = bearer(token_for(audit.provider, audit.clock(), "somebody-else"))
    refused = audit.client.post(ALERTS, json=asked, headers=no_role)

    assert (answer.status_code, answer.json()["is_concerned"]) == (201, False)
    assert any("nothing to do with the case" in flag["sentence"] for flag in answer.json()["flags"])
    assert refused.status_code == 403
    with audit.sessions() as session:
        assert session.scalars(select(SafetyAlert.is_concerned)).all() == [False]


@pytest.mark.proves("W7", "ladders.safety_alert_says")
def test_what_an_alert_does_not_replace_is_read_before_and_after_raising_one(
    client: TestClient, audit_id: uuid.UUID
) -> None:
    document = client.get("/openapi.json").json()["paths"][ALERTS]
    answer = client.post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)}).json()
    read = client.get(f"{ALERTS}/{answer['id']}").json()
    ladder = client.get("/v1/rules/ladders/safety_alert").json()

    assert SAYS in document["post"]["description"]
    assert all(SAYS in it["says"] for it in (answer, read))
    assert SAYS in str(ladder), "whoever builds a screen has it before anything is raised"


@pytest.mark.proves("W1", "W5")
def test_an_alert_is_acknowledged_once_and_resolved_with_a_summary_by_whoever_is_at_its_stage(
    client: TestClient, sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    alert = client.post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)}).json()

    def says(path: str, **body: str) -> Any:
        version = client.get(f"{ALERTS}/{alert['id']}").headers["etag"]
        return client.post(f"{ALERTS}/{alert['id']}/{path}", json=body, headers={"If-Match": version})

    assert says("answers", event="acknowledged").status_code == 200
    twice = says("answers", event="acknowledged")
    assert (twice.status_code, "acknowledged" in twice.json()["detail"]) == (409, True)
    without = says("answers", event="resolved")
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (409, "/summary")
    blank = says("answers", event="resolved", summary=" ")
    assert blank.status_code == 422
    too_early = says("referral", reason="Now.")
    assert (too_early.status_code, too_early.json()["rule"]) == (409, "W1")
    assert says("answers", event="ascended").status_code == 409
    assert says("answers", event="resolved", summary="With her sister.").status_code == 200
    after = says("answers", event="unresolved", summary="No.")
    assert after.status_code == 409
    with sessions() as session:
        assert set(session.scalars(select(SafetyAlertStepText.text))) == {"Alone.", "With her sister."}
