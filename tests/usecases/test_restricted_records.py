"""Restricted records go to auditors cleared for them: at the draw, after issue, and when marked later (S10)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries import restricted_audits
from db.tables.audits import Audit
from db.tables.caseload import Involvement
from db.tables.draws import DrawCaseOutcome
from db.tables.draws import SamplingFrame as StoredFrame
from db.tables.tasks import Task
from rules.canonical_frames import frame_from_text
from rules.policy.draw_shapes import RestrictedRecords
from tests.small_council import POLICY, SmallCouncil, found_council, work_on
from tests.usecases.extract_files import involvement, load
from tests.usecases.moves import FIFTH, FIRST, THIRD, audits, reference_of
from usecases.aliases import AliasFacts, alias_case
from usecases.appointments import change_appointment
from usecases.audit_cycles import issue_draw, open_cycle
from usecases.audit_moves import replace_audit, withdraw_audit
from usecases.auditor_changes import change_auditor, suggest_auditors
from usecases.draw_verification import verify_draw
from usecases.draws import preview_draw
from usecases.errors import NotAllowedNow
from usecases.organisation_rows_dated import facts_of_appointment
from usecases.work import Work

CLEARED = ("home_first-A2", "home_first-A3", "quality_assurance-A1")
_BY_CLEARED = replace(POLICY.selection, restricted_records=RestrictedRecords.CLEARED_AUDITORS)
TO_THE_CLEARED = replace(POLICY, selection=_BY_CLEARED)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """All records of the review team are restricted; three auditors are cleared for that."""
    council = found_council(session, date(2026, 9, 28), practitioners_per_team=6)
    for held in session.scalars(select(Involvement).where(Involvement.case_reference.startswith("REV"))):
        held.is_restricted = True
    for auditor in CLEARED:
        council.appointment(auditor).is_cleared_for_restricted = True
    session.flush()
    return council


@pytest.fixture
def audit(council: SmallCouncil) -> Audit:
    """An audit of a restricted record in a cycle that was opened."""
    open_cycle(cleared_work(council), "2026-10")
    return next(it for it in audits(council.session) if it.case_reference.startswith("REV"))


def cleared_work(council: SmallCouncil, on: date = FIRST) -> Work:
    return work_on(council.session, on, TO_THE_CLEARED)


def restrict(council: SmallCouncil, case: str) -> None:
    """An extract marks a record after its audit was given."""
    for held in council.session.scalars(select(Involvement).where(Involvement.case_reference == case)):
        held.is_restricted = True
    council.session.flush()


def clear(council: SmallCouncil, who: str, *, cleared: bool, on: date = THIRD) -> None:
    held = council.appointment(who)
    facts = replace(facts_of_appointment(held), is_cleared_for_restricted=cleared)
    change_appointment(work_on(council.session, on, TO_THE_CLEARED), council.person_id(who), held.id, facts)


def room_for_two(council: SmallCouncil) -> None:
    for auditor in CLEARED:
        council.appointment(auditor).capacity = 2
    council.session.flush()


def open_tasks(council: SmallCouncil) -> list[str]:
    found = select(Task.key).where(Task.kind == "auditor_not_cleared", Task.state == "open")
    return sorted(council.session.scalars(found))


def unrestricted_audit(council: SmallCouncil) -> Audit:
    """One of a record open to all, whose auditor is not cleared."""
    session = council.session
    return next(
        it
        for it in audits(session)
        if not it.case_reference.startswith("REV") and reference_of(session, it.auditor_id) not in CLEARED
    )


@pytest.mark.proves("S10", "selection.restricted_records")
def test_a_restricted_record_is_drawn_for_a_cleared_auditor_and_anybody_can_verify_it(council: SmallCouncil) -> None:
    opened = open_cycle(cleared_work(council), "2026-10")
    session = council.session
    of_review = [it for it in audits(session) if it.case_reference.startswith("REV")]

    assert of_review
    assert {reference_of(session, it.auditor_id) for it in of_review} <= set(CLEARED)
    assert verify_draw(cleared_work(council), opened.drawn.id).differences == ()
    frame, _ = frame_from_text(session.scalars(select(StoredFrame.canonical)).one())
    assert {it.id for it in frame.cases if it.is_restricted} == {it.id for it in frame.cases if it.id.startswith("REV")}
    assert {it.id for it in frame.auditors if it.is_cleared_for_restricted} == set(CLEARED)


@pytest.mark.proves("S5", "S10", "selection.restricted_records")
def test_where_they_are_left_out_the_frame_tells_of_neither(council: SmallCouncil) -> None:
    open_cycle(work_on(council.session, FIRST), "2026-10")
    text = council.session.scalars(select(StoredFrame.canonical)).one()

    assert not any(it.case_reference.startswith("REV") for it in audits(council.session))
    assert '"is_restricted"' not in text
    assert '"is_cleared_for_restricted"' not in text


@pytest.mark.proves("S10", "S8")
def test_without_anybody_cleared_the_team_is_stopped_and_somebody_is_told_before(council: SmallCouncil) -> None:
    for auditor in CLEARED:
        council.appointment(auditor).is_cleared_for_restricted = False
    council.session.flush()
    preview = preview_draw(cleared_work(council), "2026-10").row

    shortfalls = {it["rule"]: it["sentence"] for it in preview.result["shortfalls"]}
    assert "Team REV gets no seat: " in shortfalls["S10"]
    (warning,) = [it["sentence"] for it in preview.result["warnings"] if it["rule"] == "S10"]
    assert warning.startswith("12 restricted records can be drawn, and no auditor with room in the cycle is cleared")


@pytest.mark.proves("S10", "A4")
def test_nobody_else_is_suggested_for_it_nor_accepted(council: SmallCouncil, audit: Audit) -> None:
    room_for_two(council)
    audit.auditor_id = council.person_id("review-A1")  # of an area in which nobody is cleared
    council.session.flush()
    work = cleared_work(council, THIRD)
    found = suggest_auditors(work, audit.id, beyond_area=True)

    assert found.suggested
    assert {it.candidate.auditor.id for it in found.suggested} <= set(CLEARED)
    assert {why.rule for it, why in found.not_suggested if it.auditor.id not in CLEARED} <= {"A2", "A4", "S10"}
    with pytest.raises(NotAllowedNow, match="is restricted, and review-A2 is not cleared for that") as refused:
        change_auditor(work, audit.id, council.person_id("review-A2"), "sickness")
    assert refused.value.rule == "S10"
    best = found.suggested[0].candidate.auditor.id
    change_auditor(work, audit.id, council.person_id(best), "sickness", "Nobody there is cleared.", widened=True)
    assert reference_of(council.session, audit.auditor_id) == best


@pytest.mark.proves("S10", "A4")
def test_with_a_cleared_auditor_the_matter_is_settled(council: SmallCouncil, audit: Audit) -> None:
    room_for_two(council)
    who = reference_of(council.session, audit.auditor_id)
    clear(council, who, cleared=False)
    assert audit.reference in open_tasks(council)
    work = cleared_work(council, THIRD)
    to = next(it for it in CLEARED if it != who and it.startswith("home_first"))
    change_auditor(work, audit.id, council.person_id(to), "workload", "Cleared.", widened=not who.startswith("home"))

    assert audit.reference not in open_tasks(council)


@pytest.mark.proves("S10", "A4")
@pytest.mark.parametrize("policy", [POLICY, TO_THE_CLEARED], ids=["left out", "to the cleared"])
def test_one_restricted_after_issue_changes_hands_to_the_cleared_alone_whatever_the_policy(
    council: SmallCouncil, audit: Audit, policy: object
) -> None:
    given = unrestricted_audit(council)
    restrict(council, given.case_reference)
    found = suggest_auditors(work_on(council.session, THIRD, policy), given.id)  # type: ignore[arg-type]

    assert {it.candidate.auditor.id for it in found.suggested} <= set(CLEARED)


@pytest.mark.usefixtures("audit")
@pytest.mark.proves("S10", "A4")
@pytest.mark.parametrize(
    ("marked", "gone", "elsewhere", "is_restricted"),
    [
        (True, True, None, True),
        (False, True, None, False),
        (True, True, "open", False),
        (False, False, "restricted", True),
    ],
    ids=["it left as restricted", "it left open to all", "its newest row is open to all", "it has a new reference"],
)
def test_the_newest_word_on_a_record_counts_under_whatever_reference(
    council: SmallCouncil, marked: bool, gone: bool, elsewhere: str | None, is_restricted: bool
) -> None:
    given = unrestricted_audit(council)
    held = council.session.scalars(select(Involvement).where(Involvement.case_reference == given.case_reference)).one()
    held.is_restricted, held.gone_import_id = marked, held.last_import_id if gone else None
    if elsewhere is not None:
        facts = {"is_restricted": elsewhere == "restricted", "allocated_on": date(2026, 9, 1)}
        holder = reference_of(council.session, given.practitioner_id)
        council.case("RENUMBERED", holder, holder.partition("-")[0], **facts)
        alias_case(cleared_work(council, THIRD), AliasFacts(given.case_reference, "RENUMBERED", THIRD, "Renumbered."))
    council.session.flush()

    assert restricted_audits.is_restricted(council.session, given.id) is is_restricted


@pytest.mark.proves("S10", "S9")
def test_a_restricted_reserve_takes_a_place_only_with_a_cleared_auditor(council: SmallCouncil, audit: Audit) -> None:
    room_for_two(council)
    made = replace_audit(cleared_work(council, FIFTH), audit.id, "case_closed").replacement

    assert made is not None
    assert made.case_reference.startswith("REV")
    assert reference_of(council.session, made.auditor_id) in CLEARED
    for auditor in CLEARED:
        council.appointment(auditor).is_cleared_for_restricted = False
    council.session.flush()
    moved = replace_audit(cleared_work(council, FIFTH), made.id, "case_closed")
    assert {why.rule for reserve, why in moved.passed_over if reserve.team_id == "REV"} <= {"S10", "S5", "S9"}
    assert any(why.rule == "S10" for _, why in moved.passed_over)
    assert moved.replacement is None or not moved.replacement.case_reference.startswith("REV")


@pytest.mark.proves("S9", "S10", "selection.only_while_nobody_is_cleared")
def test_for_want_of_a_cleared_auditor_it_is_withdrawn_only_while_there_is_none(
    council: SmallCouncil, audit: Audit
) -> None:
    given = unrestricted_audit(council)
    restrict(council, given.case_reference)
    room_for_two(council)
    with pytest.raises(NotAllowedNow, match=r"home_first-A2.* can do it\. Leave it with them, or change its auditor"):
        withdraw_audit(cleared_work(council, FIFTH), given.id, "record_restricted")
    assert given.state == "allocated"
    for auditor in CLEARED:
        council.appointment(auditor).capacity = 0
    council.session.flush()

    assert withdraw_audit(cleared_work(council, FIFTH), given.id, "record_restricted").withdrawn.state == "withdrawn"


@pytest.mark.proves("S9", "S10", "selection.only_while_nobody_is_cleared")
def test_where_they_are_left_out_a_restricted_record_is_withdrawn_whoever_is_cleared(
    council: SmallCouncil, audit: Audit
) -> None:
    given = unrestricted_audit(council)
    room_for_two(council)

    assert withdraw_audit(work_on(council.session, FIFTH), given.id, "record_restricted").withdrawn.state == "withdrawn"


@pytest.mark.proves("S10")
def test_a_record_restricted_after_issue_is_told_to_the_audit_team_until_it_is_settled(
    council: SmallCouncil, audit: Audit
) -> None:
    session, given = council.session, unrestricted_audit(council)
    team = given.case_reference.partition("-")[0]
    row = involvement(
        person_id=given.case_reference,
        worker_id=reference_of(session, given.practitioner_id),
        team_id=team,
        start_date="12/01/2026",
        restricted="Y",
    )
    load(cleared_work(council, THIRD), [row], extracted_on=THIRD, confirmed_because="Only this one changed.")
    assert open_tasks(council) == [given.reference]
    (task,) = session.scalars(select(Task).where(Task.kind == "auditor_not_cleared"))
    auditor = reference_of(session, given.auditor_id)
    assert (task.rule, task.subject_kind, task.subject_id) == ("S10", "audit", str(given.id))
    assert f"The record of {given.reference} is restricted by now, and its auditor {auditor} is not" in task.sentence

    open_row = {**row, "restricted": "N"}
    load(cleared_work(council, FIFTH), [open_row], extracted_on=FIFTH, confirmed_because="Only this one changed.")
    assert open_tasks(council) == []


@pytest.mark.proves("S10")
def test_the_task_ends_when_the_auditor_is_cleared_and_comes_back_when_they_are_not(
    council: SmallCouncil, audit: Audit
) -> None:
    who = reference_of(council.session, audit.auditor_id)
    clear(council, who, cleared=False)
    assert audit.reference in open_tasks(council)
    clear(council, who, cleared=True)
    assert open_tasks(council) == []
    clear(council, who, cleared=False)
    withdraw_audit(cleared_work(council, FIFTH), audit.id, "case_closed")
    assert audit.reference not in open_tasks(council)


@pytest.mark.proves("S10", "S5")
@pytest.mark.parametrize("policy", [POLICY, TO_THE_CLEARED], ids=["left out", "to the cleared"])
def test_a_preview_whose_record_was_restricted_since_is_not_issued(council: SmallCouncil, policy: object) -> None:
    work = work_on(council.session, FIRST, policy)  # type: ignore[arg-type]
    preview = preview_draw(work, "2026-10").row
    outcomes = [it for it in cases_drawn(council, preview.id) if not it.startswith("REV")]
    for case in outcomes:
        restrict(council, case)

    with pytest.raises(NotAllowedNow, match="or a record was restricted: draw again"):
        issue_draw(work, preview.id)
    opened = open_cycle(work, "2026-10")
    assert opened.drawn.id != preview.id
    assert open_tasks(council) == []


def cases_drawn(council: SmallCouncil, draw_id: object) -> list[str]:
    """The cases that a preview draws."""
    found = select(DrawCaseOutcome.case_reference).where(
        DrawCaseOutcome.draw_id == draw_id, DrawCaseOutcome.outcome == "drawn"
    )
    return list(council.session.scalars(found))
