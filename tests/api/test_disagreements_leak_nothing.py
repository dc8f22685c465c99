"""What was written in a dispute, alert or moderation is read there, by those who may, and nowhere else (C3, C4)."""

import uuid
from datetime import UTC, date, datetime

import pytest

from db.tables.moderation import ModeratedAudit, ModerationFrame, ModerationRound, Regrade
from tests.audits_under_way import ROLES, AuditUnderWay
from tests.disputes_under_way import POLICY, DisputeUnderWay, appoint_judges
from tests.small_council import SmallCouncil
from usecases.safety_alert_sweep import sweep_alerts
from usecases.sweep import sweep_due

CONCERN, REASON, FINDING, MODERATOR = "THE-CONCERN", "THE-REASON", "THE-FINDING", "THE-MODERATOR"
PEOPLE = ("practitioner", "auditor", "manager", "head", "audit_team", "audit_manager", "director", "administrator")
# What shows lists, tasks, clocks, messages and records, of the audit and of everything.
PLACES = (
    *("/v1/audits", "/v1/audits/{audit}", "/v1/audits/{audit}/timeline", "/v1/audits/{audit}/allowed-moves"),
    *("/v1/audits/{audit}/versions", "/v1/deadlines", "/v1/notices", "/v1/tasks", "/v1/trail", "/v1/me"),
    *("/v1/case-system/commands", "/v1/disputes", "/v1/safety-alerts", "/v1/moderation-rounds", "/v1/jobs"),
)


# Whoever reads the record reads what was written with it, and reaches every dispute and alert besides.
ON_RECORD = {(who, "/v1/trail", said) for who in ("administrator", "audit_manager") for said in (CONCERN, REASON)}


@pytest.fixture
def here(audit: AuditUnderWay) -> DisputeUnderWay:
    """An issued audit in dispute, with an open alert and a draft of a regrade, some days on."""
    audit.issued("good", date(2026, 10, 28))
    here = appoint_judges(audit)
    audit.day(date(2026, 11, 2))
    body = {"audit_id": audit.audit_id, "grounds": [{"part": "findings", "reasons": REASON, "evidence": REASON}]}
    raised = audit.client.post("/v1/disputes", json=body, headers=audit.who("practitioner"))
    assert raised.status_code == 201, raised.text
    here.id = raised.json()["id"]
    asked = {"concern": CONCERN, "audit_id": audit.audit_id}
    alert = audit.client.post("/v1/safety-alerts", json=asked, headers=audit.who("auditor"))
    assert alert.status_code == 201, alert.text
    _moderated(audit)
    audit.day(date(2026, 11, 10))
    here.sweep(date(2026, 11, 10))
    sweep_alerts(here.means())
    sweep_due(here.means())
    return here


def _moderated(audit: AuditUnderWay) -> None:
    now, month = datetime(2026, 11, 2, 8, tzinfo=UTC), date(2026, 9, 1)
    with audit.sessions.begin() as session:
        council = SmallCouncil(session)
        frame = ModerationFrame(month=month, hash="0" * 64, canonical="{}", frozen_at=now)
        session.add(frame)
        session.flush()
        drawn = ModerationRound(frame_id=frame.id, month=month, drawn_on=month, drawn_at=now, drawn_by="a test")
        drawn.edition_id, drawn.edition_version, drawn.seed = POLICY.edition.id, POLICY.edition.version, "a seed"
        drawn.due_on, drawn.result = date(2026, 11, 30), {"size_drawn": 1}
        session.add(drawn)
        session.flush()
        row = ModeratedAudit(round_id=drawn.id, audit_id=uuid.UUID(audit.audit_id), place=1, auditor_grade="good")
        row.moderator_id = council.person(MODERATOR)
        row.is_own_service, row.reasons, row.report_version, row.due_on = False, [], 1, drawn.due_on
        row.state = "allocated"
        session.add(row)
        session.flush()
        regrade = Regrade(moderated_audit_id=row.id, overall_grade="inadequate", findings=FINDING)
        regrade.strengths, regrade.areas_to_improve, regrade.saved_at, regrade.saved_by = [], [], now, "a test"
        session.add(regrade)


def seen(here: DisputeUnderWay, who: str, path: str) -> str:
    asked = path.replace("{audit}", here.audit.audit_id)
    answer = here.audit.client.get(asked, headers=here.audit.who(who))
    assert answer.status_code in (200, 403, 404), f"{who} {path}: {answer.text[:300]}"
    return answer.text if answer.status_code == 200 else ""


@pytest.mark.proves("C3", "C4", "W7", "D1", "M3")
def test_texts_are_read_where_they_were_written_and_nowhere_else(here: DisputeUnderWay) -> None:
    leaks = [
        (who, path, secret)
        for who in PEOPLE
        for path in PLACES
        for secret in (CONCERN, REASON, FINDING)
        if secret in seen(here, who, path) and (who, path, secret) not in ON_RECORD
    ]
    assert leaks == []


@pytest.mark.proves("M3", "M4", "C4")
def test_the_audited_and_the_auditor_hear_of_no_moderator_and_no_regrade_before_there_is_feedback(
    here: DisputeUnderWay,
) -> None:
    rounds = here.audit.client.get("/v1/moderation-rounds/audits", headers=here.audit.who("audit_team")).json()
    (moderated,) = rounds["items"]
    places = (*PLACES, "/v1/moderation-rounds/audits", f"/v1/moderation-rounds/audits/{moderated['id']}")
    for who in ("practitioner", "auditor", "manager"):
        assert [(who, path) for path in places if MODERATOR in seen(here, who, path)] == []
        assert here.audit.client.get(places[-1], headers=here.audit.who(who)).status_code in (403, 404)
    assert MODERATOR in seen(here, "audit_team", "/v1/moderation-rounds/audits")


@pytest.mark.proves("C4", "W1", "D1")
def test_what_is_nobodys_business_is_in_none_of_their_lists(here: DisputeUnderWay) -> None:
    ROLES.setdefault("psw", "Audit.PSW")
    for who, lists in {
        "practitioner": {"/v1/disputes": 1, "/v1/safety-alerts": 0},
        "auditor": {"/v1/disputes": 1, "/v1/safety-alerts": 1},
        "manager": {"/v1/disputes": 1, "/v1/safety-alerts": 1},
        "psw": {"/v1/disputes": 1, "/v1/safety-alerts": 0},
        "audit_team": {"/v1/disputes": 1, "/v1/safety-alerts": 1},
        "leader": {},
    }.items():
        for path, count in lists.items():
            answer = here.audit.client.get(path, headers=here.audit.who(who)).json()
            assert (len(answer["items"]), answer.get("next"), sorted(answer)) == (count, None, ["items", "next"]), who
