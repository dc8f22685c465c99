"""Services, teams and people are created and changed, and nobody is in two teams at a time."""

import uuid
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db.queries import organisation as queries
from db.tables.organisation import Person, Team, TeamMembership
from rules.errors import InvalidFacts
from tests.organisation_facts import line_managed_by
from tests.usecases.extract_files import a_council
from usecases.errors import NotAllowedNow, NotFound
from usecases.line_managers import change_line_manager
from usecases.organisation import (
    PersonFacts,
    TeamFacts,
    add_person,
    add_service,
    add_team,
    change_person,
    change_service,
    change_team,
)
from usecases.team_memberships import join_team, leave_team
from usecases.work import Work


@pytest.fixture
def work(session: Session) -> Work:
    """Home First with CART and HART, MASH without a team; W1 has been in CART since 6 January 2025."""
    return a_council(session)


def person(work: Work, reference: str) -> Person:
    return work.session.scalars(select(Person).where(Person.reference == reference)).one()


def team(work: Work, reference: str) -> Team:
    return work.session.scalars(select(Team).where(Team.reference == reference)).one()


def memberships(work: Work, reference: str) -> list[tuple[str, date | None, date | None]]:
    rows = work.session.execute(
        select(Team.reference, TeamMembership.began_on, TeamMembership.ended_on)
        .join(Team, Team.id == TeamMembership.team_id)
        .where(TeamMembership.person_id == person(work, reference).id)
        .order_by(TeamMembership.began_on)
    )
    return [(of_team, began_on, ended_on) for of_team, began_on, ended_on in rows]


def pointers(refused: pytest.ExceptionInfo[InvalidFacts]) -> list[str]:
    return [problem.pointer for problem in refused.value.problems]


def test_service_is_added_and_renamed(work: Work) -> None:
    add_service(work, "send", " SEND (17+) ")
    assert change_service(work, "send", "SEND").name == "SEND"
    assert [service.id for service in queries.services(work.session)] == ["home_first", "mash", "send"]


def test_service_of_the_same_id_is_refused(work: Work) -> None:
    with pytest.raises(NotAllowedNow, match="There is a service mash already"):
        add_service(work, "mash", "MASH")


def test_service_needs_a_word_as_its_id_and_a_name(work: Work) -> None:
    with pytest.raises(InvalidFacts) as refused:
        add_service(work, "Home First", " ")
    assert pointers(refused) == ["/name", "/id"]


@pytest.mark.proves("P4")
def test_team_of_another_employer_has_a_contact_address(work: Work) -> None:
    facts = TeamFacts("OMHT", "Older Mental Health Team", "mash", "The NHS trust", "OMHT@Trust.test")
    assert add_team(work, facts).contact_email == "omht@trust.test"


def test_team_is_refused_with_every_fault_at_once(work: Work) -> None:
    with pytest.raises(InvalidFacts) as refused:
        add_team(work, TeamFacts("A B", "", "west", None, "nobody", date(2026, 2, 1), date(2026, 1, 1)))
    assert pointers(refused) == ["/reference", "/name", "/service_id", "/contact_email", "/ended_on"]
    assert "known: home_first, mash" in refused.value.problems[2].sentence


def test_reference_of_another_team_is_refused(work: Work) -> None:
    with pytest.raises(NotAllowedNow, match="There is a team CART already"):
        add_team(work, TeamFacts("CART", "Another", "mash"))
    with pytest.raises(NotAllowedNow, match="is that of HART"):
        change_team(work, team(work, "CART").id, TeamFacts("HART", "CART", "home_first"))


def test_team_may_keep_its_own_reference_when_it_changes(work: Work) -> None:
    assert change_team(work, team(work, "CART").id, TeamFacts("CART", "CART", "mash")).service_id == "mash"


def test_person_is_added_with_a_line_manager(work: Work) -> None:
    manager = person(work, "W2")
    added = add_person(work, PersonFacts("N1", "New One", " New@X.test "), line_manager_id=manager.id)
    assert added.email == "new@x.test"
    assert line_managed_by(work.session, manager.id, work.today) == [added.id]


def test_person_is_refused_with_every_fault_at_once(work: Work) -> None:
    facts = PersonFacts("", " ", "nobody", None, date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(InvalidFacts) as refused:
        add_person(work, facts, line_manager_id=uuid.uuid4())
    assert pointers(refused) == ["/reference", "/name", "/email", "/left_on", "/line_manager_id"]


def test_nobody_is_their_own_line_manager(work: Work) -> None:
    w1 = person(work, "W1").id
    with pytest.raises(InvalidFacts, match="Nobody manages themselves"):
        change_line_manager(work, w1, w1, None)


def test_reference_of_somebody_else_is_refused(work: Work) -> None:
    with pytest.raises(NotAllowedNow, match="somebody with the reference W1 already"):
        add_person(work, PersonFacts("W1", "Another"))
    with pytest.raises(NotAllowedNow, match="somebody else's"):
        change_person(work, person(work, "W2").id, PersonFacts("W1", "Person W2"))


def test_nobody_is_changed_who_is_not_there(work: Work) -> None:
    with pytest.raises(NotFound, match="GET /v1/people"):
        change_person(work, uuid.uuid4(), PersonFacts("N1", "New One"))


def test_move_to_another_team_keeps_the_time_in_the_one_before(work: Work) -> None:
    join_team(work, person(work, "W1").id, team(work, "HART").id, date(2026, 10, 5))
    assert memberships(work, "W1") == [
        ("CART", date(2025, 1, 6), date(2026, 10, 4)),
        ("HART", date(2026, 10, 5), None),
    ]


@pytest.mark.parametrize("began_on", [None, date(2025, 1, 6), date(2024, 1, 1)])
def test_second_team_needs_a_day_after_the_first_one_was_joined(work: Work, began_on: date | None) -> None:
    with pytest.raises(InvalidFacts) as refused:
        join_team(work, person(work, "W1").id, team(work, "HART").id, began_on)
    assert pointers(refused) == ["/began_on"]
    assert memberships(work, "W1") == [("CART", date(2025, 1, 6), None)]


def test_team_is_not_joined_while_another_one_was_not_left(work: Work) -> None:
    """W1 leaves CART at the end of September; October is free, the last day of September is not."""
    w1, hart = person(work, "W1").id, team(work, "HART").id
    leave_team(work, w1, date(2026, 9, 30))
    with pytest.raises(InvalidFacts, match="nobody is in two teams at a time"):
        join_team(work, w1, hart, date(2026, 9, 30))
    join_team(work, w1, hart, date(2026, 10, 1))
    assert [row[0] for row in memberships(work, "W1")] == ["CART", "HART"]


def test_first_team_may_have_been_joined_nobody_knows_when(work: Work) -> None:
    join_team(work, person(work, "W4").id, team(work, "HART").id)
    assert memberships(work, "W4") == [("HART", None, None)]


def test_team_is_not_left_before_it_was_joined_nor_by_who_is_in_none(work: Work) -> None:
    with pytest.raises(InvalidFacts):
        leave_team(work, person(work, "W1").id, date(2025, 1, 5))
    with pytest.raises(NotFound):
        leave_team(work, person(work, "W4").id, date(2026, 9, 30))


def test_list_of_people_is_asked_in_as_many_statements_as_one_person(work: Work) -> None:
    """No statement a row: seven for a page, whether it has two people or two hundred."""
    for number in range(200):
        work.session.add(Person(reference=f"P{number}", name="Somebody"))
    work.session.flush()
    assert statements_for(work, 2) == statements_for(work, 200) == 7


def statements_for(work: Work, limit: int) -> int:
    asked: list[str] = []
    connection = work.session.connection()

    def count(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(connection, "before_cursor_execute", count)
    files = queries.people(work.session, on=work.today, after=None, limit=limit)
    event.remove(connection, "before_cursor_execute", count)
    assert len(files) == limit
    return len(asked)


def test_people_are_found_by_reference_team_and_page(work: Work) -> None:
    def found(**asked: object) -> list[str]:
        given = {"on": date(2026, 10, 1), "after": None, "limit": 50, **asked}
        return [file.person.reference for file in queries.people(work.session, **given)]  # type: ignore[arg-type]

    cart = team(work, "CART").id
    assert found(reference="W3") == ["W3"]
    assert sorted(found(team_id=cart)) == ["W1", "W2"]
    assert found(team_id=cart, on=date(2024, 12, 31)) == []
    first, *_ = everybody = found()
    assert found(after=person(work, first).id) == everybody[1:]
    assert len(found(limit=2)) == 2


def test_teams_are_found_by_service_and_by_day(work: Work) -> None:
    def found(service_id: str | None, on: date | None) -> set[str]:
        rows = queries.teams(work.session, service_id=service_id, on=on, after=None, limit=50)
        return {row.reference for row in rows}

    assert found(None, None) == {"CART", "HART", "CLOSED"}
    assert found("home_first", date(2026, 10, 1)) == {"CART", "HART"}
    assert found("home_first", date(2025, 3, 31)) == {"CART", "HART", "CLOSED"}
    assert found("mash", None) == set()
