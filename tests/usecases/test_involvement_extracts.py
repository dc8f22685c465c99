"""What becomes of each row of involvements.csv: loaded, passed over, or refused with line, column, value and way out.

The tables are meant to be read by an audit manager: what stands in the rows, and what is done with them.
"""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.caseload import Involvement
from db.tables.organisation import Team
from tests.usecases.extract_files import a_council, errors_of, held, involvement, load
from usecases.work import Work

pytestmark = pytest.mark.proves("C1")

APRIL = date(2026, 4, 13)
Row = Mapping[str, str]

REFUSED: list[tuple[str, Row, tuple[str | None, str | None, str], str]] = [
    # what is wrong, the row's difference from a good one, (column, value, code), words that the sentence must hold
    ("no case", {"person_id": " "}, ("person_id", "", "missing"), "is empty"),
    ("a name where the id belongs", {"person_id": "Ann Person"}, ("person_id", None, "no_reference"), "is no id"),
    ("an id in a number's short form", {"person_id": "1.2E+05"}, ("person_id", "1.2E+05", "no_reference"), "as text"),
    ("a worker nobody knows", {"worker_id": "W77"}, ("worker_id", "W77", "unknown_worker"), "import workers.csv"),
    ("a worker who has left", {"worker_id": "W9"}, ("worker_id", "W9", "leaver"), "left on 31 March 2026"),
    ("a team nobody knows", {"team_id": "PROVIDER"}, ("team_id", "PROVIDER", "unknown_team"), "import teams.csv"),
    ("a team that has closed", {"team_id": "CLOSED"}, ("team_id", "CLOSED", "closed_team"), "has closed"),
    ("another team than the worker's", {"team_id": "HART"}, ("team_id", "HART", "other_team"), "belongs to team CART"),
    ("no team", {"team_id": ""}, ("team_id", "", "missing"), "is empty"),
    ("no start", {"start_date": ""}, ("start_date", "", "missing"), "is empty"),
    ("a day that does not exist", {"start_date": "31/02/2026"}, ("start_date", "31/02/2026", "impossible_date"), "not"),
    ("month first", {"start_date": "04/25/2026"}, ("start_date", "04/25/2026", "impossible_date"), "does not exist"),
    ("long past", {"start_date": "01/01/0001"}, ("start_date", "01/01/0001", "impossible_date"), "long past"),
    ("the other form", {"start_date": "2026-04-13"}, ("start_date", "2026-04-13", "other_date_form"), "one form"),
    ("a spreadsheet's number", {"start_date": "46125"}, ("start_date", "46125", "no_date"), "dd/mm/yyyy"),
    ("words", {"start_date": "not known"}, ("start_date", None, "no_date"), "is no date"),
    ("begins in the far future", {"start_date": "01/01/2300"}, ("start_date", "01/01/2300", "no_date"), "is no date"),
    (
        "ends before it begins",
        {"end_date": "12/04/2026"},
        ("end_date", "12/04/2026", "ends_before_it_begins"),
        "before start_date",
    ),
    (
        "begins after the extract",
        {"start_date": "01/10/2026"},
        ("start_date", "2026-10-01", "begins_after_extract"),
        "after the day of the extract",
    ),
    ("neither yes nor no", {"restricted": "9"}, ("restricted", "9", "no_flag"), "neither yes nor no"),
]

ODD_BUT_GOOD: list[tuple[str, Row]] = [
    ("an id that a spreadsheet made a number of", {"person_id": "12345.0"}),
    ("spaces after an id", {"person_id": "12345  "}),
    ("a non-breaking space before an id", {"person_id": "\N{NO-BREAK SPACE}12345"}),
    ("an invisible mark at an id", {"person_id": "12345\N{ZERO WIDTH SPACE}"}),
    ("a worker's id with a point", {"person_id": "12345", "worker_id": "W1 "}),
    ("a date with a time", {"person_id": "12345", "start_date": "13/04/2026 00:00:00"}),
    ("a date with one digit a part", {"person_id": "12345", "start_date": "13/4/2026"}),
    ("no end, written as 9999", {"person_id": "12345", "end_date": "31/12/9999"}),
    ("no end, written as 2300", {"person_id": "12345", "end_date": "01/01/2300 00:00"}),
    ("an end to come", {"person_id": "12345", "end_date": "01/12/2026"}),
    ("no word about restriction", {"person_id": "12345", "restricted": ""}),
]


@pytest.mark.parametrize(("row", "error", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_bad_row_is_refused_with_its_place_and_the_way_out(
    session: Session, row: Row, error: tuple[str | None, str | None, str], words: str
) -> None:
    work = a_council(session)
    report = load(work, [involvement(person_id="C0"), involvement(**row), involvement(person_id="C2")])
    assert errors_of(report) == [(3, *error)]
    assert words in report.errors[0].sentence
    assert {case for case, *_ in held(work)} == {"C0", "C2"}
    assert (report.rows_read, report.rows_loaded, report.rows_refused) == (3, 2, 1)


@pytest.mark.parametrize("row", [row[1] for row in ODD_BUT_GOOD], ids=[row[0] for row in ODD_BUT_GOOD])
def test_oddly_written_row_is_read_as_meant(session: Session, row: Row) -> None:
    work = a_council(session)
    report = load(work, [involvement(**row)])
    assert errors_of(report) == []
    assert held(work) == {("12345", "W1", APRIL, APRIL)}


def test_row_without_worker_only_tells_since_when_the_case_is_open(session: Session) -> None:
    """The involvement began in January with a team alone; W1 has had it since April."""
    work = a_council(session)
    rows = [
        involvement(worker_id="-1", start_date="19/01/2026"),
        involvement(worker_id="", start_date="20/01/2026", team_id=""),
        involvement(),
    ]
    report = load(work, rows)
    assert held(work) == {("C1", "W1", APRIL, date(2026, 1, 19))}
    assert [(told.code, told.rows) for told in report.passed_over] == [("team_only", 2)]
    assert errors_of(report) == []


def test_beginning_may_stand_in_a_column_of_its_own(session: Session) -> None:
    work = a_council(session)
    load(work, [{**involvement(), "involvement_start_date": "03/11/2025"}])
    assert held(work) == {("C1", "W1", APRIL, date(2025, 11, 3))}


def test_ended_row_neither_holds_a_case_nor_begins_one(session: Session) -> None:
    work = a_council(session)
    earlier = involvement(worker_id="W77", start_date="06/01/2025", end_date="12/04/2026")
    last_day = involvement(person_id="C2", end_date="30/09/2026")
    report = load(work, [earlier, involvement(), last_day])
    assert held(work) == {("C1", "W1", APRIL, APRIL)}
    assert [(told.code, told.rows, told.lines) for told in report.passed_over] == [("ended", 2, (2, 4))]


def test_row_of_no_length_is_passed_over(session: Session) -> None:
    work = a_council(session)
    report = load(work, [involvement(), involvement(person_id="C2", end_date="13/04/2026")])
    assert [told.code for told in report.passed_over] == ["zero_length"]
    assert {case for case, *_ in held(work)} == {"C1"}


def test_blank_lines_are_passed_over_and_lines_still_counted(session: Session) -> None:
    work = a_council(session)
    header, row = b"person_id,worker_id,role_code,team_id,start_date\r\n", b",W1,ALLWKR,CART,13/04/2026\r\n"
    report = load(work, header + b"\r\n" + b"C1" + row + b"  ,,,,\r\n" + b"C2" + row.replace(b"W1", b"W77"))
    assert errors_of(report) == [(5, "worker_id", "W77", "unknown_worker")]
    assert [(told.code, told.rows) for told in report.passed_over] == [("blank", 2)]


def test_cell_with_a_line_break_does_not_shift_the_lines_after_it(session: Session) -> None:
    work = a_council(session)
    rows = [{**involvement(), "worker_name": "Ann\nof CART"}, {**involvement(worker_id="W77"), "worker_name": ""}]
    assert errors_of(load(work, rows)) == [(4, "worker_id", "W77", "unknown_worker")]


def test_same_row_twice_counts_once(session: Session) -> None:
    work = a_council(session)
    report = load(work, [involvement(), involvement(person_id=" C1 "), involvement(role_code="KEYWKR")])
    assert (report.rows_loaded, [(told.code, told.lines) for told in report.passed_over]) == (
        1,
        [("duplicate", (3, 4))],
    )


def test_rows_that_contradict_each_other_are_all_refused(session: Session) -> None:
    """The same worker took the case on the same day, and it ends in November or not at all: nobody can say which."""
    work = a_council(session)
    report = load(work, [involvement(end_date="30/11/2026"), involvement(), involvement(person_id="C2")])
    assert [error[0::3] for error in errors_of(report)] == [(2, "contradictory_rows"), (3, "contradictory_rows")]
    assert "Lines 2, 3" in report.errors[0].sentence
    assert {case for case, *_ in held(work)} == {"C2"}


def test_worker_who_holds_a_case_by_two_rows_holds_it_since_the_earlier(session: Session) -> None:
    work = a_council(session)
    report = load(work, [involvement(start_date="01/06/2026"), involvement()])
    assert held(work) == {("C1", "W1", APRIL, APRIL)}
    assert [told.code for told in report.passed_over] == ["held_already"]


def test_case_with_two_workers_is_refused_because_nobody_can_say_whose_practice_it_shows(session: Session) -> None:
    work = a_council(session)
    report = load(work, [involvement(), involvement(worker_id="W2"), involvement(person_id="C2")])
    assert [error[0::3] for error in errors_of(report)] == [(2, "two_workers"), (3, "two_workers")]
    assert "(W1, W2)" in report.errors[0].sentence
    assert {case for case, *_ in held(work)} == {"C2"}


@pytest.mark.parametrize("other", ["W9", "W77"], ids=["who has left", "whom nobody knows"])
def test_second_worker_who_cannot_hold_a_case_does_not_cast_doubt_on_the_first(session: Session, other: str) -> None:
    work = a_council(session)
    load(work, [involvement(), involvement(worker_id=other)])
    assert held(work) == {("C1", "W1", APRIL, APRIL)}


def test_worker_of_no_known_team_may_not_be_in_two(session: Session) -> None:
    """W4 has no team on record; one team for all rows is believed, two are not."""
    work = a_council(session)
    in_two = [involvement(worker_id="W4"), involvement(person_id="C2", worker_id="W4", team_id="HART")]
    report = load(work, [*in_two, involvement(person_id="C3")])
    assert [error[0::3] for error in errors_of(report)] == [(2, "two_teams"), (3, "two_teams")]
    assert "(CART, HART)" in report.errors[0].sentence
    load(work, in_two[:1])
    assert ("C1", "W4", APRIL, APRIL) in held(work)


@pytest.mark.proves("S10")
@pytest.mark.parametrize("mark", ["Y", "yes", "1", "TRUE"])
def test_one_restricted_row_restricts_the_case(session: Session, mark: str) -> None:
    """A record once marked as restricted is never shown because another row forgot to say so."""
    work = a_council(session)
    load(work, [involvement(worker_id="-1", restricted=mark), involvement(), involvement(person_id="C2")])
    rows = work.session.execute(select(Involvement.case_reference, Involvement.is_restricted))
    assert dict(rows.all()) == {"C1": True, "C2": False}


def merge(work: Work, team: str, into: str, ended_on: date) -> None:
    session = work.session
    found = {row.reference: row for row in session.scalars(select(Team).where(Team.reference.in_((team, into))))}
    found[team].ended_on, found[team].merged_into_id = ended_on, found[into].id
    session.flush()


@pytest.mark.proves("P4", "C1")
def test_a_row_of_a_team_that_was_merged_is_of_the_team_that_it_became(session: Session) -> None:
    """CLOSED went into HART, and HART into CART: the case system has not heard of either yet."""
    work = a_council(session)
    merge(work, "CLOSED", "HART", date(2026, 9, 1))
    merge(work, "HART", "CART", date(2026, 9, 30))
    rows = [involvement(team_id="CLOSED"), involvement(person_id="C2", team_id="HART"), involvement(person_id="C3")]
    report = load(work, rows)

    assert errors_of(report) == []
    teams = select(Team.reference).join(Involvement, Involvement.team_id == Team.id)
    assert session.scalars(teams).all() == ["CART"] * 3
    assert [(told.code, told.rows, told.lines) for told in report.notes] == [("merged_team", 2, (2, 3))]


@pytest.mark.proves("P4", "C1")
def test_a_team_that_is_merged_later_than_the_extract_still_is_one(session: Session) -> None:
    work = a_council(session)
    merge(work, "HART", "CART", date(2026, 10, 4))
    report = load(work, [involvement(worker_id="W3", team_id="HART")])

    assert (errors_of(report), report.notes) == ([], ())
