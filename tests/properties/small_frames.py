"""Small sampling frames by chance, as requests in JSON, and the frames that they stand for."""

from datetime import date
from random import Random
from typing import Any

from hypothesis import strategies as st

from rules.sampling_frames import (
    Auditor,
    CarriedOver,
    Case,
    DueReAudit,
    Pairing,
    Practitioner,
    SamplingFrame,
    SetAside,
    Team,
)

Row = dict[str, Any]

_SHAPES = {
    "teams": Team,
    "practitioners": Practitioner,
    "cases": Case,
    "auditors": Auditor,
    "re_audits": DueReAudit,
    "carried_over": CarriedOver,
    "pairings": Pairing,
    "set_aside": SetAside,
}


def frame_of(request: Row) -> SamplingFrame:
    """The frame of a request, as the API would make it."""
    lists: Row = {name: tuple(_row(shape, row) for row in request[name]) for name, shape in _SHAPES.items()}
    return SamplingFrame(cycle=request["cycle"], size=request["size"], **lists)


def _row(shape: Any, row: Row) -> Any:
    values: Row = {}
    for name, value in row.items():
        if name == "on" or name.endswith("_on"):
            values[name] = date.fromisoformat(value) if value else None
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    return shape(**values)


def _day(first: date = date(2025, 3, 1), last: date = date(2026, 11, 20)) -> st.SearchStrategy[str]:
    # The first and the last days of months, where month arithmetic goes wrong if it does, and days around.
    edges = [date(2026, 6, 1), date(2026, 7, 1), date(2025, 10, 31), date(2025, 11, 1), date(2026, 4, 30)]
    return (st.sampled_from(edges) | st.dates(first, last)).map(date.isoformat)


def _some(items: list[str], most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(items), max_size=most, unique=True) if items else st.just([])


def _one_or_none(items: list[str]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(items) if items else st.none()


@st.composite
def requests(draw: st.DrawFn) -> Row:
    """A request of a few people, with everything that a rule looks at."""
    teams: list[Row] = [
        {"id": f"team-{name}", "service_id": draw(st.sampled_from(["mash", "review", "send"]))}
        for name in "abc"[: draw(st.sampled_from([2, 3, 1]))]
    ]
    practitioners: list[Row] = [
        {
            "id": f"p{number}",
            "team_id": draw(st.sampled_from(teams))["id"],
            "last_audited_on": draw(st.none() | _day(last=date(2026, 8, 31))),
            "started_on": draw(st.none() | _day()),
            "away": draw(st.integers(0, 9)) == 9,
        }
        for number in range(draw(st.sampled_from([4, 6, 5, 3, 2, 1])))
    ]
    cases: list[Row] = [
        {
            "id": f"c{number}",
            "practitioner_id": draw(st.sampled_from(practitioners))["id"],
            "allocated_on": draw(_day()),
            "involvement_began_on": draw(_day()),
            "last_audited_on": draw(st.sampled_from([None, None, None, "2025-10-31", "2025-11-01", "2026-05-30"])),
            "is_restricted": draw(st.integers(0, 4)) == 4,
        }
        for number in range(draw(st.sampled_from([8, 10, 6, 4, 2, 1, 0])))
    ]
    people, work = [row["id"] for row in practitioners], [row["id"] for row in cases]
    auditors: list[Row] = [
        {
            "id": f"x{number}",
            "service_id": draw(st.sampled_from(["quality_assurance", "home_first", "review"])),
            "roles": draw(_some(["manager", "senior_manager"])),
            "team_ids": draw(_some([team["id"] for team in teams], 1)),
            "practitioner_id": draw(_one_or_none(people)),
            "line_manages": draw(_some(people)),
            "capacity": draw(st.sampled_from([1, 2, 3, 0])),
            "is_cleared_for_restricted": draw(st.booleans()),
        }
        for number in range(draw(st.sampled_from([2, 3, 4, 1, 0])))
    ]
    staff = [row["id"] for row in auditors]
    return {
        "cycle": draw(st.sampled_from(["2026-10", "2026-10", "2026-06", "2027-05"])),
        "seed": draw(st.text("abc\nä", min_size=1, max_size=5)),
        "size": draw(st.sampled_from([4, 3, 6, 2, 1])),
        "teams": teams,
        "practitioners": practitioners,
        "cases": cases,
        "auditors": auditors,
        "re_audits": draw(_re_audits(work, practitioners, teams, staff)),
        "carried_over": draw(_carried_over(people, staff)),
        "pairings": draw(_pairings(people, staff)),
        "set_aside": [
            {"case_id": case_id, "rule": draw(st.sampled_from(["S10", "P2", "X1"])), "sentence": "Kept out."}
            for case_id in draw(_some(work))
        ],
    }


def crowded_request(chance: Random) -> Row:
    """A request in which most people have a case and auditors are scarce, so that rules get in each other's way."""
    teams: list[Row] = [
        {"id": f"team-{name}", "service_id": chance.choice(["mash", "review", "send"])} for name in "abc"
    ]
    practitioners: list[Row] = [
        {
            "id": f"p{number}",
            "team_id": chance.choice(teams)["id"],
            "last_audited_on": chance.choice([None, "2026-01-31", "2026-03-02", "2026-03-20", "2026-08-31"]),
            "started_on": chance.choice([None, "2026-01-05", "2025-06-30"]),
            "away": chance.random() < 0.05,
        }
        for number in range(chance.randint(3, 7))
    ]
    people = [row["id"] for row in practitioners]
    cases: list[Row] = [
        {
            "id": f"c{number}",
            "practitioner_id": people[number % len(people)],
            "allocated_on": chance.choice(["2025-12-01", "2026-06-30", "2026-07-01", "2026-07-02"]),
            "involvement_began_on": chance.choice(["2024-01-01", "2026-04-01", "2026-04-02"]),
            "last_audited_on": chance.choice([None, None, None, "2025-10-31", "2025-11-01"]),
            "is_restricted": chance.random() < 0.25,
        }
        for number in range(chance.randint(len(people), 2 * len(people)))
    ]
    auditors: list[Row] = [
        {
            "id": f"x{number}",
            "service_id": chance.choice(["quality_assurance", "quality_assurance", "home_first", "review"]),
            "roles": chance.choice([[], ["manager"], ["senior_manager"], ["manager", "senior_manager"]]),
            "team_ids": [it["id"] for it in teams if chance.random() < 0.2],
            "practitioner_id": chance.choice([None, None, *people]),
            "line_manages": [it for it in people if chance.random() < 0.1],
            "capacity": chance.randint(1, 3),
            "is_cleared_for_restricted": chance.random() < 0.4,
        }
        for number in range(chance.randint(2, 4))
    ]
    staff = [row["id"] for row in auditors]
    return {
        "cycle": "2026-10",
        "seed": str(chance.random()),
        "size": chance.randint(1, 6),
        "teams": teams,
        "practitioners": practitioners,
        "cases": cases,
        "auditors": auditors,
        "re_audits": [
            {
                "id": f"r{number}",
                "case_id": chance.choice(cases)["id"],
                "practitioner_id": chance.choice(people),
                "team_id": chance.choice(teams)["id"],
                "first_auditor_id": chance.choice([None, *staff]),
                "grade": chance.choice(["inadequate", "requires_improvement"]),
                "due_on": chance.choice(["2026-09-15", "2026-10-01", "2026-10-02"]),
                "previous_issued_on": chance.choice(["2026-03-01", "2026-08-20"]),
            }
            for number in range(chance.randint(0, 3))
        ],
        "carried_over": [],
        "pairings": [
            {"auditor_id": auditor, "practitioner_id": person, "on": chance.choice(["2025-10-31", "2025-11-01"])}
            for auditor in staff
            for person in people
            if chance.random() < 0.4
        ],
        "set_aside": [],
    }


def _re_audits(
    work: list[str], practitioners: list[Row], teams: list[Row], staff: list[str]
) -> st.SearchStrategy[list[Row]]:
    if not work:
        return st.just([])
    row = st.fixed_dictionaries(
        {
            "case_id": st.sampled_from(work),
            "practitioner_id": st.sampled_from(practitioners).map(lambda it: it["id"]),
            "team_id": st.sampled_from(teams).map(lambda it: it["id"]),
            "first_auditor_id": _one_or_none(staff),
            "grade": st.sampled_from(["inadequate", "requires_improvement"]),
            "due_on": st.sampled_from(["2026-05-30", "2026-06-01", "2026-10-01", "2026-10-02", "2027-05-04"]),
            "previous_issued_on": _day(),
        }
    )
    return st.lists(row, max_size=3).map(lambda rows: [{"id": f"r{n}", **it} for n, it in enumerate(rows)])


def _carried_over(people: list[str], staff: list[str]) -> st.SearchStrategy[list[Row]]:
    if not staff:
        return st.just([])
    row = st.fixed_dictionaries({"practitioner_id": st.sampled_from(people), "auditor_id": st.sampled_from(staff)})
    return st.lists(row, max_size=1).map(lambda rows: [{"audit_id": f"o{n}", **it} for n, it in enumerate(rows)])


def _pairings(people: list[str], staff: list[str]) -> st.SearchStrategy[list[Row]]:
    if not staff:
        return st.just([])
    row = st.fixed_dictionaries(
        {"auditor_id": st.sampled_from(staff), "practitioner_id": st.sampled_from(people), "on": _day()}
    )
    return st.lists(row, max_size=6)
