"""An audit of the past that was recorded wrongly is put right, with its reason and without rewriting a draw (C5)."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.trail import entries, texts_of
from db.tables.audits import Audit
from rules.errors import InvalidFacts
from tests.small_council import SmallCouncil, found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.first_use_rows import OpenReAudit, PastAudit
from usecases.open_re_audits import record_open_re_audits
from usecases.recorded_audit_corrections import Correction, correct_recorded_audit, withdraw_recorded_audit
from usecases.recorded_audits import record_past_audits
from usecases.work import Work

GO_LIVE, OCTOBER = date(2026, 9, 28), date(2026, 10, 1)
WHY = "Typed from the line above"


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    return found_council(session, GO_LIVE)


@pytest.fixture
def work(session: Session, council: SmallCouncil) -> Work:
    return work_on(session, GO_LIVE)


@pytest.fixture
def audit(work: Work) -> Audit:
    """July's audit of a case of REV-P1, Good."""
    row = PastAudit(2, "2026-07", "REV-P1-1", "REV-P1", "good", date(2026, 7, 30), "home_first-A1")
    assert record_past_audits(work, [row]).recorded == 1
    return work.session.scalars(select(Audit)).one()


def actions(work: Work, audit: Audit) -> list[str]:
    """What the trail has of it, the newest first."""
    return [entry.action for entry in entries(work.session, 9, subject_kind="audit", subject_id=str(audit.id))]


@pytest.mark.proves("C5", "S7")
def test_mistake_is_put_right_and_what_follows_from_the_grade_with_it(work: Work, audit: Audit) -> None:
    listed = correct_recorded_audit(work, audit.id, Correction(grade="inadequate"), WHY, version=1)

    assert listed.audit.id == audit.id
    assert (audit.overall_grade, audit.state, audit.version) == ("inadequate", "issued", 2)
    entry, recorded = entries(work.session, 9, subject_kind="audit", subject_id=str(audit.id))
    assert (entry.action, recorded.action) == ("recorded_audit_corrected", "past_audit_recorded")
    assert texts_of(work.session, [entry.id]) == {entry.id: {"reason": WHY}}


@pytest.mark.proves("C5", "S5")
def test_after_a_draw_saw_it_the_right_facts_are_a_new_record(work: Work, audit: Audit) -> None:
    later = work_on(work.session, OCTOBER)
    open_cycle(later, "2026-10")

    listed = correct_recorded_audit(later, audit.id, Correction(auditor="review-A2", grade="outstanding"), WHY)

    assert listed.audit.id != audit.id
    assert (audit.overall_grade, audit.state, audit.withdrawn_because) == ("good", "withdrawn", "recorded_wrongly")
    new = listed.audit
    assert (new.overall_grade, new.state, new.replaces_id) == ("outstanding", "closed", audit.id)
    assert listed.auditor == "review-A2"
    assert actions(work, audit) == ["recorded_audit_withdrawn", "past_audit_recorded"]
    assert actions(work, new) == ["recorded_anew", "past_audit_recorded"]


@pytest.mark.proves("C5", "S3")
def test_what_never_was_an_audit_is_taken_off_the_record_and_stays_readable(work: Work, audit: Audit) -> None:
    listed = withdraw_recorded_audit(work, audit.id, WHY)

    assert (listed.audit.state, listed.audit.withdrawn_at) == ("withdrawn", work.now)
    assert actions(work, audit) == ["recorded_audit_withdrawn", "past_audit_recorded"]
    again = PastAudit(2, "2026-07", "REV-P1-2", "REV-P1", "good", date(2026, 7, 30))
    assert record_past_audits(work, [again]).recorded == 1
    with pytest.raises(NotAllowedNow, match="stays so"):
        withdraw_recorded_audit(work, audit.id, WHY)


@pytest.mark.proves("S7")
def test_audit_that_a_re_audit_stands_on_is_left_alone(work: Work) -> None:
    row = OpenReAudit(
        line=2,
        month="2026-07",
        case_reference="REV-P1-1",
        practitioner="REV-P1",
        grade="inadequate",
        issued_on=date(2026, 7, 30),
        allocated_month="2026-09",
        re_auditor="home_first-A1",
    )
    assert record_open_re_audits(work, [row]).recorded == 1
    before, under_way = work.session.scalars(select(Audit).order_by(Audit.month)).all()

    with pytest.raises(NotAllowedNow, match=f"re-audit {under_way.reference}, which stands on it"):
        correct_recorded_audit(work, before.id, Correction(grade="good"), WHY)
    with pytest.raises(NotAllowedNow, match="under way"):
        withdraw_recorded_audit(work, under_way.id, WHY)


@pytest.mark.parametrize(
    ("correction", "pointer"),
    [
        (Correction(grade="B+"), "/grade"),
        (Correction(auditor="NOBODY"), "/auditor"),
        (Correction(auditor="REV-P1"), "/auditor"),
        (Correction(team="NONE"), "/team"),
        (Correction(issued_on=date(2026, 9, 30)), "/issued_on"),
    ],
)
def test_impossible_correction_is_refused(work: Work, audit: Audit, correction: Correction, pointer: str) -> None:
    with pytest.raises(InvalidFacts) as refused:
        correct_recorded_audit(work, audit.id, correction, WHY)

    assert [problem.pointer for problem in refused.value.problems] == [pointer]
    assert not refused.value.sentence.startswith("Line")
    assert audit.version == 1


def test_somebody_elses_change_is_not_lost(work: Work, audit: Audit) -> None:
    correct_recorded_audit(work, audit.id, Correction(grade="outstanding"), WHY, version=1)

    with pytest.raises(AlreadyDifferent):
        correct_recorded_audit(work, audit.id, Correction(grade="good"), WHY, version=1)


def test_audit_that_was_drawn_here_is_not_one_of_the_past(work: Work) -> None:
    open_cycle(work_on(work.session, OCTOBER), "2026-10")
    drawn = work.session.scalars(select(Audit)).first()
    assert drawn is not None

    with pytest.raises(NotFound):
        withdraw_recorded_audit(work, drawn.id, WHY)
