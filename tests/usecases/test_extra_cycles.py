"""Extra themed cycles: arranged, drawn, opened beside others and in any month, taken back (P2, S2, S3, A3)."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.draws import DrawCaseOutcome
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment
from db.tables.programme import AuditCycle, ExtraCycle
from db.tables.trail import TrailEntry
from rules.errors import InvalidFacts, NoSuchCycle
from rules.extra_cycles import ExtraCycle as Asked
from rules.themes import Narrowing
from tests.small_council import SmallCouncil, found_council, work_on
from tests.usecases.moves import audits, reference_of
from usecases.audit_cycles import close_cycle, issue_draw, open_cycle
from usecases.audit_moves import replace_audit
from usecases.audit_years import programme_of
from usecases.cycle_moves import cancel_cycle, reinstate_cycle, withdraw_cycle
from usecases.cycle_overviews import overview_of
from usecases.draw_verification import verify_draw
from usecases.draws import preview_draw
from usecases.due_cycles import close_due_cycles, open_due_cycle, open_due_extra_cycles, warn_of_programme
from usecases.errors import NotAllowedNow
from usecases.extra_cycles import arrange_extra_cycle
from usecases.work import Work

ARRANGED_ON, AUGUST, FIRST = date(2026, 8, 3), date(2026, 8, 12), date(2026, 10, 1)
IN_AUGUST, BESIDE_OCTOBER = "2026-08-12-extra-1", "2026-10-01-extra-1"
WHY = "Recommendation 4 of the review."
SETTLED = timedelta(0)


def asked(opens_on: date = AUGUST, size: int = 4, *services: str, **facts: tuple[Narrowing, ...]) -> Asked:
    return Asked(opens_on, "Hospital discharge", "serious_case_review", size, services, **facts)


def arrange(session: Session, opens_on: date = AUGUST, size: int = 4, *services: str) -> AuditCycle:
    return arrange_extra_cycle(work_on(session, min(opens_on, ARRANGED_ON)), asked(opens_on, size, *services), WHY)


def of_cycle(session: Session, row: AuditCycle) -> list[Audit]:
    return [audit for audit in audits(session) if audit.cycle_id == row.id and audit.state != "withdrawn"]


def practitioners(session: Session, row: AuditCycle) -> set[str]:
    return {reference_of(session, audit.practitioner_id) for audit in of_cycle(session, row)}


def outcome(session: Session, row: AuditCycle, case: str) -> tuple[str, str, str]:
    """What the newest draw of a cycle says of a case: its outcome, the rule and the sentence."""
    drawn = overview_of(work_on(session, FIRST), row.month).draws[-1]
    found = session.get_one(DrawCaseOutcome, (drawn.id, case))
    return found.outcome, found.reasons[0]["rule"], found.reasons[0]["sentence"]


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """With an extract for August, and six practitioners in each of five teams."""
    return found_council(session, date(2026, 8, 10), practitioners_per_team=6)


@pytest.fixture
def october(session: Session) -> SmallCouncil:
    """With an extract for October, and room for two audits with each auditor."""
    council = found_council(session, date(2026, 9, 28), practitioners_per_team=6)
    session.execute(update(AuditorAppointment).values(capacity=2))
    return council


@pytest.mark.proves("P2")
def test_it_is_arranged_for_a_reason_by_somebody_and_stands_outside_the_programme(council: SmallCouncil) -> None:
    session = council.session
    row = arrange(session, AUGUST, 4, "home_first")

    arranged = session.get_one(ExtraCycle, row.id)
    assert (row.month, row.kind, row.state) == (IN_AUGUST, "themed", "planned")
    assert (row.opens_on, row.report_due_on, row.closes_on) == (AUGUST, date(2026, 9, 10), date(2026, 9, 11))
    assert (arranged.topic, arranged.services, arranged.size) == ("Hospital discharge", ["home_first"], 4)
    assert (arranged.reason, arranged.arranged_by) == (WHY, "an administrator")
    entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "extra_cycle_arranged")).one()
    assert (entry.subject_kind, entry.subject_id, entry.rule) == ("audit_cycle", IN_AUGUST, "P2")
    assert WHY not in str(entry.details)
    assert IN_AUGUST not in {cycle.month for cycle in programme_of(work_on(session, ARRANGED_ON), 2026).days}


def test_two_of_one_day_have_two_ids(council: SmallCouncil) -> None:
    months = [arrange(council.session).month for _ in range(2)]

    assert months == [IN_AUGUST, "2026-08-12-extra-2"]


def test_a_code_that_no_open_case_has_is_warned_of(council: SmallCouncil) -> None:
    narrowed = asked(narrowings=(Narrowing("group", ("dementia",)),))
    row = arrange_extra_cycle(work_on(council.session, ARRANGED_ON), narrowed, WHY)

    (warning,) = row.warnings
    assert (warning["rule"], "no open case" in warning["sentence"]) == ("P2", True)


@pytest.mark.parametrize("reason", ["", "  "])
def test_nothing_is_arranged_without_a_reason(council: SmallCouncil, reason: str) -> None:
    with pytest.raises(InvalidFacts, match="Say why"):
        arrange_extra_cycle(work_on(council.session, ARRANGED_ON), asked(), reason)
    assert council.session.scalar(select(func.count()).select_from(AuditCycle)) == 0


@pytest.mark.proves("P2", "P5", "S1", "S8", "A5")
def test_in_august_it_gives_as_many_audits_as_asked_for_within_its_theme(council: SmallCouncil) -> None:
    session = council.session
    row = arrange(session, AUGUST, 4, "home_first")
    opened = open_cycle(work_on(session, AUGUST), IN_AUGUST)

    made = of_cycle(session, row)
    assert (opened.row.state, len(made)) == ("open", 4)
    assert {(audit.kind, audit.service_id, audit.month) for audit in made} == {
        ("themed", "home_first", date(2026, 8, 1))
    }
    assert Counter(reference_of(session, audit.practitioner_id)[:4] for audit in made) == {"CART": 2, "HART": 2}
    assert {audit.report_due_on for audit in made} == {date(2026, 9, 10)}
    assert session.scalar(select(func.count()).select_from(Deadline)) == 3 * 4
    assert opened.row.warnings == []
    told = session.scalars(select(Notice).where(Notice.event == "allocation")).all()
    assert {notice.content["cycle"] for notice in told} == {IN_AUGUST}
    # No service has a seat before others, and MASH is outside the theme like any other.
    assert outcome(session, row, "MASH-P1-1")[:2] == ("excluded", "P2")


@pytest.mark.proves("S5")
def test_its_draw_can_be_made_again_from_frame_and_seed(council: SmallCouncil) -> None:
    arrange(council.session)
    work = work_on(council.session, AUGUST)
    preview = preview_draw(work, IN_AUGUST)
    opened = issue_draw(work, preview.row.id)

    verified = verify_draw(work, opened.drawn.id)
    assert (opened.drawn.id, verified.differences, verified.audits_compared) == (preview.row.id, (), 4)
    assert opened.drawn.result["size_reason"]["sentence"].startswith("4 audits, asked for when")


@pytest.mark.proves("S2", "S3", "A3")
@pytest.mark.parametrize("first", ["2026-10", BESIDE_OCTOBER])
def test_beside_octobers_nobody_is_audited_twice_and_nobodys_room_is_exceeded(
    october: SmallCouncil, first: str
) -> None:
    session = october.session
    arrange(session, FIRST, 10)
    second = ({"2026-10", BESIDE_OCTOBER} - {first}).pop()
    one, other = (open_cycle(work_on(session, FIRST), cycle).row for cycle in (first, second))

    assert not practitioners(session, one) & practitioners(session, other)
    assert len(of_cycle(session, one)) >= 10
    assert len(of_cycle(session, other)) >= 10
    loads = Counter(audit.auditor_id for audit in audits(session))
    assert max(loads.values()) <= 2
    busy = next(iter(practitioners(session, one)))
    found, rule, sentence = outcome(session, other, f"{busy}-1")
    assert (found, rule, "this very month" in sentence) == ("excluded", "S3", True)


@pytest.mark.proves("A3", "S8")
def test_where_the_month_has_taken_all_room_the_extra_cycle_says_what_it_lacks(october: SmallCouncil) -> None:
    session = october.session
    session.execute(update(AuditorAppointment).values(capacity=1))
    row = arrange(session, FIRST, 5)
    open_cycle(work_on(session, FIRST), "2026-10")
    open_cycle(work_on(session, FIRST), BESIDE_OCTOBER)

    given = len(of_cycle(session, row))
    assert given < 5
    assert sum(it["rule"] in ("A1", "A3") for it in row.shortfalls) >= 1


@pytest.mark.proves("S3", "selection.least_months_between_audits")
def test_the_rest_between_two_audits_counts_extra_ones_in_both_directions(session: Session) -> None:
    council = found_council(session, date(2026, 8, 31), practitioners_per_team=2)
    council.audit("PA-2026-0900", "2026-07", "CART-P1-2", "CART-P1")
    before = arrange(session, date(2026, 9, 1), 6)
    open_cycle(work_on(session, date(2026, 9, 1)), before.month)
    audited = practitioners(session, before)
    council.extract(date(2026, 9, 28))
    open_cycle(work_on(session, FIRST), "2026-10")

    assert audited
    row = overview_of(work_on(session, FIRST), "2026-10").row
    assert row is not None
    assert not audited & practitioners(session, row)
    assert outcome(session, row, f"{min(audited)}-1")[1] in ("S2", "S3")


@pytest.mark.proves("S3")
def test_whoever_has_an_audit_of_a_cycle_opened_early_rests_in_an_extra_one_before_it(october: SmallCouncil) -> None:
    session, early = october.session, date(2026, 9, 29)
    open_cycle(work_on(session, early), "2026-10", force=True, reason="A week of leave.")
    row = arrange(session, date(2026, 9, 30), 20)
    open_cycle(work_on(session, date(2026, 9, 30)), row.month)

    ahead = {reference_of(session, audit.practitioner_id) for audit in audits(session) if audit.cycle_id != row.id}
    assert practitioners(session, row)
    assert not practitioners(session, row) & ahead


@pytest.mark.proves("S5", "S3")
def test_a_preview_made_before_another_cycle_gave_audits_is_not_issued(october: SmallCouncil) -> None:
    session = october.session
    row = arrange(session, FIRST, 10)
    preview = preview_draw(work_on(session, FIRST), BESIDE_OCTOBER).row
    open_cycle(work_on(session, FIRST), "2026-10")

    with pytest.raises(NotAllowedNow, match="another cycle opened"):
        issue_draw(work_on(session, FIRST), preview.id)
    opened = open_cycle(work_on(session, FIRST), BESIDE_OCTOBER)
    assert opened.drawn.id != preview.id
    assert preview.state == "superseded"
    assert len(practitioners(session, row)) == len(of_cycle(session, row)) > 0


@pytest.mark.proves("S2", "S6", "S7", "P6")
def test_re_audits_are_left_to_the_programme_and_keep_their_practitioner_out(council: SmallCouncil) -> None:
    session = council.session
    council.audit("PA-2026-0900", "2026-05", "REV-P1-1", "REV-P1", overall_grade="inadequate", state="issued")
    council.audit(
        "PA-2026-0901",
        "2026-06",
        "REV-P2-1",
        "REV-P2",
        overall_grade="inadequate",
        state="issued",
        issued_on=date(2026, 8, 3),
    )
    row = arrange(session, AUGUST, 20, "review")
    opened = open_cycle(work_on(session, AUGUST), IN_AUGUST)

    assert {audit.kind for audit in of_cycle(session, row)} == {"themed"}
    assert "REV-P1" not in practitioners(session, row)
    assert outcome(session, row, "REV-P1-2")[:2] == ("excluded", "S2")
    assert outcome(session, row, "REV-P2-1")[:2] == ("excluded", "S6")
    assert outcome(session, row, "REV-P2-2")[0] == "drawn"
    assert opened.drawn.result["re_audits"] == []


@pytest.mark.proves("S2")
def test_a_re_audit_of_somebody_whom_an_extra_cycle_audits_this_month_is_held_over(october: SmallCouncil) -> None:
    session = october.session
    row = arrange(session, FIRST, 20, "review")
    open_cycle(work_on(session, FIRST), BESIDE_OCTOBER)
    busy = min(practitioners(session, row))
    october.audit(
        "PA-2026-0900",
        "2026-05",
        f"{busy}-2",
        busy,
        overall_grade="inadequate",
        state="issued",
        issued_on=date(2026, 8, 3),
    )
    opened = open_cycle(work_on(session, FIRST), "2026-10")

    assert any("PA-2026-0900 is held over" in warning["sentence"] for warning in opened.row.warnings)
    assert (
        Counter(reference_of(session, audit.practitioner_id) for audit in audits(session) if audit.cycle_id)[busy] == 1
    )


@pytest.mark.proves("S2")
def test_while_an_extra_audit_runs_on_its_practitioner_is_in_no_later_draw(council: SmallCouncil) -> None:
    session = council.session
    row = arrange(session, AUGUST, 20, "review")
    open_cycle(work_on(session, AUGUST), IN_AUGUST)
    council.extract(date(2026, 8, 31))
    september = open_cycle(work_on(session, date(2026, 9, 1)), "2026-09").row

    assert not practitioners(session, row) & practitioners(session, september)
    case = f"{min(practitioners(session, row))}-1"
    assert outcome(session, september, case)[1] == "S2"


@pytest.mark.proves("S9", "S3")
def test_a_replacement_in_an_extra_cycle_is_nobody_whom_a_later_cycle_audits(council: SmallCouncil) -> None:
    session = council.session
    row = arrange(session, AUGUST, 1, "review")
    open_cycle(work_on(session, AUGUST), IN_AUGUST)
    (audit,) = of_cycle(session, row)
    others = sorted({f"REV-P{number}" for number in range(1, 7)} - practitioners(session, row))
    for number, person in enumerate(others):
        state = "allocated" if number < 2 else "closed"
        council.audit(f"PA-2026-090{number}", "2026-09", f"{person}-9", person, state=state)
    moved = replace_audit(work_on(session, date(2026, 9, 2)), audit.id, "case_closed")

    rules = {reserve.practitioner_id: why.rule for reserve, why in moved.passed_over}
    assert moved.replacement is None
    assert rules == dict(zip(others, ("S2", "S2", "S3", "S3", "S3"), strict=True))


@pytest.mark.proves("P2", "S9")
def test_it_is_cancelled_reinstated_opened_and_withdrawn_like_any_other(council: SmallCouncil) -> None:
    session = council.session
    row = arrange(session)
    cancel_cycle(work_on(session, ARRANGED_ON), IN_AUGUST, "The review is put off.")
    assert row.state == "cancelled"
    assert "No extra cycle" in open_due_extra_cycles(work_on(session, AUGUST), SETTLED)
    reinstate_cycle(work_on(session, ARRANGED_ON), IN_AUGUST, "It is not.")
    open_cycle(work_on(session, AUGUST), IN_AUGUST)
    withdraw_cycle(work_on(session, AUGUST), IN_AUGUST, "A wrong extract.")

    assert row.state == "planned"
    assert of_cycle(session, row) == []
    assert "it was withdrawn" in open_due_extra_cycles(work_on(session, AUGUST), SETTLED)


@pytest.mark.proves("P2", "P3")
def test_the_scheduler_opens_it_on_its_day_and_closes_it_after_its_last(council: SmallCouncil) -> None:
    session = council.session
    row = arrange(session)

    def opened_on(day: date) -> str:
        return open_due_extra_cycles(work_on(session, day, actor="scheduler"), SETTLED)

    assert opened_on(date(2026, 8, 11)) == "No extra cycle is to open."
    assert opened_on(AUGUST).startswith(f"Opened {IN_AUGUST} with ")
    assert opened_on(AUGUST) == "No extra cycle is to open."
    assert (row.opened_by, len(of_cycle(session, row))) == ("scheduler", 4)
    assert "No cycle is to close" in close_due_cycles(work_on(session, date(2026, 9, 11)))
    assert close_due_cycles(work_on(session, date(2026, 9, 14))) == f"Closed {IN_AUGUST}."


@pytest.mark.proves("P2")
def test_the_programmes_cycle_goes_first_on_its_first_day(october: SmallCouncil) -> None:
    session = october.session
    arrange(session, FIRST)

    assert "goes first" in open_due_extra_cycles(work_on(session, FIRST), SETTLED)
    open_due_cycle(work_on(session, FIRST), SETTLED)
    assert "Opened" in open_due_extra_cycles(work_on(session, FIRST), SETTLED)


def test_one_that_cannot_open_keeps_no_other_from_opening(council: SmallCouncil) -> None:
    session = council.session
    old = arrange(session)
    arrange(session)
    said = open_due_extra_cycles(work_on(session, date(2026, 8, 25)), SETTLED)

    assert said.count("Not opened") == 2
    assert old.state == "planned"


@pytest.mark.proves("P3")
def test_one_that_nobody_opened_is_a_task_for_the_audit_team(council: SmallCouncil) -> None:
    arrange(council.session)
    said = warn_of_programme(work_on(council.session, date(2026, 9, 14)))

    assert "The cycle of 12 August 2026 (extra) was never opened, and its last day has passed." in said
    with pytest.raises(NotAllowedNow, match="arrange another"):
        open_cycle(work_on(council.session, date(2026, 9, 14)), IN_AUGUST)


ASKING: dict[str, Callable[[Work], object]] = {
    "open": lambda work: open_cycle(work, "2026-08-12-extra-7"),
    "close": lambda work: close_cycle(work, "2026-08-12-extra-7"),
    "preview": lambda work: preview_draw(work, "2026-08-12-extra-7"),
    "withdraw": lambda work: withdraw_cycle(work, "2026-08-12-extra-7", "why"),
    "cancel": lambda work: cancel_cycle(work, "2026-08-12-extra-7", "why"),
    "reinstate": lambda work: reinstate_cycle(work, "2026-08-12-extra-7", "why"),
    "look": lambda work: overview_of(work, "2026-08-12-extra-7"),
}


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING.keys())
def test_one_that_was_not_arranged_is_not_there(council: SmallCouncil, ask: Callable[[Work], object]) -> None:
    arrange(council.session)

    with pytest.raises(NoSuchCycle, match="There is no extra cycle '2026-08-12-extra-7'"):
        ask(work_on(council.session, AUGUST))
