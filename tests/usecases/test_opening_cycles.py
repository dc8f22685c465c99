"""A cycle opens once: draw, audits, deadlines and notices together, on its day or with a reason (P3, S5, A5)."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.queries.draws import draws_of_cycle
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.draws import Draw, DrawCaseOutcome
from db.tables.notices import Notice
from db.tables.organisation import Absence, AuditorAppointment
from db.tables.programme import AuditCycle as CycleRow
from db.tables.programme import AuditYear, PlannedCycle
from rules.errors import NoSuchCycle
from rules.policy.load import load_edition
from tests.small_council import SmallCouncil, at, found_council, work_on
from usecases import due_cycles
from usecases.audit_cycles import close_cycle, issue_draw, open_cycle
from usecases.cycle_overviews import overview_of
from usecases.draws import preview_draw
from usecases.due_cycles import close_due_cycles
from usecases.errors import NotAllowedNow
from usecases.work import Work

FIRST = date(2026, 10, 1)
NORTHMOOR = Path(__file__).parents[1] / "editions" / "northmoor_2026"


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    return found_council(session, date(2026, 9, 28))


def count(session: Session, table: type[Audit] | type[Deadline] | type[Notice] | type[Draw]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.proves("P3", "S5", "A5")
def test_opening_makes_audits_their_deadlines_and_the_notices(council: SmallCouncil) -> None:
    opened = open_cycle(work_on(council.session, FIRST), "2026-10")

    audits = council.session.scalars(select(Audit).order_by(Audit.reference)).all()
    assert opened.is_new
    assert opened.row.state == "open"
    assert len(audits) == opened.drawn.result["size_drawn"] == 13
    assert [audit.reference for audit in audits] == [f"PA-2026-{number:04}" for number in range(1, 14)]
    assert {(audit.state, audit.kind, audit.month, audit.allocated_on) for audit in audits} == {
        ("allocated", "ordinary", date(2026, 10, 1), FIRST)
    }
    assert count(council.session, Deadline) == 3 * 13
    assert count(council.session, Notice) > 13


@pytest.mark.proves("L1", "L5", "L7", "time_limits.meeting_due_before_close", "time_limits.issue_due_before_close")
def test_each_audit_starts_three_clocks_that_its_auditor_owes(council: SmallCouncil) -> None:
    open_cycle(work_on(council.session, FIRST), "2026-10")

    audit = council.session.scalars(select(Audit)).first()
    assert audit is not None
    clocks = council.session.scalars(select(Deadline).where(Deadline.audit_id == audit.id).order_by(Deadline.rule))
    assert [(clock.rule, clock.due_on, clock.started_on, clock.owed_by_id, clock.state) for clock in clocks] == [
        ("L1", date(2026, 10, 29), FIRST, audit.auditor_id, "running"),
        ("L5", date(2026, 10, 29), FIRST, audit.auditor_id, "running"),
        ("L7", date(2026, 10, 30), FIRST, audit.auditor_id, "running"),
    ]


@pytest.mark.proves("S5")
def test_every_case_of_the_frame_has_an_outcome_with_a_reason(council: SmallCouncil) -> None:
    council.case("SECRET-1", "REV-P1", "REV", is_restricted=True)
    opened = open_cycle(work_on(council.session, FIRST), "2026-10")

    outcomes = council.session.scalars(select(DrawCaseOutcome).where(DrawCaseOutcome.draw_id == opened.drawn.id)).all()
    assert len(outcomes) == 31
    assert all(outcome.reasons and outcome.reasons[0]["sentence"] for outcome in outcomes)
    (secret,) = [outcome for outcome in outcomes if outcome.case_reference == "SECRET-1"]
    assert (secret.outcome, secret.reasons[0]["rule"]) == ("excluded", "S10")


def test_opening_again_changes_nothing_and_says_so(council: SmallCouncil) -> None:
    first = open_cycle(work_on(council.session, FIRST), "2026-10")
    before = count(council.session, Audit), count(council.session, Notice), count(council.session, Draw)
    again = open_cycle(work_on(council.session, date(2026, 10, 7)), "2026-10")

    assert not again.is_new
    assert again.drawn.id == first.drawn.id
    assert (count(council.session, Audit), count(council.session, Notice), count(council.session, Draw)) == before


@pytest.mark.proves("P1", "programme.cycle_months")
def test_a_month_without_a_cycle_is_refused_and_the_next_one_named(council: SmallCouncil) -> None:
    with pytest.raises(NoSuchCycle, match="2026-09"):
        open_cycle(work_on(council.session, date(2026, 8, 3)), "2026-08")


@pytest.mark.proves("P3")
def test_before_its_day_a_cycle_opens_only_when_forced_and_with_a_reason(council: SmallCouncil) -> None:
    early = work_on(council.session, date(2026, 9, 30))

    with pytest.raises(NotAllowedNow, match="opens on Thursday 1 October 2026"):
        open_cycle(early, "2026-10")
    with pytest.raises(NotAllowedNow, match="with a reason"):
        open_cycle(early, "2026-10", force=True, reason="  ")
    opened = open_cycle(early, "2026-10", force=True, reason="The office is closed on Thursday.")
    assert opened.row.opened_because == "The office is closed on Thursday."
    assert {audit.allocated_on for audit in council.session.scalars(select(Audit))} == {FIRST}


@pytest.mark.proves("P3")
def test_opened_late_a_cycle_keeps_its_days_and_says_how_late_it_is(council: SmallCouncil) -> None:
    council.extract(date(2026, 10, 14))
    opened = open_cycle(work_on(council.session, date(2026, 10, 15)), "2026-10")

    audit = council.session.scalars(select(Audit)).first()
    assert audit is not None
    assert (audit.allocated_on, audit.report_due_on, audit.window_to) == (FIRST, date(2026, 10, 29), date(2026, 9, 30))
    (late,) = [warning for warning in opened.row.warnings if warning["rule"] == "P3"]
    assert "10 working days after its nominal day" in late["sentence"]


@pytest.mark.proves("P3")
def test_on_its_last_day_a_cycle_can_still_be_opened_and_after_it_not_even_by_force(council: SmallCouncil) -> None:
    council.extract(date(2026, 10, 30))

    with pytest.raises(NotAllowedNow, match="closed on Friday 30 October 2026"):
        open_cycle(work_on(council.session, date(2026, 10, 31)), "2026-10", force=True, reason="We forgot.")
    assert open_cycle(work_on(council.session, date(2026, 10, 30)), "2026-10").is_new


@pytest.mark.proves("C1", "caseload.oldest_extract_at_opening")
def test_an_extract_older_than_five_working_days_is_refused_with_the_way_out(session: Session) -> None:
    council = SmallCouncil(session)
    work = work_on(session, FIRST)
    with pytest.raises(NotAllowedNow, match="No extract of open cases was loaded yet"):
        open_cycle(work, "2026-10")
    council.extract(date(2026, 9, 23))
    with pytest.raises(NotAllowedNow, match="import a newer one"):
        open_cycle(work, "2026-10")
    council.extract(date(2026, 9, 24))
    assert open_cycle(work, "2026-10").is_new


@pytest.mark.proves("S5", "selection.preview_stands_for")
def test_a_preview_of_the_working_day_before_is_what_is_issued(council: SmallCouncil) -> None:
    preview = preview_draw(work_on(council.session, date(2026, 9, 30)), "2026-10")
    council.practitioner("NEW-P1", "REV")

    assert open_cycle(work_on(council.session, FIRST), "2026-10").drawn.id == preview.row.id


@pytest.mark.proves("S5", "selection.preview_stands_for")
def test_a_preview_older_than_that_is_drawn_again_and_kept_with_the_reason(council: SmallCouncil) -> None:
    preview = preview_draw(work_on(council.session, date(2026, 9, 29)), "2026-10")
    council.practitioner("NEW-P1", "REV")
    opened = open_cycle(work_on(council.session, FIRST), "2026-10")

    old, new = draws_of_cycle(council.session, opened.row.id)
    assert (old.id, old.state, new.state) == (preview.row.id, "superseded", "issued")
    assert old.seed != new.seed
    assert new.redrawn_because == "Drawn again at the opening: the preview was too old or no longer held."


def test_an_old_preview_of_an_unchanged_list_is_issued_as_it_is_because_a_list_has_one_seed(
    council: SmallCouncil,
) -> None:
    preview = preview_draw(work_on(council.session, date(2026, 9, 29)), "2026-10")

    assert open_cycle(work_on(council.session, FIRST), "2026-10").drawn.id == preview.row.id
    assert count(council.session, Draw) == 1


@pytest.mark.proves("S2")
def test_a_preview_with_somebody_who_was_audited_since_is_not_issued(council: SmallCouncil) -> None:
    preview = preview_draw(work_on(council.session, FIRST), "2026-10")
    drawn = council.session.scalars(
        select(DrawCaseOutcome.practitioner_reference).where(DrawCaseOutcome.outcome == "drawn")
    ).first()
    assert drawn is not None
    council.audit("PA-2026-9000", "2026-10", f"{drawn}-2", drawn)

    with pytest.raises(NotAllowedNow, match="draw again"):
        issue_draw(work_on(council.session, FIRST), preview.row.id)
    opened = open_cycle(work_on(council.session, FIRST), "2026-10")
    assert opened.drawn.id != preview.row.id
    assert {drawn} & set(_practitioners_of(council.session, opened.drawn)) == set()


def _practitioners_of(session: Session, drawn: Draw) -> list[str]:
    outcome = DrawCaseOutcome
    question = select(outcome.practitioner_reference).where(outcome.draw_id == drawn.id, outcome.outcome == "drawn")
    return list(session.scalars(question))


@pytest.mark.proves("S5")
def test_a_stored_draw_that_is_not_what_its_frame_and_seed_give_is_not_issued(council: SmallCouncil) -> None:
    preview = preview_draw(work_on(council.session, FIRST), "2026-10")
    preview.row.result = {**preview.row.result, "size_drawn": 12}
    council.session.flush()

    with pytest.raises(NotAllowedNow, match="not what its frame and seed give"):
        open_cycle(work_on(council.session, FIRST), "2026-10")


@pytest.mark.proves("S7", "A3")
def test_a_due_re_audit_becomes_an_audit_that_names_the_one_before(council: SmallCouncil) -> None:
    before = council.audit(
        "OLD-7",
        "2026-07",
        "REV-P1-1",
        "REV-P1",
        state="issued",
        overall_grade="inadequate",
        issued_on=date(2026, 7, 31),
    )
    opened = open_cycle(work_on(council.session, FIRST), "2026-10")

    (re_audit,) = council.session.scalars(select(Audit).where(Audit.kind == "re_audit")).all()
    assert (re_audit.re_audit_of, re_audit.sequence, re_audit.case_reference) == (before, 1, "REV-P1-1")
    assert (re_audit.window_from, re_audit.reference) == (date(2026, 8, 1), "PA-2026-0001")
    assert "REV-P1" not in _practitioners_of(council.session, opened.drawn)
    explained = council.session.scalars(
        select(DrawCaseOutcome).where(DrawCaseOutcome.case_reference == "REV-P1-1")
    ).one()
    assert (explained.outcome, explained.reasons[0]["rule"]) == ("re_audit", "S7")


@pytest.mark.proves("A5")
def test_somebody_without_an_address_is_a_shortfall_shown_at_opening(council: SmallCouncil) -> None:
    council.team("CRT", "nelft")
    council.practitioner("MUTE-P1", "CRT", email=None)
    opened = open_cycle(work_on(council.session, FIRST), "2026-10")

    (told,) = [shortfall["sentence"] for shortfall in opened.row.shortfalls if shortfall["rule"] == "A5"]
    assert told.startswith("MUTE-P1 has no e-mail address")


def test_all_auditors_away_is_a_shortfall_and_no_error(council: SmallCouncil) -> None:
    council.session.execute(
        insert(Absence).from_select(
            ["person_id", "first_on", "last_on"],
            select(AuditorAppointment.person_id, literal(FIRST), literal(date(2026, 10, 30))),
        )
    )
    opened = open_cycle(work_on(council.session, FIRST), "2026-10")

    assert opened.drawn.result["size_drawn"] == 0
    assert opened.row.state == "open"
    assert any(
        shortfall["rule"] == "S8" and "practitioners due get no audit in this cycle: all" in shortfall["sentence"]
        for shortfall in opened.row.shortfalls
    )


@pytest.mark.proves("S8")
def test_whoever_is_due_and_finds_no_room_is_a_shortfall_of_the_cycle(session: Session) -> None:
    council = SmallCouncil(session)
    council.extract(date(2026, 9, 30))
    council.team("REV", "review")
    council.practitioner("P1", "REV")
    council.practitioner("P2", "REV")
    council.auditor("A1", "home_first")
    opened = open_cycle(work_on(session, FIRST), "2026-10")

    assert count(session, Audit) == 1
    (short,) = [shortfall["sentence"] for shortfall in opened.row.shortfalls if shortfall["rule"] == "S8"]
    assert short.startswith("1 of the 2 practitioners due gets no audit in this cycle: there is room for 1")


@pytest.mark.proves("S8", "S2")
def test_a_cycle_of_nobody_due_says_that_audits_carried_over_are_why(session: Session) -> None:
    council = SmallCouncil(session)
    council.extract(date(2026, 9, 30))
    council.team("REV", "review")
    council.practitioner("P1", "REV")
    council.auditor("A1", "home_first")
    council.audit("OLD-1", "2026-05", "P1-1", "P1", state="allocated", issued_on=None, overall_grade=None, auditor="A1")
    opened = open_cycle(work_on(session, FIRST), "2026-10")

    assert [shortfall for shortfall in opened.row.shortfalls if shortfall["rule"] == "S8"] == []
    (why,) = [warning["sentence"] for warning in opened.row.warnings if warning["rule"] == "S2"]
    assert "1 practitioner is due but kept out by an audit carried over" in why


@pytest.mark.proves("P5", "A1")
def test_no_auditor_for_mash_is_a_shortfall_by_name_of_rule(session: Session) -> None:
    council = SmallCouncil(session)
    council.extract(date(2026, 9, 30))
    council.team("MASH", "mash")
    council.team("REV", "review")
    council.practitioner("P1", "MASH")
    council.practitioner("P2", "REV")
    council.auditor("A1", "home_first")
    opened = open_cycle(work_on(session, FIRST), "2026-10")

    assert {"A1", "P5"} <= {shortfall["rule"] for shortfall in opened.row.shortfalls}
    assert [audit.service_id for audit in session.scalars(select(Audit))] == ["review"]


@pytest.mark.proves("P2")
def test_without_a_published_programme_a_cycle_is_ordinary_and_warns(council: SmallCouncil) -> None:
    opened = open_cycle(work_on(council.session, FIRST), "2026-10")

    assert opened.row.kind == "ordinary"
    assert [warning["rule"] for warning in opened.row.warnings] == ["P2"]


def plan_theme(
    session: Session, work: Work, month: str, services: list[str], attributes: dict[str, list[str]] | None = None
) -> None:
    session.add(AuditYear(year=2026, state="published", edition_id="x", saved_at=work.now, saved_by="x"))
    session.flush()
    theme = {"kind": "themed", "topic": "Carers", "origin": "performance_issue", "services": services}
    session.add(PlannedCycle(month=month, year=2026, **theme, attributes=attributes or {}))
    session.flush()


@pytest.mark.proves("P2", "P5")
def test_a_themed_cycle_looks_at_its_services_and_at_those_of_every_cycle(council: SmallCouncil) -> None:
    session, work = council.session, work_on(council.session, FIRST)
    plan_theme(session, work, "2026-10", ["review"])
    opened = open_cycle(work, "2026-10")

    assert opened.row.kind == "themed"
    audits = session.scalars(select(Audit)).all()
    assert {(audit.kind, audit.service_id) for audit in audits} == {("themed", "review"), ("themed", "mash")}
    assert opened.row.warnings == []


@pytest.mark.proves("P2")
def test_a_programme_published_after_the_first_preview_still_decides_what_the_cycle_is(council: SmallCouncil) -> None:
    session, work = council.session, work_on(council.session, FIRST)
    preview_draw(work, "2026-10")
    plan_theme(session, work, "2026-10", [])

    assert open_cycle(work, "2026-10").row.kind == "themed"
    assert set(session.scalars(select(Audit.kind))) == {"themed"}


@pytest.mark.proves("P2", "P5")
def test_a_preview_of_all_services_is_not_what_a_cycle_themed_since_then_issues(council: SmallCouncil) -> None:
    session, work = council.session, work_on(council.session, FIRST)
    preview = preview_draw(work, "2026-10")
    plan_theme(session, work, "2026-10", ["review"])

    with pytest.raises(NotAllowedNow, match="the programme or the edition has changed"):
        issue_draw(work, preview.row.id)
    opened = open_cycle(work, "2026-10")
    assert opened.drawn.id != preview.row.id
    assert set(session.scalars(select(Audit.service_id))) == {"review", "mash"}


@pytest.mark.proves("P2", "P5", "C1")
def test_a_theme_of_case_attributes_draws_such_cases_only_and_a_preview_of_others_is_drawn_anew(
    council: SmallCouncil,
) -> None:
    session, work = council.session, work_on(council.session, FIRST)
    council.case("REV-DEMENTIA", "REV-P1", "REV", attributes={"group": "dementia"})
    council.case("SEN-AUTISM", "SEN-P1", "SEN", attributes={"group": "autism"})
    preview = preview_draw(work, "2026-10")
    plan_theme(session, work, "2026-10", [], {"group": ["dementia"]})

    with pytest.raises(NotAllowedNow, match="the programme or the edition has changed"):
        issue_draw(work, preview.row.id)
    opened = open_cycle(work, "2026-10")

    audits = session.scalars(select(Audit)).all()
    assert {audit.case_reference for audit in audits if audit.service_id != "mash"} == {"REV-DEMENTIA"}
    assert [audit.service_id for audit in audits].count("mash") == 3
    outcomes = session.scalars(select(DrawCaseOutcome).where(DrawCaseOutcome.draw_id == opened.drawn.id))
    sentences = {outcome.case_reference: outcome.reasons[0]["sentence"] for outcome in outcomes}
    narrowed = "The theme of this cycle narrows it to cases with group dementia; this has"
    assert sentences["SEN-AUTISM"] == f"{narrowed} autism."
    assert sentences["REV-P1-1"] == f"{narrowed} none."


@pytest.mark.proves("P2", "S5")
def test_a_theme_of_all_services_keeps_the_draw_and_drawing_again_lets_it_be_issued(council: SmallCouncil) -> None:
    """The list of cases is the same, so its one seed is too."""
    session, work = council.session, work_on(council.session, FIRST)
    preview = preview_draw(work, "2026-10")
    plan_theme(session, work, "2026-10", [])

    with pytest.raises(NotAllowedNow, match="draw again"):
        issue_draw(work, preview.row.id)
    assert preview_draw(work, "2026-10").row.id == preview.row.id
    assert issue_draw(work, preview.row.id).row.kind == "themed"


def test_a_cycle_keeps_the_edition_that_it_opened_with(council: SmallCouncil) -> None:
    opened = open_cycle(work_on(council.session, FIRST), "2026-10")

    assert (opened.row.edition_id, opened.row.edition_version) == ("waltham_forest_2023", "1")
    assert set(council.session.scalars(select(Deadline.edition_id))) == {"waltham_forest_2023"}


def test_a_cycle_that_is_open_stays_so_when_another_edition_comes_into_force(council: SmallCouncil) -> None:
    """Northmoor's year has no cycle in November."""
    council.extract(date(2026, 11, 2))
    first = open_cycle(work_on(council.session, date(2026, 11, 2)), "2026-11")
    later = work_on(council.session, date(2026, 12, 1), load_edition(NORTHMOOR))

    assert open_cycle(later, "2026-11").drawn.id == first.drawn.id
    assert not issue_draw(later, first.drawn.id).is_new
    assert overview_of(later, "2026-11").days.opens_on == date(2026, 11, 2)
    assert close_due_cycles(later) == "Closed 2026-11."


@pytest.mark.proves("S2")
def test_the_database_itself_refuses_a_second_audit_in_a_month(council: SmallCouncil) -> None:
    open_cycle(work_on(council.session, FIRST), "2026-10")
    audit = council.session.scalars(select(Audit)).first()
    assert audit is not None
    practitioner = council.session.execute(
        select(DrawCaseOutcome.practitioner_reference).where(DrawCaseOutcome.case_reference == audit.case_reference)
    ).scalar_one()

    with pytest.raises(IntegrityError, match="uq_audits_one_a_month"):
        council.audit("PA-2026-9001", "2026-10", "OTHER-1", practitioner)


def test_the_database_itself_refuses_a_second_issued_draw(council: SmallCouncil) -> None:
    first = preview_draw(work_on(council.session, FIRST), "2026-10")
    council.practitioner("NEW-P1", "REV")
    preview_draw(work_on(council.session, FIRST), "2026-10", reason="Somebody joined.")
    open_cycle(work_on(council.session, FIRST), "2026-10")
    first.row.state, first.row.issued_at = "issued", at(FIRST)

    with pytest.raises(IntegrityError, match="uq_draws_one_issued"):
        council.session.flush()


@pytest.mark.proves("P3")
def test_closing_counts_what_was_issued_and_closing_again_changes_nothing(council: SmallCouncil) -> None:
    open_cycle(work_on(council.session, FIRST), "2026-10")
    issued, withdrawn = council.session.scalars(select(Audit).limit(2)).all()
    issued.state, withdrawn.state = "issued", "withdrawn"
    council.session.flush()
    closed = close_cycle(work_on(council.session, date(2026, 10, 30)), "2026-10")
    figures = dict(closed.figures_at_close or {})

    assert closed.state == "closed"
    assert figures.pop("by_state") == {"allocated": 11, "issued": 1, "withdrawn": 1}
    assert figures == {"allocated": 12, "issued": 1, "not_issued": 11, "withdrawn": 1, "replaced": 0}
    withdrawn.state = "allocated"
    again = close_cycle(work_on(council.session, date(2026, 11, 2)), "2026-10")
    assert again.figures_at_close == {**figures, "by_state": {"allocated": 11, "issued": 1, "withdrawn": 1}}


@pytest.mark.proves("P3")
def test_before_its_last_day_a_cycle_closes_only_when_forced_with_a_reason(council: SmallCouncil) -> None:
    early = work_on(council.session, date(2026, 10, 29))
    with pytest.raises(NotAllowedNow, match="was not opened"):
        close_cycle(early, "2026-10")
    open_cycle(work_on(council.session, FIRST), "2026-10")

    with pytest.raises(NotAllowedNow, match="closes on Friday 30 October 2026"):
        close_cycle(early, "2026-10", force=True)
    closed = close_cycle(early, "2026-10", force=True, reason="Opened on a wrong extract.")
    assert closed.closed_because == "Opened on a wrong extract."


@pytest.mark.proves("P3")
def test_a_cycle_that_cannot_be_closed_keeps_no_other_from_closing(
    council: SmallCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = council.session
    for first in (FIRST, date(2026, 11, 2)):
        council.extract(first)
        open_cycle(work_on(session, first), f"{first:%Y-%m}")

    def refuse_october(work: Work, month: str) -> CycleRow:
        row = close_cycle(work, month)
        if month == "2026-10":
            raise NotAllowedNow("October is not to be closed.")
        return row

    monkeypatch.setattr(due_cycles, "close_cycle", refuse_october)
    outcome = close_due_cycles(work_on(session, date(2026, 12, 1)))

    assert outcome == "Closed 2026-11. Not closed, 2026-10: October is not to be closed."
    assert {row.month: row.state for row in session.scalars(select(CycleRow))} == {
        "2026-10": "open",
        "2026-11": "closed",
    }
