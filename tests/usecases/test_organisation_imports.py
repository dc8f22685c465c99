"""A council's own lists: what they begin, change and end, and what they leave alone (P4, A3, S9)."""

import io
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.organisation_history import history_of_person, history_of_team
from db.tables.organisation import AuditorAppointment, Person, Team
from db.tables.trail import TrailEntry
from integrations.case_system.organisation_lists import read_organisation_list
from rules.errors import InvalidFacts
from tests.usecases.extract_files import a_council
from usecases.extract_ports import BrokenExtract, DateForm
from usecases.organisation_imports import OrganisationImport, import_organisation
from usecases.organisation_lists import OrganisationKind
from usecases.work import Work


@pytest.fixture
def work(session: Session) -> Work:
    """1 October 2026. CART (W1, W2) and HART (W3) of Home First; MASH without a team; W4 in no team."""
    return a_council(session)


def load(work: Work, kind: str, text: str, *, dry_run: bool = False, as_of: date | None = None) -> OrganisationImport:
    return import_organisation(
        work,
        read_list=read_organisation_list,
        kind=OrganisationKind(kind),
        file_name=f"{kind}.csv",
        content=io.BytesIO(text.encode()),
        as_of=as_of,
        date_form=DateForm.ISO,
        dry_run=dry_run,
    )


def counted(report: OrganisationImport) -> tuple[int, int, int, int]:
    """Added, changed, as they were, refused."""
    return report.rows_added, report.rows_changed, report.rows_unchanged, len(report.refused)


def facts(work: Work, reference: str, *kinds: str) -> list[tuple[str, str | None, date | None, date | None]]:
    """What somebody was: kind, team or role or other person, and the days."""
    person = work.session.scalars(select(Person).where(Person.reference == reference)).one()
    names = {row.id: row.reference for row in work.session.scalars(select(Person))}
    names |= {row.id: row.reference for row in work.session.scalars(select(Team))}
    return [
        (
            it.kind,
            it.role or it.service_id or names.get(it.team_id or it.other_id),  # type: ignore[arg-type]
            it.began_on,
            it.ended_on,
        )
        for it in history_of_person(work.session, person.id)
        if it.person_id == person.id and (not kinds or it.kind in kinds)
    ]


PEOPLE = """person_id,name,email,job_title,team_id,team_from,started_on,manager,manager_from
M1,Ann Manager,Ann@X.test,Team Manager,,,2020-01-06,,
W1,,,,HART,2026-10-05,,M1,
W4,,,,CART,,,M1,2026-09-01
"""


@pytest.mark.proves("P4")
def test_people_list_begins_what_is_new_from_its_day_and_leaves_the_rest_alone(work: Work) -> None:
    assert counted(load(work, "people", PEOPLE)) == (1, 2, 0, 0)
    assert facts(work, "W1") == [
        ("line_managed", "M1", None, None),
        ("team_member", "CART", date(2025, 1, 6), date(2026, 10, 4)),
        ("team_member", "HART", date(2026, 10, 5), None),
    ]
    assert facts(work, "W4") == [
        ("team_member", "CART", None, None),
        ("line_managed", "M1", date(2026, 9, 1), None),
    ]
    assert facts(work, "W2") == [("team_member", "CART", date(2025, 1, 6), None)]
    assert counted(load(work, "people", PEOPLE)) == (0, 0, 3, 0)


def test_another_line_manager_begins_on_the_day_of_the_list_and_none_ends_the_present_one(work: Work) -> None:
    load(work, "people", PEOPLE)
    load(work, "people", "person_id,manager\nW1,W3\nW4,none\n")
    assert facts(work, "W1", "line_managed") == [
        ("line_managed", "M1", None, date(2026, 9, 30)),
        ("line_managed", "W3", date(2026, 10, 1), None),
    ]
    assert facts(work, "W4", "line_managed") == [("line_managed", "M1", date(2026, 9, 1), date(2026, 9, 30))]


def test_empty_cell_says_nothing(work: Work) -> None:
    load(work, "people", PEOPLE)
    before = facts(work, "W1")
    assert counted(load(work, "people", "person_id,name,email,team_id,manager\nW1,,,,\n")) == (0, 0, 1, 0)
    assert facts(work, "W1") == before


def test_managers_may_stand_below_those_whom_they_manage(work: Work) -> None:
    assert counted(load(work, "people", "person_id,name,manager\nN1,New One,N2\nN2,New Two,\n")) == (2, 0, 0, 0)
    assert facts(work, "N1") == [("line_managed", "N2", None, None)]


POSTS = """role,person,team,service,deputy,deputy_from,began_on,ended_on
team_manager,W1,CART,,W2,,2024-04-01,
head_of_service,W3,,home_first,,,,
"""


@pytest.mark.proves("P4")
def test_posts_are_found_again_by_their_days_and_end_when_the_list_says_so(work: Work) -> None:
    assert counted(load(work, "posts", POSTS)) == (2, 0, 0, 0)
    assert counted(load(work, "posts", POSTS)) == (0, 0, 2, 0)
    changed = POSTS.replace("W2,,2024-04-01,", "W4,2026-10-12,2024-04-01,2026-12-31")
    assert counted(load(work, "posts", changed)) == (0, 1, 1, 0)
    assert facts(work, "W1", "post") == [("post", "team_manager", date(2024, 4, 1), date(2026, 12, 31))]
    assert facts(work, "W2", "deputy") == [("deputy", "team_manager", date(2024, 4, 1), date(2026, 10, 11))]
    assert facts(work, "W4", "deputy") == [("deputy", "team_manager", date(2026, 10, 12), date(2026, 12, 31))]
    assert counted(load(work, "posts", changed)) == (0, 0, 2, 0)


def test_post_that_the_list_lacks_goes_on(work: Work) -> None:
    load(work, "posts", POSTS)
    load(work, "posts", "role,person\ndirector,W4\n")
    assert facts(work, "W1", "post") == [("post", "team_manager", date(2024, 4, 1), None)]


AUDITORS = """person,service,grade,capacity,employment,employer,began_on,ended_on
W1,home_first,manager,1,,,,
W2,mash,,2,agency,Locums,2026-09-01,2027-02-26
"""


@pytest.mark.proves("A3")
def test_another_capacity_begins_a_new_appointment_and_the_old_one_stays_on_record(work: Work) -> None:
    assert counted(load(work, "auditors", AUDITORS)) == (2, 0, 0, 0)
    assert counted(load(work, "auditors", AUDITORS)) == (0, 0, 2, 0)
    halved = AUDITORS.replace("manager,1", "manager,0")
    assert counted(load(work, "auditors", halved)) == (0, 1, 1, 0)
    assert counted(load(work, "auditors", halved)) == (0, 0, 2, 0)
    rows = work.session.execute(
        select(
            AuditorAppointment.capacity,
            AuditorAppointment.employment,
            AuditorAppointment.employer,
            AuditorAppointment.began_on,
            AuditorAppointment.ended_on,
        ).order_by(AuditorAppointment.capacity)
    )
    assert [tuple(row) for row in rows] == [
        (0, "full_time", None, date(2026, 10, 1), None),
        (1, "full_time", None, None, date(2026, 9, 30)),
        (2, "agency", "Locums", date(2026, 9, 1), date(2027, 2, 26)),
    ]


@pytest.mark.proves("S10", "P4")
def test_a_list_clears_auditors_for_restricted_records_and_an_empty_cell_leaves_it_so(work: Work) -> None:
    def cleared(said: str) -> tuple[tuple[int, int, int, int], bool]:
        text = f"person,service,capacity,began_on,cleared_for_restricted\nW1,home_first,1,2026-01-05,{said}\n"
        report = load(work, "auditors", text)
        held = work.session.scalars(select(AuditorAppointment)).one()
        return counted(report), held.is_cleared_for_restricted

    assert cleared("yes") == ((1, 0, 0, 0), True)
    assert cleared("") == ((0, 0, 1, 0), True)
    assert cleared("no") == ((0, 1, 0, 0), False)
    assert cleared("yes") == ((0, 1, 0, 0), True)
    assert cleared("perhaps") == ((0, 0, 0, 1), True)


@pytest.mark.proves("S9")
def test_absence_gets_another_end_or_is_withdrawn_by_its_first_day(work: Work) -> None:
    absences = "person,first_on,last_on,stands_in,withdrawn\nW1,2026-10-05,2026-10-09,W2,\nW3,2026-11-02,2026-11-06,,\n"
    assert counted(load(work, "absences", absences)) == (2, 0, 0, 0)
    later = absences.replace("10-09", "10-16").replace("11-06,,", "11-06,,yes")
    assert counted(load(work, "absences", later)) == (0, 2, 0, 0)
    assert facts(work, "W1", "absent") == [("absent", "W2", date(2026, 10, 5), date(2026, 10, 16))]
    assert facts(work, "W3", "absent") == []
    assert counted(load(work, "absences", later)) == (0, 0, 2, 0)


@pytest.mark.proves("P4")
def test_teams_move_and_merge_by_a_list(work: Work) -> None:
    teams = "team_id,name,service,service_from,ended_on,merged_into\nCART,,mash,2026-11-02,,\nNEW,New Team,mash,,,\n"
    assert counted(load(work, "teams", teams)) == (1, 1, 0, 0)
    merged = teams + "HART,,,,2026-10-31,CART\n"
    assert counted(load(work, "teams", merged)) == (0, 1, 2, 0)
    assert counted(load(work, "teams", merged)) == (0, 0, 3, 0)
    hart = work.session.scalars(select(Team).where(Team.reference == "HART")).one()
    kinds = [(it.kind, it.began_on) for it in history_of_team(work.session, hart.id) if it.kind == "merged"]
    assert kinds == [("merged", date(2026, 11, 1))]
    assert facts(work, "W3", "team_member")[-1] == ("team_member", "CART", date(2026, 11, 1), None)


BAD_ROWS = [
    ("people", "person_id,manager\nW1,W99\n", "Line 2, manager: W99 is nobody known here: load the people first, or"),
    ("people", "person_id,manager\nW1,W1\n", "Line 2, manager: Nobody manages themselves: name somebody else, or"),
    ("people", "person_id,email\nW1,nobody\n", "Line 2, email: it is no e-mail address"),
    ("people", "person_id,team_id\nW4,EAST\n", "Line 2, team_id: EAST is no team known here"),
    ("people", "person_id,started_on\nW1,31/02/2026\n", "Line 2, started_on: it is written in another form than"),
    ("people", "person_id,name\n,Ann\n", "Line 2, person_id: it is empty, and the row means nothing without it"),
    ("people", "person_id,name\nW1,Ann,Lee\n", "Line 2: the row has 3 cells for 2 columns"),
    ("posts", "role,person,team\nking,W1,CART\n", "Line 2, role: There is no post of this role"),
    ("posts", "role,person,team,deputy\nteam_manager,W1,CART,W1\n", "Line 2, deputy: Nobody stands in for themselves"),
    ("posts", "role,person,team\nteam_manager,W1,\n", "Line 2, team: The post of team_manager is held for"),
    ("auditors", "person,service,capacity\nW1,west,1\n", "Line 2, service: west is no service known here (known: home"),
    ("auditors", "person,service,capacity\nW1,mash,many\n", "Line 2, capacity: it is no number of audits a cycle"),
    ("auditors", "person,service,capacity,grade\nW1,mash,1,boss\n", "Line 2, grade: An auditor's roles are any of"),
    ("absences", "person,first_on,last_on\nW1,2026-10-09,2026-10-05\n", "Line 2, last_on: The end (Monday 5 October"),
    ("teams", "team_id,service\nNEW,mash\n", "Line 2, name: the team is new here, so the row needs it"),
    ("teams", "team_id,merged_into\nHART,CART\n", "Line 2, ended_on: a team that was merged has a last day"),
]


@pytest.mark.parametrize(("kind", "text", "sentence"), BAD_ROWS)
def test_bad_row_is_told_by_line_column_and_way_out_and_the_others_load(
    work: Work, kind: str, text: str, sentence: str
) -> None:
    good = {
        "people": "W2,\n",
        "posts": "director,W3,\n",
        "auditors": "W2,mash,1\n",
        "absences": "W2,2026-10-05,2026-10-05\n",
        "teams": "CART,\n",
    }[kind]
    header = text.partition("\n")[0]
    good = good.strip() + "," * (header.count(",") - good.strip().count(",")) + "\n"
    report = load(work, kind, text + good)
    assert [it.sentence[: len(sentence)] for it in report.refused] == [sentence]
    assert (report.refused[0].line, report.rows_added + report.rows_changed + report.rows_unchanged) == (2, 1)


@pytest.mark.proves("P4")
def test_every_fault_of_a_row_is_told_at_once_by_the_columns_of_the_list(work: Work) -> None:
    text = "person_id,email,started_on,team_id\nW 1,nobody,31/02/2026,CART\nW2,,,\n"
    report = load(work, "people", text)
    assert [(it.line, it.column) for it in report.refused] == [(2, "person_id"), (2, "email"), (2, "started_on")]
    assert (report.rows_read, report.rows_refused) == (2, 1)
    report = load(work, "posts", "role,person,team,service,deputy\nteam_manager,W1,,mash,W1\n")
    assert [(it.line, it.column) for it in report.refused] == [(2, "team"), (2, "service"), (2, "deputy")]
    assert (report.rows_read, report.rows_refused) == (1, 1)
    assert report.sentence == "1 row read: 0 added, 0 changed, 0 as before, 1 refused."


BROKEN = [
    (b"", "The file is empty"),
    (b"PK\x03\x04rest", "not CSV"),
    (b"role,team\nteam_manager,CART\n", "lacks person"),
    (b"person_id,name\n", "no rows"),
]


@pytest.mark.parametrize(("content", "words"), BROKEN)
def test_broken_file_or_one_of_another_kind_loads_nothing(work: Work, content: bytes, words: str) -> None:
    kind = OrganisationKind.POSTS if content.startswith(b"role") else OrganisationKind.PEOPLE
    with pytest.raises(BrokenExtract, match=words):
        import_organisation(
            work, read_list=read_organisation_list, kind=kind, file_name="x.csv", content=io.BytesIO(content)
        )


def test_dry_run_says_the_same_and_does_nothing(work: Work) -> None:
    tried = load(work, "people", PEOPLE, dry_run=True)
    assert (counted(tried), tried.is_dry_run) == ((1, 2, 0, 0), True)
    assert facts(work, "W1") == [("team_member", "CART", date(2025, 1, 6), None)]
    assert counted(load(work, "people", PEOPLE)) == counted(tried)


def test_list_of_a_day_to_come_is_refused(work: Work) -> None:
    with pytest.raises(InvalidFacts, match="still to come"):
        load(work, "people", PEOPLE, as_of=date(2026, 10, 2))


def test_trail_tells_of_the_list_and_of_each_change_and_whether_it_rewrites_the_past(work: Work) -> None:
    load(work, "people", PEOPLE)
    entries = work.session.execute(select(TrailEntry.action, TrailEntry.details).order_by(TrailEntry.id)).all()
    told = [(action, details.get("of_the_past")) for action, details in entries]
    assert told == [
        ("person_added", None),
        ("team_joined", False),
        ("team_joined", True),
        ("line_manager_changed", True),
        ("line_manager_changed", True),
        ("organisation_imported", None),
    ]
