"""Posts, deputies, appointments as auditor and absences: who may hold what, and who holds it on a day."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.organisation import Holder, holders_on, person_file
from db.tables.organisation import Person, Team
from rules.errors import InvalidFacts
from tests.usecases.extract_files import a_council
from usecases.appointments import (
    AppointmentFacts,
    appoint_auditor,
    change_absence,
    change_appointment,
    record_absence,
    withdraw_absence,
)
from usecases.errors import NotAllowedNow, NotFound
from usecases.posts import PostFacts, change_post, give_post
from usecases.work import Work


@pytest.fixture
def work(session: Session) -> Work:
    """W1, W2 and others; CART and HART of Home First; the service MASH."""
    return a_council(session)


def person(work: Work, reference: str) -> uuid.UUID:
    return work.session.scalars(select(Person.id).where(Person.reference == reference)).one()


def team(work: Work, reference: str) -> uuid.UUID:
    return work.session.scalars(select(Team.id).where(Team.reference == reference)).one()


def holders(work: Work, on: date) -> list[Holder]:
    return holders_on(work.session, on)


def pointers(refused: pytest.ExceptionInfo[InvalidFacts]) -> list[str]:
    return [problem.pointer for problem in refused.value.problems]


SCOPES = [
    # role, for a team, for a service, and where the scope is wrong
    ("team_manager", True, False, []),
    ("team_manager", False, False, ["/team_id"]),
    ("team_manager", False, True, ["/team_id", "/service_id"]),
    ("head_of_service", False, True, []),
    ("head_of_service", False, False, ["/service_id"]),
    ("assistant_director", True, True, ["/team_id"]),
    ("director", False, False, []),
    ("director", False, True, ["/service_id"]),
    ("audit_team", True, False, ["/team_id"]),
    ("auditor", False, False, ["/role"]),  # an auditor is appointed, not given a post
    ("practitioner", False, False, ["/role"]),
    ("king", False, False, ["/role"]),
]


@pytest.mark.parametrize(("role", "for_team", "for_service", "wrong"), SCOPES)
def test_each_role_is_held_for_a_team_a_service_or_the_council(
    work: Work, role: str, for_team: bool, for_service: bool, wrong: list[str]
) -> None:
    facts = PostFacts(role, team(work, "CART") if for_team else None, "mash" if for_service else None)
    if not wrong:
        assert give_post(work, person(work, "W2"), facts).role == role
        return
    with pytest.raises(InvalidFacts) as refused:
        give_post(work, person(work, "W2"), facts)
    assert pointers(refused) == wrong


def test_post_of_what_nobody_knows_is_refused_with_every_fault(work: Work) -> None:
    facts = PostFacts("team_manager", uuid.uuid4(), None, uuid.uuid4(), date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(InvalidFacts) as refused:
        give_post(work, person(work, "W2"), facts)
    assert pointers(refused) == ["/team_id", "/deputy_id", "/ended_on"]


def test_nobody_is_their_own_deputy(work: Work) -> None:
    with pytest.raises(InvalidFacts, match="Nobody stands in for themselves"):
        give_post(work, person(work, "W2"), PostFacts("director", deputy_id=person(work, "W2")))


def test_two_people_share_a_post_but_nobody_holds_it_twice_at_a_time(work: Work) -> None:
    cart = team(work, "CART")
    give_post(work, person(work, "W1"), PostFacts("team_manager", cart, began_on=date(2026, 1, 1)))
    give_post(work, person(work, "W2"), PostFacts("team_manager", cart))
    give_post(work, person(work, "W1"), PostFacts("team_manager", cart, ended_on=date(2025, 12, 31)))
    give_post(work, person(work, "W1"), PostFacts("team_manager", team(work, "HART")))
    with pytest.raises(NotAllowedNow, match="already at that time"):
        give_post(work, person(work, "W1"), PostFacts("team_manager", cart, began_on=date(2026, 6, 1)))


def test_who_holds_a_post_on_a_day_and_who_stands_in(work: Work) -> None:
    """W1 managed CART until June, W2 since; on 1 October W2 is away and W4, the deputy, is there."""
    cart, w1, w2, w4 = team(work, "CART"), person(work, "W1"), person(work, "W2"), person(work, "W4")
    first = give_post(work, w1, PostFacts("team_manager", cart, ended_on=date(2026, 6, 30))).id
    second = give_post(work, w2, PostFacts("team_manager", cart, deputy_id=w4, began_on=date(2026, 7, 1))).id
    record_absence(work, w2, date(2026, 9, 28), date(2026, 10, 1))
    assert holders(work, date(2026, 6, 30)) == [Holder(first, "team_manager", cart, None, w1, None, False, False)]
    assert holders(work, date(2026, 10, 1)) == [Holder(second, "team_manager", cart, None, w2, w4, True, False)]
    assert holders(work, date(2026, 10, 2)) == [Holder(second, "team_manager", cart, None, w2, w4, False, False)]


def test_who_has_left_is_away_from_the_day_after(work: Work) -> None:
    """W9's last day was 31 March 2026; a post that nobody ended is still theirs, and their deputy's to look after."""
    give_post(work, person(work, "W9"), PostFacts("director", deputy_id=person(work, "W1")))
    assert [row.is_away for day in (31, 1) for row in holders(work, date(2026, 3 if day == 31 else 4, day))] == [
        False,
        True,
    ]


def test_holders_are_found_by_role_team_and_service(work: Work) -> None:
    cart, w1, w2 = team(work, "CART"), person(work, "W1"), person(work, "W2")
    give_post(work, w1, PostFacts("team_manager", cart))
    give_post(work, w2, PostFacts("head_of_service", None, "mash"))
    day = date(2026, 10, 1)
    assert [row.person_id for row in holders_on(work.session, day, role="team_manager")] == [w1]
    assert [row.person_id for row in holders_on(work.session, day, team_id=cart)] == [w1]
    assert [row.person_id for row in holders_on(work.session, day, service_id="mash")] == [w2]
    assert holders_on(work.session, day, role="director") == []


def test_post_is_ended_and_no_longer_held_the_day_after(work: Work) -> None:
    w1 = person(work, "W1")
    post = give_post(work, w1, PostFacts("director"))
    change_post(work, w1, post.id, PostFacts("director", ended_on=date(2026, 9, 30)))
    assert len(holders(work, date(2026, 9, 30))) == 1
    assert holders(work, date(2026, 10, 1)) == []


def test_post_of_somebody_else_is_not_found(work: Work) -> None:
    post = give_post(work, person(work, "W1"), PostFacts("director"))
    with pytest.raises(NotFound):
        change_post(work, person(work, "W2"), post.id, PostFacts("director"))


@pytest.mark.proves("A1", "A3")
def test_auditor_is_appointed_for_a_service_with_roles_and_a_capacity(work: Work) -> None:
    appointment = appoint_auditor(work, person(work, "W1"), AppointmentFacts("mash", 0, ("manager", "manager")))
    assert (appointment.service_id, appointment.roles, appointment.capacity) == ("mash", ["manager"], 0)


def test_appointment_is_refused_with_every_fault_at_once(work: Work) -> None:
    facts = AppointmentFacts("west", -1, ("boss",), date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(InvalidFacts) as refused:
        appoint_auditor(work, person(work, "W1"), facts)
    assert pointers(refused) == ["/service_id", "/ended_on", "/roles", "/capacity"]


@pytest.mark.parametrize(
    ("began_on", "ended_on", "is_free"),
    [
        (date(2026, 7, 1), None, True),
        (date(2026, 6, 30), None, False),
        (None, date(2025, 12, 31), True),
        (None, date(2026, 1, 1), False),
        (None, None, False),
        (date(2026, 3, 1), date(2026, 3, 31), False),
    ],
)
def test_auditor_has_one_appointment_at_a_time(
    work: Work, began_on: date | None, ended_on: date | None, is_free: bool
) -> None:
    """The one on record is from 1 January to 30 June 2026, both days included."""
    w1 = person(work, "W1")
    appoint_auditor(work, w1, AppointmentFacts("mash", 1, (), date(2026, 1, 1), date(2026, 6, 30)))
    second = AppointmentFacts("home_first", 1, (), began_on, ended_on)
    if is_free:
        assert appoint_auditor(work, w1, second).service_id == "home_first"
        return
    with pytest.raises(NotAllowedNow, match="one appointment at a time"):
        appoint_auditor(work, w1, second)


def test_capacity_changes_without_standing_in_its_own_way(work: Work) -> None:
    w1 = person(work, "W1")
    appointment = appoint_auditor(work, w1, AppointmentFacts("mash", 1))
    assert change_appointment(work, w1, appointment.id, AppointmentFacts("mash", 2)).capacity == 2


def test_absence_is_recorded_changed_and_withdrawn(work: Work) -> None:
    w1 = person(work, "W1")
    absence = record_absence(work, w1, date(2026, 10, 5), date(2026, 10, 9))
    change_absence(work, w1, absence.id, date(2026, 10, 5), date(2026, 10, 6))
    file = person_file(work.session, w1)
    assert file is not None
    assert [(row.first_on, row.last_on) for row in file.absences] == [(date(2026, 10, 5), date(2026, 10, 6))]
    withdraw_absence(work, w1, absence.id)
    after = person_file(work.session, w1)
    assert after == file._replace(absences=[])


def test_absence_of_one_day_is_one_and_one_that_ends_before_it_begins_is_none(work: Work) -> None:
    w1, day = person(work, "W1"), date(2026, 10, 5)
    record_absence(work, w1, day, day)
    with pytest.raises(InvalidFacts) as refused:
        record_absence(work, w1, day, date(2026, 10, 4))
    assert pointers(refused) == ["/last_on"]


def test_same_absence_twice_is_refused(work: Work) -> None:
    w1 = person(work, "W1")
    record_absence(work, w1, date(2026, 10, 5), date(2026, 10, 9))
    with pytest.raises(NotAllowedNow, match="on record already"):
        record_absence(work, w1, date(2026, 10, 5), date(2026, 10, 9))
