"""After people were merged each audit has its own auditor, and whoever was concerned stays so (M2, D7, S10)."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from db.queries import moderated_audits, moderation
from db.queries.reaches import EVERYTHING
from db.tables.aliases import PersonAlias
from db.tables.disputes import Dispute, DisputeStep
from tests.moderated import MARCH, drawn_round, moderating_council
from tests.small_council import SmallCouncil, work_on
from tests.usecases.test_moderation_conflicts import concern, the_inadequate_one
from usecases.dispute_actors import DisputeKnown
from usecases.dispute_messages import changed_by_its_raiser
from usecases.moderation_frames import gather_frame

MERGED = {"A1": "A1-NEW", "A2": "A2-NEW", "M1": "M1-NEW"}


def merge(council: SmallCouncil, old: str, new: str) -> None:
    council.person(new)
    row = PersonAlias(from_reference=old, to_reference=new, current_reference=new, since_on=date(2027, 3, 1))
    row.from_person_id, row.current_person_id = council.person_id(old), council.person_id(new)
    row.reason, row.made_by, row.made_at = "Married.", "a test", datetime(2027, 3, 1, tzinfo=UTC)
    council.session.add(row)
    council.session.flush()


@pytest.mark.proves("M2", "S10")
def test_after_merges_each_audit_has_its_own_people_in_the_frame_and_in_the_list(session: Session) -> None:
    """Whoever is meant by a reference is asked of each row: one merge of somebody says nothing of anybody else."""
    council = moderating_council(session)
    _, _, rows = drawn_round(session)
    for old, new in MERGED.items():
        merge(council, old, new)

    framed = {row.reference: row.auditor for row in moderation.issued_since(session, None, MARCH)}
    assert [framed[f"PA-2027-{number:04}"] for number in range(1, 5)] == ["A1-NEW", "A2-NEW", "A3", "A4"]
    shown = {it.row.id: it.moderator for it in moderated_audits.listed(session, 51, EVERYTHING)}
    first = {council.person_id("M1"): "M1-NEW", council.person_id("M2"): "M2"}
    assert shown == {row.id: first[row.moderator_id] for row in rows if row.moderator_id}


@pytest.mark.proves("M2", "S10", "moderation.never_moderated_by")
@pytest.mark.parametrize("conflict", ["earlier_auditor", "quality_checker"])
def test_after_a_merge_a_conflict_is_that_of_whoever_is_meant_now(session: Session, conflict: str) -> None:
    council = moderating_council(session)
    concern(council, the_inadequate_one(session), conflict)
    merge(council, "M1", "M1-NEW")
    council.only_holder("M1-NEW", "moderator")

    (found,) = [it.conflicts for it in gather_frame(work_on(session, MARCH)).frame.audits if it.id == "PA-2027-0007"]
    assert [(it.person_id, it.kind) for it in found] == [("M1-NEW", conflict)]


@pytest.mark.proves("D7", "S10")
def test_whoever_raised_and_resolved_a_dispute_is_one_and_the_same_after_a_merge(session: Session) -> None:
    council = moderating_council(session)
    merge(council, "A1", "A1-NEW")
    row = Dispute(grade_before="inadequate", grade_after="good")
    raised, *ended = (
        DisputeStep(recorded_by=f"person {who}", recorded_by_id=council.person_id(who), state=state)
        for who, state in (("A1", "open"), ("A1-NEW", "resolved"), ("A2", "resolved"))
    )
    known = DisputeKnown(row, the_inadequate_one(session), (raised, *ended))
    assert [changed_by_its_raiser(work_on(session, MARCH), known, step) for step in ended] == [True, False]
