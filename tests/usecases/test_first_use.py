"""Starting in mid-year: lists are tried, recorded wholly or not at all, and drawing goes on from them (C5)."""

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.trail import entries
from db.tables.aliases import CaseAlias, PersonAlias
from db.tables.audits import Audit
from db.tables.first_use import FirstUseImport, RecordedAudit
from integrations.case_system.first_use_lists import read_list
from rules.programme import AuditCycle, cycle_of
from rules.re_audits import re_audit_due_on
from rules.themes import EVERYTHING
from tests.small_council import POLICY, SmallCouncil, found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.extract_ports import BrokenExtract, DateForm
from usecases.first_use import FirstUseReport, ListRefused, import_list_file
from usecases.first_use_rows import ListKind
from usecases.recorded_counts import year_to_date
from usecases.sampling_frames import build_frame
from usecases.work import Work

GO_LIVE = date(2026, 9, 28)
OCTOBER = date(2026, 10, 1)
PAST = "month,case_reference,practitioner,grade,issued_on,auditor,kind,re_audit_of\n"
OPEN = "month,case_reference,practitioner,grade,issued_on,auditor,sequence,allocated_month,re_auditor\n"
COUNTS = "month,team,service,auditor,allocated,completed_on_time,completed_late,not_completed,discussions_in_time\n"


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    """Five teams of three practitioners, with two cases each; the extract is of the go-live day."""
    return found_council(session, GO_LIVE)


@pytest.fixture
def work(session: Session, council: SmallCouncil) -> Work:
    return work_on(session, GO_LIVE)


def send(
    work: Work,
    kind: ListKind,
    text: str,
    /,
    *,
    date_form: DateForm | None = None,
    headers: Mapping[str, str] | None = None,
    dry_run: bool = False,
    good_rows_only: bool = False,
) -> FirstUseReport:
    return import_list_file(
        work,
        read_list=read_list,
        kind=kind,
        file_name=f"{kind}.csv",
        content=io.BytesIO(text.encode()),
        date_form=date_form,
        headers=headers,
        dry_run=dry_run,
        good_rows_only=good_rows_only,
    )


def past(work: Work, *lines: str, **options: Any) -> FirstUseReport:
    return send(work, ListKind.PAST_AUDITS, PAST + "\n".join(lines), **options)


def open_re_audits(work: Work, *lines: str, **options: Any) -> FirstUseReport:
    return send(work, ListKind.OPEN_RE_AUDITS, OPEN + "\n".join(lines), **options)


def counts(work: Work, *lines: str, **options: Any) -> FirstUseReport:
    return send(work, ListKind.COUNTS, COUNTS + "\n".join(lines), **options)


def saved(work: Work) -> list[Audit]:
    return list(work.session.scalars(select(Audit).order_by(Audit.month, Audit.reference)))


GOOD = "2026-07,REV-P1-1,REV-P1,good,2026-07-30,home_first-A1,ordinary,"
BAD = "2026-07,REV-P2-1,NOBODY,good,2026-07-30,home_first-A1,ordinary,"


@pytest.mark.proves("C5")
def test_list_is_recorded_with_where_each_audit_came_from(work: Work) -> None:
    report = past(work, GOOD)

    assert (report.rows_read, report.rows_loaded, report.changes) == (1, 1, {"recorded": 1})
    (audit,) = saved(work)
    on_record = work.session.get_one(RecordedAudit, audit.id)
    assert (on_record.import_id, on_record.line, on_record.recorded_at) == (report.id, 2, work.now)
    entry = entries(work.session, 9, subject_kind="first_use_import")[0]
    assert entry.action == "history_recorded"


@pytest.mark.proves("C5")
def test_list_with_a_bad_row_is_recorded_not_at_all_unless_the_good_rows_are_asked_for(work: Work) -> None:
    with pytest.raises(ListRefused) as refused:
        past(work, GOOD, BAD)
    assert [(it.pointer, it.rule) for it in refused.value.problems] == [("/lines/3/practitioner", "C5")]
    assert saved(work) == []

    report = past(work, GOOD, BAD, good_rows_only=True)

    assert (report.rows_loaded, report.rows_refused) == (1, 1)
    assert [error.line for error in report.errors] == [3]
    assert len(saved(work)) == 1


@pytest.mark.proves("C5")
def test_dry_run_says_everything_and_leaves_nothing(work: Work) -> None:
    report = past(work, GOOD, BAD, dry_run=True)
    flawless = past(work, GOOD, dry_run=True)
    in_part = past(work, GOOD, BAD, dry_run=True, good_rows_only=True)

    assert (report.id, report.rows_loaded, report.rows_refused) == (None, 1, 1)
    assert [(it.id, it.rows_loaded) for it in (flawless, in_part)] == [(None, 1), (None, 1)]
    assert all("A dry run" in it.sentence for it in (report, flawless, in_part))
    assert saved(work) == []
    assert work.session.scalars(select(FirstUseImport)).all() == []


@pytest.mark.proves("C5")
def test_same_list_once_more_changes_nothing(work: Work) -> None:
    past(work, GOOD)

    again = past(work, GOOD)

    assert (again.id, again.is_unchanged, again.rows_passed_over) == (None, True, 1)
    assert len(saved(work)) == 1
    assert len(work.session.scalars(select(FirstUseImport)).all()) == 1


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("2026-07,OLD-1,REV-P1,good,2026-07-30,home_first-A1,ordinary,", "case_reference", "no extract had this case"),
        ("2026-07,REV-P1-1,REV-P1,good,2026-07-30,GONE,ordinary,", "auditor", "recorded without an auditor"),
        ("2026-07,MASH-P1-1,MASH-P1,good,2026-07-30,review-A1,ordinary,", "auditor", "could not have audited"),
        ("2026-07,REV-P1-1,REV-P1,good,2026-07-30,home_first-A1,re_audit,", "re_audit_of", "audit before is not named"),
    ],
)
def test_what_may_be_a_slip_is_noticed_and_recorded(work: Work, line: str, column: str, words: str) -> None:
    report = past(work, line)

    assert [(note.line, note.column) for note in report.notes] == [(2, column)]
    assert words in report.notes[0].sentence
    assert len(saved(work)) == 1


def test_re_audit_of_a_good_audit_is_noticed(work: Work) -> None:
    re_audit = "2026-09,REV-P1-1,REV-P1,good,2026-09-25,home_first-A1,re_audit,2026-07"

    report = past(work, GOOD, re_audit)

    assert [(note.column, note.rule) for note in report.notes] == [("re_audit_of", "S7")]
    assert "graded Good" in report.notes[0].sentence


@pytest.mark.proves("C5", "S3", "S6", "A2")
def test_drawing_goes_on_from_the_past(work: Work) -> None:
    past(
        work,
        "2026-09,REV-P1-1,REV-P1,good,2026-09-25,home_first-A1,ordinary,",
        "2026-03,REV-P2-1,REV-P2,good,2026-03-30,home_first-A1,ordinary,",
    )

    frame = build_frame(work, POLICY, open_cycle_of(work), EVERYTHING).frame
    people = {person.id: person.last_audited_on for person in frame.practitioners}
    cases = {case.id: case.last_audited_on for case in frame.cases}

    assert people["REV-P1"] == date(2026, 9, 1)
    assert cases["REV-P2-1"] == date(2026, 3, 1)
    assert ("home_first-A1", "REV-P2", date(2026, 3, 1)) in {
        (it.auditor_id, it.practitioner_id, it.on) for it in frame.pairings
    }
    opened = open_cycle(work_on(work.session, OCTOBER), "2026-10")
    assert opened.is_new
    drawn = {audit.case_reference for audit in saved(work) if audit.origin == "drawn"}
    assert drawn
    assert not drawn & {"REV-P1-1", "REV-P1-2", "REV-P2-1"}


def open_cycle_of(work: Work) -> AuditCycle:
    return cycle_of(POLICY, work.calendar, "2026-10")


@pytest.mark.proves("C5", "S7")
def test_open_re_audit_is_admitted_in_the_next_cycle_with_its_true_due_date(work: Work) -> None:
    report = open_re_audits(work, "2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,1,,")

    assert report.changes == {"recorded": 1}
    (due,) = build_frame(work, POLICY, open_cycle_of(work), EVERYTHING).frame.re_audits
    assert (due.case_id, due.due_on) == ("REV-P1-1", re_audit_due_on(POLICY, date(2026, 7, 30)))
    assert due.first_auditor_id == "review-A1"
    open_cycle(work_on(work.session, OCTOBER), "2026-10")
    (re_audit,) = [audit for audit in saved(work) if audit.kind == "re_audit"]
    assert (re_audit.origin, re_audit.sequence, re_audit.case_reference) == ("drawn", 1, "REV-P1-1")


@pytest.mark.proves("C5", "S7")
def test_second_re_audit_to_come_follows_a_first_that_is_in_no_list(work: Work) -> None:
    open_re_audits(work, "2026-07,REV-P1-1,REV-P1,requires_improvement,2026-07-30,review-A1,2,,")

    (before,) = saved(work)
    assert (before.kind, before.sequence, before.re_audit_of, before.state) == ("re_audit", 1, None, "issued")
    open_cycle(work_on(work.session, OCTOBER), "2026-10")
    assert [audit.sequence for audit in saved(work)].count(2) == 1


@pytest.mark.proves("C5", "S2")
def test_re_audit_allocated_under_the_old_way_goes_on_and_is_not_allocated_again(work: Work) -> None:
    open_re_audits(work, "2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,1,2026-09,home_first-A1")

    before, under_way = saved(work)
    assert (before.state, under_way.state) == ("closed", "allocated")
    assert (under_way.kind, under_way.sequence, under_way.re_audit_of) == ("re_audit", 1, before.id)
    frame = build_frame(work, POLICY, open_cycle_of(work), EVERYTHING).frame
    assert frame.re_audits == ()
    assert [(it.practitioner_id, it.auditor_id) for it in frame.carried_over] == [("REV-P1", "home_first-A1")]


def test_open_re_audit_of_an_audit_on_record_is_known_already(work: Work) -> None:
    past(work, "2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,ordinary,")

    report = open_re_audits(work, "2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,1,,")

    assert (report.is_unchanged, report.rows_passed_over) == (True, 1)
    assert len(saved(work)) == 1


@pytest.mark.parametrize(
    ("line", "column", "rule", "words"),
    [
        ("2026-07,REV-P1-1,REV-P1,good,2026-07-30,review-A1,1,,", "grade", "S7", "only an audit graded"),
        ("2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,3,,", "sequence", "R2", "decision of the director"),
        ("2026-08,REV-P1-1,REV-P1,inadequate,2026-08-28,review-A1,1,,", "month", "P1", "no cycle in August"),
        ("2026-07,REV-P1-1,NOBODY,inadequate,2026-07-30,review-A1,1,,", "practitioner", "C5", "nobody has this"),
        (
            "2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,1,2026-06,home_first-A1",
            "allocated_month",
            "S7",
            "before",
        ),
        (
            "2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,1,2026-09,",
            "re_auditor",
            "A1",
            "who carries it out",
        ),
        (
            "2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,1,,home_first-A1",
            "allocated_month",
            "C5",
            "in which month",
        ),
        ("2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,1,2026-09,REV-P1", "re_auditor", "A2", "own work"),
        ("2026-07,REV-P1-1,REV-P1,inadequate,2026-07-30,review-A1,1,2026-09,X9", "re_auditor", "C5", "nobody has this"),
    ],
)
def test_impossible_open_re_audit_is_named_with_the_way_out(
    work: Work, line: str, column: str, rule: str, words: str
) -> None:
    report = open_re_audits(work, line, dry_run=True)

    assert [(error.line, error.column, error.rule) for error in report.errors] == [(2, column, rule)]
    assert words in report.errors[0].sentence


def test_open_re_audit_that_contradicts_the_record_is_refused(work: Work) -> None:
    past(
        work,
        "2026-05,REV-P1-1,REV-P1,requires_improvement,2026-05-28,review-A1,ordinary,",
        "2026-07,REV-P1-1,REV-P1,good,2026-07-30,home_first-A1,re_audit,2026-05",
        "2026-07,REV-P2-1,REV-P2,good,2026-07-30,home_first-A1,ordinary,",
    )

    report = open_re_audits(
        work,
        "2026-05,REV-P1-1,REV-P1,requires_improvement,2026-05-28,review-A1,1,,",
        "2026-07,REV-P2-1,REV-P2,inadequate,2026-07-30,home_first-A1,1,,",
        dry_run=True,
    )

    assert ["on record already" in error.sentence for error in report.errors] == [True, False]
    assert "graded good" in report.errors[1].sentence


@pytest.mark.proves("C5")
def test_counts_past_audits_and_the_products_own_audits_add_up_and_nothing_counts_twice(work: Work) -> None:
    past(
        work,
        "2026-07,REV-P1-1,REV-P1,good,2026-07-30,home_first-A1,ordinary,",
        "2026-06,REV-P2-1,REV-P2,good,2026-07-10,home_first-A1,ordinary,",
    )
    counts(work, "2026-07,REV,,,5,3,1,1,4", "2026-07,,home_first,,7,7,0,0,7")
    open_cycle(work_on(work.session, OCTOBER), "2026-10")
    drawn = sum(audit.origin == "drawn" for audit in saved(work))

    rows = year_to_date(work_on(work.session, OCTOBER), 2026)

    by_month = {month: [row for row in rows if row.month == date(2026, month, 1)] for month in (6, 7, 10)}
    assert [(row.allocated, row.completed_late) for row in by_month[6]] == [(1, 1)]
    assert sum(row.allocated for row in by_month[7]) == 12
    assert sum(row.discussions_in_time for row in by_month[7]) == 11
    assert sum(row.allocated for row in by_month[10]) == drawn
    assert sum(row.not_completed for row in by_month[10]) == 0
    after_close = year_to_date(work_on(work.session, date(2026, 11, 2)), 2026)
    assert sum(row.not_completed for row in after_close if row.month == date(2026, 10, 1)) == drawn


def test_counts_that_contradict_the_past_audits_are_noticed(work: Work) -> None:
    past(work, GOOD)

    report = counts(work, "2026-07,REV,,,5,3,1,1,0", "2026-06,REV,,,5,3,1,1,0")

    assert [(note.line, note.column) for note in report.notes] == [(2, "completed_on_time")]
    assert "4 completed are counted, and 1 past audits are on record" in report.notes[0].sentence


def test_counts_sent_again_with_other_figures_replace_the_earlier_ones(work: Work) -> None:
    counts(work, "2026-07,REV,,,5,3,1,1,0", "2026-06,REV,,,5,3,1,1,0")

    again = counts(work, "2026-07,REV,,,6,4,1,1,0", "2026-06,REV,,,5,3,1,1,0")

    assert (again.changes, again.rows_passed_over) == ({"recorded": 0, "changed": 1}, 1)
    assert sum(row.allocated for row in year_to_date(work, 2026)) == 11


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("2026-07,NONE,,,5,3,1,1,0", "team", "no team has this reference"),
        ("2026-07,,,,5,3,1,1,0", "team", "which team was counted"),
        ("2026-07,,nowhere,,5,3,1,1,0", "service", "no such service"),
        ("2026-07,REV,home_first,,5,3,1,1,0", "service", "belongs to review"),
        ("2026-07,REV,,NOBODY,5,3,1,1,0", "auditor", "nobody has this reference"),
        ("2026-07,REV,,,5,3,2,1,0", "allocated", "6 together"),
        ("2026-10,REV,,,5,3,1,1,0", "month", "lies ahead"),
        ("2026-08,REV,,,5,3,1,1,0", "month", "no cycle in August"),
        ("2026-07,REV,,,many,3,1,1,0", "allocated", "no number of audits"),
    ],
)
def test_impossible_counts_are_named(work: Work, line: str, column: str, words: str) -> None:
    report = counts(work, line, dry_run=True)

    assert [(error.line, error.column) for error in report.errors] == [(2, column)]
    assert words in report.errors[0].sentence


def test_two_rows_for_the_same_month_and_team_are_refused(work: Work) -> None:
    report = counts(work, "2026-07,REV,,,5,3,1,1,0", "2026-07,REV,review,,5,3,1,1,0", dry_run=True)

    assert [error.line for error in report.errors] == [3]


def test_file_as_a_spreadsheet_wrote_it_is_read(work: Work) -> None:
    text = (
        "Audits of 2026;;;;\n"
        "Cycle;Case;Worker ID;How well;Date issued\n"
        "July 2026;REV-P1-1;REV-P1;Requires Improvement;30/07/2026\n"
        ";;;;\n"
        "06/2026;REV-P2-1;REV-P2;Good;26/06/2026\n"
    )

    report = send(work, ListKind.PAST_AUDITS, text, headers={"grade": "How well"})

    assert (report.rows_loaded, report.date_form) == (2, "uk")
    assert [(audit.month.month, audit.overall_grade) for audit in saved(work)] == [
        (6, "good"),
        (7, "requires_improvement"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("month,practitioner\n2026-07,REV-P1\n", "lacks case_reference, grade, issued_on"),
        (PAST, "no rows"),
        ("", "empty"),
        ("month,month,case,practitioner,grade,issued_on\n,,,,,\n", "more than once"),
    ],
)
def test_file_that_is_no_such_list_is_refused_whole(work: Work, text: str, words: str) -> None:
    with pytest.raises(BrokenExtract, match=words):
        send(work, ListKind.PAST_AUDITS, text)


def test_unreadable_cells_and_ragged_rows_are_told_line_by_line(work: Work) -> None:
    report = past(
        work,
        "2026-07,REV-P1-1,REV-P1,good,30 July,home_first-A1,ordinary,",
        "2026-13,REV-P1-1,REV-P1,good,2026-07-30,home_first-A1,ordinary,",
        "2026-07,REV-P1-1",
        "2026-07,,REV-P1,good,2026-07-30,home_first-A1,ordinary,",
        dry_run=True,
    )

    assert [(error.line, error.column) for error in report.errors] == [
        (2, "issued_on"),
        (3, "month"),
        (4, ""),
        (5, "case_reference"),
    ]


@pytest.mark.proves("C5")
def test_every_fault_of_a_row_is_told_at_once_and_rows_are_counted_once(work: Work) -> None:
    report = past(
        work,
        "2026-13,,REV-P1,good,30 July,home_first-A1,ordinary,",
        "2026-08,REV-P1-1,NOBODY,splendid,2027-07-30,home_first-A1,odd,",
        GOOD,
        dry_run=True,
    )

    assert [(error.line, error.column) for error in report.errors] == [
        (2, "month"),
        (2, "case_reference"),
        (2, "issued_on"),
        (3, "month"),
        (3, "practitioner"),
        (3, "grade"),
        (3, "issued_on"),
        (3, "kind"),
    ]
    assert (report.rows_read, report.rows_refused, report.rows_loaded) == (3, 2, 1)
    assert report.sentence.startswith("1 of 3 rows recorded, 2 refused, 0 on record already.")


@pytest.mark.proves("C5")
def test_every_fault_of_a_row_of_counts_is_told_at_once(work: Work) -> None:
    report = counts(work, "2026-08,NONE,,,5,4,1,1,0", dry_run=True)

    assert [(error.line, error.column) for error in report.errors] == [(2, "month"), (2, "team"), (2, "allocated")]
    assert (report.rows_read, report.rows_refused) == (1, 1)


@pytest.mark.proves("C5")
def test_a_service_counted_beside_one_of_its_teams_is_noticed_as_perhaps_counted_twice(work: Work) -> None:
    report = counts(
        work, "2026-07,REV,,,5,3,1,1,0", "2026-07,,review,,9,3,1,1,0", "2026-06,,review,,9,3,1,1,0", dry_run=True
    )

    assert [(note.line, note.column, note.rule) for note in report.notes] == [(3, "service", "O3")]
    assert "line 2 counts a team of this service in the same month" in report.notes[0].sentence


@pytest.mark.proves("S10", "C5")
def test_who_was_renumbered_since_is_recorded_by_the_reference_of_today(work: Work, council: SmallCouncil) -> None:
    since = {"since_on": GO_LIVE, "reason": "renumbered", "made_by": "an administrator", "made_at": work.now}
    person_id = council.person_id("REV-P1")
    work.session.add_all(
        [
            PersonAlias(
                from_reference="W-OLD",
                to_reference="REV-P1",
                current_reference="REV-P1",
                current_person_id=person_id,
                **since,
            ),
            CaseAlias(from_reference="C-OLD", to_reference="REV-P1-1", current_reference="REV-P1-1", **since),
        ]
    )
    work.session.flush()

    report = past(work, "2026-07,C-OLD,W-OLD,good,2026-07-30,home_first-A1,ordinary,")

    assert (report.rows_loaded, report.notes) == (1, ())
    assert [(audit.practitioner_id, audit.case_reference) for audit in saved(work)] == [(person_id, "REV-P1-1")]
    again = past(work, "2026-07,REV-P1-1,REV-P1,good,2026-07-30,home_first-A1,ordinary,")
    assert again.is_unchanged


def test_history_of_a_large_council_is_recorded_at_once(work: Work, council: SmallCouncil) -> None:
    """More rows than a statement of the database can have parameters."""
    rows = [
        f"2026-0{month},OLD-{month}-{number},REV-P1,good,2026-0{month}-26,home_first-A1,ordinary,"
        for month in range(1, 7)
        for number in range(11_000)
    ]

    report = past(work, *rows, dry_run=True)

    # Nobody has two audits in a month: of each month's rows the first is good.
    assert (report.rows_read, report.rows_loaded) == (66_000, 6)
