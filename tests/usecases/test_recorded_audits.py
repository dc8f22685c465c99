"""Audits from before the product was in use are recorded, row by row (C5)."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.organisation import Person, Service, Team, TeamMembership
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from usecases.recorded_audits import PastAudit, PastAuditsRecorded, record_past_audits
from usecases.work import Work

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


@pytest.fixture
def work(session: Session) -> Work:
    """1 September 2026, with one practitioner who moved from CART to HART in June, and one auditor."""
    session.add(Service(id="home_first", name="Home First Service"))
    session.flush()
    cart = Team(reference="CART", name="CART", service_id="home_first")
    hart = Team(reference="HART", name="HART", service_id="home_first")
    practitioner = Person(reference="W1", name="Ada Samplewood")
    teamless = Person(reference="W2", name="Noor Notreal")
    auditor = Person(reference="A1", name="Rhys Testington")
    session.add_all([cart, hart, practitioner, teamless, auditor])
    session.flush()
    session.add_all(
        [
            TeamMembership(person_id=practitioner.id, team_id=cart.id, ended_on=date(2026, 5, 31)),
            TeamMembership(person_id=practitioner.id, team_id=hart.id, began_on=date(2026, 6, 1)),
        ]
    )
    session.flush()
    return Work(session, datetime(2026, 9, 1, 8, tzinfo=UTC), CALENDAR, POLICY, "an administrator")


def past_audit(line: int = 2, **changes: object) -> PastAudit:
    facts: dict[str, object] = {
        "month": "2026-03",
        "case_reference": "SYN-1",
        "practitioner": "W1",
        "grade": "good",
        "issued_on": date(2026, 3, 30),
        "auditor": "A1",
    }
    return PastAudit(line, **{**facts, **changes})  # type: ignore[arg-type]


def record(work: Work, *rows: PastAudit) -> PastAuditsRecorded:
    return record_past_audits(work, rows)


def saved(work: Work) -> list[Audit]:
    return list(work.session.scalars(select(Audit).order_by(Audit.month)))


@pytest.mark.proves("C5")
def test_past_audit_is_recorded_as_closed_with_the_days_of_its_cycle(work: Work) -> None:
    assert record(work, past_audit()).recorded == 1

    (audit,) = saved(work)
    assert (audit.reference, audit.origin, audit.kind, audit.state) == (
        "PA-2026-0001",
        "recorded",
        "ordinary",
        "closed",
    )
    assert (audit.month, audit.allocated_on, audit.report_due_on) == (
        date(2026, 3, 1),
        date(2026, 3, 2),
        date(2026, 3, 30),
    )
    assert (audit.window_from, audit.window_to) == (date(2025, 9, 2), date(2026, 3, 1))
    assert [reason["rule"] for reason in audit.reasons] == ["C5"]


@pytest.mark.proves("C5", "S7")
def test_audit_whose_re_audit_is_still_to_come_stays_issued(work: Work) -> None:
    record(work, past_audit(grade="requires_improvement"))

    assert [audit.state for audit in saved(work)] == ["issued"]


@pytest.mark.proves("C5", "S7", "ladders.re_audit")
def test_chain_of_re_audits_is_recorded_whatever_the_order_of_the_rows(work: Work) -> None:
    first = past_audit(2, grade="inadequate")
    second = past_audit(3, month="2026-05", kind="re_audit", re_audit_of="2026-03", grade="requires_improvement",
                        issued_on=date(2026, 5, 29))  # fmt: skip
    third = past_audit(4, month="2026-07", kind="re_audit", re_audit_of="2026-05", grade="inadequate",
                       issued_on=date(2026, 7, 31))  # fmt: skip

    assert record(work, third, second, first).refused == ()

    audits = saved(work)
    assert [audit.sequence for audit in audits] == [0, 1, 2]
    assert [audit.re_audit_of for audit in audits] == [None, audits[0].id, audits[1].id]
    # The second re-audit is the last that falls due by itself, so nothing waits for a third.
    assert [audit.state for audit in audits] == ["closed", "closed", "closed"]


@pytest.mark.proves("C5")
def test_figures_stay_with_the_team_of_that_time(work: Work) -> None:
    record(work, past_audit(2), past_audit(3, month="2026-07", issued_on=date(2026, 7, 30)))

    teams = work.session.execute(select(Team.id, Team.reference)).all()
    names = dict(teams)
    assert [names[audit.team_id] for audit in saved(work)] == ["CART", "HART"]


@pytest.mark.proves("C5")
def test_team_that_is_named_counts_even_for_somebody_of_whom_none_is_known(work: Work) -> None:
    assert record(work, past_audit(practitioner="W2", team="HART")).refused == ()

    hart = work.session.scalar(select(Team.id).where(Team.reference == "HART"))
    assert [audit.team_id for audit in saved(work)] == [hart]


def test_numbers_of_references_run_through_the_year(work: Work) -> None:
    record(work, past_audit(2, month="2025-11", issued_on=date(2025, 11, 27)), past_audit(3))
    record(work, past_audit(4, month="2026-07", issued_on=date(2026, 7, 30)))

    assert [audit.reference for audit in saved(work)] == ["PA-2025-0001", "PA-2026-0001", "PA-2026-0002"]


def test_same_list_once_more_changes_nothing(work: Work) -> None:
    record(work, past_audit())

    again = record(work, past_audit())

    assert (again.recorded, again.known_already, again.refused) == (0, 1, ())
    assert len(saved(work)) == 1


def test_past_audit_without_an_auditor_is_recorded(work: Work) -> None:
    assert record(work, past_audit(auditor=None)).refused == ()
    assert [audit.auditor_id for audit in saved(work)] == [None]


@pytest.mark.parametrize(
    ("changes", "column", "rule", "words"),
    [
        ({"month": "2026-08"}, "month", "P1", "no cycle in August"),
        ({"month": "March"}, "month", "P1", "is not a month"),
        ({"month": "2026-10", "issued_on": date(2026, 9, 1)}, "month", "C5", "lies ahead"),
        ({"case_reference": " "}, "case_reference", "C5", "reference of the case"),
        ({"practitioner": "W9"}, "practitioner", "C5", "nobody has this reference"),
        ({"practitioner": "W2"}, "practitioner", "C5", "no team"),
        ({"team": "OMHT"}, "team", "C5", "no team has this reference"),
        ({"auditor": "W1"}, "auditor", "A2", "own work"),
        ({"issued_on": date(2026, 9, 2)}, "issued_on", "C5", "after today"),
        ({"issued_on": date(2026, 2, 27)}, "issued_on", "C5", "before its month"),
        ({"kind": "check"}, "kind", "C5", "ordinary, themed, re_audit"),
        ({"kind": "re_audit", "sequence": 3}, "sequence", "S7", "give 1 to 2"),
        ({"sequence": 1}, "sequence", "S7", "nothing otherwise"),
        ({"re_audit_of": "2026-01"}, "re_audit_of", "S7", "only a re-audit"),
        ({"kind": "re_audit", "re_audit_of": "2026-01"}, "re_audit_of", "S7", "no earlier audit"),
    ],
)
@pytest.mark.proves("C5")
def test_bad_row_is_named_with_its_reason_and_the_good_one_beside_it_is_recorded(
    work: Work, changes: dict[str, object], column: str, rule: str, words: str
) -> None:
    good = past_audit(3, month="2026-06", issued_on=date(2026, 6, 29))

    found = record(work, past_audit(2, **changes), good)

    (why,) = found.refused
    assert (why.line, why.column, why.rule) == (2, column, rule)
    assert words in why.sentence
    assert [audit.month for audit in saved(work)] == [date(2026, 6, 1)]


@pytest.mark.proves("L2", "gradings.grades")
def test_grades_are_those_of_the_policy_and_no_others(work: Work) -> None:
    months = {"outstanding": 1, "good": 2, "requires_improvement": 3, "inadequate": 4}
    rows = [
        past_audit(line, month=f"2026-{month:02}", grade=grade, issued_on=date(2026, month, 28))
        for line, (grade, month) in enumerate(months.items(), 2)
    ]

    found = record(work, *rows, past_audit(6, month="2026-05", grade="B+", issued_on=date(2026, 5, 28)))

    assert [audit.overall_grade for audit in saved(work)] == list(months)
    (why,) = found.refused
    assert (why.line, why.column, why.value, why.rule) == (6, "grade", "B+", "L2")
    assert "use one of outstanding, good, requires_improvement, inadequate" in why.sentence


@pytest.mark.proves("C5", "S2")
def test_second_audit_of_a_practitioner_in_a_month_is_refused(work: Work) -> None:
    found = record(work, past_audit(2), past_audit(3, case_reference="SYN-2"))

    assert [(why.line, why.rule) for why in found.refused] == [(3, "S2")]
    assert [audit.case_reference for audit in saved(work)] == ["SYN-1"]
