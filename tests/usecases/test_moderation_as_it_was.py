"""A round stays as it was drawn and graded: by its own edition and days, whichever are in force later (M1 to M5)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from db.tables.moderation import ModeratedAudit, ModerationRound
from reports.report_files import Medium
from rules.errors import InvalidFacts
from rules.named_days import NamedDay
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from tests.moderated import MARCH, drawn_round, moderating_council, whole_regrade
from usecases.moderated_audits import read_moderated
from usecases.moderation_agreement import agreement_of_months, agreement_of_round
from usecases.moderation_rounds_kept import verify_round
from usecases.moderation_templates import read_template
from usecases.regrades import give_feedback, record_meeting, save_regrade
from usecases.work import Work

NORTHMOOR = load_edition("tests/editions/northmoor_2026")  # with grades of its own


@pytest.fixture
def drawn(session: Session) -> tuple[Work, ModerationRound, list[ModeratedAudit]]:
    """A round of which the first audit has its feedback."""
    moderating_council(session)
    work, drawn, rows = drawn_round(session)
    _fed_back(work, rows[0])
    return work, drawn, rows


@pytest.mark.proves("M1", "M4", "M5")
def test_another_edition_and_other_days_off_change_nothing_of_it(
    drawn: tuple[Work, ModerationRound, list[ModeratedAudit]],
) -> None:
    work, row, rows = drawn
    before = _told(work, row, rows[0])
    days_off = replace(NORTHMOOR.calendar, proclaimed_days=(NamedDay(MARCH, "A day of joy"),))
    later = replace(NORTHMOOR, calendar=days_off)

    assert _told(replace(work, policy=later, calendar=WorkingDayCalendar.of_policy(days_off)), row, rows[0]) == before


@pytest.mark.proves("M3")
def test_what_is_still_open_is_regraded_on_the_scale_that_its_round_was_drawn_by(
    drawn: tuple[Work, ModerationRound, list[ModeratedAudit]],
) -> None:
    work, _, rows = drawn
    later = replace(work, policy=NORTHMOOR)
    content = whole_regrade(work, rows[1], "good")

    with pytest.raises(InvalidFacts, match="'met' is no grade of this edition"):
        save_regrade(later, rows[1].id, replace(content, overall="met"), version=rows[1].version)
    assert save_regrade(later, rows[1].id, content, version=rows[1].version).missing == ()


@pytest.mark.proves("M5")
def test_rounds_with_other_grades_are_not_counted_together(
    drawn: tuple[Work, ModerationRound, list[ModeratedAudit]], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, _, _ = drawn
    monkeypatch.setattr(
        "db.queries.moderation.editions_of_rounds", lambda *_: ["tests/editions/northmoor_2026", "waltham_forest_2023"]
    )

    with pytest.raises(InvalidFacts, match=r"have different grades .*: ask for those of one edition"):
        agreement_of_months(work, MARCH, date(2027, 6, 1))


def _fed_back(work: Work, row: ModeratedAudit) -> None:
    save_regrade(work, row.id, whole_regrade(work, row, "requires_improvement"), version=row.version)
    record_meeting(work, row.id, MARCH, None, version=row.version)
    give_feedback(work, row.id, "Thank you for a careful report.", version=row.version)


def _told(work: Work, drawn: ModerationRound, row: ModeratedAudit) -> tuple[object, ...]:
    """All that is told of it."""
    found = read_moderated(work, row.id)
    return (
        agreement_of_round(work, drawn.id),
        verify_round(work, drawn.id),
        read_template(work, row.id, Medium.HTML).content,
        (found.regrade.content if found.regrade else None, found.feedback, row.due_on, row.state),
    )
