"""Another council's framework runs from another policy folder: quarterly, two grades, two audits an auditor."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.organisation import Person
from rules.errors import NoSuchCycle
from rules.policy.load import load_edition
from tests.small_council import SmallCouncil, work_on
from usecases.audit_cycles import CycleOpened, open_cycle
from usecases.draw_verification import verify_draw
from usecases.errors import NotAllowedNow

NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")
OPENS_ON = date(2026, 4, 7)  # the third working day of April: the 3rd and the 6th are holidays


@pytest.fixture
def northmoor(session: Session) -> SmallCouncil:
    """Two services with a team each, six practitioners in each, three auditors, one of them a manager."""
    council = SmallCouncil(session)
    council.extract(date(2026, 4, 2))
    for team, service in (("NORTH", "community"), ("MOOR", "reablement")):
        council.team(team, service)
        for number in range(1, 7):
            council.practitioner(f"{team}-P{number}", team)
    council.auditor("COM-A1", "community", "manager")
    council.auditor("COM-A2", "community", capacity=3)
    council.auditor("REA-A1", "reablement", capacity=3)
    council.post("COM-A1", "audit_team")
    return council


def opened(session: Session, on: date = OPENS_ON, month: str = "2026-04") -> CycleOpened:
    return open_cycle(work_on(session, on, NORTHMOOR), month)


@pytest.mark.usefixtures("northmoor")
def test_a_quarter_opens_on_its_third_working_day_and_closes_on_its_last_but_one(session: Session) -> None:
    cycle = opened(session).row

    assert (cycle.opens_on, cycle.closes_on) == (OPENS_ON, date(2026, 6, 29))
    assert cycle.report_due_on == date(2026, 6, 22)
    assert cycle.edition_id == "northmoor_2026"


@pytest.mark.usefixtures("northmoor")
def test_it_has_no_cycle_in_a_month_in_which_the_first_council_has_one(session: Session) -> None:
    with pytest.raises(NoSuchCycle, match=r"2026-07"):
        opened(session, date(2026, 5, 5), "2026-05")


@pytest.mark.usefixtures("northmoor")
def test_the_first_working_day_is_too_early_there(session: Session) -> None:
    with pytest.raises(NotAllowedNow, match="Tuesday 7 April 2026"):
        opened(session, date(2026, 4, 1))


def test_two_audits_an_auditor_are_asked_for_and_shared_by_its_own_rules(
    session: Session, northmoor: SmallCouncil
) -> None:
    northmoor.audit("NM-2025-0001", "2025-11", "NORTH-P1-1", "NORTH-P1", overall_grade="met")
    northmoor.audit("NM-2025-0002", "2025-10", "NORTH-P2-1", "NORTH-P2", overall_grade="met")

    drawn = opened(session).drawn

    audits = session.execute(
        select(Person.reference, Audit.team_id, Audit.service_id, Audit.case_reference)
        .join(Person, Person.id == Audit.practitioner_id)
        .where(Audit.origin == "drawn")
    ).all()
    assert drawn.result["size_asked"] == 6
    assert len(audits) == 6
    assert Counter(row.service_id for row in audits) == {
        "community": 3,
        "reablement": 3,
    }
    # Five months ago is too soon there (six at least), six months ago is not; the case itself rests for two years.
    assert "NORTH-P1" not in {row[0] for row in audits}
    assert "NORTH-P2-1" not in {row.case_reference for row in audits}


def test_a_case_not_met_is_looked_at_again_by_a_manager_with_no_moderation_to_wait_for(
    session: Session, northmoor: SmallCouncil
) -> None:
    not_met = {"state": "issued", "overall_grade": "not_met", "issued_on": date(2026, 2, 2)}
    northmoor.audit("NM-2026-0001", "2026-01", "MOOR-P1-1", "MOOR-P1", **not_met)

    opened(session)

    again = session.execute(
        select(Audit.case_reference, Person.reference)
        .join(Person, Person.id == Audit.auditor_id)
        .where(Audit.kind == "re_audit")
    ).all()
    assert [tuple(row) for row in again] == [("MOOR-P1-1", "COM-A1")]


@pytest.mark.usefixtures("northmoor")
def test_reablement_is_audited_by_the_community_service_alone(session: Session) -> None:
    opened(session)

    auditors = session.scalars(
        select(Person.reference).join(Audit, Audit.auditor_id == Person.id).where(Audit.service_id == "reablement")
    ).all()
    assert auditors
    assert {reference.partition("-")[0] for reference in auditors} == {"COM"}


@pytest.mark.usefixtures("northmoor")
def test_its_clocks_its_recipients_and_its_clauses_are_its_own(session: Session) -> None:
    drawn = opened(session).drawn

    due = dict(session.execute(select(Deadline.rule, Deadline.due_on).distinct()).all())
    assert due == {"L1": date(2026, 6, 15), "L5": date(2026, 6, 22), "L7": date(2026, 6, 25)}
    told = set(session.scalars(select(Person.reference).join(Notice, Notice.recipient_id == Person.id)).all())
    practitioners = set(session.scalars(select(Person.reference).join(Audit, Audit.practitioner_id == Person.id)).all())
    assert told == practitioners | {"COM-A1", "COM-A2", "REA-A1"}
    assert {reason["clause"] for audit in session.scalars(select(Audit)) for reason in audit.reasons} <= {
        "5.1", "5.3", "5.4", "5.5", "5.6", "7.1", "7.2", "7.3",
    }  # fmt: skip
    assert verify_draw(work_on(session, OPENS_ON, NORTHMOOR), drawn.id).differences == ()
