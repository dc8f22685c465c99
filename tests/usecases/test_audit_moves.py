"""An audit is withdrawn, or the next in reserve takes its place (S9)."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries import audits_to_follow, frame_auditors
from db.queries import sampling_frames as frame_questions
from db.tables.audits import Audit
from db.tables.caseload import Involvement
from db.tables.deadlines import Deadline
from db.tables.draws import DrawCaseOutcome
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment
from db.tables.programme import AuditCycle
from db.tables.trail import TrailEntry
from rules.errors import InvalidFacts
from tests.small_council import SmallCouncil, work_on
from tests.usecases.extract_files import involvement, load
from tests.usecases.moves import FIFTH, FIRST, audits, clocks_of, opened_council, reference_of, told
from usecases.aliases import AliasFacts, alias_case, alias_person
from usecases.audit_cycles import close_cycle
from usecases.audit_moves import AuditMoved, replace_audit, withdraw_audit
from usecases.cycle_overviews import overview_of
from usecases.draw_verification import verify_draw
from usecases.errors import AlreadyDifferent, NotAllowedNow

DATES = [date(2026, 10, 29), date(2026, 10, 29), date(2026, 10, 30)]


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """Every team has reserves, and each auditor has one audit and no room for a second."""
    return opened_council(session, capacity=1, practitioners_per_team=6)


@pytest.fixture
def audit(council: SmallCouncil) -> Audit:
    return next(audit for audit in audits(council.session) if len(reserve_of(council.session, audit)) > 2)


def reserve_of(session: Session, audit: Audit) -> list[DrawCaseOutcome]:
    """The reserve of an audit's own team, in the order of the draw."""
    team = reference_of(session, audit.practitioner_id).partition("-")[0]
    question = select(DrawCaseOutcome).where(
        DrawCaseOutcome.draw_id == audit.draw_id,
        DrawCaseOutcome.outcome == "reserve",
        DrawCaseOutcome.team_reference == team,
    )
    return list(session.scalars(question.order_by(DrawCaseOutcome.place)))


def replace_on(council: SmallCouncil, audit: Audit, on: date = FIFTH, reason: str = "case_closed") -> AuditMoved:
    return replace_audit(work_on(council.session, on), audit.id, reason, "Seen in the record.")


@pytest.mark.proves("S9", "selection.withdrawal_reasons", "recipients.audit_withdrawn")
def test_a_withdrawn_audit_owes_nothing_and_says_why(council: SmallCouncil, audit: Audit) -> None:
    moved = withdraw_audit(work_on(council.session, FIFTH), audit.id, "person_died", "The family rang.")

    assert (audit.state, audit.version, audit.withdrawn_because) == ("withdrawn", 2, "person_died")
    assert (audit.withdrawn_by, moved.replacement) == ("an administrator", None)
    assert [(due_on, state) for _, due_on, state in clocks_of(council.session, audit)] == [
        (due_on, "withdrawn") for due_on in DATES
    ]
    clock = council.session.scalars(select(Deadline).where(Deadline.audit_id == audit.id)).first()
    assert clock is not None
    assert clock.withdrawn_on == FIFTH
    assert "Owed no more" in (clock.withdrawn_because or "")
    assert told(council.session, "audit_withdrawn") == {
        reference_of(council.session, audit.practitioner_id): {audit.reference: "yours_withdrawn"},
        reference_of(council.session, audit.auditor_id): {audit.reference: "yours_withdrawn"},
        "BOSS": {audit.reference: "withdrawn"},
    }


@pytest.mark.proves("P4", "S9")
def test_no_message_says_why(council: SmallCouncil, audit: Audit) -> None:
    withdraw_audit(work_on(council.session, FIFTH), audit.id, "person_died", "The family rang.")

    notices = council.session.scalars(select(Notice).where(Notice.event == "audit_withdrawn")).all()
    assert len({notice.recipient_id for notice in notices}) > 1, "auditor and practitioner at least are told"
    for notice in notices:
        assert "died" not in str(notice.content)
        assert "family" not in str(notice.content)
        assert audit.case_reference not in str(notice.content)


@pytest.mark.proves("S9", "S5", "P3")
def test_the_next_in_the_teams_order_takes_the_place_with_the_cycles_dates(council: SmallCouncil, audit: Audit) -> None:
    expected = reserve_of(council.session, audit)[0]
    made = replace_on(council, audit).replacement

    assert made is not None
    assert (made.case_reference, reference_of(council.session, made.practitioner_id)) == (
        expected.case_reference,
        expected.practitioner_reference,
    )
    assert (made.replaces_id, made.draw_id, made.kind, made.state) == (audit.id, audit.draw_id, "ordinary", "allocated")
    assert (made.reference, made.allocated_on, made.report_due_on) == (
        f"PA-2026-{len(audits(council.session)):04}",
        FIFTH,
        date(2026, 10, 29),
    )
    assert clocks_of(council.session, made) == [
        (rule, due_on, "running") for rule, due_on in zip(("L1", "L5", "L7"), DATES, strict=True)
    ]
    assert made.auditor_id == audit.auditor_id  # whose room it was
    assert {state for _, _, state in clocks_of(council.session, audit)} == {"withdrawn"}
    assert "case has closed" not in str(made.reasons)
    sentences = {reason["rule"]: reason["sentence"] for reason in made.reasons}
    assert f"in place of {audit.reference}" in sentences["P3"]


@pytest.mark.proves("S9")
def test_of_a_replacement_both_practitioners_and_the_auditor_hear_in_one_message_each(
    council: SmallCouncil, audit: Audit
) -> None:
    made = replace_on(council, audit).replacement
    assert made is not None

    assert told(council.session, "audit_replaced") == {
        reference_of(council.session, audit.practitioner_id): {audit.reference: "yours_withdrawn"},
        reference_of(council.session, made.practitioner_id): {made.reference: "of_your_work"},
        reference_of(council.session, audit.auditor_id): {
            audit.reference: "yours_withdrawn",
            made.reference: "now_yours",
        },
        "BOSS": {audit.reference: "withdrawn", made.reference: "in_place"},
    }


@pytest.mark.proves("S9", "S2", "S5")
def test_who_is_not_eligible_on_the_day_is_passed_over_and_named(council: SmallCouncil, audit: Audit) -> None:
    gone, moved_on, away, *_ = reserves = reserve_of(council.session, audit)
    session = council.session
    session.scalars(select(Involvement).where(Involvement.case_reference == gone.case_reference)).one().ended_on = FIRST
    council.audit("PA-2026-9000", "2026-10", f"{moved_on.practitioner_reference}-2", moved_on.practitioner_reference)
    council.absent(away.practitioner_reference, FIRST, date(2026, 10, 30))
    moved = replace_on(council, audit)

    assert [(it.case_id, why.rule) for it, why in moved.passed_over][:3] == [
        (gone.case_reference, "S5"),
        (moved_on.case_reference, "S2"),
        (away.case_reference, "S9"),
    ]
    assert moved.replacement is not None
    if len(reserves) > 3:
        assert moved.replacement.case_reference == reserves[3].case_reference
    entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "audit_replaced")).one()
    assert [line["rule"] for line in entry.details["passed_over"]] == [why.rule for _, why in moved.passed_over]


@pytest.mark.proves("S9", "S8")
def test_where_nobody_in_reserve_can_it_is_withdrawn_and_the_cycle_has_a_shortfall(
    council: SmallCouncil, audit: Audit
) -> None:
    for held in council.session.scalars(select(Involvement)):
        held.ended_on = FIFTH
    council.session.flush()
    moved = replace_on(council, audit)

    assert (audit.state, moved.replacement) == ("withdrawn", None)
    cycle = council.session.get_one(AuditCycle, audit.cycle_id)
    assert cycle.shortfalls[-1] == moved.shortfalls[0]
    assert f"Nobody takes the place of {audit.reference}: none of the" in cycle.shortfalls[-1]["sentence"]
    assert {why.rule for _, why in moved.passed_over} == {"S5"}


@pytest.mark.proves("S9", "A3")
def test_where_no_auditor_has_room_it_is_withdrawn_and_the_shortfall_says_so(
    council: SmallCouncil, audit: Audit
) -> None:
    for appointment in council.session.scalars(select(AuditorAppointment)):
        appointment.capacity = 0
    council.session.flush()

    (shortfall, *_) = replace_on(council, audit).shortfalls
    assert shortfall["sentence"] == f"Nobody takes the place of {audit.reference}: no auditor has room."


@pytest.mark.proves("A2", "A3", "S9")
def test_an_auditor_who_is_not_independent_of_the_next_is_not_given_them(council: SmallCouncil, audit: Audit) -> None:
    """Then somebody else with room takes it; without anybody, the reserve is passed over."""
    session = council.session
    team = reference_of(session, audit.practitioner_id).partition("-")[0]
    council.post(reference_of(session, audit.auditor_id), "team_manager", team=team)
    passed = replace_on(council, audit)

    assert passed.passed_over[0][1].rule in ("A2", "A3")
    assert (
        passed.replacement is None
        or reference_of(session, passed.replacement.practitioner_id).partition("-")[0] != team
    )


@pytest.mark.proves("S9")
def test_an_audit_is_replaced_once_and_its_replacement_may_fall_out_too(council: SmallCouncil, audit: Audit) -> None:
    made = replace_on(council, audit).replacement
    assert made is not None
    with pytest.raises(NotAllowedNow, match="was withdrawn before"):
        replace_on(council, audit)
    again = replace_on(council, made, reason="practitioner_left").replacement

    assert again is not None
    assert again.replaces_id == made.id
    assert len({audit.practitioner_id, made.practitioner_id, again.practitioner_id}) == 3


@pytest.mark.proves("S9")
@pytest.mark.parametrize("state", ["submitted", "returned", "accepted", "issued", "closed"])
def test_after_the_report_is_submitted_it_is_neither_withdrawn_nor_replaced(
    council: SmallCouncil, audit: Audit, state: str
) -> None:
    audit.state = state
    council.session.flush()

    for move in (withdraw_audit, replace_audit):
        with pytest.raises(NotAllowedNow, match="until its report is submitted"):
            move(work_on(council.session, FIFTH), audit.id, "case_closed")


def test_an_unknown_reason_is_refused_and_nothing_changes(council: SmallCouncil, audit: Audit) -> None:
    with pytest.raises(InvalidFacts, match="give one of case_closed, person_died"):
        withdraw_audit(work_on(council.session, FIFTH), audit.id, "no_time")
    assert (audit.state, audit.version) == ("allocated", 1)


def test_whoever_read_an_older_version_hears_that_it_was_withdrawn(council: SmallCouncil, audit: Audit) -> None:
    withdraw_audit(work_on(council.session, FIFTH), audit.id, "case_closed", version=1)

    with pytest.raises(
        AlreadyDifferent, match=r"was withdrawn by an administrator \(the case has closed\) by now, at version 2"
    ):
        replace_audit(work_on(council.session, FIFTH), audit.id, "case_closed", version=1)


@pytest.mark.proves("S2", "S3", "S6", "A2")
def test_a_withdrawn_audit_is_neither_history_nor_a_meeting(council: SmallCouncil, audit: Audit) -> None:
    session = council.session
    practitioner, auditor = (reference_of(session, it) for it in (audit.practitioner_id, audit.auditor_id))

    def what_frames_hear() -> tuple[date | None, date | None, bool]:
        november = date(2026, 11, 2)
        cases = {row.case_reference: row.last_audited_on for row in frame_questions.open_cases(session, november)}
        people = frame_questions.practitioners(session, november, november, ["inadequate"])
        last = {row.reference: row.last_audited_on for row in people}
        met = {(one, other) for one, other, _ in frame_auditors.pairings(session, FIRST)}
        return cases[audit.case_reference], last[practitioner], (auditor, practitioner) in met

    assert what_frames_hear() == (FIRST, FIRST, True)
    withdraw_audit(work_on(session, FIFTH), audit.id, "case_closed")
    assert what_frames_hear() == (None, None, False)


@pytest.mark.proves("S9")
def test_figures_tell_withdrawn_and_replaced_apart_and_are_kept_at_the_close(
    council: SmallCouncil, audit: Audit
) -> None:
    session = council.session
    before = overview_of(work_on(session, FIFTH), "2026-10").figures
    replace_on(council, audit)
    other = next(it for it in audits(session, state="allocated") if it.replaces_id is None)
    withdraw_audit(work_on(session, FIFTH), other.id, "case_closed")
    figures = close_cycle(work_on(session, date(2026, 10, 30)), "2026-10").figures_at_close

    assert figures is not None
    assert (before["withdrawn"], before["replaced"]) == (0, 0)
    assert (figures["allocated"], figures["withdrawn"], figures["replaced"]) == (before["allocated"] - 1, 2, 1)
    assert figures == overview_of(work_on(session, date(2026, 10, 30)), "2026-10").figures


@pytest.mark.proves("S5", "S9")
def test_the_draw_stays_as_it_was_drawn(council: SmallCouncil, audit: Audit) -> None:
    assert audit.draw_id is not None
    replace_on(council, audit)

    assert verify_draw(work_on(council.session, FIFTH), audit.draw_id).differences == ()


@pytest.mark.proves("S9", "C1")
def test_an_extract_in_which_the_case_has_moved_changes_nothing_of_its_audit(
    council: SmallCouncil, audit: Audit
) -> None:
    session = council.session
    before = (audit.practitioner_id, audit.team_id, audit.auditor_id, audit.state, audit.version)
    rows = [
        involvement(
            person_id=held.case_reference,
            worker_id=reference_of(session, held.person_id),
            team_id=reference_of(session, held.person_id).partition("-")[0],
            start_date=f"{held.allocated_on:%d/%m/%Y}",
            end_date="06/10/2026" if held.case_reference == audit.case_reference else "",
        )
        for held in session.scalars(select(Involvement))
    ]
    moved = involvement(person_id=audit.case_reference, worker_id="SEN-P6", team_id="SEN", start_date="06/10/2026")
    report = load(work_on(session, FIFTH), [*rows, moved], extracted_on=date(2026, 10, 6))
    session.refresh(audit)

    assert report.rows_refused == 0
    holders = session.scalars(
        select(Involvement.person_id).where(
            Involvement.case_reference == audit.case_reference, Involvement.ended_on.is_(None)
        )
    )
    assert list(holders) == [council.person_id("SEN-P6")]
    assert (audit.practitioner_id, audit.team_id, audit.auditor_id, audit.state, audit.version) == before
    assert {state for _, _, state in clocks_of(session, audit)} == {"running"}


@pytest.mark.proves("S7", "S9")
def test_a_withdrawn_re_audit_is_due_again(session: Session) -> None:
    old = opened_council(session, capacity=1)
    old.audit("OLD-7", "2026-07", "REV-P1-1", "REV-P1", state="issued", overall_grade="inadequate", auditor="review-A2")
    first = session.scalars(select(Audit).where(Audit.reference == "OLD-7")).one()
    waiting = [row.audit_reference for row in audits_to_follow.audits_without_re_audit(session, ["inadequate"])]
    re_audit_id = old.audit(
        "PA-9",
        "2026-09",
        "REV-P1-1",
        "REV-P1",
        kind="re_audit",
        sequence=1,
        re_audit_of=first.id,
        state="allocated",
        auditor="review-A2",
        issued_on=None,
        overall_grade=None,
    )
    assert audits_to_follow.audits_without_re_audit(session, ["inadequate"]) == []
    with pytest.raises(NotAllowedNow, match="nobody stands in reserve"):
        replace_audit(work_on(session, FIFTH), re_audit_id, "case_closed")
    withdraw_audit(work_on(session, FIFTH), re_audit_id, "case_closed")

    assert [row.audit_reference for row in audits_to_follow.audits_without_re_audit(session, ["inadequate"])] == waiting


def test_no_deadline_is_doubled_or_lost(council: SmallCouncil) -> None:
    session = council.session
    for audit in audits(session, state="allocated")[:5]:
        replace_on(council, audit)

    rows = session.execute(
        select(Audit.state, func.count(Deadline.id)).join(Deadline, Deadline.audit_id == Audit.id).group_by(Audit.id)
    ).all()
    assert {count for _, count in rows} == {3}
    running = session.scalar(select(func.count()).select_from(Deadline).where(Deadline.state == "running"))
    assert running == 3 * len(audits(session, state="allocated"))


@pytest.mark.proves("S9", "S10")
def test_a_reserve_that_was_renumbered_or_merged_since_is_known_by_its_present_reference(
    council: SmallCouncil, audit: Audit
) -> None:
    session, work = council.session, work_on(council.session, FIFTH)
    merged, renumbered, *_ = reserve_of(session, audit)
    alias_person(
        work,
        AliasFacts(
            merged.practitioner_reference,
            reference_of(session, audits(session)[-1].practitioner_id),
            FIRST,
            "One person.",
        ),
    )
    council.case("NEW-1", renumbered.practitioner_reference, renumbered.team_reference)
    old = session.scalars(select(Involvement).where(Involvement.case_reference == renumbered.case_reference)).one()
    old.ended_on = FIRST
    alias_case(work, AliasFacts(renumbered.case_reference, "NEW-1", FIRST, "Renumbered."))
    moved = replace_on(council, audit)

    assert moved.passed_over[0][1].rule in ("S2", "S5")
    assert moved.replacement is not None
    assert moved.replacement.case_reference == "NEW-1"
