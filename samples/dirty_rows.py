"""Rows as real extracts have them: about one in twenty is not as it should be.

Some only look odd and are to be read all the same; the others are to be refused or passed over, each with its reason.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain

from samples.chance import Chance
from samples.services_and_teams import CLOSED_TEAM

Row = dict[str, str]

_UK = "%d/%m/%Y"
_CASES_WITH_TWO_WORKERS = 3
_EXCEL_DAY_0 = date(1899, 12, 30)
_TEAM_IDS_IN_THE_ORGANISATION = ("SYN-PROV-01", CLOSED_TEAM[0])


def uk(on: date) -> str:
    """A date as a British reporting tool writes it."""
    return on.strftime(_UK)


class DirtyInvolvements:
    """Makes the dirt of `involvements.csv`: oddly written good rows, and bad rows beside them.

    `workers` names each worker's team.
    """

    def __init__(self, as_of: date, leavers: Sequence[str], workers: Mapping[str, str], seed: str) -> None:
        self.as_of = as_of
        self.leavers = leavers
        self.workers = workers
        self.chance = Chance(seed, "dirty involvements")
        self.made_up_references = 0

    def soil(self, rows: Sequence[Row]) -> list[Row]:
        """All rows: some of the good ones oddly written, and the bad ones at places of chance between them."""
        soiled = [dict(row) for row in rows]
        order = self.chance.shuffled(range(len(soiled)))
        for odd, count in self.oddly_written().items():
            for _ in range(count):
                odd(soiled[order.pop()])
        extra = [
            bad(dict(rows[self.chance.between(0, len(rows) - 1)]))
            for bad, count in self.bad().items()
            for _ in range(count)
        ]
        shared = [self.two_workers(dict(self.chance.one_of(rows))) for _ in range(_CASES_WITH_TWO_WORKERS)]
        return self.mixed_in(soiled, [*extra, *chain.from_iterable(shared)])

    def mixed_in(self, rows: list[Row], extra: Sequence[Row]) -> list[Row]:
        for row in extra:
            rows.insert(self.chance.between(0, len(rows)), row)
        return rows

    def oddly_written(self) -> dict[Callable[[Row], None], int]:
        """What is to be read as meant."""
        return {
            _number_with_a_point: 12,
            _trailing_spaces: 10,
            _non_breaking_space: 6,
            _end_in_9999: 8,
            _end_in_2300: 5,
            _date_with_a_time: 8,
        }

    def bad(self) -> dict[Callable[[Row], Row], int]:
        """What is to be refused or passed over."""
        return {
            _as_it_is: 13,
            self.has_ended: 12,
            self.no_length: 5,
            self.unknown_worker: 8,
            self.worker_minus_one: 5,
            self.no_worker: 3,
            self.ends_before_it_begins: 5,
            self.impossible_date: 4,
            self.other_date_form: 4,
            self.excel_serial: 3,
            self.begins_in_the_future: 3,
            self.no_reference: 3,
            self.leaver: 6,
            self.unknown_team: 3,
        }

    def new(self, row: Row) -> Row:
        """A row for a case that no good row has."""
        self.made_up_references += 1
        number = self.made_up_references
        return {**row, "person_id": f"SYN-7{number:05}", "involvement_id": f"SYN-I7{number:05}"}

    def has_ended(self, row: Row) -> Row:
        return {**self.new(row), "start_date": self.days_ago(400, 900), "end_date": self.days_ago(1, 300)}

    def no_length(self, row: Row) -> Row:
        on = self.days_ago(1, 200)
        return {**self.new(row), "start_date": on, "end_date": on}

    def unknown_worker(self, row: Row) -> Row:
        return {
            **self.new(row),
            "worker_id": f"9989{self.chance.between(10, 99)}",
            "worker_name": "",
            "worker_email": "",
        }

    def worker_minus_one(self, row: Row) -> Row:
        return {**self.new(row), "worker_id": "-1", "worker_name": "Unallocated", "worker_email": ""}

    def no_worker(self, row: Row) -> Row:
        return {**self.new(row), "worker_id": "", "worker_name": "", "worker_email": ""}

    def ends_before_it_begins(self, row: Row) -> Row:
        return {**self.new(row), "start_date": self.days_ago(1, 90), "end_date": self.days_ago(100, 200)}

    def impossible_date(self, row: Row) -> Row:
        return {**self.new(row), "start_date": f"31/02/{self.as_of.year}"}

    def other_date_form(self, row: Row) -> Row:
        return {**self.new(row), "start_date": f"{self.as_of.year - 1}-{self.chance.between(1, 12):02}-03"}

    def excel_serial(self, row: Row) -> Row:
        days = (self.as_of - _EXCEL_DAY_0).days - self.chance.between(30, 600)
        return {**self.new(row), "start_date": str(days)}

    def begins_in_the_future(self, row: Row) -> Row:
        return {**self.new(row), "start_date": uk(self.as_of + timedelta(self.chance.between(20, 300)))}

    def no_reference(self, row: Row) -> Row:
        return {**self.new(row), "person_id": ""}

    def leaver(self, row: Row) -> Row:
        return {**self.new(row), "worker_id": self.chance.one_of(self.leavers), "worker_name": "", "worker_email": ""}

    def unknown_team(self, row: Row) -> Row:
        team = self.chance.one_of(_TEAM_IDS_IN_THE_ORGANISATION)
        return {**self.new(row), "team_id": team, "team_name": "not in the list of teams"}

    def two_workers(self, row: Row) -> list[Row]:
        """One case held by two people: nobody can say whose it is."""
        first = self.new(row)
        colleagues = [worker for worker, team in self.workers.items() if team == row["team_id"]]
        other = self.chance.one_of([worker for worker in colleagues if worker != row["worker_id"]])
        return [first, {**first, "worker_id": other, "worker_name": "", "worker_email": ""}]

    def days_ago(self, least: int, most: int) -> str:
        return uk(self.as_of - timedelta(self.chance.between(least, most)))


def _as_it_is(row: Row) -> Row:
    """The same row once more, as from a report that joins worker and team."""
    return row


def _number_with_a_point(row: Row) -> None:
    row["worker_id"] += ".0"


def _trailing_spaces(row: Row) -> None:
    row["person_id"] += "  "


def _non_breaking_space(row: Row) -> None:
    row["person_id"] = f"\N{NO-BREAK SPACE}{row['person_id']}"


def _end_in_9999(row: Row) -> None:
    row["end_date"] = "31/12/9999"


def _end_in_2300(row: Row) -> None:
    row["end_date"] = "01/01/2300"


def _date_with_a_time(row: Row) -> None:
    row["start_date"] += " 00:00:00"
