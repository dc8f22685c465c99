"""Who may not moderate an audit because of what they are to it: by hand and in a draw alike (M2)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audit_life import AuditStep
from db.tables.audits import Audit, AuditorChange
from db.tables.moderation import ModeratedAudit
from tests.moderated import MARCH, drawn_round, moderating_council
from tests.small_council import SmallCouncil, at, work_on
from usecases.errors import NotAllowedNow
from usecases.moderated_audits import replace_moderator
from usecases.moderation_frames import gather_frame

CONFLICTS = {
    "earlier_auditor": "that they began",
    "practitioners_manager": "of the work of somebody whom they manage",
    "auditors_manager": "by somebody whom they manage",
    "quality_checker": "whose report they accepted or returned",
}


def concern(council: SmallCouncil, audit: Audit, conflict: str) -> None:
    """M1 becomes that to the audit."""
    session, who = council.session, council.person_id("M1")
    practitioner = audit.reference.replace("PA-2027-000", "P")
    if conflict == "earlier_auditor":
        change = {"changed_at": at(MARCH), "changed_by": "a test", "because": "leave", "is_widened": False}
        session.add(AuditorChange(audit_id=audit.id, from_id=who, to_id=audit.auditor_id, **change))
    elif conflict == "practitioners_manager":
        council.line_manager(practitioner, "M1")
    elif conflict == "auditors_manager":
        council.line_manager(f"A{(int(practitioner[1:]) - 1) % 4 + 1}", "M1")
    else:
        step = {"state": "accepted", "happened_on": MARCH, "recorded_at": at(MARCH), "rule": "L6", "clause": "3.7"}
        by = {"recorded_by": "person M1", "sentence": "The report is accepted."}
        session.add(AuditStep(audit_id=audit.id, event="report_accepted", version=9, **step, **by))
    session.flush()


def the_inadequate_one(session: Session) -> Audit:
    return session.scalars(select(Audit).where(Audit.reference == "PA-2027-0007")).one()


@pytest.mark.proves("M2", "moderation.never_moderated_by")
@pytest.mark.parametrize("conflict", CONFLICTS)
def test_the_frame_has_each_conflict_of_a_moderator_and_the_draw_gives_it_to_another(
    session: Session, conflict: str
) -> None:
    council = moderating_council(session)
    concern(council, the_inadequate_one(session), conflict)

    frame = gather_frame(work_on(session, MARCH)).frame
    _, drawn, rows = drawn_round(session)

    (found,) = [it.conflicts for it in frame.audits if it.id == "PA-2027-0007"]
    assert [(it.person_id, it.kind) for it in found] == [("M1", conflict)]
    assert rows[0].audit_id == the_inadequate_one(session).id
    assert rows[0].moderator_id == council.person_id("M2")
    assert [it["conflict"] for it in drawn.result["drawn"][0]["barred"]] == [conflict]


@pytest.mark.proves("M2")
@pytest.mark.parametrize(("conflict", "words"), CONFLICTS.items())
def test_the_audit_team_cannot_name_somebody_who_is_concerned_in_it(
    session: Session, conflict: str, words: str
) -> None:
    council = moderating_council(session, moderators=0)
    work, _, rows = drawn_round(session)
    council.person("M1")
    council.post("M1", "moderator")
    row: ModeratedAudit = rows[0]
    concern(council, the_inadequate_one(session), conflict)

    with pytest.raises(NotAllowedNow, match=words) as no:
        replace_moderator(work, row.id, council.person_id("M1"), "Nobody had it.", version=row.version)

    assert (no.value.rule, row.moderator_id) == ("M2", None)
    other = rows[4]
    given = replace_moderator(work, other.id, council.person_id("M1"), "Nobody had it.", version=other.version)
    assert given.it.moderator == "M1"
