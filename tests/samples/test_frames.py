"""The sample council's frame is what the same council's frame would be from a database."""

from datetime import date, datetime, time

import pytest
from sqlalchemy.orm import Session

from rules.played_chances import chances_for
from rules.policy.load import load_edition
from rules.sampling_frames import SamplingFrame
from rules.working_days import WorkingDayCalendar
from rules.years_played import play_year
from samples.council import make_council
from samples.frames import council_frame
from samples.loading import LOADED_BY, load_sample
from usecases.councils_to_play import council_to_play
from usecases.errors import NotAllowedNow
from usecases.work import LONDON, Work

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


def work_on(session: Session, day: date) -> Work:
    return Work(session, datetime.combine(day, time(9), tzinfo=LONDON), CALENDAR, POLICY, LOADED_BY)


def test_frame_made_without_a_database_holds_the_same_council(session: Session) -> None:
    as_of = date(2026, 8, 31)
    load_sample(work_on(session, as_of), lambda _: None)

    stored = council_to_play(work_on(session, as_of)).in_order()
    made = council_frame(make_council(as_of, POLICY, CALENDAR), POLICY, CALENDAR)

    assert stored.cycle == made.cycle == "2026-09"
    assert stored.teams == made.teams
    assert _of_cases(stored) == _of_cases(made)
    assert {case.id: case.last_audited_on for case in stored.cases} == {
        case.id: case.last_audited_on for case in made.cases
    }
    assert {it.id: (it.service_id, it.capacity) for it in stored.auditors if it.capacity} == {
        it.id: (it.service_id, it.capacity) for it in made.auditors if it.capacity
    }
    assert {(it.case_id, it.grade, it.due_on) for it in stored.re_audits} == {
        (it.case_id, it.grade, it.due_on) for it in made.re_audits
    }


def test_council_of_the_database_plays_a_year(session: Session) -> None:
    as_of = date(2026, 10, 20)
    load_sample(work_on(session, as_of), lambda _: None)

    council = council_to_play(work_on(session, as_of))
    year = play_year(council, 2027, "1", policy=POLICY, calendar=CALENDAR, chances=chances_for(POLICY))

    assert council.cycle == "2026-11"
    assert len(year.cycles) == 10
    assert len(year.audits) > 300


def test_without_an_extract_there_is_nobody_to_play_with(session: Session) -> None:
    with pytest.raises(NotAllowedNow, match="import one"):
        council_to_play(work_on(session, date(2026, 10, 20)))


def _of_cases(frame: SamplingFrame) -> set[tuple[str, str, date]]:
    return {(case.id, case.practitioner_id, case.allocated_on) for case in frame.cases}
