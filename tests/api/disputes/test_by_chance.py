"""Whatever people say of a dispute in whatever order, it stands where its steps say, and nothing breaks (D1 to D8)."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.queries.invariants import violations
from db.tables.disputes import Dispute
from rules.ladders import ladder_named
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.disputes_under_way import JUDGES, POLICY, appoint_judges, issued_below_good
from tests.integrations.pretend_provider import pretend_provider
from tests.small_council import work_on
from usecases.dispute_standings import standing_of
from usecases.dispute_walks import look_at_dispute

PEOPLE = ("practitioner", "manager", "head", "auditor", "audit_team", "audit_manager", *JUDGES)
NAMES = {
    **{role: name for name, (role, _, _) in JUDGES.items()},
    "team_manager": "manager",
    "raiser": "practitioner",
    **{name: name for name in ("practitioner", "audit_team", "audit_manager")},
}
EVENTS = ladder_named("dispute", POLICY).events


@pytest.fixture
def audit(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    with pretend_provider() as provider, audit_under_way(provider, tmp_path, sessions) as audit:
        yield audit


@pytest.mark.proves("D1", "D2", "D3", "D4", "D5", "D6", "D8")
@pytest.mark.parametrize("seed", range(4))
def test_a_dispute_stands_where_its_steps_say_whatever_is_tried(audit: AuditUnderWay, seed: int) -> None:
    chance = random.Random(seed)
    issued_below_good(audit, "inadequate", date(2026, 10, 28))
    dispute = appoint_judges(audit)
    audit.day(date(2026, 11, 2))
    assert dispute.raised().status_code == 201
    taken = 0
    for _ in range(60):
        if chance.random() < 0.15:
            dispute.sweep(audit.on + timedelta(days=chance.randint(1, 4)))
            continue
        more = {"summary": "As we found it."} if chance.random() < 0.9 else {}
        if chance.random() < 0.5:
            more["reason"] = "It is an exception."
        event = chance.choice([one for one in EVENTS if one != "withdrawn" or chance.random() < 0.1])
        if event == "resolved" and chance.random() < 0.5:
            more["overall_grade"] = chance.choice(("good", "requires_improvement", "splendid"))
        who = chance.choice(PEOPLE)
        if chance.random() < 0.5:  # somebody whom the rung names
            move = chance.choice(dispute.get("audit_team", "/allowed-moves").json()["moves"])
            event, who = move["event"], NAMES[chance.choice(move["by"])]
            if event in ("withdrawn", "resolved") and chance.random() < 0.9:
                continue
        answer = dispute.says(who, event, **more)
        assert answer.status_code in (200, 403, 404, 409, 422), answer.text
        taken += answer.status_code == 200
    with audit.sessions() as session:
        row = session.get_one(Dispute, dispute.id)
        work = work_on(session, audit.on)
        standing = standing_of(work, look_at_dispute(work, row.id), as_of=row.ended_on or audit.on)
        assert (standing.rung.id, standing.state) == (row.rung, row.state)
        assert violations(session) == []
    print(f"{taken} steps taken, {row.state} at {row.rung} on {audit.on}")
