"""Whoever changes a report to Inadequate says whether anyone is unsafe now, however it is changed (L2, L15, D7, M6)."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from clock import Clock
from db.tables.audit_life import ReportCorrection
from db.tables.audits import Audit
from tests.api.signing_in import app_of, asking, link, settings_of
from tests.audits_under_way import AuditUnderWay
from tests.disputes_under_way import appoint_judges
from tests.integrations.pretend_provider import PretendProvider
from tests.moderated import moderating_council
from tests.moderating import LEADER, MARCH, TEAM, Moderating

LATER = date(2026, 11, 2)
Asks = Callable[..., Any]
ROLES = {"TEAM": TEAM, "M1": LEADER, "M2": LEADER}


def an_alert(audit: AuditUnderWay) -> Any:
    asked = {"concern": "He is alone.", "audit_id": str(audit.audit_id)}
    return audit.client.post("/v1/safety-alerts", json=asked, headers=audit.who("auditor"))


def a_correction(audit: AuditUnderWay) -> Asks:
    return lambda **more: audit.post(
        "audit_manager", "/corrections", {"reason": "Mistyped.", "overall_grade": "inadequate", **more}
    )


def a_dispute(audit: AuditUnderWay) -> Asks:
    dispute = appoint_judges(audit)
    assert dispute.raised().status_code == 201
    dispute.said("manager", "meeting_held")
    words = {"summary": "The visit of May was none.", "overall_grade": "inadequate"}
    return lambda **more: dispute.says("manager", "resolved", **words, **more)


@pytest.mark.proves("L2", "L15", "D7")
@pytest.mark.parametrize("how", [a_correction, a_dispute])
def test_a_report_becomes_inadequate_with_a_word_on_safety_alone(
    audit: AuditUnderWay, how: Callable[[AuditUnderWay], Asks]
) -> None:
    audit.issued()
    audit.day(LATER)
    change = how(audit)

    unasked = change()
    assert (unasked.status_code, unasked.json()["errors"][0]["pointer"]) == (422, "/is_anyone_unsafe")
    assert audit.row().overall_grade == "good"
    changed = change(is_anyone_unsafe=False)

    assert changed.status_code == 200, changed.text
    assert audit.row().overall_grade == "inadequate"
    with audit.sessions() as session:
        assert session.scalars(select(ReportCorrection.is_anyone_unsafe)).all() == [False]


@pytest.mark.proves("L2", "W7", "L15", "D7")
@pytest.mark.parametrize("how", [a_correction, a_dispute])
def test_where_somebody_is_unsafe_the_alert_comes_first_and_an_old_one_is_none(
    audit: AuditUnderWay, how: Callable[[AuditUnderWay], Asks]
) -> None:
    old = an_alert(audit).json()
    asked = {"event": "resolved", "summary": "He has moved to his sister."}
    done = audit.client.post(
        f"/v1/safety-alerts/{old['id']}/answers",
        json=asked,
        headers={**audit.who("manager"), "If-Match": f'"{old["version"]}"'},
    )
    assert done.status_code == 200, done.text
    audit.issued()
    audit.day(LATER)
    change = how(audit)

    without = change(is_anyone_unsafe=True)
    assert (without.status_code, without.json()["rule"]) == (409, "L2"), "the one of before was another"
    assert "raise it first" in without.json()["detail"]
    assert an_alert(audit).status_code == 201

    assert change(is_anyone_unsafe=True).status_code == 200


@pytest.mark.proves("L2")
def test_a_domain_that_becomes_inadequate_asks_too_and_one_that_is_does_not_ask_again(audit: AuditUnderWay) -> None:
    audit.issued()
    audit.day(LATER)
    domain = audit.first_domain()
    change = a_correction(audit)

    first = {"overall_grade": None, "domain_grades": {domain: "inadequate"}}
    assert change(**first).status_code == 422
    assert change(**first, is_anyone_unsafe=False).status_code == 200

    stands = {"overall_grade": "requires_improvement", "domain_grades": {domain: "inadequate"}}
    assert change(**stands).status_code == 200


@pytest.fixture
def people(provider: PretendProvider, tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[Moderating]:
    with sessions.begin() as session:
        council = moderating_council(session)
        for name in ROLES:
            link(council, provider, name, name)
    app = app_of(settings_of(provider, tmp_path), Clock.set_to(MARCH), sessions)
    with asking(app) as client:
        yield Moderating(client, provider, sessions, ROLES)


@pytest.mark.proves("L2", "M6")
def test_moderators_who_find_a_report_inadequate_are_asked_when_it_is_recorded(people: Moderating) -> None:
    with people.sessions() as session:
        grades = {str(audit.id): audit.overall_grade for audit in session.scalars(select(Audit))}
    one = next(it for it in people.drawn()["audits"] if grades.get(it["audit_id"]) != "inadequate")
    people.fed_back(one, "inadequate")
    path, asked = f"/audits/{one['id']}/grade-change", {"reason": "The moderators ask for it."}

    unasked = people.change("TEAM", "POST", path, asked)
    done = people.change("TEAM", "POST", path, {**asked, "is_anyone_unsafe": False})

    assert (unasked.status_code, unasked.json()["errors"][0]["pointer"]) == (422, "/is_anyone_unsafe")
    assert (done.status_code, done.json()["overall_grade"]) == (200, "inadequate"), done.text
