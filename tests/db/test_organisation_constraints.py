"""What holds from day to day never overlaps, whatever code asks: the database refuses it by itself (P4, A3, S3)."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.tables.organisation import Person, Post, Service, Team

TABLES = {
    "line_managements": ("person_id, manager_id", "'{a}', '{b}'", "'{a}', '{c}'"),
    "team_memberships": ("person_id, team_id", "'{a}', '{cart}'", "'{a}', '{hart}'"),
    "post_deputies": ("post_id, person_id", "'{post}', '{b}'", "'{post}', '{c}'"),
    "auditor_appointments": (
        "person_id, service_id, roles, capacity",
        "'{a}', 'review', '{{}}', 1",
        "'{a}', 'review', '{{}}', 2",
    ),
    "team_placements": ("team_id, service_id", "'{cart}', 'review'", "'{cart}', 'home_first'"),
    "posts": ("role, person_id, team_id", "'team_manager', '{a}', '{hart}'", "'team_manager', '{a}', '{hart}'"),
}
PERIODS = [
    ("the same days", ("2026-03-01", "2026-03-31"), ("2026-03-01", "2026-03-31"), True),
    ("one day in common", ("2026-03-01", "2026-03-31"), ("2026-03-31", "2026-04-30"), True),
    ("the day after", ("2026-03-01", "2026-03-31"), ("2026-04-01", "2026-04-30"), False),
    ("since ever and until then", (None, "2026-03-31"), ("2020-01-01", "2020-01-01"), True),
    ("no end, and later", ("2026-03-01", None), ("2027-01-01", "2027-01-31"), True),
    ("no end, and before", ("2026-03-01", None), (None, "2026-02-28"), False),
]


@pytest.fixture
def names(session: Session) -> dict[str, str]:
    """People A, B and C, teams CART and HART, and A's post of director."""
    session.add_all([Service(id="home_first", name="Home First"), Service(id="review", name="Review")])
    session.flush()
    people = {name: Person(reference=name, name=name) for name in ("a", "b", "c")}
    teams = {name: Team(reference=name, name=name, service_id="home_first") for name in ("cart", "hart")}
    session.add_all([*people.values(), *teams.values()])
    session.flush()
    post = Post(role="director", person_id=people["a"].id)
    session.add(post)
    session.flush()
    ids = {name: row.id for name, row in people.items()} | {name: row.id for name, row in teams.items()}
    return {name: str(row_id) for name, row_id in (ids | {"post": post.id}).items()}


@pytest.mark.proves("P4", "A3", "S3")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("days", PERIODS, ids=[row[0] for row in PERIODS])
def test_two_that_share_a_day_are_refused(
    session: Session,
    names: dict[str, str],
    table: str,
    days: tuple[str, tuple[str | None, str | None], tuple[str | None, str | None], bool],
) -> None:
    _, first, second, is_refused = days
    columns, one, other = TABLES[table]

    def insert(values: str, days: tuple[str | None, str | None]) -> None:
        began_on, ended_on = (date.fromisoformat(day) if day else None for day in days)
        session.execute(
            text(
                f"INSERT INTO {table} ({columns}, began_on, ended_on) VALUES ({values.format(**names)}, :began, :ended)"
            ),
            {"began": began_on, "ended": ended_on},
        )

    insert(one, first)
    if is_refused:
        with pytest.raises(IntegrityError, match=f"ex_{table}_one_at_a_time"):
            insert(other, second)
    else:
        insert(other, second)


NEVER = {
    "one's own line manager": (
        "INSERT INTO line_managements (person_id, manager_id) VALUES ('{a}', '{a}')", "manager_is_somebody_else"),
    "standing in for oneself": (
        ("INSERT INTO absences (person_id, first_on, last_on, stands_in_id) "
        "VALUES ('{a}', '2026-03-02', '2026-03-03', '{a}')"), "somebody_else_stands_in"),
    "a team merged into itself": (
        "UPDATE teams SET merged_into_id = id, ended_on = '2026-03-01' WHERE id = '{cart}'", "merged_into_another"),
    "a team merged without an end": (
        "UPDATE teams SET merged_into_id = '{hart}' WHERE id = '{cart}'", "merged_has_ended"),
    "employed in no way": (
        ("INSERT INTO auditor_appointments (person_id, service_id, roles, capacity, employment) "
        "VALUES ('{a}', 'review', '{{}}', 1, 'friend')"), "employment"),
}  # fmt: skip


@pytest.mark.parametrize("what", NEVER)
def test_the_database_refuses(session: Session, names: dict[str, str], what: str) -> None:
    statement, constraint = NEVER[what]
    with pytest.raises(IntegrityError, match=constraint):
        session.execute(text(statement.format(**names)))
