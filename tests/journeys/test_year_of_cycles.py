"""A year goes by, day after day, and the scheduler opens and closes its cycles (P1, P3, P7, S2, S3, S6, S7, A3)."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audits import Audit
from db.tables.programme import AuditCycle
from rules.lengths import months_between
from rules.programme import audit_year
from scheduler.runner import run
from tests.scheduling import job, means_on
from tests.small_council import CALENDAR, POLICY, SmallCouncil, found_council

YEAR = 2027
GRADES = ("outstanding", "good", "good", "good", "requires_improvement", "inadequate")
ONE_DAY = timedelta(days=1)
SILENT = (date(2027, 5, 3), date(2027, 5, 14))  # the scheduler is off, over an opening day


@pytest.fixture(scope="module")
def lived() -> dict[str, list[Audit] | list[AuditCycle]]:
    """What the year left, filled by the first test that needs it."""
    return {}


@pytest.fixture
def year(
    lived: dict[str, list[Audit] | list[AuditCycle]], sessions: sessionmaker[Session]
) -> tuple[Sequence[AuditCycle], Sequence[Audit]]:
    if not lived:
        _live(sessions)
        with sessions() as session:
            lived["cycles"] = list(session.scalars(select(AuditCycle).order_by(AuditCycle.month)))
            lived["audits"] = list(session.scalars(select(Audit).order_by(Audit.reference)))
    return lived["cycles"], lived["audits"]  # type: ignore[return-value]


Year = tuple[Sequence[AuditCycle], Sequence[Audit]]


@pytest.mark.proves("P1", "P3", "programme.cycle_months")
def test_ten_cycles_opened_each_on_its_day_and_none_in_august_and_december(year: Year) -> None:
    cycles, _ = year

    assert [cycle.month for cycle in cycles] == [f"2027-{month:02}" for month in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11)]
    assert {cycle.state for cycle in cycles} == {"closed"}
    on_time = [cycle for cycle in cycles if cycle.month != "2027-05"]
    assert all(cycle.opened_at and cycle.opened_at.date() == cycle.opens_on for cycle in on_time)


@pytest.mark.proves("P3")
def test_the_cycle_whose_day_the_scheduler_slept_over_opened_late_with_its_own_dates(year: Year) -> None:
    cycles, audits = year
    (may,) = [cycle for cycle in cycles if cycle.month == "2027-05"]

    assert may.opened_at is not None
    assert (may.opens_on, may.opened_at.date()) == (date(2027, 5, 4), date(2027, 5, 15))
    assert [warning["rule"] for warning in may.warnings] == ["P3", "P2"]
    of_may = [audit for audit in audits if audit.cycle_id == may.id]
    assert {(audit.allocated_on, audit.report_due_on) for audit in of_may} == {(date(2027, 5, 4), date(2027, 5, 27))}


@pytest.mark.proves("S2")
def test_nobody_had_two_audits_in_a_month(year: Year) -> None:
    _, audits = year

    assert max(Counter((audit.practitioner_id, audit.month) for audit in audits).values()) == 1


@pytest.mark.proves("S3", "selection.least_months_between_audits")
def test_nobody_was_drawn_sooner_than_two_months_after_their_last_audit(year: Year) -> None:
    _, audits = year
    months = defaultdict(list)
    for audit in sorted(audits, key=lambda audit: audit.month):
        months[audit.practitioner_id].append((audit.month, audit.kind))

    gaps = [
        months_between(before, after)
        for history in months.values()
        for (before, _), (after, kind) in pairwise(history)
        if kind != "re_audit"
    ]
    assert len(gaps) > 30
    assert min(gaps) >= 2


@pytest.mark.proves("S6", "selection.months_before_same_case")
def test_no_case_was_drawn_twice_in_the_year(year: Year) -> None:
    _, audits = year
    drawn = Counter(audit.case_reference for audit in audits if audit.kind != "re_audit")

    assert max(drawn.values()) == 1


@pytest.mark.proves("S7", "P7", "programme.reaudits_in_moderation_month")
def test_re_audits_came_a_month_after_the_issue_and_never_in_a_moderation_month(year: Year) -> None:
    _, audits = year
    by_id = {audit.id: audit for audit in audits}
    re_audits = [audit for audit in audits if audit.kind == "re_audit"]

    assert len(re_audits) > 5
    for re_audit in re_audits:
        assert re_audit.re_audit_of is not None
        before = by_id[re_audit.re_audit_of]
        assert before.issued_on is not None
        assert before.overall_grade in ("requires_improvement", "inadequate")
        assert re_audit.month.month not in (3, 6, 9)
        assert months_between(before.issued_on, re_audit.allocated_on) >= 1
        assert re_audit.sequence == before.sequence + 1 <= 2


@pytest.mark.proves("A3")
def test_no_auditor_got_more_than_their_capacity_in_a_cycle(year: Year) -> None:
    _, audits = year

    assert max(Counter((audit.auditor_id, audit.month) for audit in audits).values()) == 1


@pytest.mark.proves("P5", "programme.services_every_cycle")
def test_mash_was_audited_in_every_cycle_that_had_somebody_to_audit_there(year: Year) -> None:
    cycles, audits = year
    with_mash = {audit.month for audit in audits if audit.service_id == "mash"}
    without = [cycle for cycle in cycles if cycle.opens_on.replace(day=1) not in with_mash]

    assert all("P5" in {shortfall["rule"] for shortfall in cycle.shortfalls} for cycle in without)
    assert len(with_mash) >= 8


def test_references_are_numbered_without_a_gap(year: Year) -> None:
    _, audits = year

    assert [audit.reference for audit in audits] == [f"PA-2027-{number:04}" for number in range(1, len(audits) + 1)]


def _live(sessions: sessionmaker[Session]) -> None:
    """An extract every Monday; reports are issued on their due day, with grades by chance.

    The scheduler ticks on Mondays, and around each first and last day of a cycle.
    """
    chance = random.Random(2027)
    with sessions.begin() as session:
        council = found_council(session, date(2026, 12, 31), practitioners_per_team=7)
        for team in ("MASH", "CART", "HART", "REV", "SEN"):
            for number in range(1, 8):
                for case in range(3, 9):
                    council.case(f"{team}-P{number}-{case}", f"{team}-P{number}", team)
    turns = {on for cycle in audit_year(POLICY, CALENDAR, YEAR) for on in (cycle.opens_on, cycle.closes_on)}
    today = date(YEAR, 1, 1)
    while today.year == YEAR:
        if today.weekday() == 0 or any(abs((on - today).days) <= 1 for on in turns) or today == SILENT[1] + ONE_DAY:
            _one_day(sessions, today, chance)
        today += ONE_DAY


def _one_day(sessions: sessionmaker[Session], today: date, chance: random.Random) -> None:
    with sessions.begin() as session:
        if today.weekday() == 0:
            SmallCouncil(session).extract(today)
        _issue_reports(session, today, chance)
    if SILENT[0] <= today <= SILENT[1]:
        return
    for name in ("close_cycles", "open_cycles"):
        run(job(name), means_on(today, sessions))


def _issue_reports(session: Session, today: date, chance: random.Random) -> None:
    due = session.scalars(select(Audit).where(Audit.state == "allocated", Audit.report_due_on <= today))
    for audit in due.all():
        audit.state, audit.issued_on, audit.overall_grade = "issued", today, chance.choice(GRADES)
