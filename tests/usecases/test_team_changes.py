"""Teams move to another service and merge: people and open duties follow, figures stay (P4; Words)."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.organisation_history import history_of_team
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.organisation import Person, Post, Team, TeamMembership
from db.tables.trail import TrailEntry
from rules.errors import InvalidFacts
from rules.roles import Role
from tests.organisation_facts import teams_of_service
from tests.small_council import found_council, work_on
from tests.usecases.extract_files import a_council
from usecases.audit_cycles import open_cycle
from usecases.errors import AlreadyDifferent, NotAllowedNow
from usecases.post_holders import AskedFor, role_on_the_day
from usecases.posts import PostFacts, give_post
from usecases.team_changes import correct_move, merge_team, move_team, settle_teams
from usecases.work import Work


@pytest.fixture
def work(session: Session) -> Work:
    """1 October 2026. CART (W1, W2) and HART (W3) of Home First; the service MASH."""
    return a_council(session)


def team(work: Work, reference: str) -> uuid.UUID:
    return work.session.scalars(select(Team.id).where(Team.reference == reference)).one()


def person(work: Work, reference: str) -> uuid.UUID:
    return work.session.scalars(select(Person.id).where(Person.reference == reference)).one()


def services_of(work: Work, reference: str) -> list[tuple[str | None, date | None, date | None]]:
    return [
        (fact.service_id, fact.began_on, fact.ended_on)
        for fact in history_of_team(work.session, team(work, reference))
        if fact.kind == "of_service"
    ]


def actions(work: Work) -> list[tuple[str, bool | None]]:
    rows = work.session.execute(select(TrailEntry.action, TrailEntry.details).order_by(TrailEntry.id))
    return [(action, details.get("of_the_past")) for action, details in rows]


def on(work: Work, day: date) -> Work:
    return replace(work, now=datetime(day.year, day.month, day.day, 8, tzinfo=UTC))


@pytest.mark.proves("P4")
def test_team_that_moves_next_month_is_where_it_was_until_then(work: Work) -> None:
    cart = team(work, "CART")
    move_team(work, cart, "mash", date(2026, 11, 1))
    assert services_of(work, "CART") == [
        ("home_first", None, date(2026, 10, 31)),
        ("mash", date(2026, 11, 1), None),
    ]
    assert teams_of_service(work.session, "mash", date(2026, 10, 31)) == []
    assert teams_of_service(work.session, "mash", date(2026, 11, 1)) == [cart]
    assert known_service_today(work) == "home_first"
    assert settle_teams(on(work, date(2026, 10, 31))).startswith("Teams that moved to another service: 0")
    assert settle_teams(on(work, date(2026, 11, 1))).startswith("Teams that moved to another service: 1")
    assert settle_teams(on(work, date(2026, 11, 1))).startswith("Teams that moved to another service: 0")
    assert known_service_today(work) == "mash"


def known_service_today(work: Work) -> str:
    return work.session.scalars(select(Team.service_id).where(Team.reference == "CART")).one()


def test_move_of_today_counts_at_once_and_one_of_last_week_is_told_apart(work: Work) -> None:
    move_team(work, team(work, "CART"), "mash", date(2026, 10, 1))
    move_team(work, team(work, "HART"), "mash", date(2026, 9, 24))
    assert known_service_today(work) == "mash"
    assert actions(work) == [("team_moved", False), ("team_moved", True)]


def test_move_entered_for_a_wrong_day_is_corrected_on_both_sides(work: Work) -> None:
    cart = team(work, "CART")
    _, moved = move_team(work, cart, "mash", date(2026, 9, 1))
    for day in (date(2026, 9, 8), date(2026, 8, 3)):
        version = moved.version
        _, moved = correct_move(work, cart, moved.id, service_id="mash", moved_on=day, version=version)
        assert services_of(work, "CART")[1] == ("mash", day, None)
    assert actions(work)[-1][0] == "team_move_corrected"
    with pytest.raises(AlreadyDifferent):
        correct_move(work, cart, moved.id, service_id="mash", moved_on=date(2026, 8, 4), version=1)


def test_team_does_not_move_to_where_it_is_nor_before_its_last_move(work: Work) -> None:
    cart = team(work, "CART")
    with pytest.raises(NotAllowedNow, match="belongs to home_first already"):
        move_team(work, cart, "home_first", date(2026, 11, 1))
    move_team(work, cart, "mash", date(2026, 11, 1))
    with pytest.raises(InvalidFacts, match="correct that move instead"):
        move_team(work, cart, "home_first", date(2026, 11, 1))
    with pytest.raises(NotAllowedNow, match="ended on"):
        move_team(work, team(work, "CLOSED"), "mash", date(2026, 11, 1))


@pytest.mark.proves("P4")
def test_people_of_a_merged_team_belong_to_the_other_from_that_day_and_its_posts_have_ended(work: Work) -> None:
    cart, hart, w1 = team(work, "CART"), team(work, "HART"), person(work, "W1")
    give_post(work, w1, PostFacts("team_manager", cart))
    merged = merge_team(work, cart, hart, date(2026, 10, 12))
    assert (merged.people_moved, merged.posts_ended) == (2, 1)
    rows = work.session.execute(
        select(TeamMembership.team_id, TeamMembership.began_on, TeamMembership.ended_on)
        .where(TeamMembership.person_id == w1)
        .order_by(TeamMembership.began_on)
    ).all()
    assert [tuple(row) for row in rows] == [
        (cart, date(2025, 1, 6), date(2026, 10, 11)),
        (hart, date(2026, 10, 12), None),
    ]
    assert work.session.scalars(select(Post.ended_on)).all() == [date(2026, 10, 11)]
    again = merge_team(work, cart, hart, date(2026, 10, 12))
    assert (again.people_moved, again.posts_ended) == (0, 0)
    with pytest.raises(NotAllowedNow, match="merged already"):
        merge_team(work, cart, hart, date(2026, 10, 13))
    with pytest.raises(InvalidFacts, match="another one"):
        merge_team(work, hart, hart, date(2026, 10, 12))


def test_the_day_after_a_merger_the_other_teams_manager_is_the_manager(work: Work) -> None:
    cart, hart = team(work, "CART"), team(work, "HART")
    give_post(work, person(work, "W1"), PostFacts("team_manager", cart))
    give_post(work, person(work, "W3"), PostFacts("team_manager", hart))
    merge_team(work, cart, hart, date(2026, 10, 12))
    found = [
        role_on_the_day(work, Role.TEAM_MANAGER, day, AskedFor(team_id=cart)).taken_by
        for day in (date(2026, 10, 11), date(2026, 10, 12))
    ]
    assert found == [(str(person(work, "W1")),), (str(person(work, "W3")),)]


@pytest.mark.proves("P4")
def test_figures_stay_with_the_team_at_allocation_and_open_duties_follow(session: Session) -> None:
    """An audit of REV is open when REV merges into HART: it stays REV's, and what REV's manager owed HART's owes."""
    opens_on = date(2026, 10, 1)
    council = found_council(session, opens_on)
    work = work_on(session, opens_on)
    council.team("NEW", "review")
    council.person("M1", None), council.person("M2", None)
    council.post("M1", "team_manager", team="REV")
    council.post("M2", "team_manager", team="NEW")
    open_cycle(work, "2026-10")
    audit = session.scalars(select(Audit).where(Audit.team_id == council.team_id("REV"))).first()
    assert audit is not None
    owed = session.scalars(select(Deadline).where(Deadline.audit_id == audit.id)).first()
    assert owed is not None
    owed.owed_by_id = council.person_id("M1")
    session.flush()

    october_5 = work_on(session, date(2026, 10, 5))
    merged = merge_team(october_5, council.team_id("REV"), council.team_id("NEW"), date(2026, 10, 5))

    session.refresh(owed)
    session.refresh(audit)
    assert (merged.duties_moved, owed.owed_by_id) == (1, council.person_id("M2"))
    assert (audit.team_id, audit.service_id) == (council.team_id("REV"), "review")

    council.team("NEXT", "review")
    council.person("M3")
    council.post("M3", "team_manager", team="NEXT")
    merge_team(october_5, council.team_id("NEW"), council.team_id("NEXT"), date(2026, 10, 12))
    session.refresh(owed)
    assert owed.owed_by_id == council.person_id("M2")
    assert settle_teams(work_on(session, date(2026, 10, 12))).endswith("merged team: 1.")
    session.refresh(owed)
    assert owed.owed_by_id == council.person_id("M3")
