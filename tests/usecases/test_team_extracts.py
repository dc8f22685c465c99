"""What becomes of each row of teams.csv: teams, their services, and the posts of those who lead them."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.organisation import Person, Post, Team, TeamPlacement
from tests.usecases.extract_files import a_council, errors_of, load
from usecases.extract_ports import ExtractKind
from usecases.import_reports import ImportReport
from usecases.work import Work

pytestmark = pytest.mark.proves("C1", "P4")

TEAM = {
    "team_id": "BITS",
    "name": "Brief Intervention Team",
    "parent_id": "7",
    "service": "home_first",
    "manager_email": "",
    "head_of_service_email": "",
}
Held = tuple[str, str, str | None, date | None, date | None]


def team(**changes: str) -> dict[str, str]:
    return {**TEAM, **changes}


def load_teams(work: Work, *rows: Mapping[str, str], extracted_on: date = date(2026, 9, 30)) -> ImportReport:
    return load(work, rows, ExtractKind.TEAMS, extracted_on=extracted_on)


def teams(work: Work) -> dict[str, tuple[str, str]]:
    rows = work.session.execute(select(Team.reference, Team.name, Team.service_id))
    return {reference: (name, service_id) for reference, name, service_id in rows}


def posts(work: Work) -> list[Held]:
    rows = work.session.execute(
        select(Post.role, Person.reference, Team.reference, Post.began_on, Post.ended_on)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(Team, Team.id == Post.team_id)
        .order_by(Post.role, Person.reference)
    )
    return [(role, person, of_team, began_on, ended_on) for role, person, of_team, began_on, ended_on in rows]


@pytest.mark.parametrize("service", ["home_first", "Home First", "HOME FIRST SERVICE", " home first service "])
def test_service_is_known_by_its_id_or_its_name(session: Session, service: str) -> None:
    work = a_council(session)
    report = load_teams(work, team(service=service))
    assert errors_of(report) == []
    assert teams(work)["BITS"] == ("Brief Intervention Team", "home_first")


@pytest.mark.parametrize(
    ("row", "error", "words"),
    [
        ({"service": "West 2"}, ("service", "West 2", "unknown_service"), "known: home_first, mash"),
        ({"service": ""}, ("service", None, "no_service"), "such as a provider"),
        ({"name": " "}, ("name", "", "missing"), "is empty"),
        ({"team_id": ""}, ("team_id", "", "missing"), "is empty"),
    ],
    ids=["a service nobody knows", "a new team without a service", "no name", "no id"],
)
def test_bad_row_is_refused_and_the_others_load(
    session: Session, row: Mapping[str, str], error: tuple[str | None, str | None, str], words: str
) -> None:
    work = a_council(session)
    report = load_teams(work, team(**row), team(team_id="CRT"))
    assert errors_of(report) == [(2, *error)]
    assert words in report.errors[0].sentence
    assert teams(work).keys() == {"CART", "HART", "CLOSED", "CRT"}


def test_known_team_keeps_its_service_when_the_extract_has_none(session: Session) -> None:
    work = a_council(session)
    load_teams(work, team(team_id="CART", name="Assessment", service=""))
    assert teams(work)["CART"] == ("Assessment", "home_first")


def test_team_moves_to_another_service(session: Session) -> None:
    work = a_council(session)
    report = load_teams(work, team(team_id="CART", service="MASH"))
    assert teams(work)["CART"][1] == "mash"
    assert (report.changes["teams_changed"], report.changes["teams_moved"]) == (1, 1)


@pytest.mark.proves("P4")
def test_team_was_in_the_service_before_until_the_day_before_the_extract(session: Session) -> None:
    work = a_council(session)
    load_teams(work, team(team_id="CART", service="MASH"))
    load_teams(work, team(team_id="CART", service="Home First Service"), extracted_on=date(2026, 10, 1))
    rows = session.execute(
        select(TeamPlacement.service_id, TeamPlacement.began_on, TeamPlacement.ended_on).order_by(
            TeamPlacement.began_on.nulls_first()
        )
    )
    assert [tuple(row) for row in rows] == [
        ("home_first", None, date(2026, 9, 29)),
        ("mash", date(2026, 9, 30), date(2026, 9, 30)),
        ("home_first", date(2026, 10, 1), None),
    ]


def test_two_rows_of_one_team_that_differ_are_refused(session: Session) -> None:
    work = a_council(session)
    report = load_teams(work, team(), team(name="Another name"), team(team_id="CRT"), team(team_id="CRT"))
    assert [error[0::3] for error in errors_of(report)] == [(2, "contradictory_rows"), (3, "contradictory_rows")]
    assert [told.code for told in report.passed_over] == ["duplicate"]
    assert "CRT" in teams(work)


def test_who_leads_is_given_the_post_from_the_day_of_the_extract(session: Session) -> None:
    work = a_council(session)
    load_teams(work, team(team_id="CART", manager_email="W2@x.test", head_of_service_email="w4@x.test"))
    assert posts(work) == [
        ("head_of_service", "W4", None, date(2026, 9, 30), None),
        ("team_manager", "W2", "CART", date(2026, 9, 30), None),
    ]


def test_new_manager_takes_the_post_from_the_one_before(session: Session) -> None:
    work = a_council(session)
    load_teams(work, team(team_id="CART", manager_email="w2@x.test"), extracted_on=date(2026, 9, 1))
    load_teams(work, team(team_id="CART", manager_email="w4@x.test"))
    assert posts(work) == [
        ("team_manager", "W2", "CART", date(2026, 9, 1), date(2026, 9, 29)),
        ("team_manager", "W4", "CART", date(2026, 9, 30), None),
    ]


def test_manager_named_again_changes_nothing_for_a_job_share(session: Session) -> None:
    """One cell names one manager; the other half of a job share keeps the post."""
    work = a_council(session)
    load_teams(work, team(team_id="CART", manager_email="w2@x.test; w4@x.test"), extracted_on=date(2026, 9, 1))
    load_teams(work, team(team_id="CART", manager_email="w2@x.test"))
    assert [held[1:] for held in posts(work)] == [
        ("W2", "CART", date(2026, 9, 1), None),
        ("W4", "CART", date(2026, 9, 1), None),
    ]


def test_manager_whom_nobody_knows_is_noted_and_takes_no_post_away(session: Session) -> None:
    work = a_council(session)
    load_teams(work, team(team_id="CART", manager_email="w2@x.test"), extracted_on=date(2026, 9, 1))
    report = load_teams(work, team(team_id="CART", manager_email="new@x.test", head_of_service_email="hos@x.test"))
    assert [(note.code, note.lines) for note in report.notes] == [
        ("unknown_head_of_service", (2,)),
        ("unknown_manager", (2,)),
    ]
    assert posts(work) == [("team_manager", "W2", "CART", date(2026, 9, 1), None)]


def test_same_file_says_no_more_that_a_manager_is_unknown_whom_a_list_named_meanwhile(session: Session) -> None:
    work = a_council(session)
    row = team(team_id="CART", manager_email="new@x.test")
    assert [note.code for note in load_teams(work, row).notes] == ["unknown_manager"]
    manager = Person(reference="N1", name="New One", email="new@x.test")
    work.session.add(manager)
    work.session.flush()
    cart = work.session.scalars(select(Team.id).where(Team.reference == "CART")).one()
    for post in work.session.scalars(select(Post).where(Post.team_id == cart)):
        work.session.delete(post)
    work.session.add(Post(role="team_manager", person_id=manager.id, team_id=cart, began_on=date(2025, 4, 1)))
    work.session.flush()

    assert load_teams(work, row).notes == ()
    assert load_teams(work, row).is_unchanged


def test_same_file_links_the_managers_who_became_known_meanwhile(session: Session) -> None:
    """Teams come before workers, so managers are often unknown at first: the file again then finds them."""
    work = a_council(session)
    row = team(team_id="CART", manager_email="new@x.test")
    load_teams(work, row)
    work.session.add(Person(reference="N1", name="New One", email="new@x.test"))
    work.session.flush()
    report = load_teams(work, row)
    assert not report.is_unchanged
    assert posts(work) == [("team_manager", "N1", "CART", date(2026, 9, 30), None)]
    assert load_teams(work, row).is_unchanged


@pytest.mark.proves("P4", "C1")
def test_a_team_that_was_merged_does_not_rename_the_team_that_it_became(session: Session) -> None:
    work = a_council(session)
    teams = {team.reference: team for team in session.scalars(select(Team))}
    teams["CLOSED"].merged_into_id = teams["CART"].id
    session.flush()
    load(work, [{"team_id": "CLOSED", "name": "An old name"}], ExtractKind.TEAMS)

    session.expire_all()
    assert {team.reference: team.name for team in teams.values()} == {
        "CART": "CART",
        "HART": "HART",
        "CLOSED": "An old name",
    }
