"""Whatever the shape of an organisation: who takes a duty is not concerned by it, and somebody knows (N1, Words)."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.policy.load import load_edition
from rules.post_holders import WHOLE_COUNCIL, Line, PostHolder, StaffOnTheDay, Taken, who_takes
from rules.recipients import AuditConcerned, told_of_allocation
from rules.roles import COUNCIL_POSTS, SERVICE_POSTS, TEAM_POSTS, Role

POLICY = load_edition()
PEOPLE = tuple(string.ascii_lowercase[:8])
TEAMS = ("cart", "hart")
SERVICES = ("home_first", "mash")
ROLES = (Role.LINE_MANAGER, *TEAM_POSTS, *SERVICE_POSTS, *COUNCIL_POSTS)

people = st.sampled_from(PEOPLE)
holders = st.lists(st.builds(PostHolder, people, st.none() | people), max_size=3)
posts = st.sampled_from(
    [
        *((role, team) for role in TEAM_POSTS for team in TEAMS),
        *((role, service) for role in SERVICE_POSTS for service in (*SERVICES, WHOLE_COUNCIL)),
        *((role, WHOLE_COUNCIL) for role in COUNCIL_POSTS),
    ]
)
staff_of_any_shape = st.builds(
    StaffOnTheDay,
    holders=st.dictionaries(posts, holders, max_size=12),
    away=st.frozensets(people),
    stand_ins=st.dictionaries(people, people),
)
lines = st.builds(
    Line, people, st.none() | st.sampled_from(TEAMS), st.none() | st.sampled_from(SERVICES), st.none() | people
)


def holders_asked(taken: Taken, line: Line, staff: StaffOnTheDay) -> list[PostHolder]:
    if taken.post is None:
        return []
    if taken.post[0] == Role.LINE_MANAGER:
        assert line.line_manager_id is not None
        return [PostHolder(line.line_manager_id)]
    return list(staff.holders[taken.post])


@pytest.mark.proves("N1", "notices.next_role_up", "notices.also_told_when_vacant")
@given(st.sampled_from(ROLES), lines, st.frozensets(people, max_size=8), staff_of_any_shape)
def test_who_takes_a_duty_is_never_concerned_nor_away_and_holds_the_post_or_stands_in(
    role: Role, line: Line, concerned: frozenset[str], staff: StaffOnTheDay
) -> None:
    taken = who_takes(role, line, concerned, staff, POLICY)
    assert not set(taken.people) & (concerned | staff.away)
    entitled = {
        person
        for holder in holders_asked(taken, line, staff)
        for person in (holder.person_id, holder.deputy_id, staff.stand_ins.get(holder.person_id))
    }
    assert set(taken.people) <= entitled


@given(st.sampled_from(ROLES), lines, st.frozensets(people, max_size=8), staff_of_any_shape)
def test_a_duty_is_taken_by_somebody_or_a_vacancy_is_warned_of(
    role: Role, line: Line, concerned: frozenset[str], staff: StaffOnTheDay
) -> None:
    taken = who_takes(role, line, concerned, staff, POLICY)
    assert taken.people or taken.vacancies
    assert all(vacancy.reason.sentence for vacancy in taken.vacancies)
    assert (taken.post is None) == (not taken.people)


@given(st.sampled_from(ROLES), lines, staff_of_any_shape)
def test_with_everybody_away_nobody_takes_it_and_every_post_passed_is_a_vacancy(
    role: Role, line: Line, staff: StaffOnTheDay
) -> None:
    everybody = StaffOnTheDay(staff.holders, frozenset(PEOPLE), stand_ins=staff.stand_ins)
    taken = who_takes(role, line, frozenset(), everybody, POLICY)
    assert taken.people == ()
    assert taken.vacancies


@given(st.sampled_from(ROLES), lines, staff_of_any_shape)
def test_a_deputy_never_acts_for_a_holder_who_is_there(role: Role, line: Line, staff: StaffOnTheDay) -> None:
    taken = who_takes(role, line, frozenset(), staff, POLICY)
    held = holders_asked(taken, line, staff)
    present = {holder.person_id for holder in held} - staff.away
    assert not present or set(taken.people) == present


@given(lines, lines, staff_of_any_shape)
def test_no_manager_is_told_of_an_audit_as_manager_of_their_own_work(
    practitioner: Line, auditor: Line, staff: StaffOnTheDay
) -> None:
    """The practitioner may be team manager, the auditor a deputy, and line managers may go round in a circle."""
    told = told_of_allocation(AuditConcerned(practitioner, auditor), staff, POLICY)
    as_managers = [it for it in told.recipients if it.role not in (Role.PRACTITIONER, Role.AUDITOR, Role.AUDIT_TEAM)]
    concerned = {practitioner.person_id, auditor.person_id}
    vacant = any(vacancy.post[0] == Role.AUDIT_TEAM for vacancy in told.vacancies)
    assert vacant or not concerned & {it.person_id for it in as_managers}


A, B, C = PEOPLE[:3]
CART = Line(A, "cart", "home_first", B)


def on_a_day(away: str = "", stand_ins: dict[str, str] | None = None, **held: str) -> StaffOnTheDay:
    """Who holds what for CART and the council: `team_manager="b>c"` has a deputy."""
    scopes = {"team_manager": "cart", "head_of_service": "home_first", "assistant_director": "home_first"}
    posts_held = {
        (role, scopes.get(role, WHOLE_COUNCIL)): [PostHolder(*it.split(">")) for it in names.split()]
        for role, names in held.items()
    }
    return StaffOnTheDay(posts_held, frozenset(away), {"cart": "CART", "home_first": "Home First"}, stand_ins or {})


CASES = {
    "practitioner who manages the team": (
        "team_manager", {"a"}, on_a_day(team_manager="a>c", head_of_service="d"), ("d",), 0),
    "deputy who is the auditor": (
        "team_manager", {"a", "c"}, on_a_day("b", team_manager="b>c", head_of_service="d"), ("d",), 1),
    "two managers who line-manage each other": (
        "line_manager", {"a", "b"}, on_a_day(team_manager="b", head_of_service="d"), ("d",), 0),
    "absence that names who stands in, before the deputy": (
        "team_manager", {"a"}, on_a_day("b", {"b": "e"}, team_manager="b>c"), ("e",), 0),
    "line manager away who named somebody": (
        "line_manager", {"a"}, on_a_day("b", {"b": "e"}), ("e",), 0),
    "somebody standing in who is concerned: the deputy": (
        "team_manager", {"a", "e"}, on_a_day("b", {"b": "e"}, team_manager="b>c"), ("c",), 0),
    "job share of which one is concerned": (
        "team_manager", {"a", "b"}, on_a_day(team_manager="b>d c"), ("c",), 0),
    "director whose own work it is, with nobody above": (
        "director", {"a"}, on_a_day(director="a"), (), 2),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_who_takes_a_duty(case: str) -> None:
    role, concerned, staff, people_taking, vacancies = CASES[case]
    taken = who_takes(role, CART, frozenset(concerned), staff, POLICY)
    assert (taken.people, len(taken.vacancies)) == (people_taking, vacancies)
