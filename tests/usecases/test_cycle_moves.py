"""A whole cycle is withdrawn on its first day, cancelled before it opens, planned again (S9, P2)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.queries.draws import draws_of_cycle
from db.tables.audits import Audit
from db.tables.caseload import CaseloadImport
from db.tables.deadlines import Deadline
from db.tables.draws import Draw
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment
from db.tables.trail import TrailEntry
from rules.errors import InvalidFacts, NoSuchCycle
from tests.small_council import SmallCouncil, at, found_council, work_on
from tests.usecases.moves import FIRST, audit_of_auditor, audits, reference_of
from usecases.audit_cycles import close_cycle, issue_draw, open_cycle
from usecases.audit_moves import replace_audit, withdraw_audit
from usecases.auditor_changes import change_auditor, suggest_auditors
from usecases.cycle_moves import cancel_cycle, reinstate_cycle, withdraw_cycle
from usecases.cycle_overviews import overview_of
from usecases.draws import preview_draw
from usecases.due_cycles import open_due_cycle
from usecases.errors import NotAllowedNow
from usecases.missed_cycles import missed_cycles

WRONG = "The extract was last month's."
SETTLED = timedelta(0)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """With reserves, opened on the first day."""
    council = found_council(session, date(2026, 9, 28), practitioners_per_team=6)
    open_cycle(work_on(session, FIRST), "2026-10")
    return council


def right_extract(council: SmallCouncil) -> None:
    """Another extract, loaded after the withdrawal, with one practitioner more."""
    extract = council.extract(FIRST)
    council.session.get_one(CaseloadImport, extract).imported_at = at(FIRST) + timedelta(hours=1)
    council.practitioner("REV-P9", "REV")


def by_state(session: Session, table: type[Audit] | type[Deadline] | type[Notice] | type[Draw]) -> dict[str, int]:
    return dict(session.execute(select(table.state, func.count()).group_by(table.state)).all())


@pytest.mark.proves("S9", "programme.cycle_withdrawn_within")
def test_on_its_first_day_everything_is_taken_back_and_kept_as_withdrawn(council: SmallCouncil) -> None:
    session = council.session
    row = withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)

    (drawn,) = draws_of_cycle(session, row.id)
    assert (row.state, row.opened_at, row.shortfalls, row.warnings) == ("planned", None, [], [])
    assert (drawn.state, drawn.withdrawn_by, drawn.withdrawn_because) == ("withdrawn", "an administrator", WRONG)
    assert by_state(session, Audit) == {"withdrawn": 13}
    assert by_state(session, Deadline) == {"withdrawn": 39}
    assert {audit.withdrawn_because for audit in audits(session)} == {"cycle_withdrawn"}
    assert {audit.version for audit in audits(session)} == {2}
    clock = session.scalars(select(Deadline)).first()
    assert clock is not None
    assert "withdrawn whole on Thursday 1 October 2026" in (clock.withdrawn_because or "")


@pytest.mark.proves("S9", "A5")
def test_what_was_not_sent_is_never_sent_and_nobody_is_told(council: SmallCouncil) -> None:
    withdraw_cycle(work_on(council.session, FIRST), "2026-10", WRONG)

    assert by_state(council.session, Notice).keys() == {"cancelled"}


@pytest.mark.proves("S9")
def test_whoever_was_told_is_told_that_it_no_longer_holds_with_what_to_take_from_the_calendar(
    council: SmallCouncil,
) -> None:
    session = council.session
    first = session.scalars(select(Audit).order_by(Audit.reference)).first()
    assert first is not None
    people = (first.practitioner_id, council.person_id("BOSS"))
    session.execute(update(Notice).where(Notice.recipient_id.in_(people)).values(state="sent"))
    withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)

    notices = session.scalars(select(Notice).where(Notice.event == "cycle_withdrawn")).all()
    told = {reference_of(session, notice.recipient_id): notice.content for notice in notices}
    assert told.keys() == {reference_of(session, people[0]), "BOSS"}
    assert told["BOSS"]["has_cycle_entry"] is True
    own = told[reference_of(session, first.practitioner_id)]
    assert own["audits"] == [{"id": str(first.id), "reference": first.reference, "sequence": 1}]
    assert WRONG not in str([notice.content for notice in notices])


@pytest.mark.proves("S9", "S5", "P3")
def test_drawn_and_opened_anew_the_same_day_it_has_another_list_another_seed_and_other_references(
    council: SmallCouncil,
) -> None:
    session = council.session
    old = {audit.reference for audit in audits(session)}
    withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)
    right_extract(council)
    opened = open_cycle(work_on(session, FIRST), "2026-10")

    earlier, later = draws_of_cycle(session, opened.row.id)
    assert (earlier.state, later.state, later.id) == ("withdrawn", "issued", opened.drawn.id)
    assert earlier.seed != later.seed
    new = {audit.reference for audit in audits(session, state="allocated")}
    assert len(new) == 13
    assert not new & old
    assert by_state(session, Deadline) == {"running": 39, "withdrawn": 39}
    figures = overview_of(work_on(session, FIRST), "2026-10").figures
    assert figures["by_state"] == {"allocated": 13}
    pending = session.scalars(select(Notice).where(Notice.state == "pending")).all()
    assert {notice.content["opening"] for notice in pending} == {1}


@pytest.mark.proves("S9", "S5")
def test_the_same_list_would_give_the_same_draw_and_is_refused(council: SmallCouncil) -> None:
    session = council.session
    withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)

    for again in (open_cycle, preview_draw):
        with pytest.raises(NotAllowedNow, match="import the right extract"):
            again(work_on(session, FIRST), "2026-10")
    (drawn,) = session.scalars(select(Draw)).all()
    with pytest.raises(NotAllowedNow, match="withdrawn with its cycle and stays so"):
        issue_draw(work_on(session, FIRST), drawn.id)


@pytest.mark.proves("S9", "P3")
def test_the_scheduler_waits_for_a_new_extract_before_it_opens_again(council: SmallCouncil) -> None:
    session = council.session
    withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)

    assert "no extract of open cases was loaded since" in open_due_cycle(work_on(session, FIRST), SETTLED)
    right_extract(council)
    assert "Opened 2026-10" in open_due_cycle(work_on(session, date(2026, 10, 2)), SETTLED)


@pytest.mark.proves("S9")
def test_on_the_second_day_and_once_something_has_begun_it_stays(council: SmallCouncil) -> None:
    session = council.session
    with pytest.raises(NotAllowedNow, match="today is Friday 2 October 2026"):
        withdraw_cycle(work_on(session, date(2026, 10, 2)), "2026-10", WRONG)
    audits(session)[0].state = "under_way"
    session.flush()
    with pytest.raises(NotAllowedNow, match="1 audit has begun"):
        withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)
    assert by_state(session, Audit) == {"allocated": 12, "under_way": 1}


@pytest.mark.proves("S9")
def test_one_that_is_not_open_is_not_withdrawn_and_a_reason_is_needed(council: SmallCouncil) -> None:
    session = council.session
    with pytest.raises(InvalidFacts, match="A reason in words"):
        withdraw_cycle(work_on(session, FIRST), "2026-10", "  ")
    with pytest.raises(NotAllowedNow, match="is planned, not open"):
        withdraw_cycle(work_on(session, FIRST), "2026-11", WRONG)
    with pytest.raises(NoSuchCycle):
        withdraw_cycle(work_on(session, FIRST), "2026-12", WRONG)
    withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)
    with pytest.raises(NotAllowedNow, match="is planned, not open"):
        withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)


@pytest.mark.proves("S9")
def test_audits_that_were_replaced_before_go_with_their_cycle(council: SmallCouncil) -> None:
    session = council.session
    for audit in audits(session):
        if replace_audit(work_on(session, FIRST), audit.id, "case_closed").replacement is not None:
            break
    withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)

    assert by_state(session, Audit).keys() == {"withdrawn"}
    assert sorted({audit.withdrawn_because or "" for audit in audits(session)}) == ["case_closed", "cycle_withdrawn"]
    assert by_state(session, Deadline).keys() == {"withdrawn"}
    assert overview_of(work_on(session, FIRST), "2026-10").figures["withdrawn"] == 0


@pytest.mark.proves("S9", "A4")
def test_whoever_was_told_of_a_move_only_is_told_too_and_calendars_take_the_later_version(
    council: SmallCouncil,
) -> None:
    session, work = council.session, work_on(council.session, FIRST)
    for appointment in session.scalars(select(AuditorAppointment)):
        appointment.capacity = 2
    changed = audit_of_auditor(session, "review")
    to = council.person_id(suggest_auditors(work, changed.id).suggested[0].candidate.auditor.id)
    earlier = changed.auditor_id
    change_auditor(work, changed.id, to, "sickness")
    moved = next(
        done
        for audit in audits(session)
        if audit.id != changed.id and (done := replace_audit(work, audit.id, "case_closed")).replacement is not None
    )
    assert moved.replacement is not None
    session.execute(update(Notice).where(Notice.state == "pending").values(state="sent"))
    withdraw_cycle(work, "2026-10", WRONG)

    notices = session.scalars(select(Notice).where(Notice.event == "cycle_withdrawn")).all()
    own = {
        notice.recipient_id: {line["reference"]: line["sequence"] for line in notice.content["audits"]}
        for notice in notices
    }
    assert own[moved.replacement.practitioner_id] == {moved.replacement.reference: 1}
    assert own[moved.withdrawn.practitioner_id] == {}
    assert own[to][changed.reference] == 2
    assert earlier is not None
    assert changed.reference not in own[earlier]


@pytest.mark.proves("S9")
def test_whoever_was_not_told_in_time_that_an_audit_is_gone_has_its_dates_taken_back_with_the_cycle(
    council: SmallCouncil,
) -> None:
    """The allocation was sent; that this audit was withdrawn, and then the cycle, before anything else was."""
    session, work = council.session, work_on(council.session, FIRST)
    gone = audits(session)[0]
    session.execute(update(Notice).where(Notice.state == "pending").values(state="sent"))
    withdraw_audit(work, gone.id, "case_closed")
    withdraw_cycle(work, "2026-10", WRONG)

    notices = session.scalars(select(Notice).where(Notice.event == "cycle_withdrawn")).all()
    own = {notice.recipient_id: notice.content["audits"] for notice in notices}
    for person in (gone.practitioner_id, gone.auditor_id):
        assert person is not None
        assert {"id": str(gone.id), "reference": gone.reference, "sequence": 1} in own[person]


@pytest.mark.proves("S9")
def test_the_trail_tells_of_the_cycle_and_of_each_audit(council: SmallCouncil) -> None:
    session = council.session
    withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)

    actions = dict(
        session.execute(
            select(TrailEntry.action, func.count()).where(TrailEntry.rule == "S9").group_by(TrailEntry.action)
        ).all()
    )
    assert actions == {"cycle_withdrawn": 1, "audit_withdrawn": 13}


@pytest.mark.proves("P2", "recipients.cycle_cancelled")
def test_a_cancelled_cycle_does_not_open_whoever_asks(session: Session) -> None:
    found_council(session, date(2026, 9, 28))
    preview = preview_draw(work_on(session, date(2026, 9, 30)), "2026-10")
    row = cancel_cycle(work_on(session, date(2026, 9, 30)), "2026-10", "The director wants an inspection first.")

    assert (row.state, row.cancelled_by) == ("cancelled", "an administrator")
    assert row.cancelled_because == "The director wants an inspection first."
    work = work_on(session, FIRST)
    for move in (open_cycle, preview_draw, close_cycle):
        with pytest.raises(NotAllowedNow, match="is cancelled"):
            move(work, "2026-10")
    with pytest.raises(NotAllowedNow, match="is cancelled"):
        issue_draw(work, preview.row.id)
    assert open_due_cycle(work, SETTLED) == "The cycle 2026-10 is cancelled."
    told = session.scalars(select(Notice)).all()
    assert {(notice.event, reference_of(session, notice.recipient_id)) for notice in told} == {
        ("cycle_cancelled", "BOSS")
    }


@pytest.mark.proves("P2", "P3")
def test_a_cancelled_cycle_is_not_missed(session: Session) -> None:
    found_council(session, date(2026, 9, 28))
    november = work_on(session, date(2026, 11, 2))

    assert [cycle.month for cycle in missed_cycles(november)] == ["2026-10"]
    cancel_cycle(work_on(session, FIRST), "2026-10", "The director says so.")
    assert list(missed_cycles(november)) == []


@pytest.mark.proves("P2")
def test_reinstated_it_opens_as_if_nothing_had_been(session: Session) -> None:
    found_council(session, date(2026, 9, 28))
    cancel_cycle(work_on(session, FIRST), "2026-10", "The director says so.")
    again = cancel_cycle(work_on(session, FIRST), "2026-10", "Said twice.")
    assert again.cancelled_because == "The director says so."
    row = reinstate_cycle(work_on(session, FIRST), "2026-10", "The inspection was put off.")

    assert (row.state, row.cancelled_at, row.cancelled_by, row.cancelled_because) == ("planned", None, None, None)
    assert open_cycle(work_on(session, FIRST), "2026-10").is_new
    actions = session.scalars(select(TrailEntry.action).where(TrailEntry.rule == "P2").order_by(TrailEntry.number))
    assert list(actions) == ["cycle_cancelled", "cycle_reinstated"]


@pytest.mark.proves("P2")
def test_an_open_a_past_and_no_cycle_are_not_cancelled(council: SmallCouncil) -> None:
    session = council.session
    with pytest.raises(NotAllowedNow, match="on the day on which it opened it can be withdrawn whole"):
        cancel_cycle(work_on(session, FIRST), "2026-10", "The director says so.")
    with pytest.raises(NotAllowedNow, match="closed on"):
        cancel_cycle(work_on(session, FIRST), "2026-07", "The director says so.")
    with pytest.raises(NoSuchCycle):
        cancel_cycle(work_on(session, FIRST), "2026-12", "The director says so.")
    with pytest.raises(InvalidFacts, match="A reason in words"):
        cancel_cycle(work_on(session, FIRST), "2026-11", " ")
    with pytest.raises(NotAllowedNow, match="nothing to reinstate"):
        reinstate_cycle(work_on(session, FIRST), "2026-11", "Why not.")
    withdraw_cycle(work_on(session, FIRST), "2026-10", WRONG)
    assert cancel_cycle(work_on(session, FIRST), "2026-10", "The director says so.").state == "cancelled"


@pytest.mark.proves("S5")
def test_a_draw_redone_before_issue_keeps_both_seeds_and_the_reason_and_tells_nobody(session: Session) -> None:
    council = found_council(session, date(2026, 9, 28))
    work = work_on(session, date(2026, 9, 30))
    preview_draw(work, "2026-10")
    council.practitioner("REV-P9", "REV")
    with pytest.raises(NotAllowedNow, match="give a reason"):
        preview_draw(work, "2026-10")
    preview_draw(work, "2026-10", reason="Somebody was missing.")

    first, second = session.scalars(select(Draw).order_by(Draw.id)).all()
    assert (first.state, second.state, second.redrawn_because) == ("superseded", "preview", "Somebody was missing.")
    assert first.seed != second.seed
    assert by_state(session, Notice) == {}
    assert "draw_superseded" in set(session.scalars(select(TrailEntry.action)))
