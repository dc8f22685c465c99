"""Moderator and auditor meet: on which day, recorded once, put right in words, and before or after the regrade (M3)."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.moderation import ModeratedAudit
from tests.moderated import drawn_round, moderating_council, whole_regrade
from tests.small_council import work_on
from usecases.errors import NotAllowedNow
from usecases.moderated_audits import read_moderated
from usecases.moderation_timelines import moderation_timeline
from usecases.regrades import record_meeting, save_regrade
from usecases.work import Work

FIRST, SECOND, LATER = date(2027, 3, 8), date(2027, 3, 9), date(2027, 3, 22)


@pytest.fixture
def work(session: Session) -> Work:
    moderating_council(session)
    drawn_round(session)
    return work_on(session, LATER)


@pytest.fixture
def row(work: Work) -> ModeratedAudit:
    """One that is regraded."""
    found = work.session.scalars(select(ModeratedAudit).order_by(ModeratedAudit.place)).first()
    assert found is not None
    save_regrade(work, found.id, whole_regrade(work, found, "good"), version=found.version)
    return found


def meetings(work: Work, row: ModeratedAudit) -> list[str]:
    steps = [line for line in moderation_timeline(work, row.id)[1] if line.what == "auditor_met"]
    return [line.sentence for line in sorted(steps, key=lambda line: str(line.at))]


@pytest.mark.proves("M3")
def test_a_meeting_that_is_recorded_twice_alike_is_refused(work: Work, row: ModeratedAudit) -> None:
    record_meeting(work, row.id, FIRST, None, version=row.version)

    with pytest.raises(NotAllowedNow, match=r"They met on Monday 8 March 2027\. That is recorded already") as again:
        record_meeting(work, row.id, FIRST, None, version=row.version)
    assert again.value.rule == "M3"
    assert meetings(work, row) == ["They met on Monday 8 March 2027."]

    record_meeting(work, row.id, None, "The auditor was ill.", version=row.version)
    with pytest.raises(NotAllowedNow, match=r"They did not meet, and it is recorded why\. That is recorded already"):
        record_meeting(work, row.id, None, "The auditor was ill.", version=row.version)


@pytest.mark.proves("M3")
def test_another_day_puts_the_first_right_and_says_so(work: Work, row: ModeratedAudit) -> None:
    record_meeting(work, row.id, FIRST, None, version=row.version)
    record_meeting(work, row.id, SECOND, None, version=row.version)
    record_meeting(work, row.id, None, "The auditor was ill.", version=row.version)
    record_meeting(work, row.id, LATER, None, version=row.version)

    assert meetings(work, row) == [
        "They met on Monday 8 March 2027.",
        "They met on Tuesday 9 March 2027. Recorded anew: it was Monday 8 March 2027 before.",
        "They did not meet, and it is recorded why. Recorded anew: it was Tuesday 9 March 2027 before.",
        "They met on Monday 22 March 2027. Recorded anew: before, it was why they had not met.",
    ]
    read = read_moderated(work, row.id)
    assert (read.it.row.met_on, read.not_met_because) == (LATER, None)


@pytest.mark.proves("M3")
def test_that_they_met_before_anything_was_regraded_is_recorded_and_said(work: Work, row: ModeratedAudit) -> None:
    """M3 names regrading first and sets no order; what was held is not refused."""
    other = work.session.scalars(select(ModeratedAudit).where(ModeratedAudit.id != row.id)).first()
    assert other is not None
    record_meeting(work, other.id, FIRST, None, version=other.version)

    assert meetings(work, other) == [
        "They met on Monday 8 March 2027. Nothing was regraded yet when this was recorded."
    ]
