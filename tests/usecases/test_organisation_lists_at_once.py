"""Long lists: settled in a fixed number of statements, to the very same end as row by row (P4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from db.tables.organisation import (
    Absence,
    AuditorAppointment,
    LineManagement,
    Person,
    Post,
    PostDeputy,
    TeamMembership,
)
from db.tables.trail import TrailEntry
from tests.usecases.extract_files import a_council
from tests.usecases.test_organisation_imports import counted, load
from usecases import organisation_imports
from usecases.organisation_imports import OrganisationImport
from usecases.work import Work

HEADERS = {
    "people": "person_id,name,email,job_title,team_id,team_from,started_on,left_on,manager,manager_from\n",
    "posts": "role,person,team,service,deputy,deputy_from,began_on,ended_on\n",
    "auditors": "person,service,grade,capacity,employment,employer,began_on,ended_on\n",
    "absences": "person,first_on,last_on,stands_in,withdrawn\n",
}
# New, as they were, changed, moved, ended, refused, and said twice.
LISTS = [
    (
        "people",
        """N1,New One,N1@X.test,,CART,,2026-09-07,,N2,
N2, New Two ,,Team Manager,,,,,,
N3,,bad,,HART,,,,N2,
N4,Four,,,HART,,,2019-01-01,N1,
N5,Five,,,CART,,2026-13-01,,,
N6,Six,,,EAST,,,,,
N6,Six again,,,CART,,,,,
N7,Seven,,,,,,,N7,
N8,Eight,,,,,,,N9,
N10,Ten,,,HART,,2026-09-07,2026-09-01,,
W1,Person W1,w1@x.test,,HART,2026-10-05,,,W3,
W2,Another Name,,Social Worker,CART,,,,W3,2026-09-01
W3,,none,,HART,,,,N1,
W4,,,,CART,2026-09-01,,,,
W9,,,,,,,none,,
""",
    ),
    (
        "people",
        """W1,,,,CART,2026-10-05,,,N1,2026-10-12
W2,,,,none,,,,none,
W3,,,,CART,2024-01-01,,,W1,2020-01-01
W4,,,,CART,,,,W1,2026-09-01
N1,,,,HART,,,,W1,
N2,New Two,,,,,,,,
W9,Person W9,,,HART,,,,W1,
""",
    ),
    (
        "posts",
        """team_manager,W1,CART,,W2,,2024-04-01,
team_manager,W2,CART,,,,2024-04-01,2025-03-31
head_of_service,W3,,home_first,,,,
head_of_service,W3,,mash,W3,,,
director,W4,,,,,2026-10-01,2026-09-01
king,W4,,,,,,
team_manager,W9,CART,,W99,,,
team_manager,W4,CART,,W1,2026-10-01,,
team_manager,W4,CART,,,,2026-11-01,
""",
    ),
    (
        "posts",
        """team_manager,W1,CART,,W4,2026-10-12,2024-04-01,2026-12-31
team_manager,W2,CART,,,,2026-01-01,
head_of_service,W3,,home_first,W1,,,
team_manager,W2,HART,,none,,,
""",
    ),
    (
        "auditors",
        """W1,home_first,manager,1,,,,
W2,mash,,2,agency,Locums,2026-09-01,2027-02-26
W3,mash,boss,2,,,,
W4,mash,,1,,Locums,,
N1,home_first,,1,,,,
W9,mash,,1,,,2026-10-01,2026-09-01
W9,mash,,1,,,,
""",
    ),
    (
        "auditors",
        """W1,home_first,manager,0,,,,
W2,mash,,2,agency,Locums,2026-09-01,2027-02-26
W2,mash,,3,,,2027-03-01,
W3,home_first,senior_manager,0,,,,
""",
    ),
    (
        "absences",
        """W1,2026-10-05,2026-10-09,W2,
W1,2026-11-05,2026-11-09,,
W2,2026-10-09,2026-10-05,,
W3,2026-10-05,2026-10-09,W3,
W4,2026-10-05,2026-10-09,,yes
W9,2026-10-05,2026-10-09,,
W9,2026-10-05,2026-10-12,,
""",
    ),
    (
        "absences",
        """W1,2026-10-05,2026-10-09,W2,
W1,2026-11-05,2026-11-13,W3,
W9,2026-10-05,2026-10-12,,yes
""",
    ),
]
TABLES = (Person, TeamMembership, LineManagement, Post, PostDeputy, AuditorAppointment, Absence)


@pytest.fixture
def work(session: Session) -> Work:
    return a_council(session)


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile."""
    told: list[str] = []

    def count(_: Connection, __: object, statement: str, *___: object) -> None:
        told.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", count)
    yield told
    event.remove(connection, "before_cursor_execute", count)


def on_record(work: Work) -> tuple[dict[str, list[Any]], list[Any]]:
    """All rows and the trail, with references in place of ids that chance gives."""
    names = {str(row.id): row.reference for row in work.session.scalars(select(Person))}
    rows = {table.__name__: [_named(row, names) for row in work.session.scalars(select(table))] for table in TABLES}
    trail = [
        (names.get(it.subject_id, it.subject_kind), it.number, it.action, it.rule, _codes(it.details, names))
        for it in work.session.scalars(select(TrailEntry))
    ]
    return {name: sorted(told, key=repr) for name, told in rows.items()}, sorted(trail, key=repr)


def _named(row: Any, names: dict[str, str]) -> dict[str, Any]:
    told = {column.name: getattr(row, column.name) for column in row.__table__.columns}
    return {name: names.get(str(value), value) for name, value in told.items() if name not in ("id", "post_id")}


def _codes(details: dict[str, Any], names: dict[str, str]) -> str:
    made = ("post", "appointment", "absence")
    return repr({name: names.get(str(value), value) for name, value in details.items() if name not in made})


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    passes = {
        kind: tuple(it._replace(at_once=None) for it in taken) for kind, taken in organisation_imports._PASSES.items()
    }
    monkeypatch.setattr(organisation_imports, "_PASSES", passes)


def played(work: Work) -> tuple[list[OrganisationImport], Any]:
    """All lists one after the other, each loaded twice; what came of it, and what is on record. Nothing stays."""
    with work.session.begin_nested() as attempt:
        reports = [load(work, kind, HEADERS[kind] + rows) for kind, rows in LISTS for _ in range(2)]
        work.session.expire_all()
        found = on_record(work)
        attempt.rollback()
    work.session.expire_all()
    return reports, found


@pytest.mark.proves("P4", "A3", "S9")
def test_a_list_comes_to_the_same_at_once_as_row_by_row(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    reports, found = played(work)
    one_by_one(monkeypatch)
    by_row, as_found = played(work)

    for at_once, alone in zip(reports, by_row, strict=True):
        assert (counted(at_once), at_once.refused) == (counted(alone), alone.refused)
    assert found == as_found
    assert sum(it.rows_added for it in reports) > 10


def rows_of(kind: str, size: int, variant: int) -> str:
    """A list of so many rows; another variant says something else of everybody."""
    numbers = range(1, size + 1)
    team, since = (("CART", ""), ("HART", "2026-09-28"))[variant]
    lines = {
        "people": (
            f"S{n},Person {n},s{n}@x.test,Job {variant},{team},{since},2020-01-06,,{('W1', 'W2')[variant]},{since}\n"
            for n in numbers
        ),
        "posts": (f"team_manager,S{n},CART,,W1,,2024-04-01,\n" for n in numbers),
        "auditors": (f"S{n},home_first,manager,1,,,,\n" for n in numbers),
        "absences": (f"S{n},2026-10-05,2026-10-09,W1,\n" for n in numbers),
    }[kind]
    return HEADERS[kind] + "".join(lines)


KINDS = ["people", "posts", "auditors", "absences"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_statements_of_a_list_do_not_grow_with_its_rows(work: Work, kind: str) -> None:
    def loaded(size: int) -> list[int]:
        """How many statements: new, as they were, and for people all different."""
        with work.session.begin_nested() as attempt:
            if kind != "people":
                load(work, "people", rows_of("people", size, 0))
            counts = []
            for variant, outcome in ((0, 0), (0, 2), *(((1, 1),) if kind == "people" else ())):
                with counting(work.session) as told:
                    report = load(work, kind, rows_of(kind, size, variant))
                assert counted(report)[outcome] == size, report.refused[:3]
                counts.append(len(told))
            attempt.rollback()
        work.session.expire_all()
        return counts

    assert loaded(20) == loaded(200)


def test_a_day_of_the_list_is_that_from_which_its_changes_hold_at_once_too(work: Work) -> None:
    load(work, "people", HEADERS["people"] + "W1,,,,HART,,,,W2,\nW2,,,,,,,,W3,\n", as_of=date(2026, 9, 21))
    since = select(TeamMembership.began_on).where(TeamMembership.ended_on.is_(None))
    managed = work.session.scalars(select(LineManagement.began_on)).all()

    assert date(2026, 9, 21) in work.session.scalars(since).all()
    assert managed == [None, None]
