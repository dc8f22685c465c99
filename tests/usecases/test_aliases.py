"""Merged and renumbered cases and workers: history and independence follow the present reference (S10)."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.aliases import CaseAlias, PersonAlias
from db.tables.trail import TrailEntry
from rules.errors import InvalidFacts
from rules.policy.load import load_edition
from rules.programme import cycle_of
from rules.sampling_frames import SamplingFrame
from rules.themes import EVERYTHING
from tests.small_council import CALENDAR, SmallCouncil, work_on
from tests.usecases.extract_files import a_council, held, involvement, load
from usecases.aliases import AliasFacts, PersonAliased, alias_case, alias_person, undo_alias
from usecases.errors import NotAllowedNow, NotFound
from usecases.extract_ports import ExtractKind
from usecases.sampling_frames import build_frame
from usecases.work import Work

pytestmark = pytest.mark.proves("S10")

TODAY = date(2026, 10, 1)
POLICY = load_edition()
OCTOBER = cycle_of(POLICY, CALENDAR, "2026-10")


def facts(old: str, present: str, since_on: date = date(2026, 9, 1)) -> AliasFacts:
    return AliasFacts(old, present, since_on, "Merged in the case system")


def merge_cases(work: Work, *pairs: tuple[str, str]) -> list[CaseAlias]:
    return [alias_case(work, facts(old, present))[0] for old, present in pairs]


def merge_people(work: Work, old: str, present: str) -> PersonAliased:
    return alias_person(work, facts(old, present))


def ends(work: Work) -> dict[str, str]:
    """Where each alias in force leads."""
    rows = work.session.execute(
        select(CaseAlias.from_reference, CaseAlias.current_reference).where(CaseAlias.undone_at.is_(None))
    )
    return dict(rows.all())


@pytest.fixture
def work(session: Session) -> Work:
    return work_on(session, TODAY)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """P1 and P2 of one team with a case each, and an auditor who met P1 in July."""
    council = SmallCouncil(session)
    council.extract(date(2026, 9, 28))
    council.team("REV", "review")
    council.practitioner("P1", "REV", cases=1)
    council.practitioner("P2", "REV", cases=1)
    council.auditor("A1", "home_first", "manager")
    council.audit("PA-2026-0001", "2026-07", "P1-1", "P1", auditor="A1")
    session.flush()
    return council


def frame(work: Work) -> SamplingFrame:
    return build_frame(work, POLICY, OCTOBER, EVERYTHING).frame


def test_chain_leads_to_its_end_in_whatever_order_its_links_were_made(work: Work) -> None:
    merge_cases(work, ("C3", "C4"), ("C1", "C2"), ("C2", "C3"))
    assert ends(work) == {"C1": "C4", "C2": "C4", "C3": "C4"}


@pytest.mark.parametrize("pairs", [[("C1", "C2"), ("C2", "C1")], [("C1", "C2"), ("C2", "C3"), ("C3", "C1")]])
def test_circle_is_refused(work: Work, pairs: list[tuple[str, str]]) -> None:
    merge_cases(work, *pairs[:-1])
    with pytest.raises(NotAllowedNow, match="would be a circle"):
        merge_cases(work, pairs[-1])
    assert len(ends(work)) == len(pairs) - 1


def test_reference_leads_to_one_place_and_saying_so_again_changes_nothing(work: Work) -> None:
    (first,) = merge_cases(work, ("C1", "C2"))
    assert alias_case(work, facts("C1", "C2")) == (first, False)
    with pytest.raises(NotAllowedNow, match="C1 leads to C2 already"):
        merge_cases(work, ("C1", "C3"))


@pytest.mark.parametrize(
    ("said", "pointer"),
    [(facts("C1", "C1"), "/to_reference"), (facts("C1", "C2", since_on=date(2026, 10, 2)), "/since_on")],
    ids=["to itself", "of a day to come"],
)
def test_alias_that_makes_no_sense_is_refused(work: Work, said: AliasFacts, pointer: str) -> None:
    with pytest.raises(InvalidFacts) as refused:
        alias_case(work, said)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_undone_alias_leads_nowhere_and_those_over_it_end_there(work: Work) -> None:
    _, second, _ = merge_cases(work, ("C1", "C2"), ("C2", "C3"), ("C9", "C3"))
    undone = undo_alias(work, CaseAlias, second.id, "They are different people")
    assert ends(work) == {"C1": "C2", "C9": "C3"}
    assert (undone.undone_because, undone.undone_by) == ("They are different people", work.actor)
    with pytest.raises(NotAllowedNow, match="undone on Thursday 1 October 2026 already"):
        undo_alias(work, CaseAlias, second.id, "Again")
    with pytest.raises(NotFound):
        undo_alias(work, PersonAlias, second.id, "It is a case")


def test_what_was_undone_may_be_made_again(work: Work) -> None:
    (alias,) = merge_cases(work, ("C1", "C2"))
    undo_alias(work, CaseAlias, alias.id, "A slip")
    merge_cases(work, ("C1", "C3"))
    assert ends(work) == {"C1": "C3"}


def test_merged_case_brings_its_audits_along(council: SmallCouncil, work: Work) -> None:
    """The case was audited in July under its old reference: the twelve months run for the new one."""
    council.case("MERGED", "P2", "REV")
    merge_cases(work, ("P1-1", "MERGED"))
    cases = {case.id: case.last_audited_on for case in frame(work).cases}
    assert cases == {"MERGED": date(2026, 7, 1), "P2-1": None}


def test_re_audit_follows_the_merged_case(council: SmallCouncil, work: Work) -> None:
    council.audit(
        "PA-2026-0002",
        "2026-08",
        "OLD",
        "P2",
        state="issued",
        overall_grade="inadequate",
        issued_on=date(2026, 8, 20),
        auditor="A1",
    )
    assert frame(work).re_audits == ()
    merge_cases(work, ("OLD", "P2-1"))
    assert [(row.id, row.case_id) for row in frame(work).re_audits] == [("PA-2026-0002", "P2-1")]


def test_merged_worker_brings_cases_audits_and_pairings_along(council: SmallCouncil, work: Work) -> None:
    merge_people(work, "P1", "P2")
    found = frame(work)
    assert [(row.id, row.last_audited_on) for row in found.practitioners] == [("P2", date(2026, 7, 1))]
    assert {case.practitioner_id for case in found.cases} == {"P2"}
    assert [(row.auditor_id, row.practitioner_id) for row in found.pairings] == [("A1", "P2")]


def test_worker_with_an_unfinished_audit_under_the_old_id_is_not_drawn_under_the_new_one(
    council: SmallCouncil, work: Work
) -> None:
    council.audit("PA-2026-0003", "2026-09", "P1-1", "P1", state="under_way", auditor="A1")
    merge_people(work, "P1", "P2")
    assert [row.practitioner_id for row in frame(work).carried_over] == ["P2"]


def test_auditor_stays_independent_under_another_id(council: SmallCouncil, work: Work) -> None:
    """A1 is the P2 of the case system: they may not audit their own work."""
    merge_people(work, "A1", "P2")
    (auditor,) = frame(work).auditors
    assert (auditor.id, auditor.practitioner_id, auditor.team_ids) == ("P2", "P2", ("REV",))


def test_undone_merge_of_workers_tells_them_apart_again(council: SmallCouncil, work: Work) -> None:
    alias = merge_people(work, "P1", "P2").alias
    undo_alias(work, PersonAlias, alias.id, "Two people of one name")
    found = {row.id: row.last_audited_on for row in frame(work).practitioners}
    assert found == {"P1": date(2026, 7, 1), "P2": None}


@pytest.mark.proves("S2")
def test_two_workers_with_an_audit_each_this_month_are_not_merged(council: SmallCouncil, work: Work) -> None:
    council.audit("PA-2026-0004", "2026-10", "P1-1", "P1", state="allocated")
    council.audit("PA-2026-0005", "2026-10", "P2-1", "P2", state="allocated")
    with pytest.raises(NotAllowedNow) as refused:
        merge_people(work, "P1", "P2")
    assert refused.value.rule == "S2"
    for words in ("October 2026", "PA-2026-0004 and PA-2026-0005", "Withdraw one of them"):
        assert words in refused.value.sentence


@pytest.mark.proves("A2")
@pytest.mark.parametrize(("old", "present"), [("A1", "P2"), ("P2", "A1")])
def test_an_auditor_and_whose_work_they_audit_are_not_made_one(
    council: SmallCouncil, work: Work, old: str, present: str
) -> None:
    council.audit("PA-2026-0007", "2026-09", "P2-1", "P2", state="under_way", auditor="A1")
    with pytest.raises(NotAllowedNow, match="PA-2026-0007 of the other's work, and nobody audits their own") as refused:
        merge_people(work, old, present)
    assert refused.value.rule == "A2"


@pytest.mark.proves("A2")
def test_nor_are_they_where_a_merger_before_leads_to_one_of_them(council: SmallCouncil, work: Work) -> None:
    council.audit("PA-2026-0008", "2026-09", "P1-1", "P1", state="submitted", auditor="A1")
    merge_people(work, "P1", "P2")
    with pytest.raises(NotAllowedNow, match="PA-2026-0008"):
        merge_people(work, "A1", "P2")


def test_an_audit_that_is_over_stands_in_no_mergers_way(council: SmallCouncil, work: Work) -> None:
    assert merge_people(work, "A1", "P1").is_new


def test_two_audits_in_a_month_of_the_past_are_told_and_stay(council: SmallCouncil, work: Work) -> None:
    council.audit("PA-2026-0006", "2026-07", "P2-1", "P2")
    assert merge_people(work, "P1", "P2").both_audited_in == (date(2026, 7, 1),)


def test_worker_must_be_known_by_the_present_id(council: SmallCouncil, work: Work) -> None:
    with pytest.raises(InvalidFacts, match="Nobody is known as P7"):
        merge_people(work, "P1", "P7")


def test_extract_that_still_uses_old_references_lands_on_the_new_ones_and_says_so(session: Session) -> None:
    work = a_council(session)
    alias_case(work, facts("C1", "C2"))
    alias_person(work, facts("W1-OLD", "W1"))
    report = load(work, [involvement(worker_id="W1-OLD")])
    assert {(case, worker) for case, worker, *_ in held(work)} == {("C2", "W1")}
    assert [(note.code, note.rows, note.lines) for note in report.notes] == [
        ("renamed_case", 1, (2,)),
        ("renamed_worker", 1, (2,)),
    ]


def test_staff_list_that_still_has_the_old_id_makes_nobody_twice(session: Session) -> None:
    work = a_council(session)
    alias_person(work, facts("W1-OLD", "W1"))
    row = {"worker_id": "W1-OLD", "email": "w1@x.test", "team_id": "CART", "name": "Ann"}
    report = load(work, [row], ExtractKind.WORKERS)
    assert (report.changes["people_created"], [note.code for note in report.notes]) == (0, ["renamed_worker"])


def test_aliases_are_in_the_trail_without_the_words_of_the_reason(work: Work) -> None:
    (alias,) = merge_cases(work, ("C1", "C2"))
    undo_alias(work, CaseAlias, alias.id, "Typed by mistake")
    entries = work.session.scalars(select(TrailEntry).order_by(TrailEntry.number)).all()
    assert [(entry.action, entry.rule) for entry in entries] == [("alias_made", "S10"), ("alias_undone", "S10")]
    assert "mistake" not in "".join(str(entry.details) for entry in entries)
