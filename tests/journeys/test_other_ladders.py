"""Each of the four ladders with a rung more and a rung less, over HTTP and by the clock: only data differs.

`-rP` prints what was said, day by day.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.queries.invariants import violations
from db.tables.audits import Audit
from db.tables.deadlines import Deadline, DeadlineCrossing
from tests.audits_under_way import audit_under_way
from tests.disputes_under_way import DisputeUnderWay, appoint_judges, issued_below_good
from tests.integrations.pretend_provider import pretend_provider
from tests.other_ladders import a_rung_less, a_rung_more, other_words
from usecases.lapsed_amendments import say_not_accepted
from usecases.safety_alert_sweep import sweep_alerts
from usecases.sweep import sweep_due

MORE, LESS = a_rung_more, a_rung_less
CONCERN = {"concern": "She is alone and there is no heating.", "case_reference": "C-7", "team": "CART"}


@pytest.fixture
def at_home(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[DisputeUnderWay]:
    with pretend_provider() as provider, audit_under_way(provider, tmp_path / "data", sessions) as audit:
        yield appoint_judges(audit)


@pytest.fixture
def under(at_home: DisputeUnderWay, tmp_path: Path) -> Callable[[Callable[..., Any]], DisputeUnderWay]:
    def put_in_force(edition: Callable[..., Any]) -> DisputeUnderWay:
        at_home.in_force(edition(tmp_path / "edition"))
        return at_home

    return put_in_force


def printed(here: DisputeUnderWay, path: str) -> str:
    """A timeline as it reads, printed."""
    answer = here.audit.client.get(path, headers=here.audit.who("audit_team"))
    assert answer.status_code == 200, answer.text
    lines = [f"{line['on']} {line['sentence']}" for line in answer.json()["entries"]]
    print("\n".join(lines))
    return "\n".join(lines)


def clocks(here: DisputeUnderWay, ladder: str) -> dict[str, tuple[str, str, str]]:
    """Every clock whose name begins so: who owes it, of several the first, by when, and how that stands."""
    with here.audit.sessions() as session:
        rows = session.scalars(select(Deadline).where(Deadline.time_limit.startswith(ladder)).order_by(Deadline.id))
        return {row.time_limit: (row.owed_by_role, str(row.due_on), row.state) for row in reversed(rows.all())}


def crossings(here: DisputeUnderWay) -> list[tuple[str, str]]:
    with here.audit.sessions() as session:
        rows = session.scalars(select(DeadlineCrossing).order_by(DeadlineCrossing.id))
        return [(row.kind, str(row.crossed_on)) for row in rows]


def nothing_is_wrong(here: DisputeUnderWay) -> None:
    with here.audit.sessions() as session:
        assert violations(session) == []


@pytest.mark.proves("D1", "D7", "ladders.dispute")
@pytest.mark.parametrize(
    ("edition", "first_due_on", "second", "word"),
    [
        (MORE, "2026-11-05", ("DM", "head_of_service", "2026-11-10"), ("head", "mediated", "D2")),
        (LESS, "2026-11-09", ("D3", "audit_manager", "2026-11-05"), ("audit_manager", "course_agreed", "D4")),
    ],
    ids=["a rung more", "a rung less"],
)
def test_a_dispute_goes_by_the_rungs_that_there_are(
    under: Any, edition: Any, first_due_on: str, second: tuple[str, str, str], word: tuple[str, str, str]
) -> None:
    here, (rung, owed_by, due_on), (who, event, reached) = under(edition), second, word
    here.audit.issued("good", date(2026, 10, 28))
    here.audit.day(date(2026, 11, 2))
    raised = here.raised("practitioner")
    assert raised.status_code == 201, raised.text
    assert raised.json()["due_on"] == first_due_on
    here.audit.day(date(2026, 11, 4))
    said = here.said("manager", "meeting_held")
    assert (said["rung"], said["due_on"]) == (rung, due_on)
    assert clocks(here, "ladders.dispute.")[f"ladders.dispute.{rung}"] == (owed_by, due_on, "running")
    here.sweep(date(2026, 11, 11))
    here.sweep(date(2026, 11, 11))
    moves = here.get(who, "/allowed-moves").json()["moves"]
    assert event in {move["event"] for move in moves if move["is_allowed"]}
    assert here.said(who, event, summary="We spoke.")["rung"] == reached
    told = printed(here, f"/v1/disputes/{here.id}/timeline")
    assert told.count(f"The time of {rung} ran out") == 1
    assert {"practitioner", "auditor", "audit_team"} <= here.told()
    nothing_is_wrong(here)


@pytest.mark.proves("D2", "D7", "ladders.dispute")
def test_a_dispute_is_resolved_by_whom_its_rung_names_whoever_resolves_it_elsewhere(under: Any) -> None:
    here = under(MORE)
    here.audit.issued("good", date(2026, 10, 28))
    here.audit.day(date(2026, 11, 2))
    assert here.raised("practitioner").status_code == 201
    here.said("manager", "meeting_held")
    resolved = here.said("head", "resolved", summary="The visit counts.", overall_grade="outstanding")
    assert (resolved["state"], resolved["grade_after"]) == ("resolved", "outstanding")
    moves = {move["event"]: move for move in here.audit.get("auditor", "/allowed-moves").json()["moves"]}
    (why,) = moves["dispute_resolved"]["reasons"]
    assert "for the head of service, the team manager, " in why["sentence"]
    assert "the assistant director for quality assurance or the divisional director" in why["sentence"]
    nothing_is_wrong(here)


@pytest.mark.proves("D1", "D2", "D4", "ladders.dispute")
def test_what_an_exit_asks_for_goes_with_it_under_another_name(under: Any) -> None:
    here = under(other_words)
    here.audit.issued("good", date(2026, 10, 28))
    here.audit.day(date(2026, 11, 2))
    assert here.raised("practitioner").status_code == 201
    here.audit.day(date(2026, 11, 4))
    moves = {move["event"]: move["needs_summary"] for move in here.get("manager", "/allowed-moves").json()["moves"]}
    assert moves == {"sat_together": False, "passed_up": False, "withdrawn": False}
    assert here.said("manager", "sat_together", on="2026-11-03")["due_on"] == "2026-11-05"
    unsaid = here.says("manager", "still_apart")
    assert (unsaid.status_code, unsaid.json()["errors"][0]["pointer"]) == (422, "/summary")
    told_later = here.says("manager", "still_apart", summary="We see it differently.", on="2026-11-03")
    assert (told_later.status_code, told_later.json()["errors"][0]["pointer"]) == (422, "/on")
    here.said("manager", "still_apart", summary="We see it differently.")
    assert here.said("manager", "passed_up")["rung"] == "D3"
    here.said("audit_manager", "way_chosen", summary="We read the record again.")
    assert here.said("psw", "settled", summary="It stands.")["state"] == "resolved"
    assert "Settled on Wednesday 4 November 2026" in printed(here, f"/v1/disputes/{here.id}/timeline")
    nothing_is_wrong(here)


@pytest.mark.proves("W1", "W5", "ladders.safety_alert")
def test_what_a_stage_puts_on_record_goes_with_it_under_another_name(under: Any) -> None:
    here = under(other_words)
    here.audit.day(date(2026, 11, 2))
    raised = here.audit.client.post("/v1/safety-alerts", json=CONCERN, headers=here.audit.who("auditor")).json()
    path, manager = f"/v1/safety-alerts/{raised['id']}", here.audit.who("manager")
    moves = here.audit.client.get(f"{path}/allowed-moves", headers=manager).json()["moves"]
    assert {move["event"]: move["needs_summary"] for move in moves} == {
        "acknowledged": False,
        "resolved": True,
        "still_unsafe": True,
    }


@pytest.mark.proves("W1", "W6", "ladders.safety_alert")
@pytest.mark.parametrize(
    ("edition", "days"),
    [
        (MORE, ["2026-11-02 W1 2026-11-04", "2026-11-05 WX 2026-11-06", "2026-11-07 W2 2026-11-13"]),
        (LESS, ["2026-11-02 W1 2026-11-03", "2026-11-04 W3 2026-11-11", "2026-11-12 W3 2026-11-11"]),
    ],
    ids=["a rung more", "a rung less"],
)
def test_an_alert_goes_up_by_the_rungs_that_there_are(under: Any, edition: Any, days: list[str]) -> None:
    here = under(edition)
    here.audit.day(date(2026, 11, 2))
    raised = here.audit.client.post("/v1/safety-alerts", json=CONCERN, headers=here.audit.who("auditor"))
    assert raised.status_code == 201, raised.text
    path = f"/v1/safety-alerts/{raised.json()['id']}"
    for day, rung, due_on in map(str.split, days):
        here.audit.day(date.fromisoformat(day))
        sweep_alerts(here.means())
        sweep_alerts(here.means())
        read = here.audit.client.get(path, headers=here.audit.who("audit_team")).json()
        assert (read["rung"], read["due_on"]) == (rung, due_on)
    printed(here, f"{path}/timeline")
    nothing_is_wrong(here)


@pytest.mark.proves("Q1", "Q2", "ladders.quality_of_reports")
@pytest.mark.parametrize(
    ("edition", "due_on", "said", "not_accepted"),
    [
        (MORE, "2026-10-29", ["reminder_3", "rung_Q2", "reminder_1"], 1),
        (LESS, "2026-10-23", ["reminder_1", "overdue"], 0),
    ],
    ids=["a rung more", "a rung less"],
)
def test_a_returned_report_goes_by_the_rungs_that_there_are(
    under: Any, edition: Any, due_on: str, said: list[str], not_accepted: int
) -> None:
    here = under(edition)
    here.audit.day(date(2026, 10, 20))
    here.audit.grade("good")
    here.audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-20"})
    here.audit.grade("good", after=True)
    here.audit.moved("auditor", "/submissions")
    here.audit.moved("audit_team", "/quality-checks", {"outcome": "returned", "points": ["Say who was there."]})
    assert clocks(here, "time_limits.amendment_within") == {
        "time_limits.amendment_within": ("auditor", due_on, "running")
    }
    of_others = len(crossings(here))
    for day in range(21, 31):
        here.audit.day(date(2026, 10, day))
        found = say_not_accepted(here.means())
        sweep_due(here.means())
        sweep_due(here.means())
        assert found == (not_accepted if day == 30 else 0)
    with here.audit.sessions() as session:
        kinds = session.scalars(
            select(DeadlineCrossing.kind)
            .join(Deadline, Deadline.id == DeadlineCrossing.deadline_id)
            .where(Deadline.time_limit.startswith("time_limits.amendment"))
            .order_by(DeadlineCrossing.id)
        ).all()
    assert (of_others, list(kinds)) == (0, said)
    printed(here, f"/v1/audits/{here.audit.audit_id}/timeline")
    amended = here.audit.moved("auditor", "/submissions")
    assert amended["state"] == "submitted"
    nothing_is_wrong(here)


@pytest.mark.proves("S7", "R2", "R4", "ladders.re_audit")
@pytest.mark.parametrize(
    ("edition", "sequence", "clock"),
    [
        (MORE, 2, None),
        (MORE, 3, "2026-11-03"),
        (LESS, 0, None),
        (LESS, 1, "2026-10-30"),
    ],
    ids=[
        "a third by itself",
        "a fourth at the director's word",
        "a first by itself",
        "a second at the director's word",
    ],
)
def test_re_audits_follow_by_the_rungs_that_there_are(
    under: Any, edition: Any, sequence: int, clock: str | None
) -> None:
    here = under(edition)
    if sequence:
        with here.audit.sessions.begin() as session:
            row = session.get_one(Audit, here.audit.audit_id)
            row.kind, row.sequence = "re_audit", sequence
    issued_below_good(here.audit, "inadequate", date(2026, 10, 28))
    told = printed(here, f"/v1/audits/{here.audit.audit_id}/timeline")
    if clock is None:
        assert "calls for a" in told
        assert clocks(here, "ladders.re_audit.") == {}
        nothing_is_wrong(here)
        return
    assert clocks(here, "ladders.re_audit.") == {"ladders.re_audit.R4": ("director", clock, "running")}
    here.audit.day(date(2026, 11, 4))
    sweep_due(here.means())
    assert clocks(here, "ladders.re_audit.")["ladders.re_audit.R4"] == ("director", clock, "overdue")
    here.audit.moved("director", "/further-re-audit", {"decision": "ordered", "reason": "The risk remains."})
    assert clocks(here, "ladders.re_audit.")["ladders.re_audit.R4"] == ("director", clock, "met")
    printed(here, f"/v1/audits/{here.audit.audit_id}/timeline")
    nothing_is_wrong(here)
