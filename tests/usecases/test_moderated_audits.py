"""A moderator regrades, meets the auditor and gives feedback; the audit's own grade stands (M2 to M4, M6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.queries.reaches import Reach, Relation, Standing
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.deadlines import Deadline
from db.tables.moderation import ModeratedAudit, Regrade
from db.tables.notices import Notice
from db.tables.organisation import Person
from db.tables.trail import TrailEntry
from reports.report_files import Medium
from rules.errors import InvalidFacts
from rules.regrades import ModerationEvent
from tests.moderated import MARCH, drawn_round, moderating_council, whole_regrade
from tests.small_council import SmallCouncil, work_on
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.moderated_audits import allowed_moves, close_moderation, read_moderated, replace_moderator
from usecases.moderation_agreement import agreement_of_months
from usecases.moderation_templates import read_template, template_file
from usecases.moderation_timelines import moderation_timeline
from usecases.regrades import give_feedback, record_meeting, save_regrade
from usecases.work import Work

LATER = date(2027, 3, 22)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    return moderating_council(session)


@pytest.fixture
def work(session: Session, council: SmallCouncil) -> Work:
    """The round is drawn, and it is the 22nd of March."""
    drawn_round(session)
    return work_on(session, LATER)


@pytest.fixture
def row(work: Work) -> ModeratedAudit:
    """The first of the round, which is the Inadequate one."""
    return work.session.scalars(select(ModeratedAudit).order_by(ModeratedAudit.place)).first()  # type: ignore[return-value]


def fed_back(work: Work, row: ModeratedAudit, grade: str = "requires_improvement") -> None:
    save_regrade(work, row.id, whole_regrade(work, row, grade), version=row.version)
    record_meeting(work, row.id, LATER, None, version=row.version)
    give_feedback(work, row.id, "Thank you for a careful report.", version=row.version)


@pytest.mark.proves("M3", "M4", "M6")
def test_feedback_ends_the_clock_goes_to_auditor_and_team_and_changes_no_grade(
    work: Work, row: ModeratedAudit, council: SmallCouncil
) -> None:
    fed_back(work, row)

    session = work.session
    audit = session.get_one(Audit, row.audit_id)
    assert (row.state, row.fed_back_on, audit.overall_grade) == ("fed_back", LATER, "inadequate")
    clock = session.scalars(select(Deadline).where(Deadline.moderated_audit_id == row.id)).one()
    assert (clock.state, clock.met_on) == ("met", LATER)
    told = session.scalars(select(Notice).where(Notice.event == "moderation_feedback")).all()
    assert {it.recipient_id for it in told} == {audit.auditor_id, council.person_id("TEAM")}
    assert all("Thank you" not in str(it.content) for it in told), "what was written is behind the link (P4)"
    command = session.scalars(select(CaseSystemCommand)).one()
    assert (command.kind, command.occasion, command.audit_id) == ("upload_document", "moderated", audit.id)


def test_the_template_that_goes_up_is_the_one_that_was_kept(work: Work, row: ModeratedAudit) -> None:
    draft = read_template(work, row.id, Medium.HTML).content.decode()
    assert "Draft: no feedback given" not in draft
    assert "Draft: for the moderator and the audit team only." in draft
    assert "does not belong to Home First" in draft, "services by name"
    fed_back(work, row)

    kept = read_template(work, row.id, Medium.HTML).content.decode()
    assert "Inadequate" in kept
    assert "Requires Improvement" in kept
    assert "Thank you for a careful report." in kept
    file = template_file(work, row.id)
    assert file.name.startswith("PA-2027-0007-moderation.")
    read = select(TrailEntry.action).where(TrailEntry.action == "moderation_template_read")
    assert len(work.session.scalars(read).all()) == 3


def test_feedback_without_regrade_or_meeting_is_refused_with_all_that_is_missing(
    work: Work, row: ModeratedAudit
) -> None:
    with pytest.raises(NotAllowedNow) as nothing:
        give_feedback(work, row.id, "Well done.", version=row.version)
    said = [problem.sentence for problem in nothing.value.problems]
    assert "The overall grade is not given: give one of Outstanding, Good, Requires Improvement, Inadequate." in said
    assert "The findings are not written: say what the moderation found." in said
    assert said[-1] == "The meeting with the auditor is not recorded: record its day, or why there was none."
    assert row.state == "allocated"


def test_a_grade_outside_the_scale_is_refused_and_what_was_saved_stays(work: Work, row: ModeratedAudit) -> None:
    save_regrade(work, row.id, whole_regrade(work, row, "good"), version=row.version)

    with pytest.raises(InvalidFacts) as no:
        save_regrade(work, row.id, replace(whole_regrade(work, row, "good"), overall="excellent"), version=row.version)
    assert no.value.problems[0].sentence.startswith("'excellent' is no grade of this edition: give one of")
    assert work.session.get_one(Regrade, row.id).overall_grade == "good"


def test_of_two_who_save_one_version_the_second_is_told(work: Work, row: ModeratedAudit) -> None:
    read = row.version
    save_regrade(work, row.id, whole_regrade(work, row, "good"), version=read)

    with pytest.raises(AlreadyDifferent, match="changed since it was read: it is at version 2"):
        save_regrade(work, row.id, whole_regrade(work, row, "good"), version=read)


def test_once_feedback_is_given_nothing_of_it_changes(work: Work, row: ModeratedAudit) -> None:
    fed_back(work, row)

    changes: tuple[Callable[[], object], ...] = (
        lambda: save_regrade(work, row.id, whole_regrade(work, row, "good"), version=row.version),
        lambda: record_meeting(work, row.id, LATER, None, version=row.version),
        lambda: give_feedback(work, row.id, "Again.", version=row.version),
    )
    for change in changes:
        with pytest.raises(NotAllowedNow, match="has its feedback, and stays as it is"):
            change()
    work.session.get_one(Regrade, row.id).findings = "Something else."
    with pytest.raises(IntegrityError, match="is a record"):
        work.session.flush()


@pytest.mark.proves("M2")
def test_nobody_moderates_what_they_did_or_what_was_done_of_theirs(
    work: Work, row: ModeratedAudit, council: SmallCouncil
) -> None:
    audit = work.session.get_one(Audit, row.audit_id)
    for person in (audit.auditor_id, audit.practitioner_id):
        assert person is not None
        with pytest.raises(NotAllowedNow, match="Nobody moderates an audit") as no:
            replace_moderator(work, row.id, person, "Away.", version=row.version)
        assert no.value.rule == "M2"
    with pytest.raises(NotAllowedNow, match="TEAM holds no post of moderator today"):
        replace_moderator(work, row.id, council.person_id("TEAM"), "Away.", version=row.version)
    own = replace(work, reach=Reach(frozenset({Relation.ALL}), Standing(LATER, audit.auditor_id)))
    with pytest.raises(NotAllowedNow, match="nobody decides in a matter of their own"):
        save_regrade(own, row.id, whole_regrade(work, row, "good"), version=row.version)


def test_another_moderator_takes_over_draft_and_clock_and_both_are_told(
    work: Work, row: ModeratedAudit, council: SmallCouncil
) -> None:
    save_regrade(work, row.id, whole_regrade(work, row, "good"), version=row.version)
    earlier = row.moderator_id
    assert earlier is not None
    (other,) = {council.person_id("M1"), council.person_id("M2")} - {earlier}

    read = replace_moderator(work, row.id, other, "Away for the month.", version=row.version)

    assert read.it.row.moderator_id == other
    assert read.regrade is not None
    clock = work.session.scalars(select(Deadline).where(Deadline.moderated_audit_id == row.id)).one()
    assert (clock.owed_by_id, clock.due_on, clock.state) == (other, date(2027, 3, 31), "running")
    told = {
        (it.event, it.recipient_id)
        for it in work.session.scalars(select(Notice).where(Notice.idempotency_key.contains(str(row.id))))
    }
    assert told == {("moderation_given", other), ("moderation_taken", earlier)}
    assert earlier != work.session.get_one(Person, other).id
    assert not row.is_own_service
    assert row.reasons[-1]["sentence"].startswith("Named by the audit team: not concerned in this audit, and not of ")


@pytest.mark.proves("M2")
def test_somebody_of_the_service_may_be_named_and_it_is_said(
    work: Work, row: ModeratedAudit, council: SmallCouncil
) -> None:
    service_id = work.session.get_one(Audit, row.audit_id).service_id
    council.person("AD")
    council.post("AD", "moderator")
    council.post("AD", "assistant_director", service_id=service_id)

    read = replace_moderator(work, row.id, council.person_id("AD"), "Away for the month.", version=row.version)

    assert read.it.row.is_own_service
    assert [reason["sentence"] for reason in row.reasons if reason["rule"] == "M2"] == [
        f"Named by the audit team, although the moderator belongs to {service_id}."
    ]


def test_a_meeting_has_its_day_or_a_reason_and_is_not_to_come(work: Work, row: ModeratedAudit) -> None:
    for met_on, because, sentence in (
        (None, None, "Give the day of the meeting, or why there was none: one of the two."),
        (LATER, "Both.", "Give the day of the meeting, or why there was none: one of the two."),
        (date(2027, 3, 23), None, "is still to come: record it once it was held"),
        (date(2027, 2, 26), None, "was drawn on 2027-03-01, after 2027-02-26"),
    ):
        with pytest.raises(InvalidFacts, match=sentence) as no:
            record_meeting(work, row.id, met_on, because, version=row.version)
        assert sentence in no.value.problems[0].sentence
    record_meeting(work, row.id, None, "The auditor has left.", version=row.version)
    assert read_moderated(work, row.id).not_met_because == "The auditor has left."


def test_one_that_ends_without_feedback_needs_a_reason_and_is_owed_no_more(work: Work, row: ModeratedAudit) -> None:
    with pytest.raises(NotAllowedNow, match="has no feedback yet: say why it ends"):
        close_moderation(work, row.id, " ", version=row.version)

    close_moderation(work, row.id, "The moderator is away until April.", version=row.version)

    clock = work.session.scalars(select(Deadline).where(Deadline.moderated_audit_id == row.id)).one()
    assert (row.state, clock.state) == ("closed", "withdrawn")
    with pytest.raises(NotAllowedNow, match="is closed already"):
        close_moderation(work, row.id, "Again.", version=row.version)


def test_what_can_be_done_now_is_said_with_the_reasons_against_the_rest(work: Work, row: ModeratedAudit) -> None:
    _, moves = allowed_moves(work, row.id)
    assert not moves[ModerationEvent.REGRADE_SAVED]
    assert moves[ModerationEvent.FEEDBACK_GIVEN]

    fed_back(work, row)
    _, moves = allowed_moves(work, row.id)
    assert [event for event, why_not in moves.items() if not why_not] == [ModerationEvent.MODERATION_CLOSED]


def test_an_auditor_sees_it_once_feedback_is_given_and_a_moderator_their_own(work: Work, row: ModeratedAudit) -> None:
    audit = work.session.get_one(Audit, row.audit_id)
    as_auditor = replace(work, reach=Reach(frozenset({Relation.AS_AUDITOR}), Standing(LATER, audit.auditor_id)))
    as_moderator = replace(work, reach=Reach(frozenset({Relation.AS_MODERATOR}), Standing(LATER, row.moderator_id)))

    with pytest.raises(NotFound):
        read_moderated(as_auditor, row.id)
    assert read_moderated(as_moderator, row.id).it.row.id == row.id
    fed_back(work, row)
    assert read_moderated(as_auditor, row.id).feedback == "Thank you for a careful report."


def test_its_timeline_says_why_it_was_drawn_and_what_happened_since(work: Work, row: ModeratedAudit) -> None:
    fed_back(work, row)

    _, lines = moderation_timeline(work, row.id)

    assert [line.what for line in lines if line.kind != "clock"] == [
        *["audit_drawn_for_moderation"] * len(row.reasons),
        "auditor_met",
        "feedback_given",
    ]
    (clock,) = [line for line in lines if line.kind == "clock"]
    assert (clock.on, clock.ended_on) == (date(2027, 3, 31), LATER)


@pytest.mark.proves("M5", "O8")
def test_agreement_is_of_what_has_feedback_and_of_all_issued_around_their_discussion(
    work: Work, row: ModeratedAudit
) -> None:
    fed_back(work, row)

    figures = agreement_of_months(work, MARCH, MARCH)

    assert (figures.rounds, figures.moderated.pairs, figures.moderated.left_out) == (1, 1, 4)
    assert (figures.moderated.exact.count, figures.moderated.within_one.count) == (0, 1)
    assert figures.moderated.kappa.why_not_given is not None
    assert (figures.discussed.pairs, figures.discussed.exact.count) == (8, 5)
    assert sum(it.pairs for it in figures.discussed_by_service.values()) == 8
    nothing = agreement_of_months(work, date(2027, 6, 1), date(2027, 6, 1))
    assert (nothing.rounds, nothing.moderated.pairs, nothing.discussed.pairs) == (0, 0, 0)
    with pytest.raises(InvalidFacts, match="give them the other way round"):
        agreement_of_months(work, date(2027, 6, 1), MARCH)
