"""Moderation after people were merged: each audit has its own auditor, and each moderator their own name (M2, S10)."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from db.queries import moderated_audits, moderation
from db.queries.reaches import EVERYTHING
from db.tables.aliases import PersonAlias
from tests.moderated import MARCH, drawn_round, moderating_council
from tests.small_council import SmallCouncil

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
