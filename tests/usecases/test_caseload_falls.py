"""An extract that holds much less than the last one is not believed until somebody says that it is right (C1)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.caseload import newest_loaded
from db.tables.caseload import CaseloadImport, Involvement
from rules.errors import InvalidFacts
from tests.usecases.extract_files import a_council, involvement, load
from usecases.extract_ports import ExtractKind
from usecases.import_checks import CaseloadFell
from usecases.work import Work

pytestmark = pytest.mark.proves("C1", "caseload.largest_fall", "caseload.fall_counted_from")

LAST_WEEK = date(2026, 9, 23)


def cases(count: int, **changes: str) -> list[dict[str, str]]:
    return [involvement(person_id=f"C{number}", **changes) for number in range(count)]


def open_cases(work: Work) -> int:
    open_now = select(func.count()).select_from(Involvement).where(Involvement.gone_import_id.is_(None))
    return work.session.scalar(open_now) or 0


@pytest.fixture
def council(session: Session) -> Work:
    """A hundred open cases, as of last week."""
    work = a_council(session)
    load(work, cases(100), extracted_on=LAST_WEEK)
    return work


def test_fall_by_more_than_the_policys_share_is_refused_with_its_figures_and_changes_nothing(council: Work) -> None:
    with pytest.raises(CaseloadFell) as refused:
        load(council, cases(69))
    for words in ("100 rows were loaded then and 69 now", "31 % less", "at most 30 %", "confirmed_because"):
        assert words in refused.value.sentence
    newest = newest_loaded(council.session, "involvements")
    assert newest is not None
    assert (newest.extracted_on, open_cases(council)) == (LAST_WEEK, 100)


def test_fall_by_just_the_policys_share_is_loaded(council: Work) -> None:
    assert load(council, cases(70)).confirmed_because is None
    assert open_cases(council) == 70


def test_fall_that_somebody_confirms_is_loaded_and_the_reason_is_kept(council: Work) -> None:
    report = load(council, cases(20), confirmed_because="  The review team closed 80 long-stay cases. ")
    row = council.session.get(CaseloadImport, report.id)
    assert row is not None
    assert row.confirmed_because == report.confirmed_because == "The review team closed 80 long-stay cases."
    assert open_cases(council) == 20


def test_dry_run_tells_of_the_fall_instead_of_refusing(council: Work) -> None:
    report = load(council, cases(20), dry_run=True)
    assert report.fall is not None
    assert "100 rows were loaded then and 20 now, 80 % less" in report.fall
    assert open_cases(council) == 100


def test_as_many_rows_that_are_other_cases_would_end_all_that_there_are(council: Work) -> None:
    """The wrong department's list has as many rows; what gives it away is that every known case would end."""
    others = [involvement(person_id=f"X{number}") for number in range(100)]
    with pytest.raises(CaseloadFell, match="100 of 100 would end, 100 % less"):
        load(council, others)


def test_rows_that_are_all_refused_now_count_as_fallen(council: Work) -> None:
    with pytest.raises(CaseloadFell, match="100 rows were loaded then and 50 now"):
        load(council, cases(50) + [involvement(person_id=f"X{number}", worker_id="W77") for number in range(50)])


def test_short_list_may_fall_as_it_likes(session: Session) -> None:
    work = a_council(session)
    load(work, cases(19), extracted_on=LAST_WEEK)
    load(work, cases(1))
    assert open_cases(work) == 1


def test_each_kind_has_its_own_share(session: Session) -> None:
    work = a_council(session)
    caseload = replace(work.policy.caseload, largest_fall={"involvements": 30, "workers": 90, "teams": 30})
    work = replace(work, policy=replace(work.policy, caseload=caseload))
    staff = [{"worker_id": f"N{number}", "email": f"n{number}@x.test"} for number in range(30)]
    load(work, staff, ExtractKind.WORKERS, extracted_on=LAST_WEEK)
    assert load(work, staff[:10], ExtractKind.WORKERS).state == "loaded"


def test_day_is_taken_from_the_file_when_it_states_one(session: Session) -> None:
    work = a_council(session)
    report = load(work, [{**involvement(), "extracted_at": "29/09/2026 06:00:00"}], extracted_on=None)
    assert report.extracted_on == date(2026, 9, 29)


@pytest.mark.parametrize(
    ("extracted_at", "given", "words"),
    [
        ("29/09/2026 06:00", date(2026, 9, 30), "made on Tuesday 29 September 2026, not on Wednesday 30 September"),
        (None, None, "state the day in extracted_on"),
        ("03/10/2026", None, "still to come"),
    ],
    ids=["contradicts the one given", "is stated by nobody", "is to come"],
)
def test_day_that_cannot_be_is_refused(
    session: Session, extracted_at: str | None, given: date | None, words: str
) -> None:
    work = a_council(session)
    row = involvement() if extracted_at is None else {**involvement(), "extracted_at": extracted_at}
    with pytest.raises(InvalidFacts, match=words):
        load(work, [row], extracted_on=given)
    assert open_cases(work) == 0
