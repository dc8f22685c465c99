"""What becomes of each row of workers.csv: people, the teams they belong to and their line managers."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from db.tables.organisation import LineManagement, Person, Team, TeamMembership
from tests.usecases.extract_files import a_council, errors_of, load
from usecases.extract_ports import ExtractKind
from usecases.import_reports import ImportReport
from usecases.work import Work

pytestmark = pytest.mark.proves("C1")

WORKER = {
    "worker_id": "N1",
    "email": "New.One@x.test",
    "name": "New One",
    "job_title": "Social Worker",
    "team_id": "CART",
    "primary_job": "Y",
    "start_date": "01/09/2026",
    "end_date": "",
    "manager_email": "",
}
Membership = tuple[str, date | None, date | None]


def worker(**changes: str) -> dict[str, str]:
    return {**WORKER, **changes}


def load_workers(work: Work, *rows: Mapping[str, str], extracted_on: date = date(2026, 9, 30)) -> ImportReport:
    return load(work, rows, ExtractKind.WORKERS, extracted_on=extracted_on)


def memberships(work: Work, reference: str) -> list[Membership]:
    rows = work.session.execute(
        select(Team.reference, TeamMembership.began_on, TeamMembership.ended_on)
        .join(Team, Team.id == TeamMembership.team_id)
        .join(Person, Person.id == TeamMembership.person_id)
        .where(Person.reference == reference)
        .order_by(TeamMembership.began_on)
    )
    return [(team, began_on, ended_on) for team, began_on, ended_on in rows]


def known(work: Work, reference: str) -> Person | None:
    work.session.expire_all()
    return work.session.scalars(select(Person).where(Person.reference == reference)).first()


REFUSED: list[tuple[str, Mapping[str, str], tuple[str | None, str | None, str], str]] = [
    ("no id", {"worker_id": ""}, ("worker_id", "", "missing"), "is empty"),
    ("the id that stands for nobody", {"worker_id": "-1"}, ("worker_id", "-1", "no_worker"), "nobody to know"),
    ("a team nobody knows", {"team_id": "WEST"}, ("team_id", "WEST", "unknown_team"), "import teams.csv"),
    ("a team that has closed", {"team_id": "CLOSED"}, ("team_id", "CLOSED", "closed_team"), "has closed"),
    (
        "ends before it begins",
        {"end_date": "31/08/2026"},
        ("end_date", "31/08/2026", "ends_before_it_begins"),
        "before",
    ),
    ("neither yes nor no", {"primary_job": "2"}, ("primary_job", "2", "no_flag"), "neither yes nor no"),
    (
        "a day that does not exist",
        {"start_date": "31/09/2026"},
        ("start_date", "31/09/2026", "impossible_date"),
        "exist",
    ),
]


@pytest.mark.parametrize(("row", "error", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_bad_row_is_refused_and_the_others_load(
    session: Session, row: Mapping[str, str], error: tuple[str | None, str | None, str], words: str
) -> None:
    work = a_council(session)
    report = load_workers(work, worker(**row), worker(worker_id="N2", email="n2@x.test"))
    assert errors_of(report) == [(2, *error)]
    assert words in report.errors[0].sentence
    assert known(work, "N1") is None
    assert known(work, "N2") is not None


def test_new_worker_is_known_with_team_and_start(session: Session) -> None:
    work = a_council(session)
    load_workers(work, worker())
    person = known(work, "N1")
    assert person is not None
    assert (person.name, person.email, person.started_on) == ("New One", "new.one@x.test", date(2026, 9, 1))
    assert memberships(work, "N1") == [("CART", date(2026, 9, 1), None)]


def test_worker_in_two_teams_is_refused_in_every_row(session: Session) -> None:
    work = a_council(session)
    report = load_workers(work, worker(), worker(team_id="HART"))
    assert [error[0::3] for error in errors_of(report)] == [(2, "two_teams"), (3, "two_teams")]
    assert "(CART, HART)" in report.errors[0].sentence
    assert known(work, "N1") is None


def test_primary_job_says_which_of_two_teams_counts(session: Session) -> None:
    work = a_council(session)
    report = load_workers(work, worker(team_id="HART", primary_job="N"), worker())
    assert memberships(work, "N1") == [("CART", date(2026, 9, 1), None)]
    assert [told.code for told in report.passed_over] == ["other_job"]


def test_move_ends_the_old_membership_and_begins_a_new_one(session: Session) -> None:
    """W1 has been in CART since 6 January 2025; the extract has them in HART since 1 September 2026."""
    work = a_council(session)
    report = load_workers(work, worker(worker_id="W1", team_id="HART"))
    assert memberships(work, "W1") == [
        ("CART", date(2025, 1, 6), date(2026, 8, 31)),
        ("HART", date(2026, 9, 1), None),
    ]
    assert (report.changes["memberships_begun"], report.changes["memberships_ended"]) == (1, 1)


def test_move_without_a_day_of_its_own_is_dated_by_the_extract(session: Session) -> None:
    work = a_council(session)
    load_workers(work, worker(worker_id="W1", team_id="HART", start_date="01/05/2020"))
    assert memberships(work, "W1") == [
        ("CART", date(2025, 1, 6), date(2026, 9, 29)),
        ("HART", date(2026, 9, 30), None),
    ]


def test_team_of_the_same_day_is_corrected_not_kept_as_history(session: Session) -> None:
    work = a_council(session)
    load_workers(work, worker(start_date="30/09/2026"))
    load_workers(work, worker(start_date="30/09/2026", team_id="HART"))
    assert memberships(work, "N1") == [("HART", date(2026, 9, 30), None)]


def test_leaver_is_known_with_their_last_day_and_leaves_the_team(session: Session) -> None:
    work = a_council(session)
    load_workers(work, worker(worker_id="W1", end_date="15/09/2026"))
    person = known(work, "W1")
    assert person is not None
    assert person.left_on == date(2026, 9, 15)
    assert memberships(work, "W1") == [("CART", date(2025, 1, 6), date(2026, 9, 15))]


def test_leaving_day_to_come_is_kept_while_they_stay_in_the_team(session: Session) -> None:
    work = a_council(session)
    load_workers(work, worker(end_date="16/10/2026"))
    person = known(work, "N1")
    assert person is not None
    assert person.left_on == date(2026, 10, 16)
    assert memberships(work, "N1") == [("CART", date(2026, 9, 1), None)]


def test_who_comes_back_has_left_no_longer(session: Session) -> None:
    work = a_council(session)
    load_workers(work, worker(worker_id="W9", start_date="01/09/2026"))
    person = known(work, "W9")
    assert person is not None
    assert person.left_on is None
    assert memberships(work, "W9") == [("CART", date(2026, 9, 1), None)]


def test_extract_that_does_not_know_of_a_leaving_day_does_not_take_it_back(session: Session) -> None:
    """The case system lags: W9's last day was entered by hand, and the job in the extract began before it."""
    work = a_council(session)
    load_workers(work, worker(worker_id="W9", start_date="01/03/2024"))
    person = known(work, "W9")
    assert person is not None
    assert person.left_on == date(2026, 3, 31)


def test_earlier_jobs_tell_when_somebody_started(session: Session) -> None:
    """S3 lets a newcomer wait their turn from the month they started: that of their first job."""
    work = a_council(session)
    load_workers(work, worker(), worker(team_id="HART", start_date="04/03/2024", end_date="31/08/2026"))
    person = known(work, "N1")
    assert person is not None
    assert person.started_on == date(2024, 3, 4)
    assert memberships(work, "N1") == [("CART", date(2026, 9, 1), None)]


def test_blank_cell_takes_nothing_away(session: Session) -> None:
    work = a_council(session)
    load_workers(work, worker(worker_id="W1", email="", name="", job_title="", start_date=""))
    person = known(work, "W1")
    assert person is not None
    assert (person.name, person.email) == ("Person W1", "w1@x.test")


def test_worker_without_a_usable_address_or_name_is_loaded_and_noted(session: Session) -> None:
    work = a_council(session)
    report = load_workers(work, worker(email="to follow", name=""), worker(worker_id="N2", email="W1@X.TEST"))
    person = known(work, "N1")
    assert person is not None
    assert (person.name, person.email) == ("N1", None)
    assert [(note.code, note.lines) for note in report.notes] == [
        ("no_email", (2,)),
        ("no_name", (2,)),
        ("shared_email", (3,)),
    ]


def test_line_manager_is_found_by_address_in_any_case(session: Session) -> None:
    work = a_council(session)
    report = load_workers(
        work, worker(manager_email="W2@X.Test"), worker(worker_id="N2", email="n2@x.test", manager_email="no@x.test")
    )
    manager = aliased(Person)
    found = work.session.execute(
        select(Person.reference, manager.reference)
        .join(LineManagement, LineManagement.person_id == Person.id)
        .join(manager, manager.id == LineManagement.manager_id)
    )
    assert dict(found.all()) == {"N1": "W2"}
    assert [(note.code, note.lines) for note in report.notes] == [("unknown_manager", (3,))]


@pytest.mark.proves("P4")
def test_another_line_manager_is_that_from_the_day_of_the_extract_and_the_one_before_until_then(
    session: Session,
) -> None:
    """W2 as far back as is known, W3 from 30 September; named twice for one day, the last word counts."""
    work = a_council(session)
    load_workers(work, worker(manager_email="w2@x.test"), extracted_on=date(2026, 9, 28))
    for address in ("w1@x.test", "w3@x.test", "w3@x.test", ""):
        load_workers(work, worker(manager_email=address))
    manager = aliased(Person)
    rows = work.session.execute(
        select(manager.reference, LineManagement.began_on, LineManagement.ended_on)
        .join(manager, manager.id == LineManagement.manager_id)
        .order_by(LineManagement.began_on.nulls_first())
    )
    assert [tuple(row) for row in rows] == [
        ("W2", None, date(2026, 9, 29)),
        ("W3", date(2026, 9, 30), None),
    ]


def test_nobody_becomes_their_own_line_manager(session: Session) -> None:
    work = a_council(session)
    load_workers(work, worker(worker_id="W1", email="w1@x.test", manager_email="w1@x.test"))
    person = known(work, "W1")
    assert person is not None
    assert work.session.scalars(select(LineManagement)).all() == []


@pytest.mark.proves("P4", "C1")
def test_somebody_in_a_team_that_was_merged_is_in_the_team_that_it_became(session: Session) -> None:
    work = a_council(session)
    teams = {team.reference: team for team in session.scalars(select(Team))}
    teams["CLOSED"].merged_into_id = teams["CART"].id
    session.flush()
    report = load_workers(work, worker(team_id="CLOSED"))

    assert errors_of(report) == []
    assert memberships(work, "N1") == [("CART", date(2026, 9, 1), None)]
    assert [told.code for told in report.notes] == ["merged_team"]
