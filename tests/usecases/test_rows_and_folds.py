"""Whatever happens to an audit, its rows tell the same of it as its steps folded one after the other (L12, Q2, Q3)."""

from dataclasses import fields, replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from db.queries.audit_contents import save_grading
from db.tables.audits import Audit
from rules.audit_facts import Actor, Asked, AuditFacts
from rules.gradings import Stage
from rules.lifecycles import SCHEDULER, Event, State, allowed_moves, facts_after
from rules.programme import cycle_of
from tests.grading_contents import after_discussion, whole_grading
from tests.small_council import SmallCouncil, found_council, work_on
from tests.usecases.test_audit_life import ACTION
from usecases.audit_facts import facts_of
from usecases.audit_life import Move, move
from usecases.audit_tools import tool_of_audit
from usecases.held_audits import look_at_audit
from usecases.improvement_plans import draft_plan
from usecases.work import Work

FIRST = date(2026, 10, 1)
# Told by what was written and by the case system, and not by steps.
BESIDE = {"missing", "missing_for_discussion", "grade_before", "grade_after", "plan_is_owed", "actions_agreed"}
BESIDE |= {"uploaded_on", "case_note_is_owed"}
GRADES = ("good", "requires_improvement", "inadequate")
ENDS = (Event.AUDIT_WITHDRAWN, Event.AUDIT_CLOSED)
ROLES = ("auditor", "practitioner", "team_manager", "head_of_service", "audit_team", "audit_manager", SCHEDULER)


def under_way(session: Session) -> Audit:
    """A first re-audit that stays Inadequate, written from end to end, and allocated in October."""
    council: SmallCouncil = found_council(session, date(2026, 9, 28))
    told = {"state": "issued", "overall_grade": "inadequate", "auditor": "review-A1"}
    before = council.audit("PA-2026-0001", "2026-07", "REV-P1-1", "REV-P1", **told)
    again = {"kind": "re_audit", "sequence": 1, "re_audit_of": before, "auditor": "home_first-A1"}
    now = {"state": "allocated", "overall_grade": None, "issued_on": None, "report_due_on": date(2026, 10, 29)}
    audit = session.get_one(Audit, council.audit("PA-2026-0002", "2026-10", "REV-P1-1", "REV-P1", **again, **now))
    work = work_on(session, FIRST)
    first = whole_grading(tool_of_audit(work, audit), "inadequate")
    save_grading(session, audit.id, Stage.BEFORE_DISCUSSION, first, at=work.now, by="a test")
    second = after_discussion(first, "inadequate")
    save_grading(session, audit.id, Stage.AFTER_DISCUSSION, second, at=work.now, by="a test")
    draft_plan(work, audit.id, [ACTION], version=0)
    return audit


def by_rows(work: Work, audit: Audit) -> AuditFacts:
    return facts_of(work, look_at_audit(work, audit.id))


def told(facts: AuditFacts) -> dict[str, object]:
    shown = {field.name: getattr(facts, field.name) for field in fields(facts) if field.name not in BESIDE}
    return {**shown, "open_deadlines": dict(facts.open_deadlines)}


def asked_for(event: Event, chance: Random, on: date, facts: AuditFacts) -> Asked:
    held_on = max(facts.issued_on or facts.allocated_on, on - timedelta(days=chance.randrange(3)))
    if event in (Event.MEETING_ARRANGED, Event.MEETING_MOVED):
        held_on = on + timedelta(days=chance.randrange(9))
    return Asked(
        on_day=held_on,
        reason="It is so.",
        has_text=True,
        points=1,
        offers_discussion=event is Event.REPORT_RETURNED and chance.random() < 0.5,
        grade=chance.choice(("good", "requires_improvement", "inadequate"))
        if event is Event.REPORT_CORRECTED
        else None,
    )


@pytest.mark.proves("Q2", "Q3", "L12", "L15", "L10")
@pytest.mark.parametrize("seed", range(3))
def test_rows_and_folded_steps_tell_the_same_after_every_move(session: Session, seed: int) -> None:
    audit, chance, on = under_way(session), Random(seed), FIRST
    facts = by_rows(work_on(session, on), audit)
    for _ in range(30):
        on += timedelta(days=chance.choice((0, 0, 1, 4, 9)))
        work = work_on(session, min(on, date(2027, 6, 30)))
        facts = _with_what_is_beside(facts, by_rows(work, audit))
        role = chance.choice(ROLES)
        possible: list[Event] = [
            move.event
            for move in allowed_moves(facts, Actor.of(role), on=work.today, policy=work.policy, calendar=work.calendar)
            if move.is_allowed and move.event not in (*ENDS, Event.FEEDBACK_GIVEN)
        ]
        if not possible:
            continue
        # A report is returned more often than it is accepted, so that it is late more than once.
        event = chance.choice([*possible, *[it for it in possible if it is Event.REPORT_RETURNED] * 4])
        asked = asked_for(event, chance, work.today, facts)
        if event is Event.REPORT_CORRECTED and asked.grade == facts.grade:
            continue
        made = move(work, audit.id, Move(event=event, asked=asked, by=SCHEDULER if role == SCHEDULER else None))
        facts = facts_after(facts, made.decision, asked)

        assert told(by_rows(work, audit)) == told(facts), f"after {event} on {work.today}"
    assert facts.state is not State.ALLOCATED


def _with_what_is_beside(facts: AuditFacts, rows: AuditFacts) -> AuditFacts:
    return replace(facts, **{name: getattr(rows, name) for name in BESIDE})


@pytest.mark.proves("L12", "Q2", "Q3")
def test_the_first_time_counts_as_not_accepted_and_the_newest_says_for_which_cycle_it_is_completed(
    session: Session,
) -> None:
    audit = under_way(session)
    steps = [
        (date(2026, 10, 20), Event.DISCUSSION_HELD, Asked(on_day=date(2026, 10, 20))),
        (date(2026, 10, 21), Event.REPORT_SUBMITTED, Asked()),
        (date(2026, 10, 22), Event.REPORT_RETURNED, Asked(points=1)),
        (date(2026, 10, 28), Event.NOT_ACCEPTED, Asked()),
        (date(2026, 11, 10), Event.REPORT_AMENDED, Asked()),
        (date(2026, 11, 11), Event.REPORT_RETURNED, Asked(points=1)),
        (date(2026, 11, 30), Event.NOT_ACCEPTED, Asked()),
    ]
    for on, event, asked in steps:
        move(work_on(session, on), audit.id, Move(event=event, asked=asked))
    work = work_on(session, date(2026, 12, 1))
    facts = by_rows(work, audit)
    assert (facts.not_accepted_on, facts.carried_over_on) == (date(2026, 10, 28), date(2026, 11, 30))
    january = cycle_of(work.policy, work.calendar, "2027-01")
    assert facts.open_deadlines["time_limits.carried_over_report_before_close"] == january.report_due_on
