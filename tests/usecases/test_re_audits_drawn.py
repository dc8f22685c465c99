"""Re-audits and carried-over audits from cycle to cycle, each opened for real (S7, P7, R2, Q3, A3)."""

import uuid
from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from rules.audit_events import Event
from tests.small_council import SmallCouncil, at, work_on
from usecases.audit_cycles import CycleOpened, figures_now, open_cycle
from usecases.audit_moves import withdraw_audit
from usecases.draw_verification import verify_draw
from usecases.report_corrections import correct_report

OPENS = {
    "2026-10": date(2026, 10, 1),
    "2026-11": date(2026, 11, 2),
    "2027-01": date(2027, 1, 4),
    "2027-02": date(2027, 2, 1),
    "2027-03": date(2027, 3, 1),
    "2027-04": date(2027, 4, 1),
}
RI, INADEQUATE = "requires_improvement", "inadequate"


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """A team of six and three auditors who may audit any of them; the first, A0, is away."""
    council = SmallCouncil(session)
    council.extract(date(2026, 9, 28))
    council.team("REV", "review")
    council.team("HART", "home_first")
    for number in range(1, 7):
        council.practitioner(f"P{number}", "REV")
    for number in range(3):
        council.auditor(f"A{number}", "home_first", "senior_manager", capacity=5)
    council.absent("A0", date(2026, 9, 1), date(2027, 12, 31))
    for role in ("audit_team", "audit_manager", "director"):
        council.post("A0", role)
    return council


def opened(council: SmallCouncil, month: str) -> CycleOpened:
    council.extract(OPENS[month])
    return open_cycle(work_on(council.session, OPENS[month]), month)


def audits(council: SmallCouncil, month: str, kind: str) -> list[Audit]:
    found = select(Audit).where(Audit.month == OPENS[month].replace(day=1), Audit.kind == kind, Audit.origin == "drawn")
    return list(council.session.scalars(found.order_by(Audit.reference)))


def re_audited(council: SmallCouncil, month: str) -> dict[str, int]:
    """Which practitioners' re-audits that cycle has, and the how-manieth it is of each."""
    people = {council.person_id(f"P{number}"): f"P{number}" for number in range(1, 7)}
    return {people[it.practitioner_id]: it.sequence for it in audits(council, month, "re_audit")}


def issued(council: SmallCouncil, practitioner: str, grade: str, issued_on: date, **facts: Any) -> uuid.UUID:
    """An audit of their first case, issued on that day; A0 did it unless the facts say otherwise."""
    reference, month = f"PA-{practitioner}-{len(facts)}", facts.pop("month", issued_on.strftime("%Y-%m"))
    told = {"state": "issued", "overall_grade": grade, "issued_on": issued_on, "auditor": "A0", **facts}
    return council.audit(reference, month, told.pop("case", f"{practitioner}-1"), practitioner, **told)


def chain(council: SmallCouncil, practitioner: str, grade: str, sequence: int, **facts: Any) -> uuid.UUID:
    """A re-audit of that sequence, issued in August after those before it."""
    before = None
    for number, month in enumerate(("2026-02", "2026-05", "2026-08")[2 - sequence :]):
        again = {"kind": "re_audit", "sequence": number, "re_audit_of": before} if number else {}
        is_last = number == sequence
        told = {"state": "issued", "overall_grade": grade if is_last else RI, **again, **(facts if is_last else {})}
        before = council.audit(f"PA-{practitioner}-{number}", month, f"{practitioner}-1", practitioner, **told)
    assert before is not None
    return before


@pytest.mark.proves("S7", "selection.months_before_re_audit")
def test_a_re_audit_is_allocated_in_the_first_cycle_at_least_a_month_after_issue(council: SmallCouncil) -> None:
    issued(council, "P1", RI, date(2026, 10, 2))
    issued(council, "P2", RI, date(2026, 10, 3))
    issued(council, "P3", "good", date(2026, 9, 1))
    opened(council, "2026-11")
    assert re_audited(council, "2026-11") == {"P1": 1}
    opened(council, "2027-01")
    assert re_audited(council, "2027-01") == {"P2": 1}


@pytest.mark.proves("P7", "S7", "programme.moderation_months")
@pytest.mark.parametrize("grade", [RI, INADEQUATE])
def test_a_re_audit_that_falls_due_in_a_moderation_month_waits_for_the_next_cycle(
    council: SmallCouncil, grade: str
) -> None:
    issued(council, "P1", grade, date(2027, 1, 29))
    for month in ("2027-02", "2027-03"):
        opened(council, month)
        assert re_audited(council, month) == {}
    opened(council, "2027-04")
    assert re_audited(council, "2027-04") == {"P1": 1}


@pytest.mark.proves("A3", "P7", "eligibility.admitted_first")
def test_where_there_is_room_for_one_inadequate_goes_first_and_the_other_in_the_next_cycle(
    council: SmallCouncil,
) -> None:
    council.absent("A1", date(2026, 9, 1), date(2027, 12, 31))
    council.appointment("A2").capacity = 1
    issued(council, "P1", RI, date(2026, 7, 1))
    issued(council, "P2", INADEQUATE, date(2026, 8, 31))
    opened(council, "2026-10")
    assert re_audited(council, "2026-10") == {"P2": 1}
    opened(council, "2026-11")
    assert re_audited(council, "2026-11") == {"P1": 1}


@pytest.mark.proves("A3", "S7")
def test_a_re_audit_goes_to_another_auditor_than_the_first_where_that_costs_nobody_more(council: SmallCouncil) -> None:
    for number in range(1, 5):  # so long ago that nobody is kept from it because they met (A2)
        issued(council, f"P{number}", RI, date(2025, 8, 29), auditor="A1" if number < 3 else "A2")
    opened(council, "2026-10")
    pairs = [
        (council.session.get_one(Audit, it.re_audit_of).auditor_id, it.auditor_id)
        for it in audits(council, "2026-10", "re_audit")
    ]
    assert len(pairs) == 4
    assert all(first != again for first, again in pairs)


@pytest.mark.proves("A3", "S7")
def test_a_re_audit_does_not_wait_because_its_first_auditor_is_the_only_one(council: SmallCouncil) -> None:
    issued(council, "P1", RI, date(2026, 8, 31), auditor="A1")
    council.absent("A2", date(2026, 9, 1), date(2027, 12, 31))
    opened(council, "2026-10")
    assert [it.auditor_id for it in audits(council, "2026-10", "re_audit")] == [council.person_id("A1")]


@pytest.mark.proves("R2", "ladders.re_audit")
def test_a_second_re_audit_comes_by_itself_unless_waived_and_a_third_when_it_is_ordered(council: SmallCouncil) -> None:
    chain(council, "P1", RI, 1)
    chain(council, "P2", RI, 1, re_audit_waived_because="re_auditor_advised_against")
    chain(council, "P3", "good", 1)
    chain(council, "P4", INADEQUATE, 2)
    ordered = chain(council, "P5", INADEQUATE, 2)
    told = {
        "rule": "R2",
        "clause": "3.6",
        "sentence": "Ordered.",
        "recorded_by": "a test",
        "recorded_at": at(OPENS["2026-10"]),
    }
    council.session.add(
        AuditStep(
            audit_id=ordered,
            event=Event.FURTHER_RE_AUDIT_ORDERED,
            version=2,
            state="issued",
            happened_on=date(2026, 9, 1),
            **told,
        )
    )
    opened(council, "2026-10")
    assert re_audited(council, "2026-10") == {"P1": 2, "P5": 3}
    (third,) = [it for it in audits(council, "2026-10", "re_audit") if it.sequence == 3]
    because = "by decision of the director on Tuesday 1 September 2026: PA-P5-2 was graded Inadequate"
    assert not any("_" in it["sentence"] for it in third.reasons), "services by their ids"
    assert (third.reasons[0]["rule"], because in third.reasons[0]["sentence"]) == ("R2", True)
    assert third.draw_id is not None
    assert verify_draw(work_on(council.session, OPENS["2026-10"]), third.draw_id).differences == ()


@pytest.mark.proves("L15", "S7")
def test_a_corrected_grade_brings_a_re_audit_or_does_away_with_it(council: SmallCouncil) -> None:
    was_good = issued(council, "P1", "good", date(2026, 8, 31))
    was_weak = issued(council, "P2", RI, date(2026, 8, 31))
    work = work_on(council.session, date(2026, 9, 28))
    for audit_id, grade in ((was_good, INADEQUATE), (was_weak, "good")):
        correct_report(work, audit_id, "Mistyped.", overall_grade=grade, is_anyone_unsafe=False, domain_grades={})
    opened(council, "2026-10")
    assert re_audited(council, "2026-10") == {}  # it counts from the day of the correction
    opened(council, "2026-11")
    assert re_audited(council, "2026-11") == {"P1": 1}


@pytest.mark.proves("S7", "S9")
def test_a_re_audit_that_was_withdrawn_is_drawn_again_in_the_next_cycle(council: SmallCouncil) -> None:
    before = issued(council, "P1", RI, date(2026, 8, 31))
    opened(council, "2026-10")
    (first,) = audits(council, "2026-10", "re_audit")
    withdraw_audit(work_on(council.session, date(2026, 10, 6)), first.id, "practitioner_absent")
    opened(council, "2026-11")
    (again,) = audits(council, "2026-11", "re_audit")
    assert (again.re_audit_of, again.sequence, again.case_reference) == (before, 1, "P1-1")


@pytest.mark.proves("Q3", "A3", "S2")
def test_an_unfinished_audit_counts_for_its_own_cycle_and_takes_nothing_from_the_next(council: SmallCouncil) -> None:
    for name in ("A1", "A2"):
        council.appointment(name).capacity = 1
    before = opened(council, "2026-10")
    carried = audits(council, "2026-10", "ordinary")
    assert Counter(it.auditor_id for it in carried) == {council.person_id(name): 1 for name in ("A1", "A2")}

    then = opened(council, "2026-11")
    new = audits(council, "2026-11", "ordinary")
    assert Counter(it.auditor_id for it in new) == Counter(it.auditor_id for it in carried)
    assert not {it.practitioner_id for it in new} & {it.practitioner_id for it in carried}
    work = work_on(council.session, date(2026, 11, 30))
    assert [figures_now(work, it.row.id)["allocated"] for it in (before, then)] == [2, 2]
    carried[0].state, carried[0].issued_on = "issued", date(2026, 11, 27)
    council.session.flush()
    assert [figures_now(work, it.row.id)["issued"] for it in (before, then)] == [1, 0]


@pytest.mark.proves("Q3", "A3")
def test_who_still_has_an_audit_of_before_gets_as_many_new_ones_as_others(council: SmallCouncil) -> None:
    for number in (1, 2):
        told = {"state": "under_way", "issued_on": None, "overall_grade": None, "auditor": "A1", "origin": "drawn"}
        council.audit(f"PA-{number}", "2026-09", f"P{number}-1", f"P{number}", **told)
    opened(council, "2026-10")
    given = Counter(it.auditor_id for it in audits(council, "2026-10", "ordinary"))
    assert given[council.person_id("A1")] == given[council.person_id("A2")] > 0


@pytest.mark.proves("S2", "Q3", "S7")
def test_a_re_audit_that_is_due_is_not_held_back_by_an_audit_carried_over(council: SmallCouncil) -> None:
    issued(council, "P1", RI, date(2026, 7, 31))
    told = {"state": "under_way", "issued_on": None, "overall_grade": None, "auditor": "A1", "origin": "drawn"}
    council.audit("PA-9", "2026-09", "P1-2", "P1", **told)
    opened(council, "2026-10")
    assert re_audited(council, "2026-10") == {"P1": 1}


@pytest.mark.proves("S2", "Q3")
def test_nobody_is_drawn_who_has_an_unfinished_audit_however_old(council: SmallCouncil) -> None:
    told = {"state": "returned", "issued_on": None, "overall_grade": None, "auditor": "A1", "origin": "drawn"}
    for number in range(1, 6):
        council.audit(f"PA-{number}", "2025-06", f"P{number}-1", f"P{number}", **told)
    opened(council, "2026-10")
    assert [it.practitioner_id for it in audits(council, "2026-10", "ordinary")] == [council.person_id("P6")]
