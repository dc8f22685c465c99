"""The sample council is made up, marked so, and the same every time it is made."""

import csv
import io
import re
from datetime import date

import pytest

from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from samples.__main__ import CHECKED_IN_AS_OF, CHECKED_IN_FILES
from samples.council import Council, make_council
from samples.extracts import files_of
from samples.services_and_teams import SERVICES, TEAMS

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


@pytest.fixture(scope="module")
def council() -> Council:
    return made_for(CHECKED_IN_AS_OF)


def made_for(as_of: date) -> Council:
    return make_council(as_of, POLICY, CALENDAR)


def rows_of(council: Council, name: str) -> list[dict[str, str]]:
    encoding = "cp1252" if name == "involvements.csv" else "utf-8-sig"
    return list(csv.DictReader(io.StringIO(files_of(council)[name].decode(encoding))))


def test_script_makes_exactly_the_checked_in_files(council: Council) -> None:
    checked_in = {path.name: path.read_bytes() for path in CHECKED_IN_FILES.glob("*.csv")}

    assert files_of(council) == checked_in


def test_another_seed_makes_another_council() -> None:
    assert files_of(make_council(CHECKED_IN_AS_OF, POLICY, CALENDAR, "another")) != files_of(made_for(CHECKED_IN_AS_OF))


def test_council_has_the_services_and_teams_of_the_framework(council: Council) -> None:
    assert {team.service for team in TEAMS} | {"quality_assurance", "care_and_support"} == set(SERVICES)
    assert len(TEAMS) == 10
    assert sum(team.employer is not None for team in TEAMS) == 3
    assert len(council.staff.practitioners) == 150
    assert len(council.staff.auditors) == 70
    assert len(council.cases) == 2500


@pytest.mark.parametrize("as_of", [date(2026, 8, 10), date(2026, 9, 1), date(2026, 12, 15), date(2027, 1, 4)])
def test_council_fits_any_day(as_of: date) -> None:
    council = made_for(as_of)

    ages = sorted((as_of - case.allocated_on).days for case in council.cases)
    assert ages[0] >= 0
    assert 0.4 < sum(age < 365 for age in ages) / len(ages) < 0.6
    assert ages[-1] > 5 * 365
    assert len({audit.month for audit in council.past_audits}) == 10
    assert all(audit.issued_on < as_of for audit in council.past_audits)
    assert {audit.grade for audit in council.past_audits} == set(POLICY.gradings.grades)


def test_nobody_was_audited_twice_in_a_month(council: Council) -> None:
    seen = [(audit.practitioner, audit.month) for audit in council.past_audits]

    assert len(seen) == len(set(seen))


def test_everything_says_that_it_is_made_up(council: Council) -> None:
    addresses = [person.email for person in council.staff.everybody if person.email]
    references = {person.id for person in council.staff.everybody} | {case.reference for case in council.cases}

    assert all(address.endswith(("@example.org", "@trust.invalid")) for address in addresses)
    assert all(re.fullmatch(r"SYN-.+|990\d{3}", reference) for reference in references)


def test_names_and_addresses_are_nobody_elses(council: Council) -> None:
    people = council.staff.everybody
    addresses = [person.email for person in people if person.email]

    assert len({person.name for person in people}) == len(people)
    assert len(set(addresses)) == len(addresses)


def test_a_few_people_have_no_address(council: Council) -> None:
    assert sum(person.email is None for person in council.staff.everybody) == 4


def test_about_one_row_in_twenty_is_dirty(council: Council) -> None:
    clean = {(case.reference, case.holder) for case in council.cases}
    rows = rows_of(council, "involvements.csv")
    plain = [row for row in rows if (row["person_id"], row["worker_id"]) in clean and re.fullmatch(
        r"\d\d/\d\d/\d{4}", row["start_date"]) and not row["end_date"]]  # fmt: skip

    dirty = len(rows) - len({row["person_id"] for row in plain})
    assert 0.04 < dirty / len(rows) < 0.06
