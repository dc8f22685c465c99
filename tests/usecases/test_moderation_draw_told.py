"""Who hears of a draw for moderation and what it says, and the one task of a round without moderators (M1, M2)."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.moderation import ModeratedAudit
from db.tables.notices import Notice
from db.tables.organisation import Person
from db.tables.tasks import Task
from tests.moderated import MARCH, drawn_round, moderating_council
from tests.small_council import POLICY, SmallCouncil, work_on
from usecases.letters.moderations import ModerationLetter
from usecases.missing_moderators import how_many_without
from usecases.moderated_audits import close_moderation, replace_moderator
from usecases.moderation_rounds import draw_round

LATER = date(2027, 3, 8)


def told(session: Session) -> dict[uuid.UUID, ModerationLetter]:
    found = session.scalars(select(Notice).where(Notice.event == "moderation_drawn")).all()
    assert len(found) == len({it.recipient_id for it in found}), "one message a person"
    return {it.recipient_id: ModerationLetter.of(it.content, "https://x") for it in found}


def missing(session: Session) -> list[Task]:
    return list(session.scalars(select(Task).where(Task.kind == "moderator_missing", Task.state == "open")))


@pytest.mark.proves("M1", "recipients.moderation_drawn")
def test_each_auditor_hears_which_of_their_audits_are_looked_at_again_and_that_they_are_met(session: Session) -> None:
    moderating_council(session)
    _, _, rows = drawn_round(session)
    audits = [session.get_one(Audit, row.audit_id) for row in rows]
    auditors = {it.auditor_id for it in audits if it.auditor_id is not None}

    letters = told(session)

    assert auditors <= letters.keys()
    for auditor in auditors:
        letter = letters[auditor]
        assert letter.subject == "Moderation of practice audits, March 2027: audits of yours"
        assert letter.sentence == (
            "Senior leaders look again at what is listed here, which you audited, until Wednesday 31 March 2027. "
            "They will meet you; nothing is asked of you until then."
        )
        theirs = [it for it in audits if it.auditor_id == auditor]
        assert {(it.reference, it.link) for it in letter.lines} == {
            (it.reference, f"https://x/v1/audits/{it.id}") for it in theirs
        }
        assert not letter.notes


@pytest.mark.proves("M1")
def test_whom_another_edition_tells_beside_the_auditor_reads_that_nothing_is_asked(session: Session) -> None:
    council = moderating_council(session)
    council.person("MANAGER")
    council.post("MANAGER", "audit_manager")
    (row,) = POLICY.recipients.moderation_drawn
    recipients = replace(POLICY.recipients, moderation_drawn=(replace(row, roles=("auditor", "audit_manager")),))

    draw_round(work_on(session, MARCH, replace(POLICY, recipients=recipients)))

    letter = told(session)[council.person_id("MANAGER")]
    assert letter.sentence.endswith("until Wednesday 31 March 2027. Nothing is asked of you.")
    assert len(letter.lines) == 5
    assert council.person_id("TEAM") not in told(session)


@pytest.mark.proves("M1", "P4")
def test_the_audit_team_hears_what_was_drawn_by_when_and_nobody_hears_who_moderates(session: Session) -> None:
    council = moderating_council(session)
    _, _, rows = drawn_round(session)

    letter = told(session)[council.person_id("TEAM")]

    assert letter.sentence == "Drawn for moderation: 5 audits. Feedback is due by Wednesday 31 March 2027."
    assert [it.link for it in letter.lines] == [f"https://x/v1/moderation-rounds/audits/{row.id}" for row in rows]
    assert not letter.notes
    contents = str([it.content for it in session.scalars(select(Notice).where(Notice.event == "moderation_drawn"))])
    moderators = session.scalars(select(Person).where(Person.reference.in_(["M1", "M2"]))).all()
    for word in (*(str(it.id) for it in moderators), *(it.name for it in moderators if it.name), "inadequate", "good"):
        assert word not in contents


@pytest.mark.proves("M1", "notices.send_windows")
def test_what_a_night_draws_is_told_in_working_hours(session: Session) -> None:
    moderating_council(session)
    drawn_round(session)

    found = session.scalars(select(Notice).where(Notice.event == "moderation_drawn")).all()

    assert {it.send_window for it in found} == {"working_hours"}


@pytest.mark.proves("M1")
def test_the_audit_team_hears_of_a_draw_of_nothing_and_of_every_shortfall(session: Session) -> None:
    council = SmallCouncil(session)
    council.person("TEAM")
    council.post("TEAM", "audit_team")

    draw_round(work_on(session, MARCH))

    letter = told(session)[council.person_id("TEAM")]
    assert letter.sentence.startswith("Drawn for moderation: no audit.")
    assert letter.notes == ["5 audits were asked for and 0 could be drawn: all of them are."]


@pytest.mark.proves("M1", "M2")
def test_without_moderators_the_audit_team_hears_it_in_one_sentence(session: Session) -> None:
    council = moderating_council(session, moderators=0)
    drawn_round(session)

    assert told(session)[council.person_id("TEAM")].notes == [
        f"{how_many_without(5, 5)}: a task says how to name them, or close the audits."
    ]
    assert how_many_without(5, 5) == "5 of the 5 audits drawn had no moderator when they were drawn"


@pytest.mark.proves("M2")
def test_the_task_of_a_round_is_done_with_the_last_of_its_audits(session: Session) -> None:
    council = moderating_council(session, moderators=0)
    _, _, rows = drawn_round(session)
    council.person("LEADER")
    council.post("LEADER", "moderator")
    session.flush()
    work = work_on(session, LATER)

    for row in rows[:-1]:
        replace_moderator(work, row.id, council.person_id("LEADER"), "They have the time.", version=row.version)
        assert len(missing(session)) == 1, "some are still without"
    close_moderation(work, rows[-1].id, "Nobody has the time.", version=rows[-1].version)

    assert missing(session) == []


@pytest.mark.proves("M2")
def test_a_single_audit_without_a_moderator_is_a_task_of_its_own(session: Session) -> None:
    """The only moderator did one of the five."""
    council = moderating_council(session, moderators=0)
    council.person("LEADER")
    council.post("LEADER", "moderator")
    own = session.scalars(select(Audit).where(Audit.reference == "PA-2027-0007")).one()
    own.auditor_id = council.person_id("LEADER")
    session.flush()

    drawn_round(session)

    (task,) = missing(session)
    row = session.scalars(select(ModeratedAudit).where(ModeratedAudit.audit_id == own.id)).one()
    assert (task.subject_kind, task.key) == ("moderated_audit", str(row.id))
    assert "everybody who moderates is concerned in it. Name a moderator" in task.sentence
    notes = told(session)[council.person_id("TEAM")].notes
    assert [it.split(":")[0] for it in notes] == ["1 of the 5 audits drawn had no moderator when they were drawn"]
