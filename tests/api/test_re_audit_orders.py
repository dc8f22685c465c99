"""A third re-audit over HTTP: the director orders it, or the audit manager records that they did (R2)."""

import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audit_life import ReAuditOrder
from db.tables.audits import Audit
from db.tables.organisation import Person
from db.tables.trail import TrailEntry
from tests.api.signing_in import link
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.integrations.pretend_provider import pretend_provider
from tests.small_council import SmallCouncil

ORDER = {"decision": "ordered", "reason": "Twice without an effect."}


@pytest.fixture
def audit(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    """A second re-audit, issued on Wednesday 28 October 2026 and still graded Inadequate."""
    with pretend_provider() as provider, audit_under_way(provider, tmp_path, sessions) as audit:
        audit.issued()
        with sessions.begin() as session:
            council = SmallCouncil(session)
            council.person("LEADER")
            link(council, provider, "leader", "LEADER")
            row = session.get_one(Audit, audit.audit_id)
            before = None
            for number, month in enumerate(("2026-03", "2026-06")):
                again = {"kind": "re_audit", "sequence": number, "re_audit_of": before} if number else {}
                whose = {"state": "issued", "overall_grade": "inadequate", **again}
                before = council.audit(f"PA-2026-900{number}", month, row.case_reference, audit.people()[1], **whose)
            row.kind, row.sequence, row.re_audit_of, row.overall_grade = "re_audit", 2, before, "inadequate"
        yield audit


def person(audit: AuditUnderWay, reference: str) -> str:
    with audit.sessions() as session:
        return str(session.scalars(select(Person.id).where(Person.reference == reference)).one())


def refused(audit: AuditUnderWay, who: str, **more: Any) -> tuple[int, str, str]:
    answer = audit.post(who, "/further-re-audit", {**ORDER, **more})
    return answer.status_code, answer.json()["code"], answer.json()["detail"]


def offered(audit: AuditUnderWay, who: str) -> tuple[bool, str]:
    moves = {it["event"]: it for it in audit.get(who, "/allowed-moves").json()["moves"]}
    move = moves["further_re_audit_ordered"]
    return move["is_allowed"], " ".join(it["sentence"] for it in move["reasons"])


@pytest.mark.proves("R2", "C4")
def test_the_director_orders_a_third_re_audit_themselves(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 11, 3))
    # Of the senior leaders only the director is one; who may do everything is not one by that.
    assert refused(audit, "leader")[:2] == (409, "not_allowed_now")
    assert offered(audit, "leader") == (False, offered(audit, "leader")[1])
    assert "is for the director or the audit manager" in offered(audit, "leader")[1]
    assert "name who decided" in refused(audit, "administrator")[2]
    assert refused(audit, "head")[0] == 403

    assert offered(audit, "director")[0]
    audit.moved("director", "/further-re-audit", ORDER)

    sentence = "the director (DIRECTOR) ordered a further re-audit on Tuesday 3 November 2026."
    entries = audit.get("director", "/timeline").json()["entries"]
    (told,) = [it for it in entries if it["what"] == "further_re_audit_ordered"]
    assert (told["rule"], told["texts"], told["sentence"].endswith(sentence)) == (
        "R2",
        {"reason": ORDER["reason"]},
        True,
    )


@pytest.mark.proves("R2", "C4")
def test_the_audit_manager_records_what_the_director_decided_and_when(audit: AuditUnderWay) -> None:
    audit.day(date(2026, 11, 5))
    director = {"decided_by_id": person(audit, "DIRECTOR")}
    assert "name who decided" in refused(audit, "audit_manager")[2]
    assert "name who decided" in refused(audit, "audit_manager", **director)[2]
    assert "is still to come" in refused(audit, "audit_manager", **director, decided_on="2026-11-06")[2]
    assert "when the report was issued" in refused(audit, "audit_manager", **director, decided_on="2026-10-27")[2]
    leader = {"decided_by_id": person(audit, "LEADER"), "decided_on": "2026-11-03"}
    assert "LEADER was not the director" in refused(audit, "audit_manager", **leader)[2]
    assert refused(audit, "audit_manager", decided_by_id=str(uuid.uuid4()), decided_on="2026-11-03")[0] == 422
    assert refused(audit, "audit_manager", **director, decided_on="2026-11-03", decision="waived")[0] == 422

    audit.moved("audit_manager", "/further-re-audit", {**ORDER, **director, "decided_on": "2026-11-03"})

    with audit.sessions() as session:
        kept = session.scalars(select(ReAuditOrder)).one()
        assert (str(kept.decided_by_id), kept.decided_on) == (director["decided_by_id"], date(2026, 11, 3))
        entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "further_re_audit_ordered")).one()
    assert entry.actor == "person AUDIT_MANAGER"
    assert (entry.details["decided_by"], entry.details["on"]) == (director["decided_by_id"], "2026-11-03")
    (told,) = [
        it for it in audit.get("audit_team", "/timeline").json()["entries"] if it["what"] == "further_re_audit_ordered"
    ]
    assert (told["on"], told["by"]) == ("2026-11-03", "person AUDIT_MANAGER")
    assert (
        "the director (DIRECTOR) ordered a further re-audit on Tuesday 3 November 2026; the audit" in told["sentence"]
    )
