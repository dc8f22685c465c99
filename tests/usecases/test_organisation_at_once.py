"""Two people change the organisation at the same moment: one goes first, and the other hears of it (P4, A3, S3)."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.organisation import Person, Team
from rules.errors import Refusal
from tests.small_council import SmallCouncil, work_on
from usecases.appointments import AppointmentFacts, appoint_auditor
from usecases.deputies import name_deputy
from usecases.errors import AlreadyDifferent
from usecases.line_managers import change_line_manager
from usecases.organisation import PersonFacts, change_person
from usecases.posts import PostFacts, give_post
from usecases.team_changes import merge_team, move_team
from usecases.team_memberships import join_team
from usecases.work import Work

TODAY = date(2026, 10, 1)
Move = Callable[[Work, dict[str, uuid.UUID]], object]


@pytest.fixture
def ids(sessions: sessionmaker[Session]) -> dict[str, uuid.UUID]:
    """People A, B and C, the teams CART and HART, and A's post of team manager of CART."""
    with sessions() as session:
        council = SmallCouncil(session)
        council.team("CART", "home_first")
        council.team("HART", "review")
        council.team("REV", "mash")
        found = {name: council.person(name) for name in ("A", "B", "C")}
        found |= {name: council.team_id(name) for name in ("CART", "HART")}
        found["post"] = give_post(work_on(session, TODAY), found["A"], PostFacts("team_manager", found["CART"])).id
        session.commit()
        return found


def both_at_once(sessions: sessionmaker[Session], *moves: Callable[[Work], object]) -> list[str]:
    """Each in a transaction of its own, the second begun before the first has committed; what each was answered."""
    begun, ready = threading.Barrier(len(moves)), threading.Event()  # the second asks while the first is not saved

    def run(move: Callable[[Work], object], is_first: bool) -> str:
        with sessions() as session:
            begun.wait(10)
            if not is_first:
                ready.wait(10)
            try:
                move(work_on(session, TODAY))
                if is_first:
                    ready.set()
                    threading.Event().wait(0.3)
                session.commit()
            except Refusal as refused:
                session.rollback()
                return type(refused).__name__
            return "saved"

    with ThreadPoolExecutor(len(moves)) as pool:
        tasks = [pool.submit(run, move, number == 0) for number, move in enumerate(moves)]
        return [task.result(30) for task in tasks]


OVERLAPS: dict[str, tuple[Move, Move]] = {
    "two line managers of one person": (
        lambda work, ids: change_line_manager(work, ids["A"], ids["B"], date(2026, 9, 1)),
        lambda work, ids: change_line_manager(work, ids["A"], ids["C"], None),
    ),
    "two deputies of one post": (
        lambda work, ids: name_deputy(work, ids["A"], ids["post"], deputy_id=ids["B"], began_on=None),
        lambda work, ids: name_deputy(work, ids["A"], ids["post"], deputy_id=ids["C"], began_on=None),
    ),
    "two appointments of one auditor": (
        lambda work, ids: appoint_auditor(work, ids["A"], AppointmentFacts("review", 1)),
        lambda work, ids: appoint_auditor(work, ids["A"], AppointmentFacts("home_first", 1)),
    ),
    "one post given twice": (
        lambda work, ids: give_post(work, ids["B"], PostFacts("director")),
        lambda work, ids: give_post(work, ids["B"], PostFacts("director")),
    ),
    "one person in two teams": (
        lambda work, ids: join_team(work, ids["B"], ids["CART"]),
        lambda work, ids: join_team(work, ids["B"], ids["HART"]),
    ),
    "one team moved twice": (
        lambda work, ids: move_team(work, ids["CART"], "review", date(2026, 11, 1)),
        lambda work, ids: move_team(work, ids["CART"], "mash", date(2026, 11, 1)),
    ),
}


@pytest.mark.parametrize("what", OVERLAPS)
def test_of_two_that_would_overlap_the_second_is_refused(
    sessions: sessionmaker[Session], ids: dict[str, uuid.UUID], what: str
) -> None:
    first, second = OVERLAPS[what]
    answers = both_at_once(sessions, lambda work: first(work, ids), lambda work: second(work, ids))
    assert answers[0] == "saved"
    assert answers[1] in ("NotAllowedNow", "InvalidFacts")


def test_of_two_who_edit_one_person_one_wins_and_the_other_hears_what_changed(
    sessions: sessionmaker[Session], ids: dict[str, uuid.UUID]
) -> None:
    heard: list[str] = []

    def save(work: Work, facts: PersonFacts) -> None:
        try:
            change_person(work, ids["A"], facts, version=1)
        except AlreadyDifferent as stale:
            heard.append(stale.sentence)
            raise

    answers = both_at_once(
        sessions,
        lambda work: save(work, PersonFacts("A", "Ann", job_title="Social Worker")),
        lambda work: save(work, PersonFacts("A", "Anna")),
    )
    assert answers == ["saved", "AlreadyDifferent"]
    (sentence,) = heard
    assert sentence == (
        "Somebody else saved meanwhile: it is version 2 now, 1 was read. What changed: name, email and job title "
        "(10:00 on Thursday 1 October 2026, an administrator). Read it again, then save."
    )
    with sessions() as session:
        assert session.scalars(select(Person.name).where(Person.id == ids["A"])).one() == "Ann"


def test_two_merge_the_same_team_and_its_people_move_once(
    sessions: sessionmaker[Session], ids: dict[str, uuid.UUID]
) -> None:
    with sessions() as session:
        join_team(work_on(session, TODAY), ids["B"], ids["CART"])
        session.commit()
    moves = [lambda work: merge_team(work, ids["CART"], ids["HART"], date(2026, 10, 12))] * 2
    assert both_at_once(sessions, *moves) == ["saved", "saved"]
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Team).where(Team.merged_into_id.is_not(None))) == 1
