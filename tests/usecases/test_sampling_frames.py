"""A sampling frame says what the database holds, and names nobody that it does not hold (S5)."""

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from db.tables.organisation import AuditorAppointment
from rules.audit_events import Event
from rules.draws import draw
from rules.programme import cycle_of
from rules.sampling_frames import SamplingFrame
from rules.themes import EVERYTHING, Narrowing, Theme
from tests.small_council import CALENDAR, POLICY, SmallCouncil, at, work_on
from usecases.sampling_frames import FrameBuilt, build_frame

OPENS_ON = date(2026, 10, 1)
OCTOBER = cycle_of(POLICY, CALENDAR, "2026-10")


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """One team with one practitioner who holds one case, and one auditor."""
    council = SmallCouncil(session)
    council.extract(date(2026, 9, 28))
    council.team("REV", "review")
    council.team("HART", "home_first")
    council.practitioner("P1", "REV", cases=1)
    council.auditor("A1", "home_first", "manager")
    return council


def built(council: SmallCouncil, theme: Theme = EVERYTHING) -> FrameBuilt:
    return build_frame(work_on(council.session, OPENS_ON), POLICY, OCTOBER, theme)


def frame(council: SmallCouncil, theme: Theme = EVERYTHING) -> SamplingFrame:
    return built(council, theme).frame


def set_aside(council: SmallCouncil, theme: Theme = EVERYTHING) -> dict[str, str]:
    return {row.case_id: row.rule for row in frame(council, theme).set_aside}


@pytest.mark.proves("S5", "C1", "C3")
def test_people_teams_and_cases_are_named_by_their_references(council: SmallCouncil) -> None:
    found = frame(council)

    assert [team.id for team in found.in_order().teams] == ["HART", "REV"]
    assert [(row.id, row.team_id) for row in found.practitioners] == [("P1", "REV")]
    assert [(row.id, row.practitioner_id) for row in found.cases] == [("P1-1", "P1")]
    assert [(row.id, row.service_id, row.roles, row.capacity) for row in found.auditors] == [
        ("A1", "home_first", ("manager",), 1)
    ]


def test_a_case_that_the_newest_extract_no_longer_has_is_not_in_the_frame(council: SmallCouncil) -> None:
    lacking = council.extract(date(2026, 9, 30))
    council.case("NEW-1", "P1", "REV")
    council.case("GONE-1", "P1", "REV", gone_import_id=lacking)
    council.session.flush()

    assert {case.id for case in frame(council).cases} == {"P1-1", "NEW-1"}


@pytest.mark.parametrize(("ended_on", "is_open"), [(None, True), (date(2026, 10, 2), True), (date(2026, 10, 1), False)])
def test_a_case_is_open_that_has_not_ended_on_the_opening_day(
    council: SmallCouncil, ended_on: date | None, is_open: bool
) -> None:
    council.case("END-1", "P1", "REV", ended_on=ended_on)

    assert ("END-1" in {case.id for case in frame(council).cases}) is is_open


def test_the_team_is_the_one_somebody_belongs_to_today_whatever_the_extract_says(council: SmallCouncil) -> None:
    council.person("P2", "HART")
    council.case("P2-1", "P2", "REV")

    assert {row.id: row.team_id for row in frame(council).practitioners} == {"P1": "REV", "P2": "HART"}


def test_somebody_who_is_member_of_no_team_has_the_team_of_their_newest_case(council: SmallCouncil) -> None:
    council.person("P3")
    council.case("P3-1", "P3", "HART", allocated_on=date(2025, 3, 3))
    council.case("P3-2", "P3", "REV", allocated_on=date(2026, 3, 2))

    assert {row.id: row.team_id for row in frame(council).practitioners}["P3"] == "REV"


@pytest.mark.proves("S3", "S6")
def test_history_is_the_month_of_the_last_audit_that_was_not_withdrawn(council: SmallCouncil) -> None:
    council.audit("PA-1", "2026-05", "P1-1", "P1")
    council.audit("PA-2", "2026-07", "OLD-1", "P1")
    council.audit("PA-3", "2026-09", "P1-1", "P1", state="withdrawn")

    found = frame(council)
    assert [row.last_audited_on for row in found.practitioners] == [date(2026, 7, 1)]
    assert [row.last_audited_on for row in found.cases] == [date(2026, 5, 1)]


@pytest.mark.proves("S9", "selection.away_for_more_than")
def test_a_practitioner_absent_for_most_of_the_cycle_is_away(council: SmallCouncil) -> None:
    council.practitioner("P2", "REV")
    council.absent("P1", date(2026, 9, 1), date(2026, 10, 15))
    council.absent("P2", date(2026, 9, 1), date(2026, 10, 14))

    assert {row.id: row.away for row in frame(council).practitioners} == {"P1": True, "P2": False}


@pytest.mark.proves("S9", "S10", "selection.restricted_records")
def test_restricted_records_and_cases_of_leavers_are_set_aside_with_their_rule(council: SmallCouncil) -> None:
    council.case("SECRET-1", "P1", "REV", is_restricted=True)
    council.practitioner("P2", "REV", cases=1, left_on=date(2026, 10, 9))

    assert set_aside(council) == {"SECRET-1": "S10", "P2-1": "S9"}


@pytest.mark.proves("P2")
def test_a_theme_sets_aside_the_cases_of_other_services(council: SmallCouncil) -> None:
    council.practitioner("P2", "HART", cases=1)

    assert set_aside(council, theme=Theme(("review",))) == {"P2-1": "P2"}


@pytest.mark.proves("P2", "C1")
def test_a_theme_looks_at_the_attributes_that_the_newest_holder_of_a_case_brings(council: SmallCouncil) -> None:
    council.practitioner("P2", "HART", cases=0)
    council.case("P1-1", "P2", "HART", allocated_on=date(2026, 5, 1), attributes={"group": "dementia"})
    council.case("P2-9", "P2", "HART", attributes={"group": "autism"})

    dementia = Theme(narrowings=(Narrowing("group", ("dementia",)),))

    assert set_aside(council, theme=dementia) == {"P2-9": "P2"}


@pytest.mark.proves("A3")
@pytest.mark.parametrize(
    ("facts", "capacity"),
    [({}, 1), ({"left_on": date(2026, 10, 30)}, 0), ({"started_on": date(2026, 10, 2)}, 0)],
    ids=["in post", "leaves in the cycle", "starts after the opening day"],
)
def test_an_auditor_who_is_not_in_post_throughout_has_no_capacity(
    council: SmallCouncil, facts: dict[str, Any], capacity: int
) -> None:
    council.auditor("A2", "review", **facts)

    assert {row.id: row.capacity for row in frame(council).auditors}["A2"] == capacity


@pytest.mark.proves("A3")
def test_an_appointment_that_begins_or_ends_within_the_cycle_is_told_and_one_that_is_followed_goes_on(
    council: SmallCouncil,
) -> None:
    """A2's appointment ends in the middle; A3's too, but another one follows it; A4's begins in the middle."""
    for name in ("A2", "A3", "A4"):
        council.auditor(name, "review", capacity=2)
    council.appointment("A2").ended_on = council.appointment("A3").ended_on = date(2026, 10, 15)
    council.appointment("A4").began_on = date(2026, 10, 12)
    council.session.flush()
    following = AuditorAppointment(
        person_id=council.person_id("A3"), service_id="review", roles=[], capacity=1, began_on=date(2026, 10, 16)
    )
    council.session.add(following)
    council.session.flush()

    found = built(council)

    assert {row.id: row.capacity for row in found.frame.auditors} == {"A1": 1, "A2": 0, "A3": 2, "A4": 0}
    assert [why.sentence.partition(",")[0] for why in found.warnings if why.rule == "A3"] == [
        "Auditor A2 ends on Thursday 15 October 2026",
        "Auditor A4 begins on Monday 12 October 2026",
    ]


@pytest.mark.proves("A3")
def test_an_auditor_absent_for_most_of_the_cycle_has_no_capacity(council: SmallCouncil) -> None:
    council.absent("A1", date(2026, 10, 1), date(2026, 10, 15))

    assert [row.capacity for row in frame(council).auditors] == [0]


@pytest.mark.proves("A2")
def test_an_auditor_comes_with_the_teams_they_belong_to_or_manage_and_the_people_they_manage(
    council: SmallCouncil,
) -> None:
    council.team("CART", "home_first")
    council.practitioner("P2", "REV")
    council.line_manager("P2", "A1")
    council.auditor("A2", "review", team="REV")
    council.auditor("A3", "review")
    council.post("A3", "team_manager", team="HART")
    council.auditor("A4", "home_first")
    council.post("A4", "head_of_service", service_id="home_first")

    found = {row.id: row for row in frame(council).in_order().auditors}
    assert found["A1"].line_manages == ("P2",)
    assert [found[name].team_ids for name in ("A2", "A3", "A4")] == [("REV",), ("HART",), ("CART", "HART")]


@pytest.mark.proves("A2")
def test_an_auditor_who_holds_cases_is_known_as_that_practitioner(council: SmallCouncil) -> None:
    council.auditor("A2", "review", team="REV")
    council.case("A2-1", "A2", "REV")

    assert {row.id: row.practitioner_id for row in frame(council).auditors} == {"A1": None, "A2": "A2"}


def re_audit_of_p1(council: SmallCouncil, **facts: Any) -> uuid.UUID:
    facts = {"state": "issued", "overall_grade": "inadequate", "auditor": "A1", **facts}
    return council.audit("PA-7", "2026-07", "P1-1", "P1", issued_on=date(2026, 7, 31), **facts)


@pytest.mark.proves("S7", "gradings.re_audit_grades", "selection.months_before_re_audit")
def test_an_issued_audit_below_good_is_on_the_list_of_re_audits_until_it_has_one(council: SmallCouncil) -> None:
    first = re_audit_of_p1(council)

    (due,) = frame(council).re_audits
    assert (due.id, due.case_id, due.practitioner_id, due.team_id) == ("PA-7", "P1-1", "P1", "REV")
    assert (due.grade, due.due_on, due.first_auditor_id) == ("inadequate", date(2026, 8, 31), "A1")

    council.audit("PA-8", "2026-09", "P1-1", "P1", kind="re_audit", sequence=1, re_audit_of=first, state="withdrawn")
    assert [row.id for row in frame(council).re_audits] == ["PA-7"]
    council.audit("PA-9", "2026-09", "P1-1", "P1", kind="re_audit", sequence=1, re_audit_of=first)
    assert frame(council).re_audits == ()


@pytest.mark.proves("S7")
def test_a_re_audit_whose_case_has_closed_or_practitioner_left_is_left_to_the_audit_team(
    council: SmallCouncil,
) -> None:
    council.practitioner("P2", "REV", cases=1, left_on=date(2026, 9, 30))
    graded = {"state": "issued", "overall_grade": "inadequate"}
    council.audit("PA-1", "2026-07", "GONE-1", "P1", **graded)
    council.audit("PA-2", "2026-07", "P2-1", "P2", **graded)

    found = built(council)
    assert found.frame.re_audits == ()
    assert sorted((why.rule, why.sentence[:23]) for why in found.warnings) == [
        ("S7", "The re-audit of PA-1 wa"),
        ("S7", "The re-audit of PA-2 wa"),
    ]


def happened(council: SmallCouncil, audit_id: uuid.UUID, event: Event) -> None:
    """That step of the audit is on record."""
    told = {
        "rule": "S7",
        "clause": "3",
        "sentence": "It happened.",
        "recorded_by": "a test",
        "recorded_at": at(OPENS_ON),
    }
    step = AuditStep(audit_id=audit_id, event=event, version=2, state="closed", happened_on=OPENS_ON, **told)
    council.session.add(step)
    council.session.flush()


@pytest.mark.proves("S7")
def test_a_closed_audit_awaits_the_re_audit_that_was_withdrawn_since(council: SmallCouncil) -> None:
    graded = {"state": "closed", "overall_grade": "inadequate", "origin": "drawn", "auditor": "A1"}
    first = council.audit("PA-1", "2026-07", "P1-1", "P1", **graded)
    again = {"kind": "re_audit", "sequence": 1, "re_audit_of": first, "issued_on": None, "overall_grade": None}
    council.audit("PA-9", "2026-09", "P1-1", "P1", state="withdrawn", **again)
    assert frame(council).re_audits == (), "one that was recorded as closed awaits nothing"

    happened(council, first, Event.AUDIT_CLOSED)
    assert [row.id for row in frame(council).re_audits] == ["PA-1"]

    council.session.get_one(Audit, first).re_audit_waived_because = "practitioner_left"
    assert frame(council).re_audits == ()


@pytest.mark.proves("R2")
def test_a_third_re_audit_is_due_when_the_director_has_ordered_it(council: SmallCouncil) -> None:
    graded = {"overall_grade": "inadequate", "kind": "re_audit"}
    first = council.audit("PA-1", "2026-01", "P1-1", "P1", state="closed")
    second = council.audit("PA-2", "2026-04", "P1-1", "P1", state="closed", sequence=1, re_audit_of=first, **graded)
    third = council.audit("PA-3", "2026-07", "P1-1", "P1", state="issued", sequence=2, re_audit_of=second, **graded)
    assert frame(council).re_audits == ()

    happened(council, third, Event.FURTHER_RE_AUDIT_ORDERED)
    assert [row.id for row in frame(council).re_audits] == ["PA-3"]


@pytest.mark.proves("S2")
def test_an_unfinished_audit_of_an_earlier_cycle_is_carried_over(council: SmallCouncil) -> None:
    council.person("EX")
    council.audit("PA-1", "2026-09", "P1-1", "P1", state="under_way", issued_on=None, auditor="EX")

    found = frame(council)
    assert [(row.audit_id, row.practitioner_id, row.auditor_id) for row in found.carried_over] == [("PA-1", "P1", "EX")]
    assert {row.id: row.capacity for row in found.auditors} == {"A1": 1, "EX": 0}


@pytest.mark.proves("A2", "eligibility.months_before_meeting_again")
def test_pairings_go_back_as_far_as_the_policy_asks(council: SmallCouncil) -> None:
    council.audit("PA-1", "2025-09", "X-1", "P1", auditor="A1")
    council.audit("PA-2", "2025-11", "X-2", "P1", auditor="A1")

    assert [row.on for row in frame(council).pairings] == [date(2025, 11, 1)]


def test_whatever_is_in_the_database_a_frame_can_be_drawn_from(council: SmallCouncil) -> None:
    """Teams that have ended, auditors who left, audits of people who are gone: nothing dangles."""
    council.team("OLD", "send")
    council.auditor("A2", "send", left_on=date(2026, 1, 1), team="OLD")
    council.practitioner("P2", "OLD", left_on=date(2026, 1, 1))
    council.practitioner("P3", "OLD", cases=0)
    council.audit("PA-1", "2026-03", "Z-1", "P3", auditor="A2", state="issued", overall_grade="inadequate")
    council.audit("PA-2", "2026-05", "P2-1", "P2", auditor="A2", state="issued", overall_grade="inadequate")
    re_audit_of_p1(council, auditor="A2")

    assert draw(frame(council), "a seed", POLICY, CALENDAR).frame_hash


def test_the_number_of_questions_does_not_grow_with_the_number_of_cases(council: SmallCouncil) -> None:
    asked: list[str] = []
    event.listen(council.session.connection(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    frame(council)
    few = len(asked)
    for number in range(2, 12):
        council.practitioner(f"P{number}", "REV", cases=3)
        council.auditor(f"B{number}", "review")
    asked.clear()
    frame(council)

    assert len(asked) == few
