"""What is odd in real lists of workers: several jobs, two teams at once, a doubled id, a team nobody knows."""

from collections.abc import Sequence

from samples.chance import Chance
from samples.dirty_rows import Row
from samples.services_and_teams import TEAMS

_SECOND_JOBS = 6
_CAPITALS = 5


def soil_workers(rows: Sequence[Row], seed: str) -> list[Row]:
    """The same workers as an extract lists them. Nobody who is meant to be known gets lost."""
    chance = Chance(seed, "dirty workers")
    soiled = [dict(row) for row in rows]
    for row in chance.some_of(soiled, _CAPITALS):
        row["email"] = row["email"].upper()
    second_jobs = [_second_job(row, chance) for row in chance.some_of(soiled, _SECOND_JOBS)]
    bad = [_two_teams(), _unknown_team(), _ends_before_it_starts(), _without_id(), _without_name(), dict(soiled[0])]
    for row in [*second_jobs, *bad]:
        soiled.insert(chance.between(1, len(soiled)), row)
    return [*soiled, _TWO_TEAMS_AGAIN]


def _second_job(row: Row, chance: Chance) -> Row:
    """A second row for a second role; `primary_job` says which one counts."""
    other = chance.one_of([team.id for team in TEAMS if team.id != row["team_id"]])
    return {**row, "team_id": other, "primary_job": "N"}


def _bad_worker(worker_id: str, name: str, team_id: str) -> Row:
    return {
        "worker_id": worker_id,
        "email": "",
        "name": name,
        "job_title": "Social Worker",
        "team_id": team_id,
        "primary_job": "Y",
        "start_date": "01/04/2024",
        "end_date": "",
        "manager_email": "",
    }


_TWO_TEAMS_AGAIN = _bad_worker("990951", "Iva Twoteams", "SYN-HART")


def _two_teams() -> Row:
    return _bad_worker("990951", "Iva Twoteams", "SYN-CART")


def _unknown_team() -> Row:
    return _bad_worker("990952", "Una Nowhere", "SYN-OLD-WEST")


def _ends_before_it_starts() -> Row:
    return {**_bad_worker("990953", "Ben Backwards", "SYN-CMT"), "end_date": "01/02/2024"}


def _without_id() -> Row:
    return _bad_worker("", "Nadia Noid", "SYN-REV")


def _without_name() -> Row:
    return _bad_worker("990954", "", "SYN-SEND")
