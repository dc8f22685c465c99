"""A re-audit whose case has closed: left to the audit team, who names another case or closes with a reason (S7)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.queries.invariants import violations
from db.tables.aliases import CaseAlias
from db.tables.audit_life import AuditStep, AuditStepText
from db.tables.audits import Audit
from db.tables.caseload import Involvement
from db.tables.organisation import Person
from db.tables.tasks import Task
from rules.lifecycles import Asked, Event
from tests.small_council import SmallCouncil, at, found_council, work_on
from usecases.audit_cycles import CycleOpened, open_cycle
from usecases.audit_life import Move, move
from usecases.errors import AlreadyDifferent, NotAllowedNow
from usecases.re_audit_cases import choose_case

FIRST, BEFORE = date(2026, 10, 1), date(2026, 9, 29)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    return found_council(session, date(2026, 9, 28))


def waiting(council: SmallCouncil, practitioner: str = "REV-P1", **facts: Any) -> Audit:
    """An audit of July, graded Inadequate, whose case has closed since."""
    case = facts.pop("case", f"GONE-{practitioner}")
    graded = {"state": "issued", "overall_grade": "inadequate", "auditor": "review-A1", **facts}
    audit_id = council.audit(f"PA-{practitioner}", "2026-07", case, practitioner, **graded)
    return council.session.get_one(Audit, audit_id)


def choose(council: SmallCouncil, audit: Audit, case: str, on: date = BEFORE, **facts: Any) -> None:
    choose_case(work_on(council.session, on), audit.id, case, **facts)


def why_not(council: SmallCouncil, audit: Audit, case: str) -> tuple[str | None, str]:
    version = audit.version
    with pytest.raises(NotAllowedNow) as refused:
        choose(council, audit, case)
    assert audit.version == version
    return refused.value.rule, refused.value.sentence


def looks_at(audit: Audit) -> str | None:
    """The other case that its re-audit looks at."""
    return audit.re_audit_case_reference


def opened(council: SmallCouncil, on: date = FIRST, month: str = "2026-10") -> CycleOpened:
    return open_cycle(work_on(council.session, on), month)


def re_audits(council: SmallCouncil) -> dict[str, str]:
    """The case that each re-audit looks at, by the audit before."""
    rows = council.session.scalars(select(Audit).where(Audit.kind == "re_audit"))
    return {council.session.get_one(Audit, it.re_audit_of).reference: it.case_reference for it in rows}


def tasks(council: SmallCouncil, state: str = "open") -> list[Task]:
    found = select(Task).where(Task.kind == "re_audit_to_decide", Task.state == state)
    return list(council.session.scalars(found, execution_options={"populate_existing": True}))


@pytest.mark.proves("S7")
def test_a_re_audit_that_waits_is_a_task_until_another_case_is_chosen_and_then_drawn(council: SmallCouncil) -> None:
    audit = waiting(council)
    warnings = [it["sentence"] for it in opened(council).row.warnings if it["rule"] == "S7"]
    (task,) = tasks(council)
    assert (task.subject_kind, task.subject_id, task.rule) == ("audit", str(audit.id), "S7")
    assert warnings == [task.sentence]
    assert "case GONE-REV-P1 is not open. Either choose another case of the same practitioner" in task.sentence

    choose(council, audit, "REV-P1-2", date(2026, 10, 5), note="The newest of those left.")
    assert tasks(council) == []
    council.extract(date(2026, 11, 2))
    council.session.execute(
        update(Audit).where(Audit.month == FIRST).values(state="issued", issued_on=FIRST, overall_grade="good")
    )
    assert not [it for it in opened(council, date(2026, 11, 2), "2026-11").row.warnings if it["rule"] == "S7"]
    assert re_audits(council) == {"PA-REV-P1": "REV-P1-2"}
    assert violations(council.session) == []


@pytest.mark.proves("S7", "C4")
def test_a_choice_is_a_step_that_says_which_case(council: SmallCouncil) -> None:
    audit = waiting(council)
    choose(council, audit, "REV-P1-1", note="The only one.")

    step = council.session.scalars(select(AuditStep).where(AuditStep.audit_id == audit.id)).one()
    texts = council.session.scalars(select(AuditStepText).where(AuditStepText.step_id == step.id))
    assert (step.event, step.rule, step.state, step.version) == ("another_case_chosen", "S7", "issued", audit.version)
    assert {it.name: it.text for it in texts} == {"case": "REV-P1-1", "note": "The only one."}
    with pytest.raises(AlreadyDifferent):
        choose(council, audit, "REV-P1-2", version=1)


@pytest.mark.proves("S7", "S6", "S10")
def test_only_an_open_case_of_theirs_that_no_other_re_audit_looks_at_can_be_chosen(council: SmallCouncil) -> None:
    audit = waiting(council)
    council.case("SECRET-1", "REV-P1", "REV", is_restricted=True)
    council.case("ENDED-1", "REV-P1", "REV", ended_on=BEFORE)
    graded = {"state": "issued", "overall_grade": "requires_improvement"}
    council.audit("PA-OTHER", "2026-05", "REV-P1-1", "REV-P1", **graded)

    assert why_not(council, audit, "NOBODYS-1")[0] == "S7"
    assert "ENDED-1 is not open" in why_not(council, audit, "ENDED-1")[1]
    assert "REV-P2-1 is somebody else's" in why_not(council, audit, "REV-P2-1")[1]
    assert why_not(council, audit, "SECRET-1")[0] == "S10"
    assert why_not(council, audit, "REV-P1-1") == (
        "S6",
        "PA-REV-P1: case REV-P1-1 has an open re-audit already, PA-OTHER: name another case.",
    )
    choose(council, audit, "REV-P1-2")
    other = waiting(council, "REV-P2")
    council.session.execute(
        update(Involvement)
        .where(Involvement.case_reference == "REV-P1-2")
        .values(person_id=council.person_id("REV-P2"), team_id=council.team_id("REV"))
    )
    assert why_not(council, other, "REV-P1-2")[0] == "S6"


@pytest.mark.proves("S6", "S7")
def test_a_case_under_re_audit_is_not_chosen_for_another(council: SmallCouncil) -> None:
    before = council.audit("PA-1", "2026-04", "REV-P1-1", "REV-P1")
    now = {"kind": "re_audit", "sequence": 1, "re_audit_of": before, "auditor": "home_first-A1", "issued_on": None}
    council.audit("PA-2", "2026-08", "REV-P1-1", "REV-P1", state="under_way", overall_grade=None, **now)
    assert "PA-2" in why_not(council, waiting(council), "REV-P1-1")[1]


@pytest.mark.proves("S7")
def test_no_other_case_is_chosen_while_its_own_is_open_or_after_the_practitioner_left(council: SmallCouncil) -> None:
    assert "its case is open" in why_not(council, waiting(council, case="REV-P1-1"), "REV-P1-2")[1]
    audit = waiting(council, "REV-P2")
    council.session.get_one(Person, audit.practitioner_id).left_on = date(2026, 9, 28)
    assert "close the audit with a reason" in why_not(council, audit, "REV-P2-1")[1]


@pytest.mark.proves("S7")
def test_a_choice_is_taken_back_by_choosing_again(council: SmallCouncil) -> None:
    audit = waiting(council)
    choose(council, audit, "REV-P1-1")
    choose(council, audit, "REV-P1-2")
    assert looks_at(audit) == "REV-P1-2"
    council.case("GONE-REV-P1", "REV-P1", "REV")
    assert "name that one" in why_not(council, audit, "REV-P1-1")[1]
    choose(council, audit, "GONE-REV-P1")
    assert looks_at(audit) is None
    opened(council)
    assert re_audits(council) == {"PA-REV-P1": "GONE-REV-P1"}


@pytest.mark.proves("S7", "S10")
def test_a_renumbered_case_is_known_by_both_its_references(council: SmallCouncil) -> None:
    told = {"since_on": BEFORE, "reason": "renumbered", "made_at": at(BEFORE), "made_by": "a test"}
    for old, new in (("GONE-REV-P1", "REV-P1-1"), ("OLD-2", "REV-P2-2")):
        council.session.add(CaseAlias(from_reference=old, to_reference=new, current_reference=new, **told))
    council.session.flush()
    assert "its case is open" in why_not(council, waiting(council), "REV-P1-2")[1]
    audit = waiting(council, "REV-P2")
    choose(council, audit, "OLD-2")
    assert audit.re_audit_case_reference == "REV-P2-2"


@pytest.mark.proves("S7")
def test_a_chosen_case_that_closes_too_is_left_to_the_audit_team_again(council: SmallCouncil) -> None:
    audit = waiting(council)
    choose(council, audit, "REV-P1-1")
    council.session.execute(
        update(Involvement).where(Involvement.case_reference == "REV-P1-1").values(ended_on=date(2026, 9, 30))
    )
    opened(council)
    assert ["case REV-P1-1 is not open" in it.sentence for it in tasks(council)] == [True]
    assert re_audits(council) == {}


@pytest.mark.proves("S7")
def test_the_task_of_a_leaver_says_the_one_way_out_and_closing_settles_it(council: SmallCouncil) -> None:
    audit = waiting(council, case="REV-P1-1")
    council.session.get_one(Person, audit.practitioner_id).left_on = date(2026, 9, 28)
    opened(council)
    (task,) = tasks(council)
    assert "leaves or has left: close the audit with a reason" in task.sentence
    closing = Move(event=Event.AUDIT_CLOSED, asked=Asked(reason="practitioner_left"))
    move(work_on(council.session, date(2026, 10, 5)), audit.id, closing)
    assert tasks(council) == []
    assert [it.closed_because for it in tasks(council, "closed")] == [
        "PA-REV-P1: the audit was closed on Monday 5 October 2026."
    ]


@pytest.mark.proves("S7")
def test_a_case_that_is_open_again_at_the_next_opening_needs_no_decision_any_more(council: SmallCouncil) -> None:
    waiting(council)
    opened(council)
    assert len(tasks(council)) == 1
    council.session.execute(update(Audit).where(Audit.month == FIRST).values(state="closed", issued_on=FIRST))
    council.extract(date(2026, 11, 2))
    council.case("GONE-REV-P1", "REV-P1", "REV")
    opened(council, date(2026, 11, 2), "2026-11")
    assert tasks(council) == []
    assert re_audits(council) == {"PA-REV-P1": "GONE-REV-P1"}
