"""An audit gets another auditor: who may, what follows, and who is told (A4)."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit, AuditorChange
from db.tables.deadlines import Deadline
from db.tables.organisation import AuditorAppointment, Person
from db.tables.programme import AuditCycle
from db.tables.trail import TrailEntry
from rules.errors import InvalidFacts
from tests.small_council import SmallCouncil, work_on
from tests.usecases.moves import FIFTH, FIRST, THIRD, audit_of_auditor, clocks_of, opened_council, reference_of, told
from usecases.auditor_changes import Handover, change_auditor, change_auditors, suggest_auditors
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound

CLOCKS = [
    ("L1", date(2026, 10, 29), "running"),
    ("L5", date(2026, 10, 29), "running"),
    ("L7", date(2026, 10, 30), "running"),
]


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    return opened_council(session)


@pytest.fixture
def audit(council: SmallCouncil) -> Audit:
    """One that an auditor of the review service has."""
    return audit_of_auditor(council.session, "review")


def colleague(council: SmallCouncil, audit: Audit) -> uuid.UUID:
    """The best suggestion."""
    best = suggest_auditors(work_on(council.session, THIRD), audit.id).suggested[0]
    return council.person_id(best.candidate.auditor.id)


@pytest.mark.proves("A4", "L1", "L5", "L7")
def test_the_clocks_run_on_and_are_owed_by_the_new_auditor(council: SmallCouncil, audit: Audit) -> None:
    earlier, to = audit.auditor_id, colleague(council, audit)
    change_auditor(work_on(council.session, THIRD), audit.id, to, "sickness", "Ill since Friday.")

    assert (audit.auditor_id, audit.state, audit.version, audit.report_due_on) == (
        to,
        "allocated",
        2,
        date(2026, 10, 29),
    )
    assert clocks_of(council.session, audit) == CLOCKS
    clocks = council.session.scalars(select(Deadline).where(Deadline.audit_id == audit.id)).all()
    assert {(clock.owed_by_id, clock.started_on) for clock in clocks} == {(to, FIRST)}
    change = council.session.scalars(select(AuditorChange)).one()
    assert (change.from_id, change.to_id, change.because, change.is_widened) == (earlier, to, "sickness", False)
    assert audit.reasons[-1]["rule"] == "A4"
    assert "the clocks run on" in audit.reasons[-1]["sentence"]
    assert "ill" not in str(audit.reasons)  # whoever may see the audit reads them


@pytest.mark.proves("A4", "recipients.auditor_changed")
def test_practitioner_both_auditors_and_the_audit_team_are_told_in_one_message_each(
    council: SmallCouncil, audit: Audit
) -> None:
    practitioner = reference_of(council.session, audit.practitioner_id)
    earlier = reference_of(council.session, audit.auditor_id)
    to = colleague(council, audit)
    change_auditor(work_on(council.session, THIRD), audit.id, to, "leave")

    assert told(council.session, "auditor_changed") == {
        practitioner: {audit.reference: "other_auditor_for_you"},
        earlier: {audit.reference: "not_yours"},
        reference_of(council.session, to): {audit.reference: "now_yours"},
        "BOSS": {audit.reference: "other_auditor"},
    }


@pytest.mark.proves("A4")
def test_the_trail_has_codes_and_ids_and_keeps_the_words_apart(council: SmallCouncil, audit: Audit) -> None:
    change_auditor(work_on(council.session, THIRD), audit.id, colleague(council, audit), "workload", "Too much.")

    entry = council.session.scalars(select(TrailEntry).where(TrailEntry.action == "auditor_changed")).one()
    assert (entry.subject_kind, entry.subject_id, entry.rule, entry.clause) == ("audit", str(audit.id), "A4", "3.13")
    assert entry.details["because"] == "workload"
    assert "Too much." not in str(entry.details)


@pytest.mark.proves("A4", "A3")
def test_suggested_are_colleagues_of_the_service_area_and_the_others_hear_why_not(
    council: SmallCouncil, audit: Audit
) -> None:
    found = suggest_auditors(work_on(council.session, THIRD), audit.id)

    assert found.area == "review"
    assert len(found.suggested) == 2
    assert {it.candidate.auditor.service_id for it in found.suggested} == {"review"}
    assert [why.rule for _, why in found.not_suggested] == ["A4"]


@pytest.mark.proves("A3", "A4")
def test_an_auditor_without_room_is_refused(council: SmallCouncil, audit: Audit) -> None:
    to = colleague(council, audit)
    council.session.scalars(select(AuditorAppointment).where(AuditorAppointment.person_id == to)).one().capacity = 1
    council.session.flush()

    with pytest.raises(NotAllowedNow, match="1 of at most 1 audits") as refused:
        change_auditor(work_on(council.session, THIRD), audit.id, to, "sickness")
    assert refused.value.rule == "A3"


@pytest.mark.proves("A3", "S9", "A4")
@pytest.mark.parametrize(
    ("first_on", "last_on", "words"),
    [
        (THIRD, THIRD, "away today"),
        (date(2026, 10, 12), date(2026, 10, 27), "away for more than 10 working days"),
    ],
)
def test_an_absent_auditor_is_refused(
    council: SmallCouncil, audit: Audit, first_on: date, last_on: date, words: str
) -> None:
    to = colleague(council, audit)
    council.absent(reference_of(council.session, to), first_on, last_on)

    with pytest.raises(NotAllowedNow, match=words):
        change_auditor(work_on(council.session, THIRD), audit.id, to, "sickness")


@pytest.mark.proves("A3", "A4")
def test_an_auditor_who_leaves_before_the_close_is_refused(council: SmallCouncil, audit: Audit) -> None:
    to = colleague(council, audit)
    person = council.session.get_one(Person, to)
    person.left_on = date(2026, 10, 20)
    council.session.flush()

    with pytest.raises(NotAllowedNow, match="leave before the cycle closes"):
        change_auditor(work_on(council.session, THIRD), audit.id, to, "sickness")


@pytest.mark.proves("A2", "A4")
def test_the_practitioner_and_whoever_manages_their_team_are_refused(council: SmallCouncil, audit: Audit) -> None:
    to = colleague(council, audit)
    practitioner = reference_of(council.session, audit.practitioner_id)
    council.post(reference_of(council.session, to), "team_manager", team=practitioner.partition("-")[0])

    with pytest.raises(NotAllowedNow, match="manages or belongs to team") as refused:
        change_auditor(work_on(council.session, THIRD), audit.id, to, "sickness")
    assert refused.value.rule == "A2"
    with pytest.raises(NotAllowedNow, match="is not appointed to audit"):
        change_auditor(work_on(council.session, THIRD), audit.id, audit.practitioner_id, "sickness")


@pytest.mark.proves("A4")
def test_an_auditor_of_another_service_needs_widening_which_needs_a_note_and_nobody_of_the_area(
    council: SmallCouncil, audit: Audit
) -> None:
    session, work = council.session, work_on(council.session, THIRD)
    outsider = council.person_id("home_first-A2")

    with pytest.raises(NotAllowedNow, match="only the audit manager looks beyond"):
        change_auditor(work, audit.id, outsider, "sickness")
    with pytest.raises(InvalidFacts, match="give `note`"):
        change_auditor(work, audit.id, outsider, "sickness", "  ", widened=True)
    with pytest.raises(NotAllowedNow, match="2 auditors of its service area can take over"):
        change_auditor(work, audit.id, outsider, "sickness", "Nobody left.", widened=True)
    for number in (1, 2, 3):
        if council.person_id(f"review-A{number}") != audit.auditor_id:
            council.absent(f"review-A{number}", FIRST, date(2026, 10, 30))
    assert suggest_auditors(work, audit.id).suggested == []
    wider = suggest_auditors(work, audit.id, beyond_area=True).suggested
    to = session.scalars(select(Person.id).where(Person.reference == wider[0].candidate.auditor.id)).one()
    change_auditor(work, audit.id, to, "sickness", "Nobody left.", widened=True)
    assert session.scalars(select(AuditorChange)).one().is_widened


@pytest.mark.proves("A2", "eligibility.not_given_back_after")
def test_after_an_interest_it_does_not_come_back_and_after_sickness_it_may(council: SmallCouncil, audit: Audit) -> None:
    work, earlier = work_on(council.session, THIRD), audit.auditor_id
    assert earlier is not None
    change_auditor(work, audit.id, colleague(council, audit), "interest")
    with pytest.raises(NotAllowedNow, match="does not get it back"):
        change_auditor(work, audit.id, earlier, "sickness")

    other = audit_of_auditor(council.session, "home_first")
    before = other.auditor_id
    assert before is not None
    change_auditor(work, other.id, colleague(council, other), "sickness")
    change_auditor(work_on(council.session, FIFTH), other.id, before, "workload")
    assert (other.auditor_id, other.version) == (before, 3)


@pytest.mark.proves("A4")
def test_several_audits_change_hands_together_with_one_message_a_person(council: SmallCouncil) -> None:
    session, work = council.session, work_on(council.session, THIRD)
    first = audit_of_auditor(session, "review")
    to = colleague(council, first)
    second = next(
        audit
        for audit in session.scalars(select(Audit).where(Audit.auditor_id != first.auditor_id).order_by(Audit.id))
        if audit.auditor_id != to and reference_of(session, audit.auditor_id).startswith("review")
    )
    for appointment in session.scalars(select(AuditorAppointment)):
        appointment.capacity = 3
    session.flush()
    changed = change_auditors(work, [Handover(first.id, to), Handover(second.id, to)], "left", "Hand-over.")

    assert [audit.auditor_id for audit in changed.audits] == [to, to]
    assert set(told(session, "auditor_changed")[reference_of(session, to)].values()) == {"now_yours"}
    assert len(told(session, "auditor_changed")["BOSS"]) == 2


@pytest.mark.proves("A3", "A4")
def test_of_several_all_change_or_none(council: SmallCouncil, audit: Audit) -> None:
    session, to = council.session, colleague(council, audit)
    second = next(a for a in session.scalars(select(Audit)) if a.id != audit.id and a.auditor_id != to)
    second.state = "issued"
    session.flush()

    with pytest.raises(NotAllowedNow, match="only an audit that is not issued yet"), session.begin_nested():
        change_auditors(work_on(session, THIRD), [Handover(audit.id, to), Handover(second.id, to)], "left")
    session.refresh(audit)
    assert (audit.version, audit.auditor_id == to) == (1, False)


@pytest.mark.proves("A4", "A3")
def test_one_carried_over_takes_no_room_and_has_the_dates_of_the_cycle_that_runs(
    council: SmallCouncil, audit: Audit
) -> None:
    session = council.session
    audit.state = "returned"
    council.session.flush()
    from_cycle = audit.cycle_id
    council.extract(date(2026, 10, 30))
    session.get_one(AuditCycle, from_cycle).state = "closed"
    for appointment in session.scalars(select(AuditorAppointment)):
        appointment.capacity = 1
    session.flush()
    work = work_on(session, date(2026, 11, 3))
    to = council.person_id(suggest_auditors(work, audit.id).suggested[0].candidate.auditor.id)
    change_auditor(work, audit.id, to, "sickness")

    assert audit.auditor_id == to


def test_an_unknown_reason_person_or_audit_is_refused_with_the_way_out(council: SmallCouncil, audit: Audit) -> None:
    work = work_on(council.session, THIRD)
    with pytest.raises(InvalidFacts, match="give one of leave, sickness") as refused:
        change_auditor(work, audit.id, colleague(council, audit), "boredom")
    assert refused.value.problems[0].pointer == "/reason"
    with pytest.raises(InvalidFacts, match="There is no person"):
        change_auditor(work, audit.id, uuid.uuid4(), "leave")
    with pytest.raises(NotFound, match=r"There is no audit .* within your reach"):
        change_auditor(work, uuid.uuid4(), colleague(council, audit), "leave")


@pytest.mark.proves("A4")
@pytest.mark.parametrize("state", ["issued", "closed", "withdrawn"])
def test_once_issued_or_withdrawn_nobody_takes_it_over(council: SmallCouncil, audit: Audit, state: str) -> None:
    to = colleague(council, audit)
    audit.state = state
    council.session.flush()

    with pytest.raises(NotAllowedNow, match=f"is {state}"):
        change_auditor(work_on(council.session, THIRD), audit.id, to, "leave")
    with pytest.raises(NotAllowedNow, match=f"is {state}"):
        suggest_auditors(work_on(council.session, THIRD), audit.id)


def test_of_two_who_read_the_same_version_the_second_hears_what_changed(council: SmallCouncil, audit: Audit) -> None:
    work, to = work_on(council.session, THIRD), colleague(council, audit)
    change_auditor(work, audit.id, to, "leave", version=1)

    with pytest.raises(AlreadyDifferent, match="at version 2"):
        change_auditor(work, audit.id, to, "leave", version=1)
