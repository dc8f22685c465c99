"""What belongs to an earlier practitioner or team goes to them, and is not graded against the present one (L8)."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.earlier_feedback import feedback_given, feedback_of
from db.queries.reaches import Reach, Relation, Standing
from db.tables.audits import Audit
from db.tables.notices import Notice
from rules.errors import InvalidFacts
from tests.small_council import work_on
from tests.usecases.council import Council, found
from usecases.audit_contents import contents_of
from usecases.earlier_feedback import (
    FeedbackWritten,
    change_feedback,
    drop_feedback,
    give_the_rest,
    write_feedback,
)
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.work import Work

TODAY = date(2026, 10, 20)
STRENGTH = FeedbackWritten("strength", "The first assessment has her own words.", to_person="W1")


@pytest.fixture
def council(session: Session) -> Council:
    return found(session)


@pytest.fixture
def audit(council: Council, session: Session) -> Audit:
    return session.get_one(Audit, council.audit("worker", "auditor").id)


@pytest.fixture
def auditor(council: Council) -> Work:
    work = work_on(council.session, TODAY, actor="person W4")
    standing = Standing(TODAY, council.people["auditor"].id, "W4")
    return replace(work, reach=Reach(frozenset({Relation.AS_AUDITOR}), standing))


def read_by(council: Council, person: str, relation: Relation) -> list[str]:
    """What somebody reads of feedback that was given, in that relation."""
    teams = (council.teams["CART"].id,) if relation is Relation.OWN_TEAM else ()
    standing = Standing(TODAY, council.people[person].id, council.people[person].reference, teams=teams)
    rows = feedback_given(council.session, Reach(frozenset({relation}), standing), 10)
    return [kept.row.text for kept in rows]


def told(council: Council) -> list[str]:
    """Who is owed a message that there is feedback."""
    rows = council.session.scalars(select(Notice).where(Notice.event == "feedback_given")).all()
    names = {person.id: name for name, person in council.people.items()}
    return sorted(names[row.recipient_id] for row in rows)


@pytest.mark.proves("L8")
def test_it_is_read_by_nobody_until_it_is_given_and_then_by_those_it_is_for(
    auditor: Work, audit: Audit, council: Council
) -> None:
    write_feedback(auditor, audit.id, STRENGTH)
    assert read_by(council, "other worker", Relation.ONESELF) == []

    assert give_the_rest(auditor, audit) == []

    assert read_by(council, "other worker", Relation.ONESELF) == [STRENGTH.text]
    assert read_by(council, "team manager", Relation.OWN_TEAM) == [STRENGTH.text], "their manager reads it too"
    assert read_by(council, "worker", Relation.ONESELF) == []
    assert read_by(council, "qa head", Relation.ONESELF) == []
    assert told(council) == ["other worker", "team manager"]
    give_the_rest(auditor, audit)
    assert told(council) == ["other worker", "team manager"], "once"


def test_feedback_to_a_team_is_read_by_its_manager_and_by_none_of_its_members(
    auditor: Work, audit: Audit, council: Council
) -> None:
    write_feedback(auditor, audit.id, FeedbackWritten("concern", "Two visits are not recorded.", to_team="T1"))
    give_the_rest(auditor, audit)

    assert told(council) == ["team manager"]
    assert read_by(council, "team manager", Relation.OWN_TEAM) == ["Two visits are not recorded."]
    assert read_by(council, "other worker", Relation.ONESELF) == []


@pytest.mark.proves("L8")
def test_it_is_no_part_of_the_grading_of_the_present_practitioner(auditor: Work, audit: Audit) -> None:
    before = contents_of(auditor, audit)

    write_feedback(auditor, audit.id, replace(STRENGTH, kind="concern"))

    assert contents_of(auditor, audit) == before


WRONG = {
    "for nobody": (replace(STRENGTH, to_person=None), "/to_person", "Say for whom it is"),
    "for somebody unknown": (replace(STRENGTH, to_person="X9"), "/to_person", "no person with the reference 'X9'"),
    "for an unknown team": (replace(STRENGTH, to_team="T9"), "/to_team", "no team with the reference 'T9'"),
    "for the present practitioner": (replace(STRENGTH, to_person="W0"), "/to_person", "belongs in the grading"),
}


@pytest.mark.proves("L8")
@pytest.mark.parametrize(("written", "place", "words"), WRONG.values(), ids=WRONG)
def test_what_goes_to_nobody_else_is_refused_and_what_was_there_stays(
    auditor: Work, audit: Audit, written: FeedbackWritten, place: str, words: str
) -> None:
    kept = write_feedback(auditor, audit.id, STRENGTH)

    with pytest.raises(InvalidFacts, match=words) as refused:
        change_feedback(auditor, audit.id, kept.row.id, written, version=1)

    assert [problem.pointer for problem in refused.value.problems] == [place]
    assert [it.row.text for it in feedback_of(auditor.session, audit.id)] == [STRENGTH.text]


def test_a_draft_is_changed_or_dropped_as_it_was_read(auditor: Work, audit: Audit) -> None:
    kept = write_feedback(auditor, audit.id, STRENGTH)
    changed = change_feedback(auditor, audit.id, kept.row.id, replace(STRENGTH, text="Her own words."), version=1)
    assert (changed.row.version, changed.row.text) == (2, "Her own words.")

    with pytest.raises(AlreadyDifferent, match="saved meanwhile by person W4, as version 2"):
        drop_feedback(auditor, audit.id, kept.row.id, version=1)
    with pytest.raises(NotFound, match="has no feedback"):
        drop_feedback(auditor, audit.id, uuid.UUID(int=1), version=1)
    drop_feedback(auditor, audit.id, kept.row.id, version=2)

    assert feedback_of(auditor.session, audit.id) == []


def test_what_was_given_stays_as_it_was_read(auditor: Work, audit: Audit) -> None:
    kept = write_feedback(auditor, audit.id, STRENGTH)
    give_the_rest(auditor, audit)

    with pytest.raises(NotAllowedNow, match="stays as it was read: write another"):
        change_feedback(auditor, audit.id, kept.row.id, STRENGTH, version=1)


@pytest.mark.parametrize("state", ["submitted", "accepted", "issued", "closed", "withdrawn"])
def test_nothing_is_written_while_the_report_is_with_the_audit_team_or_after_it(
    auditor: Work, audit: Audit, state: str
) -> None:
    audit.state = state
    auditor.session.flush()

    with pytest.raises(NotAllowedNow, match="Feedback to an earlier practitioner or team of PA-2026-0001"):
        write_feedback(auditor, audit.id, STRENGTH)
