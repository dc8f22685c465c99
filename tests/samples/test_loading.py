"""The sample council is loaded all at once, the same for the same day, and kept fresh enough to open a cycle from."""

from datetime import date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from db.queries import overview
from db.tables.audits import Audit
from db.tables.draws import SamplingFrame
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from samples.council import make_council
from samples.extracts import files_of
from samples.loading import LOADED_BY, extract_again, load_sample
from usecases.audit_cycles import open_cycle
from usecases.work import LONDON, Work

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")


def work_on(session: Session, day: date) -> Work:
    return Work(session, datetime.combine(day, time(9), tzinfo=LONDON), CALENDAR, POLICY, LOADED_BY)


def silently(_: str) -> None:
    """Nobody is watching."""


def test_same_day_gives_the_same_sampling_frame(session: Session) -> None:
    hashes = []
    for _ in range(2):
        attempt = session.begin_nested()
        load_sample(work_on(session, date(2026, 11, 2)), silently)
        open_cycle(work_on(session, date(2026, 11, 2)), "2026-11")
        hashes.append(session.scalars(select(SamplingFrame.hash)).one())
        attempt.rollback()

    assert hashes[0] == hashes[1]


@pytest.mark.proves("C1", "caseload.oldest_extract_at_opening")
def test_sample_is_extracted_again_when_its_extract_has_grown_old(session: Session) -> None:
    loaded_on = date(2026, 9, 1)
    load_sample(work_on(session, loaded_on), silently)

    next_week, next_month = work_on(session, date(2026, 9, 8)), work_on(session, date(2026, 10, 1))
    assert extract_again(next_week, loaded_on) is False
    assert extract_again(next_month, loaded_on) is True
    assert extract_again(next_month, loaded_on) is False
    assert overview.holdings(session, next_month.today).open_cases == 2500
    assert open_cycle(next_month, "2026-10").is_new


def test_loading_that_is_cut_off_leaves_nothing(sessions: sessionmaker[Session]) -> None:
    def stop_at_the_cases(words: str) -> None:
        if "open cases" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), sessions.begin() as session:
        load_sample(work_on(session, date(2026, 9, 1)), stop_at_the_cases)

    with sessions.begin() as session:
        assert overview.is_empty(session)
        assert session.scalar(select(func.count()).select_from(Audit)) == 0


def test_council_whose_edition_lets_nobody_of_the_sample_audit_has_no_past_audits(session: Session) -> None:
    """The first start with another council's edition loads what there is, and its cycle says what it is short of."""
    as_of = date(2026, 10, 5)
    calendar = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)
    council = make_council(as_of, NORTHMOOR, calendar)
    assert council.past_audits == []
    assert files_of(council)["past_audits.csv"].startswith(b"month,case,practitioner,team,auditor,kind,")

    work = Work(session, datetime.combine(as_of, time(9), tzinfo=LONDON), calendar, NORTHMOOR, LOADED_BY)
    load_sample(work, silently)
    assert overview.holdings(session, as_of).open_cases == 2500
    assert open_cycle(work, "2026-10").is_new
    assert session.scalar(select(func.count()).select_from(Audit)) == 0
