"""What the mapping chooses where rows can be read in two ways: stale teams, several jobs, several workers."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.caseload import Involvement
from db.tables.organisation import Person, Team, TeamMembership
from integrations.case_system.extract_mappings import AttributeColumn, ExtractMapping, RoleCodes, default_mapping
from tests.usecases.extract_files import a_council, errors_of, held, involvement, load
from usecases.extract_ports import Choices, ExtractKind, StaleTeam, WithoutPrimaryJob

pytestmark = pytest.mark.proves("C1", "S10")


def choosing(
    stale_team: StaleTeam = StaleTeam.REFUSE, without: WithoutPrimaryJob = WithoutPrimaryJob.REFUSE
) -> ExtractMapping:
    return replace(default_mapping(), choices=Choices(stale_team, without))


_GROUP = AttributeColumn(column="group", values={"old": "op"})
OWN_TEAM = choosing(StaleTeam.WORKERS_TEAM)
ROLES = replace(
    default_mapping(), role_codes=RoleCodes(practitioner=("KEY", "ALLWKR"), co_worker=("CO",), left_out=("REVOFF",))
)


@pytest.mark.parametrize("stale", ["HART", "CLOSED", "NOWHERE"], ids=["another", "archived", "unknown"])
def test_workers_own_team_counts_instead_of_the_row_s_when_the_mapping_says_so(session: Session, stale: str) -> None:
    """The case system takes the team from the worker's role on the day and may have it stale."""
    work = a_council(session)
    assert len(errors_of(load(work, [involvement(), involvement(person_id="C2", team_id=stale)], dry_run=True))) == 1
    report = load(work, [involvement(person_id="C2", team_id=stale)], mapping=OWN_TEAM)
    assert [(note.code, note.lines) for note in report.notes] == [("stale_team", (2,))]
    team = session.scalar(select(Team.reference).join(Involvement, Involvement.team_id == Team.id))
    assert team == "CART"


def test_worker_without_a_team_on_record_still_has_the_one_of_the_row(session: Session) -> None:
    work = a_council(session)
    in_two = [involvement(worker_id="W4"), involvement(person_id="C2", worker_id="W4", team_id="HART")]
    assert [error[3] for error in errors_of(load(work, in_two, mapping=OWN_TEAM))] == ["two_teams", "two_teams"]
    assert load(work, in_two[1:], mapping=OWN_TEAM).rows_loaded == 1


def test_first_row_is_the_job_that_counts_when_none_is_primary_and_the_mapping_says_so(session: Session) -> None:
    work = a_council(session)
    jobs = [
        {"worker_id": "N1", "email": "n1@x.test", "name": "Nia", "team_id": team, "primary_job": ""}
        for team in ("HART", "CART")
    ]
    assert load(work, jobs, ExtractKind.WORKERS, dry_run=True).rows_refused == 2
    mapping = choosing(without=WithoutPrimaryJob.FIRST_ROW)
    report = load(work, jobs, ExtractKind.WORKERS, mapping=mapping)
    assert [(told.code, told.lines) for told in report.passed_over] == [("other_job", (3,))]
    team = session.scalar(
        select(Team.reference)
        .join(TeamMembership, TeamMembership.team_id == Team.id)
        .join(Person, Person.id == TeamMembership.person_id)
        .where(Person.reference == "N1")
    )
    assert team == "HART"


def test_of_two_workers_on_a_case_the_mapping_s_first_role_is_the_practitioner(session: Session) -> None:
    work = a_council(session)
    rows = [involvement(), involvement(worker_id="W2", role_code="KEY", start_date="20/05/2026")]
    report = load(work, rows, mapping=ROLES)
    assert [(worker, str(began)) for _, worker, _, began in held(work)] == [("W2", "2026-04-13")]
    assert [(told.code, told.lines) for told in report.passed_over] == [("co_worker", (2,))]


def test_two_workers_of_the_same_role_are_still_refused(session: Session) -> None:
    work = a_council(session)
    rows = [involvement(), involvement(worker_id="W2"), involvement(person_id="C2")]
    assert [error[3] for error in errors_of(load(work, rows, mapping=ROLES))] == ["two_workers", "two_workers"]


def test_co_worker_alone_holds_no_case(session: Session) -> None:
    work = a_council(session)
    rows = [involvement(role_code="CO"), involvement(person_id="C2"), involvement(person_id="C3", role_code="REVOFF")]
    report = load(work, rows, mapping=ROLES)
    assert {case for case, *_ in held(work)} == {"C2"}
    assert sorted(told.code for told in report.passed_over) == ["co_worker", "left_out"]


def test_co_worker_who_has_left_or_is_unknown_is_nobody_s_fault(session: Session) -> None:
    work = a_council(session)
    rows = [involvement(), involvement(worker_id="W9", role_code="CO"), involvement(worker_id="W77", role_code="CO")]
    assert errors_of(load(work, rows, mapping=ROLES)) == []


def test_attributes_are_kept_with_the_involvement_and_change_with_it(session: Session) -> None:
    work = a_council(session)
    grouped = replace(
        default_mapping().involvements,
        attributes={"service_user_group": _GROUP},
    )
    mapping = replace(default_mapping(), involvements=grouped)
    first = [{**involvement(person_id=f"C{number}"), "group": group} for number, group in enumerate(("Old", "?", ""))]
    report = load(work, first, mapping=mapping)
    assert [(note.code, note.lines) for note in report.notes] == [("attribute_not_known", (3,))]
    kept: dict[str, object] = dict(session.execute(select(Involvement.case_reference, Involvement.attributes)).all())
    assert kept == {"C0": {"service_user_group": "op"}, "C1": {}, "C2": {}}
    again = [{**row, "group": "Old"} for row in first]
    assert load(work, again, mapping=mapping).changes == {"begun": 0, "changed": 2, "ended": 0}
